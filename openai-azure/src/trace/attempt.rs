//! One event for each attempt.

use std::time::Duration;

use super::span::{error_type, service_request_id};
use super::{LogDetail, TARGET};
use crate::error::Error;
use crate::response_origin::ResponseOrigin;

/// Reports an attempt that ended the call well. `attempt` counts from 1.
pub(crate) fn attempt_succeeded(
    detail: LogDetail,
    attempt: u32,
    took: Duration,
    origin: &ResponseOrigin,
) {
    if detail.attempts() {
        tracing::debug!(
            target: TARGET,
            attempt,
            http.response.status_code = origin.status,
            duration_ms = millis(took),
            az.service_request_id = service_request_id(origin),
            "the attempt succeeded"
        );
    }
}

/// Reports an attempt that failed, and the wait if another one follows.
pub(crate) fn attempt_failed(
    detail: LogDetail,
    attempt: u32,
    took: Duration,
    error: &Error,
    wait: Option<Duration>,
) {
    if !detail.attempts() {
        return;
    }
    let status = error.status();
    let id = || error.request_ids().and_then(|ids| ids.request_id());
    match wait {
        Some(wait) => tracing::info!(
            target: TARGET,
            attempt,
            http.response.status_code = status,
            error.type = error_type(error.kind()),
            duration_ms = millis(took),
            az.service_request_id = id(),
            wait_ms = millis(wait),
            cause = %error,
            "the attempt failed; trying again"
        ),
        None => tracing::debug!(
            target: TARGET,
            attempt,
            http.response.status_code = status,
            error.type = error_type(error.kind()),
            duration_ms = millis(took),
            az.service_request_id = id(),
            cause = %error,
            "the attempt failed"
        ),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
