//! The Responses API: real traffic, the emulator, background work, request bodies.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use openai_azure::chat::JsonSchema;
use openai_azure::error::TimeoutScope;
use openai_azure::responses::{
    ContentPart, FunctionCallItem, Item, ResponseEvent, ResponseRequest, ResponseStatus,
    ResponseTool, ResponseToolChoice, TextFormat,
};
use openai_azure::{CallOptions, Client, Endpoint, Error, ErrorKind, Polling};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::exchange::{self, Exchange};
use openai_azure_tests::lossless;
use openai_azure_tests::planted;
use openai_azure_tests::replay::{Cut, replay};
use serde_json::{Value, json};

const MODEL: &str = "gpt-4o";

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder()
        .endpoint(emulator.endpoint())
        .api_key(emulator.api_key())
        .options(CallOptions::new().api_version("2025-03-01-preview"))
        .build()
        .unwrap();
    (emulator, client)
}

fn of_kind(kind: &str) -> Vec<Exchange> {
    let mut found = exchange::all();
    found.retain(|exchange| exchange.kind == kind);
    assert!(!found.is_empty());
    found
}

/// The recordings are of more api-versions than have responses.
fn any_version() -> CallOptions {
    CallOptions::new().any_version(true)
}

#[tokio::test]
async fn every_recorded_response_decodes_and_nothing_of_it_is_lost() {
    let exchanges = of_kind("responses");
    for exchange in &exchanges {
        let (_emulator, client) = replay(exchange, Cut::Random(11)).await.unwrap();
        let request = client.respond(exchange.deployment()).user("?").options(any_version());
        let answer = request.send().await.unwrap_or_else(|e| panic!("{}: {e:?}", exchange.file));
        let recorded: Value = serde_json::from_str(&exchange.response.body).unwrap();
        assert_eq!(answer.id, recorded["id"].as_str().unwrap(), "{}", exchange.file);
        assert_eq!(answer.text(), text_of(&recorded), "{}", exchange.file);
        let kept = serde_json::to_value(answer.into_inner()).unwrap();
        assert_eq!(lossless::lost(&recorded, &kept), None, "{}", exchange.file);
    }
    println!("replayed {} responses", exchanges.len());
}

/// The text of a recorded response, read without the client's types.
fn text_of(response: &Value) -> String {
    let items = response["output"].as_array().into_iter().flatten();
    let parts = items.filter_map(|item| item["content"].as_array()).flatten();
    parts.filter_map(|part| part["text"].as_str()).collect()
}

#[tokio::test]
async fn every_recorded_stream_comes_through_whole_however_it_is_cut() {
    let exchanges = of_kind("responses-sse");
    let mut events = 0;
    for exchange in &exchanges {
        let body = exchange.response.body.replace("\r\n", "\n");
        let recorded = body.lines().filter_map(|line| line.strip_prefix("data:"));
        let recorded: Vec<Value> =
            recorded.filter_map(|data| serde_json::from_str(data).ok()).collect();
        let is_delta = |event: &&Value| event["type"] == "response.output_text.delta";
        let text: String =
            recorded.iter().filter(is_delta).filter_map(|event| event["delta"].as_str()).collect();
        for cut in [Cut::Whole, Cut::Frames, Cut::Random(1), Cut::Random(2)] {
            let (_emulator, client) = replay(exchange, cut).await.unwrap();
            let request = client.respond(exchange.deployment()).user("?").options(any_version());
            let mut stream = request.stream().await.unwrap();
            let mut seen = 0;
            while let Some(event) = stream.try_next().await.unwrap() {
                let is_known = !matches!(event, ResponseEvent::Other(_));
                assert!(is_known || exchange.file.contains("unknown-event"), "{event:?}");
                let kept = serde_json::to_value(&event).unwrap();
                assert_eq!(lossless::lost(&recorded[seen], &kept), None, "{}", exchange.file);
                seen += 1;
            }
            assert_eq!(seen, recorded.len(), "{} {cut:?}", exchange.file);
            assert_eq!(stream.text_so_far(), text, "{} {cut:?}", exchange.file);
            let last = recorded.last().unwrap();
            if let Some(id) = last["response"]["id"].as_str() {
                let response = stream.finish().await.unwrap();
                assert_eq!(response.id, id);
                assert_eq!(response.text(), text_of(&last["response"]));
                assert!(response.is_done());
            }
            events += seen;
        }
    }
    println!("replayed {} streams, {events} events", exchanges.len());
}

