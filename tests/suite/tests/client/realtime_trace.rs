//! What a realtime session leaves in spans and logs.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openai_azure::realtime::{RealtimeTool, Session};
use openai_azure::{Client, Endpoint, LogDetail};
use openai_azure_emulator::{Emulator, RealtimeScript};
use serde_json::json;
use tracing_subscriber::fmt::format::FmtSpan;

const MODEL: &str = "gpt-realtime-1.5";

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Runs a conversation, and returns everything that is logged about it.
async fn logged(detail: LogDetail, script: Option<RealtimeScript>) -> String {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing_subscriber::filter::LevelFilter::DEBUG)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let emulator = Emulator::start().await.unwrap();
    if let Some(script) = script {
        emulator.realtime(script);
    }
    let client = Client::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key(emulator.api_key())
        .log_detail(detail)
        .build()
        .unwrap();
    let mut tool = RealtimeTool::mcp("maps", "https://mcp.example");
    if let RealtimeTool::Mcp(mcp) = &mut tool {
        mcp.authorization = Some("planted-oauth-token".to_owned());
        mcp.headers = Some(json!({"x-key": "planted-header"}));
    }
    let request = client.realtime(MODEL).session(|s: Session| s.tool(tool).manual_turns());
    let talk = async {
        let mut session = request.connect().await?;
        session.append_audio(vec![7; 600]).await?;
        session.user_text("a word of the user").await?;
        for _ in 0..2 {
            session.create_response().await?;
            session.turn().await?;
        }
        session.close().await
    };
    let _ = tokio::time::timeout(Duration::from_secs(10), talk).await.expect("it hangs");
    drop(guard);
    lines.text()
}

#[tokio::test]
async fn the_span_of_a_session_has_the_fields_of_every_other_call() {
    let text = logged(LogDetail::Basic, None).await;
    let span = text.lines().find(|line| line.contains("close time")).expect("a span");
    for field in [
        "otel.name=\"realtime gpt-realtime-1.5\"",
        "otel.kind=\"client\"",
        "gen_ai.operation.name=\"realtime\"",
        "gen_ai.provider.name=\"azure.ai.openai\"",
        "gen_ai.request.model=\"gpt-realtime-1.5\"",
        "gen_ai.response.id=\"sess_000000\"",
        "gen_ai.usage.input_tokens=40",
        "gen_ai.usage.output_tokens=20",
        "http.response.status_code=101",
        "az.service_request_id=",
    ] {
        assert!(span.contains(field), "{field}: {span}");
    }
    assert!(!text.contains("a word of the user") && !text.contains("planted"), "{text}");
}

#[tokio::test]
async fn a_session_that_breaks_has_the_kind_of_its_error() {
    let script = RealtimeScript::new().expect("session.update").close(1011, "oops");
    let text = logged(LogDetail::Basic, Some(script)).await;
    let span = text.lines().find(|line| line.contains("close time")).expect("a span");
    assert!(span.contains("error.type=\"closed\""), "{span}");
    assert!(span.contains("otel.status_code=\"error\""), "{span}");
}

#[tokio::test]
async fn bodies_are_logged_without_audio_and_secrets() {
    let text = logged(LogDetail::BodyAndHeaders, None).await;
    assert!(text.contains("a word of the user"), "{text}");
    assert!(text.contains("You said: a word of the user"), "{text}");
    assert!(text.contains("800 base64 characters"), "{text}");
    for secret in ["planted", "emulator-key", "BwcHBwcH"] {
        assert!(!text.contains(secret), "{secret}");
    }
}
