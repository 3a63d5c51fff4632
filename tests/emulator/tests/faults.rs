//! Scripted answers break exactly where they are told to.

mod http;

use std::time::{Duration, Instant};

use http::{CHAT, chat, open, post};
use openai_azure_emulator::{Emulator, Reply};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn eventually(mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to hold");
}

#[tokio::test]
async fn a_scripted_answer_is_sent_as_it_is() {
    let emulator = Emulator::start().await.unwrap();
    let reply = Reply::status(429).header("retry-after-ms", "5").json(json!({"error": "slow"}));
    emulator.reply(reply);
    let answer = chat(&emulator, "Hello", json!({})).await;
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("retry-after-ms"), Some("5"));
    assert_eq!(answer.body(), (r#"{"error":"slow"}"#.into(), true));
    assert_eq!(chat(&emulator, "Hello", json!({})).await.status, 200);
}

#[tokio::test]
async fn answers_are_used_in_turn_and_a_path_has_its_own() {
    let emulator = Emulator::start().await.unwrap();
    emulator.reply(Reply::status(500).times(2));
    emulator.reply(Reply::status(503));
    emulator.reply_to("/chat/completions", Reply::status(429));
    let mut statuses = vec![];
    for _ in 0..5 {
        statuses.push(chat(&emulator, "Hello", json!({})).await.status);
    }
    assert_eq!(statuses, [429, 500, 500, 503, 200]);
}

#[tokio::test]
async fn a_cut_comes_after_exactly_so_many_bytes() {
    let emulator = Emulator::start().await.unwrap();
    for bytes in [0, 1, 7, 16, 17] {
        emulator.reply(Reply::status(200).chunks(["0123456789", "abcdefghij"]).cut_after(bytes));
        let answer = chat(&emulator, "Hello", json!({})).await;
        let (body, is_whole) = answer.body();
        assert_eq!(body, "0123456789abcdefghij"[..bytes]);
        assert!(!is_whole, "{bytes}");
    }
    emulator.reply(Reply::status(200).body("0123456789").cut_after(4));
    let answer = chat(&emulator, "Hello", json!({})).await;
    assert_eq!(answer.header("content-length"), Some("10"));
    assert_eq!(answer.body(), ("0123".into(), false));
}

#[tokio::test]
async fn a_large_answer_is_cut_after_exactly_so_many_bytes() {
    let emulator = Emulator::start().await.unwrap();
    let body = "x".repeat(8 << 20);
    emulator.reply(Reply::status(200).body(body.clone()).cut_after((8 << 20) - 1));
    let (received, is_whole) = chat(&emulator, "Hello", json!({})).await.body();
    assert_eq!((received.len(), is_whole), ((8 << 20) - 1, false));
}

#[tokio::test]
async fn a_reset_comes_before_the_head() {
    let emulator = Emulator::start().await.unwrap();
    emulator.reply(Reply::status(200).reset());
    let answer = chat(&emulator, "Hello", json!({})).await;
    assert_eq!(answer.head, "");
    assert_eq!(answer.error, Some(std::io::ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn chunks_keep_their_sizes_and_their_pauses() {
    let emulator = Emulator::start().await.unwrap();
    let pause = Duration::from_millis(30);
    emulator.reply(Reply::status(200).body("abcdef").chunk_sizes([1, 2]).pause(pause));
    let started = Instant::now();
    let answer = chat(&emulator, "Hello", json!({})).await;
    assert_eq!(answer.body(), ("abcdef".into(), true));
    assert!(started.elapsed() >= pause * 3, "{:?}", started.elapsed());
    emulator.reply(Reply::status(200).chunks(["ab", "c"]));
    let answer = chat(&emulator, "Hello", json!({})).await;
    assert_eq!(answer.raw, b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
}

#[tokio::test]
async fn a_delay_comes_before_the_head() {
    let emulator = Emulator::start().await.unwrap();
    emulator.reply(Reply::status(204).delay(Duration::from_millis(50)));
    let started = Instant::now();
    assert_eq!(chat(&emulator, "Hello", json!({})).await.status, 204);
    assert!(started.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn silence_ends_when_the_client_goes() {
    let emulator = Emulator::start().await.unwrap();
    emulator.reply(Reply::status(200).sse(["1"]).silent());
    emulator.reply(Reply::status(200).delay(Duration::from_secs(3600)));
    let body = br#"{"messages":[{"role":"user","content":"Hello"}]}"#;
    let mut silent = open(&emulator, &post(CHAT, "2024-10-21"), body).await;
    let mut bytes = vec![0; 4096];
    let mut text = String::new();
    while !text.contains("data: 1") {
        let read = silent.read(&mut bytes).await.unwrap();
        text.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
    }
    let slow = open(&emulator, &post(CHAT, "2024-10-21"), body).await;
    eventually(|| emulator.open_responses() == 2).await;
    assert_eq!(emulator.open_connections(), 2);
    drop((silent, slow));
    eventually(|| emulator.open_responses() == 0 && emulator.open_connections() == 0).await;
}

#[tokio::test]
async fn raw_bytes_are_written_as_they_are() {
    let emulator = Emulator::start().await.unwrap();
    let raw = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort";
    emulator.reply(Reply::raw(raw));
    let answer = chat(&emulator, "Hello", json!({})).await;
    assert_eq!(answer.head + std::str::from_utf8(&answer.raw).unwrap(), raw);
}

#[tokio::test]
async fn a_content_length_may_be_a_lie() {
    let emulator = Emulator::start().await.unwrap();
    emulator.reply(Reply::status(200).header("content-length", "10").chunks(["abc"]));
    let answer = chat(&emulator, "Hello", json!({})).await;
    assert_eq!(answer.header("content-length"), Some("10"));
    assert_eq!(answer.body(), ("abc".into(), false));
}

#[tokio::test]
async fn the_usual_answer_can_be_cut_and_decorated() {
    let emulator = Emulator::start().await.unwrap();
    emulator.reply(Reply::usual().header("x-ms-region", "Nowhere").chunk_sizes([5]));
    let answer = chat(&emulator, "Hello", json!({"stream": true})).await;
    assert_eq!(answer.header("x-ms-region"), Some("Nowhere"));
    assert!(answer.raw.starts_with(b"5\r\ndata:\r\n"));
    assert!(answer.body().0.ends_with("data: [DONE]\n\n"));
    emulator.reply(Reply::usual().cut_after(100));
    let (body, is_whole) = chat(&emulator, "Hello", json!({"stream": true})).await.body();
    assert_eq!((body.len(), is_whole), (100, false));
}

#[tokio::test]
async fn a_header_that_http_forbids_is_told() {
    let emulator = Emulator::start().await.unwrap();
    emulator.reply(Reply::status(200).header("a b", "c"));
    assert_eq!(chat(&emulator, "Hello", json!({})).await.status, 501);
}

#[tokio::test]
async fn dropping_it_closes_the_connections() {
    let emulator = Emulator::start().await.unwrap();
    let address = emulator.address();
    let mut idle = tokio::net::TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    eventually(|| emulator.open_connections() == 1).await;
    drop(emulator);
    let ended = tokio::time::timeout(Duration::from_secs(5), idle.read_u8()).await;
    assert!(ended.expect("an end in time").is_err());
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let emulator = Emulator::builder().max_body(64).start().await.unwrap();
    let answer = chat(&emulator, &"x".repeat(100), json!({})).await;
    assert_eq!(answer.status, 413);
}
