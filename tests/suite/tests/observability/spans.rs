//! Names, kinds and attributes of spans.

use std::collections::BTreeMap;

use openai_azure::chat::Message;
use openai_azure::tools::Tools;
use opentelemetry::trace::SpanKind;
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;
use serde_json::json;

use crate::conventions::{
    CONDITIONALLY_REQUIRED, DOUBLES, HTTP, INTEGERS, OPENAI, PROVIDER, RECOMMENDED, REQUIRED,
};
use crate::observed::{DEPLOYMENT, Observed, by_name, serve};

const JSON: &str = "application/json";

pub fn chat_body() -> String {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1,
        "model": "gpt-5.6-terra-2026-07-01", "service_tier": "default",
        "system_fingerprint": "fp_1",
        "choices": [{"index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": "Planted answer."}}],
        "usage": {"prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 19,
            "prompt_tokens_details": {"cached_tokens": 8, "audio_tokens": 2},
            "completion_tokens_details": {"reasoning_tokens": 3, "audio_tokens": 1}},
    })
    .to_string()
}

pub fn response_body() -> String {
    json!({
        "id": "resp_1", "object": "response", "created_at": 1, "status": "completed",
        "model": "gpt-5.6-terra-2026-07-01", "service_tier": "priority",
        "conversation": {"id": "conv_1"},
        "output": [{"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
            "content": [{"type": "output_text", "text": "Planted answer.", "annotations": []}]}],
        "usage": {"input_tokens": 20, "output_tokens": 9, "total_tokens": 29,
            "input_tokens_details": {"cached_tokens": 16, "cache_write_tokens": 4},
            "output_tokens_details": {"reasoning_tokens": 5}},
    })
    .to_string()
}

/// Checks name, kind and attributes. What is not expected may only be an attribute of HTTP, or the
/// address of the server.
fn check(span: &SpanData, name: &str, expected: &[(&str, &str)]) {
    assert_eq!(span.name, name);
    assert_eq!(span.span_kind, SpanKind::Client);
    let attributes = by_name(&span.attributes);
    let known = [REQUIRED, CONDITIONALLY_REQUIRED, RECOMMENDED, OPENAI, HTTP].concat();
    for (name, value) in expected {
        assert!(known.contains(name), "{name} is no attribute of the conventions");
        assert_eq!(attributes.get(*name).map(String::as_str), Some(*value), "{name}");
    }
    check_types(span);
    let expected: BTreeMap<_, _> = expected.iter().copied().collect();
    for name in attributes.keys() {
        let is_expected = expected.contains_key(name.as_str())
            || HTTP.contains(&name.as_str())
            || matches!(name.as_str(), "gen_ai.provider.name" | "server.address" | "server.port");
        assert!(is_expected, "{name} is there too");
    }
    assert_eq!(attributes["gen_ai.provider.name"], PROVIDER);
    assert_eq!(attributes["server.address"], "127.0.0.1");
    assert!(attributes["server.port"].parse::<u16>().is_ok());
    assert_eq!(attributes["http.response.status_code"], "200");
    assert_eq!(attributes["az.service_request_id"], "service-1");
}

/// Checks that numbers are numbers.
pub fn check_types(span: &SpanData) {
    for KeyValue { key, value, .. } in &span.attributes {
        let name = key.as_str();
        let is_integer = INTEGERS.contains(&name) || name.starts_with("gen_ai.usage.");
        let is_right = match value {
            Value::I64(_) => is_integer,
            Value::F64(_) => DOUBLES.contains(&name),
            Value::Bool(_) => name == "gen_ai.request.stream",
            _ => !is_integer && !DOUBLES.contains(&name),
        };
        assert!(is_right, "{name} is {value:?}");
    }
}

