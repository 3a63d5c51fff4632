//! What a model may use while it makes a response.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// A tool.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct ResponseTool(Map<String, Value>);

impl ResponseTool {
    /// A function of yours. `parameters` is the JSON schema of its arguments, an object.
    pub fn function(name: impl Into<String>, parameters: Value) -> Self {
        let name: String = name.into();
        Self::of_kind("function").set("name", name).set("parameters", parameters)
    }

    /// Searches in vector stores.
    pub fn file_search<I: IntoIterator<Item: Into<String>>>(vector_stores: I) -> Self {
        let ids: Vec<String> = vector_stores.into_iter().map(Into::into).collect();
        Self::of_kind("file_search").set("vector_store_ids", json!(ids))
    }

    /// Runs Python, in a container that the service makes for it.
    #[must_use]
    pub fn code_interpreter() -> Self {
        Self::of_kind("code_interpreter").set("container", json!({"type": "auto"}))
    }

    /// Uses the tools of a server that speaks the Model Context Protocol.
    pub fn mcp(label: impl Into<String>, url: impl Into<String>) -> Self {
        let (label, url): (String, String) = (label.into(), url.into());
        Self::of_kind("mcp").set("server_label", label).set("server_url", url)
    }

    /// Makes pictures.
    #[must_use]
    pub fn image_generation() -> Self {
        Self::of_kind("image_generation")
    }

    /// A tool of any kind, without its members: `web_search_preview`, `computer_use_preview`, ….
    pub fn of_kind(kind: impl Into<String>) -> Self {
        let kind: String = kind.into();
        Self(Map::new()).set("type", kind)
    }

    /// What a function is for.
    #[must_use]
    pub fn description(self, text: impl Into<String>) -> Self {
        let text: String = text.into();
        self.set("description", text)
    }

    /// Whether the arguments of a function fit its schema exactly.
    #[must_use]
    pub fn strict(self, strict: bool) -> Self {
        self.set("strict", strict)
    }

    /// Sets any member.
    #[must_use]
    pub fn set(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.insert(member.into(), value.into());
        self
    }
}

/// Which tools the model may or must use.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct ResponseToolChoice(Value);

impl ResponseToolChoice {
    /// As the model likes.
    #[must_use]
    pub fn auto() -> Self {
        Self("auto".into())
    }

    /// No tool.
    #[must_use]
    pub fn none() -> Self {
        Self("none".into())
    }

    /// At least one tool.
    #[must_use]
    pub fn required() -> Self {
        Self("required".into())
    }

    /// This function.
    pub fn function(name: impl Into<String>) -> Self {
        let name: String = name.into();
        Self(json!({"type": "function", "name": name}))
    }

    /// One of these functions: as the model likes, or at least one if it `must`.
    pub fn functions<I: IntoIterator<Item: Into<String>>>(must: bool, names: I) -> Self {
        let function = |name| Self::function(name).0;
        let tools: Vec<Value> = names.into_iter().map(function).collect();
        let mode = if must { "required" } else { "auto" };
        Self(json!({"type": "allowed_tools", "mode": mode, "tools": tools}))
    }

    /// A tool that is no function, such as `file_search`.
    pub fn tool(kind: impl Into<String>) -> Self {
        let kind: String = kind.into();
        Self(json!({"type": kind}))
    }

    /// A choice that this crate does not know, as JSON.
    #[must_use]
    pub fn other(choice: Value) -> Self {
        Self(choice)
    }
}

#[cfg(test)]
mod tests {
    use super::{ResponseTool, ResponseToolChoice};
    use serde_json::{json, to_value};

    #[test]
    fn tools_and_choices_are_what_the_service_reads() {
        let schema = json!({"type": "object", "properties": {}});
        let tool = ResponseTool::function("f", schema.clone()).description("d").strict(true);
        let wire = json!({"type": "function", "name": "f", "description": "d", "strict": true,
            "parameters": schema});
        assert_eq!(to_value(tool).unwrap(), wire);
        let choice = ResponseToolChoice::functions(true, ["f", "g"]);
        let wire = json!({"type": "allowed_tools", "mode": "required",
            "tools": [{"type": "function", "name": "f"}, {"type": "function", "name": "g"}]});
        assert_eq!(to_value(choice).unwrap(), wire);
    }
}
