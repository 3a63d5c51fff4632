//! Responses and conversations that are stored.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::Value;

use super::super::Question;

/// The most responses and conversations that are kept; the oldest go first.
const MOST: usize = 1000;

/// What the Responses API remembers.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    responses: Kept<Stored>,
    pub(in crate::answer) conversations: Kept<Conversation>,
}

/// A response with its input.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) whole: Value,
    pub(super) events: Vec<Value>,
    pub(super) input: Vec<Value>,
    pub(super) is_background: bool,
    pub(super) is_streamed: bool,
    pub(super) is_cancelled: bool,
    /// How often its status was asked for.
    pub(super) reads: usize,
    since: Instant,
}

/// A conversation with its items, oldest first.
#[derive(Debug)]
pub(in crate::answer) struct Conversation {
    pub(in crate::answer) object: Value,
    pub(in crate::answer) items: Vec<Value>,
}

/// Things by their id, as many as are kept.
#[derive(Debug)]
pub(in crate::answer) struct Kept<T> {
    things: BTreeMap<String, (u64, T)>,
    next: u64,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { things: BTreeMap::new(), next: 0 }
    }
}

impl<T> Kept<T> {
    pub(in crate::answer) fn put(&mut self, id: String, thing: T) {
        self.things.insert(id, (self.next, thing));
        self.next += 1;
        if self.things.len() > MOST {
            let oldest = self.things.iter().min_by_key(|(_, (number, _))| *number);
            if let Some(id) = oldest.map(|(id, _)| id.clone()) {
                self.things.remove(&id);
            }
        }
    }

    pub(in crate::answer) fn get(&self, id: &str) -> Option<&T> {
        self.things.get(id).map(|(_, thing)| thing)
    }

    pub(in crate::answer) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.things.get_mut(id).map(|(_, thing)| thing)
    }

    pub(in crate::answer) fn remove(&mut self, id: &str) -> Option<T> {
        self.things.remove(id).map(|(_, thing)| thing)
    }

    fn values(&self) -> impl Iterator<Item = &T> {
        self.things.values().map(|(_, thing)| thing)
    }
}

impl Memory {
    /// Stores a response; returns its id.
    pub(super) fn put(&mut self, stored: Stored) -> String {
        let id = stored.whole["id"].as_str().unwrap_or_default().to_owned();
        self.responses.put(id.clone(), stored);
        id
    }

    pub(super) fn response(&self, id: &str) -> Option<&Stored> {
        self.responses.get(id)
    }

    pub(super) fn response_mut(&mut self, id: &str) -> Option<&mut Stored> {
        self.responses.get_mut(id)
    }

    pub(super) fn forget_response(&mut self, id: &str) -> bool {
        self.take_response(id).is_some()
    }

    pub(super) fn take_response(&mut self, id: &str) -> Option<Stored> {
        self.responses.remove(id)
    }

    pub(super) fn has_conversation(&self, id: &str) -> bool {
        self.conversations.get(id).is_some()
    }

    /// An item of a stored response or of a conversation.
    pub(super) fn item(&self, id: &str) -> Option<&Value> {
        let of_responses = self.responses.values().flat_map(|stored| {
            stored.input.iter().chain(stored.whole["output"].as_array().into_iter().flatten())
        });
        let of_conversations = self.conversations.values().flat_map(|one| &one.items);
        of_responses.chain(of_conversations).find(|item| item["id"] == id)
    }
}

impl Stored {
    pub(super) fn new(
        question: &Question<'_>,
        whole: &Value,
        events: &[Value],
        input: Vec<Value>,
    ) -> Self {
        Self {
            whole: whole.clone(),
            events: events.to_vec(),
            input,
            is_background: question.flag("background"),
            is_streamed: question.flag("stream"),
            is_cancelled: false,
            reads: 0,
            since: Instant::now(),
        }
    }

    /// The status now. A response in the background goes on with each read, or with time.
    pub(super) fn status(&self, question: &Question<'_>) -> &str {
        if self.is_cancelled {
            return "cancelled";
        }
        let stage = match question.shared.settings.background {
            _ if !self.is_background => 2,
            None => self.reads,
            Some(whole) if self.since.elapsed() * 3 < whole => 0,
            Some(whole) if self.since.elapsed() < whole => 1,
            Some(_) => 2,
        };
        match stage {
            0 => "queued",
            1 => "in_progress",
            _ => self.whole["status"].as_str().unwrap_or("completed"),
        }
    }
}
