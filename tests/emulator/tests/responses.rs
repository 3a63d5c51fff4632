//! Responses are stored, continued, run in the background, resumed, and use every kind of tool.

// Helpers of tests panic.
#![allow(clippy::unwrap_used)]

mod http;

use std::time::Duration;

use http::{call, json, refused};
use openai_azure_emulator::{Emulator, Reply};
use serde_json::{Value, json};

async fn start() -> Emulator {
    Emulator::start().await.unwrap()
}

/// What comes of an input, whole.
async fn ask(emulator: &Emulator, input: impl Into<Value>, more: Value) -> Value {
    let mut body = json!({"model": "gpt-4.1", "input": input.into()});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json(emulator, "POST", "/responses", body).await
}

async fn stream(emulator: &Emulator, input: &str, more: Value) -> Vec<Value> {
    let mut body = json!({"model": "gpt-4.1", "input": input, "stream": true});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    call(emulator, "POST", "/responses", body).await.events()
}

fn kinds(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap()).collect()
}

fn id(response: &Value) -> &str {
    response["id"].as_str().unwrap()
}

/// A tool with what the user says to have it used.
fn tools() -> Vec<(Value, &'static str, &'static [&'static str])> {
    let parameters = json!({
        "type": "object", "properties": {"city": {"type": "string"}},
        "required": ["city"], "additionalProperties": false,
    });
    vec![
        (
            json!({"type": "function", "name": "get_weather", "parameters": parameters, "strict": true}),
            "How is the weather in Oslo?",
            &["function_call"],
        ),
        (
            json!({"type": "custom", "name": "calculator", "format": {
                "type": "grammar", "syntax": "lark", "definition": "start: NUMBER",
            }}),
            "Use the calculator.",
            &["custom_tool_call"],
        ),
        (json!({"type": "web_search"}), "Do a web search.", &["web_search_call", "message"]),
        (
            json!({"type": "file_search", "vector_store_ids": ["vs_1"]}),
            "Try the file search.",
            &["file_search_call", "message"],
        ),
        (
            json!({"type": "code_interpreter", "container": {"type": "auto"}}),
            "Run the code interpreter.",
            &["code_interpreter_call", "message"],
        ),
        (
            json!({"type": "image_generation", "partial_images": 1}),
            "Use image generation.",
            &["image_generation_call", "message"],
        ),
        (
            json!({
                "type": "mcp", "server_label": "docs", "server_url": "https://example.com/mcp",
                "require_approval": "never",
            }),
            "Ask the docs.",
            &["mcp_list_tools", "mcp_call", "message"],
        ),
        (
            json!({
                "type": "mcp", "server_label": "docs", "server_url": "https://example.com/mcp",
            }),
            "Ask the docs.",
            &["mcp_list_tools", "mcp_approval_request"],
        ),
        (json!({"type": "shell"}), "Use the shell.", &["shell_call"]),
        (json!({"type": "local_shell"}), "Use the local shell.", &["local_shell_call"]),
        (json!({"type": "apply_patch"}), "Please apply patch.", &["apply_patch_call"]),
        (
            json!({
                "type": "computer_use_preview", "environment": "browser",
                "display_width": 800, "display_height": 600,
            }),
            "Start computer use.",
            &["computer_call"],
        ),
    ]
}

#[tokio::test]
async fn every_kind_of_tool_is_called_whole_and_streamed() {
    let emulator = start().await;
    for (tool, input, expected) in tools() {
        let whole = ask(&emulator, input, json!({"tools": [tool]})).await;
        assert_eq!(kinds(&whole["output"]), expected, "{tool}");
        let events = stream(&emulator, input, json!({"tools": [tool]})).await;
        let last = events.last().unwrap();
        assert_eq!(last["type"], "response.completed", "{tool}");
        assert_eq!(kinds(&last["response"]["output"]), expected, "{tool}");
        // Each item is added, and done as the response has it in the end.
        for (index, item) in last["response"]["output"].as_array().unwrap().iter().enumerate() {
            let of = |kind: &str| {
                let found = events
                    .iter()
                    .find(|event| event["type"] == kind && event["output_index"] == index);
                found.unwrap_or_else(|| panic!("{kind} {index} {tool}"))["item"].clone()
            };
            assert_eq!(of("response.output_item.added")["id"], item["id"]);
            assert_eq!(of("response.output_item.done"), *item);
        }
        for (number, event) in events.iter().enumerate() {
            assert_eq!(event["sequence_number"], number, "{tool}");
        }
        // A choice has it used, whatever the user says.
        if tool["type"] != "mcp" {
            let mut choice = json!({"type": tool["type"]});
            if let Some(name) = tool.get("name") {
                choice["name"] = name.clone();
            }
            let demanded = json!({"tools": [tool], "tool_choice": choice});
            let whole = ask(&emulator, "Hello", demanded).await;
            assert_eq!(kinds(&whole["output"]), expected, "{tool}");
        }
        let none = ask(&emulator, input, json!({"tools": [tool], "tool_choice": "none"})).await;
        assert_eq!(kinds(&none["output"]), ["message"], "{tool}");
    }
}

#[tokio::test]
async fn any_output_can_be_scripted_and_is_streamed_item_by_item() {
    let emulator = start().await;
    let items = json!([
        {"type": "brand_new_call", "id": "bn_1", "status": "completed", "payload": {"a": [1]}},
        {
            "type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
            "content": [{
                "type": "output_text", "text": "Two parts", "annotations": [], "logprobs": [],
            }],
        },
    ]);
    emulator.reply(Reply::output(items.as_array().unwrap().clone()).times(2));
    assert_eq!(ask(&emulator, "Hello", json!({})).await["output"], items);
    let events = stream(&emulator, "Hello", json!({})).await;
    let done = events.iter().filter(|event| event["type"] == "response.output_item.done");
    let done: Vec<_> = done.map(|event| event["item"].clone()).collect();
    assert_eq!(json!(done), items);
}

#[tokio::test]
async fn each_call_of_a_hosted_tool_reports_its_stages() {
    let emulator = start().await;
    let expected = [
        ("web_search_call", &["in_progress", "searching", "completed"][..]),
        ("file_search_call", &["in_progress", "searching", "completed"]),
        ("code_interpreter_call", &["in_progress", "interpreting", "completed"]),
        ("image_generation_call", &["in_progress", "generating", "partial_image", "completed"]),
        ("mcp_list_tools", &["in_progress", "completed"]),
        ("mcp_call", &["in_progress", "completed"]),
    ];
    for (kind, stages) in expected {
        let (tool, input, _) =
            tools().into_iter().find(|(_, _, items)| items.contains(&kind)).unwrap();
        let events = stream(&emulator, input, json!({"tools": [tool]})).await;
        let prefix = format!("response.{kind}.");
        let found: Vec<_> = events
            .iter()
            .filter_map(|event| event["type"].as_str()?.strip_prefix(prefix.as_str()))
            .collect();
        assert_eq!(found, stages, "{kind}");
    }
}

#[tokio::test]
async fn the_outputs_of_tools_go_back_and_are_said() {
    let emulator = start().await;
    let (tool, input, _) = tools().remove(0);
    let first = ask(&emulator, input, json!({"tools": [tool]})).await;
    let call_id = &first["output"][0]["call_id"];
    let output = json!([{"type": "function_call_output", "call_id": call_id, "output": "sunny"}]);
    let more = json!({"previous_response_id": id(&first), "tools": [tool]});
    let second = ask(&emulator, output, more).await;
    assert!(second["output"][0]["content"][0]["text"].as_str().unwrap().contains("sunny"));
}

#[tokio::test]
async fn an_approval_runs_the_call_and_a_denial_does_not() {
    let emulator = start().await;
    let (tool, input, _) = tools().remove(7);
    for approve in [true, false] {
        let first = ask(&emulator, input, json!({"tools": [tool]})).await;
        let request = &first["output"][1]["id"];
        let approval = json!([{
            "type": "mcp_approval_response", "approval_request_id": request, "approve": approve,
        }]);
        let more = json!({"previous_response_id": id(&first), "tools": [tool]});
        let second = ask(&emulator, approval, more).await;
        if approve {
            assert_eq!(kinds(&second["output"]), ["mcp_call", "message"]);
            assert_eq!(second["output"][0]["approval_request_id"], *request);
        } else {
            assert_eq!(kinds(&second["output"]), ["message"]);
        }
    }
}

#[tokio::test]
async fn the_file_that_code_wrote_is_cited_and_can_be_fetched() {
    let emulator = start().await;
    let tool = json!({"type": "code_interpreter", "container": {"type": "auto"}});
    let whole = ask(&emulator, "Run the code interpreter.", json!({"tools": [tool]})).await;
    let part = &whole["output"][1]["content"][0];
    let citation = &part["annotations"][0];
    assert_eq!(citation["type"], "container_file_citation");
    let text: Vec<char> = part["text"].as_str().unwrap().chars().collect();
    let at = |name: &str| citation[name].as_u64().unwrap() as usize;
    let cited: String = text[at("start_index")..at("end_index")].iter().collect();
    assert!(cited.ends_with("squares.csv"), "{cited}");
    let (container, file) = (&citation["container_id"], &citation["file_id"]);
    let path = format!(
        "/containers/{}/files/{}/content",
        container.as_str().unwrap(),
        file.as_str().unwrap()
    );
    let content = call(&emulator, "GET", &path, Value::Null).await;
    assert!(content.body().0.starts_with("n,square\n"), "{}", content.body().0);
}

#[tokio::test]
async fn an_image_needs_the_deployment_in_its_header() {
    let emulator = start().await;
    let body = json!({
        "model": "gpt-4.1", "input": "Use image generation.",
        "tools": [{"type": "image_generation"}],
    });
    let head = "POST /openai/v1/responses HTTP/1.1\r\napi-key: emulator-key\r\n\
                content-type: application/json";
    let answer = http::send(&emulator, head, body.to_string().as_bytes()).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body().0.contains("x-ms-oai-image-generation-deployment"));
}

