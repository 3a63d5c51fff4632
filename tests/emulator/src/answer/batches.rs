//! Batches: from `validating` over `in_progress` and `finalizing` to `completed`. The lines run
//! through the emulator's own operations while the batch is `in_progress`.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};

use super::Question;
use super::batch_input::{self, InputError};
use super::batch_lines::Lines;
use super::files::{self, NewFile};
use super::pages::{self, Limit};
use crate::clock::Progress;
use crate::ids;
use crate::job_fault::Step;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

/// How long a batch is validating, in progress and finalizing, in seconds.
const LENGTHS: [f64; 3] = [600.0, 14_400.0, 600.0];

/// How long a batch is cancelling at most, in seconds.
const CANCELLING: [f64; 1] = [600.0];

/// The most lines that one request for a batch runs, so that none takes long.
const LINES_PER_READ: usize = 10_000;

/// A batch.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) object: Value,
    input: Bytes,
    deployment: String,
    tokens: u64,
    lines: Option<Lines>,
    progress: Progress,
    /// Since when it is cancelled.
    cancelling: Option<Progress>,
    output_lifetime: Option<u64>,
}

impl Batch {
    fn status(&self) -> &str {
        self.object["status"].as_str().unwrap_or_default()
    }

    fn is_over(&self) -> bool {
        ["completed", "failed", "expired", "cancelled"].contains(&self.status())
    }
}

pub(crate) fn create(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let jobs = &question.shared.jobs;
    if let Some(fault) = jobs.fault(Step::BatchCreation, "") {
        return Err(ServiceError::coded(fault.status, &fault.code, &fault.message));
    }
    let id = ids::id("batch_", question.number());
    let now = jobs.clock.now();
    let body = &question.body;
    let input = input(question)?;
    let deployment = batch_input::deployment(&input);
    // A token is about four bytes.
    let tokens = input.len() as u64 / 4;
    let mut is_over_quota = false;
    if let Some(quota) = jobs.batch_quota {
        is_over_quota = enqueued(question, &deployment) + tokens > quota.tokens;
        if is_over_quota && quota.is_checked_at_once {
            return Err(ServiceError::coded(400, "token_limit_exceeded", TOKEN_LIMIT));
        }
    }
    let no_id = if question.is_v1 { Value::Null } else { json!("") };
    let object = json!({
        "object": "batch",
        "id": id,
        "endpoint": body["endpoint"],
        "completion_window": body["completion_window"],
        "input_file_id": body["input_file_id"],
        "input_blob": body["input_blob"],
        "output_folder": body["output_folder"],
        "output_file_id": no_id,
        "error_file_id": no_id,
        "status": "validating",
        "errors": null,
        "metadata": body["metadata"],
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "created_at": now,
        "expires_at": now + 86_400,
        "in_progress_at": null,
        "finalizing_at": null,
        "completed_at": null,
        "failed_at": null,
        "expired_at": null,
        "cancelling_at": null,
        "cancelled_at": null,
    });
    let mut batch = Batch {
        object: object.clone(),
        input,
        deployment,
        tokens,
        lines: None,
        progress: Progress::new(&jobs.clock),
        cancelling: None,
        output_lifetime: body["output_expires_after"]["seconds"].as_u64(),
    };
    if is_over_quota {
        // Seen when the batch is validated.
        batch.lines = Some(Lines::failed("token_limit_exceeded", TOKEN_LIMIT));
        batch.tokens = 0;
    }
    let mut store = locked(&question.shared.store);
    store.batches.put(id, Arc::new(Mutex::new(batch)));
    Ok(Reply::status(if question.is_v1 { 201 } else { 200 }).json(object))
}

const TOKEN_LIMIT: &str = "The enqueued tokens of this deployment are at their limit.";

/// The lines, from a file or from the storage account.
fn input(question: &Question<'_>) -> Result<Bytes, ServiceError> {
    if let Some(url) = question.body["input_blob"].as_str() {
        if question.body["metadata"].is_object() {
            let message = "'metadata' cannot be used with 'input_blob'.";
            return Err(ServiceError::bad_request("invalid_value", "metadata", message));
        }
        return Ok(question.shared.jobs.blob(url).unwrap_or_default());
    }
    let id = question.text("input_file_id").unwrap_or_default();
    let mut store = locked(&question.shared.store);
    let file = files::read(question.shared, &mut store, &id);
    let file = file.ok_or_else(|| ServiceError::no_object("file", &id))?;
    if file.object["purpose"] != "batch" {
        let message = "The file was not uploaded with the purpose batch.";
        return Err(ServiceError::bad_request("invalid_value", "input_file_id", message));
    }
    Ok(file.bytes())
}

/// The tokens of batches of a deployment that are not over.
fn enqueued(question: &Question<'_>, deployment: &str) -> u64 {
    let open = all(question).into_iter().map(|batch| {
        let batch = locked(&batch);
        let counts = !batch.is_over() && batch.deployment == deployment;
        if counts { batch.tokens } else { 0 }
    });
    open.sum()
}

fn all(question: &Question<'_>) -> Vec<Arc<Mutex<Batch>>> {
    let store = locked(&question.shared.store);
    store.batches.newest_first().map(|(_, batch)| Arc::clone(batch)).collect()
}

