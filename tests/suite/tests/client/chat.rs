//! Chats with everything that they can be told, whole and streamed, against the emulator and on
//! recorded streams.

use std::collections::BTreeSet;

use openai_azure::blocking::{Wait, WaitStream};
use openai_azure::chat::{
    AudioOutput, ChatCompletion, ChatEvent, ChatRequest, DataSource, Detail, Effort, FinishReason,
    Function, FunctionChoice, JsonSchema, Message, Modality, Part, ResponseFormat, SourceAuth,
    Tool, ToolCall, ToolChoice,
};
use openai_azure::{Client, Endpoint, Error};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::replay::{Cut, replay};
use openai_azure_tests::{exchange, planted};
use serde_json::{Value, json};

const PREVIEW: &str = "2025-03-01-preview";

async fn service(version: &str) -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, version);
    (emulator, client)
}

fn client(emulator: &Emulator, version: &str) -> Client {
    let builder = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    builder.api_version(version).build().unwrap()
}

fn weather() -> Tool {
    let parameters = json!({
        "type": "object",
        "properties": {"city": {"type": "string"}, "unit": {"enum": ["C", "F"]}},
        "required": ["city", "unit"],
        "additionalProperties": false,
    });
    Tool::function("get_weather", "Tells the weather of a city.", parameters)
}

fn manuals() -> DataSource {
    DataSource::azure_search("https://example.com", "manuals", SourceAuth::api_key(planted::KEY))
}

/// Chats that answer in different ways, by name.
fn chats(client: &Client) -> Vec<(&'static str, ChatRequest)> {
    let ask = |text: &str| client.chat("gpt-4o").user(text);
    let place = json!({"type": "object", "properties": {"city": {"type": "string"}},
        "required": ["city"], "additionalProperties": false});
    vec![
        ("a question", ask("Why is the sky blue?")),
        ("several choices", ask("Count to ten.").n(3)),
        ("a limit", ask("Count to ten.").max_tokens(3)),
        ("a stop", ask("Count to ten.").stop("seven").stop("six")),
        ("log probabilities", ask("Tell a joke.").top_logprobs(2)),
        ("a tool call", ask("How is the weather in Oslo?").tool(weather().strict())),
        ("parallel tool calls", ask("The weather in Oslo and Rome?").tool(weather()).n(2)),
        (
            "a demanded tool call",
            ask("Hello").tool(weather()).tool_choice(ToolChoice::function("get_weather")),
        ),
        ("a function call", ask("How is the weather in Oslo?").function(weather().function)),
        ("a refusal", ask("[refuse] Say it.")),
        ("a filtered answer", ask("[filter-answer] Count to ten.")),
        ("the asynchronous filter", ask("[async-filter] Count to ten.")),
        ("data of mine", ask("When does the office open?").data_source(manuals())),
        ("any JSON", ask("Say it in JSON.").response_format(ResponseFormat::JsonObject)),
        ("JSON by a schema", ask("Where?").response_format(JsonSchema::new("place", place))),
    ]
}

/// Without what two answers to the same request never share.
fn timeless(mut answer: ChatCompletion) -> ChatCompletion {
    answer.created = 0;
    answer
}

#[tokio::test]
async fn a_stream_put_together_is_what_send_would_have_given() {
    let names: Vec<&str> = {
        let (_emulator, client) = service(PREVIEW).await;
        chats(&client).into_iter().map(|(name, _)| name).collect()
    };
    for (at, name) in names.iter().enumerate() {
        // Ids are counted from the start of an emulator.
        let (_emulator, client) = service(PREVIEW).await;
        let whole = chats(&client).swap_remove(at).1.send().await;
        let whole = whole.unwrap_or_else(|e| panic!("{name}: {e}")).into_inner();
        let (_emulator, client) = service(PREVIEW).await;
        let chat = chats(&client).swap_remove(at).1;
        let streamed = chat.stream().await.unwrap().finish().await.unwrap();
        let mut without_usage = timeless(whole);
        without_usage.usage = None;
        assert_eq!(timeless(streamed), without_usage, "{name}");
    }
    println!("{} chats are the same whole and streamed", names.len());
}