#[tokio::test]
async fn a_response_in_the_background_goes_on_with_reads_or_with_time() {
    let emulator = start().await;
    let made = ask(&emulator, "Hello", json!({"background": true})).await;
    assert_eq!((&made["status"], &made["output"]), (&json!("queued"), &json!([])));
    let path = format!("/responses/{}", id(&made));
    for status in ["in_progress", "completed", "completed"] {
        assert_eq!(json(&emulator, "GET", &path, Value::Null).await["status"], status);
    }
    let emulator =
        Emulator::builder().background(Duration::from_millis(200)).start().await.unwrap();
    let made = ask(&emulator, "Hello", json!({"background": true})).await;
    let path = format!("/responses/{}", id(&made));
    for _ in 0..3 {
        assert_ne!(json(&emulator, "GET", &path, Value::Null).await["status"], "completed");
    }
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(json(&emulator, "GET", &path, Value::Null).await["status"], "completed");
}

#[tokio::test]
async fn a_cancelled_response_stays_so_and_one_that_is_over_cannot_be() {
    let emulator = start().await;
    let made = ask(&emulator, "Hello", json!({"background": true})).await;
    let path = format!("/responses/{}", id(&made));
    for _ in 0..2 {
        let cancelled = json(&emulator, "POST", &format!("{path}/cancel"), Value::Null).await;
        assert_eq!(cancelled["status"], "cancelled");
    }
    assert_eq!(json(&emulator, "GET", &path, Value::Null).await["status"], "cancelled");
    let plain = ask(&emulator, "Hello", json!({})).await;
    let path = format!("/responses/{}/cancel", id(&plain));
    assert_eq!(refused(&emulator, &path, Value::Null).await.0, 400);
}

