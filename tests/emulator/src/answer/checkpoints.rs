//! Copies of checkpoints to other resources, and permissions to use them.

use serde_json::{Value, json};

use super::Question;
use super::pages::{self, Limit};
use super::store::Shelf;
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

/// A permission of a project.
#[derive(Debug, Clone)]
pub(crate) struct Permission {
    checkpoint: String,
    object: Value,
}

/// The copies of checkpoints by their ids, and the permissions.
#[derive(Debug, Default)]
pub(crate) struct Sharing {
    copies: std::collections::BTreeMap<String, Vec<Value>>,
    permissions: Shelf<Permission>,
}

/// `…/checkpoints/{id}/copy`, which needs a preview header.
pub(crate) fn copy(question: &Question<'_>, job: &str, id: &str) -> Result<Reply, ServiceError> {
    if question.request.header("aoai-copy-ft-checkpoints") != Some("preview") {
        let message = "The header aoai-copy-ft-checkpoints: preview is missing.";
        return Err(ServiceError::bad_request(
            "invalid_request",
            "aoai-copy-ft-checkpoints",
            message,
        ));
    }
    let mut store = locked(&question.shared.store);
    let found = store.fine_tuning_jobs.get(job);
    let found = found.ok_or_else(|| ServiceError::no_object("fine-tuning job", job))?;
    let checkpoint = found.checkpoints.get(id).cloned();
    let checkpoint = checkpoint.ok_or_else(|| ServiceError::no_object("checkpoint", id))?;
    let copies = store.sharing.copies.entry(id.to_owned()).or_default();
    if question.request.method == "POST" {
        copies.push(json!({
            "destinationResourceId": question.body["destinationResourceId"],
            "region": question.body["region"],
            "status": "InProgress",
        }));
    } else {
        copies.iter_mut().for_each(|copy| copy["status"] = json!("Completed"));
    }
    Ok(Reply::status(200).json(json!({
        "checkpointedModelName": checkpoint["fine_tuned_model_checkpoint"],
        "fineTuningJobId": job,
        "copiedAccountDetails": copies,
    })))
}

pub(crate) fn permit(question: &Question<'_>, checkpoint: &str) -> Result<Reply, ServiceError> {
    let projects = question.body["project_ids"].as_array().cloned().unwrap_or_default();
    if projects.is_empty() {
        let message = "'project_ids' is empty.";
        return Err(ServiceError::bad_request("invalid_value", "project_ids", message));
    }
    let mut made = Vec::new();
    let mut store = locked(&question.shared.store);
    for (at, project) in projects.iter().enumerate() {
        let id = ids::id("cp_", question.number().wrapping_mul(257) + at as u64);
        let object = json!({
            "object": "checkpoint.permission",
            "id": id,
            "created_at": question.shared.jobs.clock.now(),
            "project_id": project,
        });
        made.push(object.clone());
        let permission = Permission { checkpoint: checkpoint.to_owned(), object };
        store.sharing.permissions.put(id, permission);
    }
    Ok(Reply::status(200).json(pages::list(made, false)))
}

pub(crate) fn permissions(
    question: &Question<'_>,
    checkpoint: &str,
) -> Result<Reply, ServiceError> {
    let store = locked(&question.shared.store);
    let project = question.request.query("project_id");
    pages::page(question, &store.sharing.permissions, Limit::COLLECTION, |permission| {
        let is_wanted = permission.checkpoint == checkpoint
            && project.is_none_or(|project| permission.object["project_id"] == project);
        is_wanted.then(|| permission.object.clone())
    })
}

pub(crate) fn forbid(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let removed = locked(&question.shared.store).sharing.permissions.remove(id);
    removed.ok_or_else(|| ServiceError::no_object("permission", id))?;
    let object = json!({"object": "checkpoint.permission", "id": id, "deleted": true});
    Ok(Reply::status(200).json(object))
}
