//! Pages of items: `limit`, `order`, `after` and `before`.

use serde_json::{Value, json};

use super::super::Question;
use crate::reply::Reply;
use crate::service_error::ServiceError;

/// The most items of a page, and how many there are unless asked otherwise.
const MOST: usize = 100;
const USUAL: usize = 20;

/// One page of `items`, which stand oldest first; lists begin with the newest.
pub(in crate::answer) fn page(
    question: &Question<'_>,
    items: &[Value],
) -> Result<Reply, ServiceError> {
    let query = |name: &str| question.request.query(name);
    let limit = query("limit").map_or(Ok(USUAL), str::parse);
    let Some(limit) = limit.ok().filter(|limit| (1..=MOST).contains(limit)) else {
        let message = format!("'limit' has to be 1 to {MOST}.");
        return Err(ServiceError::bad_request("invalid_value", "limit", &message));
    };
    let mut items: Vec<&Value> = items.iter().collect();
    if query("order") != Some("asc") {
        items.reverse();
    }
    let position = |name: &str| match query(name) {
        None => Ok(None),
        Some(id) => {
            let found = items.iter().position(|item| item["id"] == id);
            found.map(Some).ok_or_else(|| ServiceError::no_object("item", id))
        }
    };
    let from = position("after")?.map_or(0, |at| at + 1);
    let to = position("before")?.unwrap_or(items.len()).max(from);
    let (page, has_more) = match &items[from..to] {
        all if all.len() <= limit => (all, false),
        more => (&more[..limit], true),
    };
    let id = |item: Option<&&Value>| item.map_or(Value::Null, |item| item["id"].clone());
    Ok(Reply::status(200).json(json!({
        "object": "list",
        "data": page,
        "first_id": id(page.first()),
        "last_id": id(page.last()),
        "has_more": has_more,
    })))
}