#[tokio::test]
async fn usage_comes_with_a_stream_that_asks_for_it() {
    let emulator = Emulator::start().await.unwrap();
    let endpoint = Endpoint::v1(emulator.endpoint()).unwrap();
    let client = planted::builder().endpoint(endpoint).api_key(emulator.api_key()).build().unwrap();
    let chat = || client.chat("o3-mini").user("Why is the sky blue?");
    let whole = chat().send().await.unwrap();
    let streamed = chat().include_usage(true).stream().await.unwrap().finish().await.unwrap();
    assert!(streamed.usage.is_some());
    assert_eq!(streamed.usage, whole.usage);
}

/// The recorded pieces of a stream, joined without the client's types.
fn joined(chunks: &[Value]) -> Vec<(String, Vec<[String; 3]>, Value)> {
    let mut choices = Vec::<(String, Vec<[String; 3]>, Value)>::new();
    for choice in chunks.iter().flat_map(|chunk| chunk["choices"].as_array().unwrap()) {
        let at = usize::try_from(choice["index"].as_u64().unwrap()).unwrap();
        if choices.len() <= at {
            choices.resize(at + 1, Default::default());
        }
        let (text, calls, reason) = &mut choices[at];
        let delta = &choice["delta"];
        text.push_str(delta["content"].as_str().unwrap_or_default());
        for call in delta["tool_calls"].as_array().into_iter().flatten() {
            let at = usize::try_from(call["index"].as_u64().unwrap()).unwrap();
            if calls.len() <= at {
                calls.resize(at + 1, Default::default());
            }
            let function = &call["function"];
            let pieces = [&call["id"], &function["name"], &function["arguments"]];
            for (whole, piece) in calls[at].iter_mut().zip(pieces) {
                whole.push_str(piece.as_str().unwrap_or_default());
            }
        }
        if !choice["finish_reason"].is_null() {
            *reason = choice["finish_reason"].clone();
        }
    }
    choices
}

#[tokio::test]
async fn recorded_streams_join_to_what_their_pieces_say() {
    let mut exchanges = exchange::all();
    exchanges.retain(|exchange| exchange.kind == "chat-sse");
    for exchange in &exchanges {
        let file = &exchange.file;
        let body = exchange.response.body.replace("\r\n", "\n");
        let data = body.lines().filter_map(|line| line.strip_prefix("data:"));
        let chunks: Vec<Value> = data.filter_map(|data| serde_json::from_str(data).ok()).collect();
        let (_emulator, client) = replay(exchange, Cut::Random(11)).await.unwrap();
        let mut stream = client.chat(exchange.deployment()).user("?").stream().await.unwrap();
        let answer = stream.finish().await.unwrap_or_else(|e| panic!("{file}: {e}"));

        let expected = joined(&chunks);
        assert_eq!(answer.choices.len(), expected.len(), "{file}");
        for (choice, (text, calls, reason)) in answer.choices.iter().zip(expected) {
            assert_eq!(choice.text(), text, "{file}");
            let call = |call: &ToolCall| {
                [&call.id, &call.function.name, &call.function.arguments].map(String::clone)
            };
            let kept: Vec<_> = choice.message.tool_calls.iter().map(call).collect();
            assert_eq!(kept, calls, "{file}");
            assert_eq!(json!(choice.finish_reason), reason, "{file}");
        }
        let last = |name: &str| {
            let mut values = chunks.iter().map(|chunk| &chunk[name]);
            values.rfind(|value| !value.is_null() && *value != "").cloned()
        };
        assert_eq!(Some(&json!(answer.id)), last("id").as_ref(), "{file}");
        assert_eq!(Some(&json!(answer.model)), last("model").as_ref(), "{file}");
        let total = last("usage").and_then(|usage| usage["total_tokens"].as_u64());
        assert_eq!(answer.usage.as_ref().map(|usage| usage.total_tokens), total, "{file}");
        let citations = |value: &Value| value["delta"]["context"]["citations"].as_array().cloned();
        let pieces = chunks.iter().flat_map(|chunk| chunk["choices"].as_array().unwrap());
        let cited: usize = pieces.filter_map(citations).map(|list| list.len()).sum();
        assert_eq!(answer.context().map_or(0, |context| context.citations.len()), cited, "{file}");
        let kind = last("object").map(|kind| kind.as_str().unwrap().replace(".chunk", ""));
        assert_eq!(Some(answer.object.as_str()), kind.as_deref(), "{file}");
        assert!(!answer.extra.contains_key("obfuscation"), "{file}");
    }
    println!("joined {} streams", exchanges.len());
}

