//! Uploads in parts.

use std::collections::HashMap;

use bytes::Bytes;
use serde_json::{Value, json};

use super::Question;
use super::files::{self, NewFile};
use crate::ids;
use crate::job_fault::Step;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

/// How long an upload waits for its parts, in seconds.
const LIFETIME: u64 = 7_200;

/// An upload that is not a file yet.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    object: Value,
    lifetime: Option<u64>,
    parts: HashMap<String, Bytes>,
}

pub(crate) fn create(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let purpose = files::purpose(question)?;
    let lifetime = files::lifetime(question)?;
    let bytes = question.body["bytes"].as_u64().filter(|bytes| *bytes > 0).ok_or_else(|| {
        ServiceError::bad_request("invalid_value", "bytes", "'bytes' must be more than 0.")
    })?;
    let id = ids::id("upload_", question.number());
    let now = question.shared.jobs.clock.now();
    let object = json!({
        "object": "upload",
        "id": id,
        "bytes": bytes,
        "created_at": now,
        "expires_at": now + LIFETIME,
        "filename": question.text("filename").unwrap_or_default(),
        "purpose": purpose,
        "status": "pending",
        "file": null,
    });
    let upload = Upload { object: object.clone(), lifetime, parts: HashMap::new() };
    locked(&question.shared.store).uploads.put(id, upload);
    Ok(Reply::status(200).json(object))
}

pub(crate) fn add_part(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let data = question
        .request
        .part("data")
        .ok_or_else(|| ServiceError::bad_request("invalid_value", "data", "'data' is missing."))?;
    let part_id = ids::id("part_", question.number());
    with_pending(question, id, |upload| {
        upload.parts.insert(part_id.clone(), data.body.clone());
        Ok(Reply::status(200).json(json!({
            "object": "upload.part",
            "id": part_id,
            "created_at": question.shared.jobs.clock.now(),
            "upload_id": id,
        })))
    })
}

pub(crate) fn complete(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let refused = |what: &str| ServiceError::bad_request("invalid_value", "part_ids", what);
    if let Some(fault) = question.shared.jobs.fault(Step::UploadCompletion, id) {
        return Err(ServiceError::plain(fault.status, &fault.code, &fault.message));
    }
    let mut content = Vec::new();
    let (name, purpose, lifetime) = with_pending(question, id, |upload| {
        let part_ids = question.body["part_ids"].as_array().into_iter().flatten();
        for part_id in part_ids.filter_map(Value::as_str) {
            let part = upload.parts.get(part_id);
            let part = part.ok_or_else(|| refused(&format!("There is no part {part_id}.")))?;
            content.push(part.clone());
        }
        let sum: usize = content.iter().map(Bytes::len).sum();
        let bytes = upload.object["bytes"].as_u64();
        if bytes != Some(sum as u64) {
            return Err(refused(&format!("The parts have {sum} bytes in all, not {bytes:?}.")));
        }
        let text = |name: &str| upload.object[name].as_str().unwrap_or_default().to_owned();
        Ok((text("filename"), text("purpose"), upload.lifetime))
    })?;
    let mut store = locked(&question.shared.store);
    let new = NewFile { name: &name, purpose: &purpose, lifetime, content };
    let file = files::put(question.shared, &mut store, question.number(), new);
    let upload = store.uploads.get(id).ok_or_else(|| ServiceError::no_object("upload", id))?;
    upload.object["status"] = json!("completed");
    upload.object["file"] = file;
    upload.parts.clear();
    Ok(Reply::status(200).json(upload.object.clone()))
}

pub(crate) fn cancel(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with_pending(question, id, |upload| {
        upload.object["status"] = json!("cancelled");
        upload.parts.clear();
        Ok(Reply::status(200).json(upload.object.clone()))
    })
}

/// Does something with an upload that still takes parts.
fn with_pending<T>(
    question: &Question<'_>,
    id: &str,
    act: impl FnOnce(&mut Upload) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let mut store = locked(&question.shared.store);
    let upload = store.uploads.get(id).ok_or_else(|| ServiceError::no_object("upload", id))?;
    let now = question.shared.jobs.clock.now();
    if upload.object["status"] == "pending"
        && upload.object["expires_at"].as_u64().is_some_and(|at| at <= now)
    {
        upload.object["status"] = json!("expired");
        upload.parts.clear();
    }
    if upload.object["status"] != "pending" {
        let status = upload.object["status"].as_str().unwrap_or_default();
        let message = format!("The upload is {status}.");
        return Err(ServiceError::bad_request("invalid_value", "upload_id", &message));
    }
    act(upload)
}
