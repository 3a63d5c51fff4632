//! With nothing set but endpoint and key: what every documented call sends on v1.

use std::future::IntoFuture;

use openai_azure::chat::{JsonSchema, Part, Tool};
use openai_azure::{Error, Method, Upload};
use openai_azure_emulator::Emulator;
use openai_azure_tests::planted;
use serde_json::{Value, json};

use super::service;

/// What is expected of a request.
struct Expected {
    method: &'static str,
    /// Behind `/openai/v1`.
    path: String,
    query: &'static str,
    body: Body,
}

enum Body {
    None,
    /// All fields.
    Json(Value),
    /// Fields of a form; a file has its name.
    Form(&'static [(&'static str, &'static str)]),
}

const PREVIEW: &str = "api-version=preview";

/// Makes a call and looks at what it sent; later calls get what it returned.
async fn check<C, T>(emulator: &Emulator, name: &str, expected: Expected, call: C) -> T
where
    C: IntoFuture<Output = Result<T, Error>>,
{
    let before = emulator.requests();
    let returned = call.await.unwrap_or_else(|error| panic!("{name}: {error}"));
    let requests = emulator.requests() - before;
    assert_eq!(requests, 1, "{name}");
    let sent = emulator.last().unwrap();
    let query: Vec<String> =
        sent.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(sent.method, expected.method, "{name}");
    assert_eq!(sent.path, format!("/openai/v1{}", expected.path), "{name}");
    assert_eq!(query.join("&"), expected.query, "{name}");
    assert!(sent.violations.is_empty(), "{name}: {:?}", sent.violations);
    assert_eq!(sent.header("api-key"), Some(emulator.api_key()), "{name}");
    match expected.body {
        Body::None => assert!(sent.body.is_empty(), "{name}"),
        Body::Json(body) => assert_eq!(sent.json(), body, "{name}"),
        Body::Form(fields) => {
            let mut parts: Vec<(String, String)> = sent
                .parts
                .iter()
                .map(|part| {
                    let text = String::from_utf8_lossy(&part.body).into_owned();
                    (part.name.clone(), part.file_name.clone().unwrap_or(text))
                })
                .collect();
            parts.sort();
            let mut fields: Vec<(String, String)> =
                fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
            fields.sort();
            assert_eq!(parts, fields, "{name}");
        }
    }
    returned
}

fn post(path: &str, body: Value) -> Expected {
    Expected { method: "POST", path: path.to_owned(), query: "", body: Body::Json(body) }
}

fn post_form(path: &str, fields: &'static [(&'static str, &'static str)]) -> Expected {
    Expected { method: "POST", path: path.to_owned(), query: "", body: Body::Form(fields) }
}

fn get(path: impl Into<String>) -> Expected {
    Expected { method: "GET", path: path.into(), query: "", body: Body::None }
}

fn preview(expected: Expected) -> Expected {
    Expected { query: PREVIEW, ..expected }
}

const MODEL: &str = "gpt-5.6-terra";

#[tokio::test]
async fn chats_and_embeddings() {
    let (emulator, client) = service().await;
    let path = "/chat/completions";
    let user = |text: &str| json!({"role": "user", "content": text});

    let chat = client.chat(MODEL).developer("Be brief.").user("Why?").max_completion_tokens(90);
    let messages = json!([{"role": "developer", "content": "Be brief."}, user("Why?")]);
    let body = json!({"model": MODEL, "messages": messages, "max_completion_tokens": 90});
    check(&emulator, "chat", post(path, body), chat.send()).await;

    let chat = client.chat(MODEL).user("Count.").include_usage(true);
    let body = json!({
        "model": MODEL, "messages": [user("Count.")], "stream": true,
        "stream_options": {"include_usage": true},
    });
    let mut stream = check(&emulator, "stream", post(path, body), chat.stream()).await;
    while stream.try_next().await.unwrap().is_some() {}

    let parameters = json!({
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
    });
    let tool = Tool::function("weather", "The weather.", parameters.clone());
    let chat = client.chat(MODEL).user("Oslo?").tool(tool);
    let function =
        json!({"name": "weather", "description": "The weather.", "parameters": parameters});
    let body = json!({
        "model": MODEL, "messages": [user("Oslo?")],
        "tools": [{"type": "function", "function": function}],
    });
    check(&emulator, "tools", post(path, body), chat.send()).await;

    let schema = json!({
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
        "additionalProperties": false,
    });
    let chat = client.chat(MODEL).user("Oslo.").verbosity("low");
    let chat = chat.response_format(JsonSchema::new("place", schema.clone()));
    let body = json!({
        "model": MODEL, "messages": [user("Oslo.")], "verbosity": "low",
        "response_format": {"type": "json_schema", "json_schema": {
            "name": "place", "schema": schema, "strict": true,
        }},
    });
    check(&emulator, "schema", post(path, body), chat.send()).await;

    let image = Part::image_url("https://example.com/cat.png");
    let chat = client.chat(MODEL).user([Part::text("What is it?"), image]);
    let content = json!([
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}},
    ]);
    let body = json!({"model": MODEL, "messages": [{"role": "user", "content": content}]});
    check(&emulator, "image", post(path, body), chat.send()).await;

    let embed = client.embed("text-embedding-3-large").input(["red", "blue"]).dimensions(256);
    let body = json!({
        "model": "text-embedding-3-large", "input": ["red", "blue"], "dimensions": 256,
        "encoding_format": "base64",
    });
    check(&emulator, "embeddings", post("/embeddings", body), embed.send()).await;

    let complete = client.complete("gpt-35-turbo-instruct", "Once").max_tokens(9);
    let body = json!({"model": "gpt-35-turbo-instruct", "prompt": "Once", "max_tokens": 9});
    check(&emulator, "completion", post("/completions", body), complete.send()).await;
}

