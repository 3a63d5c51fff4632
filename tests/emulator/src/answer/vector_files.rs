//! The files of vector stores, one by one and in batches.

use serde_json::{Value, json};

use super::pages::{self, Limit};
use super::vector_stores::with;
use super::{Question, files, usage};
use crate::clock::Progress;
use crate::ids;
use crate::job_fault::Step;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

/// How long a file is in progress, in seconds.
const EMBEDDING: [f64; 1] = [120.0];

/// The most files of a batch.
const MAX_FILES: usize = 2_000;

/// A file that a vector store makes searchable.
#[derive(Debug, Clone)]
pub(crate) struct StoredFile {
    pub(crate) object: Value,
    pub(crate) name: String,
    pub(crate) chunks: Vec<String>,
    batch: Option<String>,
    progress: Option<Progress>,
}

/// Files that were added together.
#[derive(Debug, Clone)]
pub(crate) struct FileBatch {
    object: Value,
}

impl StoredFile {
    /// Takes a file from the store of files, with its strategy and attributes.
    pub(crate) fn new(
        question: &Question<'_>,
        vector_store: &str,
        request: &Value,
        batch: Option<&str>,
    ) -> Result<Self, ServiceError> {
        let id = request["file_id"].as_str().unwrap_or_default();
        let strategy = strategy(&request["chunking_strategy"])?;
        if request["attributes"].as_object().is_some_and(|attributes| attributes.len() > 16) {
            let message = "'attributes' may have 16 keys.";
            return Err(ServiceError::bad_request("invalid_value", "attributes", message));
        }
        let mut store = locked(&question.shared.store);
        let file = files::read(question.shared, &mut store, id);
        let file = file.ok_or_else(|| ServiceError::no_object("file", id))?;
        let text = String::from_utf8_lossy(&file.bytes()).into_owned();
        let size = |name: &str| strategy["static"][name].as_u64().unwrap_or(1) as usize;
        let object = json!({
            "object": "vector_store.file",
            "id": id,
            "created_at": question.shared.jobs.clock.now(),
            "vector_store_id": vector_store,
            "usage_bytes": 0,
            "status": "in_progress",
            "last_error": null,
            "attributes": request["attributes"].as_object().cloned().unwrap_or_default(),
            "chunking_strategy": strategy,
        });
        Ok(Self {
            object,
            name: file.name().to_owned(),
            chunks: chunks(&text, size("max_chunk_size_tokens"), size("chunk_overlap_tokens")),
            batch: batch.map(str::to_owned),
            progress: Some(Progress::new(&question.shared.jobs.clock)),
        })
    }

    /// Lets it go on.
    pub(crate) fn read(&mut self, question: &Question<'_>) {
        let Some(progress) = &mut self.progress else { return };
        if progress.read(&question.shared.jobs.clock, &EMBEDDING).at < EMBEDDING.len() {
            return;
        }
        self.progress = None;
        let fault = question.shared.jobs.fault(Step::VectorStoreFile, &self.name);
        let is_binary = self.chunks.iter().any(|chunk| chunk.contains('\0'));
        let error = match fault {
            Some(fault) => json!({"code": fault.code, "message": fault.message}),
            None if is_binary => json!({"code": "unsupported_file", "message": "It is not text."}),
            None => Value::Null,
        };
        self.object["status"] = json!(if error.is_null() { "completed" } else { "failed" });
        self.object["last_error"] = error;
        self.object["usage_bytes"] = json!(self.chunks.iter().map(String::len).sum::<usize>());
    }

    fn cancel(&mut self) {
        if self.progress.take().is_some() {
            self.object["status"] = json!("cancelled");
        }
    }

    pub(crate) fn is_searchable(&self) -> bool {
        self.object["status"] == "completed"
    }

    pub(crate) fn usage_bytes(&self) -> usize {
        self.object["usage_bytes"].as_u64().unwrap_or(0) as usize
    }
}

