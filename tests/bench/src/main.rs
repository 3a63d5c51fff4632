//! What reading a long chat stream costs: the least it can cost, ours, and others', in one run.
//!
//! Each way reads the same events over loopback, or from memory where it says so, several times
//! in turn; the best time of each is printed, and its ratio to the least. With a name as argument
//! one way runs alone and once, to count its instructions.

use std::hint::black_box;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use eventsource_stream::Eventsource;
use futures_util::StreamExt;
use openai_azure::chat::ChatChunk;
use openai_azure::{Client, RetryPolicy};

mod plain;

const EVENTS: usize = 20_000;
const ROUNDS: usize = 7;
/// What a server writes at once.
const PIECE: usize = 16 << 10;

const WAYS: [&str; 6] =
    ["memory-plain", "memory", "transport", "ours", "eventsource", "eventsource-plain"];

fn main() {
    let body = body();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let port = serve(&body);
    let lines: Vec<&str> = body
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .filter(|data| *data != "[DONE]")
        .collect();
    let run = |way: &str| -> usize {
        match way {
            "memory-plain" => lines.iter().map(|data| text_of_plain(data)).sum(),
            "memory" => lines.iter().map(|data| text_of(data)).sum(),
            "transport" => runtime.block_on(transport(port)),
            "ours" => runtime.block_on(ours(port)),
            "eventsource" => runtime.block_on(eventsource(port, text_of)),
            "eventsource-plain" => runtime.block_on(eventsource(port, text_of_plain)),
            other => panic!("{other} is none of {WAYS:?}"),
        }
    };
    if let Some(way) = std::env::args().nth(1) {
        println!("{way}: {}", run(&way));
        return;
    }
    println!("{EVENTS} events, {} bytes, best of {ROUNDS}", body.len());
    let mut best = [Duration::MAX; WAYS.len()];
    for _ in 0..ROUNDS {
        for (way, best) in WAYS.iter().zip(&mut best) {
            let start = Instant::now();
            let sum = run(way);
            *best = start.elapsed().min(*best);
            assert!(
                sum == 6 * EVENTS || (*way == "transport" && sum == body.len()),
                "{way}: {sum}"
            );
        }
    }
    for (way, time) in WAYS.iter().zip(best) {
        let each = time / EVENTS as u32;
        let ratio = time.as_secs_f64() / best[1].as_secs_f64();
        println!("{way:18} {:7.1} ms  {each:>8.0?} an event  {ratio:.2}", time.as_secs_f64() * 1e3);
    }
}

/// A stream as the service sends it.
fn body() -> String {
    let filters = r#"{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}}"#;
    let mut body = String::new();
    for _ in 0..EVENTS {
        body += r#"data: {"choices":[{"content_filter_results":"#;
        body += filters;
        body += r#","delta":{"content":" words"},"finish_reason":null,"index":0,"logprobs":null}],"created":1709208000,"id":"chatcmpl-0123456789abcdef","model":"gpt-4o-2024-08-06","object":"chat.completion.chunk","system_fingerprint":"fp_0123456789","usage":null}"#;
        body += "\n\n";
    }
    body + "data: [DONE]\n\n"
}

/// Answers each connection with the body.
fn serve(body: &str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    let answer = format!("{head}{body}").into_bytes();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut socket = socket.expect("a connection");
            let _ = socket.read(&mut [0; 4096]);
            for piece in answer.chunks(PIECE) {
                if socket.write_all(piece).is_err() {
                    break;
                }
            }
        }
    });
    port
}

fn text_of(data: &str) -> usize {
    let chunk: ChatChunk = serde_json::from_str(data).expect("a chunk");
    black_box(&chunk).text().len()
}

fn text_of_plain(data: &str) -> usize {
    let chunk: plain::Chunk = serde_json::from_str(data).expect("a chunk");
    black_box(&chunk).text().len()
}

async fn transport(port: u16) -> usize {
    let mut response = ask(port).await;
    let mut sum = 0;
    while let Some(piece) = response.chunk().await.expect("a piece") {
        sum += black_box(&piece).len();
    }
    sum
}

async fn ours(port: u16) -> usize {
    let client = Client::builder()
        .endpoint(format!("http://127.0.0.1:{port}").as_str())
        .api_key("key")
        .retry(RetryPolicy::none())
        .http(|http| http.no_proxy())
        .build()
        .expect("a client");
    let mut stream = client.chat("gpt-4o").user("?").stream().await.expect("a stream");
    let mut sum = 0;
    while let Some(chunk) = stream.try_next().await.expect("a chunk") {
        sum += black_box(&chunk).text().len();
    }
    sum
}

async fn eventsource(port: u16, text_of: fn(&str) -> usize) -> usize {
    let mut events = ask(port).await.bytes_stream().eventsource();
    let mut sum = 0;
    while let Some(event) = events.next().await {
        let event = event.expect("an event");
        if event.data == "[DONE]" {
            break;
        }
        sum += text_of(&event.data);
    }
    sum
}

async fn ask(port: u16) -> reqwest::Response {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let url = format!("http://127.0.0.1:{port}/openai/deployments/gpt-4o/chat/completions");
    client.post(url).body("{}").send().await.expect("an answer")
}
