//! Realtime sessions: speech and text in both directions over one WebSocket.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client, question: Vec<u8>) -> Result<(), openai_azure::Error> {
//! let mut session = client
//!     .realtime("gpt-realtime-1.5")
//!     .session(|s| s.instructions("Be brief.").voice("marin").server_vad())
//!     .connect()
//!     .await?;
//! session.append_audio(question).await?; // 16-bit PCM of 24 kHz
//! if let Some(turn) = session.turn().await? {
//!     println!("{}", turn.transcript);
//!     // turn.audio is 16-bit PCM of 24 kHz, too
//! }
//! session.close().await
//! # }
//! ```
//!
//! # What is where
//!
//! - [`RealtimeRequest`]: made by [`Client::realtime`](crate::Client::realtime), connects.
//! - [`RealtimeConnection`]: a stream of [`ServerEvent`]s and, by its [`RealtimeSender`],
//!   everything that can be sent; it splits into both halves.
//! - [`Session`]: the settings.
//! - [`Turn`]: a response put together from its events.
//! - [`Playback`]: what the user has heard, for interruptions.
//! - [`Reconnect`]: connecting again, and what that cannot restore.
//! - [`RealtimeCalls`] and [`RealtimeClientSecrets`]: WebRTC, SIP, and tokens for browsers.
//! - `tools::RealtimeTools` (feature `schema`): functions of yours, called by the model.
//!
//! # URLs
//!
//! | endpoint | URL |
//! |---|---|
//! | v1 | `wss://…/openai/v1/realtime?model={deployment}`, no `api-version` |
//! | dated | `wss://…/openai/realtime?api-version=2025-04-01-preview&deployment={deployment}` |
//!
//! A dated endpoint speaks the shapes of previews. Settings and items are sent in them, and the
//! names of its events are read as those of today.
//!
//! # Limits
//!
//! A session lasts 30 minutes. Then the service reports the error `session_expired` and closes with
//! code 1001: [`ClosedError::is_session_expired`](crate::error::ClosedError::is_session_expired).
//!
//! # Without `async`
//!
//! There is no blocking form: a session reads and sends at the same time, and pings must be replied
//! to while nothing else happens. Use a runtime, such as `tokio::runtime::Runtime::block_on` around
//! the whole session.

mod calls;
mod chunks;
mod client_secrets;
mod connection;
mod event;
mod handshake;
mod item;
mod link;
mod playback;
mod reconnect;
mod request;
mod response;
mod sender;
mod session;
mod trace;
mod turn;
mod wire;

pub use calls::{RealtimeCall, RealtimeCalls};
pub use client_secrets::{ClientSecret, ClientSecretRequest, RealtimeClientSecrets, SecretText};
pub use connection::{RealtimeConnection, RealtimeReceiver};
pub use event::*;
pub use item::{
    ConversationItem, FunctionCallItem, FunctionCallOutputItem, ItemPart, ItemReference, ItemRole,
    ItemStatus, McpApprovalRequestItem, McpApprovalResponseItem, McpCallItem, McpListToolsItem,
    MessageItem, PartKind,
};
pub use playback::Playback;
pub use reconnect::{Reconnect, ReconnectAttempt};
pub use request::RealtimeRequest;
pub use response::{
    InputTokenDetails, RealtimeResponse, RealtimeUsage, ResponseAudio, ResponseError,
    ResponseReason, ResponseSettings, ResponseStatus, ResponseStatusDetails, TokenDetails,
};
pub use sender::RealtimeSender;
pub use session::{
    AudioFormat, Eagerness, FunctionTool, InputAudio, InputTranscription, MaxOutputTokens, McpTool,
    NoiseReduction, NoiseReductionKind, OutputAudio, RealtimeEffort, RealtimeModality,
    RealtimeReasoning, RealtimeTool, RealtimeToolChoice, RealtimeTruncation, SemanticVad,
    ServerVad, Session, SessionAudio, SessionKind, TurnDetection, Voice,
};
pub use turn::{Turn, Turns};

use crate::engine::client::Client;
use request::Target;

impl Client {
    /// Starts a session with a realtime deployment: `GET …/realtime`, upgraded to WebSocket.
    ///
    /// An empty name stands for the deployment of the environment.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let session = client
    ///     .realtime("gpt-realtime-1.5")
    ///     .session(|s| s.voice("marin").semantic_vad("auto"))
    ///     .connect()
    ///     .await?;
    /// # let _ = session;
    /// # Ok(())
    /// # }
    /// ```
    pub fn realtime(&self, deployment: impl Into<String>) -> RealtimeRequest {
        RealtimeRequest::new(self.clone(), Target::Deployment(deployment.into()))
    }

    /// Starts a session that transcribes and does not respond, by a transcription deployment such
    /// as `gpt-4o-mini-transcribe`: `GET …/realtime?intent=transcription`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let session = client.realtime_transcription("gpt-4o-mini-transcribe").connect().await?;
    /// # let _ = session;
    /// # Ok(())
    /// # }
    /// ```
    pub fn realtime_transcription(&self, deployment: impl Into<String>) -> RealtimeRequest {
        let deployment = deployment.into();
        RealtimeRequest::new(self.clone(), Target::Transcription(deployment.clone()))
            .session(|_| Session::transcriber(deployment))
    }

    /// Attaches to a call of WebRTC or SIP that is going on, by its ID:
    /// `GET …/realtime?call_id=…`. v1 endpoints only.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
    /// let mut session = client.realtime_call(id).connect().await?;
    /// session.user_text("The caller's name is Kim.").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn realtime_call(&self, call_id: impl Into<String>) -> RealtimeRequest {
        RealtimeRequest::new(self.clone(), Target::Call(call_id.into()))
    }

    /// Calls of WebRTC and SIP: `/realtime/calls`. v1 endpoints only.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
    /// use openai_azure::realtime::Session;
    ///
    /// let session = Session::new().instructions("You answer the telephone.");
    /// client.realtime_calls().accept(id, "gpt-realtime-1.5", session).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn realtime_calls(&self) -> RealtimeCalls {
        RealtimeCalls::new(self.clone())
    }

    /// Tokens for browsers: `/realtime/client_secrets`. v1 endpoints only.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let secret = client.realtime_client_secrets().create("gpt-realtime-1.5").send().await?;
    /// println!("ends at {}", secret.expires_at);
    /// # Ok(())
    /// # }
    /// ```
    pub fn realtime_client_secrets(&self) -> RealtimeClientSecrets {
        RealtimeClientSecrets::new(self.clone())
    }
}
