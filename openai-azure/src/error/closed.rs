//! Connections that the other side closed.

use std::error::Error as StdError;
use std::fmt;

use crate::request_ids::RequestIds;

type Source = Box<dyn StdError + Send + Sync + 'static>;

/// Why a WebSocket was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseCode {
    /// 1000: done.
    Normal,
    /// 1001: the server goes away, or the session reached its limit of time.
    GoingAway,
    /// 1002: a message was against the protocol.
    Protocol,
    /// 1003: a message had a kind of data that is not accepted.
    Unsupported,
    /// 1005: no code was sent.
    NoStatus,
    /// 1006: the connection broke without a close message.
    Abnormal,
    /// 1007: a text was not UTF-8.
    InvalidData,
    /// 1008: something is not allowed.
    Policy,
    /// 1009: a message was too large.
    TooLarge,
    /// 1010: the client wanted an extension that the server lacks.
    MissingExtension,
    /// 1011: the server failed.
    InternalError,
    /// 1012: the server restarts.
    ServiceRestart,
    /// 1013: the server is overloaded.
    TryAgainLater,
    /// 1015: TLS failed.
    Tls,
    /// Any other code.
    Other(u16),
}

impl CloseCode {
    /// The number on the wire.
    #[must_use]
    pub fn as_u16(self) -> u16 {
        match self {
            Self::Normal => 1000,
            Self::GoingAway => 1001,
            Self::Protocol => 1002,
            Self::Unsupported => 1003,
            Self::NoStatus => 1005,
            Self::Abnormal => 1006,
            Self::InvalidData => 1007,
            Self::Policy => 1008,
            Self::TooLarge => 1009,
            Self::MissingExtension => 1010,
            Self::InternalError => 1011,
            Self::ServiceRestart => 1012,
            Self::TryAgainLater => 1013,
            Self::Tls => 1015,
            Self::Other(code) => code,
        }
    }

    /// Whether another connection may help: 1001, 1005, 1006, 1011, 1012, 1013, 1015.
    #[must_use]
    pub fn is_recoverable(self) -> bool {
        matches!(
            self,
            Self::GoingAway
                | Self::NoStatus
                | Self::Abnormal
                | Self::InternalError
                | Self::ServiceRestart
                | Self::TryAgainLater
                | Self::Tls
        )
    }
}

impl From<u16> for CloseCode {
    fn from(code: u16) -> Self {
        match code {
            1000 => Self::Normal,
            1001 => Self::GoingAway,
            1002 => Self::Protocol,
            1003 => Self::Unsupported,
            1005 => Self::NoStatus,
            1006 => Self::Abnormal,
            1007 => Self::InvalidData,
            1008 => Self::Policy,
            1009 => Self::TooLarge,
            1010 => Self::MissingExtension,
            1011 => Self::InternalError,
            1012 => Self::ServiceRestart,
            1013 => Self::TryAgainLater,
            1015 => Self::Tls,
            other => Self::Other(other),
        }
    }
}

/// A WebSocket was closed by the service, or broke.
pub struct ClosedError(Box<Inner>);

struct Inner {
    code: CloseCode,
    reason: String,
    expired: bool,
    ids: RequestIds,
    retries: u32,
    source: Option<Source>,
}

impl ClosedError {
    pub(crate) fn new(code: CloseCode, reason: impl Into<String>, ids: RequestIds) -> Self {
        let reason = reason.into();
        Self(Box::new(Inner { code, reason, expired: false, ids, retries: 0, source: None }))
    }

    pub(crate) fn expired(mut self, expired: bool) -> Self {
        self.0.expired = expired;
        self
    }

    pub(crate) fn because_of(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Why it was closed.
    #[must_use]
    pub fn code(&self) -> CloseCode {
        self.0.code
    }

    /// The text that came with the code; often empty.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Whether the session reached its limit of time, 30 minutes. Start another one.
    #[must_use]
    pub fn is_session_expired(&self) -> bool {
        self.0.expired
    }

    /// The IDs of the handshake, to give to support.
    #[must_use]
    pub fn request_ids(&self) -> &RequestIds {
        &self.0.ids
    }

    /// How often the connection was made again before.
    #[must_use]
    pub fn retries_taken(&self) -> u32 {
        self.0.retries
    }

    pub(super) fn set_retries(&mut self, retries: u32) {
        self.0.retries = retries;
    }
}

impl fmt::Display for ClosedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if inner.expired {
            f.write_str("the session reached its limit of time; start another one")?;
        } else if inner.code == CloseCode::Abnormal {
            f.write_str("the connection broke")?;
        } else {
            f.write_str("the service closed the connection")?;
        }
        write!(f, " (close code {}", inner.code.as_u16())?;
        if !inner.reason.is_empty() {
            write!(f, ": {}", super::one_line::OneLine(&inner.reason))?;
        }
        if let Some(id) = inner.ids.request_id() {
            write!(f, ", request id {id}")?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for ClosedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClosedError")
            .field("code", &self.0.code)
            .field("reason", &self.0.reason)
            .field("is_session_expired", &self.0.expired)
            .field("request_ids", &self.0.ids)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl StdError for ClosedError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::{CloseCode, ClosedError};
    use crate::RequestIds;

    #[test]
    fn every_code_survives_both_ways() {
        for code in 0..=5000 {
            assert_eq!(CloseCode::from(code).as_u16(), code);
        }
    }

    #[test]
    fn the_text_says_what_happened() {
        let error = |code: u16| ClosedError::new(code.into(), "a\nb", RequestIds::default());
        assert_eq!(
            error(1011).to_string(),
            "the service closed the connection (close code 1011: a b)"
        );
        let expired = error(1001).expired(true).to_string();
        assert!(expired.starts_with("the session reached its limit of time"), "{expired}");
    }
}
