//! The Responses API: responses that are stored, continued, streamed, resumed and cancelled.
//!
//! A tool is used when `tool_choice` asks for it, when the prompt contains its name, as in "run the
//! code interpreter", or by a marker with its type, as in `[web_search]`. `[fail]` makes the response
//! fail, `[filter-answer]` ends it by the content filter, `[refuse]` refuses, and `[error]` breaks
//! a stream with an error event.

mod compact;
mod events;
mod hosted;
mod input;
mod memory;
mod object;
mod output;
mod page;
mod stored;

use serde_json::{Value, json};

use super::prompt::Prompt;
use super::{Question, conversations};
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;
pub(super) use input::with_id;
pub(super) use memory::Conversation;
pub(crate) use memory::Memory;
pub(super) use page::page;

/// What became of a request: the whole response, and the events of its stream.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) whole: Value,
    pub(crate) events: Vec<Value>,
}

/// The last response of a WebSocket that nobody else knows, because it is not stored.
#[derive(Debug)]
pub(crate) struct Unstored(memory::Stored);

/// Makes the response that a message of a WebSocket asks for. A turn that fails drops the last one.
pub(crate) fn respond_over_socket(
    question: &Question<'_>,
    is_stored: bool,
    last: &mut Option<Unstored>,
) -> Result<Made, ServiceError> {
    let memory = || locked(&question.shared.memory);
    let earlier = last.take().map(|Unstored(stored)| memory().put(stored));
    let made = respond(question);
    if let Some(id) = earlier {
        memory().take_response(&id);
    }
    let made = made?;
    if !is_stored {
        let id = made.whole["id"].as_str().unwrap_or_default();
        *last = memory().take_response(id).map(Unstored);
    }
    Ok(made)
}

/// The operations of responses.
pub(super) fn route(
    question: &Question<'_>,
    method: &str,
    segments: &[&str],
) -> Option<Result<Reply, ServiceError>> {
    Some(match (method, segments) {
        ("POST", ["responses"]) => create(question),
        ("POST", ["responses", "compact"]) => compact::compact(question),
        ("GET", ["responses", id]) => stored::get(question, id),
        ("DELETE", ["responses", id]) => stored::delete(question, id),
        ("POST", ["responses", id, "cancel"]) => stored::cancel(question, id),
        ("GET", ["responses", id, "input_items"]) => stored::input_items(question, id),
        _ => return None,
    })
}

fn create(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let made = respond(question)?;
    if question.flag("stream") {
        return Ok(Reply::status(200).named_events(made.events));
    }
    if question.flag("background") {
        return Ok(Reply::status(200).json(object::unfinished(&made.whole, "queued")));
    }
    Ok(Reply::status(200).json(made.whole))
}

/// Makes the response of a request, and stores it unless it is not to be stored.
pub(crate) fn respond(question: &Question<'_>) -> Result<Made, ServiceError> {
    let body = &question.body;
    check(question)?;
    let input = input::items(question);
    let prompt = Prompt::read(&body["input"]);
    if prompt.has("[filter]") {
        return Err(ServiceError::content_filter());
    }
    {
        let memory = locked(&question.shared.memory);
        input::known(&memory, &input)?;
        if let Some(id) = body["previous_response_id"].as_str()
            && memory.response(id).is_none()
        {
            return Err(ServiceError::no_previous_response(id));
        }
    }
    let output = output::of(question, &prompt, &input)?;
    let whole = object::whole(question, &prompt, output);
    let events = events::of(question, &whole, prompt.has("[error]"));
    if let Some(id) = conversations::id_of(body) {
        let output = whole["output"].as_array().into_iter().flatten();
        let items = input.iter().chain(output).cloned().collect();
        conversations::append(question, &id, items)?;
    }
    if body["store"] != false {
        let stored = memory::Stored::new(question, &whole, &events, input);
        locked(&question.shared.memory).put(stored);
    }
    Ok(Made { whole, events })
}

/// What the service refuses before it asks the model.
fn check(question: &Question<'_>) -> Result<(), ServiceError> {
    let body = &question.body;
    let refused = |param: &str, message: &str| {
        Err(ServiceError::bad_request("invalid_value", param, message))
    };
    if question.flag("background") && body["store"] == false {
        return refused("background", "'background' needs 'store' to be true.");
    }
    if body["previous_response_id"].is_string() && !body["conversation"].is_null() {
        return Err(ServiceError::bad_request(
            "mutually_exclusive_parameters",
            "previous_response_id",
            "'previous_response_id' and 'conversation' cannot be used together.",
        ));
    }
    if let Some(id) = conversations::id_of(body)
        && !locked(&question.shared.memory).has_conversation(&id)
    {
        return Err(ServiceError::no_object("conversation", &id));
    }
    let tools = || body["tools"].as_array().into_iter().flatten();
    let paints = tools().any(|tool| tool["type"] == "image_generation");
    let header = "x-ms-oai-image-generation-deployment";
    match question.request.header(header) {
        Some(name) if paints && !question.shared.settings.has_deployment(name) => {
            return Err(ServiceError::no_deployment());
        }
        None if paints => {
            let message = format!("The tool image_generation needs the header {header}.");
            return refused("tools", &message);
        }
        _ => {}
    }
    Ok(())
}

/// A value of the request, or what the service puts in its place.
fn or(body: &Value, name: &str, otherwise: Value) -> Value {
    match &body[name] {
        Value::Null => otherwise,
        given => given.clone(),
    }
}

/// The object that confirms a deletion.
pub(super) fn deleted(object: &str, id: &str) -> Reply {
    Reply::status(200).json(json!({"object": object, "id": id, "deleted": true}))
}