#[tokio::test]
async fn a_stream_can_be_resumed_behind_any_event() {
    let emulator = start().await;
    let more = json!({"background": true});
    let whole = stream(&emulator, "Count to ten.", more.clone()).await;
    assert_eq!(whole[1]["type"], "response.queued");
    for cut in 1..whole.len() {
        emulator.reply_to_operation("POST /responses", Reply::usual().cut_after_events(cut));
        let head = stream(&emulator, "Count to ten.", more.clone()).await;
        assert_eq!(head.len(), cut);
        let id = head[0]["response"]["id"].as_str().unwrap();
        let path = format!("/responses/{id}?stream=true&starting_after={}", cut - 1);
        let tail = call(&emulator, "GET", &path, Value::Null).await.events();
        let kinds: Vec<_> = head.iter().chain(&tail).map(|event| &event["type"]).collect();
        let expected: Vec<_> = whole.iter().map(|event| &event["type"]).collect();
        assert_eq!(kinds, expected, "{cut}");
    }
    assert_eq!(emulator.count("POST /responses"), whole.len());
    assert_eq!(emulator.count("GET /responses/{id}"), whole.len() - 1);
}

#[tokio::test]
async fn only_a_stream_in_the_background_can_be_resumed() {
    let emulator = start().await;
    let plain = ask(&emulator, "Hello", json!({"background": true})).await;
    let path = format!("/responses/{}?stream=true", id(&plain));
    assert_eq!(call(&emulator, "GET", &path, Value::Null).await.status, 400);
}

#[tokio::test]
async fn a_stream_stalls_where_it_is_told_to() {
    let emulator = start().await;
    emulator.reply(Reply::usual().stall_after_events(2));
    let body = json!({"model": "gpt-4.1", "input": "Hello", "stream": true}).to_string();
    let head = "POST /openai/v1/responses HTTP/1.1\r\napi-key: emulator-key\r\n\
                content-type: application/json";
    let mut stream = http::open(&emulator, head, body.as_bytes()).await;
    let mut text = Vec::new();
    let read = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut text);
    assert!(tokio::time::timeout(Duration::from_millis(300), read).await.is_err());
    let text = String::from_utf8_lossy(&text).into_owned();
    assert_eq!(text.matches("event: ").count(), 2, "{text}");
}

