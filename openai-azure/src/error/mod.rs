//! What can go wrong, by kind, each with what happened and what to do.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! use openai_azure::{Error, ErrorKind};
//!
//! match client.chat("gpt-5.6-terra").user("Hello").send().await {
//!     Ok(answer) => println!("{}", answer.text()),
//!     Err(Error::Api(e)) if e.is_content_filter() => eprintln!("blocked: {:?}", e.content_filter()),
//!     Err(e) if e.kind() == ErrorKind::RateLimit => eprintln!("later: {e}"),
//!     Err(e) => return Err(e),
//! }
//! # Ok(())
//! # }
//! ```

mod api;
mod batch;
mod body;
#[cfg(feature = "realtime")]
mod closed;
mod hint;
mod json_error;
mod kind;
mod local;
mod not_found;
mod one_line;
mod output;

pub use api::ApiError;
pub use batch::{BatchError, BatchErrorReason};
#[cfg(feature = "realtime")]
pub use closed::{CloseCode, ClosedError};
pub use kind::ErrorKind;
pub use local::{
    AuthError, ConfigError, ConnectionError, DecodeError, StreamError, TimeoutError, TimeoutScope,
};
pub use output::{OutputError, OutputFault};

use crate::request_ids::RequestIds;

/// Any failure of this crate.
///
/// `Display` is one line and never repeats its [`source`](std::error::Error::source). Neither it
/// nor `Debug` shows a key or a token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The service responded with a failure status, or with an error inside a stream.
    #[error(transparent)]
    Api(ApiError),
    /// Settings or arguments that cannot work; nothing was sent.
    #[error(transparent)]
    Config(ConfigError),
    /// No credential could be had; nothing was sent.
    #[error(transparent)]
    Auth(AuthError),
    /// No response arrived: refused, reset, no such host, TLS.
    #[error(transparent)]
    Connection(ConnectionError),
    /// A limit on time was reached.
    #[error(transparent)]
    Timeout(TimeoutError),
    /// A successful response that is not what the operation returns.
    #[error(transparent)]
    Decode(DecodeError),
    /// A stream broke after it began.
    #[error(transparent)]
    Stream(StreamError),
    /// The model responded, but not with what was asked for.
    #[error(transparent)]
    Output(OutputError),
    /// A batch job could not go on.
    #[error(transparent)]
    Batch(BatchError),
    /// The service closed a WebSocket, or it broke.
    #[cfg(feature = "realtime")]
    #[error(transparent)]
    Closed(ClosedError),
}

impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

#[cfg(feature = "realtime")]
impl From<TimeoutError> for Error {
    fn from(error: TimeoutError) -> Self {
        Self::Timeout(error)
    }
}

impl Error {
    /// What kind of failure this is, as one value to match on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Api(e) => e.kind(),
            Self::Config(_) => ErrorKind::Config,
            Self::Auth(_) => ErrorKind::Auth,
            Self::Connection(_) => ErrorKind::Connection,
            Self::Timeout(_) => ErrorKind::Timeout,
            Self::Decode(_) => ErrorKind::Decode,
            Self::Stream(_) => ErrorKind::Stream,
            Self::Output(e) => e.kind(),
            Self::Batch(e) => match (e.reason(), e.request()) {
                (BatchErrorReason::TokenLimit, _) => ErrorKind::BatchTokenLimit,
                (_, Some(request)) => request.kind(),
                (_, None) => ErrorKind::Batch,
            },
            #[cfg(feature = "realtime")]
            Self::Closed(_) => ErrorKind::Closed,
        }
    }

    /// The failure of the service, if that is what it is.
    #[must_use]
    pub fn as_api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(e) => Some(e),
            _ => None,
        }
    }

    /// The ids to give to support, if a response with headers had arrived.
    #[must_use]
    pub fn request_ids(&self) -> Option<&RequestIds> {
        match self {
            Self::Api(e) => Some(e.request_ids()),
            Self::Decode(e) => Some(e.request_ids()),
            Self::Stream(e) => Some(e.request_ids()),
            Self::Output(e) => Some(e.request_ids()),
            Self::Batch(e) => e.request()?.request_ids(),
            #[cfg(feature = "realtime")]
            Self::Closed(e) => Some(e.request_ids()),
            _ => None,
        }
    }

    /// How often the call was tried again before it ended so.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        match self {
            Self::Api(e) => e.retries_taken(),
            Self::Connection(e) => e.retries_taken(),
            Self::Timeout(e) => e.retries_taken(),
            Self::Auth(e) => e.retries_taken(),
            Self::Decode(e) => e.retries_taken(),
            Self::Stream(e) => e.retries_taken(),
            Self::Output(e) => e.retries_taken(),
            Self::Batch(e) => e.request().map_or(0, Self::retries_taken),
            #[cfg(feature = "realtime")]
            Self::Closed(e) => e.retries_taken(),
            Self::Config(_) => 0,
        }
    }

    /// The status of the response that it is about, if there was one.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Api(e) => Some(e.status()),
            Self::Decode(e) => Some(e.status()),
            _ => None,
        }
    }

    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::Config(ConfigError::new(message))
    }

    /// Keeps the text that a stream had brought before it failed.
    pub(crate) fn with_partial(mut self, text: &str) -> Self {
        match &mut self {
            Self::Api(e) => e.set_partial(text),
            Self::Timeout(e) => e.set_partial(text),
            Self::Stream(e) => e.set_partial(text),
            _ => {}
        }
        self
    }

    pub(crate) fn with_retries(mut self, retries: u32) -> Self {
        match &mut self {
            Self::Api(e) => e.set_retries(retries),
            Self::Connection(e) => e.retries = retries,
            Self::Timeout(e) => e.retries = retries,
            Self::Auth(e) => e.retries = retries,
            Self::Decode(e) => e.set_retries(retries),
            Self::Stream(e) => e.set_retries(retries),
            Self::Output(e) => e.set_retries(retries),
            #[cfg(feature = "realtime")]
            Self::Closed(e) => e.set_retries(retries),
            Self::Config(_) | Self::Batch(_) => {}
        }
        self
    }
}
