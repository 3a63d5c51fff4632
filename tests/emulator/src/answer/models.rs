//! The models of a resource: one for each deployment.

use serde_json::{Value, json};

use super::Question;
use crate::reply::Reply;
use crate::service_error::ServiceError;

/// When the models were made: 2024-02-29.
const CREATED: u64 = 1_709_208_000;

pub(crate) fn list(question: &Question<'_>) -> Reply {
    let deployments = &question.shared.settings.deployments;
    let data: Vec<Value> = deployments.iter().map(|name| model(question, name)).collect();
    Reply::status(200).json(json!({"object": "list", "data": data}))
}

pub(crate) fn get(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    if question.shared.settings.deployments.contains(id) {
        return Ok(Reply::status(200).json(model(question, id)));
    }
    Err(ServiceError::no_object("model", id))
}

fn model(question: &Question<'_>, name: &str) -> Value {
    if question.is_v1 {
        return json!({"id": name, "object": "model", "created": CREATED, "owned_by": "system"});
    }
    let is_embedding = name.contains("embedding");
    let is_chat = name.starts_with("gpt-") || name.starts_with('o');
    json!({
        "id": name,
        "object": "model",
        "created_at": CREATED,
        "updated_at": CREATED,
        "status": "succeeded",
        "lifecycle_status": "generally-available",
        "capabilities": {
            "fine_tune": false,
            "inference": true,
            "completion": name.ends_with("-instruct"),
            "chat_completion": is_chat,
            "embeddings": is_embedding,
        },
        "deprecation": {"inference": CREATED + 315_360_000},
    })
}
