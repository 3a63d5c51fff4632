//! The canned server, in a process of its own.

use std::io::{BufRead, BufReader, Result};
use std::process::{Child, Command, Stdio};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::canned;

/// How many events the server writes at once.
const EVENTS_PER_WRITE: usize = 4;

/// Headers as the service sends them.
const HEADERS: &str = "apim-request-id: 1096dc52-42aa-493b-acc8-789ca12f982f\r\n\
    azureml-model-session: d20251214051514-0e4cbd4a5ec44848\r\n\
    date: Mon, 22 Dec 2025 09:07:39 GMT\r\n\
    strict-transport-security: max-age=31536000; includeSubDomains; preload\r\n\
    x-content-type-options: nosniff\r\n\
    x-ms-region: East US\r\n\
    x-ratelimit-limit-requests: 300\r\n\
    x-ratelimit-limit-tokens: 30000\r\n\
    x-ratelimit-remaining-requests: 259\r\n\
    x-ratelimit-remaining-tokens: 22361\r\n\
    x-request-id: 1096dc52-42aa-493b-acc8-789ca12f982f\r\n";

/// A running server; dropping it ends it.
pub struct Server {
    process: Child,
    port: u16,
}

impl Server {
    /// Starts a server for one work.
    pub fn spawn(work: &str, size: usize) -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["serve", work, &size.to_string()])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let port = line.trim().parse().map_err(std::io::Error::other)?;
        Ok(Self { process, port })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What the server sends for each request.
enum Reply {
    /// A body in one part.
    Whole(Vec<u8>),
    /// Events; the bytes are written as they are cut here.
    Events(Vec<Vec<u8>>),
    /// One event, and then nothing.
    Open(Vec<u8>),
}

/// Serves until the process is ended.
pub fn serve(work: &str, size: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let reply: &'static Reply = Box::leak(Box::new(reply(work, size)));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?.port());
        loop {
            let (socket, _) = listener.accept().await?;
            socket.set_nodelay(true)?;
            tokio::spawn(answer(socket, reply));
        }
    })
}

fn reply(work: &str, size: usize) -> Reply {
    // `streams` is as many streams of the same length.
    let size = if work == "streams" { canned::CHUNKS_PER_STREAM } else { size };
    let events = |of: &dyn Fn(usize) -> String| {
        let mut events: Vec<String> =
            (0..size).map(|number| format!("data: {}\n\n", of(number))).collect();
        events.push(format!("data: {}\n\n", canned::last_chunk()));
        events.push("data: [DONE]\n\n".to_owned());
        Reply::Events(events.chunks(EVENTS_PER_WRITE).map(|some| chunk(&some.concat())).collect())
    };
    match work {
        "chunk" | "streams" => events(&canned::chunk),
        "tools" | "arguments" => events(&canned::tool_chunk),
        "event" => {
            let name = "event: response.output_text.delta\n";
            let lines = |number| format!("{name}data: {}\n\n", canned::event(number));
            let mut all: Vec<String> = (0..size).map(lines).collect();
            let completed = canned::completed();
            all.push(format!("event: response.completed\ndata: {completed}\n\n"));
            Reply::Events(all.chunks(EVENTS_PER_WRITE).map(|some| chunk(&some.concat())).collect())
        }
        "event-size" => {
            let text = canned::chunk(0).replace(r#""The""#, &format!("\"{}\"", "x".repeat(size)));
            let all = [text, canned::last_chunk(), "[DONE]".to_owned()];
            let all = all.map(|data| format!("data: {data}\n\n")).concat();
            // As a network cuts it.
            Reply::Events(all.as_bytes().chunks(16 << 10).map(chunk_of_bytes).collect())
        }
        "idle" => Reply::Open(chunk(&format!("data: {}\n\n", canned::chunk(0)))),
        "embed" => whole(&canned::embeddings(1, true)),
        "vector" => whole(&canned::embeddings(size, true)),
        "embed-floats" => whole(&canned::embeddings(1, false)),
        "upload" => whole(&canned::file()),
        _ => whole(&canned::completion()),
    }
}

fn whole(body: &str) -> Reply {
    let length = body.len();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
    Reply::Whole(format!("{head}{HEADERS}content-length: {length}\r\n\r\n{body}").into_bytes())
}

/// A chunk of a chunked body.
fn chunk(text: &str) -> Vec<u8> {
    chunk_of_bytes(text.as_bytes())
}

fn chunk_of_bytes(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

async fn answer(mut socket: TcpStream, reply: &Reply) -> Result<()> {
    let mut buffer = vec![0; 1 << 18];
    while read_request(&mut socket, &mut buffer).await? {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
        let head = format!("{head}{HEADERS}transfer-encoding: chunked\r\n\r\n");
        match reply {
            Reply::Whole(all) => socket.write_all(all).await?,
            Reply::Events(writes) => {
                socket.write_all(head.as_bytes()).await?;
                for write in writes {
                    socket.write_all(write).await?;
                }
                socket.write_all(b"0\r\n\r\n").await?;
            }
            Reply::Open(first) => {
                buffer = Vec::new();
                socket.write_all(head.as_bytes()).await?;
                socket.write_all(first).await?;
                std::future::pending::<()>().await;
            }
        }
    }
    Ok(())
}

/// Reads one request with its body; `false` at the end of the connection.
async fn read_request(socket: &mut TcpStream, buffer: &mut [u8]) -> Result<bool> {
    let mut length = 0;
    let end = loop {
        let read = socket.read(&mut buffer[length..]).await?;
        if read == 0 {
            return Ok(false);
        }
        length += read;
        if let Some(end) = memchr::memmem::find(&buffer[..length], b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
    let content_length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut rest = length - end;
    if let Some(wanted) = content_length.and_then(|value| value.parse::<usize>().ok()) {
        while rest < wanted {
            rest += socket.read(buffer).await?.max(1);
        }
    } else if head.contains("transfer-encoding: chunked") {
        let mut tail = buffer[end..length].to_vec();
        while !tail.ends_with(b"\r\n0\r\n\r\n") {
            let read = socket.read(buffer).await?;
            tail.extend_from_slice(&buffer[..read]);
            tail.drain(..tail.len().saturating_sub(16));
        }
    }
    Ok(true)
}
