//! One resource: where it is, how to prove who is calling, and the connections to it.

use std::sync::Arc;

use super::bases::Bases;
use super::last_url::LastUrl;
use super::lazy_http::LazyHttp;
#[cfg(feature = "entra")]
use crate::auth::TokenHttp;
use crate::auth::{Credential, default_scope};
use crate::endpoint::Endpoint;

/// What a request is sent with.
pub(crate) struct Resource {
    pub(crate) endpoint: Endpoint,
    /// The URL of the endpoint, for responses and errors.
    pub(crate) url: Arc<str>,
    pub(super) bases: Bases,
    pub(super) last_url: LastUrl,
    pub(crate) credential: Credential,
    /// The scope of its tokens.
    pub(crate) scope: String,
    pub(crate) connections: Connections,
}

/// The clients of HTTP, whose clones share their connections.
#[derive(Clone)]
pub(crate) struct Connections {
    pub(crate) http: reqwest::Client,
    /// For connections that become WebSockets: HTTP/2 would be chosen during the TLS handshake, and
    /// its requests cannot be upgraded.
    #[cfg(feature = "realtime")]
    pub(super) http1: Arc<LazyHttp>,
    /// For hosts that are not the endpoint: without the settings and headers of the caller.
    pub(crate) other_hosts: Arc<LazyHttp>,
    /// For Microsoft Entra ID.
    #[cfg(feature = "entra")]
    pub(super) tokens: TokenHttp,
}

impl Resource {
    pub(super) fn new(
        endpoint: Endpoint,
        credential: Credential,
        scope: Option<&str>,
        connections: Connections,
    ) -> Self {
        let scope = scope.unwrap_or_else(|| default_scope(&endpoint)).to_owned();
        Self {
            url: endpoint.as_str().into(),
            bases: Bases::new(&endpoint),
            last_url: LastUrl::default(),
            endpoint,
            credential,
            scope,
            connections,
        }
    }
}
