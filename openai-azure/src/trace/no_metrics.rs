//! In place of the metrics, without the feature `metrics`: there are none, so nothing is measured.

#![allow(dead_code, reason = "there is never a value of these types")]

use std::convert::Infallible;
use std::sync::Arc;

use super::telemetry::TokenUsage;
use crate::endpoint::Endpoint;

/// The instruments of a client.
#[derive(Debug, Clone)]
pub(crate) struct Metrics(Infallible);

impl Metrics {
    pub(super) fn start(&self, _: &'static str, _: Option<&Arc<str>>) -> CallMetrics {
        match self.0 {}
    }
}

/// The metrics of one call.
#[derive(Debug)]
pub(super) struct CallMetrics(Infallible);

impl CallMetrics {
    pub(super) fn finish(&self, _: f64, _: Option<&str>, _: TokenUsage, _: Option<&str>) {
        match self.0 {}
    }

    pub(super) fn served_by(&self, _: &Endpoint) {
        match self.0 {}
    }

    pub(super) fn with_model(&self, _: Option<&str>) -> ChunkAttributes {
        match self.0 {}
    }

    pub(super) fn first_chunk(&self, _: f64, _: &ChunkAttributes) {
        match self.0 {}
    }

    pub(super) fn output_chunk(&self, _: f64, _: &ChunkAttributes) {
        match self.0 {}
    }
}

/// The attributes of the chunks of one stream.
#[derive(Debug)]
pub(super) struct ChunkAttributes(Infallible);
