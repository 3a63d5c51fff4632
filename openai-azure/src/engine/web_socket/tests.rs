//! Time and writing, against a loopback server that does nothing by itself.

use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{advance, pause};

use super::{Incoming, SocketLimits, WebSocket};
use crate::response::Head;

const SWITCHING: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";

/// A WebSocket after its handshake, and the other end of its connection.
async fn connected() -> (WebSocket, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.get(&url).header("connection", "upgrade").header("upgrade", "websocket");
    let accepted = async {
        let (mut server, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            assert_ne!(server.read_buf(&mut head).await.unwrap(), 0);
        }
        server.write_all(SWITCHING).await.unwrap();
        server
    };
    let (response, server) = tokio::join!(request.send(), accepted);
    let response = response.unwrap();
    let head = Head::new(101, response.headers());
    let stream = response.upgrade().await.unwrap();
    (WebSocket::new(stream, &head, url, SocketLimits::default()).await, server)
}

/// What one poll returns.
async fn poll_once(socket: &mut WebSocket) -> Poll<Incoming> {
    poll_fn(|cx| Poll::Ready(socket.poll_message(cx))).await
}

#[tokio::test]
async fn the_age_counts_from_the_handshake() {
    let (socket, _server) = connected().await;
    pause();
    advance(Duration::from_secs(3600)).await;
    assert!(socket.age() >= Duration::from_secs(3600));
}

#[tokio::test]
async fn time_in_which_nobody_reads_is_no_idle_time() {
    let (mut socket, _server) = connected().await;
    pause();
    advance(SocketLimits::default().idle_timeout).await;
    socket.reading_again();
    assert!(poll_once(&mut socket).await.is_pending());
    advance(SocketLimits::default().idle_timeout).await;
    assert!(matches!(poll_once(&mut socket).await, Poll::Ready(Incoming::Ended { .. })));
}

#[tokio::test]
async fn reading_goes_on_writing_what_a_send_has_left() {
    // More than the buffers of a connection hold.
    const LENGTH: usize = 32 << 20;
    let (mut socket, mut server) = connected().await;
    poll_fn(|cx| socket.poll_ready(cx)).await.unwrap();
    socket.start_text("x".repeat(LENGTH)).unwrap();
    assert!(poll_once(&mut socket).await.is_pending());
    assert!(socket.unflushed, "nobody has read, so it cannot be written yet");
    let mut received = vec![0; LENGTH];
    tokio::select! {
        read = server.read_exact(&mut received) => assert_eq!(read.unwrap(), LENGTH),
        _ = poll_fn(|cx| socket.poll_message(cx)) => panic!("no message was sent"),
    }
}
