//! Pages of the lists of collections: `after`, `before`, `limit` and `order`.

use serde_json::{Value, json};

use super::Question;
use super::store::Shelf;
use crate::reply::Reply;
use crate::service_error::ServiceError;

/// How many entries a page of a collection has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) usual: usize,
    pub(crate) most: usize,
}

impl Limit {
    /// 20 unless asked otherwise, at most 100.
    pub(crate) const COLLECTION: Self = Self { usual: 20, most: 100 };
    pub(crate) const FILES: Self = Self { usual: 10_000, most: 10_000 };
}

/// A page of what `select` makes of a shelf; it leaves out what it makes nothing of.
pub(crate) fn page<T>(
    question: &Question<'_>,
    shelf: &Shelf<T>,
    limit: Limit,
    select: impl Fn(&T) -> Option<Value>,
) -> Result<Reply, ServiceError> {
    let wanted = match question.request.query("limit") {
        None => limit.usual,
        Some(text) => match text.parse() {
            Ok(number) if (1..=limit.most).contains(&number) => number,
            _ => {
                let message = format!("'limit' must be 1 to {}, it is {text}.", limit.most);
                return Err(ServiceError::bad_request("invalid_value", "limit", &message));
            }
        },
    };
    let number = |name: &str| match question.request.query(name) {
        None => Ok(None),
        Some(id) => shelf.number(id).map(Some).ok_or_else(|| {
            let message = format!("'{name}' names nothing of this list: {id}.");
            ServiceError::bad_request("invalid_value", name, &message)
        }),
    };
    let (after, before) = (number("after")?, number("before")?);
    let is_ascending = question.request.query("order") == Some("asc");
    let is_between = |number: u64| {
        let (low, high) = if is_ascending { (after, before) } else { (before, after) };
        low.is_none_or(|low| number > low) && high.is_none_or(|high| number < high)
    };
    let selected = |(number, thing): (u64, &T)| {
        if is_between(number) { select(thing) } else { None }
    };
    let mut objects: Vec<Value> = if is_ascending {
        shelf.numbered().filter_map(selected).take(wanted + 1).collect()
    } else {
        shelf.numbered().rev().filter_map(selected).take(wanted + 1).collect()
    };
    let has_more = objects.len() > wanted;
    objects.truncate(wanted);
    Ok(Reply::status(200).json(list(objects, has_more)))
}

/// The object of a page.
pub(crate) fn list(objects: Vec<Value>, has_more: bool) -> Value {
    let id = |object: Option<&Value>| object.map_or(Value::Null, |object| object["id"].clone());
    json!({
        "object": "list",
        "first_id": id(objects.first()),
        "last_id": id(objects.last()),
        "has_more": has_more,
        "data": objects,
    })
}
