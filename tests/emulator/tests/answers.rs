//! What the emulator says looks like what the service says.

mod http;

use http::{Answer, CHAT, chat, post, send};
use openai_azure_emulator::Emulator;
use serde_json::{Value, json};

async fn call(emulator: &Emulator, path: &str, version: &str, body: Value) -> Answer {
    send(emulator, &post(path, version), body.to_string().as_bytes()).await
}

async fn get(emulator: &Emulator, method: &str, path: &str, version: &str) -> Answer {
    let request = post(path, version).replace("POST", method);
    send(emulator, &request, b"").await
}

/// A request with a form.
async fn form(emulator: &Emulator, path: &str, version: &str, parts: &[(&str, &str)]) -> Answer {
    let mut body = String::new();
    for (name, value) in parts {
        let file = if *name == "file" { "; filename=\"a.wav\"" } else { "" };
        body += "--b\r\ncontent-disposition: form-data; ";
        body += &format!("name=\"{name}\"{file}\r\n\r\n{value}\r\n");
    }
    body += "--b--\r\n";
    let request =
        post(path, version).replace("application/json", "multipart/form-data; boundary=b");
    send(emulator, &request, body.as_bytes()).await
}

fn text(events: &[Value]) -> String {
    let piece = |event: &Value| event["choices"][0]["delta"]["content"].as_str().map(str::to_owned);
    events.iter().filter_map(piece).collect()
}