pub(crate) fn list(question: &Question<'_>) -> Result<Reply, ServiceError> {
    // No batch is locked while the store is.
    let shelf = locked(&question.shared.store).batches.clone();
    let describe = |batch: &Arc<Mutex<Batch>>| Some(locked(batch).object.clone());
    pages::page(question, &shelf, Limit::COLLECTION, describe)
}

fn find(question: &Question<'_>, id: &str) -> Result<Arc<Mutex<Batch>>, ServiceError> {
    let mut store = locked(&question.shared.store);
    let batch = store.batches.get(id).map(|batch| Arc::clone(batch));
    batch.ok_or_else(|| ServiceError::no_object("batch", id))
}

pub(crate) fn get(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let batch = find(question, id)?;
    let mut batch = locked(&batch);
    advance(question, &mut batch);
    Ok(Reply::status(200).json(batch.object.clone()))
}

pub(crate) fn cancel(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let batch = find(question, id)?;
    let mut batch = locked(&batch);
    if batch.is_over() {
        let message = format!("A batch that is {} cannot be cancelled.", batch.status());
        return Err(ServiceError::plain(409, "Conflict", &message));
    }
    enter(question, &mut batch, "cancelling");
    batch.cancelling.get_or_insert_with(|| Progress::new(&question.shared.jobs.clock));
    Ok(Reply::status(200).json(batch.object.clone()))
}

/// Brings a batch to where it is by now.
fn advance(question: &Question<'_>, batch: &mut Batch) {
    let clock = &question.shared.jobs.clock;
    if batch.is_over() {
        return;
    }
    if let Some(cancelling) = &mut batch.cancelling {
        if cancelling.read(clock, &CANCELLING).at == CANCELLING.len() {
            finish(question, batch, "cancelled");
        }
        return;
    }
    let stage = batch.progress.read(clock, &LENGTHS);
    if stage.at == 0 || !is_valid(question, batch) {
        return;
    }
    let Some(lines) = &mut batch.lines else { return };
    let fraction = if stage.at == 1 { stage.share } else { 1.0 };
    let wanted = (lines.total() as f64 * fraction) as usize;
    lines.run_to(question, wanted.min(lines.done() + LINES_PER_READ));
    batch.object["request_counts"] = lines.counts();
    let is_run = lines.done() == lines.total();
    let half = lines.total().div_ceil(2);
    let is_half = lines.done() >= half;
    let id = batch.object["id"].as_str().unwrap_or_default().to_owned();
    if is_half && question.shared.jobs.fault(Step::BatchExpiry, &id).is_some() {
        if let Some(lines) = &mut batch.lines {
            lines.expire();
        }
        return finish(question, batch, "expired");
    }
    match stage.at {
        1 => enter(question, batch, "in_progress"),
        _ if !is_run => enter(question, batch, "in_progress"),
        2 => enter(question, batch, "finalizing"),
        _ => finish(question, batch, "completed"),
    }
}

/// Reads the input when validation is over; one that is wrong fails the batch.
fn is_valid(question: &Question<'_>, batch: &mut Batch) -> bool {
    let jobs = &question.shared.jobs;
    if batch.lines.is_none() {
        let id = batch.object["id"].as_str().unwrap_or_default();
        let lines = match jobs.fault(Step::BatchValidation, id) {
            Some(fault) => Lines::failed(&fault.code, &fault.message),
            None => match batch_input::read(question, &batch.input) {
                Ok(lines) => Lines::new(question.number(), lines),
                Err(errors) => Lines::refused(errors),
            },
        };
        batch.lines = Some(lines);
    }
    let errors = batch.lines.as_ref().map(Lines::errors).unwrap_or_default();
    if errors.is_empty() {
        return true;
    }
    let data: Vec<Value> = errors.iter().map(InputError::json).collect();
    batch.object["errors"] = json!({"object": "list", "data": data});
    enter(question, batch, "failed");
    false
}

fn enter(question: &Question<'_>, batch: &mut Batch, status: &str) {
    if batch.status() != status {
        batch.object["status"] = json!(status);
        batch.object[format!("{status}_at")] = json!(question.shared.jobs.clock.now());
    }
}

/// Ends a batch with what has run, as files or in the storage account.
fn finish(question: &Question<'_>, batch: &mut Batch, status: &str) {
    if let Some(lines) = batch.lines.take() {
        batch.object["request_counts"] = lines.counts();
        let (output, errors) = lines.into_files();
        let folder = batch.object["output_folder"]["url"].as_str().map(str::to_owned);
        if let Some(folder) = folder {
            let folder =
                format!("{}/{}", folder.trim_end_matches('/'), ids::uuid(question.number(), 9));
            for (name, member, content) in
                [("results", "output_blob", output), ("errors", "error_blob", errors)]
            {
                let url = format!("{folder}/{name}.jsonl");
                batch.object[member] = json!(url);
                question.shared.jobs.put_blob(url, content.concat().into());
            }
        } else {
            let mut store = locked(&question.shared.store);
            for (at, name, member, content) in [
                (0, "results.jsonl", "output_file_id", output),
                (1, "errors.jsonl", "error_file_id", errors),
            ] {
                let lifetime = batch.output_lifetime;
                let new = NewFile { name, purpose: "batch_output", lifetime, content };
                let seed = question.number().wrapping_mul(8_191) + at;
                let file = files::put(question.shared, &mut store, seed, new);
                // The file of errors is there even when it is empty.
                batch.object[member] = file["id"].clone();
            }
        }
    }
    batch.input = Bytes::new();
    enter(question, batch, status);
}
