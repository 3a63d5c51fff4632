//! Streams as iterators.

use std::future::poll_fn;
use std::ops::Deref;
use std::pin::Pin;

use futures_core::Stream;

use super::runtime::Driver;
use crate::error::Error;
use crate::response::Response;

/// A stream whose next item is waited for.
///
/// It dereferences to the [`Response`], for request ids, rate limits and what the stream knows
/// beside its items.
#[derive(Debug)]
#[must_use = "nothing is read before the first `next`"]
pub struct Iter<S> {
    stream: Response<S>,
    driver: Driver,
}

impl<S> Iter<S> {
    pub(super) fn new(stream: Response<S>, driver: Driver) -> Self {
        Self { stream, driver }
    }

    /// The same answer as a stream of something else.
    pub(super) fn convert<T>(self, by: impl FnOnce(Response<S>) -> Response<T>) -> Iter<T> {
        Iter { stream: by(self.stream), driver: self.driver }
    }

    /// Gives the stream back, for asynchronous code.
    pub fn into_inner(self) -> Response<S> {
        self.stream
    }
}

impl<T, S: Stream<Item = Result<T, Error>> + Unpin> Iterator for Iter<S> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let stream = &mut *self.stream;
        match self.driver.wait(poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx))) {
            Ok(item) => item,
            Err(error) => Some(Err(error)),
        }
    }
}

impl<S> Deref for Iter<S> {
    type Target = Response<S>;

    fn deref(&self) -> &Response<S> {
        &self.stream
    }
}
