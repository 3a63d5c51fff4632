//! Functions that the model calls in a realtime session.

use std::future::Future;
use std::time::Duration;

use openai_azure::realtime::ServerEvent;
use openai_azure::tools::{RealtimeToolEvent, RealtimeTools, Tools};
use openai_azure::{Client, Endpoint};
use openai_azure_emulator::{Emulator, RealtimeScript};
use openai_azure_tests::planted;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

const MODEL: &str = "gpt-realtime-1.5";

#[derive(Deserialize, JsonSchema)]
struct Place {
    city: String,
}

fn client(emulator: &Emulator) -> Client {
    planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key(emulator.api_key())
        .build()
        .unwrap()
}

fn tools() -> Tools {
    Tools::new()
        .tool("get_weather", "The weather of a city.", async |place: Place| {
            if place.city == "Atlantis" { Err("it sank") } else { Ok(json!({"celsius": 4})) }
        })
        .tool("wait", "Waits.", async |()| {
            tokio::time::sleep(Duration::from_millis(100)).await;
            Ok::<_, String>("waited")
        })
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), what).await.expect("it hangs")
}

async fn session(emulator: &Emulator) -> RealtimeTools {
    let tools = tools();
    let of_session = tools.to_realtime().unwrap();
    let request = client(emulator).realtime(MODEL).session(|s| s.text_only().tools(of_session));
    RealtimeTools::new(soon(request.connect()).await.unwrap(), tools)
}

/// Everything up to the text of the last response.
async fn run(session: &mut RealtimeTools) -> (Vec<String>, String) {
    let mut seen = Vec::new();
    soon(async {
        loop {
            match session.try_next().await.unwrap().expect("no end") {
                RealtimeToolEvent::Started(call) => seen.push(format!("+{}", call.name)),
                RealtimeToolEvent::Finished(result) => seen.push(format!("={}", result.content)),
                RealtimeToolEvent::Event(ServerEvent::ResponseDone(event))
                    if event.response.function_calls().next().is_none() =>
                {
                    return (seen, event.response.text());
                }
                _ => {}
            }
        }
    })
    .await
}

fn outputs(emulator: &Emulator) -> Vec<Value> {
    let events = emulator.realtime_received().into_iter();
    events.filter(|event| event["item"]["type"] == "function_call_output").collect()
}

#[tokio::test]
async fn a_call_is_run_and_its_result_is_read_by_the_model() {
    let emulator = Emulator::start().await.unwrap();
    let mut session = session(&emulator).await;
    session.user_text("How is the weather in Oslo?").await.unwrap();
    session.create_response().await.unwrap();
    let (seen, text) = run(&mut session).await;
    assert_eq!(seen, ["+get_weather", "={\"celsius\":4}"]);
    assert_eq!(text, "The tool says: {\"celsius\":4}");
    let update = &emulator.realtime_received()[0]["session"]["tools"];
    assert_eq!(update[0]["type"], "function");
    assert_eq!(update[0]["name"], "get_weather");
    assert_eq!(update[0]["parameters"]["required"], json!(["city"]));
    let outputs = outputs(&emulator);
    assert_eq!(outputs.len(), 1);
    assert!(outputs[0]["item"]["call_id"].as_str().unwrap().starts_with("call_"));
}

#[tokio::test]
async fn errors_are_told_to_the_model() {
    let emulator = Emulator::start().await.unwrap();
    let mut session = session(&emulator).await.tool_timeout(Duration::from_millis(10));
    for (name, arguments, expected) in [
        ("get_weather", r#"{"city":"Atlantis"}"#, "it sank"),
        ("get_weather", r#"{"town":1}"#, "invalid_arguments"),
        ("fly", "{}", "unknown_tool"),
        ("wait", "{}", "timeout"),
    ] {
        emulator.realtime_call(name, arguments);
        session.create_response().await.unwrap();
        let (_, text) = run(&mut session).await;
        assert!(text.contains(expected), "{name}: {text}");
    }
}

#[tokio::test]
async fn several_calls_run_side_by_side_and_one_response_is_asked_for_after_the_last() {
    let emulator = Emulator::start().await.unwrap();
    let call = |id: &str, name: &str, arguments: &str| json!({"type": "function_call", "id": id, "call_id": id, "name": name, "arguments": arguments});
    let done = json!({"type": "response.done", "event_id": "e", "response": {
        "id": "r", "status": "completed", "output": [
            call("slow", "wait", "{}"),
            call("quick", "get_weather", r#"{"city":"Rome"}"#),
        ],
    }});
    emulator.realtime(RealtimeScript::new().send(done).expect("response.create"));
    let mut session = session(&emulator).await;
    let events = soon(async {
        let mut finished = Vec::new();
        while finished.len() < 2 {
            if let Some(RealtimeToolEvent::Finished(result)) = session.try_next().await.unwrap() {
                finished.push(result.call.id);
            }
        }
        // The results are sent while the next event is waited for.
        session.try_next().await.unwrap();
        finished
    })
    .await;
    assert_eq!(events, ["quick", "slow"]);
    let kinds: Vec<String> = emulator
        .realtime_received()
        .iter()
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        kinds,
        [
            "session.update",
            "conversation.item.create",
            "conversation.item.create",
            "response.create"
        ]
    );
}

#[tokio::test]
async fn a_wait_that_is_dropped_again_and_again_sends_every_result_once() {
    let emulator = Emulator::start().await.unwrap();
    let mut session = session(&emulator).await;
    emulator.realtime_call("wait", "{}");
    session.create_response().await.unwrap();
    let text = soon(async {
        loop {
            let step = tokio::time::timeout(Duration::from_micros(200), session.try_next());
            if let Ok(Ok(Some(RealtimeToolEvent::Event(ServerEvent::TextDone(event))))) = step.await
            {
                return event.text;
            }
        }
    })
    .await;
    assert_eq!(text, "The tool says: waited");
    assert_eq!(outputs(&emulator).len(), 1);
}
