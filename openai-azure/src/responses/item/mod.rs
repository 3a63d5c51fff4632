//! Items: what goes into a response, what comes out of it, and what a conversation consists of.

mod approval;
mod computer;
mod function;
mod hosted;
mod input;
mod message;
mod part;
mod reasoning;
mod shell;

pub use approval::{
    McpApprovalRequestItem, McpApprovalResponseItem, McpCallItem, McpListToolsItem, McpToolInfo,
};
pub use computer::{
    ClickAction, ComputerAction, ComputerCallItem, ComputerCallOutputItem, DragAction,
    KeypressAction, MoveAction, NoFields, Point, SafetyCheck, ScrollAction, TypeAction,
};
pub use function::{
    CustomToolCallItem, CustomToolCallOutputItem, FunctionCallItem, FunctionCallOutputItem,
};
pub use hosted::{
    CodeImage, CodeInterpreterCallItem, CodeLogs, CodeOutput, FileSearchCallItem, FileSearchResult,
    FindInPageAction, ImageGenerationCallItem, OpenPageAction, SearchAction, WebSearchAction,
    WebSearchCallItem,
};
pub use input::Input;
pub use message::{MessageContent, MessageItem};
pub use part::{
    Annotation, ComputerScreenshot, ContainerFileCitation, ContentPart, FileCitation, FilePath,
    InputFile, InputImage, InputText, OutputText, Refusal, UrlCitation,
};
pub use reasoning::{CompactionItem, ItemReference, ReasoningItem};
pub use shell::{
    ApplyPatchCallItem, ApplyPatchCallOutputItem, DeletedFile, LocalShellAction,
    LocalShellCallItem, LocalShellCallOutputItem, PatchOperation, PatchedFile, ShellAction,
    ShellCallItem, ShellCallOutputItem, ShellExit, ShellOutcome, ShellOutput,
};

use openai_azure_sys::{open_enum, open_union};
use serde_json::Value;

use crate::trace::Telemetry;

open_union! {
    /// An item of a response or of a conversation.
    ///
    /// What a response returned can be sent back as it is: an item that this crate does not know,
    /// and a field that it does not know, stay what they are.
    pub enum Item by "type" {
        /// A message of any role.
        Message(MessageItem) = "message",
        /// What a reasoning model thought.
        Reasoning(ReasoningItem) = "reasoning",
        /// The model calls a function.
        FunctionCall(FunctionCallItem) = "function_call",
        /// The result of a function.
        FunctionCallOutput(FunctionCallOutputItem) = "function_call_output",
        /// The model calls a custom tool with text.
        CustomToolCall(CustomToolCallItem) = "custom_tool_call",
        /// The result of a custom tool.
        CustomToolCallOutput(CustomToolCallOutputItem) = "custom_tool_call_output",
        /// A search in vector stores.
        FileSearchCall(FileSearchCallItem) = "file_search_call",
        /// A search in the web.
        WebSearchCall(WebSearchCallItem) = "web_search_call",
        /// Code that the model wrote and ran.
        CodeInterpreterCall(CodeInterpreterCallItem) = "code_interpreter_call",
        /// An image that was generated.
        ImageGenerationCall(ImageGenerationCallItem) = "image_generation_call",
        /// The model wants to use a computer.
        ComputerCall(ComputerCallItem) = "computer_call",
        /// The screen after an action.
        ComputerCallOutput(ComputerCallOutputItem) = "computer_call_output",
        /// The model wants to run a command on your machine.
        LocalShellCall(LocalShellCallItem) = "local_shell_call",
        /// The output of a command on your machine.
        LocalShellCallOutput(LocalShellCallOutputItem) = "local_shell_call_output",
        /// The model wants to run shell commands.
        ShellCall(ShellCallItem) = "shell_call",
        /// The output of shell commands.
        ShellCallOutput(ShellCallOutputItem) = "shell_call_output",
        /// The model wants to change a file.
        ApplyPatchCall(ApplyPatchCallItem) = "apply_patch_call",
        /// Whether a file was changed.
        ApplyPatchCallOutput(ApplyPatchCallOutputItem) = "apply_patch_call_output",
        /// The tools of an MCP server.
        McpListTools(McpListToolsItem) = "mcp_list_tools",
        /// A call of a tool of an MCP server.
        McpCall(McpCallItem) = "mcp_call",
        /// The service asks whether it may call a tool of an MCP server.
        McpApprovalRequest(McpApprovalRequestItem) = "mcp_approval_request",
        /// Whether it may.
        McpApprovalResponse(McpApprovalResponseItem) = "mcp_approval_response",
        /// What the service keeps of a conversation that it shortened.
        Compaction(CompactionItem) = "compaction",
        /// An item that the service stores, by its ID; only as input.
        Reference(ItemReference) = "item_reference",
        ..Other
    }
}

open_enum! {
    /// Who a message is from.
    pub enum Role {
        /// The end user.
        User = "user",
        /// The model.
        Assistant = "assistant",
        /// Instructions.
        System = "system",
        /// Instructions, as reasoning models call them.
        Developer = "developer",
    }
}

open_enum! {
    /// How far an item is.
    pub enum ItemStatus {
        /// Not done yet.
        InProgress = "in_progress",
        /// Done.
        Completed = "completed",
        /// Cut off.
        Incomplete = "incomplete",
        /// Failed.
        Failed = "failed",
        /// A search runs.
        Searching = "searching",
        /// Code runs.
        Interpreting = "interpreting",
        /// An image is generated.
        Generating = "generating",
        /// A tool of an MCP server is called.
        Calling = "calling",
    }
}