#[tokio::test]
async fn an_error_in_a_stream_is_an_error_and_a_failure_is_an_event() {
    for exchange in of_kind("responses-sse-error") {
        let (_emulator, client) = replay(&exchange, Cut::Random(4)).await.unwrap();
        let request = client.respond(MODEL).user("?").options(any_version());
        let mut stream = request.stream().await.unwrap();
        let mut failed = false;
        loop {
            match stream.try_next().await {
                Ok(Some(ResponseEvent::Failed(event))) => {
                    assert_eq!(event.response.status, Some(ResponseStatus::Failed));
                    assert!(event.response.error.is_some());
                    failed = true;
                }
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => {
                    assert!(error.as_api().is_some(), "{error:?}");
                    failed = true;
                    break;
                }
            }
        }
        assert!(failed, "{}", exchange.file);
    }
}

/// The same request by the builder. Texts and schemas are read from the recording; everything
/// else is the builder's.
fn rebuilt(client: &Client, recorded: &Value) -> ResponseRequest {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut request = client.respond(text(&recorded["model"]));
    for item in recorded["input"].as_array().unwrap() {
        let item = match item["type"].as_str() {
            Some("function_call") => FunctionCallItem::new(
                text(&item["call_id"]),
                text(&item["name"]),
                text(&item["arguments"]),
            )
            .into(),
            Some("function_call_output") => {
                Item::function_output(text(&item["call_id"]), text(&item["output"]))
            }
            _ => match &item["content"] {
                Value::String(content) => Item::message(text(&item["role"]), content),
                parts => {
                    let part = |part: &Value| match part["type"].as_str().unwrap() {
                        "input_text" => ContentPart::text(text(&part["text"])),
                        "input_image" => {
                            let picture = ContentPart::image_url(text(&part["image_url"]));
                            picture.detail(text(&part["detail"]).as_str())
                        }
                        kind => panic!("a part of kind {kind}"),
                    };
                    let parts: Vec<ContentPart> =
                        parts.as_array().unwrap().iter().map(part).collect();
                    Item::message(text(&item["role"]), parts)
                }
            },
        };
        request = request.item(item);
    }
    for tool in recorded["tools"].as_array().into_iter().flatten() {
        let function = ResponseTool::function(text(&tool["name"]), tool["parameters"].clone());
        let function = function.description(text(&tool["description"]));
        request = request.tool(function.strict(tool["strict"].as_bool().unwrap()));
    }
    let choice = &recorded["tool_choice"];
    request = match choice["type"].as_str() {
        None => match choice.as_str() {
            None => request,
            Some("none") => request.tool_choice(ResponseToolChoice::none()),
            Some(choice) => panic!("the choice {choice}"),
        },
        Some("function") => {
            request.tool_choice(ResponseToolChoice::function(text(&choice["name"])))
        }
        Some("allowed_tools") => {
            let names = choice["tools"].as_array().unwrap().iter().map(|tool| text(&tool["name"]));
            let must = choice["mode"] == "required";
            request.tool_choice(ResponseToolChoice::functions(must, names))
        }
        Some(kind) => panic!("a choice of kind {kind}"),
    };
    let format = &recorded["text"]["format"];
    request = match format["type"].as_str() {
        None => request,
        Some("json_object") => request.text_format(TextFormat::JsonObject),
        Some("json_schema") => {
            let mut schema = JsonSchema::new(text(&format["name"]), format["schema"].clone());
            if let Some(description) = format["description"].as_str() {
                schema = schema.description(description);
            }
            request.text_format(schema.strict(format["strict"].as_bool().unwrap()))
        }
        Some(kind) => panic!("a format of kind {kind}"),
    };
    if let Some(tokens) = recorded["max_output_tokens"].as_u64() {
        request = request.max_output_tokens(u32::try_from(tokens).unwrap());
    }
    if let Some(temperature) = recorded["temperature"].as_f64() {
        request = request.temperature(temperature);
    }
    if let Some(share) = recorded["top_p"].as_f64() {
        request = request.top_p(share);
    }
    request
}

