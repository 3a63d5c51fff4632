//! What a model may use while it makes a response.

mod choice;
mod hosted;
mod image;
mod mcp;

pub use choice::{AllowedTools, ResponseToolChoice};
pub use hosted::{
    CodeContainer, CodeInterpreterTool, ComputerUseTool, FileSearchTool, UserLocation,
    WebSearchTool,
};
pub use image::{ImageGenerationTool, ImageMask};
pub use mcp::{McpHeaders, McpToken, McpTool};

use openai_azure_sys::{open_struct, open_union};
use serde_json::{Value, json};

use super::item::NoFields;
use crate::chat::Function;

open_union! {
    /// A tool that the model may use.
    pub enum ResponseTool by "type" {
        /// A function of yours.
        Function(FunctionTool) = "function",
        /// A tool of yours that takes text.
        Custom(CustomTool) = "custom",
        /// Searches in vector stores.
        FileSearch(FileSearchTool) = "file_search",
        /// Searches in the web.
        WebSearch(WebSearchTool) = "web_search",
        /// Searches in the web; the older form.
        WebSearchPreview(WebSearchTool) = "web_search_preview",
        /// Runs Python in a container.
        CodeInterpreter(CodeInterpreterTool) = "code_interpreter",
        /// Generates and edits images.
        ImageGeneration(ImageGenerationTool) = "image_generation",
        /// The tools of an MCP server.
        Mcp(McpTool) = "mcp",
        /// Uses a computer of yours; the older form.
        ComputerUsePreview(ComputerUseTool) = "computer_use_preview",
        /// Uses a computer of yours.
        Computer(NoFields) = "computer",
        /// Runs commands on your machine.
        LocalShell(NoFields) = "local_shell",
        /// Runs shell commands.
        Shell(ShellTool) = "shell",
        /// Changes files of yours.
        ApplyPatch(NoFields) = "apply_patch",
        ..Other
    }
}

open_struct! {
    /// A function of yours.
    pub struct FunctionTool {
        /// Letters, digits, `_` and `-`, at most 64 characters.
        pub name: String,
        /// What it does and when to call it.
        pub description: Option<String>,
        /// JSON schema of the arguments, an object.
        pub parameters: Option<Value>,
        /// Whether the arguments fit the schema exactly. The service's default is true.
        pub strict: Option<bool>,
    }
}

open_struct! {
    /// A tool of yours that takes text.
    pub struct CustomTool {
        /// Letters, digits, `_` and `-`, at most 64 characters.
        pub name: String,
        /// What it does and when to use it.
        pub description: Option<String>,
        /// `{"type": "text"}` or a grammar; see [`CustomTool::grammar`].
        pub format: Option<Value>,
    }
}

open_struct! {
    /// Runs shell commands.
    pub struct ShellTool {
        /// Where they run.
        pub environment: Option<Value>,
    }
}

impl ResponseTool {
    /// A function of yours. `parameters` is the JSON schema of its arguments, an object.
    pub fn function(name: impl Into<String>, parameters: impl Into<Value>) -> FunctionTool {
        FunctionTool::new(name, parameters)
    }

    /// A tool of yours that takes text.
    pub fn custom(name: impl Into<String>) -> CustomTool {
        CustomTool { name: name.into(), ..CustomTool::default() }
    }

    /// Searches in these vector stores.
    pub fn file_search<I: IntoIterator<Item: Into<String>>>(vector_store_ids: I) -> FileSearchTool {
        FileSearchTool::new(vector_store_ids)
    }

    /// Searches in the web.
    #[must_use]
    pub fn web_search() -> WebSearchTool {
        WebSearchTool::default()
    }

    /// Runs Python, in a container that the service makes for it.
    #[must_use]
    pub fn code_interpreter() -> CodeInterpreterTool {
        CodeInterpreterTool::default()
    }

    /// Generates images. The deployment of the image model is a header; see
    /// [`image_generation_deployment`](super::ResponseRequest::image_generation_deployment).
    #[must_use]
    pub fn image_generation() -> ImageGenerationTool {
        ImageGenerationTool::default()
    }

    /// Uses the tools of an MCP server.
    pub fn mcp(server_label: impl Into<String>, server_url: impl Into<String>) -> McpTool {
        McpTool::new(server_label, server_url)
    }

    /// Runs commands on your machine.
    #[must_use]
    pub fn local_shell() -> Self {
        Self::LocalShell(NoFields::default())
    }

    /// Runs shell commands.
    #[must_use]
    pub fn shell() -> Self {
        Self::Shell(ShellTool::default())
    }

    /// Changes files of yours.
    #[must_use]
    pub fn apply_patch() -> Self {
        Self::ApplyPatch(NoFields::default())
    }

    /// A tool that this crate does not know, as JSON.
    pub fn other(tool: impl Into<Value>) -> Self {
        Self::Other(tool.into())
    }
}

