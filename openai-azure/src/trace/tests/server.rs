//! A server on loopback that returns prepared responses, one per connection.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A response; `{credential}` in its body becomes what the request sent to prove itself.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) kind: &'static str,
    pub(super) headers: &'static str,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn json(body: impl Into<String>) -> Self {
        let headers = "x-request-id: service-1\r\nx-secret-sauce: hunter2\r\n";
        Self { status: 200, kind: "application/json", headers, body: body.into() }
    }

    pub(super) fn events(body: impl Into<String>) -> Self {
        Self { kind: "text/event-stream", ..Self::json(body) }
    }

    pub(super) fn failed(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: "apim-request-id: gateway-1\r\n", ..Self::json(body) }
    }
}

/// Serves the responses in order, and returns the address.
pub(super) async fn serve(answers: Vec<Answer>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for answer in answers {
            let (mut socket, _) = listener.accept().await.unwrap();
            let request = read(&mut socket).await;
            let credential = request
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| matches!(*name, "api-key" | "authorization"))
                .map_or("", |(_, value)| value);
            let body = answer.body.replace("{credential}", credential);
            let Answer { status, kind, headers, .. } = answer;
            let head = format!(
                "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-type: {kind}\r\n{headers}\
                 content-length: {}\r\n\r\n",
                body.len()
            );
            socket.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            socket.shutdown().await.unwrap();
        }
    });
    format!("http://{address}")
}

/// Reads a request with a `content-length`, so that closing the socket resets nothing.
async fn read(socket: &mut tokio::net::TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let count = socket.read(&mut piece).await.unwrap();
        request.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        assert_ne!(count, 0, "the request ended early");
    }
}