/// A message may leave its type out.
fn typed(mut body: Value) -> Value {
    for item in body.get_mut("input").and_then(Value::as_array_mut).into_iter().flatten() {
        if item.is_object() && item["type"].is_null() {
            item["type"] = json!("message");
        }
    }
    body
}

#[tokio::test]
async fn recorded_request_bodies_are_rebuilt_member_for_member() {
    let emulator = Emulator::builder().validate(false).start().await.unwrap();
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = client.options(any_version()).build().unwrap();
    let mut rebuilt_bodies = 0;
    for kind in ["responses", "responses-sse"] {
        for exchange in of_kind(kind) {
            let Some(body) = &exchange.request.body else { continue };
            let recorded: Value = serde_json::from_str(body).unwrap();
            if !recorded["input"].is_array() {
                continue;
            }
            // An answer of any kind will do.
            emulator.reply(Reply::status(400).json(json!({"error": {"message": "seen"}})));
            let request = rebuilt(&client, &recorded);
            let error = match recorded["stream"].as_bool() {
                Some(true) => request.stream().await.map(drop),
                _ => request.send().await.map(drop),
            };
            assert_eq!(error.unwrap_err().kind(), ErrorKind::BadRequest);
            let sent = emulator.last().unwrap().json();
            assert_eq!(typed(sent), typed(recorded), "{}", exchange.file);
            rebuilt_bodies += 1;
        }
    }
    println!("rebuilt {rebuilt_bodies} bodies");
    if std::env::var_os(exchange::RECORDINGS).is_some() {
        assert!(rebuilt_bodies >= 59);
    }
}

#[tokio::test]
async fn a_stream_ends_with_what_send_would_have_given() {
    let (_emulator, client) = service().await;
    let request = client.respond(MODEL).instructions("Be brief.").user("Count to ten.");
    let whole = request.clone().send().await.unwrap();
    let streamed = request.stream().await.unwrap().finish().await.unwrap();
    assert_eq!(streamed.text(), whole.text());
    assert_eq!(streamed.usage, whole.usage);
    assert_eq!(streamed.status, Some(ResponseStatus::Completed));
}

#[tokio::test]
async fn a_function_is_called_and_its_result_goes_back() {
    let (emulator, client) = service().await;
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}},
        "required": ["city"], "additionalProperties": false});
    let tool = ResponseTool::function("weather", schema).description("The weather.").strict(true);
    let request = client.respond(MODEL).user("What is the weather in Oslo?").tool(tool);
    let asked =
        request.clone().tool_choice(ResponseToolChoice::function("weather")).send().await.unwrap();
    let call = asked.function_calls().next().unwrap().clone();
    assert_eq!(call.name, "weather");
    assert!(call.parse::<Value>().unwrap()["city"].is_string());
    let answer = request
        .items(&asked.output)
        .function_output(&call.call_id, "rain")
        .tool_choice(ResponseToolChoice::none())
        .send()
        .await
        .unwrap();
    assert!(!answer.text().is_empty());
    let sent = emulator.last().unwrap().json();
    let kinds: Vec<&Value> =
        sent["input"].as_array().unwrap().iter().map(|item| &item["type"]).collect();
    assert_eq!(kinds, [&json!("message"), &json!("function_call"), &json!("function_call_output")]);
    assert!(matches!(answer.output[0], Item::Message(_)));
}

#[tokio::test]
async fn a_response_in_the_background_is_waited_for_and_deleted() {
    let (emulator, client) = service().await;
    let request = client.respond(MODEL).user("Take your time.").background(true);
    let queued = request.send().await.unwrap();
    assert!(!queued.is_done());
    let responses = client.responses();
    let done = responses.wait(&queued.id).polling(quickly()).await.unwrap();
    assert_eq!(done.status, Some(ResponseStatus::Completed));
    assert!(emulator.requests() > 2);
    let items = responses.input_items(&queued.id).send().await.unwrap();
    assert_eq!(items.data.len(), 1);
    responses.delete(&queued.id).await.unwrap();
    let gone = responses.get(&queued.id).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
}

