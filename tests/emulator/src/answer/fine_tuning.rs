//! Fine-tuning jobs, with events and a checkpoint for each epoch.

use serde_json::{Value, json};

use super::files::{self, NewFile};
use super::fine_tuning_input;
use super::pages::{self, Limit};
use super::store::Shelf;
use super::{Question, Store};
use crate::clock::Progress;
use crate::ids;
use crate::job_fault::Step;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::{Shared, locked};

/// How long files are validated, a job is queued and an epoch runs, in seconds.
const VALIDATING: f64 = 600.0;
const QUEUED: f64 = 600.0;
const EPOCH: f64 = 3_600.0;

/// The most epochs that are told apart.
const MAX_EPOCHS: u64 = 10;

/// A job.
#[derive(Debug, Clone)]
pub(crate) struct FineTuningJob {
    object: Value,
    pub(crate) events: Shelf<Value>,
    pub(crate) checkpoints: Shelf<Value>,
    epochs: usize,
    progress: Progress,
    /// The stages that events have been written of.
    reached: usize,
    is_v1: bool,
}

impl FineTuningJob {
    fn id(&self) -> String {
        self.object["id"].as_str().unwrap_or_default().to_owned()
    }

    fn is_over(&self) -> bool {
        ["succeeded", "failed", "cancelled"].iter().any(|status| self.object["status"] == *status)
    }

    /// Writes an event.
    fn note(&mut self, shared: &Shared, level: &str, message: &str, data: Value) {
        let at = self.events.len() as u64;
        let seed = self.id().bytes().fold(at, |seed, byte| ids::mix(seed ^ u64::from(byte)));
        let id = ids::id("ftevent-", seed);
        let kind = if data.is_null() { "message" } else { "metrics" };
        let event = json!({
            "object": "fine_tuning.job.event",
            "id": id,
            "created_at": shared.jobs.clock.now(),
            "level": level,
            "message": message,
            "type": kind,
            "data": data,
        });
        self.events.put(id, event);
    }

    /// The names of the states before an epoch runs.
    fn waiting(&self) -> [&'static str; 2] {
        if self.is_v1 { ["validating_files", "queued"] } else { ["created", "pending"] }
    }
}

pub(crate) fn create(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let body = &question.body;
    let shared = question.shared;
    let mut store = locked(&shared.store);
    for name in ["training_file", "validation_file"] {
        if let Some(id) = body[name].as_str()
            && files::read(shared, &mut store, id).is_none()
        {
            let message = format!("'{name}' names no file: {id}.");
            return Err(ServiceError::bad_request("invalid_value", name, &message));
        }
    }
    let id = ids::id("ftjob-", question.number());
    let now = shared.jobs.clock.now();
    let kind = body["method"]["type"].as_str().unwrap_or("supervised");
    let in_method = &body["method"][kind]["hyperparameters"];
    let hyper = if in_method.is_object() { in_method } else { &body["hyperparameters"] };
    let epochs = hyper["n_epochs"].as_u64().unwrap_or(3).clamp(1, MAX_EPOCHS) as usize;
    let mut job = FineTuningJob {
        object: json!({
            "object": "fine_tuning.job",
            "id": id,
            "created_at": now,
            "model": body["model"],
            "status": "",
            "training_file": body["training_file"],
            "validation_file": body["validation_file"],
            "fine_tuned_model": null,
            "finished_at": null,
            "estimated_finish": now + (VALIDATING + QUEUED + EPOCH * epochs as f64) as u64,
            "organization_id": "azure",
            "result_files": [],
            "trained_tokens": null,
            "seed": body["seed"].as_u64().unwrap_or(question.number()),
            "suffix": body["suffix"],
            "hyperparameters": {
                "n_epochs": epochs,
                "batch_size": hyper["batch_size"].as_u64().unwrap_or(1),
                "learning_rate_multiplier": hyper["learning_rate_multiplier"].as_f64().unwrap_or(1.0),
            },
            "method": if body["method"].is_object() { body["method"].clone() } else { json!({"type": kind}) },
            "error": null,
            "metadata": body["metadata"],
        }),
        events: Shelf::default(),
        checkpoints: Shelf::default(),
        epochs,
        progress: Progress::new(&shared.jobs.clock),
        reached: 0,
        is_v1: question.is_v1,
    };
    job.object["status"] = json!(job.waiting()[0]);
    job.note(shared, "info", "Created fine-tuning job.", Value::Null);
    let object = job.object.clone();
    store.fine_tuning_jobs.put(id, job);
    Ok(Reply::status(if question.is_v1 { 200 } else { 201 }).json(object))
}

