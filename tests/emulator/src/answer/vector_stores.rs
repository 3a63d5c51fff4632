//! Vector stores.

use serde_json::{Value, json};

use super::Question;
use super::pages::{self, Limit};
use super::store::Shelf;
use super::vector_files::{self, FileBatch, StoredFile};
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

/// A vector store with its files.
#[derive(Debug, Clone)]
pub(crate) struct VectorStore {
    object: Value,
    pub(crate) files: Shelf<StoredFile>,
    pub(crate) batches: Shelf<FileBatch>,
}

impl VectorStore {
    /// The store as it is now: counts, bytes, status.
    fn described(&self, now: u64) -> Value {
        let mut object = self.object.clone();
        let counts = vector_files::counts(self.files.oldest_first().map(|(_, file)| file));
        let expires_at = object["expires_after"]["days"]
            .as_u64()
            .and_then(|days| Some(object["last_active_at"].as_u64()? + days * 86_400));
        object["expires_at"] = json!(expires_at);
        object["status"] = json!(if expires_at.is_some_and(|at| at <= now) {
            "expired"
        } else if counts["in_progress"] == 0 {
            "completed"
        } else {
            "in_progress"
        });
        let bytes = self.files.oldest_first().map(|(_, file)| file.usage_bytes());
        object["usage_bytes"] = json!(bytes.sum::<usize>());
        object["file_counts"] = counts;
        object
    }

    /// Uses the store, which puts off its expiry.
    pub(crate) fn touch(&mut self, now: u64) {
        self.object["last_active_at"] = json!(now);
    }
}

/// Does something with a store.
pub(crate) fn with<T>(
    question: &Question<'_>,
    id: &str,
    act: impl FnOnce(&mut VectorStore) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let mut store = locked(&question.shared.store);
    let found = store.vector_stores.get(id);
    act(found.ok_or_else(|| ServiceError::no_object("vector store", id))?)
}

pub(crate) fn create(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let id = ids::id("vs_", question.number());
    let now = question.shared.jobs.clock.now();
    let body = &question.body;
    let mut vector_store = VectorStore {
        object: json!({
            "object": "vector_store",
            "id": id,
            "created_at": now,
            "name": body["name"],
            "description": body["description"],
            "expires_after": body["expires_after"],
            "last_active_at": now,
            "metadata": if body["metadata"].is_object() { body["metadata"].clone() } else { json!({}) },
        }),
        files: Shelf::default(),
        batches: Shelf::default(),
    };
    for file_id in body["file_ids"].as_array().into_iter().flatten() {
        let request = json!({"file_id": file_id, "chunking_strategy": body["chunking_strategy"]});
        let file = StoredFile::new(question, &id, &request, None)?;
        vector_store.files.put(file_id.as_str().unwrap_or_default().to_owned(), file);
    }
    let object = vector_store.described(now);
    locked(&question.shared.store).vector_stores.put(id, vector_store);
    Ok(Reply::status(200).json(object))
}

pub(crate) fn list(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let store = locked(&question.shared.store);
    let now = question.shared.jobs.clock.now();
    let describe = |vector_store: &VectorStore| Some(vector_store.described(now));
    pages::page(question, &store.vector_stores, Limit::COLLECTION, describe)
}

pub(crate) fn get(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with(question, id, |vector_store| {
        for file in vector_store.files.values_mut() {
            file.read(question);
        }
        let object = vector_store.described(question.shared.jobs.clock.now());
        Ok(vector_files::polled(object))
    })
}

pub(crate) fn update(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with(question, id, |vector_store| {
        for name in ["name", "expires_after", "metadata"] {
            if let Some(value) = question.body.get(name) {
                vector_store.object[name] = value.clone();
            }
        }
        let object = vector_store.described(question.shared.jobs.clock.now());
        Ok(Reply::status(200).json(object))
    })
}

pub(crate) fn delete(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let removed = locked(&question.shared.store).vector_stores.remove(id);
    removed.ok_or_else(|| ServiceError::no_object("vector store", id))?;
    let object = json!({"object": "vector_store.deleted", "id": id, "deleted": true});
    Ok(Reply::status(200).json(object))
}
