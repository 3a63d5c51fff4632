//! Waiting for a response in the background.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

use super::response::ModelResponse;
use super::{ResponseRequest, stored};
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::polling::Polling;
use crate::error::Error;
use crate::response::Response;

/// The limit on a cancellation that a drop begins.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(10);

/// Waits for a response in the background until it is complete, cut off, failed or cancelled; made
/// by [`Responses::wait`](super::Responses::wait) and [`ResponseRequest::run_in_background`].
///
/// `.await` it. The service is asked at once, then after 1 second and at growing intervals of up to
/// 10 seconds, or when `retry-after` asks to; see [`polling`](Self::polling). Dropping the future ends
/// the wait; the service works on, unless [`cancel_on_drop`](Self::cancel_on_drop) is set.
///
/// # Errors
///
/// [`Error::Timeout`] when it takes longer than the polling allows, and the errors of
/// [`Responses::get`](super::Responses::get). A response that failed is no error.
#[must_use = "nothing is requested before it is awaited"]
pub struct ResponseWait {
    client: Client,
    options: CallOptions,
    start: Start,
    polling: Polling,
    on_progress: Option<Arc<Progress>>,
    cancel_on_drop: bool,
}

type Progress = dyn Fn(&ModelResponse) + Send + Sync;

/// What is waited for.
enum Start {
    Id(String),
    Request(Box<ResponseRequest>),
}

impl ResponseRequest {
    /// Makes the response in the background and waits for it: sends the request with
    /// [`background`](Self::background), then polls.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let request = client.respond("gpt-5.6-terra").user("Prove it.");
    /// let proof = request
    ///     .run_in_background()
    ///     .on_progress(|response| println!("{:?}", response.status))
    ///     .cancel_on_drop(true)
    ///     .await?;
    /// println!("{}", proof.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn run_in_background(self) -> ResponseWait {
        let request = self.background(true);
        let inner = request.client().inner();
        ResponseWait {
            client: request.client().clone(),
            options: request.call_options().clone().with_running_deadline(&inner.options),
            start: Start::Request(Box::new(request)),
            polling: Polling::default(),
            on_progress: None,
            cancel_on_drop: false,
        }
    }
}

impl ResponseWait {
    pub(super) fn of_id(client: &Client, options: &CallOptions, id: String) -> Self {
        Self {
            client: client.clone(),
            options: options.clone().with_running_deadline(&client.inner().options),
            start: Start::Id(id),
            polling: Polling::default(),
            on_progress: None,
            cancel_on_drop: false,
        }
    }

    /// How often the service is asked, and for how long.
    pub fn polling(mut self, polling: impl Into<Polling>) -> Self {
        self.polling = polling.into();
        self
    }

    /// Calls this with the response each time the service is asked, also at the end.
    pub fn on_progress(mut self, f: impl Fn(&ModelResponse) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(Arc::new(f));
        self
    }

    /// Cancels the response when the future is dropped before it is over. Default: false.
    ///
    /// The cancellation is a request of its own, which runs as a task of the current tokio runtime
    /// for at most 10 seconds. It is the only task that this crate ever spawns.
    pub fn cancel_on_drop(mut self, cancel: bool) -> Self {
        self.cancel_on_drop = cancel;
        self
    }

    async fn run(self) -> Result<Response<ModelResponse>, Error> {
        let Self { client, options, start, polling, on_progress, cancel_on_drop } = self;
        let is_over = |response: &ModelResponse| {
            if let Some(on_progress) = &on_progress {
                on_progress(response);
            }
            response.is_done()
        };
        let id = match start {
            Start::Id(id) => id,
            Start::Request(request) => {
                let first = request.with_call_options(options.clone()).send().await?;
                if is_over(&first) {
                    return Ok(first);
                }
                first.into_inner().id
            }
        };
        let mut guard = CancelOnDrop {
            target: cancel_on_drop.then(|| (client.clone(), options.clone(), id.clone())),
        };
        let done = polling
            .until(&client, &options, || stored::get(&client, &options, &id, &[]), is_over)
            .await;
        guard.target = None;
        done
    }
}

/// Cancels a response unless it is disarmed.
struct CancelOnDrop {
    target: Option<(Client, CallOptions, String)>,
}

impl Drop for CancelOnDrop {
    #[inline]
    fn drop(&mut self) {
        let (Some((client, options, id)), Ok(runtime)) =
            (self.target.take(), Handle::try_current())
        else {
            return;
        };
        runtime.spawn(async move {
            let options = options.without_deadline().timeout(CANCEL_TIMEOUT);
            let cancelled = stored::cancel(&client, &options, &id);
            if let Ok(Err(error)) = tokio::time::timeout(CANCEL_TIMEOUT, cancelled).await {
                tracing::warn!(%error, response_id = id, "the response was not cancelled");
            }
        });
    }
}

impl IntoFuture for ResponseWait {
    type Output = Result<Response<ModelResponse>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for ResponseWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseWait")
            .field("polling", &self.polling)
            .field("cancel_on_drop", &self.cancel_on_drop)
            .finish_non_exhaustive()
    }
}