fn quickly() -> Polling {
    Polling::new().every(Duration::from_millis(5))
}

#[tokio::test]
async fn one_call_makes_a_response_in_the_background_and_reports_its_progress() {
    let (emulator, client) = service().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let statuses = Arc::clone(&seen);
    let done = client
        .respond(MODEL)
        .user("Take your time.")
        .run_in_background()
        .polling(quickly())
        .on_progress(move |response| statuses.lock().unwrap().push(response.status.clone()))
        .await
        .unwrap();
    assert!(!done.text().is_empty());
    let seen = seen.lock().unwrap();
    assert_eq!(seen.first(), Some(&Some(ResponseStatus::Queued)));
    assert_eq!(seen.last(), Some(&Some(ResponseStatus::Completed)));
    assert_eq!(emulator.count("POST /responses"), 1);
    assert_eq!(seen.len() as u64, emulator.requests(), "each request is reported");
}

#[tokio::test]
async fn dropping_a_wait_cancels_the_response_if_asked_for() {
    for (cancel, cancelled) in [(true, 1), (false, 0)] {
        let (emulator, client) = v1().await;
        let queued = json!({"id": "resp_1", "status": "queued", "output": []});
        emulator.reply_to_operation("GET /responses/{response_id}", {
            Reply::status(200).json(queued).times(1000)
        });
        let request = client.respond(MODEL).user("Take your time.").run_in_background();
        let wait = request.polling(quickly()).cancel_on_drop(cancel).into_future();
        assert!(tokio::time::timeout(Duration::from_millis(200), wait).await.is_err());
        let began = Instant::now();
        let cancels = || emulator.count("POST /responses/{response_id}/cancel");
        while cancels() < cancelled && began.elapsed() < Duration::from_secs(10) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(cancels(), cancelled);
    }
}

#[tokio::test]
async fn a_response_in_the_background_is_cancelled() {
    let (_emulator, client) = v1().await;
    let request = client.respond(MODEL).user("Take your time.").background(true);
    let queued = request.send().await.unwrap();
    let cancelled = client.responses().cancel(&queued.id).await.unwrap();
    assert_eq!(cancelled.status, Some(ResponseStatus::Cancelled));
    let waited = client.responses().wait(&queued.id).polling(quickly()).await.unwrap();
    assert_eq!(waited.status, Some(ResponseStatus::Cancelled));
}

#[tokio::test]
async fn the_input_of_a_response_comes_over_its_pages() {
    let (emulator, client) = v1().await;
    let questions: Vec<String> = (0..5).map(|n| format!("Question {n}")).collect();
    let request = client.respond(MODEL).items(questions.iter().map(String::as_str));
    let response = request.send().await.unwrap();
    let list = client.responses().input_items(&response.id).order("asc").limit(2);
    let mut items = list.stream();
    let mut found = Vec::new();
    while let Some(item) = items.try_next().await.unwrap() {
        let Item::Message(message) = item else { panic!("{item:?}") };
        found.push(message.text());
    }
    assert_eq!(found, questions);
    assert_eq!(emulator.count("GET /responses/{response_id}/input_items"), 3);
}

