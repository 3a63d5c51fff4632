//! Tools that the model calls: asynchronous functions of yours, run until it has its answer.
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
//! let chat = client.chat("gpt-4o").user("Where is it warmer, in Oslo or in Rome?");
//! let answer = chat.run_tools(tools).send().await?;
//! println!("{} (after {} rounds)", answer.text(), answer.rounds);
//! # Ok(())
//! # }
//! ```
//!
//! A round is one answer of the model that calls tools, and what they gave back. The tools of a
//! round run side by side, and the next question waits for all of them. What goes wrong in a tool
//! is told to the model, which often finds another way; see [`ToolError`].
//!
//! Nothing is spawned: the tools run only while the answer is waited for, and dropping it ends
//! them.

mod error;
mod event;
#[cfg(feature = "realtime")]
mod realtime;
mod registry;
mod run;
mod stream;

pub use error::ToolError;
pub use event::{ToolEvent, ToolResult};
#[cfg(feature = "realtime")]
pub use realtime::{RealtimeToolEvent, RealtimeTools};
pub use registry::Tools;
pub use run::{ToolRun, ToolRunOutput};
pub use stream::ToolStream;
