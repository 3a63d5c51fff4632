//! Tools that are run for the Responses API, and the same program for chat.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use openai_azure::error::OutputFault;
use openai_azure::responses::{Item, ModelResponse, ResponseTool};
use openai_azure::tools::{Approval, InvocationKind, ToolEvent, Tools};
use openai_azure::{CallOptions, Client, Endpoint, Error, ErrorKind};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const CREATE: &str = "POST /responses";

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

fn tools() -> Tools {
    Tools::new().tool("get_weather", "The weather in a city now.", async |place: Place| {
        Ok::<_, String>(Weather { city: place.city, celsius: 4.5 })
    })
}

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let endpoint = Endpoint::v1(emulator.endpoint()).unwrap();
    let client = planted::builder().endpoint(endpoint).api_key(emulator.api_key());
    let client = client.build().unwrap();
    (emulator, client)
}

/// A response with this output.
fn response(id: &str, output: &Value) -> Reply {
    let usage = json!({"input_tokens": 10, "output_tokens": 1, "total_tokens": 11});
    Reply::status(200).header("x-request-id", "tools-1").json(
        json!({"id": id, "status": "completed", "model": "m", "output": output, "usage": usage}),
    )
}

fn call(name: &str, arguments: &str) -> Value {
    json!({"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": name,
        "arguments": arguments, "status": "completed"})
}

fn said(text: &str) -> Value {
    json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}]})
}

/// One program for both: it differs in the name of the method that starts it.
macro_rules! program {
    ($client:expr, $verb:ident) => {{
        #[derive(schemars::JsonSchema, Deserialize)]
        struct Forecast {
            city: String,
            celsius: f64,
        }
        let request = $client
            .$verb("gpt-4o")
            .system("Be brief.")
            .user("What is the weather in Oslo and Rome?")
            .temperature(0.2)
            .parallel_tool_calls(true)
            .tool_choice("auto")
            .end_user("user-1");
        let mut events = request.clone().run_tools(tools()).max_rounds(5).stream().await.unwrap();
        let mut steps = Vec::new();
        while let Some(event) = events.try_next().await.unwrap() {
            match event {
                ToolEvent::Started(call) => steps.push(format!("{} {}", call.name, call.arguments)),
                ToolEvent::Finished(result) => steps.push(result.content),
                ToolEvent::RoundEnd { round, .. } => steps.push(format!("round {round}")),
                ToolEvent::Answer(_) => steps.push("answer".to_owned()),
                _ => {}
            }
        }
        let run = events.finish().await.unwrap();
        assert!(run.text().contains("4.5"), "{}", run.text());
        let forecast = request.run_tools(tools()).respond_as::<Forecast>().send().await.unwrap();
        assert!(forecast.celsius.is_finite());
        (steps, run.rounds, forecast.run.rounds, forecast.into_inner().into_value().city)
    }};
}

#[tokio::test]
async fn the_same_program_with_tools_and_a_typed_answer_runs_on_both_apis() {
    let (emulator, client) = service().await;
    let chat = program!(client, chat);
    let responses = program!(client, respond);
    assert_eq!(chat, responses);
    assert_eq!(chat.1, 1);
    assert_eq!(chat.0.len(), 6, "{chat:?}");
    let paths: Vec<String> = emulator.journal().iter().map(|sent| sent.path.clone()).collect();
    assert_eq!(paths.iter().filter(|path| path.ends_with("/chat/completions")).count(), 4);
    assert_eq!(paths.iter().filter(|path| path.ends_with("/responses")).count(), 4);
}

#[tokio::test]
async fn rounds_continue_each_other_by_the_id_of_the_response() {
    let (emulator, client) = service().await;
    let request = client.respond("gpt-4o").instructions("Be brief.");
    let request = request.user("What is the weather in Oslo and Rome?").tool_choice("required");
    let run = request.run_tools(tools()).send().await.unwrap();
    assert_eq!((run.rounds, emulator.count(CREATE)), (1, 2));
    assert!(run.text().contains("4.5"), "{}", run.text());
    let sent = emulator.last().unwrap().json();
    assert_eq!(sent["instructions"], "Be brief.");
    assert_eq!(sent["tool_choice"], "auto", "a demanded call is demanded once");
    assert!(sent["previous_response_id"].as_str().unwrap().starts_with("resp_"));
    let kinds: Vec<&Value> =
        sent["input"].as_array().unwrap().iter().map(|item| &item["type"]).collect();
    assert_eq!(kinds, ["function_call_output", "function_call_output"]);
    // Question, two calls, two results, the last message.
    assert_eq!(run.history.len(), 6);
    assert_eq!(run.usage.total_tokens, run.usage.input_tokens + run.usage.output_tokens);
    assert!(emulator.journal().iter().all(|sent| sent.violations.is_empty()));
}