/// All events of a chat, and a check that they tell the same as the answer at their end.
async fn events(chat: ChatRequest) -> Vec<ChatEvent> {
    let mut stream = chat.stream().await.unwrap().events();
    let mut events = Vec::new();
    while let Some(event) = stream.try_next().await.unwrap() {
        events.push(event);
    }
    assert!(stream.try_next().await.unwrap().is_none());
    let Some(ChatEvent::End(answer)) = events.last() else { panic!("no end: {events:?}") };
    for whole in &answer.choices {
        let (mut text, mut refusal, mut arguments) = (String::new(), String::new(), String::new());
        for event in &events {
            match event {
                ChatEvent::Text { choice, delta } if *choice == whole.index => text += delta,
                ChatEvent::Refusal { choice, delta } if *choice == whole.index => refusal += delta,
                ChatEvent::ToolCall(call) if call.choice == whole.index => arguments += &call.delta,
                _ => {}
            }
        }
        assert_eq!(text, whole.text());
        assert_eq!(refusal, whole.message.refusal.clone().unwrap_or_default());
        let calls = whole.message.tool_calls.iter();
        assert_eq!(arguments, calls.map(|call| &*call.function.arguments).collect::<String>());
        let finished = events.iter().filter_map(|event| match event {
            ChatEvent::Finish { choice, reason } if *choice == whole.index => Some(reason),
            _ => None,
        });
        assert_eq!(finished.collect::<Vec<_>>(), Vec::from_iter(&whole.finish_reason));
    }
    events
}

#[tokio::test]
async fn events_tell_by_kind_what_happens() {
    let (emulator, client) = service(PREVIEW).await;
    let mut kinds = BTreeSet::new();
    for (_, chat) in chats(&client) {
        kinds.extend(events(chat).await.iter().map(kind));
    }
    let unknown = json!({"index": 0, "delta": {"reasoning_content": "Hm.", "audio": {"id": "a"}},
        "finish_reason": "stop"});
    emulator.reply(Reply::status(200).sse([
        json!({"choices": [unknown], "service_tier": "default", "obfuscation": "x"}),
        json!({"choices": [], "usage": {"total_tokens": 3}}),
    ]));
    let odd = events(client.chat("gpt-4o").user("?")).await;
    kinds.extend(odd.iter().map(kind));
    let unknown: Vec<_> = odd
        .iter()
        .filter_map(|event| match event {
            ChatEvent::Unknown { choice, members } => Some((*choice, json!(members))),
            _ => None,
        })
        .collect();
    let expected = [
        (Some(0), json!({"reasoning_content": "Hm."})),
        (None, json!({"service_tier": "default"})),
    ];
    assert_eq!(unknown, expected);
    let all = [
        "audio",
        "context",
        "end",
        "filter",
        "finish",
        "function call",
        "log probabilities",
        "prompt filter",
        "refusal",
        "text",
        "tool call",
        "unknown",
        "usage",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
}

fn kind(event: &ChatEvent) -> &'static str {
    match event {
        ChatEvent::PromptFilter(_) => "prompt filter",
        ChatEvent::Text { .. } => "text",
        ChatEvent::Refusal { .. } => "refusal",
        ChatEvent::ToolCall(_) => "tool call",
        ChatEvent::FunctionCall(_) => "function call",
        ChatEvent::Audio { .. } => "audio",
        ChatEvent::Context { .. } => "context",
        ChatEvent::Logprobs { .. } => "log probabilities",
        ChatEvent::Filter { .. } => "filter",
        ChatEvent::Finish { .. } => "finish",
        ChatEvent::Usage(_) => "usage",
        ChatEvent::Unknown { .. } => "unknown",
        ChatEvent::End(_) => "end",
        other => panic!("a new kind of event: {other:?}"),
    }
}