#[tokio::test]
async fn audio_and_images() {
    let (emulator, client) = service().await;
    let wav = || Upload::bytes("talk.wav", &b"RIFF....WAVE"[..]);
    let fields = &[
        ("file", "talk.wav"),
        ("model", "gpt-4o-mini-transcribe"),
        ("language", "en"),
        ("include[]", "logprobs"),
    ];
    let expected = preview(post_form("/audio/transcriptions", fields));
    let call =
        client.transcribe("gpt-4o-mini-transcribe", wav()).language("en").include("logprobs");
    check(&emulator, "transcription", expected, call.send()).await;

    let fields = &[
        ("file", "talk.wav"),
        ("model", "gpt-4o-transcribe-diarize"),
        ("response_format", "diarized_json"),
        ("chunking_strategy", "auto"),
        ("known_speaker_names[]", "Ada"),
        ("known_speaker_references[]", "data:audio/wav;base64,AQID"),
    ];
    let expected = preview(post_form("/audio/transcriptions", fields));
    let call = client.transcribe("gpt-4o-transcribe-diarize", wav()).diarized();
    let call = call.chunking_strategy("auto").known_speaker("Ada", "audio/wav", [1, 2, 3]);
    let transcript = check(&emulator, "diarized", expected, call.send()).await;
    assert!(!transcript.segments.is_empty() && !transcript.segments[0].speaker.is_empty());

    let fields = &[("file", "talk.wav"), ("model", "whisper")];
    let expected = preview(post_form("/audio/translations", fields));
    check(&emulator, "translation", expected, client.translate("whisper", wav()).send()).await;

    let call = client.speak("gpt-4o-mini-tts", "Hello").voice("coral").instructions("Calm.");
    let body = json!({
        "model": "gpt-4o-mini-tts", "input": "Hello", "voice": "coral", "instructions": "Calm.",
    });
    check(&emulator, "speech", preview(post("/audio/speech", body)), call.send()).await;

    let call = client.generate_image("gpt-image-2", "a cat").size("1536x1024").quality("low");
    let body = json!({
        "model": "gpt-image-2", "prompt": "a cat", "size": "1536x1024", "quality": "low",
    });
    let images =
        check(&emulator, "image", preview(post("/images/generations", body)), call.send()).await;
    let png = images.data[0].bytes().unwrap();

    let fields = &[
        ("image[]", "cat.png"),
        ("image[]", "hat.png"),
        ("mask", "mask.png"),
        ("prompt", "a hat"),
        ("model", "gpt-image-2"),
        ("input_fidelity", "high"),
        ("output_format", "jpeg"),
        ("output_compression", "80"),
        ("n", "2"),
    ];
    let upload = |name: &str| Upload::bytes(name, png.clone());
    let call = client
        .edit_image("gpt-image-2", "a hat", upload("cat.png"))
        .image(upload("hat.png"))
        .mask(upload("mask.png"))
        .input_fidelity("high")
        .output_format("jpeg")
        .output_compression(80)
        .n(2);
    let expected = preview(post_form("/images/edits", fields));
    let edited = check(&emulator, "edit", expected, call.send()).await;
    assert_eq!(edited.data.len(), 2);
    assert!(edited.usage.as_ref().unwrap().input_tokens_details.is_some());
}