pub(crate) fn list(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let store = locked(&question.shared.store);
    let describe = |job: &FineTuningJob| Some(job.object.clone());
    pages::page(question, &store.fine_tuning_jobs, Limit::COLLECTION, describe)
}

/// Does something with a job that was brought to where it is by now.
pub(crate) fn with(
    question: &Question<'_>,
    id: &str,
    act: impl FnOnce(&mut FineTuningJob) -> Result<Reply, ServiceError>,
) -> Result<Reply, ServiceError> {
    let missing = || ServiceError::no_object("fine-tuning job", id);
    let mut store = locked(&question.shared.store);
    let mut job = store.fine_tuning_jobs.get(id).ok_or_else(missing)?.clone();
    if question.request.method == "GET" {
        advance(question, &mut store, &mut job);
    }
    let reply = act(&mut job);
    *store.fine_tuning_jobs.get(id).ok_or_else(missing)? = job;
    reply
}

pub(crate) fn get(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with(question, id, |job| Ok(Reply::status(200).json(job.object.clone())))
}

pub(crate) fn events(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with(question, id, |job| {
        pages::page(question, &job.events, Limit::COLLECTION, |event| Some(event.clone()))
    })
}

pub(crate) fn checkpoints(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with(question, id, |job| {
        pages::page(question, &job.checkpoints, Limit::COLLECTION, |point| Some(point.clone()))
    })
}

pub(crate) fn delete(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let removed = locked(&question.shared.store).fine_tuning_jobs.remove(id);
    removed.ok_or_else(|| ServiceError::no_object("fine-tuning job", id))?;
    Ok(Reply::status(204))
}

/// `cancel`, `pause` and `resume`.
pub(crate) fn change(question: &Question<'_>, id: &str, what: &str) -> Result<Reply, ServiceError> {
    with(question, id, |job| {
        let clock = &question.shared.jobs.clock;
        let status = job.object["status"].as_str().unwrap_or_default().to_owned();
        match what {
            "cancel" if !job.is_over() => {
                job.object["status"] = json!("cancelled");
                job.object["finished_at"] = json!(clock.now());
                job.note(question.shared, "info", "The job was cancelled.", Value::Null);
            }
            "pause" if status == "running" => {
                job.progress.pause(clock);
                job.object["status"] = json!("paused");
                job.note(question.shared, "info", "The job was paused.", Value::Null);
            }
            "resume" if status == "paused" => {
                job.progress.resume(clock);
                job.object["status"] = json!("running");
                job.note(question.shared, "info", "The job was resumed.", Value::Null);
            }
            _ => {
                let message = format!("A job that is {status} takes no {what}.");
                return Err(ServiceError::bad_request("invalid_state", "status", &message));
            }
        }
        Ok(Reply::status(200).json(job.object.clone()))
    })
}

/// Brings a job to where it is by now, one stage after the other.
fn advance(question: &Question<'_>, store: &mut Store, job: &mut FineTuningJob) {
    let shared = question.shared;
    if job.is_over() || job.object["status"] == "paused" {
        return;
    }
    let mut lengths = vec![VALIDATING, QUEUED];
    lengths.extend(std::iter::repeat_n(EPOCH, job.epochs));
    let stage = job.progress.read(&shared.jobs.clock, &lengths).at;
    while job.reached < stage && !job.is_over() {
        job.reached += 1;
        match job.reached {
            1 => validate(shared, store, job),
            2 => {
                job.object["status"] = json!("running");
                job.note(shared, "info", "Training started.", Value::Null);
            }
            reached => finish_epoch(question, store, job, reached - 2),
        }
    }
}

