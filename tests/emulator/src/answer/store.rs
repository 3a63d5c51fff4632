//! What was uploaded and made: files and batches, in memory.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

/// The most files and batches that are kept; the oldest go first.
const MOST: usize = 1000;

/// What the operations with a memory have stored, by number, so that lists keep their order.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) files: Shelf<File>,
    pub(crate) batches: Shelf<Batch>,
}

/// A file with its content.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) object: Value,
    pub(crate) content: Bytes,
}

/// A batch, and how often it was looked at: it goes on each time.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    pub(crate) object: Value,
    pub(crate) looks: usize,
}

/// Things of one kind by their id.
#[derive(Debug)]
pub(crate) struct Shelf<T> {
    things: BTreeMap<u64, (String, T)>,
    next: u64,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { things: BTreeMap::new(), next: 0 }
    }
}

impl<T> Shelf<T> {
    pub(crate) fn put(&mut self, id: String, thing: T) {
        self.things.insert(self.next, (id, thing));
        self.next += 1;
        while self.things.len() > MOST {
            self.things.pop_first();
        }
    }

    pub(crate) fn get(&mut self, id: &str) -> Option<&mut T> {
        self.things.values_mut().find(|(other, _)| other == id).map(|(_, thing)| thing)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<T> {
        let key = self.things.iter().find(|(_, (other, _))| other == id).map(|(key, _)| *key)?;
        self.things.remove(&key).map(|(_, thing)| thing)
    }

    /// Everything with its id, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &(String, T)> {
        self.things.values().rev()
    }
}

/// One page of a list whose query has `after`, `limit` and `order`.
pub(crate) fn page(question: &super::Question<'_>, mut objects: Vec<Value>) -> Value {
    let query = |name: &str| question.request.query(name);
    if query("order") == Some("asc") {
        objects.reverse();
    }
    if let Some(after) = query("after") {
        let at = objects.iter().position(|object| object["id"] == after);
        objects.drain(..at.map_or(0, |at| at + 1));
    }
    let limit = query("limit").and_then(|limit| limit.parse().ok()).unwrap_or(20_usize);
    let has_more = objects.len() > limit;
    objects.truncate(limit);
    let id = |object: Option<&Value>| object.map_or(Value::Null, |object| object["id"].clone());
    serde_json::json!({
        "object": "list",
        "first_id": id(objects.first()),
        "last_id": id(objects.last()),
        "has_more": has_more,
        "data": objects,
    })
}
