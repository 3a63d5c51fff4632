//! The same calls for programs without `async` (feature `blocking`).
//!
//! [`Client`] has the methods of the asynchronous client and gives the same builders; their `send`
//! waits, and their `stream` is an iterator.
//!
//! ```no_run
//! use openai_azure::blocking::Client;
//!
//! # fn main() -> Result<(), openai_azure::Error> {
//! let client = Client::from_env()?;
//! let answer = client.chat("gpt-4o").system("Be brief.").user("Why is the sky blue?").send()?;
//! println!("{}", answer.text());
//!
//! for chunk in client.chat("gpt-4o").user("Count to ten.").stream()? {
//!     print!("{}", chunk?.text());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Inside of an asynchronous program
//!
//! A thread that drives asynchronous tasks must not wait, so each call there is
//! [`Error::Config`]: use [`openai_azure::Client`](crate::Client), or a thread of its own made by
//! `std::thread::spawn`. The threads of `tokio::task::spawn_blocking` count as inside.

mod audio;
mod batches;
mod chat;
mod client;
mod completions;
mod embeddings;
mod fine_tuning;
mod images;
mod iter;
mod models;
mod responses;
mod runtime;
#[cfg(feature = "schema")]
mod structured;
#[cfg(feature = "schema")]
mod tools;

pub use client::Client;
pub use iter::Iter;

#[allow(unused_imports, reason = "for the links above")]
use crate::error::Error;