fn fail(shared: &Shared, job: &mut FineTuningJob, code: &str, message: &str, param: Value) {
    job.object["status"] = json!("failed");
    job.object["error"] = json!({"code": code, "message": message, "param": param});
    job.object["finished_at"] = json!(shared.jobs.clock.now());
    job.note(shared, "error", message, Value::Null);
}

fn validate(shared: &Shared, store: &mut Store, job: &mut FineTuningJob) {
    if let Some(fault) = shared.jobs.fault(Step::FineTuningValidation, &job.id()) {
        return fail(shared, job, &fault.code, &fault.message, Value::Null);
    }
    let id = job.object["training_file"].as_str().unwrap_or_default().to_owned();
    let content = store.files.get(&id).map(|file| file.bytes()).unwrap_or_default();
    let kind = job.object["method"]["type"].as_str().unwrap_or("supervised").to_owned();
    match fine_tuning_input::examples(&content, &kind) {
        Ok(tokens) => {
            job.object["trained_tokens"] = json!(tokens * job.epochs);
            job.object["status"] = json!(job.waiting()[1]);
            job.note(shared, "info", "Files are valid.", Value::Null);
        }
        Err(message) => {
            fail(shared, job, "invalid_training_file", &message, json!("training_file"));
        }
    }
}

fn finish_epoch(question: &Question<'_>, store: &mut Store, job: &mut FineTuningJob, epoch: usize) {
    let shared = question.shared;
    if let Some(fault) = shared.jobs.fault(Step::FineTuningRun, &job.id()) {
        return fail(shared, job, &fault.code, &fault.message, Value::Null);
    }
    let step = epoch * 100;
    let loss = 2.0 / (epoch as f64 + 1.0);
    let accuracy = 1.0 - loss / 4.0;
    let metrics = json!({
        "step": step, "train_loss": loss, "train_mean_token_accuracy": accuracy,
        "full_valid_loss": loss * 1.1, "full_valid_mean_token_accuracy": accuracy * 0.95,
    });
    let message = format!("Step {step}: training loss={loss:.2}");
    job.note(shared, "info", &message, metrics.clone());
    let model = job.object["model"].as_str().unwrap_or_default().to_owned();
    let suffix = job.object["suffix"].as_str().map(|suffix| format!("-{suffix}"));
    let name = format!(
        "{model}.ft-{}{}",
        job.id().trim_start_matches("ftjob-"),
        suffix.unwrap_or_default()
    );
    let seed = ids::mix(question.number() ^ (epoch as u64) << 40);
    let id = ids::id("ftckpt_", seed);
    let is_last = epoch == job.epochs;
    let checkpoint = json!({
        "object": "fine_tuning.job.checkpoint",
        "id": id,
        "created_at": shared.jobs.clock.now(),
        "fine_tuning_job_id": job.id(),
        "fine_tuned_model_checkpoint": if is_last { name.clone() } else { format!("{name}:ckpt-step-{step}") },
        "step_number": step,
        "metrics": metrics,
    });
    job.checkpoints.put(id, checkpoint);
    if is_last {
        let content = format!("step,train_loss\n{step},{loss}\n");
        let new = NewFile {
            name: "results.csv",
            purpose: "fine-tune-results",
            lifetime: None,
            content: vec![content.into()],
        };
        let file = files::put(shared, store, ids::mix(seed), new);
        job.object["result_files"] = json!([file["id"]]);
        job.object["fine_tuned_model"] = json!(name);
        job.object["status"] = json!("succeeded");
        job.object["finished_at"] = json!(shared.jobs.clock.now());
        job.note(shared, "info", "The job has succeeded.", Value::Null);
    }
}