impl Telemetry for Item {}

impl Item {
    /// Unique ID, in items that have one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        let id = match self {
            Self::Message(item) => item.id.as_deref(),
            Self::Reasoning(item) => item.id.as_deref(),
            Self::FunctionCall(item) => item.id.as_deref(),
            Self::FunctionCallOutput(item) => item.id.as_deref(),
            Self::CustomToolCall(item) => item.id.as_deref(),
            Self::CustomToolCallOutput(item) => item.id.as_deref(),
            Self::FileSearchCall(item) => item.id.as_deref(),
            Self::WebSearchCall(item) => item.id.as_deref(),
            Self::CodeInterpreterCall(item) => item.id.as_deref(),
            Self::ImageGenerationCall(item) => item.id.as_deref(),
            Self::ComputerCall(item) => item.id.as_deref(),
            Self::ComputerCallOutput(item) => item.id.as_deref(),
            Self::LocalShellCall(item) => item.id.as_deref(),
            Self::LocalShellCallOutput(item) => item.id.as_deref(),
            Self::ShellCall(item) => item.id.as_deref(),
            Self::ShellCallOutput(item) => item.id.as_deref(),
            Self::ApplyPatchCall(item) => item.id.as_deref(),
            Self::ApplyPatchCallOutput(item) => item.id.as_deref(),
            Self::McpListTools(item) => item.id.as_deref(),
            Self::McpCall(item) => item.id.as_deref(),
            Self::McpApprovalRequest(item) => Some(item.id.as_str()),
            Self::McpApprovalResponse(item) => item.id.as_deref(),
            Self::Compaction(item) => item.id.as_deref(),
            Self::Reference(item) => Some(item.id.as_str()),
            Self::Other(item) => item.get("id").and_then(Value::as_str),
        };
        id.filter(|id| !id.is_empty())
    }

    /// A message; `role` is `user`, `assistant`, `system` or `developer`.
    pub fn message(role: impl Into<Role>, content: impl Into<MessageContent>) -> Self {
        MessageItem::new(role, content).into()
    }

    /// The result of the function call with this `call_id`.
    pub fn function_output(call_id: impl Into<String>, output: impl Into<MessageContent>) -> Self {
        FunctionCallOutputItem::new(call_id, output).into()
    }

    /// An item that the service stores, by its ID.
    pub fn reference(id: impl Into<String>) -> Self {
        Self::Reference(ItemReference { id: id.into(), ..ItemReference::default() })
    }
}

macro_rules! item_from {
    ($($item:ty => $variant:ident,)*) => {$(
        impl From<$item> for Item {
            fn from(item: $item) -> Self {
                Self::$variant(item)
            }
        }
    )*};
}

item_from! {
    MessageItem => Message,
    ReasoningItem => Reasoning,
    FunctionCallItem => FunctionCall,
    FunctionCallOutputItem => FunctionCallOutput,
    CustomToolCallItem => CustomToolCall,
    CustomToolCallOutputItem => CustomToolCallOutput,
    ComputerCallOutputItem => ComputerCallOutput,
    LocalShellCallOutputItem => LocalShellCallOutput,
    ShellCallOutputItem => ShellCallOutput,
    ApplyPatchCallOutputItem => ApplyPatchCallOutput,
    McpApprovalResponseItem => McpApprovalResponse,
    CompactionItem => Compaction,
}

/// A copy of the item.
impl From<&Item> for Item {
    fn from(item: &Item) -> Self {
        item.clone()
    }
}

/// A message of the user.
impl From<&str> for Item {
    fn from(text: &str) -> Self {
        Self::message(Role::User, text)
    }
}

/// The URLs of the images of a message.
pub(super) fn image_urls(item: &Item) -> impl Iterator<Item = &str> {
    let parts = match item {
        Item::Message(message) => message.content.parts(),
        _ => &[],
    };
    parts.iter().filter_map(|part| match part {
        ContentPart::InputImage(image) => image.image_url.as_deref(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::{ContentPart, Item};

    #[test]
    fn items_are_what_the_service_reads() {
        let image = ContentPart::image_url("https://example.com/a.png").detail("auto");
        for (item, wire) in [
            (Item::from("hi"), json!({"type": "message", "role": "user", "content": "hi"})),
            (
                Item::message("user", [ContentPart::text("what?"), image]),
                json!({"type": "message", "role": "user", "content": [
                    {"type": "input_text", "text": "what?"},
                    {"type": "input_image", "image_url": "https://example.com/a.png",
                     "detail": "auto"},
                ]}),
            ),
            (
                Item::function_output("call_1", "42"),
                json!({"type": "function_call_output", "call_id": "call_1", "output": "42"}),
            ),
            (
                Item::message("assistant", [ContentPart::text("said")]),
                json!({"type": "message", "role": "assistant",
                    "content": [{"type": "output_text", "text": "said", "annotations": []}]}),
            ),
            (Item::reference("msg_1"), json!({"type": "item_reference", "id": "msg_1"})),
        ] {
            assert_eq!(to_value(item).unwrap(), wire);
        }
    }

    #[test]
    fn an_item_without_an_id_or_a_status_sends_none() {
        let call = json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"});
        let item: Item = serde_json::from_value(call.clone()).unwrap();
        assert_eq!(item.id(), None);
        assert_eq!(to_value(item).unwrap(), call);
    }
}
