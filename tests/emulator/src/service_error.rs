//! Errors in the shape in which the service writes them.

use serde_json::{Map, Value, json};

use crate::reply::Reply;

/// A refusal.
#[derive(Debug, Clone)]
pub(crate) struct ServiceError {
    status: u16,
    error: Map<String, Value>,
    violations: Vec<String>,
}

impl ServiceError {
    fn new(status: u16, error: Value) -> Self {
        let error = match error {
            Value::Object(error) => error,
            other => Map::from_iter([("message".to_owned(), other)]),
        };
        Self { status, error, violations: Vec::new() }
    }

    /// A refusal with a code, a message and nothing else.
    pub(crate) fn plain(status: u16, code: &str, message: &str) -> Self {
        Self::new(status, json!({"code": code, "message": message}))
    }

    /// 400 that names a field of the request.
    pub(crate) fn bad_request(code: &str, param: &str, message: &str) -> Self {
        Self::new(
            400,
            json!({
                "message": message, "type": "invalid_request_error", "param": param, "code": code,
            }),
        )
    }

    /// 400 for a parameter that this model does not know.
    pub(crate) fn unknown_parameter(name: &str) -> Self {
        let message = format!("Unknown parameter: '{name}'.");
        Self::bad_request("unknown_parameter", name, &message)
    }

    /// 400 for a parameter that this model refuses, with what takes its place.
    pub(crate) fn unsupported_parameter(name: &str, instead: Option<&str>) -> Self {
        let mut message =
            format!("Unsupported parameter: '{name}' is not supported with this model.");
        if let Some(instead) = instead {
            message += &format!(" Use '{instead}' instead.");
        }
        Self::bad_request("unsupported_parameter", name, &message)
    }

    /// 400 for a value that this model refuses.
    pub(crate) fn unsupported_value(name: &str, value: &Value, only: &str) -> Self {
        let message =
            format!("Unsupported value: '{name}' does not support {value} with this model. {only}");
        Self::bad_request("unsupported_value", name, &message)
    }

    /// 400 for an api-version that v1 does not have.
    pub(crate) fn no_version() -> Self {
        Self::plain(400, "BadRequest", "API version not supported")
    }

    /// A refusal of a job, with a code of its own.
    pub(crate) fn coded(status: u16, code: &str, message: &str) -> Self {
        let error = json!({
            "message": message, "type": "invalid_request_error", "param": null, "code": code,
        });
        Self::new(status, error)
    }

    /// 401: neither the key nor the token is right.
    pub(crate) fn unauthorized() -> Self {
        Self::plain(
            401,
            "401",
            "Access denied: the key or token is missing, wrong, or belongs to another resource.",
        )
    }

    /// 404 for a path or an api-version that does not exist.
    pub(crate) fn no_resource() -> Self {
        Self::plain(404, "404", "Resource not found")
    }

    /// 404 for a deployment that does not exist.
    pub(crate) fn no_deployment() -> Self {
        Self::new(
            404,
            json!({
                "type": "invalid_request_error",
                "code": "DeploymentNotFound",
                "message": "This resource has no deployment of that name. A new one may take a \
                            few minutes until it answers.",
            }),
        )
    }

    /// 400 for a deployment whose model cannot do this.
    pub(crate) fn wrong_model(operation: &str, deployment: &str) -> Self {
        Self::plain(
            400,
            "OperationNotSupported",
            &format!("The model behind {deployment} does not support {operation}."),
        )
    }

    /// 404 for a file, batch or response that does not exist.
    pub(crate) fn no_object(what: &str, id: &str) -> Self {
        Self::new(
            404,
            json!({
                "code": "notFound",
                "message": format!("There is no {what} with the id {id}."),
                "type": "invalid_request_error",
                "param": null,
            }),
        )
    }

    /// 501 for an operation that the emulator does not have.
    pub(crate) fn not_implemented(operation: &str) -> Self {
        let message = format!("The emulator has no response for {operation}; script one.");
        Self::plain(501, "NotImplemented", &message)
    }

    /// 400 for a response that is not there to be continued.
    pub(crate) fn no_previous_response(id: &str) -> Self {
        let message = format!("Previous response with id '{id}' not found.");
        Self::bad_request("previous_response_not_found", "previous_response_id", &message)
    }

    /// 404 for an item of the input that is not stored.
    pub(crate) fn no_item(id: &str) -> Self {
        let message = format!(
            "Item with id '{id}' not found. Items are not stored when `store` is false; send them \
             with their encrypted content, or leave them out."
        );
        let error = json!({
            "message": message, "type": "invalid_request_error", "param": "input", "code": null,
        });
        Self::new(404, error)
    }

    /// 413 for a body over the limit.
    pub(crate) fn too_large(limit: usize) -> Self {
        Self::plain(413, "413", &format!("The body has more than {limit} bytes."))
    }

    /// 400 for a body that is not JSON.
    pub(crate) fn not_json(why: &str) -> Self {
        let message = format!("The body of the request is not valid JSON: {why}");
        let error = json!({
            "message": message, "type": "invalid_request_error", "param": null, "code": null,
        });
        Self { violations: vec![message], ..Self::new(400, error) }
    }

    /// 400 for a request that does not fit the document of its api-version.
    pub(crate) fn violates(api_version: &str, violations: Vec<String>) -> Self {
        let list = violations.join("; ");
        let error = json!({
            "message": format!("The request is not as the document of {api_version} says: {list}"),
            "type": "invalid_request_error",
            "param": violations.first().and_then(|first| first.split(": ").next()),
            "code": "invalid_request",
            "details": violations
                .iter()
                .map(|violation| json!({"code": "invalid_request", "message": violation}))
                .collect::<Vec<_>>(),
        });
        Self { violations, ..Self::new(400, error) }
    }

    /// 400 for a prompt that the content filter blocks.
    pub(crate) fn content_filter() -> Self {
        Self::new(
            400,
            json!({
                "message": "The prompt was blocked by the content filter of this deployment. \
                            Change it and try again.",
                "type": null,
                "param": "prompt",
                "code": "content_filter",
                "status": 400,
                "innererror": {
                    "code": "ResponsibleAIPolicyViolation",
                    "content_filter_result": {
                        "hate": {"filtered": false, "severity": "safe"},
                        "jailbreak": {"filtered": false, "detected": false},
                        "self_harm": {"filtered": false, "severity": "safe"},
                        "sexual": {"filtered": false, "severity": "safe"},
                        "violence": {"filtered": true, "severity": "medium"},
                    },
                },
            }),
        )
    }

    /// Why the request was refused, for the journal.
    pub(crate) fn violations(&self) -> Vec<String> {
        if self.violations.is_empty() {
            let text = |name: &str| match self.error.get(name) {
                Some(Value::String(text)) => text.clone(),
                _ => String::new(),
            };
            return vec![format!("{} {}: {}", self.status, text("code"), text("message"))];
        }
        self.violations.clone()
    }

    /// The refusal as a message of a WebSocket.
    pub(crate) fn event(&self) -> Value {
        json!({"type": "error", "status": self.status, "error": self.error})
    }

    pub(crate) fn reply(&self) -> Reply {
        Reply::status(self.status).json(json!({"error": self.error}))
    }
}
