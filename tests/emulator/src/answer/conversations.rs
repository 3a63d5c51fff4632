//! Conversations: lists of items that responses read from and add to.

use serde_json::{Value, json};

use super::Question;
use super::responses::Conversation;
use super::responses::{deleted, page, with_id};
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::locked;

/// The most items that one request adds.
const MOST_ITEMS: usize = 20;

/// The most pairs of metadata.
const MOST_METADATA: usize = 16;

type Answered = Result<Reply, ServiceError>;

pub(crate) fn route(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    let ("conversations", rest) = segments.split_first().map(|(first, rest)| (*first, rest))?
    else {
        return None;
    };
    Some(match (method, rest) {
        ("POST", []) => create(question),
        ("GET", [id]) => get(question, id),
        ("POST", [id]) => update(question, id),
        ("DELETE", [id]) => delete(question, id),
        ("POST", [id, "items"]) => add(question, id),
        ("GET", [id, "items"]) => list(question, id),
        ("GET", [id, "items", item]) => get_item(question, id, item),
        ("DELETE", [id, "items", item]) => delete_item(question, id, item),
        _ => return None,
    })
}

/// The conversation that a response belongs to: its id, or an object with it.
pub(super) fn id_of(body: &Value) -> Option<String> {
    let conversation = &body["conversation"];
    let id = conversation.as_str().or_else(|| conversation["id"].as_str())?;
    Some(id.to_owned())
}

/// Adds the input and the output of a response.
pub(super) fn append(
    question: &Question<'_>,
    id: &str,
    items: Vec<Value>,
) -> Result<(), ServiceError> {
    with(question, id, |conversation| {
        conversation.items.extend(items);
        Ok(())
    })
}

fn with<T>(
    question: &Question<'_>,
    id: &str,
    act: impl FnOnce(&mut Conversation) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let mut memory = locked(&question.shared.memory);
    let found = memory.conversations.get_mut(id);
    act(found.ok_or_else(|| ServiceError::no_object("conversation", id))?)
}

fn metadata(question: &Question<'_>) -> Result<Value, ServiceError> {
    match &question.body["metadata"] {
        Value::Object(pairs) if pairs.len() > MOST_METADATA => {
            let message = format!("'metadata' takes at most {MOST_METADATA} pairs.");
            Err(ServiceError::bad_request("invalid_value", "metadata", &message))
        }
        Value::Null => Ok(json!({})),
        pairs => Ok(pairs.clone()),
    }
}

/// The items of a request, with ids.
fn items(question: &Question<'_>) -> Result<Vec<Value>, ServiceError> {
    let items = question.body["items"].as_array().map(Vec::as_slice).unwrap_or_default();
    if items.len() > MOST_ITEMS {
        let message = format!("'items' takes at most {MOST_ITEMS} items.");
        return Err(ServiceError::bad_request("array_above_max_length", "items", &message));
    }
    let seed = question.number().wrapping_mul(523);
    Ok((0..).zip(items).map(|(at, item)| with_id(item.clone(), seed + at)).collect())
}

fn create(question: &Question<'_>) -> Answered {
    let id = ids::id("conv_", question.number());
    let object = json!({
        "id": id,
        "object": "conversation",
        "created_at": ids::now(),
        "metadata": metadata(question)?,
    });
    let conversation = Conversation { object: object.clone(), items: items(question)? };
    locked(&question.shared.memory).conversations.put(id, conversation);
    Ok(Reply::status(200).json(object))
}

fn get(question: &Question<'_>, id: &str) -> Answered {
    with(question, id, |conversation| Ok(Reply::status(200).json(conversation.object.clone())))
}

fn update(question: &Question<'_>, id: &str) -> Answered {
    let metadata = metadata(question)?;
    with(question, id, |conversation| {
        conversation.object["metadata"] = metadata;
        Ok(Reply::status(200).json(conversation.object.clone()))
    })
}

/// The items stay where responses have them.
fn delete(question: &Question<'_>, id: &str) -> Answered {
    let removed = locked(&question.shared.memory).conversations.remove(id);
    removed.ok_or_else(|| ServiceError::no_object("conversation", id))?;
    Ok(deleted("conversation.deleted", id))
}

fn add(question: &Question<'_>, id: &str) -> Answered {
    let added = items(question)?;
    with(question, id, |conversation| {
        conversation.items.extend(added.iter().cloned());
        let id = |item: Option<&Value>| item.map_or(Value::Null, |item| item["id"].clone());
        Ok(Reply::status(200).json(json!({
            "object": "list",
            "data": added,
            "first_id": id(added.first()),
            "last_id": id(added.last()),
            "has_more": false,
        })))
    })
}

fn list(question: &Question<'_>, id: &str) -> Answered {
    with(question, id, |conversation| page(question, &conversation.items))
}

fn get_item(question: &Question<'_>, id: &str, item: &str) -> Answered {
    with(question, id, |conversation| {
        let found = conversation.items.iter().find(|own| own["id"] == item);
        let found = found.ok_or_else(|| ServiceError::no_object("item", item))?;
        Ok(Reply::status(200).json(found.clone()))
    })
}

/// Returns the conversation that the item was in.
fn delete_item(question: &Question<'_>, id: &str, item: &str) -> Answered {
    with(question, id, |conversation| {
        let before = conversation.items.len();
        conversation.items.retain(|own| own["id"] != item);
        if conversation.items.len() == before {
            return Err(ServiceError::no_object("item", item));
        }
        Ok(Reply::status(200).json(conversation.object.clone()))
    })
}
