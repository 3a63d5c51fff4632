//! The handshake, with what the service refuses in it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use hyper::body::Incoming;
use hyper::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use hyper::{Request, Response, StatusCode};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::responses::Responses;
use super::session::Session;
use super::socket::{self, Party};
use crate::body::ReplyBody;
use crate::journal::Recorded;
use crate::reply::Reply;
use crate::route::Route;
use crate::service_error::ServiceError;
use crate::shared::{Open, Shared, locked};
use crate::wire::Breaker;

/// Whether a request wants a WebSocket.
pub(crate) fn is_upgrade(request: &Request<Incoming>) -> bool {
    let asked = request.headers().get(UPGRADE).and_then(|value| value.to_str().ok());
    asked.is_some_and(|asked| asked.eq_ignore_ascii_case("websocket"))
}

/// What the session is about.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) is_preview: bool,
    pub(super) model: String,
    pub(super) is_transcription: bool,
}

/// What a connection is for.
enum Subject {
    Realtime(Accepted),
    Responses,
}

fn check(shared: &Shared, request: &Recorded) -> Result<Subject, ServiceError> {
    let route = Route::parse(&request.path).ok_or_else(ServiceError::no_resource)?;
    if route.is_v1 && route.operation() == ["responses"] {
        let has_credential = crate::check::has_credential(shared, request);
        return has_credential.then_some(Subject::Responses).ok_or_else(ServiceError::unauthorized);
    }
    if route.operation() != ["realtime"] {
        return Err(ServiceError::no_resource());
    }
    let in_query = request.query("api-key") == Some(shared.settings.api_key.as_str());
    if !in_query && !crate::check::has_credential(shared, request) {
        return Err(ServiceError::unauthorized());
    }
    let version = request.query("api-version");
    if route.is_v1 && version.is_some() {
        // As the service does it.
        return Err(ServiceError::unauthorized());
    }
    if !route.is_v1 && version.is_none_or(|version| !version.ends_with("-preview")) {
        return Err(ServiceError::no_resource());
    }
    let is_transcription = request.query("intent") == Some("transcription");
    let model = request.query(if route.is_v1 { "model" } else { "deployment" });
    let accepted = |model: &str| {
        let (is_preview, model) = (!route.is_v1, model.to_owned());
        Subject::Realtime(Accepted { is_preview, model, is_transcription })
    };
    if let (true, Some(_)) = (route.is_v1, request.query("call_id")) {
        return Ok(accepted("gpt-realtime-1.5"));
    }
    match model {
        None if is_transcription => Ok(accepted("gpt-4o-mini-transcribe")),
        None => Err(ServiceError::bad_request("missing_required_parameter", "model", "No model.")),
        Some(model) if !shared.settings.deployments.contains(model) => {
            Err(ServiceError::no_deployment())
        }
        Some(model) if model.contains("transcribe") && !is_transcription => Err(
            // Spelled as the service spells it.
            ServiceError::plain(
                400,
                "OpperationNotSupported",
                "The realtime operation does not work with the specified model.",
            ),
        ),
        Some(model) => Ok(accepted(model)),
    }
}

/// Accepts the WebSocket, or returns the refusal. A scripted reply goes first.
#[allow(clippy::result_large_err, reason = "a refusal is a whole reply, and is rare")]
pub(crate) fn upgrade(
    shared: &Arc<Shared>,
    breaker: Breaker,
    open: Open,
    connection: u64,
    number: u64,
    mut request: Request<Incoming>,
) -> Result<Response<ReplyBody>, (Reply, Breaker, Open)> {
    let upgraded = hyper::upgrade::on(&mut request);
    let (head, _) = request.into_parts();
    let mut recorded = Recorded::new(number, connection, &head, bytes::Bytes::new());
    let checked = check(shared, &recorded);
    if let Err(refusal) = &checked {
        recorded.violations = refusal.violations();
    }
    let scripted = locked(&shared.script).take(&recorded);
    let usual = crate::headers::usual(&recorded);
    locked(&shared.journal).push(recorded.clone());
    let refusal = match (scripted, checked) {
        (Some(reply), _) => Err(reply),
        (None, Err(refusal)) => Err(refusal.reply()),
        (None, Ok(accepted)) => Ok(accepted),
    };
    let with_headers = |mut reply: Reply| {
        for (name, value) in &usual {
            if !reply.headers.iter().any(|(other, _)| other == name) {
                reply = reply.header(name, value);
            }
        }
        reply
    };
    let accepted = match refusal {
        Ok(accepted) => accepted,
        Err(reply) => return Err((with_headers(reply), breaker, open)),
    };
    let key = head.headers.get("sec-websocket-key").map(|key| key.as_bytes().to_vec());
    let script = locked(&shared.realtime.scripts).pop_front().unwrap_or_default();
    let session_number = shared.realtime_sessions.fetch_add(1, Ordering::SeqCst);
    let session: Box<dyn Party> = match accepted {
        Subject::Realtime(accepted) => {
            Box::new(Session::new(Arc::clone(shared), session_number, accepted))
        }
        Subject::Responses => {
            Box::new(Responses::new(Arc::clone(shared), session_number, recorded))
        }
    };
    let (task_shared, task_breaker) = (Arc::clone(shared), breaker.clone());
    let open_socket = Open::connection(shared);
    locked(&shared.realtime.sessions).spawn(async move {
        let _open = open_socket;
        if let Ok(upgraded) = upgraded.await {
            socket::run(task_shared, task_breaker, upgraded, session, script).await;
        }
    });
    let reply = with_headers(Reply::status(101));
    let mut response = Response::new(ReplyBody::new(&reply, breaker, open));
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    for (name, value) in usual {
        if let (Ok(name), Ok(value)) =
            (hyper::header::HeaderName::try_from(name), hyper::header::HeaderValue::try_from(value))
        {
            headers.append(name, value);
        }
    }
    headers.insert(CONNECTION, hyper::header::HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, hyper::header::HeaderValue::from_static("websocket"));
    if let Ok(accept) = derive_accept_key(&key.unwrap_or_default()).try_into() {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    Ok(response)
}
