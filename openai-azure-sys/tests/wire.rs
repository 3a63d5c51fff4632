//! What the generated clients put on the wire, and what they make of the answers.
//!
//! `cargo test -p openai-azure-sys --features 2024-10-21 --test wire`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use openai_azure_sys::multipart::Part;
use openai_azure_sys::v2024_10_21::{Client, types};
use openai_azure_sys::{ByteStream, ErrorKind, HttpTransport};
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
        let mut chunk = [0; 4096];
        while !complete(&sent) {
            let read = stream.read(&mut chunk).unwrap();
            assert!(read > 0, "the request ends early");
            sent.extend_from_slice(&chunk[..read]);
        }
        stream.write_all(answer.as_bytes()).unwrap();
        sender.send(String::from_utf8(sent).unwrap()).unwrap();
    });
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let transport = HttpTransport::new(http).api_key("KEY").unwrap();
    (Client::new(&base_url, Arc::new(transport)), receiver)
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
    String::from_utf8(stream.into_bytes().await.unwrap().to_vec()).unwrap()
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
    assert_eq!(text(answer.into_inner().into_bytes()).await, "data: [DONE]\n\n");
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
async fn the_parameters_of_a_list_are_one_struct() {
    let page = json!({"object": "list", "data": [], "has_more": false});
    let (client, sent) = serve("200 OK", "application/json", &page.to_string());
    let params = types::BatchesListParams::new().after("batch 1").limit(20);
    client.batches_list(&params).await.unwrap();
    let sent = sent.recv().unwrap();
    let line = "GET /openai/batches?after=batch%201&limit=20&api-version=2024-10-21 HTTP/1.1";
    assert_eq!(sent.lines().next(), Some(line));
    assert!(sent.contains("accept: application/json\r\n"), "{sent}");
}

#[tokio::test]
async fn a_page_of_a_gateway_is_a_failure_with_its_head_and_its_body() {
    let (client, _sent) = serve("502 Bad Gateway", "text/html", "<html>down</html>");
    let mut error = client.chat_completions_create("d", &request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(error.status().unwrap(), 502);
    assert_eq!(error.headers().unwrap()["content-type"], "text/html");
    assert!(error.typed::<types::ErrorResponse>().await.is_none());
    assert_eq!(error.read_body().await, "<html>down</html>");
}

#[tokio::test]
async fn a_failure_of_the_service_is_read_as_the_type_of_the_version() {
    let body = json!({"error": {"code": "429", "message": "Slow down."}});
    let (client, _sent) = serve("429 Too Many Requests", "application/json", &body.to_string());
    let mut error = client.chat_completions_create("d", &request()).await.unwrap_err();
    let body: types::ErrorResponse = error.typed().await.unwrap();
    assert_eq!(body.error.unwrap().message.as_deref(), Some("Slow down."));
}

#[tokio::test]
async fn a_body_that_does_not_decode_is_kept_with_its_head() {
    let (client, _sent) = serve("200 OK", "application/json", "[1]");
    let error = client.chat_completions_create("d", &request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.received_body(), "[1]");
}

#[tokio::test]
async fn a_service_that_is_not_there_is_a_failed_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}/openai", listener.local_addr().unwrap());
    drop(listener);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = Client::new(&base_url, Arc::new(HttpTransport::new(http)));
    let error = client.models_list().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.is_connect() && error.status().is_none());
}

#[tokio::test]
async fn dots_are_no_path_segment_and_nothing_is_sent() {
    let (client, sent) = serve("200 OK", "application/json", "{}");
    for name in [".", ".."] {
        let error = client.chat_completions_create(name, &request()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
    assert!(sent.try_recv().is_err());
}

#[test]
fn the_future_of_a_call_can_cross_threads() {
    fn check<T: Send>(_: T) {}
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = Client::new("http://host", Arc::new(HttpTransport::new(http)));
    check(client.models_list());
    check(client.chat_completions_create_stream("d", &request()));
}
