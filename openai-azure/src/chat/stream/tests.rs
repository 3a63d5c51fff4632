//! When chunks are handed over, with a reader whose every read is scripted.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use openai_azure_sys::{ByteStream, Error as SysError};

use super::ChatStream;
use crate::response_origin::ResponseOrigin;
use crate::sse::{EventStream, Limits};
use crate::trace::{CallSpan, CallTrace, Log};

/// Returns what has been put in, one part per read, and is pending when that is used up.
#[derive(Clone, Default)]
struct Script(Arc<Mutex<VecDeque<Bytes>>>);

impl Script {
    fn arrive(&self, bytes: &'static [u8]) {
        self.0.lock().unwrap().push_back(Bytes::from_static(bytes));
    }

    fn is_read(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }
}

impl Stream for Script {
    type Item = Result<Bytes, SysError>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.0.lock().unwrap().pop_front() {
            Some(bytes) => Poll::Ready(Some(Ok(bytes))),
            None => Poll::Pending,
        }
    }
}

const FIRST: &[u8] = b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"0\"}}]}\n\n";

async fn open(script: &Script) -> ChatStream {
    script.arrive(FIRST);
    let limits = Limits { idle: Duration::from_secs(60), event_bytes: 1 << 20, end: None };
    let trace = CallTrace::new(CallSpan::none(), Arc::new(Log::default()));
    let body = ByteStream::new(script.clone());
    let events = EventStream::open(body, Arc::new(ResponseOrigin::default()), limits, trace);
    ChatStream::new(events.await.unwrap())
}

/// Polls once; the text of the chunk if one is handed over.
fn poll(stream: &mut ChatStream) -> Option<String> {
    let mut cx = Context::from_waker(Waker::noop());
    match stream.poll_chunk(&mut cx) {
        Poll::Ready(chunk) => Some(chunk.expect("a chunk").unwrap().text().to_owned()),
        Poll::Pending => None,
    }
}

#[tokio::test]
async fn a_chunk_is_handed_over_in_the_poll_in_which_its_last_byte_arrives() {
    let script = Script::default();
    let mut stream = open(&script).await;
    assert_eq!(poll(&mut stream).as_deref(), Some("0"));
    for end in [&b"\n\n"[..], b"\r\n\r", b"\r\r"] {
        assert_eq!(poll(&mut stream), None);
        script.arrive(b"data: {\"choices\":[{\"index\":0,");
        script.arrive(b"\"delta\":{\"content\":\"1\"}}]}");
        let (last, before) = end.split_last().unwrap();
        script.arrive(before);
        assert_eq!(poll(&mut stream), None, "the event is not over");
        script.arrive(std::slice::from_ref(last));
        assert_eq!(poll(&mut stream).as_deref(), Some("1"), "{end:?}");
    }
}

#[tokio::test]
async fn chunks_of_one_read_are_handed_over_without_another_one() {
    let script = Script::default();
    let mut stream = open(&script).await;
    assert_eq!(poll(&mut stream).as_deref(), Some("0"));
    script.arrive(
        b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"1\"}}]}\n\n\
          data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"2\"}}]}\n\n",
    );
    script.arrive(FIRST);
    assert_eq!(poll(&mut stream).as_deref(), Some("1"));
    assert_eq!(poll(&mut stream).as_deref(), Some("2"));
    assert!(!script.is_read(), "the next read waits until it is asked for");
    assert_eq!(poll(&mut stream).as_deref(), Some("0"));
    assert!(script.is_read());
}
