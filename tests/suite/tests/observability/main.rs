//! Spans and metrics as an exporter of OpenTelemetry gets them.

mod content;
mod conventions;
mod failures;
mod metrics;
mod observed;
mod spans;
mod streams;