#[tokio::test]
async fn a_run_that_is_not_stored_sends_all_items() {
    let (emulator, client) = service().await;
    let request = client.respond("gpt-5").store(false).user("What is the weather in Oslo?");
    request.run_tools(tools()).send().await.unwrap();
    let sent = emulator.last().unwrap().json();
    assert_eq!(sent["previous_response_id"], Value::Null);
    let items = sent["input"].as_array().unwrap();
    let kinds: Vec<&str> = items.iter().filter_map(|item| item["type"].as_str()).collect();
    assert_eq!(kinds, ["message", "reasoning", "function_call", "function_call_output"]);
    assert!(items[1]["encrypted_content"].is_string());
}

#[tokio::test]
async fn a_run_in_a_conversation_adds_to_it() {
    let (emulator, client) = service().await;
    let id = client.conversations().create().await.unwrap().id.clone();
    let request = client.respond("gpt-4o").conversation(&id).user("What is the weather in Oslo?");
    request.run_tools(tools()).send().await.unwrap();
    let sent = emulator.last().unwrap().json();
    assert_eq!((&sent["conversation"], &sent["previous_response_id"]), (&json!(id), &Value::Null));
    assert_eq!(sent["input"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn rounds_in_the_background_are_waited_for() {
    let (emulator, client) = service().await;
    let request = client.respond("gpt-4o").background(true).user("What is the weather in Oslo?");
    let run = request.run_tools(tools()).send().await.unwrap();
    assert!(run.text().contains("4.5"), "{}", run.text());
    assert_eq!(emulator.count(CREATE), 2);
}

#[tokio::test]
async fn approvals_are_decided_by_a_callback() {
    for approve in [true, false] {
        let (emulator, client) = service().await;
        let docs = ResponseTool::mcp("docs", "https://docs.example/mcp");
        let request = client.respond("gpt-4o").tool(docs).user("[mcp] What is new?");
        let waiting = request.clone().run_tools(Tools::new()).send().await.unwrap();
        assert_eq!(waiting.response.approval_requests().count(), 1, "nobody decides: it ends");
        let run = request.run_tools(Tools::new()).on_approval(move |request| async move {
            assert_eq!(request.server_label, "docs");
            if approve { Approval::Approve } else { Approval::deny("not today") }
        });
        let mut events = run.stream().await.unwrap();
        let mut decided = Vec::new();
        while let Some(event) = events.try_next().await.unwrap() {
            if let ToolEvent::Finished(result) = event {
                assert!(matches!(result.call.kind, InvocationKind::McpApproval { .. }));
                decided.extend(result.approved);
            }
        }
        assert_eq!(decided, [approve]);
        let sent = emulator.last().unwrap().json()["input"][0].clone();
        assert_eq!(sent["type"], "mcp_approval_response");
        assert_eq!(sent["approve"], approve);
        let reason = if approve { Value::Null } else { json!("not today") };
        assert_eq!(sent["reason"], reason);
        let run = events.finish().await.unwrap();
        let called = run.response.output.iter().any(|item| matches!(item, Item::McpCall(_)));
        assert_eq!(called, approve);
    }
}

#[tokio::test]
async fn a_custom_tool_gets_text_and_its_error_goes_to_the_model() {
    let (emulator, client) = service().await;
    let sql = ResponseTool::custom("sql").description("Runs a query.");
    let tools = Tools::new().custom_tool(sql, |query: String| async move {
        if query.starts_with("SELECT") { Ok("3 rows") } else { Err("only SELECT is allowed") }
    });
    let custom = json!({"type": "custom_tool_call", "call_id": "call_1", "name": "sql",
        "input": "DROP TABLE a"});
    emulator.reply(response("resp_1", &json!([custom])));
    emulator.reply(response("resp_2", &json!([said("I may not.")])));
    let run = client.respond("gpt-4o").user("Go.").run_tools(tools.clone()).send().await.unwrap();
    assert_eq!(run.text(), "I may not.");
    let sent = emulator.last().unwrap().json();
    assert_eq!(sent["tools"][0]["type"], "custom");
    assert_eq!(sent["input"][0]["type"], "custom_tool_call_output");
    assert!(sent["input"][0]["output"].as_str().unwrap().contains("only SELECT"));
    let chat = client.chat("gpt-4o").user("Go.").run_tools(tools).send().await.unwrap_err();
    assert_eq!(chat.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_truncated_stream_runs_no_tool() {
    let (emulator, client) = service().await;
    let ran = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&ran);
    let tools = Tools::new().tool("now", "The time.", move |()| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, String>("noon") }
    });
    let mut begun = call("now", "");
    begun["status"] = json!("in_progress");
    let added = json!({"type": "response.output_item.added", "output_index": 0, "item": begun});
    let created = json!({"type": "response.created", "response": {"id": "r", "output": []}});
    emulator.reply(Reply::status(200).named_events([created, added]));
    let run = client.respond("gpt-4o").user("Go.").run_tools(tools.clone());
    let error = run.stream().await.unwrap().finish().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stream);

    let delta = json!({"tool_calls": [{"index": 0, "id": "c", "type": "function",
        "function": {"name": "now", "arguments": ""}}]});
    let chunk = json!({"id": "c", "choices": [{"index": 0, "delta": delta}]});
    emulator.reply(Reply::status(200).sse([chunk]));
    let run = client.chat("gpt-4o").user("Go.").run_tools(tools);
    let error = run.stream().await.unwrap().finish().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stream);
    assert_eq!(ran.load(Ordering::SeqCst), 0);
    assert_eq!(emulator.requests(), 2);
}

