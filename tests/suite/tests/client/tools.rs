//! Tools that are run: rounds, order, faults that the model is told, limits, events, dropping.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use openai_azure::blocking::Wait;
use openai_azure::chat::{ChatCompletion, ChatRequest, JsonSchema, Tool, ToolChoice};
use openai_azure::error::OutputFault;
use openai_azure::schema::StrictSchema;
use openai_azure::tools::{ToolEvent, Tools};
use openai_azure::{Client, Error, ErrorKind};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::service;

#[derive(schemars::JsonSchema, Deserialize)]
struct Place {
    /// Such as `Oslo`.
    city: String,
}

#[derive(Serialize)]
struct Weather {
    city: String,
    celsius: f64,
}

async fn weather(place: Place) -> Result<Weather, String> {
    match place.city.as_str() {
        "Atlantis" => Err("Atlantis has sunk".to_owned()),
        _ => Ok(Weather { city: place.city, celsius: 4.5 }),
    }
}

fn tools() -> Tools {
    Tools::new().tool("get_weather", "The weather in a city now.", weather)
}

fn chat(client: &Client) -> ChatRequest {
    client.chat("gpt-4o").user("Go.")
}

fn said(message: Value, finish_reason: &str) -> Reply {
    let choice = json!({"index": 0, "message": message, "finish_reason": finish_reason});
    let usage = json!({"prompt_tokens": 10, "completion_tokens": 1, "total_tokens": 11});
    let body = json!({"id": "c", "model": "m", "choices": [choice], "usage": usage});
    Reply::status(200).header("x-request-id", "tools-1").json(body)
}

/// An answer that calls tools: name and arguments of each.
fn calls(calls: &[(&str, &str)]) -> Reply {
    said(json!({"role": "assistant", "content": null, "tool_calls": list(calls)}), "tool_calls")
}

fn list(calls: &[(&str, &str)]) -> Value {
    let call = |(at, (name, arguments)): (usize, &(&str, &str))| {
        json!({"id": format!("call_{at}"), "type": "function",
            "function": {"name": name, "arguments": arguments}})
    };
    calls.iter().enumerate().map(call).collect()
}

fn text(text: &str) -> Reply {
    said(json!({"role": "assistant", "content": text}), "stop")
}

/// What the tools said in the last request: id of the call and text.
fn told(emulator: &Emulator) -> Vec<(String, String)> {
    let body = emulator.last().unwrap().json();
    let messages = body["messages"].as_array().unwrap().iter();
    let results = messages.filter(|message| message["role"] == "tool");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    results.map(|m| (text(&m["tool_call_id"]), text(&m["content"]))).collect()
}

#[tokio::test]
async fn the_model_gets_what_its_tools_give_back() {
    let (emulator, client) = service().await;
    let question = client.chat("gpt-4o").user("What is the weather in Oslo and Rome?");
    let answer = question.run_tools(tools()).send().await.unwrap();
    assert_eq!((answer.rounds, emulator.requests()), (1, 2));
    assert!(answer.text().contains("4.5"), "{}", answer.text());
    let results: Vec<Value> =
        told(&emulator).iter().map(|(_, text)| serde_json::from_str(text).unwrap()).collect();
    assert_eq!(results[0], json!({"city": "Oslo", "celsius": 4.5}));
    assert_eq!(results[1]["city"], "Rome");
    assert_eq!(answer.history.len(), 5);
    assert_eq!(answer.usage.total_tokens, {
        answer.usage.prompt_tokens + answer.usage.completion_tokens
    });
    let sent = &emulator.journal()[0].json()["tools"][0]["function"];
    assert_eq!(sent["strict"], true);
    assert_eq!(sent["parameters"]["required"], json!(["city"]));
    assert_eq!(sent["parameters"]["additionalProperties"], false);

    // The conversation goes on from there.
    let next = client.chat("gpt-4o").messages(answer.into_inner().history).user("Thanks.");
    next.send().await.unwrap();
}

