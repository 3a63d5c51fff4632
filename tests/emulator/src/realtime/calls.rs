//! The requests over HTTP that belong to sessions: client secrets, calls of WebRTC and SIP.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::ids;
use crate::journal::Recorded;
use crate::reply::Reply;
use crate::route::Route;
use crate::service_error::ServiceError;
use crate::shared::Shared;

/// The SDP of the service, as far as a client cares.
const SDP: &str =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n";

/// The reply to a request of this API; `None` for all others.
pub(crate) fn respond(shared: &Shared, request: &Recorded) -> Option<Reply> {
    let route = Route::parse(&request.path)?;
    let segments = route.operation();
    if !route.is_v1 || segments.first() != Some(&"realtime") {
        return None;
    }
    if !crate::check::has_credential(shared, request) {
        return Some(ServiceError::unauthorized().reply());
    }
    let reply = match (request.method.as_str(), &segments[1..]) {
        ("POST", ["client_secrets"]) => client_secret(request),
        ("POST", ["calls"]) => create(shared, request),
        ("POST", ["calls", _, "accept"]) => accept(request),
        ("POST", ["calls", _, "reject" | "hangup"]) => Reply::status(200),
        ("POST", ["calls", _, "refer"]) if request.json()["target_uri"].is_string() => {
            Reply::status(200)
        }
        ("POST", ["calls", _, "refer"]) => missing("target_uri"),
        _ => ServiceError::no_resource().reply(),
    };
    Some(reply)
}

fn missing(param: &str) -> Reply {
    let message = format!("Missing required parameter: '{param}'.");
    ServiceError::bad_request("missing_required_parameter", param, &message).reply()
}

fn client_secret(request: &Recorded) -> Reply {
    let body = request.json();
    let seconds = body["expires_after"]["seconds"].as_u64().unwrap_or(600);
    if !(10..=7200).contains(&seconds) {
        return ServiceError::bad_request("invalid_value", "expires_after", "10 to 7200.").reply();
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut session = body.get("session").cloned().unwrap_or_else(|| json!({"type": "realtime"}));
    session["id"] = ids::id("sess_", request.number).into();
    session["object"] = "realtime.session".into();
    Reply::status(200).json(json!({
        "value": ids::id("ek_", request.number), "expires_at": now + seconds, "session": session,
    }))
}

/// Either the offer itself, or a form with the offer and the settings.
fn create(shared: &Shared, request: &Recorded) -> Reply {
    let media = request.header("content-type").unwrap_or_default();
    let offer = match request.part("sdp") {
        Some(part) => part.text(),
        None if media.starts_with("application/sdp") => {
            String::from_utf8_lossy(&request.body).into_owned()
        }
        None => String::new(),
    };
    if !offer.starts_with("v=0") {
        return missing("sdp");
    }
    let id = ids::id("rtc_", request.number);
    Reply::status(201)
        .header("location", format!("{}/openai/v1/realtime/calls/{id}", shared.endpoint))
        .header("content-type", "application/sdp")
        .body(SDP)
}

fn accept(request: &Recorded) -> Reply {
    let body = request.json();
    let lacks = ["type", "model", "instructions"].into_iter().find(|name| match &body[*name] {
        Value::String(_) => false,
        _ => true,
    });
    lacks.map_or_else(|| Reply::status(200), missing)
}