impl FunctionTool {
    /// Creates a function. `parameters` is the JSON schema of its arguments, an object.
    pub fn new(name: impl Into<String>, parameters: impl Into<Value>) -> Self {
        Self { name: name.into(), parameters: Some(parameters.into()), ..Self::default() }
    }

    /// What it does and when to call it.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Whether the arguments fit the schema exactly.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = Some(strict);
        self
    }
}

impl CustomTool {
    /// What it does and when to use it.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// A grammar that the text fits; `syntax` is `lark` or `regex`.
    #[must_use]
    pub fn grammar(mut self, syntax: impl Into<String>, definition: impl Into<String>) -> Self {
        let (syntax, definition): (String, String) = (syntax.into(), definition.into());
        let format = json!({"type": "grammar", "syntax": syntax, "definition": definition});
        self.format = Some(format);
        self
    }
}

/// A function as a chat has it.
impl From<Function> for FunctionTool {
    fn from(function: Function) -> Self {
        let Function { name, description, parameters, strict, extra } = function;
        Self { name, description, parameters, strict, extra }
    }
}

impl From<FunctionTool> for Function {
    fn from(tool: FunctionTool) -> Self {
        let FunctionTool { name, description, parameters, strict, extra } = tool;
        Self { name, description, parameters, strict, extra }
    }
}

impl From<crate::chat::Tool> for FunctionTool {
    fn from(tool: crate::chat::Tool) -> Self {
        tool.function.into()
    }
}

macro_rules! tool_from {
    ($($tool:ty => $variant:ident,)*) => {$(
        impl From<$tool> for ResponseTool {
            fn from(tool: $tool) -> Self {
                Self::$variant(tool)
            }
        }
    )*};
}

tool_from! {
    FunctionTool => Function,
    CustomTool => Custom,
    FileSearchTool => FileSearch,
    WebSearchTool => WebSearch,
    CodeInterpreterTool => CodeInterpreter,
    ImageGenerationTool => ImageGeneration,
    McpTool => Mcp,
    ComputerUseTool => ComputerUsePreview,
    ShellTool => Shell,
}

/// A function as a chat has it.
impl From<crate::chat::Tool> for ResponseTool {
    fn from(tool: crate::chat::Tool) -> Self {
        Self::Function(tool.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json, to_value};

    use super::{ComputerUseTool, ResponseTool};

    fn wire(tool: impl Into<ResponseTool>) -> Value {
        to_value(tool.into()).unwrap()
    }

    #[test]
    fn each_tool_is_what_the_service_reads() {
        let schema = json!({"type": "object", "properties": {}});
        for (tool, expected) in [
            (
                wire(ResponseTool::function("f", schema.clone()).description("d").strict(true)),
                json!({"type": "function", "name": "f", "description": "d", "strict": true,
                    "parameters": schema}),
            ),
            (
                wire(ResponseTool::custom("sql").grammar("lark", "start: \"x\"")),
                json!({"type": "custom", "name": "sql", "format":
                    {"type": "grammar", "syntax": "lark", "definition": "start: \"x\""}}),
            ),
            (
                wire(ResponseTool::file_search(["vs_1"]).max_num_results(3u32)),
                json!({"type": "file_search", "vector_store_ids": ["vs_1"], "max_num_results": 3}),
            ),
            (
                wire(ResponseTool::web_search().search_context_size("low")),
                json!({"type": "web_search", "search_context_size": "low"}),
            ),
            (
                wire(ResponseTool::code_interpreter().file_ids(["f"])),
                json!({"type": "code_interpreter",
                    "container": {"type": "auto", "file_ids": ["f"]}}),
            ),
            (
                wire(ResponseTool::code_interpreter().container("cntr_1")),
                json!({"type": "code_interpreter", "container": "cntr_1"}),
            ),
            (
                wire(ResponseTool::image_generation().size("1024x1024").partial_images(2u32)),
                json!({"type": "image_generation", "size": "1024x1024", "partial_images": 2}),
            ),
            (
                wire(
                    ResponseTool::mcp("docs", "https://example.com/mcp").require_approval("never"),
                ),
                json!({"type": "mcp", "server_label": "docs",
                    "server_url": "https://example.com/mcp", "require_approval": "never"}),
            ),
            (
                wire(ComputerUseTool::new("browser", 1024u32, 768u32)),
                json!({"type": "computer_use_preview", "environment": "browser",
                    "display_width": 1024, "display_height": 768}),
            ),
            (wire(ResponseTool::local_shell()), json!({"type": "local_shell"})),
            (wire(ResponseTool::shell()), json!({"type": "shell"})),
            (wire(ResponseTool::apply_patch()), json!({"type": "apply_patch"})),
            (
                wire(ResponseTool::other(json!({"type": "new", "a": 1}))),
                json!({"type": "new", "a": 1}),
            ),
        ] {
            assert_eq!(tool, expected);
            let read: ResponseTool = serde_json::from_value(tool.clone()).unwrap();
            assert_eq!(to_value(read).unwrap(), tool);
        }
    }
}
