//! An HTTP client of a few lines, so that the tests see the bytes themselves.

// Each test file uses a part of it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::io;
use std::time::Duration;

use openai_azure_emulator::Emulator;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer as far as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    /// The bytes behind the head, as they were on the wire.
    pub(crate) raw: Vec<u8>,
    /// What ended it: nothing, or an error of the socket.
    pub(crate) error: Option<io::ErrorKind>,
}

impl Answer {
    /// The decoded body and whether it came to its end.
    pub(crate) fn body(&self) -> (String, bool) {
        let (bytes, is_whole) = if self.head.contains("transfer-encoding: chunked") {
            unchunk(&self.raw)
        } else {
            let length = self.header("content-length").and_then(|value| value.parse().ok());
            (self.raw.clone(), length == Some(self.raw.len()))
        };
        (String::from_utf8_lossy(&bytes).into_owned(), is_whole)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body().0).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let line = self.head.lines().find(|line| line.starts_with(&format!("{name}: ")))?;
        line.split_once(": ").map(|(_, value)| value)
    }

    /// The events of a stream, without `[DONE]`.
    pub(crate) fn events(&self) -> Vec<Value> {
        let body = self.body().0;
        let data = body.lines().filter_map(|line| line.strip_prefix("data: "));
        data.filter_map(|data| serde_json::from_str(data).ok()).collect()
    }
}

fn unchunk(mut raw: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(end) = raw.windows(2).position(|pair| pair == b"\r\n") else {
            return (body, false);
        };
        let size = std::str::from_utf8(&raw[..end]).unwrap();
        let size = usize::from_str_radix(size, 16).unwrap();
        raw = &raw[end + 2..];
        if size == 0 {
            return (body, true);
        }
        if raw.len() < size + 2 {
            body.extend(&raw[..size.min(raw.len())]);
            return (body, false);
        }
        body.extend(&raw[..size]);
        raw = &raw[size + 2..];
    }
}

/// Sends a request and reads until the server closes.
pub(crate) async fn send(emulator: &Emulator, request: &str, body: &[u8]) -> Answer {
    let mut stream = open(emulator, request, body).await;
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut bytes));
    let error = read.await.expect("an answer in time").err().map(|error| error.kind());
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(0, |at| at + 4);
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head, raw: bytes[end..].to_vec(), error }
}

/// Sends a request and leaves the connection open.
pub(crate) async fn open(emulator: &Emulator, request: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(emulator.address()).await.unwrap();
    let head = format!(
        "{}\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        request.trim_end(),
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    stream
}

/// A request with the right key and a JSON body.
pub(crate) fn post(path: &str, version: &str) -> String {
    format!(
        "POST {path}?api-version={version} HTTP/1.1\r\napi-key: emulator-key\r\n\
         content-type: application/json"
    )
}

pub(crate) const CHAT: &str = "/openai/deployments/gpt-4o/chat/completions";

/// Asks `gpt-4o` and adds members to the body.
pub(crate) async fn chat(emulator: &Emulator, user: &str, more: Value) -> Answer {
    let mut body = json!({"messages": [{"role": "user", "content": user}]});
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    send(emulator, &post(CHAT, "2024-10-21"), body.to_string().as_bytes()).await
}

/// Sends a JSON body, or none, to a path behind `/openai/v1`; returns the answer.
pub(crate) async fn call(emulator: &Emulator, method: &str, path: &str, body: Value) -> Answer {
    let head = format!(
        "{method} /openai/v1{path} HTTP/1.1\r\napi-key: emulator-key\r\n\
         content-type: application/json\r\n\
         x-ms-oai-image-generation-deployment: gpt-image-2"
    );
    let body = if body.is_null() { String::new() } else { body.to_string() };
    send(emulator, &head, body.as_bytes()).await
}

/// The same, where it has to succeed.
pub(crate) async fn json(emulator: &Emulator, method: &str, path: &str, body: Value) -> Value {
    let answer = call(emulator, method, path, body).await;
    assert!(answer.status < 300, "{method} {path}: {}", answer.body().0);
    answer.json()
}

/// Status and code of a refusal.
pub(crate) async fn refused(emulator: &Emulator, path: &str, body: Value) -> (u16, String) {
    let answer = call(emulator, "POST", path, body).await;
    let code = answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned();
    (answer.status, code)
}

/// Sends a form to a path behind `/openai/v1`; a part is a name, the name of a file, and content.
pub(crate) async fn form(
    emulator: &Emulator,
    path: &str,
    parts: &[(&str, Option<&str>, &[u8])],
) -> Answer {
    let mut body = Vec::new();
    for (name, file, content) in parts {
        let file = file.map_or(String::new(), |file| format!("; filename=\"{file}\""));
        let head = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend([head.as_bytes(), *content, b"\r\n"].concat());
    }
    body.extend(b"--b--\r\n");
    let head = format!(
        "POST /openai/v1{path} HTTP/1.1\r\napi-key: emulator-key\r\n\
         content-type: multipart/form-data; boundary=b"
    );
    send(emulator, &head, &body).await
}