#[tokio::test]
async fn half_written_arguments_of_tool_calls_can_be_read() {
    let (_emulator, client) = service(PREVIEW).await;
    let chat = client.chat("gpt-4o").user("How is the weather in Reykjavik?").tool(weather());
    let calls: Vec<_> = events(chat)
        .await
        .into_iter()
        .filter_map(|event| match event {
            ChatEvent::ToolCall(call) => Some(call),
            _ => None,
        })
        .collect();
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| call.name == "get_weather" && call.id == calls[0].id));
    assert_eq!((calls[0].delta.as_str(), calls[0].partial()), ("", None));
    let city = |at: usize| calls[at].partial().unwrap()["city"].as_str().unwrap().to_owned();
    assert!(!city(1).is_empty() && "Reykjavik".starts_with(&city(1)));
    assert_eq!(city(2), "Reykjavik");
}

#[tokio::test]
async fn texts_are_the_text_and_no_piece_is_empty() {
    let (_emulator, client) = service(PREVIEW).await;
    let chat = client.chat("gpt-4o").user("[async-filter] Count to ten.").n(2);
    let mut texts = chat.stream().await.unwrap().texts();
    assert!(texts.request_id().is_some());
    let mut whole = String::new();
    while let Some(text) = texts.try_next().await.unwrap() {
        assert!(!text.is_empty());
        whole += &text;
    }
    assert_eq!(whole, texts.so_far().text());
    assert_eq!(texts.so_far().choices.len(), 2);
    assert_eq!(texts.so_far().finish_reason(), Some(&FinishReason::Stop));
}

#[tokio::test]
async fn an_error_in_the_middle_ends_every_kind_of_stream_and_keeps_the_text() {
    let (_emulator, client) = service(PREVIEW).await;
    let chat = || client.chat("gpt-4o").user("[error] Count to ten.");
    let mut texts = chat().stream().await.unwrap().texts();
    let error = loop {
        match texts.try_next().await {
            Ok(text) => assert!(text.is_some(), "no error"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Api(_)), "{error:?}");
    assert!(texts.try_next().await.unwrap().is_none());
    let text = texts.so_far().text();
    assert!(text.starts_with("One") || text.starts_with("one"), "{text}");

    let mut events = chat().stream().await.unwrap().events();
    let error = loop {
        match events.try_next().await {
            Ok(event) => assert!(!matches!(event, None | Some(ChatEvent::End(_))), "no error"),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Api(_)), "{error:?}");
    assert!(events.try_next().await.unwrap().is_none());
    assert!(chat().stream().await.unwrap().finish().await.is_err());
}

#[test]
fn blocking_streams_have_texts_events_and_an_end() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let client = client(&emulator, PREVIEW);
    let chat = || client.chat("gpt-4o").user("Count to ten.");
    let whole = chat().stream().wait().unwrap().into_inner().finish().wait().unwrap();
    let texts: Result<String, Error> = chat().stream().wait().unwrap().texts().iter().collect();
    assert_eq!(texts.unwrap(), whole.text());
    let last = chat().stream().wait().unwrap().events().iter().last().unwrap().unwrap();
    let ChatEvent::End(end) = last else { panic!("{last:?}") };
    assert_eq!(end.text(), whole.text());
}

/// The smallest PNG: one transparent point.
const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

