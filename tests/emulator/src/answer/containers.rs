//! Containers of the code interpreter, and their files.

use bytes::Bytes;
use serde_json::{Value, json};

use super::pages::{self, Limit};
use super::store::Shelf;
use super::{Question, files};
use crate::ids;
use crate::job_fault::Step;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

/// A container.
#[derive(Debug, Clone)]
pub(crate) struct Container {
    object: Value,
    files: Shelf<ContainerFile>,
}

/// A file in a container.
#[derive(Debug, Clone)]
struct ContainerFile {
    object: Value,
    content: Vec<Bytes>,
}

pub(crate) fn create(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let body = &question.body;
    let id = ids::id("cntr_", question.number());
    let now = question.shared.jobs.clock.now();
    let expiry = json!({"anchor": "last_active_at", "minutes": 20});
    let or =
        |name: &str, usual: Value| if body[name].is_null() { usual } else { body[name].clone() };
    let mut container = Container {
        object: json!({
            "object": "container",
            "id": id,
            "created_at": now,
            "last_active_at": now,
            "status": "running",
            "name": body["name"],
            "expires_after": or("expires_after", expiry),
            "memory_limit": or("memory_limit", json!("1g")),
        }),
        files: Shelf::default(),
    };
    let file_ids = body["file_ids"].as_array().into_iter().flatten();
    for (at, file_id) in file_ids.filter_map(Value::as_str).enumerate() {
        let seed = question.number().wrapping_mul(1_021) + at as u64;
        let file = copy(question, &id, file_id, seed)?;
        let own = file.object["id"].as_str().unwrap_or_default().to_owned();
        container.files.put(own, file);
    }
    let object = container.object.clone();
    locked(&question.shared.store).containers.put(id, container);
    Ok(Reply::status(200).json(object))
}

/// A file that code has written, in a container of its own unless one is named; the ids of both.
pub(crate) fn write(
    question: &Question<'_>,
    container: Option<&str>,
    name: &str,
    content: Bytes,
    seed: u64,
) -> Result<(String, String), ServiceError> {
    let id = container.map_or_else(|| ids::id("cntr_", seed), str::to_owned);
    let mut file = ContainerFile::new(question, &id, name, vec![content], seed);
    file.object["source"] = json!("assistant");
    let file_id = file.object["id"].as_str().unwrap_or_default().to_owned();
    if container.is_none() {
        let now = question.shared.jobs.clock.now();
        let object = json!({
            "object": "container",
            "id": id,
            "created_at": now,
            "last_active_at": now,
            "status": "running",
            "name": "Auto Container",
            "expires_after": {"anchor": "last_active_at", "minutes": 20},
            "memory_limit": "1g",
        });
        let container = Container { object, files: Shelf::default() };
        locked(&question.shared.store).containers.put(id.clone(), container);
    }
    with(question, &id, |container| {
        container.files.put(file_id.clone(), file);
        Ok(())
    })?;
    Ok((id, file_id))
}

/// A file of the resource, for a container.
fn copy(
    question: &Question<'_>,
    container: &str,
    file_id: &str,
    seed: u64,
) -> Result<ContainerFile, ServiceError> {
    let mut store = locked(&question.shared.store);
    let file = files::read(question.shared, &mut store, file_id);
    let file = file.ok_or_else(|| ServiceError::no_object("file", file_id))?;
    let (name, content) = (file.name().to_owned(), file.content.clone());
    Ok(ContainerFile::new(question, container, &name, content, seed))
}

impl ContainerFile {
    fn new(
        question: &Question<'_>,
        container: &str,
        name: &str,
        content: Vec<Bytes>,
        seed: u64,
    ) -> Self {
        let object = json!({
            "object": "container.file",
            "id": ids::id("cfile_", seed),
            "container_id": container,
            "created_at": question.shared.jobs.clock.now(),
            "bytes": content.iter().map(Bytes::len).sum::<usize>(),
            "path": format!("/mnt/data/{name}"),
            "source": "user",
        });
        Self { object, content }
    }
}