#[tokio::test]
async fn files_batches_fine_tuning_and_models() {
    let (emulator, client) = service().await;
    let line = json!({
        "custom_id": "1", "method": "POST", "url": "/v1/chat/completions",
        "body": {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}]},
    });
    let lines = Upload::bytes("lines.jsonl", format!("{line}\n"));
    let expected = post_form("/files", &[("file", "lines.jsonl"), ("purpose", "batch")]);
    let files = client.files();
    let file = check(&emulator, "upload", expected, files.upload(lines, "batch").send()).await;
    let path = format!("/files/{}", file.id);
    check(&emulator, "file", get(&path), files.get(&file.id)).await;
    check(&emulator, "files", get("/files"), files.list().send()).await;
    check(&emulator, "content", get(format!("{path}/content")), files.content(&file.id).send())
        .await;

    let batches = client.batches();
    let create = batches.create(&file.id, "/v1/chat/completions");
    let body = json!({
        "input_file_id": file.id, "endpoint": "/v1/chat/completions", "completion_window": "24h",
    });
    let batch = check(&emulator, "batch", post("/batches", body), create.send()).await;
    let path = format!("/batches/{}", batch.id);
    check(&emulator, "get batch", get(&path), batches.get(&batch.id)).await;
    check(&emulator, "batches", get("/batches"), batches.list().send()).await;
    let cancel = Expected { method: "POST", ..get(format!("{path}/cancel")) };
    check(&emulator, "cancel batch", cancel, batches.cancel(&batch.id)).await;

    let example = json!({"messages": [
        {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"},
    ]});
    let examples = format!("{example}\n").repeat(10);
    let examples = files.upload(Upload::bytes("train.jsonl", examples), "fine-tune");
    let training = examples.send().await.unwrap();
    let jobs = client.fine_tuning_jobs();
    let create = jobs.create("gpt-4.1-mini", &training.id);
    let body = json!({"model": "gpt-4.1-mini", "training_file": training.id});
    let job = check(&emulator, "job", post("/fine_tuning/jobs", body), create.send()).await;
    check(&emulator, "get job", get(format!("/fine_tuning/jobs/{}", job.id)), jobs.get(&job.id))
        .await;
    check(&emulator, "jobs", get("/fine_tuning/jobs"), jobs.list().send()).await;

    let models = client.models();
    let list = check(&emulator, "models", get("/models"), models.list()).await;
    let model = list.data[0].id.clone();
    check(&emulator, "model", get(format!("/models/{model}")), models.get(&model)).await;
}

