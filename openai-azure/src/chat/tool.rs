//! Functions that the model may call.

use openai_azure_sys::open_struct;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A function that the model may call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    /// Always `function` today.
    #[serde(rename = "type")]
    pub kind: String,
    /// The function.
    pub function: Function,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// What the model knows of a function.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// When and for what to call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A JSON schema of the arguments; without it the function takes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Value>,
    /// Whether the arguments must fit the schema exactly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strict: Option<bool>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Tool {
    /// A function by its name, when to call it, and the JSON schema of its arguments.
    pub fn function(
        name: impl Into<String>,
        description: impl Into<String>,
        parameters: Value,
    ) -> Self {
        Function::new(name, description, parameters).into()
    }

    /// Makes the arguments fit the schema exactly.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.function.strict = Some(true);
        self
    }
}

impl From<Function> for Tool {
    fn from(function: Function) -> Self {
        Self { kind: "function".to_owned(), function, extra: Map::new() }
    }
}

impl From<Tool> for Function {
    fn from(tool: Tool) -> Self {
        tool.function
    }
}

/// Which tools the model may or must call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum ToolChoice {
    /// `none`, `auto` or `required`.
    Mode(&'static str),
    /// This function, or another choice, as JSON.
    Named(Value),
}

impl ToolChoice {
    /// The model calls nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::Mode("none")
    }

    /// The model decides.
    #[must_use]
    pub fn auto() -> Self {
        Self::Mode("auto")
    }

    /// The model calls at least one.
    #[must_use]
    pub fn required() -> Self {
        Self::Mode("required")
    }

    /// The model calls this function.
    pub fn function(name: impl Into<String>) -> Self {
        Self::Named(json!({"type": "function", "function": {"name": name.into()}}))
    }
}

/// `none`, `auto` and `required`; any other text is the name of a function.
impl From<&str> for ToolChoice {
    fn from(text: &str) -> Self {
        match text {
            "none" => Self::none(),
            "auto" => Self::auto(),
            "required" => Self::required(),
            name => Self::function(name),
        }
    }
}

open_struct! {
    /// A tool call of the model.
    pub struct ToolCall {
        /// Unique ID; the tool's message repeats it.
        pub id: String,
        /// Always `function` today.
        pub kind: String = "type",
        /// The function and its arguments.
        pub function: FunctionCall,
    }
}

open_struct! {
    /// A call of a function.
    pub struct FunctionCall {
        /// The function's name.
        pub name: String,
        /// The arguments as JSON text that the model wrote: it may not be valid.
        pub arguments: String,
    }
}

impl ToolCall {
    /// A call of a function, for the history of a conversation. `arguments` is JSON text.
    pub fn function(
        id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Into<String>,
    ) -> Self {
        let function =
            FunctionCall { name: name.into(), arguments: arguments.into(), extra: Map::new() };
        Self { id: id.into(), kind: "function".to_owned(), function, extra: Map::new() }
    }
}

impl FunctionCall {
    /// Reads the arguments.
    ///
    /// # Errors
    ///
    /// The model wrote something that is not a `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(if self.arguments.is_empty() { "{}" } else { &self.arguments })
    }
}