#[tokio::test]
async fn what_goes_wrong_in_a_tool_is_told_to_the_model_and_no_error() {
    let (emulator, client) = service().await;
    emulator.reply(calls(&[
        ("get_wether", "{}"),
        ("get_weather", "{\"city\": \"Os"),
        ("get_weather", "{\"town\": \"Oslo\"}"),
        ("get_weather", "{\"city\": \"Atlantis\"}"),
        ("get_weather", "{\"city\": \"Oslo\"}"),
    ]));
    emulator.reply(text("Well."));
    let answer = chat(&client).run_tools(tools()).send().await.unwrap();
    assert_eq!((answer.text().as_ref(), answer.rounds), ("Well.", 1));
    let told = told(&emulator);
    let kinds = told.iter().map(|(_, text)| serde_json::from_str::<Value>(text).unwrap());
    let errors: Vec<Value> = kinds.map(|value| value["error"].clone()).collect();
    assert_eq!(errors[0]["type"], "unknown_tool");
    assert!(errors[0]["message"].as_str().unwrap().contains("there are: get_weather"));
    assert_eq!(errors[1]["type"], "invalid_arguments");
    assert_eq!(errors[2]["type"], "invalid_arguments");
    assert!(errors[2]["message"].as_str().unwrap().contains("`city`"), "{errors:?}");
    assert_eq!(errors[3], json!({"type": "tool_failed", "message": "Atlantis has sunk"}));
    assert_eq!(errors[4], Value::Null);
}

#[tokio::test]
async fn a_model_that_never_stops_calling_meets_the_limit_on_rounds() {
    let (emulator, client) = service().await;
    emulator.reply(calls(&[("get_weather", "{\"city\": \"Oslo\"}")]).times(99));
    let error = chat(&client).run_tools(tools()).max_rounds(3).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RoundLimit);
    assert_eq!(emulator.requests(), 4);
    let Error::Output(error) = error else { panic!("{error:?}") };
    assert_eq!(error.fault(), OutputFault::RoundLimit);
    assert_eq!(error.output::<ChatCompletion>().unwrap().tool_calls().len(), 1);
    assert_eq!(error.request_ids().request_id(), Some("tools-1"));
    let none = chat(&client).run_tools(tools()).max_rounds(0).send().await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::RoundLimit);
}

#[tokio::test]
async fn tools_run_side_by_side_and_answer_in_the_order_of_their_calls() {
    let (emulator, client) = service().await;
    let barrier = Arc::new(Barrier::new(3));
    let tools = Tools::new().tool("wait", "Waits for the others.", move |turn: u64| {
        let barrier = Arc::clone(&barrier);
        async move {
            barrier.wait().await;
            // The first call is done last.
            tokio::time::sleep(Duration::from_millis(30 * (3 - turn))).await;
            Ok::<_, String>(turn)
        }
    });
    let names = ["0", "1", "2"].map(|turn| format!("{{\"value\": {turn}}}"));
    let three: Vec<(&str, &str)> = names.iter().map(|n| ("wait", n.as_str())).collect();
    emulator.reply(calls(&three));
    emulator.reply(text("Done."));
    let run = chat(&client).run_tools(tools).send();
    let answer = tokio::time::timeout(Duration::from_secs(20), run).await.unwrap().unwrap();
    assert_eq!(answer.text(), "Done.");
    let results: Vec<String> = told(&emulator).into_iter().map(|(id, n)| id + "=" + &n).collect();
    assert_eq!(results, ["call_0=0", "call_1=1", "call_2=2"]);
}

