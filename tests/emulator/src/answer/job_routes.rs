//! The operations of jobs and collections.

use super::{
    Question, batches, checkpoints, containers, evals, files, fine_tuning, graders, uploads,
    vector_files, vector_search, vector_stores,
};
use crate::reply::Reply;
use crate::service_error::ServiceError;

type Answered = Result<Reply, ServiceError>;

/// The response of an operation of these families.
pub(crate) fn route(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    let (first, rest) = segments.split_first()?;
    match *first {
        "files" => of_files(question, method, rest),
        "uploads" => of_uploads(question, method, rest),
        "vector_stores" => of_vector_stores(question, method, rest),
        "containers" => of_containers(question, method, rest),
        "batches" => of_batches(question, method, rest),
        "fine_tuning" => of_fine_tuning(question, method, rest),
        "evals" => of_evals(question, method, rest),
        _ => None,
    }
}

fn of_files(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    Some(match (method, segments) {
        ("POST", []) => files::upload(question),
        ("POST", ["import"]) => files::import(question),
        ("GET", []) => files::list(question),
        ("GET", [id]) => files::get(question, id),
        ("DELETE", [id]) => Ok(files::delete(question, id)),
        ("GET", [id, "content"]) => files::content(question, id),
        _ => return None,
    })
}

fn of_uploads(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    Some(match (method, segments) {
        ("POST", []) => uploads::create(question),
        ("POST", [id, "parts"]) => uploads::add_part(question, id),
        ("POST", [id, "complete"]) => uploads::complete(question, id),
        ("POST", [id, "cancel"]) => uploads::cancel(question, id),
        _ => return None,
    })
}

fn of_vector_stores(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    Some(match (method, segments) {
        ("POST", []) => vector_stores::create(question),
        ("GET", []) => vector_stores::list(question),
        ("GET", [id]) => vector_stores::get(question, id),
        ("POST", [id]) => vector_stores::update(question, id),
        ("DELETE", [id]) => vector_stores::delete(question, id),
        ("POST", [id, "search"]) => vector_search::search(question, id),
        ("POST", [id, "files"]) => vector_files::create(question, id),
        ("GET", [id, "files"]) => vector_files::list(question, id, None),
        ("GET", [id, "files", file]) => vector_files::get(question, id, file),
        ("POST", [id, "files", file]) => vector_files::update(question, id, file),
        ("DELETE", [id, "files", file]) => vector_files::delete(question, id, file),
        ("GET", [id, "files", file, "content"]) => vector_files::content(question, id, file),
        ("POST", [id, "file_batches"]) => vector_files::create_batch(question, id),
        ("GET", [id, "file_batches", batch]) => vector_files::get_batch(question, id, batch, false),
        ("POST", [id, "file_batches", batch, "cancel"]) => {
            vector_files::get_batch(question, id, batch, true)
        }
        ("GET", [id, "file_batches", batch, "files"]) => {
            vector_files::list(question, id, Some(batch))
        }
        _ => return None,
    })
}

fn of_containers(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    Some(match (method, segments) {
        ("POST", []) => containers::create(question),
        ("GET", []) => containers::list(question),
        ("GET", [id]) => containers::get(question, id),
        ("DELETE", [id]) => containers::delete(question, id),
        ("POST", [id, "files"]) => containers::add_file(question, id),
        ("GET", [id, "files"]) => containers::list_files(question, id),
        ("GET", [id, "files", file]) => containers::get_file(question, id, file),
        ("DELETE", [id, "files", file]) => containers::delete_file(question, id, file),
        ("GET", [id, "files", file, "content"]) => containers::content(question, id, file),
        _ => return None,
    })
}

fn of_batches(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    Some(match (method, segments) {
        ("POST", []) => batches::create(question),
        ("GET", []) => batches::list(question),
        ("GET", [id]) => batches::get(question, id),
        ("POST", [id, "cancel"]) => batches::cancel(question, id),
        _ => return None,
    })
}

fn of_fine_tuning(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    Some(match (method, segments) {
        ("POST", ["jobs"]) => fine_tuning::create(question),
        ("GET", ["jobs"]) => fine_tuning::list(question),
        ("GET", ["jobs", id]) => fine_tuning::get(question, id),
        ("DELETE", ["jobs", id]) => fine_tuning::delete(question, id),
        ("POST", ["jobs", id, what @ ("cancel" | "pause" | "resume")]) => {
            fine_tuning::change(question, id, what)
        }
        ("GET", ["jobs", id, "events"]) => fine_tuning::events(question, id),
        ("GET", ["jobs", id, "checkpoints"]) => fine_tuning::checkpoints(question, id),
        ("GET" | "POST", ["jobs", id, "checkpoints", checkpoint, "copy"]) => {
            checkpoints::copy(question, id, checkpoint)
        }
        ("POST", ["checkpoints", checkpoint, "permissions"]) => {
            checkpoints::permit(question, checkpoint)
        }
        ("GET", ["checkpoints", checkpoint, "permissions"]) => {
            checkpoints::permissions(question, checkpoint)
        }
        ("DELETE", ["checkpoints", _, "permissions", id]) => checkpoints::forbid(question, id),
        ("POST", ["alpha", "graders", "run"]) => graders::run(question),
        ("POST", ["alpha", "graders", "validate"]) => graders::validate(question),
        _ => return None,
    })
}

fn of_evals(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    Some(match (method, segments) {
        ("POST", []) => evals::create(question),
        ("GET", []) => evals::list(question),
        ("GET", [id]) => evals::get(question, id),
        ("DELETE", [id]) => evals::delete(question, id),
        ("POST", [id, "runs"]) => evals::create_run(question, id),
        ("GET", [id, "runs"]) => evals::list_runs(question, id),
        ("GET", [id, "runs", run]) => evals::get_run(question, id, run),
        ("POST", [id, "runs", run]) => evals::cancel_run(question, id, run),
        ("GET", [id, "runs", run, "output_items"]) => evals::items(question, id, run),
        _ => return None,
    })
}
