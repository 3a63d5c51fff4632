//! What an audio delta of a realtime session costs: bare tungstenite with serde_json, and ours.
//!
//! `realtime audio WAY SIZE` reads `SIZE` deltas in one way (`floor` or `ours`). The server is a child
//! process, so that only the client is counted.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::StreamExt as _;
use openai_azure::realtime::ServerEvent;
use openai_azure::{Client, Endpoint};
use serde::Deserialize;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// 100 ms of 16-bit PCM of 24 kHz, as the service cuts it.
const AUDIO: usize = 4800;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve", frames] => serve(frames.parse().expect("a number")),
        ["audio", way, frames] => measure(way, frames.parse().expect("a number")),
        _ => panic!("usage: realtime audio WAY SIZE"),
    }
}

fn measure(way: &str, frames: usize) {
    let (mut server, port) = spawn(frames);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let total = match way {
        "floor" => runtime.block_on(bare(port)),
        "ours" => runtime.block_on(ours(port)),
        other => panic!("no such way: {other}"),
    };
    assert_eq!(total, frames * AUDIO, "{way}");
    println!("done {frames}");
    let _ = server.kill();
    let _ = server.wait();
}

/// Starts the server for so many deltas; returns its port.
fn spawn(frames: usize) -> (Child, u16) {
    let mut server = Command::new(std::env::current_exe().expect("a path"))
        .args(["serve", &frames.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("a server");
    let mut line = String::new();
    let output = server.stdout.take().expect("an output");
    BufReader::new(output).read_line(&mut line).expect("a line");
    (server, line.trim().parse().expect("a port"))
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
fn serve(frames: usize) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
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
}