/// The strategy with its defaults.
fn strategy(request: &Value) -> Result<Value, ServiceError> {
    let refused = |what| ServiceError::bad_request("invalid_value", "chunking_strategy", what);
    let (size, overlap) = match request["type"].as_str() {
        None | Some("auto") => (800, 400),
        Some("static") => {
            let number = |name: &str| request["static"][name].as_u64();
            (
                number("max_chunk_size_tokens").ok_or_else(|| refused("A size is missing."))?,
                number("chunk_overlap_tokens").ok_or_else(|| refused("An overlap is missing."))?,
            )
        }
        Some(_) => return Err(refused("The type must be auto or static.")),
    };
    if !(100..=4_096).contains(&size) || overlap > size / 2 {
        return Err(refused("100 to 4096 tokens, with an overlap of half of them at most."));
    }
    let sizes = json!({"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap});
    Ok(json!({"type": "static", "static": sizes}))
}

/// Chunks of about so many tokens.
fn chunks(text: &str, size: usize, overlap: usize) -> Vec<String> {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    let mut chunks = Vec::new();
    let mut from = 0;
    while from < words.len() {
        let (mut to, mut tokens) = (from, 0);
        while to < words.len() && (tokens < size || to == from) {
            tokens += usage::tokens(words[to]).max(1);
            to += 1;
        }
        chunks.push(words[from..to].concat());
        if to == words.len() {
            break;
        }
        from = to.saturating_sub(overlap / 2).max(from + 1);
    }
    chunks
}

/// How many files there are in each status.
pub(crate) fn counts<'a>(files: impl Iterator<Item = &'a StoredFile>) -> Value {
    let mut counts =
        json!({"in_progress": 0, "completed": 0, "failed": 0, "cancelled": 0, "total": 0});
    for file in files {
        for name in [file.object["status"].as_str().unwrap_or_default(), "total"] {
            counts[name] = json!(counts[name].as_u64().unwrap_or(0) + 1);
        }
    }
    counts
}

/// A response to somebody who waits, with the header that asks for patience.
pub(crate) fn polled(object: Value) -> Reply {
    Reply::status(200).header("openai-poll-after-ms", "10").json(object)
}

pub(crate) fn create(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with(question, id, |_| Ok(()))?;
    let file = StoredFile::new(question, id, &question.body, None)?;
    with(question, id, |vector_store| {
        let object = file.object.clone();
        vector_store.files.put(object["id"].as_str().unwrap_or_default().to_owned(), file);
        vector_store.touch(question.shared.jobs.clock.now());
        Ok(Reply::status(200).json(object))
    })
}

pub(crate) fn list(
    question: &Question<'_>,
    id: &str,
    batch: Option<&str>,
) -> Result<Reply, ServiceError> {
    let filter = question.request.query("filter");
    with(question, id, |vector_store| {
        pages::page(question, &vector_store.files, Limit::COLLECTION, |file| {
            let is_wanted = filter.is_none_or(|filter| file.object["status"] == filter)
                && batch.is_none_or(|batch| file.batch.as_deref() == Some(batch));
            is_wanted.then(|| file.object.clone())
        })
    })
}

/// Does something with a file of a store.
fn with_file<T>(
    question: &Question<'_>,
    id: &str,
    file_id: &str,
    act: impl FnOnce(&mut StoredFile) -> T,
) -> Result<T, ServiceError> {
    with(question, id, |vector_store| {
        let file = vector_store.files.get(file_id);
        Ok(act(file.ok_or_else(|| ServiceError::no_object("file", file_id))?))
    })
}

pub(crate) fn get(question: &Question<'_>, id: &str, file: &str) -> Result<Reply, ServiceError> {
    with_file(question, id, file, |file| {
        file.read(question);
        polled(file.object.clone())
    })
}

pub(crate) fn update(question: &Question<'_>, id: &str, file: &str) -> Result<Reply, ServiceError> {
    with_file(question, id, file, |file| {
        file.object["attributes"] = question.body["attributes"].clone();
        Reply::status(200).json(file.object.clone())
    })
}

pub(crate) fn content(
    question: &Question<'_>,
    id: &str,
    file: &str,
) -> Result<Reply, ServiceError> {
    with_file(question, id, file, |file| {
        let parts = file.chunks.iter().map(|chunk| json!({"type": "text", "text": chunk}));
        Reply::status(200).json(json!({
            "object": "vector_store.file_content.page",
            "data": parts.collect::<Vec<_>>(),
            "has_more": false,
            "next_page": null,
        }))
    })
}

pub(crate) fn delete(question: &Question<'_>, id: &str, file: &str) -> Result<Reply, ServiceError> {
    with(question, id, |vector_store| {
        let removed = vector_store.files.remove(file);
        removed.ok_or_else(|| ServiceError::no_object("file", file))?;
        let object = json!({"object": "vector_store.file.deleted", "id": file, "deleted": true});
        Ok(Reply::status(200).json(object))
    })
}

pub(crate) fn create_batch(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with(question, id, |_| Ok(()))?;
    let body = &question.body;
    let refused = |what| ServiceError::bad_request("invalid_value", "file_ids", what);
    let requests: Vec<Value> = match (body["file_ids"].as_array(), body["files"].as_array()) {
        (Some(ids), None) => ids
            .iter()
            .map(|file_id| {
                json!({"file_id": file_id, "attributes": body["attributes"],
                    "chunking_strategy": body["chunking_strategy"]})
            })
            .collect(),
        (None, Some(files)) => files.clone(),
        _ => return Err(refused("Either 'file_ids' or 'files' is needed.")),
    };
    if requests.is_empty() || requests.len() > MAX_FILES {
        return Err(refused("A batch has 1 to 2000 files."));
    }
    let batch_id = ids::id("vsfb_", question.number());
    let made =
        requests.iter().map(|request| StoredFile::new(question, id, request, Some(&batch_id)));
    let made = made.collect::<Result<Vec<_>, _>>()?;
    let object = json!({
        "object": "vector_store.files_batch",
        "id": batch_id,
        "created_at": question.shared.jobs.clock.now(),
        "vector_store_id": id,
        "status": "in_progress",
        "file_counts": counts(made.iter()),
    });
    with(question, id, |vector_store| {
        for file in made {
            let file_id = file.object["id"].as_str().unwrap_or_default().to_owned();
            vector_store.files.put(file_id, file);
        }
        vector_store.batches.put(batch_id, FileBatch { object: object.clone() });
        vector_store.touch(question.shared.jobs.clock.now());
        Ok(Reply::status(200).json(object))
    })
}

/// A batch as it is now. One that is read lets half of its open files go on, so that counts
/// advance.
pub(crate) fn get_batch(
    question: &Question<'_>,
    id: &str,
    batch_id: &str,
    is_cancelled: bool,
) -> Result<Reply, ServiceError> {
    with(question, id, |vector_store| {
        let found = vector_store.batches.get(batch_id);
        let missing = || ServiceError::no_object("file batch", batch_id);
        let batch = found.ok_or_else(missing)?;
        let of_batch = |file: &&mut StoredFile| file.batch.as_deref() == Some(batch_id);
        let mut open: Vec<_> = vector_store
            .files
            .values_mut()
            .filter(of_batch)
            .filter(|file| file.progress.is_some())
            .collect();
        let half = open.len().div_ceil(2);
        for (at, file) in open.iter_mut().enumerate() {
            if is_cancelled {
                file.cancel();
            } else if at < half {
                file.read(question);
            }
        }
        let files = vector_store.files.oldest_first().map(|(_, file)| file);
        let counts = counts(files.filter(|file| file.batch.as_deref() == Some(batch_id)));
        let is_over = counts["in_progress"] == 0;
        if is_cancelled {
            batch.object["status"] = json!("cancelled");
        } else if is_over && batch.object["status"] == "in_progress" {
            let is_lost = counts["failed"] == counts["total"];
            batch.object["status"] = json!(if is_lost { "failed" } else { "completed" });
        }
        batch.object["file_counts"] = counts;
        Ok(polled(batch.object.clone()))
    })
}