#[tokio::test]
async fn a_conversation_is_shortened_and_goes_on() {
    let (emulator, client) = v1().await;
    let first = client.respond(MODEL).user("Tell a joke.").send().await.unwrap();
    let short = client.responses().compact(MODEL).previous_response_id(&first.id);
    let short = short.send().await.unwrap().into_inner();
    assert!(short.output.iter().any(|item| matches!(item, Item::Compaction(_))), "{short:?}");
    let output = serde_json::to_value(&short.output).unwrap();
    let next = client.respond(MODEL).items(short.into_input()).user("Why is that funny?");
    next.send().await.unwrap();
    let sent = emulator.last().unwrap().json()["input"].clone();
    let (sent, output) = (sent.as_array().unwrap(), output.as_array().unwrap());
    assert_eq!(sent[..sent.len() - 1], output[..]);
    let nothing = client.responses().compact(MODEL).send().await.unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_conversation_that_is_not_stored_sends_its_items_back_unchanged() {
    let (emulator, client) = v1().await;
    let request = client.respond("gpt-5").store(false).user("Prove it.");
    let first = request.clone().send().await.unwrap().into_inner();
    let sent = emulator.last().unwrap().json();
    assert_eq!(sent["include"], json!(["reasoning.encrypted_content"]));
    assert_eq!(sent["store"], false);
    let output = serde_json::to_value(&first.output).unwrap();
    assert!(output[0]["encrypted_content"].is_string(), "{output}");
    let next = request.items(first.into_input()).user("And again.").send().await.unwrap();
    assert!(!next.text().is_empty());
    let input = emulator.last().unwrap().json()["input"].clone();
    let input = input.as_array().unwrap();
    assert_eq!(input[1..input.len() - 1], output.as_array().unwrap()[..]);
}

#[tokio::test]
async fn an_item_that_the_service_does_not_store_is_named_with_what_to_do() {
    let (emulator, client) = v1().await;
    let message = "Item with id 'rs_1' not found. Items are not persisted when `store` is set to \
                   false.";
    emulator.reply(Reply::error(404, "not_found", message));
    let request = client.respond(MODEL).item(Item::reference("rs_1")).user("Go on.");
    let error = request.send().await.unwrap_err().to_string();
    assert!(error.contains("rs_1") && error.contains("store(false)"), "{error}");
}

#[tokio::test]
async fn a_request_goes_through_json_and_back() {
    let (emulator, client) = v1().await;
    let request = client
        .respond(MODEL)
        .instructions("Be brief.")
        .user("Hello")
        .tool(ResponseTool::web_search())
        .tool_choice("auto")
        .reasoning_effort("low")
        .verbosity("low")
        .metadata("a", "b")
        .extra("new_field", 7);
    let written = request.to_json().unwrap();
    let read = client.respond(MODEL).from_json(written.clone()).unwrap();
    assert_eq!(read.to_json().unwrap(), written);
    assert_eq!(written["new_field"], 7);
    assert_eq!(written["reasoning"], json!({"effort": "low"}));
    let prompt = json!({"input": "Why is the sky blue?", "max_output_tokens": 100});
    client.respond(MODEL).from_json(prompt).unwrap().send().await.unwrap();
    let sent = emulator.last().unwrap().json();
    assert_eq!((&sent["model"], &sent["max_output_tokens"]), (&json!(MODEL), &json!(100)));
    let error = client.respond(MODEL).from_json(json!({"tools": 7})).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_file_that_code_wrote_is_downloaded() {
    let (_emulator, client) = v1().await;
    let request = client.respond(MODEL).user("[code_interpreter] Write the squares.");
    let response = request.tool(ResponseTool::code_interpreter()).send().await.unwrap();
    let file = response.files().next().expect("a file");
    let content = client.responses().file_content(file).await.unwrap();
    assert!(content.starts_with(b"n,square"), "{content:?}");
}

#[tokio::test]
async fn images_are_generated_by_the_deployment_of_the_header() {
    let (emulator, client) = v1().await;
    let request = client
        .respond(MODEL)
        .user("[image_generation] A lighthouse.")
        .tool(ResponseTool::image_generation().size("1024x1024"))
        .image_generation_deployment("gpt-image-1");
    let response = request.send().await.unwrap();
    let sent = emulator.last().unwrap();
    assert_eq!(sent.header("x-ms-oai-image-generation-deployment"), Some("gpt-image-1"));
    let image = response.output.iter().find_map(|item| match item {
        Item::ImageGenerationCall(call) => call.image().unwrap(),
        _ => None,
    });
    assert!(image.unwrap().starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn what_is_no_response_is_an_error_and_no_empty_response() {
    let (emulator, client) = v1().await;
    for body in [r#"{"hello":1}"#, r#"{"error":{"message":"no"}}"#, "<html>", "", "[]"] {
        emulator.reply(Reply::status(200).body(body));
        let error = client.respond(MODEL).user("Hello").send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
    }
}

#[tokio::test]
async fn a_stream_without_its_last_event_is_an_error_with_the_text_so_far() {
    let (emulator, client) = v1().await;
    let item = json!({"type": "message", "id": "m", "role": "assistant", "content": []});
    let events = [
        json!({"type": "response.created", "response": {"id": "r", "output": []}}),
        json!({"type": "response.output_item.added", "output_index": 0, "item": item}),
        json!({"type": "response.output_text.delta", "output_index": 0, "content_index": null,
            "item_id": "m", "delta": "Half of"}),
    ];
    emulator.reply(Reply::status(200).named_events(events));
    let mut stream = client.respond(MODEL).user("Hello").stream().await.unwrap();
    let error = stream.finish().await.unwrap_err();
    let Error::Stream(error) = &error else { panic!("{error:?}") };
    assert_eq!(error.partial_text(), "Half of");
    assert!(stream.try_next().await.unwrap().is_none(), "it ends after an error");

    for body in ["", "<html></html>", r#"{"id": "r", "output": []}"#] {
        emulator.reply(Reply::status(200).body(body));
        let error = match client.respond(MODEL).user("Hello").stream().await {
            Ok(mut stream) => stream.finish().await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
    }
}

#[tokio::test]
async fn waiting_ends_at_its_limit() {
    let (emulator, client) = service().await;
    let queued = json!({"id": "resp_1", "status": "queued", "output": []});
    emulator.reply(Reply::status(200).json(queued).times(100));
    let polling =
        Polling::new().every(Duration::from_millis(10)).at_most(Duration::from_millis(60));
    let began = Instant::now();
    let error = client.responses().wait("resp_1").polling(polling).await.unwrap_err();
    assert!(matches!(&error, Error::Timeout(e) if e.scope() == TimeoutScope::Polling), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

async fn v1() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let endpoint = Endpoint::v1(emulator.endpoint()).unwrap();
    let client = planted::builder().endpoint(endpoint).api_key(emulator.api_key());
    let client = client.build().unwrap();
    (emulator, client)
}

#[tokio::test]
async fn responses_work_at_v1_and_are_refused_where_the_version_lacks_them() {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key(emulator.api_key())
        .build()
        .unwrap();
    let answer = client.respond(MODEL).user("Hello").send().await.unwrap();
    assert_eq!(client.responses().get(&answer.id).await.unwrap().text(), answer.text());
    assert_eq!(emulator.journal()[0].path, "/openai/v1/responses");

    let dated = planted::builder().endpoint(Endpoint::dated(emulator.endpoint()).unwrap());
    let dated = dated.api_key(emulator.api_key()).build().unwrap();
    let sent = emulator.requests();
    let error = dated.respond(MODEL).user("Hello").send().await.unwrap_err();
    assert!(matches!(error, Error::Config(_)));
    assert!(error.to_string().contains("2025-03-01-preview"), "{error}");
    assert_eq!(emulator.requests(), sent, "nothing is sent");
    let sent_anyway = dated.respond(MODEL).user("Hello").options(any_version()).send().await;
    assert_eq!(sent_anyway.unwrap_err().as_api().unwrap().status(), 404);
}

#[tokio::test]
async fn a_response_without_input_is_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    assert!(matches!(client.respond(MODEL).send().await, Err(Error::Config(_))));
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn a_response_is_read_as_a_type_whole_and_streamed() {
    #[derive(schemars::JsonSchema, serde::Deserialize)]
    struct City {
        name: String,
        inhabitants: Option<u64>,
    }
    let (emulator, client) = service().await;
    let request = client.respond(MODEL).user("The largest city of Norway?");
    let city = request.clone().respond_as::<City>().await.unwrap();
    assert_eq!(emulator.last().unwrap().json()["text"]["format"]["strict"], true);
    assert!(city.response.text().contains(&city.name), "it dereferences to the value");
    let mut stream = request.respond_as::<City>().stream().await.unwrap();
    let mut partial = None;
    while stream.try_next().await.unwrap().is_some() {
        partial = stream.partial().or(partial);
    }
    let streamed = stream.finish().await.unwrap();
    assert_eq!(partial.unwrap()["name"], streamed.name.as_str());
    assert_eq!(streamed.name, city.name);
    assert_eq!(streamed.inhabitants, city.into_value().inhabitants);
}
