//! What people and models say is recorded only by choice.

use std::time::Duration;

use openai_azure::chat::{Function, Tool};
use opentelemetry_sdk::trace::SpanData;
use serde_json::{Value, json};

use crate::conventions::OPT_IN;
use crate::observed::{DEPLOYMENT, Observed, by_name, serve, stream};
use crate::spans::{chat_body, response_body};
use crate::streams::{chunks, events};

fn content(span: &SpanData, name: &str) -> Value {
    assert!(OPT_IN.contains(&name));
    by_name(&span.attributes)
        .get(name)
        .map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
}

fn answer(finish_reason: &str) -> Value {
    json!([{"role": "assistant", "parts": [{"type": "text", "content": "Planted answer."}],
        "finish_reason": finish_reason}])
}

fn question() -> Value {
    json!({"role": "user", "parts": [{"type": "text", "content": "Planted question."}]})
}

#[tokio::test]
async fn a_chat_whose_content_is_captured_has_messages_and_tools() {
    for captures in [false, true] {
        let observed = Observed::start();
        let wire = serve(200, "application/json", &chat_body()).await;
        let client = observed.client(&wire).capture_content(captures).build().unwrap();
        let tool = Tool::from(Function::new("f", "Planted tool.", json!({"type": "object"})));
        let chat = client.chat(DEPLOYMENT).system("Planted rules.").user("Planted question.");
        chat.tool(tool).send().await.unwrap();
        let span = observed.span();
        if !captures {
            assert!(!observed.everything().contains("Planted"));
            continue;
        }
        let system = json!({"role": "system",
            "parts": [{"type": "text", "content": "Planted rules."}]});
        assert_eq!(content(&span, "gen_ai.input.messages"), json!([system, question()]));
        assert_eq!(content(&span, "gen_ai.output.messages"), answer("stop"));
        assert_eq!(
            content(&span, "gen_ai.tool.definitions"),
            json!([{"type": "function", "name": "f", "description": "Planted tool.",
                "parameters": {"type": "object"}}])
        );
        assert!(!format!("{:?}", observed.points()).contains("Planted"));
    }
}

#[tokio::test]
async fn a_streamed_chat_whose_content_is_captured_has_its_messages() {
    let observed = Observed::start();
    let wire = stream(chunks(), Duration::ZERO).await;
    let client = observed.client(&wire).capture_content(true).build().unwrap();
    let mut chat = client.chat(DEPLOYMENT).user("Planted question.").stream().await.unwrap();
    chat.finish().await.unwrap();
    drop(chat);
    let span = observed.span();
    assert_eq!(content(&span, "gen_ai.input.messages"), json!([question()]));
    assert_eq!(content(&span, "gen_ai.output.messages"), answer("stop"));
}

#[tokio::test]
async fn a_response_whose_content_is_captured_has_messages_and_instructions() {
    for streams in [false, true] {
        let observed = Observed::start();
        let wire = match streams {
            false => serve(200, "application/json", &response_body()).await,
            true => stream(events(), Duration::ZERO).await,
        };
        let client = observed.client(&wire).capture_content(true).build().unwrap();
        let request = client.respond(DEPLOYMENT).user("Planted question.");
        let request = request.instructions("Planted rules.");
        if streams {
            request.stream().await.unwrap().finish().await.unwrap();
        } else {
            request.send().await.unwrap();
        }
        let span = observed.span();
        assert_eq!(content(&span, "gen_ai.input.messages"), json!([question()]));
        assert_eq!(content(&span, "gen_ai.output.messages"), answer("completed"));
        assert_eq!(
            content(&span, "gen_ai.system_instructions"),
            json!([{"type": "text", "content": "Planted rules."}])
        );
    }
}

#[tokio::test]
async fn a_search_whose_content_is_captured_has_its_query() {
    let observed = Observed::start();
    let wire = serve(200, "application/json", r#"{"data":[],"search_query":["q"]}"#).await;
    let client = observed.client(&wire).capture_content(true).build().unwrap();
    client.vector_stores().search("vs_1", "Planted query").send().await.unwrap();
    let span = by_name(&observed.span().attributes);
    assert_eq!(span["gen_ai.retrieval.query.text"], "Planted query");
}
