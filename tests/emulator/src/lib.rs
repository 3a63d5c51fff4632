//! A loopback server that speaks the Azure OpenAI data plane.
//!
//! It responds like the service, or as a test has scripted; it checks every request against the
//! document of its api-version, fields that the document does not declare included; it records what
//! it received. It shares no type with the client crates, so that a fault in them shows.
//!
//! ```
//! use openai_azure_emulator::{Emulator, Reply};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let emulator = Emulator::start().await?;
//! println!("{} takes the key {}", emulator.endpoint(), emulator.api_key());
//!
//! // The next request gets this response, the one after it a usual one.
//! emulator.reply(Reply::status(429).header("retry-after-ms", "5"));
//! # Ok(())
//! # }
//! ```
//!
//! # In a test
//!
//! A test starts an [`Emulator`] of its own on a free port, scripts what is to go wrong, lets the
//! program talk to it, and looks at the journal. Dropping the emulator ends it.
//!
//! ```no_run
//! use openai_azure_emulator::{Emulator, Reply};
//! # async fn program(endpoint: &str, key: &str) {}
//! # async fn test() -> std::io::Result<()> {
//! let emulator = Emulator::start().await?;
//! // The service is busy once, and then a stream breaks after three events.
//! emulator.reply(Reply::error(429, "429", "Try again.").header("retry-after", "1"));
//! emulator.reply_to_operation("POST /responses", Reply::usual().cut_after_events(3));
//! // A response that was recorded: a JSON file with `request` and `response`.
//! emulator.replay("tests/recordings/content_filter.json")?;
//!
//! program(emulator.endpoint(), emulator.api_key()).await;
//!
//! for request in emulator.journal() {
//!     assert!(request.violations.is_empty(), "{}: {:?}", request.path, request.violations);
//! }
//! assert_eq!(emulator.count("POST /responses"), 2);
//! # Ok(())
//! # }
//! ```
//!
//! # From the command line
//!
//! `openai-azure-emulator --port 8080` serves any client in any language; `--help` lists the
//! options.
//!
//! # How it works
//!
//! One request goes this way: `server` reads it, `journal` writes it down, `route` finds the
//! operation, `check` looks at credential, api-version, deployment and the document, `answer`
//! makes a [`Reply`] unless one was scripted, and `body` sends that over a `wire` that it can
//! break.

mod answer;
mod body;
mod check;
mod clock;
mod emulator;
mod endpoints;
mod headers;
mod ids;
mod job_fault;
mod jobs;
mod journal;
mod journal_file;
mod kept;
mod multipart;
mod png;
mod realtime;
mod recording;
mod reply;
mod route;
mod script;
mod server;
mod service_error;
mod shared;
mod spec;
mod webhook;
mod wire;

pub use emulator::{Builder, Emulator};
pub use job_fault::{JobFault, Step};
pub use journal::{Part, Recorded};
pub use realtime::{RealtimeRecorded, RealtimeScript};
pub use reply::Reply;
pub use webhook::Webhook;
