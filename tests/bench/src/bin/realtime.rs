//! What an audio delta of a realtime session costs: bare tungstenite with serde_json, and ours.
//!
//! `realtime WAY FRAMES` reads so many events in one way, to count instructions:
//!
//! ```text
//! for way in bare ours; do for frames in 1000 3000; do
//!     valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/realtime $way $frames
//! done; done
//! ```
//!
//! The difference of both counts, over 2000, is what one event costs; connecting is in neither.
//! Without arguments the best time of each way is printed.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use openai_azure::realtime::ServerEvent;
use openai_azure::{Client, Endpoint};
use serde::Deserialize;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

const WAYS: [&str; 2] = ["bare", "ours"];
const ROUNDS: usize = 5;
const EVENTS: usize = 5000;
/// 100 ms of 16-bit PCM of 24 kHz, as the service cuts it.
const AUDIO: usize = 4800;

fn main() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let run = |way: &str, frames: usize| -> usize {
        let port = serve(frames);
        let total = match way {
            "bare" => runtime.block_on(bare(port)),
            "ours" => runtime.block_on(ours(port)),
            other => panic!("{other} is none of {WAYS:?}"),
        };
        assert_eq!(total, frames * AUDIO, "{way}");
        total
    };
    let mut arguments = std::env::args().skip(1);
    if let Some(way) = arguments.next() {
        let frames = arguments.next().and_then(|frames| frames.parse().ok()).unwrap_or(EVENTS);
        println!("{way}: {} bytes", run(&way, frames));
        return;
    }
    let mut best = [Duration::MAX; WAYS.len()];
    for _ in 0..ROUNDS {
        for (way, best) in WAYS.iter().zip(&mut best) {
            let start = Instant::now();
            run(way, EVENTS);
            *best = start.elapsed().min(*best);
        }
    }
    for (way, time) in WAYS.iter().zip(best) {
        let ratio = time.as_secs_f64() / best[0].as_secs_f64();
        println!("{way:6} {:>8.1?} an event  {ratio:.2}", time / EVENTS as u32);
    }
}

/// The least that can be done with an event: its fields, and its audio.
#[derive(Deserialize)]
#[allow(dead_code, reason = "they are read as a program would read them")]
struct Delta {
    r#type: String,
    event_id: String,
    response_id: String,
    item_id: String,
    output_index: u32,
    content_index: u32,
    delta: String,
}

async fn bare(port: u16) -> usize {
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.expect("a connection");
    let url = format!("ws://127.0.0.1:{port}/openai/v1/realtime?model=m");
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.expect("a handshake");
    let mut total = 0;
    while let Some(message) = socket.next().await {
        match message.expect("a message") {
            Message::Text(text) => {
                let event: Delta = serde_json::from_str(&text).expect("an event");
                total += STANDARD.decode(&event.delta).expect("base64").len();
            }
            Message::Close(_) => break,
            _ => {}
        }
    }
    total
}

async fn ours(port: u16) -> usize {
    let endpoint = Endpoint::v1(&format!("http://127.0.0.1:{port}")).expect("an endpoint");
    let client = Client::builder().endpoint(endpoint).api_key("key").http(|http| http.no_proxy());
    let client = client.build().expect("a client");
    let mut session = client.realtime("m").connect().await.expect("a session");
    let mut total = 0;
    while let Some(event) = session.try_next().await.expect("an event") {
        if let ServerEvent::AudioDelta(event) = event {
            total += event.delta.len();
        }
    }
    total
}

/// Serves one session: so many audio deltas, then the end.
fn serve(frames: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let audio: Vec<u8> = (0..AUDIO).map(|at| (at * 31 % 251) as u8).collect();
    let event = serde_json::json!({
        "type": "response.output_audio.delta", "event_id": "event_0123456789abcdef01234",
        "response_id": "resp_0123456789abcdef01234", "item_id": "item_0123456789abcdef01234",
        "output_index": 0, "content_index": 0, "delta": STANDARD.encode(audio),
    });
    // The fields stand in this order on the wire.
    let head = r#"{"type":"response.output_audio.delta","event_id":"#;
    let text = format!(
        "{head}{},\"response_id\":{},\"item_id\":{},\"output_index\":0,\"content_index\":0,\"delta\":{}}}",
        event["event_id"], event["response_id"], event["item_id"], event["delta"]
    );
    let mut frame = vec![0x81, 126];
    frame.extend_from_slice(&u16::try_from(text.len()).expect("a short event").to_be_bytes());
    frame.extend_from_slice(text.as_bytes());
    std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        let mut request = Vec::new();
        let mut bytes = [0; 4096];
        while !request.ends_with(b"\r\n\r\n") {
            let read = socket.read(&mut bytes).expect("a request");
            request.extend_from_slice(&bytes[..read]);
        }
        let request = String::from_utf8_lossy(&request).into_owned();
        let key = request
            .lines()
            .find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("sec-websocket-key").then_some(value)
            })
            .expect("a key");
        let response = format!(
            "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-accept: {}\r\n\r\n",
            derive_accept_key(key.as_bytes())
        );
        socket.write_all(response.as_bytes()).expect("a response");
        for _ in 0..frames {
            socket.write_all(&frame).expect("a frame");
        }
        let _ = socket.write_all(&[0x88, 2, 0x03, 0xE8]);
        while socket.read(&mut bytes).is_ok_and(|read| read > 0) {}
    });
    port
}
