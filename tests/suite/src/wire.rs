//! A server that writes bytes, waits and breaks connections as a test says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What is done on a connection after a request has been read.
#[derive(Debug, Clone)]
pub enum Step {
    /// Writes these bytes.
    Write(Vec<u8>),
    /// Waits.
    Wait(Duration),
    /// Closes in order.
    Close,
    /// Breaks the connection so that the other side sees a reset.
    Reset,
    /// Keeps the connection and says nothing until the other side goes.
    Hold,
}

/// A loopback server. It ends when dropped.
#[derive(Debug)]
pub struct Wire {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    open: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

impl Wire {
    /// Serves the nth request, from 0, with what `script` says.
    ///
    /// # Panics
    ///
    /// No port on loopback.
    pub async fn start<F>(script: F) -> Self
    where
        F: Fn(usize) -> Vec<Step> + Send + Sync + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
        let port = listener.local_addr().expect("an address").port();
        let (requests, open) =
            (Arc::<Mutex<Vec<String>>>::default(), Arc::<AtomicUsize>::default());
        let script = Arc::new(script);
        let (seen, count) = (Arc::clone(&requests), Arc::clone(&open));
        let accepting = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (script, seen, count) =
                    (Arc::clone(&script), Arc::clone(&seen), Arc::clone(&count));
                connections.spawn(async move {
                    count.fetch_add(1, Ordering::SeqCst);
                    serve(stream, &*script, &seen).await;
                    count.fetch_sub(1, Ordering::SeqCst);
                });
                while connections.try_join_next().is_some() {}
            }
        });
        Self { port, requests, open, accepting }
    }

    /// Always does the same.
    pub async fn always(steps: Vec<Step>) -> Self {
        Self::start(move |_| steps.clone()).await
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The requests so far, head and body.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many connections are open.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    script: &(dyn Fn(usize) -> Vec<Step> + Send + Sync),
    seen: &Mutex<Vec<String>>,
) {
    while let Some(request) = read_request(&mut stream).await {
        let number = {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.push(request);
            seen.len() - 1
        };
        for step in script(number) {
            match step {
                Step::Write(bytes) => {
                    if stream.write_all(&bytes).await.is_err() {
                        return;
                    }
                    let _ = stream.flush().await;
                }
                Step::Wait(time) => {
                    // The other side may go meanwhile.
                    let mut byte = [0];
                    let gone = async { stream.peek(&mut byte).await.is_ok_and(|read| read == 0) };
                    if tokio::time::timeout(time, gone).await == Ok(true) {
                        return;
                    }
                }
                Step::Close => return,
                Step::Reset => {
                    let _ = stream.set_zero_linger();
                    return;
                }
                Step::Hold => {
                    let mut rest = [0; 64];
                    while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
                    return;
                }
            }
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
            });
            if body.len() >= length.unwrap_or(0_usize) {
                return Some(text.into_owned());
            }
        }
        match stream.read(&mut piece).await {
            Ok(read) if read > 0 => bytes.extend_from_slice(&piece[..read]),
            _ => return None,
        }
    }
}

/// A whole answer with a JSON body.
#[must_use]
pub fn json(status: u16, headers: &str, body: &str) -> Step {
    Step::Write(
        format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes(),
    )
}

/// The head of an event stream whose body ends with the connection.
#[must_use]
pub fn stream_head() -> Step {
    Step::Write(
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-request-id: stream-1\r\nconnection: close\r\n\r\n"
            .to_vec(),
    )
}

/// One event of a chat with this text.
#[must_use]
pub fn chat_event(text: &str) -> Step {
    let data = serde_json::json!({"id": "c", "model": "m", "choices": [{"index": 0, "delta": {"content": text}}]});
    Step::Write(format!("data: {data}\n\n").into_bytes())
}

/// The event that completes a chat.
#[must_use]
pub fn chat_end() -> Step {
    let data = r#"{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}"#;
    Step::Write(format!("data: {data}\n\n").into_bytes())
}

/// A whole chat answer with this text.
#[must_use]
pub fn chat_answer(text: &str) -> Step {
    let body = serde_json::json!({
        "id": "c", "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
    });
    json(200, "x-request-id: chat-1\r\n", &body.to_string())
}
