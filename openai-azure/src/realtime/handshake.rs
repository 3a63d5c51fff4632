//! The handshake: the one place where this API touches the life of a request.
//!
//! It is an HTTP/1.1 request with `Upgrade: websocket`, sent by the engine as every other one: TLS,
//! certificates, proxies and redirects are those of the client, the credential is fresh in each
//! attempt, a status other than 101 is the same [`Error::Api`] as over HTTP, and the retry policy
//! decides over another attempt.

use std::time::Duration;

use openai_azure_sys::Request;
use reqwest::{Method, Upgraded};

use super::request::Target;
use crate::endpoint::Mode;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::error::{ApiError, Error, TimeoutScope};
use crate::request_ids::RequestIds;
use crate::response::Head;
use crate::retry::{Outcome, RetryDecision, RetryPolicy, classify, retry_after};
use crate::trace::CallSpan;

/// The api-version that a dated endpoint is asked for when the client names none: the last one with
/// this API.
const PREVIEW: &str = "2025-04-01-preview";

/// How long one attempt may take, unless the options say otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What a handshake is made with.
pub(super) struct Handshake {
    client: Client,
    options: CallOptions,
    url: String,
    query: Vec<(&'static str, String)>,
    deployment: Option<String>,
}

impl Handshake {
    /// # Errors
    ///
    /// [`Error::Config`] for a target that the endpoint does not have.
    pub(super) fn new(
        client: &Client,
        target: &Target,
        options: &CallOptions,
    ) -> Result<Self, Error> {
        let endpoint = client.endpoint();
        let is_v1 = endpoint.mode() == Mode::V1;
        let of_client = &client.inner().options;
        let mut options = options.clone();
        if options.timeout.is_none() && of_client.timeout.is_none() {
            options = options.timeout(TIMEOUT);
        }
        if !is_v1 && options.api_version.is_none() && of_client.api_version.is_none() {
            options = options.api_version(PREVIEW);
        }
        let transcription = ("intent", "transcription".to_owned());
        let (query, deployment) = match target {
            Target::Deployment(name) => {
                let name = client.deployment(name)?;
                let parameter = if is_v1 { "model" } else { "deployment" };
                (vec![(parameter, name.clone())], Some(name))
            }
            Target::Call(_) if !is_v1 => {
                return Err(Error::config(
                    "calls exist in the v1 API only; use an endpoint of that form, see \
                     `Endpoint::v1`",
                ));
            }
            Target::Call(id) => (vec![("call_id", id.clone())], None),
            Target::Transcription(_) if is_v1 => (vec![transcription], None),
            Target::Transcription(model) => {
                (vec![transcription, ("deployment", model.clone())], Some(model.clone()))
            }
        };
        let url = format!("{}/realtime", endpoint.base_url(endpoint.mode()));
        Ok(Self { client: client.clone(), options, url, query, deployment })
    }

    /// Makes only one attempt, apart from the one with a new token.
    pub(super) fn once(mut self) -> Self {
        self.options = self.options.retry(RetryPolicy::none());
        self
    }

    /// Attempts until one succeeds or the policy allows no more.
    ///
    /// # Errors
    ///
    /// As [`RealtimeRequest::connect`](super::RealtimeRequest::connect) lists them.
    pub(super) async fn run(&self, span: &CallSpan) -> Result<(Upgraded, Head), Error> {
        let mut request = Request::new(Method::GET, &*self.url);
        for (name, value) in &self.query {
            request.push_query(name, value);
        }
        let mut call = Call::new(&self.client, &self.options);
        if let Some(deployment) = &self.deployment {
            call = call.deployment(deployment);
        }
        let upgraded = call.upgrade(request, span).await.map_err(|mut error| {
            if let Error::Api(api) = &mut error
                && let Some(hint) = self.hint(api)
            {
                api.set_hint(hint);
            }
            error
        });
        upgraded.map(|(stream, head, _)| (stream, head))
    }

    /// What is known about refusals of this API alone.
    fn hint(&self, error: &ApiError) -> Option<&'static str> {
        let is_v1 = self.client.endpoint().mode() == Mode::V1;
        match error.status() {
            401 if is_v1 && self.asks_version() => Some(
                "the v1 realtime URL takes no `api-version`, and refuses it with 401; leave it out",
            ),
            // The service spells it the first way, too.
            400 if matches!(
                error.code(),
                Some("OpperationNotSupported" | "OperationNotSupported")
            ) =>
            {
                Some(
                    "the deployment's model cannot hold a session; a transcription model belongs \
                     into `transcription` of the session, or into `realtime_transcription`",
                )
            }
            _ => None,
        }
    }

    fn asks_version(&self) -> bool {
        let of_client = &self.client.inner().options;
        let query = self.options.query.iter().chain(&of_client.query);
        let mut names = query.map(|(name, _)| name.as_str());
        names.any(|name| name == "api-version")
            || [&self.options.api_version, &of_client.api_version]
                .into_iter()
                .flatten()
                .any(|version| version.contains("preview"))
    }

    /// The URL without its query.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

/// The wait before another connection after a failed one; `None` to give up.
pub(super) fn wait(
    client: &Client,
    policy: &RetryPolicy,
    error: &mut Error,
    backoff: Option<Duration>,
) -> Option<Duration> {
    let now = client.inner().clock.now();
    let outcome = match &*error {
        Error::Api(e) => Outcome::Status(e.status(), e.headers()),
        Error::Connection(_) => Outcome::NoAnswer,
        Error::Timeout(e) if e.scope() != TimeoutScope::Deadline => Outcome::NoAnswer,
        _ => Outcome::Final,
    };
    let decision = classify(outcome, policy, backoff, now);
    if let Error::Api(e) = error {
        let asked = retry_after(e.status(), e.headers(), now);
        e.record_wait(asked, decision == RetryDecision::WaitTooLong);
    }
    match decision {
        RetryDecision::Retry(wait) => Some(wait),
        RetryDecision::Fail | RetryDecision::WaitTooLong => None,
    }
}

/// Whether the endpoint wants the shapes of previews.
pub(super) fn is_preview(client: &Client) -> bool {
    client.endpoint().mode() != Mode::V1
}

/// The IDs that the response of a handshake named.
pub(super) fn request_ids(head: &Head) -> RequestIds {
    head.request_ids()
}
