//! The kinds of failure, one value each.

/// What kind of failure an [`Error`](crate::Error) is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Settings or arguments that cannot work; nothing was sent.
    Config,
    /// No credential could be had; nothing was sent.
    Auth,
    /// No response arrived.
    Connection,
    /// A limit on time was reached.
    Timeout,
    /// A successful response that is not what the operation returns.
    Decode,
    /// A stream broke after it began.
    Stream,
    /// The model refused the structured output.
    Refusal,
    /// The limit on tokens cut a structured output or a tool call off.
    Length,
    /// The model still called tools after the last round.
    RoundLimit,
    /// A batch could not be created, or failed, because the enqueued tokens of the deployment are at
    /// their limit.
    BatchTokenLimit,
    /// The service failed a batch.
    Batch,
    /// A WebSocket was closed by the service, or broke.
    Closed,
    /// 400: the request is wrong.
    BadRequest,
    /// 400 with code `content_filter`: the prompt or the response was blocked. Also a structured output
    /// that the filter cut off.
    ContentFilter,
    /// 401: the key or token is not accepted.
    Authentication,
    /// 403: the key or token may not do this.
    PermissionDenied,
    /// 404: no such deployment, file, job or path.
    NotFound,
    /// 408: the service waited too long for the request.
    RequestTimeout,
    /// 409: the resource is in another state.
    Conflict,
    /// 422: understood, but not possible.
    UnprocessableEntity,
    /// 429: too many requests or tokens.
    RateLimit,
    /// 500 and every other status from 500 on.
    InternalServer,
    /// 502: a gateway got no good response.
    BadGateway,
    /// 503: overloaded or down.
    ServiceUnavailable,
    /// 504: a gateway waited too long.
    GatewayTimeout,
    /// 3xx: a redirect that is not followed, so that credentials stay with their origin.
    Redirect,
    /// Any other status.
    OtherStatus,
}

impl ErrorKind {
    /// The kind of a failure status, without regard to its body.
    #[must_use]
    pub fn from_status(status: u16) -> Self {
        match status {
            300..=399 => Self::Redirect,
            400 => Self::BadRequest,
            401 => Self::Authentication,
            403 => Self::PermissionDenied,
            404 => Self::NotFound,
            408 => Self::RequestTimeout,
            409 => Self::Conflict,
            422 => Self::UnprocessableEntity,
            429 => Self::RateLimit,
            502 => Self::BadGateway,
            503 => Self::ServiceUnavailable,
            504 => Self::GatewayTimeout,
            500.. => Self::InternalServer,
            _ => Self::OtherStatus,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ErrorKind;

    #[test]
    fn each_status_has_its_kind() {
        for (status, kind) in [
            (302, ErrorKind::Redirect),
            (400, ErrorKind::BadRequest),
            (401, ErrorKind::Authentication),
            (403, ErrorKind::PermissionDenied),
            (404, ErrorKind::NotFound),
            (408, ErrorKind::RequestTimeout),
            (409, ErrorKind::Conflict),
            (418, ErrorKind::OtherStatus),
            (422, ErrorKind::UnprocessableEntity),
            (429, ErrorKind::RateLimit),
            (500, ErrorKind::InternalServer),
            (502, ErrorKind::BadGateway),
            (503, ErrorKind::ServiceUnavailable),
            (504, ErrorKind::GatewayTimeout),
            (529, ErrorKind::InternalServer),
        ] {
            assert_eq!(ErrorKind::from_status(status), kind, "{status}");
        }
    }
}