#[tokio::test]
async fn no_more_tools_run_at_once_than_allowed() {
    let (emulator, client) = service().await;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let tools = Tools::new().tool("work", "Works.", move |()| {
        let (now, most) = (Arc::clone(&now), Arc::clone(&most));
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok::<_, String>("worked")
        }
    });
    emulator.reply(calls(&[("work", "{}"); 9]));
    emulator.reply(text("Done."));
    chat(&client).run_tools(tools).concurrency(2).send().await.unwrap();
    assert_eq!(seen.load(Ordering::SeqCst), 2);
    assert_eq!(
        told(&emulator),
        (0..9).map(|n| (format!("call_{n}"), "worked".into())).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_tool_that_takes_too_long_is_left_and_the_model_is_told() {
    let (emulator, client) = service().await;
    let tools = Tools::new().tool("sleep", "Sleeps.", async |()| {
        tokio::time::sleep(Duration::from_secs(600)).await;
        Ok::<_, String>(())
    });
    emulator.reply(calls(&[("sleep", "")]));
    emulator.reply(text("Awake."));
    let run = chat(&client).run_tools(tools).tool_timeout(Duration::from_millis(20));
    assert_eq!(run.send().await.unwrap().text(), "Awake.");
    assert!(told(&emulator)[0].1.contains("timeout"));
}

#[tokio::test]
async fn calls_that_are_cut_off_are_not_run() {
    let (emulator, client) = service().await;
    let half =
        json!({"tool_calls": list(&[("get_weather", "{\"city\": \"Oslo\"}"), ("get_wea", "")])});
    for (reason, kind) in
        [("length", ErrorKind::Length), ("content_filter", ErrorKind::ContentFilter)]
    {
        emulator.reply(said(half.clone(), reason));
        let error = chat(&client).run_tools(tools()).send().await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert_eq!(error.request_ids().unwrap().request_id(), Some("tools-1"));
    }
    assert_eq!(emulator.requests(), 2);
}

#[tokio::test]
async fn a_last_answer_that_is_refused_or_cut_off_is_an_answer_as_of_any_chat() {
    let (emulator, client) = service().await;
    emulator.reply(said(json!({"role": "assistant", "refusal": "No."}), "stop"));
    let refused = chat(&client).run_tools(tools()).send().await.unwrap();
    assert_eq!((refused.response.refusal(), refused.text().as_ref()), (Some("No."), ""));
    emulator.reply(said(json!({"role": "assistant", "content": "On and"}), "length"));
    let cut = chat(&client).run_tools(tools()).send().await.unwrap();
    assert_eq!(cut.response.finish_reason().unwrap().as_str(), "length");
    emulator.reply(Reply::status(200).json(json!({"choices": []})));
    let nothing = chat(&client).run_tools(tools()).send().await.unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn usage_is_that_of_all_rounds() {
    let (emulator, client) = service().await;
    for _ in 0..2 {
        emulator.reply(calls(&[("get_weather", "{\"city\": \"Oslo\"}")]));
    }
    emulator.reply(text("Cold."));
    let answer = chat(&client).run_tools(tools()).send().await.unwrap();
    let usage = &answer.usage;
    let tokens = (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens);
    assert_eq!((answer.rounds, tokens), (2, (30, 3, 33)));
}

#[tokio::test]
async fn a_response_without_an_end_runs_no_tool_but_its_text_is_an_answer() {
    let (emulator, client) = service().await;
    let endless = |message: Value| {
        Reply::status(200).json(json!({"choices": [{"index": 0, "message": message}]}))
    };
    emulator.reply(endless(json!({"tool_calls": list(&[("get_weather", "{}")])})));
    let error = chat(&client).run_tools(tools()).send().await.unwrap_err();
    assert!(error.to_string().contains("has no end"), "{error}");
    emulator.reply(endless(json!({"content": "Cold."})));
    assert_eq!(chat(&client).run_tools(tools()).send().await.unwrap().text(), "Cold.");
}

#[tokio::test]
async fn a_typed_answer_that_is_refused_cut_off_or_filtered_says_so() {
    #[derive(schemars::JsonSchema, Deserialize, Debug)]
    #[schemars(crate = "openai_azure::schemars")]
    #[expect(dead_code, reason = "it never comes")]
    struct Warmer {
        city: String,
    }
    let (emulator, client) = service().await;
    for (message, reason, fault) in [
        (json!({"refusal": "No."}), "stop", OutputFault::Refusal),
        (json!({"content": "{\"city\": \"Ro"}), "length", OutputFault::Length),
        (json!({"content": "{\"city\": \"Ro"}), "content_filter", OutputFault::ContentFilter),
    ] {
        emulator.reply(said(message, reason));
        let run = chat(&client).run_tools(tools()).respond_as::<Warmer>();
        let Error::Output(error) = run.send().await.unwrap_err() else { panic!("{reason}") };
        assert_eq!(error.fault(), fault);
        assert_eq!(error.refusal().is_some(), fault == OutputFault::Refusal);
        assert!(error.content_filter().is_some());
    }
}

#[tokio::test]
async fn errors_of_the_service_end_the_run() {
    let (emulator, client) = service().await;
    emulator.reply(calls(&[("get_weather", "{\"city\": \"Oslo\"}")]));
    let filtered = json!({"error": {"code": "content_filter", "message": "no"}});
    emulator.reply(Reply::status(400).json(filtered));
    let error = chat(&client).run_tools(tools()).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ContentFilter);
    assert!(error.as_api().is_some());
}

#[tokio::test]
async fn a_user_interface_sees_each_step() {
    let (_emulator, client) = service().await;
    let question = client.chat("gpt-4o").user("What is the weather in Oslo and Rome?");
    let mut run = question.run_tools(tools()).stream().await.unwrap();
    assert!(run.request_id().is_some());
    assert_eq!(run.rounds(), 0);
    let (mut steps, mut text, mut written) = (Vec::new(), String::new(), HashMap::new());
    while let Some(event) = run.try_next().await.unwrap() {
        match event {
            ToolEvent::Text(delta) => text.push_str(&delta),
            ToolEvent::Calling(call) => {
                assert!(call.delta.is_empty() || run.partial_arguments(&call.id).is_some());
                written.entry(call.id).or_insert_with(String::new).push_str(&call.delta);
            }
            ToolEvent::Started(call) => {
                assert_eq!(written[&call.id], call.arguments);
                steps.push(format!("start {}", call.arguments));
            }
            ToolEvent::Finished(result) => {
                assert_eq!(result.error, None);
                steps.push(format!("end {}", result.content));
            }
            ToolEvent::RoundEnd { round, response } => {
                steps.push(format!("round {round} of {}", response.tool_calls().len()));
            }
            ToolEvent::Answer(answer) => {
                assert_eq!(answer.text(), text);
                steps.push("answer".to_owned());
            }
            _ => {}
        }
    }
    let result = |city| format!("end {{\"celsius\":4.5,\"city\":\"{city}\"}}");
    let start = |city| format!("start {{\"city\":\"{city}\"}}");
    let expected =
        [start("Oslo"), start("Rome"), result("Oslo"), result("Rome"), "round 1 of 2".into()];
    assert_eq!(steps[..5], expected);
    assert_eq!(steps[5..], ["answer"]);
    assert_eq!(run.rounds(), 1);
    let answer = run.finish().await.unwrap();
    assert_eq!((answer.text().as_ref(), answer.rounds, answer.history.len()), (&*text, 1, 5));
    assert!(run.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn dropping_a_run_ends_its_tools() {
    struct Alive(Arc<AtomicUsize>);
    impl Drop for Alive {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }
    let (emulator, client) = service().await;
    let alive = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&alive);
    let tools = Tools::new().tool("hang", "Hangs.", move |()| {
        counted.fetch_add(1, Ordering::SeqCst);
        let alive = Alive(Arc::clone(&counted));
        async move {
            let _alive = alive;
            std::future::pending::<Result<(), String>>().await
        }
    });
    let run = client.chat("gpt-4o").user("hang in A and B").run_tools(tools);
    let mut run = run.stream().await.unwrap();
    let rest = async { while run.try_next().await.unwrap().is_some() {} };
    assert!(tokio::time::timeout(Duration::from_millis(300), rest).await.is_err());
    // Only waiting was given up: the tools are still there.
    assert_eq!(alive.load(Ordering::SeqCst), 2);
    drop(run);
    assert_eq!(alive.load(Ordering::SeqCst), 0);
    assert_eq!((emulator.open_responses(), emulator.requests()), (0, 1));
}

#[tokio::test]
async fn a_demanded_tool_is_demanded_once() {
    let (emulator, client) = service().await;
    let question = client.chat("gpt-4o").user("Hello in Oslo").tool_choice(ToolChoice::required());
    let answer = question.run_tools(tools()).send().await.unwrap();
    assert_eq!(answer.rounds, 1);
    let choices: Vec<Value> =
        emulator.journal().iter().map(|sent| sent.json()["tool_choice"].clone()).collect();
    assert_eq!(choices, ["required", "auto"]);
}

#[tokio::test]
async fn a_schema_by_hand_is_sent_as_it_is() {
    let (emulator, client) = service().await;
    let schema = json!({"type": "object", "additionalProperties": {"type": "integer"}});
    let tool = Tool::function("sum", "Adds up.", schema.clone());
    let tools = Tools::new().described(tool, async |of: HashMap<String, u32>| {
        if of.is_empty() { Err("nothing to add") } else { Ok(of.values().sum::<u32>()) }
    });
    emulator.reply(calls(&[("sum", "{\"a\": 1, \"b\": 2}")]));
    emulator.reply(text("Three."));
    chat(&client).run_tools(tools).send().await.unwrap();
    assert_eq!(told(&emulator), [("call_0".to_owned(), "3".to_owned())]);
    let sent = &emulator.last().unwrap().json()["tools"][0]["function"];
    assert_eq!((&sent["parameters"], sent.get("strict")), (&schema, None));
}

#[tokio::test]
async fn a_run_can_end_with_an_answer_of_a_type() {
    #[derive(schemars::JsonSchema, Deserialize, Debug)]
    #[schemars(crate = "openai_azure::schemars")]
    struct FilterResult {
        warmer: String,
    }
    let (emulator, client) = service().await;
    let schema = StrictSchema::<FilterResult>::new().unwrap();
    let ask = || chat(&client).response_format(JsonSchema::from(&schema)).run_tools(tools());
    emulator.reply(calls(&[("get_weather", "{\"city\": \"Oslo\"}")]));
    emulator.reply(text("{\"warmer\": \"Rome\"}"));
    let answer = ask().send().await.unwrap();
    assert_eq!(schema.read(&answer).unwrap().warmer, "Rome");
    emulator.reply(said(json!({"content": "{\"warmer\": \"Ro"}), "length"));
    let error = schema.read(&ask().send().await.unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Length);
    assert_eq!(error.request_ids().unwrap().request_id(), Some("tools-1"));
}

#[tokio::test]
async fn tools_that_cannot_work_are_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    let maps = Tools::new().tool("m", "", async |_: HashMap<String, u8>| Ok::<_, String>(1));
    for (run, why) in [
        (chat(&client).run_tools(maps), "maps"),
        (chat(&client).run_tools(tools().tool("get_weather", "", weather)), "two tools"),
        (chat(&client).n(2).run_tools(tools()), "one choice"),
        (
            chat(&client).tool(Tool::function("f", "", json!({}))).run_tools(tools()),
            "\"f\" that nobody runs",
        ),
    ] {
        let error = run.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains(why), "{error}");
    }
    assert_eq!(emulator.requests(), 0);
}

#[test]
fn tools_run_while_one_waits() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = client.build().unwrap();
    let chat = client.chat("gpt-4o").user("What is the weather in Oslo?");
    let run = chat.run_tools(tools());
    let whole = run.clone().send().wait().unwrap();
    let streamed = run.stream().wait().unwrap().finish().wait().unwrap();
    assert_eq!((whole.rounds, whole.text()), (1, streamed.text()));
}
