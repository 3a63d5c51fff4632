//! Files, kept in memory until the emulator ends.

use serde_json::{Value, json};

use super::store::{File, page};
use super::{Question, Store};
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

pub(crate) fn upload(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let part = question.request.part("file");
    let Some((part, name)) = part.and_then(|part| Some((part, part.file_name.clone()?))) else {
        return Err(ServiceError::bad_request("invalid_value", "file", "'file' is missing."));
    };
    let purpose = question.text("purpose").unwrap_or_default();
    if purpose.is_empty() {
        let message = "'purpose' is missing.";
        return Err(ServiceError::bad_request("invalid_value", "purpose", message));
    }
    let mut store = locked(&question.shared.store);
    let file = put(&mut store, question.number(), &name, &purpose, part.body.clone());
    // The dated API has made a file; v1 says just that all is well.
    let status = if question.is_v1 { 200 } else { 201 };
    Ok(Reply::status(status).json(file))
}

/// Keeps a file and describes it.
pub(crate) fn put(
    store: &mut Store,
    number: u64,
    name: &str,
    purpose: &str,
    content: bytes::Bytes,
) -> Value {
    let id = ids::id("file-", number);
    let object = json!({
        "object": "file",
        "id": id,
        "bytes": content.len(),
        "created_at": ids::now(),
        "filename": name,
        "purpose": purpose,
        "status": "processed",
    });
    store.files.put(id, File { object: object.clone(), content });
    object
}

pub(crate) fn list(question: &Question<'_>) -> Reply {
    let store = locked(&question.shared.store);
    let purpose = question.request.query("purpose");
    let objects = store.files.newest_first().map(|(_, file)| file.object.clone());
    let objects = objects.filter(|file| purpose.is_none_or(|purpose| file["purpose"] == purpose));
    Reply::status(200).json(page(question, objects.collect()))
}

pub(crate) fn get(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let mut store = locked(&question.shared.store);
    let file = store.files.get(id).ok_or_else(|| ServiceError::no_object("file", id))?;
    Ok(Reply::status(200).json(file.object.clone()))
}

pub(crate) fn content(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let mut store = locked(&question.shared.store);
    let file = store.files.get(id).ok_or_else(|| ServiceError::no_object("file", id))?;
    let reply = Reply::status(200).header("content-type", "application/octet-stream");
    Ok(reply.body(file.content.clone()))
}

/// Says whether there was such a file; a missing one is no error.
pub(crate) fn delete(question: &Question<'_>, id: &str) -> Reply {
    let deleted = locked(&question.shared.store).files.remove(id).is_some();
    Reply::status(200).json(json!({"object": "file", "id": id, "deleted": deleted}))
}