#[tokio::test]
async fn every_setting_is_sent_as_the_service_wants_it() {
    let (emulator, client) = service(PREVIEW).await;
    let answer = client
        .chat("gpt-4o")
        .system("Be brief.")
        .developer("Be kind.")
        .user([Part::text("What is this?"), Part::image(PNG).unwrap().detail(Detail::Low)])
        .message(Message::tool_calls([ToolCall::function("call_1", "get_weather", "{}")]))
        .tool_result("call_1", "sunny")
        .message(Message::user("And this?").named("Ann"))
        .user([Part::audio(b"ID3\x04").unwrap()])
        .temperature(0.5)
        .top_p(0.9)
        .n(2)
        .stop("END")
        .seed(42)
        .max_completion_tokens(500)
        .presence_penalty(0.5)
        .frequency_penalty(-0.5)
        .logit_bias("50256", -100)
        .top_logprobs(3)
        .reasoning_effort(Effort::Low)
        .response_format(ResponseFormat::Text)
        .modalities([Modality::Text])
        .prediction("It is a cat.")
        .tool(weather())
        .tool_choice(ToolChoice::auto())
        .parallel_tool_calls(false)
        .end_user("user-7")
        .store(true)
        .metadata("purpose", "test")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.choices.len(), 2);
    let request = emulator.last().unwrap();
    assert_eq!(request.violations, [""; 0]);
    let sent = request.json();
    let url = sent["messages"][2]["content"][1]["image_url"]["url"].as_str().unwrap();
    assert!(url.starts_with("data:image/png;base64,iVBORw0KGgo"), "{url}");
    assert_eq!(sent["prediction"], json!({"type": "content", "content": "It is a cat."}));
    assert_eq!(sent["logit_bias"], json!({"50256": -100}));

    let spoken = AudioOutput::new("alloy", "wav");
    client.chat("gpt-4o-audio-preview").user("Hello").audio(spoken).send().await.unwrap();
    let sent = emulator.last().unwrap().json();
    assert_eq!(sent["modalities"], json!(["text", "audio"]));
    assert_eq!(sent["audio"], json!({"voice": "alloy", "format": "wav"}));
}

#[tokio::test]
async fn functions_in_the_older_form_go_there_and_back() {
    let (emulator, client) = service("2024-10-21").await;
    let function = || Function { strict: None, ..weather().function };
    let chat =
        || client.chat("gpt-35-turbo").user("How is the weather in Oslo?").function(function());
    let answer =
        chat().function_call(FunctionChoice::function("get_weather")).send().await.unwrap();
    let call = answer.choices[0].message.function_call.clone().unwrap();
    assert_eq!(call.parse::<Value>().unwrap()["city"], "Oslo");
    let said = answer.into_inner().choices.swap_remove(0).message;
    let answer = chat().message(said).function_result(call.name, "sunny").send().await.unwrap();
    assert!(!answer.text().is_empty());
    let sent = emulator.last().unwrap().json();
    assert_eq!(sent["messages"][1]["function_call"]["name"], "get_weather");
    assert_eq!(sent["messages"][2]["role"], "function");
}

#[tokio::test]
async fn sound_of_an_answer_goes_into_the_history_by_its_id() {
    let (emulator, client) = service(PREVIEW).await;
    emulator.reply(Reply::status(200).json(json!({"choices": [{"index": 0, "message": {
        "role": "assistant", "content": null, "refusal": null,
        "audio": {"id": "audio_1", "data": "AQID", "transcript": "Hello", "expires_at": 7},
    }, "finish_reason": "stop"}]})));
    let spoken = || AudioOutput::new("alloy", "wav");
    let chat = || client.chat("gpt-4o-audio-preview").audio(spoken()).user("Say hello.");
    let answer = chat().send().await.unwrap().into_inner();
    assert_eq!(answer.audio().unwrap().bytes().unwrap(), [1, 2, 3]);
    let said = answer.choices.into_iter().next().unwrap().message;
    chat().message(said).user("Louder.").send().await.unwrap();
    let sent = emulator.last().unwrap().json();
    let said = json!({"role": "assistant", "content": null, "audio": {"id": "audio_1"}});
    assert_eq!(sent["messages"][1], said);
}
