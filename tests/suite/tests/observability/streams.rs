//! Streams: times of chunks, and the end of the span.

use std::time::Duration;

use serde_json::{Value, json};

use crate::observed::{DEPLOYMENT, Observed, by_name, stream};
use crate::spans::{check_types, response_body};

const FIRST: &str = "gen_ai.client.operation.time_to_first_chunk";
const NEXT: &str = "gen_ai.client.operation.time_per_output_chunk";

/// A stream as Azure sends it: first only the results of the filter, then the role, two deltas, the
/// end, and the token usage.
pub fn chunks() -> Vec<String> {
    let chunk = |choices: Value| {
        json!({"id": "chatcmpl-2", "model": "gpt-5.6-terra-2026-07-01", "choices": choices,
            "object": "chat.completion.chunk", "created": 1})
    };
    let delta = |delta: Value| chunk(json!([{"index": 0, "delta": delta}]));
    let mut usage = chunk(json!([]));
    usage["usage"] = json!({"prompt_tokens": 4, "completion_tokens": 2, "total_tokens": 6});
    let all = [
        json!({"id": "", "model": "", "choices": [], "prompt_filter_results": []}),
        delta(json!({"role": "assistant", "content": ""})),
        delta(json!({"content": "Planted "})),
        delta(json!({"content": "answer."})),
        chunk(json!([{"index": 0, "delta": {}, "finish_reason": "stop"}])),
        usage,
    ];
    all.iter().map(Value::to_string).chain(["[DONE]".to_owned()]).collect()
}

pub fn events() -> Vec<String> {
    let response: Value = serde_json::from_str(&response_body()).unwrap();
    let mut begun = response.clone();
    begun["status"] = "in_progress".into();
    begun["output"] = json!([]);
    begun["usage"] = Value::Null;
    let delta = |text: &str| {
        json!({"type": "response.output_text.delta", "output_index": 0, "content_index": 0,
            "item_id": "msg_1", "delta": text})
    };
    let all = [
        json!({"type": "response.created", "response": begun}),
        json!({"type": "response.in_progress", "response": begun}),
        delta("Planted "),
        delta("answer."),
        json!({"type": "response.completed", "response": response}),
    ];
    let numbered = all.into_iter().enumerate().map(|(number, mut event)| {
        event["sequence_number"] = number.into();
        event.to_string()
    });
    numbered.collect()
}

#[tokio::test]
async fn a_stream_has_the_times_of_its_chunks() {
    let observed = Observed::start();
    let pause = Duration::from_millis(50);
    let wire = stream(chunks(), pause).await;
    let client = observed.client(&wire).build().unwrap();
    let mut chat = client.chat(DEPLOYMENT).user("Planted").stream().await.unwrap();
    while chat.try_next().await.unwrap().is_some() {}
    // It is measured at its end, not when it is dropped.
    let [first] = &observed.points_of(FIRST)[..] else { panic!() };
    let [next] = &observed.points_of(NEXT)[..] else { panic!() };
    let [duration] = &observed.points_of("gen_ai.client.operation.duration")[..] else { panic!() };
    // The filter's results come after one pause, the role after two; three chunks follow it.
    assert_eq!((first.count, next.count, duration.count), (1, 3, 1));
    assert!(first.sum >= 0.1, "{first:?}");
    assert!(next.sum >= 0.1, "{next:?}");
    assert!(duration.sum >= first.sum + next.sum, "{duration:?}");
    let tokens = observed.points_of("gen_ai.client.token.usage");
    assert_eq!(tokens.iter().map(|point| point.sum).sum::<f64>(), 6.0);
    drop(chat);
    check_types(&observed.span());
    let span = by_name(&observed.span().attributes);
    assert_eq!(span["gen_ai.request.stream"], "true");
    assert_eq!(span["gen_ai.response.finish_reasons"], r#"["stop"]"#);
    let seconds: f64 = span["gen_ai.response.time_to_first_chunk"].parse().unwrap();
    assert!((seconds - first.sum).abs() < 1e-6, "{seconds}");
    assert!(!span.contains_key("error.type"), "{span:?}");
    assert!(!observed.everything().contains("Planted"));
    assert_eq!(observed.points_of("gen_ai.client.operation.duration")[0].count, 1);
}

#[tokio::test]
async fn events_that_only_say_how_far_a_response_is_are_no_output() {
    let observed = Observed::start();
    let wire = stream(events(), Duration::from_millis(30)).await;
    let client = observed.client(&wire).build().unwrap();
    let mut response = client.respond(DEPLOYMENT).user("Planted").stream().await.unwrap();
    response.finish().await.unwrap();
    let [first] = &observed.points_of(FIRST)[..] else { panic!() };
    let [next] = &observed.points_of(NEXT)[..] else { panic!() };
    assert_eq!((first.count, next.count), (1, 1));
    assert!(first.sum >= 0.09, "two events and three pauses come before: {first:?}");
    drop(response);
    let span = by_name(&observed.span().attributes);
    assert_eq!(span["gen_ai.request.stream"], "true");
    assert_eq!(span["gen_ai.response.finish_reasons"], r#"["completed"]"#);
    assert_eq!(span["gen_ai.usage.reasoning.output_tokens"], "5");
    assert!(!observed.everything().contains("Planted"));
}
