//! Accepts connections and serves the requests on them.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::answer;
use crate::body::ReplyBody;
use crate::check::{self, Call};
use crate::endpoints;
use crate::journal::Recorded;
use crate::kept;
use crate::realtime;
use crate::reply::{Ending, Kind, Reply};
use crate::service_error::ServiceError;
use crate::shared::{Open, Shared, locked};
use crate::wire::{Breaker, Wire};

/// Accepts until it is aborted; the connections end with it.
pub(crate) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&shared)));
                }
                // Out of file descriptors, perhaps: the ones in use come back.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let _open = Open::connection(&shared);
    let number = shared.accepted.fetch_add(1, Ordering::SeqCst);
    // Each chunk is to arrive by itself.
    let _ = stream.set_nodelay(true);
    let wire = Wire::new(stream);
    let breaker = wire.breaker();
    let service = service_fn(|request| {
        let (shared, breaker) = (Arc::clone(&shared), breaker.clone());
        async move { Ok::<_, Infallible>(respond(shared, breaker, number, request).await) }
    });
    // An error is a client that went away, or a connection that we broke ourselves.
    let _ = auto::Builder::new(TokioExecutor::new())
        .serve_connection_with_upgrades(TokioIo::new(wire), service)
        .await;
}

async fn respond(
    shared: Arc<Shared>,
    breaker: Breaker,
    connection: u64,
    request: Request<Incoming>,
) -> Response<ReplyBody> {
    let open = Open::response(&shared);
    let number = shared.received.fetch_add(1, Ordering::SeqCst);
    if realtime::is_upgrade(&request) {
        return match realtime::upgrade(&shared, breaker, open, connection, number, request) {
            Ok(response) => response,
            Err((reply, breaker, open)) => send(reply, breaker, open).await,
        };
    }
    let (head, body) = request.into_parts();
    let body = Limited::new(body, shared.settings.max_body).collect().await;
    let too_large = body.is_err();
    let body = body.map_or_else(|_| Bytes::new(), |body| body.to_bytes());

    if let Some(folder) = &shared.settings.keep
        && let Err(error) = kept::keep(folder, &head, &body)
    {
        eprintln!("a request could not be kept in {}: {error}", folder.display());
    }
    let mut recorded = Recorded::new(number, connection, &head, body);
    let call = check::check(&shared, &recorded);
    let own =
        || realtime::rest(&shared, &recorded).or_else(|| endpoints::respond(&shared, &recorded));
    let own = if shared.settings.examples { None } else { own() };
    if let (None, Err(refusal)) = (&own, &call) {
        recorded.violations = refusal.violations();
    }
    let scripted = locked(&shared.script).take(&recorded);
    let output = scripted.as_ref().and_then(|reply| reply.output.clone());
    let usual = || match call {
        _ if own.is_some() => own.unwrap_or_else(|| Reply::status(500)),
        _ if too_large => ServiceError::too_large(shared.settings.max_body).reply(),
        Err(refusal) => refusal.reply(),
        Ok(call) => {
            let reply = answer::answer(&shared, &recorded, Call { output, ..call });
            if reply.sized { reply } else { reply.pause(shared.settings.pace) }
        }
    };
    let reply = match scripted {
        None => usual_headers(usual(), &recorded),
        Some(reply) if reply.kind == Kind::Usual => {
            reply.in_place_of(usual_headers(usual(), &recorded))
        }
        Some(reply) => reply,
    };
    if let Some(file) = &shared.journal_file {
        file.write(&recorded);
    }
    locked(&shared.journal).push(recorded);
    send(reply, breaker, open).await
}

fn usual_headers(mut reply: Reply, recorded: &Recorded) -> Reply {
    for (name, value) in crate::headers::usual(recorded) {
        if !reply.headers.iter().any(|(other, _)| *other == name) {
            reply = reply.header(name, value);
        }
    }
    reply
}

async fn send(reply: Reply, breaker: Breaker, open: Open) -> Response<ReplyBody> {
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    match &reply.kind {
        Kind::Reset => breaker.reset(),
        Kind::Raw(bytes) => {
            breaker.write_raw(bytes.clone(), reply.ending != Ending::Silent);
        }
        Kind::Scripted | Kind::Usual => {
            let head = head(&reply);
            let mut response = Response::new(ReplyBody::new(&reply, breaker, open));
            match head {
                Ok((status, headers)) => {
                    *response.status_mut() = status;
                    for (name, value) in headers {
                        response.headers_mut().append(name, value);
                    }
                }
                // A test scripted what HTTP cannot say.
                Err(()) => *response.status_mut() = StatusCode::NOT_IMPLEMENTED,
            }
            return response;
        }
    }
    // The wire is broken or taken over; hyper must not write any more.
    std::future::pending().await
}

fn head(reply: &Reply) -> Result<(StatusCode, Vec<(HeaderName, HeaderValue)>), ()> {
    let status = StatusCode::from_u16(reply.status).map_err(drop)?;
    let header = |(name, value): &(String, String)| {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(drop)?;
        Ok((name, HeaderValue::from_bytes(value.as_bytes()).map_err(drop)?))
    };
    Ok((status, reply.headers.iter().map(header).collect::<Result<_, ()>>()?))
}
