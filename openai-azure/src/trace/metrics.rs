//! The metrics of OpenTelemetry's conventions for generative AI.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry::metrics::{Histogram, Meter, MeterProvider};
use opentelemetry::{InstrumentationScope, KeyValue, StringValue, global};

use super::span::PROVIDER;
use super::telemetry::TokenUsage;
use crate::endpoint::Endpoint;

/// The boundaries of durations, in seconds.
const SECONDS: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

/// The boundaries of numbers of tokens: the powers of 4.
const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// Where a client gets its instruments.
#[derive(Default)]
pub(crate) struct MetricsSettings {
    meter: Option<Meter>,
}

impl MetricsSettings {
    pub(crate) fn set_provider(&mut self, provider: &(impl MeterProvider + ?Sized)) {
        self.meter = Some(provider.meter_with_scope(scope()));
    }

    /// The instruments of the provider that was set, else of the global one.
    pub(crate) fn build(self, endpoint: &Endpoint) -> Metrics {
        let meter = self.meter.unwrap_or_else(|| global::meter_with_scope(scope()));
        let seconds = |name: &'static str, description: &'static str| {
            let histogram = meter.f64_histogram(name).with_unit("s").with_description(description);
            histogram.with_boundaries(SECONDS.to_vec()).build()
        };
        let tokens = meter
            .u64_histogram("gen_ai.client.token.usage")
            .with_unit("{token}")
            .with_description("Number of input and output tokens used.")
            .with_boundaries(TOKENS.to_vec());
        Metrics(Arc::new(Instruments {
            duration: seconds("gen_ai.client.operation.duration", "Duration of an operation."),
            tokens: tokens.build(),
            first_chunk: seconds(
                "gen_ai.client.operation.time_to_first_chunk",
                "Time from the request to the first chunk of the response.",
            ),
            output_chunk: seconds(
                "gen_ai.client.operation.time_per_output_chunk",
                "Time from one chunk of a response to the next.",
            ),
            address: StringValue::from(Arc::<str>::from(endpoint.host())),
            port: endpoint.port().into(),
        }))
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("openai_azure").with_version(env!("CARGO_PKG_VERSION")).build()
}

/// The instruments of a client.
#[derive(Clone)]
pub(crate) struct Metrics(Arc<Instruments>);

struct Instruments {
    duration: Histogram<f64>,
    tokens: Histogram<u64>,
    first_chunk: Histogram<f64>,
    output_chunk: Histogram<f64>,
    address: StringValue,
    port: i64,
}

impl Metrics {
    /// Starts to measure a call; every call is measured.
    pub(super) fn start(&self, operation: &'static str, model: Option<&Arc<str>>) -> CallMetrics {
        let Instruments { address, port, .. } = &*self.0;
        let mut attributes = Vec::with_capacity(8);
        attributes.extend([
            KeyValue::new("gen_ai.operation.name", operation),
            KeyValue::new("gen_ai.provider.name", PROVIDER),
            KeyValue::new("server.address", address.clone()),
            KeyValue::new("server.port", *port),
        ]);
        if let Some(model) = model {
            attributes.push(KeyValue::new("gen_ai.request.model", Arc::clone(model)));
        }
        CallMetrics { instruments: Arc::clone(&self.0), attributes, server: Mutex::default() }
    }
}

/// The metrics of one call.
pub(super) struct CallMetrics {
    instruments: Arc<Instruments>,
    /// Those that are known at its start.
    attributes: Vec<KeyValue>,
    /// Where the last attempt went, when that is not the endpoint of the client.
    server: Mutex<Option<[KeyValue; 2]>>,
}

impl CallMetrics {
    /// Notes where an attempt goes, when that is not the endpoint of the client.
    pub(super) fn served_by(&self, endpoint: &Endpoint) {
        let server = [
            KeyValue::new("server.address", endpoint.host().to_owned()),
            KeyValue::new("server.port", i64::from(endpoint.port())),
        ];
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
    }

    /// The call is over.
    pub(super) fn finish(
        &self,
        seconds: f64,
        model: Option<&str>,
        usage: TokenUsage,
        error: Option<&str>,
    ) {
        let mut attributes = self.with_model(model).0;
        let known = attributes.len();
        attributes.extend(error.map(|error| KeyValue::new("error.type", error.to_owned())));
        self.instruments.duration.record(seconds, &attributes);
        attributes.truncate(known);
        for (kind, tokens) in [("input", usage.input), ("output", usage.output)] {
            if let Some(tokens) = tokens {
                attributes.push(KeyValue::new("gen_ai.token.type", kind));
                self.instruments.tokens.record(tokens, &attributes);
                attributes.truncate(known);
            }
        }
    }

    /// The attributes of chunks, made once for all chunks of a stream.
    pub(super) fn with_model(&self, model: Option<&str>) -> ChunkAttributes {
        let mut attributes = Vec::with_capacity(8);
        attributes.extend_from_slice(&self.attributes);
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some([address, port]) = &*server {
            attributes.retain(|it| it.key != address.key && it.key != port.key);
            attributes.extend([address.clone(), port.clone()]);
        }
        attributes
            .extend(model.map(|model| KeyValue::new("gen_ai.response.model", model.to_owned())));
        ChunkAttributes(attributes)
    }

    pub(super) fn first_chunk(&self, seconds: f64, attributes: &ChunkAttributes) {
        self.instruments.first_chunk.record(seconds, &attributes.0);
    }

    pub(super) fn output_chunk(&self, seconds: f64, attributes: &ChunkAttributes) {
        self.instruments.output_chunk.record(seconds, &attributes.0);
    }
}

/// The attributes of the chunks of one stream.
#[derive(Debug)]
pub(super) struct ChunkAttributes(Vec<KeyValue>);

impl fmt::Debug for MetricsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsSettings").field("has_meter", &self.meter.is_some()).finish()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl fmt::Debug for CallMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallMetrics").field("attributes", &self.attributes).finish_non_exhaustive()
    }
}
