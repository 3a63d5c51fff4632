//! Where an answer came from.

use reqwest::header::HeaderMap;

/// What errors and traces tell about the call behind an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResponseOrigin {
    /// Without query, user and password.
    pub(crate) url: String,
    /// The deployment that was asked for, if the operation has one.
    pub(crate) deployment: Option<String>,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
}

impl ResponseOrigin {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