#[tokio::test]
async fn usage_is_that_of_all_rounds_and_the_arguments_are_seen_as_they_come() {
    let (emulator, client) = service().await;
    emulator.reply(response("r1", &json!([call("get_weather", "{\"city\": \"Oslo\"}")])));
    emulator.reply(response("r2", &json!([said("Cold.")])));
    let run = client.respond("gpt-4o").user("Go.").run_tools(tools());
    assert_eq!(run.send().await.unwrap().usage.total_tokens, 22);

    let request = client.respond("gpt-4o").user("The weather in Oslo?");
    let mut events = request.run_tools(tools()).stream().await.unwrap();
    let (mut written, mut text, mut arguments) = (String::new(), String::new(), String::new());
    while let Some(event) = events.try_next().await.unwrap() {
        match event {
            ToolEvent::Calling(call) => {
                assert_eq!(call.name, "get_weather");
                written.push_str(&call.delta);
            }
            ToolEvent::Started(call) => arguments.push_str(&call.arguments),
            ToolEvent::Text(delta) => text.push_str(&delta),
            _ => {}
        }
    }
    assert!(!written.is_empty() && written == arguments, "{written} {arguments}");
    assert_eq!(events.finish().await.unwrap().text(), text);
}

#[tokio::test]
async fn a_typed_answer_that_is_refused_or_cut_off_says_so() {
    #[derive(schemars::JsonSchema, Deserialize, Debug)]
    struct Warmer {
        #[expect(dead_code, reason = "it never comes")]
        city: String,
    }
    let (emulator, client) = service().await;
    let refusal = json!([{"type": "message", "id": "msg_1", "role": "assistant",
        "status": "completed", "content": [{"type": "refusal", "refusal": "No."}]}]);
    emulator.reply(response("r", &refusal));
    let half = json!({"id": "r", "status": "incomplete", "output": [said("{\"city\": \"Ro")],
        "incomplete_details": {"reason": "max_output_tokens"}});
    emulator.reply(Reply::status(200).json(half));
    for fault in [OutputFault::Refusal, OutputFault::Length] {
        let run = client.respond("gpt-4o").user("Go.").run_tools(tools()).respond_as::<Warmer>();
        let Error::Output(error) = run.send().await.unwrap_err() else { panic!("{fault:?}") };
        assert_eq!(error.fault(), fault);
        assert_eq!(error.refusal().is_some(), fault == OutputFault::Refusal);
    }
}

