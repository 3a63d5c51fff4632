//! One attempt: send, through the middleware, and read what belongs to the attempt.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use openai_azure_sys::{Error as SysError, ErrorKind as SysErrorKind};

use super::body_stream::BodyStream;
use super::client::Inner;
use super::middleware::{AttemptRequest, AttemptResponse, Next, ResponseBody};
use super::plan::Plan;
use super::reply::{Expect, Reply};
use super::sending::Sending;
use super::target::Target;
#[cfg(feature = "realtime")]
use super::upgrade::{self, Refused};
use crate::error::{ApiError, ConnectionError, DecodeError, Error, TimeoutError, TimeoutScope};
use crate::response_headers::ResponseHeaders;
use crate::response_origin::ResponseOrigin;
use crate::sse::EventStream;
use crate::trace::CallTrace;

/// The most bytes of an error's body that are kept.
const MAX_ERROR_BODY: usize = 64 << 10;

/// How long the body of an error is waited for. Its status is worth more than its text.
const ERROR_BODY_WAIT: Duration = Duration::from_secs(5);

/// The largest body that is reserved for because the response announces its length.
const MAX_RESERVED: u64 = 64 << 20;

/// An attempt that succeeded.
#[derive(Debug)]
pub(super) struct Attempted {
    pub(super) reply: Reply,
    pub(super) origin: Arc<ResponseOrigin>,
    pub(super) trace: CallTrace,
}

/// Makes one attempt within its limit; `number` counts from 1.
///
/// # Errors
///
/// Any [`Error`] of one request.
pub(super) async fn attempt(
    inner: &Inner,
    plan: &Plan,
    target: &Target<'_>,
    trace: &CallTrace,
    number: u32,
) -> Result<Attempted, Error> {
    let left = plan.left();
    let limit = plan.timeout.min(left);
    if limit == Duration::MAX {
        return without_limit(inner, plan, target, trace, number).await;
    }
    // Pinned here: the timeout would move it, and it is large.
    let unlimited = pin!(without_limit(inner, plan, target, trace, number));
    match tokio::time::timeout(limit, unlimited).await {
        Ok(outcome) => outcome,
        Err(_) => {
            let (scope, limit) = match plan.deadline {
                Some(deadline) if left <= plan.timeout => (TimeoutScope::Deadline, deadline.limit),
                _ => (TimeoutScope::Attempt, plan.timeout),
            };
            Err(Error::Timeout(TimeoutError::new(scope, limit, target.request.url())))
        }
    }
}

async fn without_limit(
    inner: &Inner,
    plan: &Plan,
    target: &Target<'_>,
    trace: &CallTrace,
    number: u32,
) -> Result<Attempted, Error> {
    let url = target.request.url();
    let began = Instant::now();
    let mut sending = Sending::new(inner, plan, target, trace, began);
    #[cfg_attr(not(feature = "realtime"), expect(unused_mut))]
    let mut request = sending.request().await?;
    #[cfg(feature = "realtime")]
    let handshake = matches!(plan.expect, Expect::Upgrade).then(|| upgrade::prepare(&mut request));
    let response = if inner.middleware.is_empty() {
        sending.send(request).await?
    } else {
        let request = AttemptRequest::new(plan, number, request);
        Next::new(&inner.middleware, &sending).run(request).await?
    };
    let trace = sending.take_trace();
    let broken = |error: SysError| sending.failed(error);
    let AttemptResponse { status, headers, body, .. } = response;
    trace.log_head(status, &headers);
    let kept = Arc::new(ResponseHeaders::from(&headers));
    drop(headers);
    let origin = Arc::new(ResponseOrigin {
        url: url.to_owned(),
        // A middleware may have returned it.
        endpoint: target.is_sent().then(|| Arc::clone(&target.resource.url)),
        deployment: target.deployment.clone(),
        api_version: plan.api_version.clone(),
        status,
        headers: kept,
    });
    #[cfg(feature = "realtime")]
    let body = match (handshake, body) {
        (Some(handshake), ResponseBody::Received(response)) => {
            let accept = origin.headers.get(upgrade::ACCEPT);
            match handshake.finish(response, accept).await {
                Ok(upgraded) => {
                    let reply = Reply::Upgraded(upgraded);
                    return Ok(Attempted { reply, origin, trace });
                }
                Err(Refused::Status(response)) => ResponseBody::Received(response),
                Err(Refused::Unfit(what)) => return Err(undecoded(&origin, Bytes::new(), what)),
                Err(Refused::Config(error)) => return Err(error),
                Err(Refused::Broken(error)) => {
                    return Err(broken(SysError::from_reqwest(error)));
                }
            }
        }
        (_, body) => body,
    };
    if !(200..300).contains(&status) {
        // The status is reported also when the attempt would end while its body arrives.
        let left = plan.timeout.saturating_sub(began.elapsed()).min(plan.left());
        let patience = ERROR_BODY_WAIT.min(left / 2);
        return Err(failed(body, &origin, &trace, patience).await);
    }
    let reply = match &plan.expect {
        Expect::Head => Reply::Head(body.into_stream()),
        #[cfg(feature = "realtime")]
        Expect::Upgrade => {
            let what = "a middleware cannot answer in place of a WebSocket";
            return Err(undecoded(&origin, Bytes::new(), what));
        }
        Expect::Whole => {
            let whole = match read(body, plan.body_bytes).await {
                Ok(whole) => whole,
                Err(error) => {
                    return Err(match error.into_other::<TooLong>() {
                        Ok(too_long) => undecoded(&origin, Bytes::new(), too_long),
                        Err(error) => broken(error),
                    });
                }
            };
            trace.log_body("the response", &origin.headers, &whole);
            Reply::Whole(whole)
        }
        Expect::Events => {
            let body = body.into_stream();
            let events = EventStream::open(body, Arc::clone(&origin), plan.limits, trace.clone());
            Reply::Events(Box::new(events.await?))
        }
        Expect::Stream => {
            let body = body.into_stream();
            let limits = plan.limits;
            let stream = BodyStream::open(body, Arc::clone(&origin), limits, trace.clone());
            Reply::Stream(Box::new(stream.await?))
        }
        Expect::File(draft) => {
            let mut draft = draft.lock().await;
            draft.restart(body.length()).await?;
            let mut body = pin!(body.into_stream());
            while let Some(chunk) = body.next().await {
                draft.write(&chunk.map_err(broken)?).await?;
            }
            Reply::File(draft.length())
        }
    };
    Ok(Attempted { reply, origin, trace })
}

