//! Why a webhook is refused.

use std::time::Duration;

/// Why a webhook is refused. Respond with 400, and do nothing else.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// A header is missing, or is no text.
    #[error("the header `{name}` is missing")]
    #[non_exhaustive]
    MissingHeader {
        /// Its name.
        name: &'static str,
    },
    /// `webhook-timestamp` is not a number of seconds.
    #[error("the header `webhook-timestamp` is not a number of seconds")]
    InvalidTimestamp,
    /// The webhook is older than the tolerance: delayed, or sent again by somebody else.
    #[error("the webhook is {age:?} old, more than is tolerated")]
    #[non_exhaustive]
    TooOld {
        /// How old it is.
        age: Duration,
    },
    /// The timestamp is in the future: one of both clocks is wrong.
    #[error("the webhook is from {ahead:?} in the future; check the clock")]
    #[non_exhaustive]
    TooNew {
        /// How far it is ahead.
        ahead: Duration,
    },
    /// No signature is right: the secret is another one, or the body was changed.
    #[error("no signature of the webhook is right; check the secret, and pass the body unchanged")]
    WrongSignature,
    /// The signature is right, but the body is no event.
    #[error("the body of the webhook is not an event")]
    #[non_exhaustive]
    Body {
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
