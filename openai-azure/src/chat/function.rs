//! Functions in the older form, before there were tools.

use serde::Serialize;
use serde_json::{Value, json};

use super::tool::Function;

/// Which function in the older form the model may or must call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct FunctionChoice(Value);

impl FunctionChoice {
    /// The model calls nothing.
    #[must_use]
    pub fn none() -> Self {
        Self("none".into())
    }

    /// The model decides.
    #[must_use]
    pub fn auto() -> Self {
        Self("auto".into())
    }

    /// The model calls this one.
    pub fn function(name: impl Into<String>) -> Self {
        Self(json!({"name": name.into()}))
    }
}

impl Function {
    /// A function by its name, when to call it, and the JSON schema of its arguments.
    pub fn new(name: impl Into<String>, description: impl Into<String>, parameters: Value) -> Self {
        Self {
            name: name.into(),
            description: Some(description.into()),
            parameters: Some(parameters),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FunctionChoice;
    use serde_json::{json, to_value};

    #[test]
    fn choices_are_what_the_service_reads() {
        assert_eq!(to_value(FunctionChoice::none()).unwrap(), "none");
        assert_eq!(to_value(FunctionChoice::auto()).unwrap(), "auto");
        assert_eq!(to_value(FunctionChoice::function("f")).unwrap(), json!({"name": "f"}));
    }
}
