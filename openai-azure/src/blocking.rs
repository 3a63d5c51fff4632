//! Waiting for futures and streams in programs without `async` (feature `blocking`).
//!
//! [`Wait`] waits for any future or request of this crate, [`WaitStream`] makes an iterator of any
//! of its streams:
//!
//! ```no_run
//! use openai_azure::Client;
//! use openai_azure::blocking::{Wait, WaitStream};
//!
//! # fn main() -> Result<(), openai_azure::Error> {
//! let client = Client::from_env()?;
//! let response = client.chat("gpt-5.6-terra").user("Why is the sky blue?").send().wait()?;
//! println!("{}", response.text());
//!
//! for chunk in client.chat("gpt-5.6-terra").user("Count to ten.").stream().wait()?.iter() {
//!     print!("{}", chunk?.text());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! One runtime with one thread, started by the first call, drives the connections of the whole
//! process and keeps them open between calls.
//!
//! # Inside an asynchronous program
//!
//! Waiting works in `tokio::task::spawn_blocking` and in `tokio::task::block_in_place`. On a thread
//! that drives asynchronous tasks it would stop all of them, so it is [`Error::Config`] there.

use std::future::IntoFuture;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use futures_core::Stream;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::coop::consume_budget;

use crate::error::Error;

/// Waits for a future of this crate; see the [module](self).
pub trait Wait<T>: IntoFuture<Output = Result<T, Error>> + Sized {
    /// Blocks the thread until the future is done.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] on a thread that drives asynchronous tasks; otherwise the errors of the
    /// future.
    fn wait(self) -> Result<T, Error> {
        block_on(self.into_future())?
    }
}

impl<T, F: IntoFuture<Output = Result<T, Error>>> Wait<T> for F {}

/// Iterates over a stream of this crate; see the [module](self).
pub trait WaitStream<T>: Stream<Item = Result<T, Error>> + Unpin + Sized {
    /// An iterator that blocks the thread until the next item has arrived.
    fn iter(self) -> Iter<Self> {
        Iter { stream: self, is_over: false }
    }
}

impl<T, S: Stream<Item = Result<T, Error>> + Unpin> WaitStream<T> for S {}

/// An iterator over a stream; made by [`WaitStream::iter`].
///
/// On a thread that drives asynchronous tasks it yields one [`Error::Config`] and ends.
#[derive(Debug)]
#[must_use = "nothing is read before the first `next`"]
pub struct Iter<S> {
    stream: S,
    is_over: bool,
}

impl<S> Iter<S> {
    /// The stream, with request ids and what else it knows.
    pub fn get_ref(&self) -> &S {
        &self.stream
    }

    /// Returns the rest as a stream. Its connection is still driven by the runtime of this module.
    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<T, S: Stream<Item = Result<T, Error>> + Unpin> Iterator for Iter<S> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let stream = &mut self.stream;
        let next = std::future::poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx));
        let item = block_on(next).unwrap_or_else(|error| Some(Err(error)));
        self.is_over = item.as_ref().is_none_or(|item| item.is_err());
        item
    }
}

/// Polls `future` on this thread, inside the runtime of this module.
fn block_on<F: Future>(future: F) -> Result<F::Output, Error> {
    if drives_tasks() {
        return Err(Error::config(
            "waiting here would stop a thread that drives asynchronous tasks: `.await` the call, \
             or wait inside tokio::task::spawn_blocking or tokio::task::block_in_place",
        ));
    }
    let _inside = runtime()?.enter();
    let waker = Waker::from(Arc::new(Parked(thread::current())));
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return Ok(output);
        }
        thread::park();
    }
}

/// Whether this thread polls tasks of a runtime right now. Only there tokio limits how much a task
/// may do before it yields; threads of `spawn_blocking` and code inside `block_in_place` have no
/// such budget.
fn drives_tasks() -> bool {
    /// More than any budget of tokio.
    const TRIES: usize = 1024;
    if Handle::try_current().is_err() {
        return false;
    }
    let mut cx = Context::from_waker(Waker::noop());
    (0..TRIES).any(|_| pin!(consume_budget()).poll(&mut cx).is_pending())
}

/// The runtime of the process. It is never dropped, so connections outlive every call.
fn runtime() -> Result<&'static Handle, Error> {
    static RUNTIME: OnceLock<Result<Runtime, String>> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        let mut builder = Builder::new_multi_thread();
        let builder = builder.worker_threads(1).thread_name("openai-azure").enable_all();
        builder.build().map_err(|error| error.to_string())
    });
    match runtime {
        Ok(runtime) => Ok(runtime.handle()),
        Err(why) => Err(Error::config(format!("no thread for blocking calls: {why}"))),
    }
}

/// A thread that sleeps until its future can go on.
struct Parked(Thread);

impl Wake for Parked {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::{Wait, WaitStream, block_on};
    use crate::error::Error;
    use futures_util::stream;
    use std::time::Duration;

    async fn seven() -> Result<u8, Error> {
        tokio::time::sleep(Duration::from_millis(1)).await;
        Ok(7)
    }

    #[test]
    fn waits_outside_of_a_runtime() {
        assert_eq!(seven().wait().unwrap(), 7);
    }

    #[tokio::test]
    async fn waits_in_spawn_blocking() {
        assert_eq!(tokio::task::spawn_blocking(|| seven().wait()).await.unwrap().unwrap(), 7);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn waits_in_block_in_place() {
        assert_eq!(tokio::task::block_in_place(|| seven().wait()).unwrap(), 7);
    }

    #[tokio::test]
    async fn a_thread_that_drives_tasks_is_refused_with_what_to_do() {
        let error = seven().wait().unwrap_err();
        assert!(matches!(error, Error::Config(_)));
        for word in ["spawn_blocking", "block_in_place", "await"] {
            assert!(error.to_string().contains(word), "{error}");
        }
        let in_a_task = tokio::spawn(async { seven().wait().is_err() });
        assert!(in_a_task.await.unwrap());
    }

    #[tokio::test]
    async fn an_iterator_that_is_refused_ends_after_its_error() {
        let items = stream::iter([Ok::<_, Error>(1), Ok(2)]);
        let mut items = items.iter();
        assert!(matches!(items.next(), Some(Err(Error::Config(_)))));
        assert!(items.next().is_none());
    }

    #[test]
    fn an_iterator_ends_after_an_error_of_the_stream() {
        let items = stream::iter([Ok(1), Err(Error::config("broken")), Ok(2)]);
        let seen: Vec<bool> = items.iter().map(|item| item.is_ok()).collect();
        assert_eq!(seen, [true, false]);
    }

    #[test]
    fn timers_run_while_the_thread_waits() {
        block_on(async { tokio::time::sleep(Duration::from_millis(2)).await }).unwrap();
    }
}
