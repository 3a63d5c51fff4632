//! Events of webhooks.

use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::WebhookError;

macro_rules! events {
    ($( $(#[$meta:meta])* $arm:ident($data:ty) = $kind:literal, )*) => {
        /// An event that the service reports.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum WebhookEvent {
            $( $(#[$meta])* $arm(WebhookData<$data>), )*
            /// An event that this crate does not know, as it is.
            Other(Value),
        }

        impl WebhookEvent {
            /// Every `type` that this crate knows.
            pub const KINDS: &[&str] = &[$($kind),*];

            /// `type` of the event, such as `response.completed`.
            #[must_use]
            pub fn kind(&self) -> &str {
                match self {
                    $( Self::$arm(_) => $kind, )*
                    Self::Other(event) => event["type"].as_str().unwrap_or_default(),
                }
            }

            /// Unique ID of the event.
            #[must_use]
            pub fn id(&self) -> &str {
                match self {
                    $( Self::$arm(event) => &event.id, )*
                    Self::Other(event) => event["id"].as_str().unwrap_or_default(),
                }
            }

            fn from_value(value: Value) -> Result<Self, serde_json::Error> {
                match value["type"].as_str() {
                    $( Some($kind) => WebhookData::deserialize(&value).map(Self::$arm), )*
                    Some(_) => Ok(Self::Other(value)),
                    None => Err(serde_json::Error::custom("it has no `type`")),
                }
            }
        }

        impl Serialize for WebhookEvent {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                #[derive(Serialize)]
                struct Tagged<'a, T> {
                    r#type: &'static str,
                    #[serde(flatten)]
                    event: &'a WebhookData<T>,
                }
                match self {
                    $( Self::$arm(event) => Tagged { r#type: $kind, event }.serialize(s), )*
                    Self::Other(event) => event.serialize(s),
                }
            }
        }
    };
}

events! {
    /// A background response is whole.
    ResponseCompleted(ObjectId) = "response.completed",
    /// A background response failed.
    ResponseFailed(ObjectId) = "response.failed",
    /// A background response was cancelled.
    ResponseCancelled(ObjectId) = "response.cancelled",
    /// A background response was cut off.
    ResponseIncomplete(ObjectId) = "response.incomplete",
    /// A batch is done.
    BatchCompleted(ObjectId) = "batch.completed",
    /// A batch failed.
    BatchFailed(ObjectId) = "batch.failed",
    /// A batch was cancelled.
    BatchCancelled(ObjectId) = "batch.cancelled",
    /// A batch was not done in time.
    BatchExpired(ObjectId) = "batch.expired",
    /// A fine-tuning job is done.
    FineTuningJobSucceeded(ObjectId) = "fine_tuning.job.succeeded",
    /// A fine-tuning job failed.
    FineTuningJobFailed(ObjectId) = "fine_tuning.job.failed",
    /// A fine-tuning job was cancelled.
    FineTuningJobCancelled(ObjectId) = "fine_tuning.job.cancelled",
    /// A run of an evaluation is done. Not sent by Azure so far.
    EvalRunSucceeded(ObjectId) = "eval.run.succeeded",
    /// A run of an evaluation failed. Not sent by Azure so far.
    EvalRunFailed(ObjectId) = "eval.run.failed",
    /// A run of an evaluation was cancelled. Not sent by Azure so far.
    EvalRunCanceled(ObjectId) = "eval.run.canceled",
    /// Somebody calls by SIP: accept the call, refer it or reject it.
    RealtimeCallIncoming(CallIncoming) = "realtime.call.incoming",
    /// Somebody calls a live session by SIP. Not sent by Azure so far.
    LiveCallIncoming(LiveCallIncoming) = "live.call.incoming",
}

/// An event of a known type.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WebhookData<T> {
    /// Unique ID of the event.
    #[serde(default)]
    pub id: String,
    /// Always `event`.
    #[serde(default)]
    pub object: String,
    /// When it happened, in seconds since 1970.
    #[serde(default)]
    pub created_at: i64,
    /// What it is about.
    pub data: T,
}

/// The object that an event is about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ObjectId {
    /// Unique ID of the response, batch, job or run.
    pub id: String,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A call that comes in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CallIncoming {
    /// Unique ID of the call.
    pub call_id: String,
    /// Headers of the SIP invitation, such as `From`.
    #[serde(default)]
    pub sip_headers: Vec<SipHeader>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A call of a live session that comes in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LiveCallIncoming {
    /// Unique ID of the session.
    pub session_id: String,
    /// Headers of the SIP invitation, such as `From`.
    #[serde(default)]
    pub sip_headers: Vec<SipHeader>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A header of a SIP invitation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SipHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl WebhookEvent {
    pub(super) fn from_slice(body: &[u8]) -> Result<Self, WebhookError> {
        let read = serde_json::from_slice(body).and_then(Self::from_value);
        read.map_err(|source| WebhookError::Body { source: source.into() })
    }
}

impl CallIncoming {
    /// The first SIP header of this name, in any case of letters.
    #[must_use]
    pub fn sip_header(&self, name: &str) -> Option<&str> {
        let mut headers = self.sip_headers.iter();
        headers.find(|one| one.name.eq_ignore_ascii_case(name)).map(|one| one.value.as_str())
    }
}
