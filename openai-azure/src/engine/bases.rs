//! What stands before the path of an operation.

use openai_azure_sys::Base;

use crate::endpoint::{self, Endpoint, Mode};

/// The base URLs of one endpoint, made once for all calls of a client.
#[derive(Debug, Clone)]
pub(super) struct Bases {
    v1: Base,
    dated: Base,
    endpoint_is_v1: bool,
}

impl Bases {
    pub(super) fn new(endpoint: &Endpoint) -> Self {
        Self {
            v1: Base::v1(endpoint.base_url(Mode::V1)),
            dated: Base::dated(endpoint.base_url(Mode::Dated)),
            endpoint_is_v1: endpoint.mode() == Mode::V1,
        }
    }

    /// The base of a generated client of one api-version, or that of the endpoint.
    pub(super) fn of(&self, version: Option<&str>) -> Base {
        let is_v1 = version.map_or(self.endpoint_is_v1, endpoint::is_v1);
        if is_v1 { self.v1.clone() } else { self.dated.clone() }
    }

    /// The URLs of both, on v1 and on dated api-versions.
    pub(super) fn urls(&self) -> [&str; 2] {
        [self.v1.url(), self.dated.url()]
    }
}
