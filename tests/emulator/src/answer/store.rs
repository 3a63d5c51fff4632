//! What was uploaded and made: files, jobs and collections, in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::Value;

use super::batches::Batch;
use super::checkpoints::Sharing;
use super::containers::Container;
use super::evals::Eval;
use super::fine_tuning::FineTuningJob;
use super::uploads::Upload;
use super::vector_stores::VectorStore;
use crate::clock::Progress;

/// The most things of a kind that are stored; the oldest go first.
const MOST: usize = 20_000;

/// What the operations with a memory have stored, by number, so that lists keep their order.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) files: Shelf<File>,
    pub(crate) uploads: Shelf<Upload>,
    pub(crate) vector_stores: Shelf<VectorStore>,
    pub(crate) containers: Shelf<Container>,
    /// Each under a lock of its own: a batch that runs its lines does not stop the rest.
    pub(crate) batches: Shelf<Arc<Mutex<Batch>>>,
    pub(crate) fine_tuning_jobs: Shelf<FineTuningJob>,
    pub(crate) sharing: Sharing,
    pub(crate) evals: Shelf<Eval>,
}

/// A file with its content.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) object: Value,
    /// One after the other; an upload in parts is not copied.
    pub(crate) content: Vec<Bytes>,
    /// Until it is processed.
    pub(crate) progress: Option<Progress>,
}

impl File {
    /// The content in one.
    pub(crate) fn bytes(&self) -> Bytes {
        match self.content.as_slice() {
            [one] => one.clone(),
            many => many.concat().into(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.object["filename"].as_str().unwrap_or_default()
    }
}

/// Things of one kind by their id.
#[derive(Debug, Clone)]
pub(crate) struct Shelf<T> {
    things: BTreeMap<u64, (String, T)>,
    /// Also of what is removed: a list can be read on behind it.
    numbers: HashMap<String, u64>,
    next: u64,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { things: BTreeMap::new(), numbers: HashMap::new(), next: 0 }
    }
}

impl<T> Shelf<T> {
    pub(crate) fn put(&mut self, id: String, thing: T) {
        self.remove(&id);
        self.numbers.insert(id.clone(), self.next);
        self.things.insert(self.next, (id, thing));
        self.next += 1;
        while self.things.len() > MOST {
            self.things.pop_first();
        }
    }

    pub(crate) fn get(&mut self, id: &str) -> Option<&mut T> {
        let number = self.numbers.get(id)?;
        self.things.get_mut(number).map(|(_, thing)| thing)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<T> {
        self.things.remove(self.numbers.get(id)?).map(|(_, thing)| thing)
    }

    pub(crate) fn len(&self) -> usize {
        self.things.len()
    }

    /// Everything with its id, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &(String, T)> {
        self.things.values().rev()
    }

    pub(crate) fn oldest_first(&self) -> impl Iterator<Item = &(String, T)> {
        self.things.values()
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.things.values_mut().map(|(_, thing)| thing)
    }

    /// Everything with its number, oldest first.
    pub(super) fn numbered(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> {
        self.things.iter().map(|(number, (_, thing))| (*number, thing))
    }

    pub(super) fn number(&self, id: &str) -> Option<u64> {
        self.numbers.get(id).copied()
    }
}
