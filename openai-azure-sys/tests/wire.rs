//! What the generated clients put on the wire, and what they make of the answers.
//!
//! `cargo test -p openai-azure-sys --features 2024-10-21 --test wire`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use futures_util::TryStreamExt;
use openai_azure_sys::context::CallContext;
use openai_azure_sys::multipart::Part;
use openai_azure_sys::v2024_10_21::{Client, types};
use openai_azure_sys::{Api, ByteStream, Error};
use serde_json::{Value, json};

/// Answers one request on loopback and hands over what was sent, head and body.
fn serve(status: &str, kind: &str, body: &str) -> (Client, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}/openai", listener.local_addr().unwrap());
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut sent = Vec::new();
        let mut piece = [0; 4096];
        while !complete(&sent) {
            let read = stream.read(&mut piece).unwrap();
            assert!(read > 0, "the request ends early");
            sent.extend_from_slice(&piece[..read]);
        }
        stream.write_all(answer.as_bytes()).unwrap();
        sender.send(String::from_utf8(sent).unwrap()).unwrap();
    });
    let context = CallContext::new().api_version("2024-10-21").api_key("KEY").unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    (Client::bind(&base_url, &http, context), receiver)
}

/// Whether the head and as much body as it announces are there.
fn complete(sent: &[u8]) -> bool {
    let text = String::from_utf8_lossy(sent);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let head = head.to_lowercase();
    if head.contains("transfer-encoding: chunked") {
        return body.ends_with("0\r\n\r\n");
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

fn request() -> types::CreateChatCompletionRequest {
    let message = types::ChatCompletionRequestUserMessage::new("Hi.");
    let mut request = types::CreateChatCompletionRequest::new(vec![message.into()]);
    request.temperature = Some(0.5);
    request
}

async fn text(stream: ByteStream) -> String {
    let pieces: Vec<_> = stream.into_inner().try_collect().await.unwrap();
    String::from_utf8(pieces.concat()).unwrap()
}

#[tokio::test]
async fn a_typed_request_is_sent_as_json_without_defaults_and_nulls() {
    let answer = json!({"id": "x", "created": 1, "choices": [
        {"index": 0, "finish_reason": "novel", "message": {"role": "assistant", "content": "Ho."}}]});
    let (client, sent) = serve("200 OK", "application/json", &answer.to_string());
    let answer = client.chat_completions_create("a/b", &request()).await.unwrap().into_inner();
    assert_eq!(answer.choices[0].message.content.as_deref(), Some("Ho."));

    let sent = sent.recv().unwrap();
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    let line = "POST /openai/deployments/a%2Fb/chat/completions?api-version=2024-10-21 HTTP/1.1";
    assert_eq!(head.lines().next(), Some(line));
    assert!(head.contains("api-key: KEY"), "{head}");
    assert_eq!(
        serde_json::from_str::<Value>(body).unwrap(),
        json!({"messages": [{"role": "user", "content": "Hi."}], "temperature": 0.5})
    );
}

#[tokio::test]
async fn a_stream_is_asked_for_by_its_media_type_and_comes_as_bytes() {
    let (client, sent) = serve("200 OK", "text/event-stream", "data: [DONE]\n\n");
    let mut request = request();
    request.stream = Some(true);
    let answer = client.chat_completions_create_stream("d", &request).await.unwrap();
    assert_eq!(text(answer.into_inner()).await, "data: [DONE]\n\n");
    assert!(sent.recv().unwrap().contains("accept: text/event-stream"));
}

#[tokio::test]
async fn a_typed_form_is_sent_as_a_form() {
    let answer = json!({"id": "file-1", "object": "file", "bytes": 2, "purpose": "batch",
        "filename": "a.jsonl", "created_at": 1, "status": "processed"});
    let (client, sent) = serve("201 Created", "application/json", &answer.to_string());
    let form = types::FilesUploadRequest::new(Part::bytes("a.jsonl", "{}"), "batch");
    let file = client.files_upload(&form).await.unwrap().into_inner();
    assert_eq!(file.id.as_deref(), Some("file-1"));

    let sent = sent.recv().unwrap();
    assert!(sent.starts_with("POST /openai/files?api-version=2024-10-21 HTTP/1.1"), "{sent}");
    assert!(sent.contains("content-type: multipart/form-data; boundary="), "{sent}");
    assert!(sent.contains("name=\"file\"; filename=\"a.jsonl\""), "{sent}");
    assert!(sent.contains("name=\"purpose\"\r\n\r\nbatch\r\n"), "{sent}");
}

#[tokio::test]
async fn a_transcription_as_text_comes_as_bytes() {
    let (client, sent) = serve("200 OK", "text/plain", "1\n00:00 --> 00:01\nHello.\n");
    let form = types::CreateTranscriptionRequest::new(Part::bytes("a.mp3", "sound"));
    let answer = client.transcriptions_create_text("whisper", &form).await.unwrap();
    assert!(text(answer.into_inner()).await.ends_with("Hello.\n"));
    assert!(sent.recv().unwrap().contains("accept: text/plain"));
}

#[tokio::test]
async fn a_page_of_a_gateway_is_an_unexpected_response_with_its_body() {
    let (client, _sent) = serve("502 Bad Gateway", "text/html", "<html>down</html>");
    let error = client.chat_completions_create("d", &request()).await.unwrap_err();
    let Error::UnexpectedResponse(response) = error else { panic!("{error}") };
    assert_eq!(response.status(), 502);
    assert_eq!(response.text().await.unwrap(), "<html>down</html>");
}

#[tokio::test]
async fn dots_are_no_path_segment_and_nothing_is_sent() {
    let (client, sent) = serve("200 OK", "application/json", "{}");
    for name in [".", ".."] {
        let error = client.chat_completions_create(name, &request()).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
    }
    assert!(sent.try_recv().is_err());
}