#[tokio::test]
async fn a_chat_has_filters_usage_and_ids() {
    let emulator = Emulator::start().await.unwrap();
    let answer = chat(&emulator, "Why is the sky blue?", json!({"n": 2})).await;
    for name in ["x-request-id", "apim-request-id", "x-ms-region", "x-ratelimit-limit-tokens"] {
        assert!(answer.header(name).is_some(), "{name}");
    }
    let body = answer.json();
    assert_eq!(body["choices"].as_array().unwrap().len(), 2);
    assert!(body["choices"][1]["message"]["content"].as_str().unwrap().contains("blue"));
    assert_eq!(body["choices"][0]["content_filter_results"]["hate"]["severity"], "safe");
    assert_eq!(body["prompt_filter_results"][0]["prompt_index"], 0);
    assert!(body["usage"]["total_tokens"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn the_request_id_of_the_client_comes_back() {
    let emulator = Emulator::start().await.unwrap();
    let request = post(CHAT, "2024-10-21") + "\r\nx-ms-client-request-id: mine";
    let answer = send(&emulator, &request, b"{}").await;
    assert_eq!(answer.header("x-ms-client-request-id"), Some("mine"));
}

#[tokio::test]
async fn a_stream_says_what_the_whole_answer_says() {
    let emulator = Emulator::start().await.unwrap();
    let whole = chat(&emulator, "Count to ten.", json!({})).await.json();
    let options = json!({"stream": true, "stream_options": {"include_usage": true}});
    let answer = chat(&emulator, "Count to ten.", options).await;
    let events = answer.events();
    assert_eq!(events[0]["choices"], json!([]));
    assert_eq!(events[0]["id"], "");
    assert!(events[0]["prompt_filter_results"].is_array());
    assert_eq!(events[1]["choices"][0]["delta"]["role"], "assistant");
    assert_eq!(text(&events), whole["choices"][0]["message"]["content"]);
    let last = events.last().unwrap();
    assert_eq!(last["usage"], whole["usage"]);
    assert!(answer.body().0.ends_with("data: [DONE]\n\n"));
}

#[tokio::test]
async fn markers_provoke_filters_refusals_and_errors() {
    let emulator = Emulator::start().await.unwrap();
    let blocked = chat(&emulator, "Hello [filter]", json!({})).await;
    assert_eq!(blocked.status, 400);
    let error = &blocked.json()["error"];
    assert_eq!(error["code"], "content_filter");
    assert_eq!(error["innererror"]["content_filter_result"]["violence"]["filtered"], true);
    let cut = chat(&emulator, "Hello [filter-answer]", json!({})).await.json();
    assert_eq!(cut["choices"][0]["finish_reason"], "content_filter");
    let refused = chat(&emulator, "Hello [refuse]", json!({})).await.json();
    assert!(refused["choices"][0]["message"]["refusal"].is_string());
    let late = chat(&emulator, "Hello [async-filter]", json!({"stream": true})).await.events();
    let late = late.iter().find(|event| event["choices"][0]["content_filter_offsets"].is_object());
    assert!(late.unwrap()["choices"][0].get("delta").is_none());
    let broken = chat(&emulator, "Hello [error]", json!({"stream": true})).await;
    assert!(broken.events().last().unwrap()["error"].is_object());
    assert!(!broken.body().0.contains("[DONE]"));
}

#[tokio::test]
async fn tools_are_called_whole_and_in_pieces() {
    let emulator = Emulator::start().await.unwrap();
    let tools = json!([{"type": "function", "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    }}]);
    let user = "How is the weather in Oslo and Rome?";
    let whole = chat(&emulator, user, json!({"tools": tools})).await.json();
    let choice = &whole["choices"][0];
    assert_eq!(choice["finish_reason"], "tool_calls");
    let calls = choice["message"]["tool_calls"].as_array().unwrap();
    assert_eq!(calls[1]["function"]["arguments"], r#"{"city":"Rome"}"#);
    let events = chat(&emulator, user, json!({"tools": tools, "stream": true})).await.events();
    let mut arguments = [String::new(), String::new()];
    for event in &events {
        let call = &event["choices"][0]["delta"]["tool_calls"][0];
        if let Some(index) = call["index"].as_u64() {
            arguments[index as usize] += call["function"]["arguments"].as_str().unwrap();
        }
    }
    assert_eq!(arguments, [r#"{"city":"Oslo"}"#, r#"{"city":"Rome"}"#]);
    let named = json!({"type": "function", "function": {"name": "get_weather"}});
    let demanded = json!({"tools": tools, "tool_choice": named});
    let demanded = chat(&emulator, "Hello", demanded).await.json();
    assert!(demanded["choices"][0]["message"]["tool_calls"].is_array());
    let none = chat(&emulator, "Hello", json!({"tools": tools})).await.json();
    assert!(none["choices"][0]["message"]["content"].is_string());
}

#[tokio::test]
async fn a_schema_is_answered_with_what_fits_it() {
    let emulator = Emulator::start().await.unwrap();
    let schema = json!({
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name", "age"],
        "additionalProperties": false,
    });
    let format = json!({"type": "json_schema", "json_schema": {"name": "x", "schema": schema}});
    let answer = chat(&emulator, "Someone?", json!({"response_format": format})).await.json();
    let content = answer["choices"][0]["message"]["content"].as_str().unwrap();
    let value: Value = serde_json::from_str(content).unwrap();
    assert!(jsonschema::is_valid(&schema, &value), "{value}");
}

#[tokio::test]
async fn limits_and_stops_end_an_answer() {
    let emulator = Emulator::start().await.unwrap();
    let cut = chat(&emulator, "Count to ten.", json!({"max_tokens": 2})).await.json();
    assert_eq!(cut["choices"][0]["message"]["content"], "One, two,");
    assert_eq!(cut["choices"][0]["finish_reason"], "length");
    let stopped = chat(&emulator, "Count to ten.", json!({"stop": ", three"})).await.json();
    assert_eq!(stopped["choices"][0]["message"]["content"], "One, two");
    assert_eq!(stopped["choices"][0]["finish_reason"], "stop");
}

#[tokio::test]
async fn embeddings_come_as_numbers_or_base64() {
    let emulator = Emulator::start().await.unwrap();
    let path = "/openai/deployments/text-embedding-3-small/embeddings";
    let ask = |format| json!({"input": ["a", "b"], "dimensions": 4, "encoding_format": format});
    let floats = call(&emulator, path, "2024-10-21", ask("float")).await.json();
    assert_eq!(floats["data"][1]["embedding"].as_array().unwrap().len(), 4);
    let packed = call(&emulator, path, "2024-10-21", ask("base64")).await.json();
    use base64::Engine as _;
    let text = packed["data"][1]["embedding"].as_str().unwrap();
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
    let first = f32::from_le_bytes(bytes[..4].try_into().unwrap());
    assert_eq!(f64::from(first), floats["data"][1]["embedding"][0]);
    let many = json!({"input": vec!["x"; 2049]});
    assert_eq!(call(&emulator, path, "2024-10-21", many).await.status, 400);
}

#[tokio::test]
async fn completions_answer_each_prompt() {
    let emulator = Emulator::start().await.unwrap();
    let path = "/openai/deployments/gpt-35-turbo-instruct/completions";
    let body = json!({"prompt": ["Count to two.", "Count to three."], "max_tokens": 9});
    let whole = call(&emulator, path, "2024-10-21", body).await.json();
    assert_eq!(whole["choices"][1]["text"], "One, two, three.");
    let body = json!({"prompt": "Count to two.", "stream": true});
    let answer = call(&emulator, path, "2024-10-21", body).await;
    let piece = |event: &Value| event["choices"][0]["text"].as_str().map(str::to_owned);
    let text: String = answer.events().iter().filter_map(piece).collect();
    assert_eq!(text, "One, two.");
}

#[tokio::test]
async fn a_recording_is_transcribed_in_five_formats() {
    let emulator = Emulator::start().await.unwrap();
    let path = "/openai/deployments/whisper/audio/transcriptions";
    for (format, media, start) in [
        ("json", "application/json", "{\"text\":"),
        ("verbose_json", "application/json", "{\"duration\":"),
        ("text", "text/plain; charset=utf-8", "The train"),
        ("srt", "text/plain; charset=utf-8", "1\n00:00:00,000 --> 00:00:04,000\nThe"),
        ("vtt", "text/plain; charset=utf-8", "WEBVTT\n\n00:00:00.000 --> 00:00:04.000\n"),
    ] {
        let parts = [("file", "RIFF"), ("response_format", format), ("temperature", "0.5")];
        let answer = form(&emulator, path, "2024-10-21", &parts).await;
        assert_eq!(answer.status, 200, "{format} {}", answer.json());
        assert_eq!(answer.header("content-type"), Some(media), "{format}");
        assert!(answer.body().0.starts_with(start), "{format}: {}", answer.body().0);
    }
    let words = [("file", "RIFF"), ("response_format", "verbose_json")];
    let words = [&words[..], &[("timestamp_granularities[]", "word")]].concat();
    let answer = form(&emulator, path, "2024-10-21", &words).await;
    assert_eq!(answer.json()["words"][1]["word"], "train");
    for wrong in [&[("response_format", "json")][..], &[("file", "x"), ("temperature", "hot")]] {
        assert_eq!(form(&emulator, path, "2024-10-21", wrong).await.status, 400);
    }
}

#[tokio::test]
async fn speech_is_a_sound_and_an_old_version_lacks_it() {
    let emulator = Emulator::start().await.unwrap();
    let path = "/openai/deployments/tts/audio/speech";
    let body = json!({"model": "tts", "input": "Hello", "voice": "alloy"});
    assert_eq!(call(&emulator, path, "2024-10-21", body.clone()).await.status, 404);
    let emulator = Emulator::builder().validate(false).start().await.unwrap();
    let answer = call(&emulator, path, "2024-10-01-preview", body).await;
    assert_eq!(answer.header("content-type"), Some("audio/mpeg"));
    assert!(answer.raw.len() > 44);
}

#[tokio::test]
async fn images_are_urls_that_can_be_fetched_or_base64() {
    let emulator = Emulator::start().await.unwrap();
    let path = "/openai/deployments/dall-e-3/images/generations";
    let answer = call(&emulator, path, "2024-10-21", json!({"prompt": "a cat"})).await.json();
    let url = answer["data"][0]["url"].as_str().unwrap().to_owned();
    let place = url.strip_prefix(emulator.endpoint()).unwrap();
    let request = format!("GET {place} HTTP/1.1\r\naccept: */*");
    let picture = send(&emulator, &request, b"").await;
    assert_eq!(picture.header("content-type"), Some("image/png"));
    assert!(picture.raw.starts_with(b"\x89PNG"));
    let body = json!({"prompt": "a cat", "response_format": "b64_json"});
    let answer = call(&emulator, path, "2024-10-21", body).await.json();
    assert!(answer["data"][0]["b64_json"].is_string());
}

#[tokio::test]
async fn models_are_listed_and_got() {
    let emulator = Emulator::start().await.unwrap();
    let list = get(&emulator, "GET", "/openai/models", "2024-10-21").await.json();
    assert!(list["data"].as_array().unwrap().iter().any(|model| model["id"] == "gpt-4o"));
    let one = get(&emulator, "GET", "/openai/models/gpt-4o", "2024-10-21").await.json();
    assert_eq!(one["capabilities"]["chat_completion"], true);
    assert_eq!(get(&emulator, "GET", "/openai/models/none", "2024-10-21").await.status, 404);
}

#[tokio::test]
async fn a_batch_goes_on_until_its_answers_are_a_file() {
    let emulator = Emulator::start().await.unwrap();
    let version = "2024-10-21";
    let line = json!({"custom_id": "q1", "method": "POST", "url": "/chat/completions", "body": {
        "model": "gpt-4o", "messages": [{"role": "user", "content": "Count to two."}],
    }});
    let parts = [("file", line.to_string()), ("purpose", "batch".to_owned())];
    let parts: Vec<_> = parts.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let file = form(&emulator, "/openai/files", version, &parts).await;
    assert_eq!(file.status, 201, "{}", file.json());
    let file = file.json()["id"].as_str().unwrap().to_owned();
    let body = json!({
        "input_file_id": file, "endpoint": "/chat/completions", "completion_window": "24h",
    });
    let batch = call(&emulator, "/openai/batches", version, body).await;
    assert_eq!(batch.status, 200, "{}", batch.json());
    let path = format!("/openai/batches/{}", batch.json()["id"].as_str().unwrap());
    let mut states = vec![];
    let mut output = String::new();
    for _ in 0..4 {
        let batch = get(&emulator, "GET", &path, version).await.json();
        states.push(batch["status"].as_str().unwrap().to_owned());
        output = batch["output_file_id"].as_str().unwrap().to_owned();
    }
    assert_eq!(states, ["in_progress", "finalizing", "completed", "completed"]);
    let path = format!("/openai/files/{output}/content");
    let result: Value =
        serde_json::from_str(&get(&emulator, "GET", &path, version).await.body().0).unwrap();
    assert_eq!(result["custom_id"], "q1");
    let message = &result["response"]["body"]["choices"][0]["message"];
    assert_eq!(message["content"], "One, two.");
    let path = format!("/openai/files/{file}");
    for deleted in [true, false] {
        let answer = get(&emulator, "DELETE", &path, version).await.json();
        assert_eq!(answer["deleted"], deleted);
    }
}

#[tokio::test]
async fn responses_are_kept_and_streamed() {
    let emulator = Emulator::start().await.unwrap();
    let (path, version) = ("/openai/responses", "2025-03-01-preview");
    let body = json!({"model": "gpt-4o", "input": "Count to two."});
    let made = call(&emulator, path, version, body).await;
    assert_eq!(made.status, 200, "{}", made.json());
    let made = made.json();
    assert_eq!(made["output"][0]["content"][0]["text"], "One, two.");
    let own = format!("{path}/{}", made["id"].as_str().unwrap());
    assert_eq!(get(&emulator, "GET", &own, version).await.json(), made);
    let items = get(&emulator, "GET", &format!("{own}/input_items"), version).await.json();
    assert_eq!(items["data"][0]["content"][0]["text"], "Count to two.");
    let body = json!({"model": "gpt-4o", "input": "Count to two.", "stream": true});
    let events = call(&emulator, path, version, body).await.events();
    let delta = |event: &Value| event["delta"].as_str().map(str::to_owned);
    assert_eq!(events.iter().filter_map(delta).collect::<String>(), "One, two.");
    assert_eq!(events.last().unwrap()["type"], "response.completed");
    assert_eq!(get(&emulator, "DELETE", &own, version).await.status, 200);
    assert_eq!(get(&emulator, "GET", &own, version).await.status, 404);
}

#[tokio::test]
async fn a_response_in_the_background_is_done_after_two_looks() {
    let emulator = Emulator::builder().validate(false).start().await.unwrap();
    let body = json!({"model": "gpt-4o", "input": "Hello", "background": true});
    let path = "/openai/responses";
    let made = call(&emulator, path, "2025-04-01-preview", body).await.json();
    assert_eq!(made["status"], "queued");
    let own = format!("{path}/{}", made["id"].as_str().unwrap());
    let mut states = vec![];
    for _ in 0..2 {
        let look = get(&emulator, "GET", &own, "2025-04-01-preview").await.json();
        states.push(look["status"].as_str().unwrap().to_owned());
    }
    assert_eq!(states, ["in_progress", "completed"]);
}