#[tokio::test]
async fn calls_of_an_incomplete_response_are_not_run() {
    let (emulator, client) = service().await;
    for (reason, fault) in
        [("max_output_tokens", OutputFault::Length), ("content_filter", OutputFault::ContentFilter)]
    {
        emulator.reply(Reply::status(200).json(json!({"id": "r", "status": "incomplete",
            "incomplete_details": {"reason": reason}, "output": [call("get_weather", "{}")]})));
        let run = client.respond("gpt-4o").user("Go.").run_tools(tools());
        let Error::Output(error) = run.send().await.unwrap_err() else { panic!("{reason}") };
        assert_eq!(error.fault(), fault);
        assert!(error.output::<ModelResponse>().is_some());
    }
    assert_eq!(emulator.requests(), 2);
}

#[tokio::test]
async fn calls_of_a_response_without_an_end_are_not_run() {
    let (emulator, client) = service().await;
    emulator.reply(
        Reply::status(200).json(
            json!({"id": "r", "status": "in_progress", "output": [call("get_weather", "{}")]}),
        ),
    );
    let run = client.respond("gpt-4o").user("Go.").run_tools(tools());
    assert_eq!(run.send().await.unwrap_err().kind(), ErrorKind::Stream);
    assert_eq!(emulator.requests(), 1);
}

#[tokio::test]
async fn a_run_that_the_filter_ends_has_what_it_found() {
    let (emulator, client) = service().await;
    let found = json!({"hate": {"filtered": true, "severity": "high"}});
    emulator.reply(Reply::status(200).json(json!({"id": "r", "status": "incomplete",
        "incomplete_details": {"reason": "content_filter"}, "output": [call("get_weather", "{}")],
        "content_filters": [{"source_type": "completion", "content_filter_results": found}]})));
    let run = client.respond("gpt-4o").user("Go.").run_tools(tools());
    let Error::Output(error) = run.send().await.unwrap_err() else { panic!() };
    assert!(error.content_filter().is_some_and(|filter| filter.is_filtered()));
}

#[tokio::test]
async fn a_call_is_seen_before_its_first_argument() {
    let (_emulator, client) = service().await;
    let run = client.respond("gpt-4o").user("The weather in Oslo?").run_tools(tools());
    let mut events = run.stream().await.unwrap();
    let first = loop {
        if let ToolEvent::Calling(call) = events.try_next().await.unwrap().unwrap() {
            break call;
        }
    };
    assert_eq!((first.name.as_str(), first.delta.as_str()), ("get_weather", ""));
}

#[tokio::test]
async fn each_round_has_an_idempotency_key_of_its_own() {
    let (emulator, client) = service().await;
    let options = CallOptions::new().idempotency_key("key-1");
    for run in 0..2 {
        emulator.clear_journal();
        let question = "What is the weather in Oslo?";
        if run == 0 {
            let request = client.respond("gpt-4o").options(options.clone()).user(question);
            request.run_tools(tools()).send().await.unwrap();
        } else {
            let request = client.chat("gpt-4o").options(options.clone()).user(question);
            request.run_tools(tools()).send().await.unwrap();
        }
        let keys: Vec<String> = emulator
            .journal()
            .iter()
            .map(|sent| sent.header("idempotency-key").unwrap().to_owned())
            .collect();
        assert_eq!((keys.len(), keys[0].as_str()), (2, "key-1"));
        assert_ne!(keys[1], "key-1");
    }
}

#[tokio::test]
async fn a_tool_that_nobody_runs_is_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    let function = ResponseTool::function("f", json!({"type": "object"}));
    for own in [ResponseTool::from(function), ResponseTool::custom("f").into()] {
        let run = client.respond("gpt-4o").tool(own).user("Go.").run_tools(tools());
        let error = run.send().await.unwrap_err();
        assert!(error.to_string().contains("\"f\" that nobody runs"), "{error}");
    }
    assert_eq!(emulator.requests(), 0);
}