#[tokio::test]
async fn responses() {
    let (emulator, client) = service().await;
    let sent = |emulator: &Emulator| emulator.last().unwrap();
    let response = client.respond(MODEL).user("Why?").send().await.unwrap();
    let request = sent(&emulator);
    assert_eq!((request.path.as_str(), request.query.len()), ("/openai/v1/responses", 0));
    assert_eq!(request.json()["model"], MODEL);
    let mut stream = client.respond(MODEL).user("Count.").stream().await.unwrap();
    assert_eq!(sent(&emulator).json()["stream"], true);
    while stream.try_next().await.unwrap().is_some() {}

    let stored = client.responses();
    let path = format!("/responses/{}", response.id);
    check(&emulator, "get", get(&path), stored.get(&response.id)).await;
    let delete = Expected { method: "DELETE", ..get(&path) };
    check(&emulator, "delete", delete, stored.delete(&response.id)).await;
}

#[tokio::test]
async fn any_path_goes_through_the_same_engine() {
    let (emulator, client) = service().await;
    let body = json!({"model": MODEL, "input": "Why?"});
    let expected = post("/responses", body.clone());
    let call = client.request(Method::POST, "/responses").json(&body);
    let response = check(&emulator, "json", expected, call.send()).await;
    assert_eq!(response["object"], "response");
    assert!(response.request_id().is_some());

    let expected = Expected { query: "limit=2", ..get("/files") };
    let call = client.request(Method::GET, "files?limit=2");
    check(&emulator, "bytes", expected, call.send_bytes()).await;

    let body = json!({"model": MODEL, "input": "Count.", "stream": true});
    let call = client.request(Method::POST, "/responses").json(&body);
    let mut events = call.stream().await.unwrap();
    let mut kinds = Vec::new();
    while let Some(event) = events.try_next().await.unwrap() {
        kinds.push(event["type"].as_str().unwrap().to_owned());
    }
    assert_eq!(kinds.first().map(String::as_str), Some("response.created"));
    assert_eq!(kinds.last().map(String::as_str), Some("response.completed"));

    let error = client.request(Method::GET, "/no-such-path").send().await.unwrap_err();
    assert_eq!(error.as_api().map(openai_azure::ApiError::status), Some(404));
    let before = emulator.requests();
    let error = client.request(Method::GET, "https://example.com/models").send().await.unwrap_err();
    assert!(error.to_string().contains("another origin"), "{error}");
    assert_eq!(emulator.requests(), before);
}

#[tokio::test]
async fn the_preview_of_v1_can_be_forced_and_switched_off() {
    let emulator = Emulator::start().await.unwrap();
    let client = |version: &str| {
        let builder = planted::builder().endpoint(emulator.endpoint()).api_version(version);
        builder.api_key(emulator.api_key()).build().unwrap()
    };
    client("preview").chat(MODEL).user("Why?").send().await.unwrap();
    assert_eq!(emulator.last().unwrap().query("api-version"), Some("preview"));

    let before = emulator.requests();
    let v1 = client("v1");
    let error = v1.generate_image("gpt-image-2", "a cat").send().await.unwrap_err().to_string();
    assert!(error.contains("v1-preview") && error.contains("api_version"), "{error}");
    assert_eq!(emulator.requests(), before);
    v1.chat(MODEL).user("Why?").send().await.unwrap();
    assert_eq!(emulator.last().unwrap().query("api-version"), None);
}

#[tokio::test]
async fn what_reasoning_models_refuse_names_what_to_use() {
    let (_emulator, client) = service().await;
    for (chat, hint) in [
        (client.chat(MODEL).user("Why?").max_tokens(9), "`max_completion_tokens`"),
        (client.chat(MODEL).user("Why?").temperature(0.2), "leave `temperature` out"),
    ] {
        let error = chat.send().await.unwrap_err().to_string();
        assert!(error.contains(hint), "{error}");
    }
}
