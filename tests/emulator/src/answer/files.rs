//! Files: processed when they are read first, or after a minute by the clock.

use bytes::Bytes;
use serde_json::{Value, json};

use super::pages::{self, Limit};
use super::store::File;
use super::{Question, Store};
use crate::clock::Progress;
use crate::ids;
use crate::job_fault::Step;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::{Shared, locked};

/// How long a file is processed, in seconds.
const PROCESSING: [f64; 1] = [60.0];

/// The seconds that a file may live, if it is to expire.
const LIFETIME: std::ops::RangeInclusive<u64> = 3_600..=2_592_000;

pub(crate) fn upload(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let part = question.request.part("file");
    let Some((part, name)) = part.and_then(|part| Some((part, part.file_name.clone()?))) else {
        return Err(ServiceError::bad_request("invalid_value", "file", "'file' is missing."));
    };
    let purpose = purpose(question)?;
    let lifetime = lifetime(question)?;
    let new =
        NewFile { name: &name, purpose: &purpose, lifetime, content: vec![part.body.clone()] };
    let mut store = locked(&question.shared.store);
    let file = put(question.shared, &mut store, question.number(), new);
    // The dated API has made a file; v1 reports just success.
    let status = if question.is_v1 { 200 } else { 201 };
    Ok(Reply::status(status).json(file))
}

/// `POST /files/import`: there is no network, so the content is the URL.
pub(crate) fn import(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let purpose = purpose(question)?;
    let lifetime = lifetime(question)?;
    let url = question.text("content_url").unwrap_or_default();
    let name = question.text("filename").unwrap_or_default();
    let content = question.shared.jobs.blob(&url).unwrap_or_else(|| Bytes::from(url));
    let new = NewFile { name: &name, purpose: &purpose, lifetime, content: vec![content] };
    let mut store = locked(&question.shared.store);
    let file = put(question.shared, &mut store, question.number(), new);
    Ok(Reply::status(201).json(file))
}

pub(crate) fn purpose(question: &Question<'_>) -> Result<String, ServiceError> {
    question.text("purpose").filter(|purpose| !purpose.is_empty()).ok_or_else(|| {
        ServiceError::bad_request("invalid_value", "purpose", "'purpose' is missing.")
    })
}

/// The seconds of `expires_after`, from JSON or from a form, which spells it in two ways.
pub(crate) fn lifetime(question: &Question<'_>) -> Result<Option<u64>, ServiceError> {
    let member = |name: &str| {
        let spelled = [format!("expires_after[{name}]"), format!("expires_after.{name}")];
        let in_form = spelled.iter().find_map(|name| question.request.part(name));
        in_form.map(crate::Part::text).or_else(|| match &question.body["expires_after"][name] {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        })
    };
    let refused = |what: &str| ServiceError::bad_request("invalid_value", "expires_after", what);
    match (member("anchor"), member("seconds")) {
        (None, None) => Ok(None),
        (Some(anchor), Some(seconds)) if anchor == "created_at" => match seconds.parse() {
            Ok(seconds) if LIFETIME.contains(&seconds) => Ok(Some(seconds)),
            _ => Err(refused("'expires_after.seconds' is out of range.")),
        },
        _ => Err(refused("'expires_after' needs the anchor 'created_at' and seconds.")),
    }
}

/// A file that is to be stored.
#[derive(Debug)]
pub(crate) struct NewFile<'a> {
    pub(crate) name: &'a str,
    pub(crate) purpose: &'a str,
    pub(crate) lifetime: Option<u64>,
    pub(crate) content: Vec<Bytes>,
}

/// Stores a file and describes it.
pub(crate) fn put(shared: &Shared, store: &mut Store, number: u64, new: NewFile<'_>) -> Value {
    let id = ids::id("file-", number);
    let now = shared.jobs.clock.now();
    // What the service makes itself needs no processing.
    let is_output = new.purpose.ends_with("output") || new.purpose.ends_with("results");
    let object = json!({
        "object": "file",
        "id": id,
        "bytes": new.content.iter().map(Bytes::len).sum::<usize>(),
        "created_at": now,
        "expires_at": new.lifetime.map(|seconds| now + seconds),
        "filename": new.name,
        "purpose": new.purpose,
        "status": if is_output { "processed" } else { "pending" },
    });
    let progress = (!is_output).then(|| Progress::new(&shared.jobs.clock));
    store.files.put(id, File { object: object.clone(), content: new.content, progress });
    object
}

/// A file as it is now, if it has not expired.
pub(crate) fn read<'a>(shared: &Shared, store: &'a mut Store, id: &str) -> Option<&'a mut File> {
    let clock = &shared.jobs.clock;
    let expires = store.files.get(id)?.object["expires_at"].as_u64();
    if expires.is_some_and(|at| at <= clock.now()) {
        store.files.remove(id);
        return None;
    }
    let file = store.files.get(id)?;
    if let Some(progress) = &mut file.progress
        && progress.read(clock, &PROCESSING).at == PROCESSING.len()
    {
        file.progress = None;
        let fault = shared.jobs.fault(Step::FileProcessing, file.name());
        file.object["status"] = json!(if fault.is_some() { "error" } else { "processed" });
        if let Some(fault) = fault {
            file.object["status_details"] = json!(fault.message);
        }
    }
    Some(file)
}

pub(crate) fn list(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let store = locked(&question.shared.store);
    let purpose = question.request.query("purpose");
    let now = question.shared.jobs.clock.now();
    pages::page(question, &store.files, Limit::FILES, |file| {
        let is_wanted = purpose.is_none_or(|purpose| file.object["purpose"] == purpose);
        let lives = file.object["expires_at"].as_u64().is_none_or(|at| at > now);
        (is_wanted && lives).then(|| file.object.clone())
    })
}

pub(crate) fn get(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let mut store = locked(&question.shared.store);
    let file = read(question.shared, &mut store, id);
    let file = file.ok_or_else(|| ServiceError::no_object("file", id))?;
    Ok(Reply::status(200).json(file.object.clone()))
}

pub(crate) fn content(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let mut store = locked(&question.shared.store);
    let file = store.files.get(id).ok_or_else(|| ServiceError::no_object("file", id))?;
    let reply = Reply::status(200).header("content-type", "application/octet-stream");
    Ok(reply.sized_chunks(file.content.clone()))
}

/// Reports whether there was such a file; a missing one is no error.
pub(crate) fn delete(question: &Question<'_>, id: &str) -> Reply {
    let deleted = locked(&question.shared.store).files.remove(id).is_some();
    Reply::status(200).json(json!({"object": "file", "id": id, "deleted": deleted}))
}