/// Reads the whole body. One that arrives as one chunk is not copied.
///
/// # Errors
///
/// What breaks the body, and more bytes than `limit`.
pub(super) async fn read(body: ResponseBody, limit: usize) -> Result<Bytes, SysError> {
    let mut joined = Joined { limit, ..Joined::default() };
    match body {
        ResponseBody::Bytes(bytes) => joined.push(bytes).map_err(SysError::other)?,
        ResponseBody::Received(mut response) => {
            joined.announced = response.content_length().unwrap_or_default();
            while let Some(chunk) = response.chunk().await.map_err(SysError::from_reqwest)? {
                joined.push(chunk).map_err(SysError::other)?;
            }
        }
    }
    Ok(joined.finish())
}

/// Chunks that become one body.
#[derive(Default)]
struct Joined {
    /// The first one, until a second one arrives.
    only: Bytes,
    whole: BytesMut,
    /// The length that the response announces.
    announced: u64,
    limit: usize,
}

impl Joined {
    fn push(&mut self, chunk: Bytes) -> Result<(), TooLong> {
        let length = self.only.len() + self.whole.len();
        if chunk.len() > self.limit - length {
            return Err(TooLong(self.limit));
        }
        if length == 0 {
            self.only = chunk;
            return Ok(());
        }
        if self.whole.is_empty() {
            // The announced length is a hint: a wrong one may not reserve much.
            let hint = usize::try_from(self.announced.min(MAX_RESERVED)).unwrap_or_default();
            self.whole.reserve(hint.max(length + chunk.len()));
            self.whole.extend_from_slice(&std::mem::take(&mut self.only));
        }
        self.whole.extend_from_slice(&chunk);
        Ok(())
    }

    fn finish(self) -> Bytes {
        if self.whole.is_empty() { self.only } else { self.whole.freeze() }
    }
}

/// A body is longer than the limit.
#[derive(Debug, thiserror::Error)]
#[error("the body is longer than the limit of {0} bytes; see `CallOptions::max_body_bytes`")]
pub(super) struct TooLong(usize);

/// An error of the transport after this time, in our words.
pub(super) fn sys_error(
    error: SysError,
    url: &str,
    connect_timeout: Duration,
    after: Duration,
) -> Error {
    if error.is_timeout() {
        // A limit that was set on reqwest itself is known by the time that has passed.
        let after = Duration::from_millis(u64::try_from(after.as_millis()).unwrap_or(u64::MAX));
        let (scope, limit) = if error.is_connect() {
            (TimeoutScope::Connect, connect_timeout.min(after))
        } else {
            (TimeoutScope::Attempt, after)
        };
        return Error::Timeout(TimeoutError::new(scope, limit, url).because_of(error));
    }
    match error.kind() {
        SysErrorKind::InvalidRequest => match error.into_other::<Error>() {
            Ok(ours) => ours,
            Err(error) => Error::config(format!("the request cannot be made: {error}")),
        },
        SysErrorKind::Other => match error.into_other::<Error>() {
            Ok(ours) => ours,
            Err(error) => Error::Connection(ConnectionError::new(url, error)),
        },
        _ => Error::Connection(ConnectionError::new(url, error)),
    }
}

/// A response whose status is a failure.
async fn failed(
    body: ResponseBody,
    origin: &Arc<ResponseOrigin>,
    trace: &CallTrace,
    patience: Duration,
) -> Error {
    let mut arriving = body.into_stream();
    let mut body = BytesMut::new();
    // An error is worth more with half of its body than as a broken connection.
    let read = async {
        while let Some(Ok(chunk)) = arriving.next().await {
            let room = MAX_ERROR_BODY - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() >= room {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(patience, read).await;
    let body = trace.without_credential(body.freeze());
    trace.log_body("the failed response", &origin.headers, &body);
    Error::Api(ApiError::from_response(body, origin))
}

/// A success whose body is not what the operation returns.
pub(super) fn undecoded(
    origin: &ResponseOrigin,
    body: Bytes,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    let ids = origin.request_ids();
    Error::Decode(DecodeError::new(origin.status, ids, body, source))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Joined, TooLong};

    #[test]
    fn a_body_may_be_as_long_as_its_limit_however_it_is_split() {
        for chunks in [&["four"][..], &["f", "our"], &["f", "o", "ur"], &["", "four", ""]] {
            let body = |announced, limit| {
                let mut joined = Joined { announced, limit, ..Joined::default() };
                for chunk in chunks {
                    joined.push(Bytes::from_static(chunk.as_bytes()))?;
                }
                Ok::<_, TooLong>(joined.finish())
            };
            assert_eq!(body(4, 4).unwrap(), "four");
            assert_eq!(body(u64::MAX, 5).unwrap(), "four");
            assert!(body(0, 3).is_err(), "{chunks:?}");
        }
    }
}
