//! Runs a session over its socket.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::script::{RealtimeScript, Step};
use crate::shared::Shared;
use crate::wire::Breaker;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// What the service holds of a connection.
pub(super) trait Party: Send + Sync {
    /// Notes an event for tests.
    fn record(&self, from_client: bool, event: Value);
    /// The connection begins.
    fn begin(&mut self);
    /// An event of the client.
    fn take(&mut self, event: &Value);
    /// The next event that is sent at once.
    fn due(&mut self) -> Option<Value>;
    /// Whether there are events that are sent at the pace of the emulator.
    fn is_responding(&self) -> bool;
    /// Makes the next of them due.
    fn go_on(&mut self);
    /// The event as the api-version has it. Those that it lacks become their nearest relative.
    fn in_its_shape(&self, event: Value) -> Value;
    /// How long a connection lasts.
    fn limit(&self) -> Duration;
    /// The event before that end, and the reason in the close message.
    fn expired(&self) -> (Value, &'static str);
}

/// The other side is gone, or was sent away.
struct Gone;

pub(super) async fn run(
    shared: Arc<Shared>,
    breaker: Breaker,
    upgraded: Upgraded,
    mut session: Box<dyn Party>,
    script: RealtimeScript,
) {
    let io = TokioIo::new(upgraded);
    let mut socket = WebSocketStream::from_raw_socket(io, Role::Server, None).await;
    for step in script.steps {
        if play(&breaker, &mut socket, &mut *session, step).await.is_err() {
            return;
        }
    }
    let _ = serve(&shared, &mut socket, &mut *session).await;
}

async fn play(
    breaker: &Breaker,
    socket: &mut Socket,
    session: &mut dyn Party,
    step: Step,
) -> Result<(), Gone> {
    match step {
        Step::Text(text) => {
            let event = serde_json::from_str(&text).unwrap_or(Value::String(text.clone()));
            session.record(false, event);
            socket.send(Message::text(text)).await.map_err(|_| Gone)
        }
        Step::Binary(bytes) => socket.send(Message::binary(bytes)).await.map_err(|_| Gone),
        Step::Ping => socket.send(Message::Ping(Bytes::from_static(b"?"))).await.map_err(|_| Gone),
        Step::Expect(kind) => loop {
            if receive(socket, session).await?["type"] == kind.as_str() {
                return Ok(());
            }
        },
        Step::Wait(time) => {
            tokio::time::sleep(time).await;
            Ok(())
        }
        Step::Close(frame) => {
            close(socket, frame).await;
            Err(Gone)
        }
        Step::Cut => {
            // A text of 100 bytes, and three of them.
            let _ = raw(socket, &[0x81, 100, b'{', b'"', b't']).await;
            let _ = socket.get_mut().shutdown().await;
            Err(Gone)
        }
        Step::Garbage => {
            // Reserved bits and an opcode that does not exist.
            let _ = raw(socket, &[0xFF; 64]).await;
            hold(socket).await
        }
        Step::Oversized(bytes) => {
            let mut frame = vec![0x81, 127];
            frame.extend_from_slice(&bytes.to_be_bytes());
            let _ = raw(socket, &frame).await;
            hold(socket).await
        }
        Step::Reset => {
            breaker.reset();
            let _ = raw(socket, b"").await;
            Err(Gone)
        }
        Step::Silent => hold(socket).await,
    }
}

async fn raw(socket: &mut Socket, bytes: &[u8]) -> std::io::Result<()> {
    let io = socket.get_mut();
    io.write_all(bytes).await?;
    io.flush().await
}

/// Reads and drops until the other side is gone.
async fn hold(socket: &mut Socket) -> Result<(), Gone> {
    let mut bytes = [0; 4096];
    while socket.get_mut().read(&mut bytes).await.is_ok_and(|read| read > 0) {}
    Err(Gone)
}

async fn close(socket: &mut Socket, frame: Option<(u16, String)>) {
    let frame = frame.map(|(code, reason)| CloseFrame { code: code.into(), reason: reason.into() });
    let _ = socket.send(Message::Close(frame)).await;
    // Until the reply, but not for ever.
    let rest = async { while let Some(Ok(_)) = socket.next().await {} };
    let _ = tokio::time::timeout(Duration::from_secs(2), rest).await;
}

/// The next event of the client.
async fn receive(socket: &mut Socket, session: &dyn Party) -> Result<Value, Gone> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                let event = serde_json::from_str(&text)
                    .unwrap_or_else(|_| Value::String(text.as_str().to_owned()));
                session.record(true, event.clone());
                return Ok(event);
            }
            Some(Ok(Message::Close(_))) | Some(Err(_)) | None => return Err(Gone),
            Some(Ok(_)) => {}
        }
    }
}

/// The session as the service holds it.
async fn serve(shared: &Shared, socket: &mut Socket, session: &mut dyn Party) -> Result<(), Gone> {
    let ends = Instant::now() + shared.realtime.session_limit(session.limit());
    session.begin();
    loop {
        // What is not part of a response goes at once, the rest at the pace of the emulator.
        while let Some(event) = session.due() {
            send(socket, session, event).await?;
        }
        let pace = shared.settings.pace;
        tokio::select! {
            biased;
            () = tokio::time::sleep_until(ends) => {
                let (event, reason) = session.expired();
                send(socket, session, event).await?;
                close(socket, Some((1001, reason.to_owned()))).await;
                return Err(Gone);
            }
            event = receive(socket, session) => session.take(&event?),
            () = tokio::time::sleep(pace), if session.is_responding() => session.go_on(),
        }
    }
}

async fn send(socket: &mut Socket, session: &dyn Party, event: Value) -> Result<(), Gone> {
    let event = session.in_its_shape(event);
    let text = event.to_string();
    session.record(false, event);
    socket.send(Message::text(text)).await.map_err(|_| Gone)
}
