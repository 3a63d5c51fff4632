//! Spans with OpenTelemetry names, one event per attempt, and the requests themselves.
//!
//! `AZURE_HTTP_LOG_DETAIL_LEVEL` sets the detail from outside: `none`, `basic`, `headers`, `body` or
//! `body_and_headers`. Keys and tokens are never shown.

mod offline;

use openai_azure::LogDetail;
use tracing_subscriber::fmt::format::FmtSpan;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_span_events(FmtSpan::CLOSE)
        .with_target(false)
        .init();
    let (builder, _emulator) = offline::service().await?;
    let client = builder.log_detail(LogDetail::BodyAndHeaders).build()?;
    let answer =
        client.chat(offline::deployment("gpt-5.6-terra")).user("Say hello.").send().await?;
    println!("{}", answer.text());
    Ok(())
}
