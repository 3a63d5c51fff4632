//! Stored responses: read, resumed as a stream, cancelled, deleted, and their input listed.

use serde_json::Value;

use super::super::Question;
use super::memory::Stored;
use super::{deleted, object, page};
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

fn missing(id: &str) -> ServiceError {
    ServiceError::no_object("response", id)
}

pub(super) fn get(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let mut memory = locked(&question.shared.memory);
    let stored = memory.response_mut(id).ok_or_else(|| missing(id))?;
    if question.request.query("stream") == Some("true") {
        return resume(question, stored);
    }
    stored.reads += 1;
    Ok(Reply::status(200).json(current(question, stored)))
}

/// The response as it stands now.
fn current(question: &Question<'_>, stored: &Stored) -> Value {
    let status = stored.status(question);
    if stored.whole["status"] == status {
        stored.whole.clone()
    } else {
        object::unfinished(&stored.whole, status)
    }
}

/// The events behind `starting_after`, or all of them.
fn resume(question: &Question<'_>, stored: &mut Stored) -> Result<Reply, ServiceError> {
    if !stored.is_streamed || !stored.is_background {
        let message = "Only a response that was created with 'stream' and 'background' can be \
                       streamed again.";
        return Err(ServiceError::bad_request("invalid_value", "stream", message));
    }
    let after = match question.request.query("starting_after") {
        None => None,
        Some(text) => Some(text.parse::<u64>().map_err(|_| {
            let message = "'starting_after' has to be a sequence number.";
            ServiceError::bad_request("invalid_value", "starting_after", message)
        })?),
    };
    let mut events: Vec<Value> = stored.events.clone();
    if stored.is_cancelled {
        // There is no event for that: the stream just ends.
        events.truncate(3);
    } else {
        // Whoever has seen the last event finds the response complete.
        stored.reads = stored.reads.max(2);
    }
    let is_next = |event: &Value| {
        after.is_none_or(|after| event["sequence_number"].as_u64().is_some_and(|at| at > after))
    };
    events.retain(is_next);
    Ok(Reply::status(200).named_events(events))
}

/// Cancels a response in the background; one that is over stays as it is.
pub(super) fn cancel(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let mut memory = locked(&question.shared.memory);
    let stored = memory.response_mut(id).ok_or_else(|| missing(id))?;
    if !stored.is_background {
        let message = "Only a response in the background can be cancelled.";
        return Err(ServiceError::bad_request("invalid_value", "response_id", message));
    }
    if ["queued", "in_progress"].contains(&stored.status(question)) {
        stored.is_cancelled = true;
    }
    Ok(Reply::status(200).json(current(question, stored)))
}

pub(super) fn delete(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    if !locked(&question.shared.memory).forget_response(id) {
        return Err(missing(id));
    }
    Ok(deleted("response", id))
}

pub(super) fn input_items(question: &Question<'_>, id: &str) -> Result<Reply, ServiceError> {
    let memory = locked(&question.shared.memory);
    let stored = memory.response(id).ok_or_else(|| missing(id))?;
    page(question, &stored.input)
}