#[tokio::test]
async fn input_items_come_in_pages() {
    let emulator = start().await;
    let message = |at| json!({"role": "user", "content": format!("message {at}")});
    let input: Vec<Value> = (0..5).map(message).collect();
    let made = ask(&emulator, input, json!({})).await;
    let path = format!("/responses/{}/input_items", id(&made));
    let (mut after, mut texts) = (String::new(), Vec::new());
    loop {
        let page = json(&emulator, "GET", &format!("{path}?limit=2{after}"), Value::Null).await;
        for item in page["data"].as_array().unwrap() {
            texts.push(item["content"][0]["text"].as_str().unwrap().to_owned());
        }
        if page["has_more"] == false {
            break;
        }
        after = format!("&after={}", page["last_id"].as_str().unwrap());
    }
    assert_eq!(texts, ["message 4", "message 3", "message 2", "message 1", "message 0"]);
    let oldest = json(&emulator, "GET", &format!("{path}?order=asc&limit=1"), Value::Null).await;
    assert_eq!(oldest["data"][0]["content"][0]["text"], "message 0");
    for wrong in ["limit=0", "limit=101", "after=msg_none"] {
        let answer = call(&emulator, "GET", &format!("{path}?{wrong}"), Value::Null).await;
        assert!(answer.status >= 400, "{wrong}");
    }
}

#[tokio::test]
async fn without_a_store_reasoning_goes_back_encrypted() {
    let emulator = start().await;
    let ask = |input: Value| {
        json!({
            "model": "gpt-5.6-terra", "input": input, "store": false,
            "include": ["reasoning.encrypted_content"],
            "reasoning": {"effort": "low", "summary": "auto"},
        })
    };
    let first = json(&emulator, "POST", "/responses", ask(json!("Hello"))).await;
    assert_eq!(kinds(&first["output"]), ["reasoning", "message"]);
    let path = format!("/responses/{}", id(&first));
    assert_eq!(call(&emulator, "GET", &path, Value::Null).await.status, 404);
    let mut input = first["output"].as_array().unwrap().clone();
    input.push(json!({"role": "user", "content": "Go on."}));
    json(&emulator, "POST", "/responses", ask(json!(input))).await;
    input[0].as_object_mut().unwrap().remove("encrypted_content");
    let answer = call(&emulator, "POST", "/responses", ask(json!(input))).await;
    assert_eq!(answer.status, 404);
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains(first["output"][0]["id"].as_str().unwrap()), "{message}");
}

#[tokio::test]
async fn a_summary_of_the_reasoning_is_streamed() {
    let emulator = start().await;
    let body = json!({
        "model": "gpt-5.6-terra", "input": "Hello", "stream": true,
        "reasoning": {"summary": "auto"},
    });
    let events = call(&emulator, "POST", "/responses", body).await.events();
    let of = |kind: &str| events.iter().filter(|event| event["type"] == kind).count();
    assert_eq!(of("response.reasoning_summary_part.added"), 1);
    assert!(of("response.reasoning_summary_text.delta") > 2);
    assert_eq!(of("response.reasoning_summary_text.done"), 1);
    let usage = &events.last().unwrap()["response"]["usage"];
    assert!(usage["output_tokens_details"]["reasoning_tokens"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn responses_fail_are_cut_off_and_refuse_by_markers() {
    let emulator = start().await;
    let failed = ask(&emulator, "[fail]", json!({})).await;
    assert_eq!(
        (&failed["status"], &failed["error"]["code"]),
        (&json!("failed"), &json!("server_error"))
    );
    let cut = ask(&emulator, "Count to ten. [filter-answer]", json!({})).await;
    assert_eq!(cut["incomplete_details"]["reason"], "content_filter");
    assert_eq!(cut["content_filters"][1]["blocked"], true);
    let short = ask(&emulator, "Count to ten.", json!({"max_output_tokens": 16})).await;
    assert_eq!(short["status"], "completed");
    let events = stream(&emulator, "[fail]", json!({})).await;
    assert_eq!(events.last().unwrap()["type"], "response.failed");
    let broken = stream(&emulator, "Hello [error]", json!({})).await;
    assert_eq!(broken.last().unwrap()["type"], "error");
    let missing = json!({"model": "gpt-4.1", "input": "Hi", "previous_response_id": "resp_none"});
    let found = refused(&emulator, "/responses", missing).await;
    assert_eq!(found, (400, "previous_response_not_found".into()));
}

#[tokio::test]
async fn a_compacted_response_goes_on_from_one_item() {
    let emulator = start().await;
    let made = ask(&emulator, "Count to two.", json!({})).await;
    let body = json!({"model": "gpt-4.1", "previous_response_id": id(&made)});
    let compacted = json(&emulator, "POST", "/responses/compact", body).await;
    assert_eq!(compacted["object"], "response.compaction");
    assert_eq!(kinds(&compacted["output"]), ["message", "compaction"]);
    let mut input = compacted["output"].as_array().unwrap().clone();
    input.push(json!({"role": "user", "content": "Hello"}));
    assert_eq!(kinds(&ask(&emulator, input, json!({})).await["output"]), ["message"]);
}
