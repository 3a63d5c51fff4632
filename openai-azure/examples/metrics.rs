//! Spans and metrics with the names of OpenTelemetry, printed by the exporters of its SDK.
//!
//! A program that sends them to a collector has the exporters of `opentelemetry-otlp` in their place;
//! nothing else changes.

mod offline;

use opentelemetry::global;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let spans = opentelemetry_stdout::SpanExporter::default();
    let tracer = SdkTracerProvider::builder().with_simple_exporter(spans).build();
    let layer = tracing_opentelemetry::layer().with_tracer(tracer.tracer("metrics"));
    let layer = layer.with_location(false).with_threads(false).with_tracked_inactivity(false);
    // Only the spans of calls, without those of the HTTP client.
    let filter = tracing_subscriber::filter::Targets::new()
        .with_target("openai_azure", tracing::Level::INFO);
    tracing_subscriber::registry().with(filter).with(layer).init();

    // Before the client is built, which takes its meter from the global provider.
    let metrics = opentelemetry_stdout::MetricExporter::default();
    let meter = SdkMeterProvider::builder().with_periodic_exporter(metrics).build();
    global::set_meter_provider(meter.clone());

    let (builder, _emulator) = offline::service().await?;
    // Without this line, spans have neither messages nor instructions.
    let client = builder.capture_content(true).build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let completion = client.chat(&deployment).user("Say hello.").send().await?;
    println!("{}", completion.text());

    let chat = client.chat(&deployment).user("Count to ten.").include_usage(true);
    let mut stream = chat.stream().await?;
    while let Some(chunk) = stream.try_next().await? {
        print!("{}", chunk.text());
    }
    println!();
    drop(stream);

    // A call that fails, for `error.type`.
    let failed =
        client.chat(&deployment).user("Hi").temperature(0.5).extra("n", "many").send().await;
    println!("{:?}", failed.err().map(|error| error.kind()));

    // Exports what was measured so far.
    meter.shutdown()?;
    tracer.shutdown()?;
    Ok(())
}
