//! Tools that the model calls: asynchronous functions of yours, run until it has its final response; for
//! chat and for the Responses API.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::tools::Tools;
//!
//! #[derive(schemars::JsonSchema, serde::Deserialize)]
//! struct Place {
//!     /// Such as `Oslo`.
//!     city: String,
//! }
//!
//! #[derive(serde::Serialize)]
//! struct Weather {
//!     celsius: f64,
//! }
//!
//! async fn weather(place: Place) -> Result<Weather, std::io::Error> {
//!     // Ask somebody who knows.
//!     Ok(Weather { celsius: if place.city == "Oslo" { 4.5 } else { 21.0 } })
//! }
//!
//! let tools = Tools::new().tool("get_weather", "The weather in a city now.", weather);
//! let request = client.respond("gpt-5.6-terra").user("Where is it warmer, in Oslo or in Rome?");
//! let run = request.run_tools(tools).send().await?;
//! println!("{} (after {} rounds)", run.text(), run.rounds);
//! # Ok(())
//! # }
//! ```
//!
//! With `client.chat(…)` in place of `client.respond(…)` the same program uses chat completions.
//!
//! A round is one response of the model that calls tools, and their results. The tools of a round
//! run side by side, and the next request waits for all of them. A round needs a response that is
//! complete: calls of one that was cut off are not made. What goes wrong in a tool is returned to
//! the model, which often finds another way; see [`ToolError`].
//!
//! Nothing is spawned: the tools run only while the run is awaited, and dropping it ends them.

mod approval;
mod chat;
mod error;
mod event;
mod invocation;
mod output;
#[cfg(feature = "realtime")]
mod realtime;
mod registry;
mod responses;
mod round;
mod run;
mod stream;
mod structured;

pub use approval::Approval;
pub use error::ToolError;
pub use event::{ToolEvent, ToolResult};
pub use invocation::{InvocationKind, ToolCallDelta, ToolInvocation};
pub use output::ModelOutput;
#[cfg(feature = "realtime")]
pub use realtime::{RealtimeToolEvent, RealtimeTools};
pub use registry::Tools;
pub use run::{ToolRun, ToolRunOutput};
pub use stream::ToolStream;
pub use structured::{StructuredToolOutput, StructuredToolRun, StructuredToolStream};