#[tokio::test]
async fn a_chat_has_every_attribute_of_the_conventions_that_applies() {
    let observed = Observed::start();
    let wire = serve(200, JSON, &chat_body()).await;
    let client = observed.client(&wire).build().unwrap();
    let chat = client
        .chat(DEPLOYMENT)
        .message(Message::system("Planted instructions."))
        .user("Planted question.")
        .n(3)
        .seed(7)
        .max_completion_tokens(200)
        .temperature(0.5)
        .top_p(0.25)
        .frequency_penalty(0.75)
        .presence_penalty(-0.5)
        .stop("END")
        .stop("STOP")
        .service_tier("priority")
        .extra("response_format", json!({"type": "json_object"}))
        .extra("top_k", 4);
    chat.send().await.unwrap();
    check(
        &observed.span(),
        "chat my-deployment",
        &[
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.request.model", DEPLOYMENT),
            ("gen_ai.output.type", "json"),
            ("gen_ai.request.choice.count", "3"),
            ("gen_ai.request.seed", "7"),
            ("gen_ai.request.max_tokens", "200"),
            ("gen_ai.request.temperature", "0.5"),
            ("gen_ai.request.top_p", "0.25"),
            ("gen_ai.request.top_k", "4"),
            ("gen_ai.request.frequency_penalty", "0.75"),
            ("gen_ai.request.presence_penalty", "-0.5"),
            ("gen_ai.request.stop_sequences", r#"["END","STOP"]"#),
            ("openai.api.type", "chat_completions"),
            ("openai.request.service_tier", "priority"),
            ("openai.response.service_tier", "default"),
            ("openai.response.system_fingerprint", "fp_1"),
            ("gen_ai.response.id", "chatcmpl-1"),
            ("gen_ai.response.model", "gpt-5.6-terra-2026-07-01"),
            ("gen_ai.response.finish_reasons", r#"["stop"]"#),
            ("gen_ai.usage.input_tokens", "12"),
            ("gen_ai.usage.output_tokens", "7"),
            ("gen_ai.usage.cache_read.input_tokens", "8"),
            ("gen_ai.usage.reasoning.output_tokens", "3"),
            ("gen_ai.usage.audio.input_tokens", "2"),
            ("gen_ai.usage.audio.output_tokens", "1"),
        ],
    );
}

#[tokio::test]
async fn a_response_is_a_chat_of_another_api() {
    let observed = Observed::start();
    let wire = serve(200, JSON, &response_body()).await;
    let client = observed.client(&wire).build().unwrap();
    let request = client.respond(DEPLOYMENT).user("Planted question.").instructions("Planted.");
    request.conversation("conv_1").max_output_tokens(99).send().await.unwrap();
    check(
        &observed.span(),
        "chat my-deployment",
        &[
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.request.model", DEPLOYMENT),
            ("gen_ai.conversation.id", "conv_1"),
            ("gen_ai.request.max_tokens", "99"),
            ("openai.api.type", "responses"),
            ("openai.response.service_tier", "priority"),
            ("gen_ai.response.id", "resp_1"),
            ("gen_ai.response.model", "gpt-5.6-terra-2026-07-01"),
            ("gen_ai.response.finish_reasons", r#"["completed"]"#),
            ("gen_ai.usage.input_tokens", "20"),
            ("gen_ai.usage.output_tokens", "9"),
            ("gen_ai.usage.cache_read.input_tokens", "16"),
            ("gen_ai.usage.cache_creation.input_tokens", "4"),
            ("gen_ai.usage.reasoning.output_tokens", "5"),
        ],
    );
}

#[tokio::test]
async fn embeddings_have_dimensions_and_encoding() {
    let observed = Observed::start();
    let body = json!({"object": "list", "model": "m", "data": [{"index": 0, "embedding": [1.0]}],
        "usage": {"prompt_tokens": 2, "total_tokens": 2}});
    let wire = serve(200, JSON, &body.to_string()).await;
    let client = observed.client(&wire).build().unwrap();
    client.embed(DEPLOYMENT).input("Planted text.").dimensions(256).send().await.unwrap();
    check(
        &observed.span(),
        "embeddings my-deployment",
        &[
            ("gen_ai.operation.name", "embeddings"),
            ("gen_ai.request.model", DEPLOYMENT),
            ("gen_ai.embeddings.dimension.count", "256"),
            ("gen_ai.request.encoding_formats", r#"["base64"]"#),
            ("gen_ai.response.model", "m"),
            ("gen_ai.usage.input_tokens", "2"),
        ],
    );
}

#[tokio::test]
async fn a_completion_a_search_and_an_image_have_the_names_of_their_operations() {
    let body = json!({"id": "cmpl-1", "model": "m", "choices": [{"index": 0, "text": "Planted.",
        "finish_reason": "length"}], "usage": {"prompt_tokens": 1, "completion_tokens": 5}});
    let observed = Observed::start();
    let wire = serve(200, JSON, &body.to_string()).await;
    let client = observed.client(&wire).build().unwrap();
    client.complete(DEPLOYMENT, "Planted").send().await.unwrap();
    check(
        &observed.span(),
        "text_completion my-deployment",
        &[
            ("gen_ai.operation.name", "text_completion"),
            ("gen_ai.request.model", DEPLOYMENT),
            ("gen_ai.response.id", "cmpl-1"),
            ("gen_ai.response.model", "m"),
            ("gen_ai.response.finish_reasons", r#"["length"]"#),
            ("gen_ai.usage.input_tokens", "1"),
            ("gen_ai.usage.output_tokens", "5"),
        ],
    );

    let observed = Observed::start();
    let body = json!({"object": "list", "data": [], "search_query": ["Planted"]}).to_string();
    let wire = serve(200, JSON, &body).await;
    let client = observed.client(&wire).build().unwrap();
    let search = client.vector_stores().search("vs_1", "Planted").max_num_results(5);
    search.send().await.unwrap();
    check(
        &observed.span(),
        "retrieval vs_1",
        &[
            ("gen_ai.operation.name", "retrieval"),
            ("gen_ai.data_source.id", "vs_1"),
            ("gen_ai.request.top_k", "5"),
        ],
    );

    let observed = Observed::start();
    let body = json!({"created": 1, "data": [{"b64_json": "AQID"}], "usage": {"input_tokens": 9,
        "output_tokens": 4, "total_tokens": 13,
        "input_tokens_details": {"text_tokens": 3, "image_tokens": 6}}});
    let wire = serve(200, JSON, &body.to_string()).await;
    let client = observed.client(&wire).build().unwrap();
    client.generate_image(DEPLOYMENT, "Planted").send().await.unwrap();
    check(
        &observed.span(),
        "generate_content my-deployment",
        &[
            ("gen_ai.operation.name", "generate_content"),
            ("gen_ai.request.model", DEPLOYMENT),
            ("gen_ai.output.type", "image"),
            ("gen_ai.usage.input_tokens", "9"),
            ("gen_ai.usage.output_tokens", "4"),
            ("gen_ai.usage.text.input_tokens", "3"),
            ("gen_ai.usage.image.input_tokens", "6"),
        ],
    );
}

#[tokio::test]
async fn a_tool_that_is_run_is_a_span_of_its_own() {
    let observed = Observed::start();
    let call = json!({"id": "chatcmpl-1", "model": "m", "choices": [{"index": 0,
        "finish_reason": "tool_calls", "message": {"role": "assistant", "tool_calls": [
            {"id": "call_1", "type": "function",
                "function": {"name": "weather", "arguments": "{\"city\":\"Planted\"}"}},
            {"id": "call_2", "type": "function",
                "function": {"name": "nothing", "arguments": "{}"}}]}}]});
    let bodies = [call.to_string(), chat_body()];
    let wire = openai_azure_tests::wire::Wire::start(move |number| {
        let body = &bodies[number.min(1)];
        let length = body.len();
        let head = format!("HTTP/1.1 200 X\r\ncontent-type: {JSON}\r\ncontent-length: {length}");
        let response = format!("{head}\r\n\r\n{body}").into_bytes();
        vec![openai_azure_tests::wire::Step::Write(response)]
    })
    .await;
    let client = observed.client(&wire).build().unwrap();
    let tools = Tools::new().described(
        openai_azure::chat::Function::new("weather", "Planted", json!({"type": "object"})),
        |_: serde_json::Value| async { Ok::<_, String>("Planted result") },
    );
    client.chat(DEPLOYMENT).user("Planted").run_tools(tools).send().await.unwrap();
    let spans = observed.spans();
    let tool = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let weather = tool("execute_tool weather");
    assert_eq!(weather.span_kind, SpanKind::Internal);
    let expected = BTreeMap::from(
        [
            ("gen_ai.operation.name", "execute_tool"),
            ("gen_ai.tool.name", "weather"),
            ("gen_ai.tool.call.id", "call_1"),
            ("gen_ai.tool.type", "function"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    assert_eq!(by_name(&weather.attributes), expected);
    let nothing = by_name(&tool("execute_tool nothing").attributes);
    assert_eq!(nothing["error.type"], "unknown_tool");
    let chats = spans.iter().filter(|span| span.name == "chat my-deployment").count();
    assert_eq!((chats, spans.len()), (2, 4));
    assert!(!observed.everything().contains("Planted"));
}

#[tokio::test]
async fn a_call_by_a_generated_client_has_the_same_name() {
    use openai_azure::sys::v1;

    let observed = Observed::start();
    let wire = serve(200, JSON, &chat_body()).await;
    let client = observed.client(&wire).build().unwrap();
    let request = json!({"model": "other", "messages": [{"role": "user", "content": "Planted"}]});
    let request: v1::types::AzureCreateChatCompletionRequest =
        serde_json::from_value(request).unwrap();
    let call =
        client.call(async move |api: v1::Client| api.chat_completions_create(&request).await);
    call.await.unwrap();
    let span = observed.span();
    assert_eq!(span.name, "chat other");
    let attributes = by_name(&span.attributes);
    assert_eq!(attributes["gen_ai.request.model"], "other");
    assert_eq!(attributes["gen_ai.response.model"], "gpt-5.6-terra-2026-07-01");
    assert_eq!(attributes["gen_ai.usage.input_tokens"], "12");
    assert_eq!(observed.points_of("gen_ai.client.token.usage").len(), 2);
    assert_eq!(observed.points_of("gen_ai.client.operation.duration").len(), 1);
}
