//! What exporters of spans and metrics get from the calls of a test.

use std::collections::BTreeMap;
use std::time::Duration;

use openai_azure::{ClientBuilder, Endpoint, RetryPolicy};
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Step, Wire};
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, HistogramDataPoint, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt as _;

/// The deployment of all tests.
pub const DEPLOYMENT: &str = "my-deployment";

/// Keeps the spans and metrics of this thread while it lives.
pub struct Observed {
    spans: InMemorySpanExporter,
    metrics: InMemoryMetricExporter,
    pub provider: SdkMeterProvider,
    _tracer: SdkTracerProvider,
    _guard: DefaultGuard,
}

/// A point of a histogram, with its metric.
#[derive(Debug, Clone)]
pub struct Point {
    pub metric: String,
    pub unit: String,
    pub attributes: BTreeMap<String, String>,
    pub bounds: Vec<f64>,
    pub count: u64,
    pub sum: f64,
}

impl Observed {
    pub fn start() -> Self {
        let spans = InMemorySpanExporter::default();
        let tracer = SdkTracerProvider::builder().with_simple_exporter(spans.clone()).build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(tracer.tracer("test"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false);
        let subscriber = tracing_subscriber::registry().with(layer);
        let metrics = InMemoryMetricExporter::default();
        let provider = SdkMeterProvider::builder().with_periodic_exporter(metrics.clone()).build();
        let guard = tracing::subscriber::set_default(subscriber);
        Self { spans, metrics, provider, _tracer: tracer, _guard: guard }
    }

    /// A client whose metrics come here, without retries.
    pub fn client(&self, wire: &Wire) -> ClientBuilder {
        planted::builder()
            .endpoint(Endpoint::v1(&wire.endpoint()).unwrap())
            .api_key(planted::KEY)
            .retry(RetryPolicy::none())
            .meter_provider(&self.provider)
    }

    /// The spans that have ended, in the order of their ends.
    pub fn spans(&self) -> Vec<SpanData> {
        self.spans.get_finished_spans().unwrap()
    }

    /// The only span.
    pub fn span(&self) -> SpanData {
        let mut spans = self.spans();
        assert_eq!(spans.len(), 1, "{spans:?}");
        spans.remove(0)
    }

    /// Everything that was measured.
    pub fn points(&self) -> Vec<Point> {
        self.provider.force_flush().unwrap();
        let mut points = Vec::new();
        let all = self.metrics.get_finished_metrics().unwrap();
        let last = all.last().into_iter();
        let metrics = last.flat_map(|all| all.scope_metrics()).flat_map(|scope| {
            assert_eq!(scope.scope().name(), "openai_azure");
            scope.metrics()
        });
        for metric in metrics {
            let mut push = |data: (Vec<f64>, u64, f64, BTreeMap<String, String>)| {
                let (bounds, count, sum, attributes) = data;
                let (metric, unit) = (metric.name().to_owned(), metric.unit().to_owned());
                points.push(Point { metric, unit, attributes, bounds, count, sum });
            };
            match metric.data() {
                AggregatedMetrics::F64(MetricData::Histogram(data)) => {
                    data.data_points().for_each(|point| push(read(point, point.sum())));
                }
                AggregatedMetrics::U64(MetricData::Histogram(data)) => {
                    data.data_points().for_each(|point| push(read(point, point.sum() as f64)));
                }
                other => panic!("{} is no histogram: {other:?}", metric.name()),
            }
        }
        points
    }

    /// The points of one metric.
    pub fn points_of(&self, metric: &str) -> Vec<Point> {
        self.points().into_iter().filter(|point| point.metric == metric).collect()
    }

    /// All that exporters got, as text.
    pub fn everything(&self) -> String {
        format!("{:?}\n{:?}", self.spans(), self.points())
    }
}

fn read<T>(
    point: &HistogramDataPoint<T>,
    sum: f64,
) -> (Vec<f64>, u64, f64, BTreeMap<String, String>) {
    let attributes = by_name(point.attributes());
    (point.bounds().collect(), point.count(), sum, attributes)
}

/// Attributes as text, by name. None of them is there twice.
pub fn by_name<'a>(attributes: impl IntoIterator<Item = &'a KeyValue>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for KeyValue { key, value, .. } in attributes {
        let twice = all.insert(key.to_string(), value.to_string());
        assert_eq!(twice, None, "{key} is there twice");
    }
    all
}

/// A server that returns this to every request.
pub async fn serve(status: u16, kind: &str, body: &str) -> Wire {
    let response = head(status, kind, Some(body.len())) + body;
    Wire::always(vec![Step::Write(response.into_bytes())]).await
}

/// A server that sends events one by one with pauses, and closes the connection.
pub async fn stream(events: Vec<String>, pause: Duration) -> Wire {
    let mut steps = vec![Step::Write(head(200, "text/event-stream", None).into_bytes())];
    for event in events {
        steps.push(Step::Wait(pause));
        steps.push(Step::Write(format!("data: {event}\n\n").into_bytes()));
    }
    steps.push(Step::Close);
    Wire::always(steps).await
}

fn head(status: u16, kind: &str, length: Option<usize>) -> String {
    let length = match length {
        Some(length) => format!("content-length: {length}"),
        None => "connection: close".to_owned(),
    };
    let id = "x-request-id: service-1";
    format!("HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n{id}\r\n{length}\r\n\r\n")
}
