//! Endpoints of webhooks, as the dashboard's API keeps them.

use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::ids;
use crate::journal::Recorded;
use crate::reply::Reply;
use crate::route::Route;
use crate::service_error::ServiceError;
use crate::shared::{Shared, locked};

/// The endpoints of one emulator.
#[derive(Debug, Default)]
pub(crate) struct Endpoints(Mutex<Vec<Value>>);

/// The reply to a request of this API; `None` for all others.
pub(crate) fn respond(shared: &Shared, request: &Recorded) -> Option<Reply> {
    let route = Route::parse(&request.path)?;
    let segments = route.operation();
    let ["dashboard", "webhook_endpoints", rest @ ..] = &segments[..] else { return None };
    if !crate::check::has_credential(shared, request) {
        return Some(ServiceError::unauthorized().reply());
    }
    let mut list = locked(&shared.endpoints.0);
    let found = rest.first().map(|id| list.iter().position(|one| one["id"] == *id));
    Some(match (request.method.as_str(), found) {
        ("POST", None) => create(&mut list, request),
        ("GET", None) => Reply::status(200).json(json!({
            "object": "list", "data": *list, "has_more": false,
        })),
        ("GET", Some(Some(at))) => Reply::status(200).json(list[at].clone()),
        ("POST", Some(Some(at))) => {
            let body = request.json();
            for name in ["name", "url", "event_types"] {
                if let Some(value) = body.get(name) {
                    list[at][name] = value.clone();
                }
            }
            Reply::status(200).json(list[at].clone())
        }
        ("DELETE", Some(Some(at))) => {
            let id = list.remove(at)["id"].clone();
            Reply::status(200).json(json!({
                "id": id, "object": "webhook.endpoint.deleted", "deleted": true,
            }))
        }
        (_, Some(None)) => {
            ServiceError::no_object("webhook endpoint", rest.first().unwrap_or(&"")).reply()
        }
        _ => ServiceError::no_resource().reply(),
    })
}

fn create(list: &mut Vec<Value>, request: &Recorded) -> Reply {
    let body = request.json();
    for name in ["name", "url", "event_types"] {
        if body[name].is_null() {
            let message = format!("Missing required parameter: '{name}'.");
            return ServiceError::bad_request("missing_required_parameter", name, &message).reply();
        }
    }
    let key = ids::id("", request.number);
    let mut endpoint = json!({
        "id": ids::id("we_", request.number), "object": "webhook.endpoint",
        "created_at": 1_764_000_000, "name": body["name"], "url": body["url"],
        "event_types": body["event_types"],
        "signing_secret_hint": "whsec_…",
    });
    list.push(endpoint.clone());
    // Shown once.
    endpoint["signing_secret"] = format!("whsec_{}", STANDARD.encode(key)).into();
    Reply::status(200).json(endpoint)
}