fn with<T>(
    question: &Question<'_>,
    id: &str,
    act: impl FnOnce(&mut Container) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let mut store = locked(&question.shared.store);
    let found = store.containers.get(id);
    let container = found.ok_or_else(|| ServiceError::no_object("container", id))?;
    let now = question.shared.jobs.clock.now();
    let minutes = container.object["expires_after"]["minutes"].as_u64().unwrap_or(20);
    let active = container.object["last_active_at"].as_u64().unwrap_or(now);
    if active + minutes * 60 <= now {
        container.object["status"] = json!("expired");
    }
    act(container)
}

pub(crate) fn list(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let store = locked(&question.shared.store);
    let describe = |container: &Container| Some(container.object.clone());
    pages::page(question, &store.containers, Limit::COLLECTION, describe)
}

pub(crate) fn get(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with(question, id, |container| Ok(Reply::status(200).json(container.object.clone())))
}

pub(crate) fn delete(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let removed = locked(&question.shared.store).containers.remove(id);
    removed.ok_or_else(|| ServiceError::no_object("container", id))?;
    let object = json!({"object": "container.deleted", "id": id, "deleted": true});
    Ok(Reply::status(200).json(object))
}

pub(crate) fn add_file(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    if let Some(fault) = question.shared.jobs.fault(Step::ContainerFile, id) {
        return Err(ServiceError::plain(fault.status, &fault.code, &fault.message));
    }
    let seed = question.number();
    let file = if let Some(part) = question.request.part("file") {
        let name = part.file_name.as_deref().unwrap_or("file");
        ContainerFile::new(question, id, name, vec![part.body.clone()], seed)
    } else {
        copy(question, id, &question.text("file_id").unwrap_or_default(), seed)?
    };
    with(question, id, |container| {
        if container.object["status"] == "expired" {
            let message = "The container has expired.";
            return Err(ServiceError::bad_request("container_expired", "container_id", message));
        }
        container.object["last_active_at"] = json!(question.shared.jobs.clock.now());
        let object = file.object.clone();
        container.files.put(object["id"].as_str().unwrap_or_default().to_owned(), file);
        Ok(Reply::status(200).json(object))
    })
}

pub(crate) fn list_files(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    with(question, id, |container| {
        let describe = |file: &ContainerFile| Some(file.object.clone());
        pages::page(question, &container.files, Limit::COLLECTION, describe)
    })
}

fn with_file(
    question: &Question<'_>,
    id: &str,
    file_id: &str,
    act: impl FnOnce(&ContainerFile) -> Reply,
) -> Result<Reply, ServiceError> {
    with(question, id, |container| {
        let file = container.files.get(file_id);
        Ok(act(file.ok_or_else(|| ServiceError::no_object("file", file_id))?))
    })
}

pub(crate) fn get_file(
    question: &Question<'_>,
    id: &str,
    file: &str,
) -> Result<Reply, ServiceError> {
    with_file(question, id, file, |file| Reply::status(200).json(file.object.clone()))
}

pub(crate) fn content(
    question: &Question<'_>,
    id: &str,
    file: &str,
) -> Result<Reply, ServiceError> {
    with_file(question, id, file, |file| {
        let reply = Reply::status(200).header("content-type", "application/octet-stream");
        reply.sized_chunks(file.content.clone())
    })
}

pub(crate) fn delete_file(
    question: &Question<'_>,
    id: &str,
    file: &str,
) -> Result<Reply, ServiceError> {
    with(question, id, |container| {
        let removed = container.files.remove(file);
        removed.ok_or_else(|| ServiceError::no_object("file", file))?;
        let object = json!({"object": "container.file.deleted", "id": file, "deleted": true});
        Ok(Reply::status(200).json(object))
    })
}
