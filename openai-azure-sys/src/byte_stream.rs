//! The body of a response, as it arrives.

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::Error;

/// The bytes of a body, as they arrive: a `Stream` of chunks.
///
/// It is made from bytes, from a [`reqwest::Response`] or from any other stream.
///
/// ```
/// use openai_azure_sys::ByteStream;
///
/// # async fn example() -> Result<(), openai_azure_sys::Error> {
/// let body = ByteStream::from("hello");
/// assert_eq!(body.into_bytes().await?, "hello");
/// # Ok(())
/// # }
/// ```
pub struct ByteStream(Source);

type Boxed = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

enum Source {
    /// Empty once they were read.
    Bytes(Bytes),
    /// The lock is never taken: it makes the stream `Sync`, which a boxed one need not be.
    Stream(Mutex<Boxed>),
}

impl ByteStream {
    /// A body without bytes.
    #[must_use]
    pub fn empty() -> Self {
        Self(Source::Bytes(Bytes::new()))
    }

    /// Makes a body of any stream.
    pub fn new(stream: impl Stream<Item = Result<Bytes, Error>> + Send + 'static) -> Self {
        Self(Source::Stream(Mutex::new(Box::pin(stream))))
    }

    /// The whole body. If it came as one chunk, nothing is copied.
    ///
    /// # Errors
    ///
    /// What breaks the stream.
    pub async fn into_bytes(self) -> Result<Bytes, Error> {
        self.collect(usize::MAX).await
    }

    /// The whole body, if it has at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// What breaks the stream, and a body that is longer.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, Error> {
        let (bytes, rest) = self.read(limit).await;
        match rest {
            Rest::None => Ok(bytes),
            Rest::More => Err(Error::body(format!("the body has more than {limit} bytes"))),
            Rest::Broken(error) => Err(error),
        }
    }

    /// The first bytes of a body, at most `limit`; what breaks the stream ends it.
    pub(crate) async fn first(mut self, limit: usize) -> Bytes {
        self.read(limit).await.0
    }

    async fn read(&mut self, limit: usize) -> (Bytes, Rest) {
        let mut first = Bytes::new();
        let mut more = BytesMut::new();
        let rest = loop {
            let Some(chunk) = self.next().await else { break Rest::None };
            let mut chunk = match chunk {
                Ok(chunk) => chunk,
                Err(error) => break Rest::Broken(error),
            };
            let room = limit - first.len().max(more.len());
            let is_too_long = chunk.len() > room;
            chunk.truncate(room);
            if first.is_empty() && more.is_empty() {
                first = chunk;
            } else {
                if more.is_empty() {
                    more.extend_from_slice(&first);
                }
                more.extend_from_slice(&chunk);
            }
            if is_too_long {
                break Rest::More;
            }
        };
        (if more.is_empty() { first } else { more.freeze() }, rest)
    }

    async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

/// What follows the bytes that were read.
enum Rest {
    None,
    More,
    Broken(Error),
}

impl Stream for ByteStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.get_mut().0 {
            Source::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Source::Bytes(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Source::Stream(stream) => {
                stream.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll_next(context)
            }
        }
    }
}

impl<B: Into<Bytes>> From<B> for ByteStream {
    fn from(bytes: B) -> Self {
        Self(Source::Bytes(bytes.into()))
    }
}

/// The body of a [`reqwest::Response`].
struct ReceivedBody<S>(S);

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> Stream for ReceivedBody<S> {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = Pin::new(&mut self.0).poll_next(context);
        chunk.map(|chunk| chunk.map(|chunk| chunk.map_err(Error::from_reqwest)))
    }
}

impl ByteStream {
    /// The body of a response of reqwest.
    #[must_use]
    pub fn from_reqwest(response: reqwest::Response) -> Self {
        Self::new(ReceivedBody(Box::pin(response.bytes_stream())))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Bytes(bytes) => write!(f, "ByteStream({} bytes)", bytes.len()),
            Source::Stream(_) => f.write_str("ByteStream(..)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::stream;

    use super::ByteStream;
    use crate::{Error, ErrorKind};

    fn chunks(chunks: &'static [&'static str]) -> ByteStream {
        ByteStream::new(stream::iter(chunks.iter().map(|chunk| Ok(Bytes::from(*chunk)))))
    }

    #[tokio::test]
    async fn one_chunk_is_returned_without_a_copy() {
        let bytes = Bytes::from(vec![7; 100]);
        let body = ByteStream::new(stream::iter([Ok(bytes.clone())]));
        assert_eq!(body.into_bytes().await.unwrap().as_ptr(), bytes.as_ptr());
        assert_eq!(ByteStream::from(bytes.clone()).into_bytes().await.unwrap(), bytes);
        assert!(ByteStream::empty().into_bytes().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn chunks_are_joined_up_to_the_limit() {
        assert_eq!(chunks(&["ab", "", "cd", "e"]).collect(5).await.unwrap(), "abcde");
        let error = chunks(&["ab", "cd"]).collect(3).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Body);
        assert_eq!(chunks(&["ab", "cd"]).first(3).await, "abc");
        assert!(chunks(&["ab"]).collect(1).await.is_err());
    }

    #[tokio::test]
    async fn what_breaks_a_stream_is_an_error_and_ends_the_first_bytes() {
        let broken = || {
            let items = [Ok(Bytes::from("ab")), Err(Error::body("cut".to_owned()))];
            ByteStream::new(stream::iter(items))
        };
        assert!(broken().into_bytes().await.is_err());
        assert_eq!(broken().first(10).await, "ab");
    }

    #[test]
    fn a_body_can_be_sent_and_shared_between_threads() {
        fn check<T: Send + Sync>() {}
        check::<ByteStream>();
    }
}
