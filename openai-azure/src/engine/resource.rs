//! One resource: where it is, how to prove who is calling, and the connections to it.

use std::sync::Arc;

#[cfg(feature = "realtime")]
use super::http1::Http1;
use crate::auth::{Credential, default_scope};
use crate::endpoint::Endpoint;

/// What a request is sent with.
pub(crate) struct Resource {
    pub(crate) endpoint: Endpoint,
    /// The URL of the endpoint, for responses and errors.
    pub(crate) url: Arc<str>,
    pub(crate) credential: Credential,
    /// The scope of its tokens.
    pub(crate) scope: String,
    pub(crate) connections: Connections,
}

/// The clients of HTTP, whose clones share their connections.
#[derive(Clone)]
pub(crate) struct Connections {
    pub(crate) http: reqwest::Client,
    #[cfg(feature = "realtime")]
    pub(super) http1: Arc<Http1>,
}

impl Resource {
    pub(super) fn new(
        endpoint: Endpoint,
        credential: Credential,
        scope: Option<&str>,
        connections: Connections,
    ) -> Self {
        let scope = scope.unwrap_or_else(|| default_scope(&endpoint)).to_owned();
        Self { url: endpoint.as_str().into(), endpoint, credential, scope, connections }
    }
}
