//! Images: real traffic, rebuilt requests, filter results, files.

use std::path::PathBuf;
use std::time::Duration;

use openai_azure::images::{
    Background, Image, ImageEvent, ImageFormat, ImageQuality, ImageRequest, ImageResponse,
    ImageSize, ImageStyle, Moderation,
};
use openai_azure::{
    CallOptions, Client, Endpoint, Error, ErrorKind, RetryPolicy, Severity, Upload,
};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::exchange::{self, Exchange};
use openai_azure_tests::planted;
use openai_azure_tests::replay::{Cut, replay};
use openai_azure_tests::wire::{self, Wire};
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let retry = RetryPolicy::new().first_backoff(Duration::from_millis(1)).budget(1.0);
    let endpoint = Endpoint::dated(emulator.endpoint()).unwrap();
    let client = planted::builder().endpoint(endpoint).api_key(emulator.api_key());
    let client = client.retry(retry).build().unwrap();
    (emulator, client)
}

fn recorded() -> Vec<Exchange> {
    let mut found = exchange::all();
    found.retain(|exchange| exchange.kind == "images");
    assert!(!found.is_empty());
    found
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir();
    let folder = folder.join(format!("openai-azure-images-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[tokio::test]
async fn every_recorded_answer_decodes_and_nothing_of_it_is_lost() {
    let exchanges = recorded();
    for exchange in &exchanges {
        for cut in [Cut::Whole, Cut::Random(3)] {
            let (_emulator, client) = replay(exchange, cut).await.unwrap();
            let answer = client.generate_image(exchange.deployment(), "?").send().await;
            let answer = answer.unwrap_or_else(|e| panic!("{}: {e:?}", exchange.file));
            let recorded: Value = serde_json::from_str(&exchange.response.body).unwrap();
            assert_eq!(serde_json::to_value(&*answer).unwrap(), recorded, "{}", exchange.file);
            let first = &recorded["data"][0];
            let image = &answer.data[0];
            assert_eq!(image.revised_prompt.as_deref(), first["revised_prompt"].as_str());
            assert_eq!(image.bytes().is_some(), first["b64_json"].is_string());
            if first["prompt_filter_results"].is_object() {
                let hate = image.content_filter_results.hate().unwrap();
                assert_eq!(hate.severity, Some(Severity::Safe));
                let profanity = image.prompt_filter_results.profanity().unwrap();
                assert_eq!(profanity.detected, Some(false));
            }
        }
    }
    println!("replayed {} answers with images", exchanges.len());
}

/// The builders that make the recorded requests again, by the text that was painted.
fn rebuilt(client: &Client, exchange: &Exchange, prompt: &str) -> Option<ImageRequest> {
    let paint = client.generate_image(exchange.deployment(), prompt);
    Some(match prompt {
        "a tabby cat" => paint
            .quality(ImageQuality::Standard)
            .response_format(ImageResponse::Url)
            .size(ImageSize::S1024x1024)
            .end_user("test_user")
            // Clients of OpenAI name the deployment twice; it does no harm.
            .extra("model", "dall-e-3"),
        "a lighthouse at dusk" => paint.n(1),
        "a grey dot" => paint.base64(),
        _ => return None,
    })
}

#[tokio::test]
async fn builders_make_the_recorded_requests_again() {
    let mut count = 0;
    for exchange in recorded() {
        let recorded: Value =
            serde_json::from_str(exchange.request.body.as_deref().unwrap()).unwrap();
        let (emulator, client) = replay(&exchange, Cut::Whole).await.unwrap();
        let paint = rebuilt(&client, &exchange, recorded["prompt"].as_str().unwrap());
        let paint = paint.unwrap_or_else(|| panic!("{} is not rebuilt", exchange.file));
        paint.send().await.unwrap();
        let sent = emulator.last().unwrap();
        assert_eq!(sent.json(), recorded, "{}", exchange.file);
        let path = exchange.request.uri.split('?').next().unwrap();
        assert!(path.ends_with(&sent.path), "{path} {}", sent.path);
        count += 1;
    }
    println!("rebuilt {count} requests for images");
}

#[tokio::test]
async fn each_setter_is_one_field_and_what_is_not_set_is_absent() {
    let (emulator, client) = service().await;
    let reply = || Reply::status(200).json(json!({"created": 1, "data": [{}]}));
    let request = || client.generate_image("dall-e-3", "a cat");
    for (request, fields) in [
        (request(), json!({})),
        (request().style(ImageStyle::Natural), json!({"style": "natural"})),
        (request().quality("hd"), json!({"quality": "hd"})),
        (request().size("1792x1024"), json!({"size": "1792x1024"})),
    ] {
        request.send().await.unwrap();
        let sent = emulator.last().unwrap();
        assert!(sent.violations.is_empty(), "{:?}", sent.violations);
        let mut expected = json!({"prompt": "a cat"});
        expected.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        assert_eq!(sent.json(), expected);
    }
    emulator.reply(reply());
    let newer = client
        .generate_image("gpt-image-1", "a cat")
        .n(2)
        .size(ImageSize::S1536x1024)
        .quality(ImageQuality::High)
        .background(Background::Transparent)
        .output_format(ImageFormat::Webp)
        .output_compression(80)
        .moderation(Moderation::Low)
        .extra("partial_images", 0);
    newer.send().await.unwrap();
    let expected = json!({
        "prompt": "a cat", "n": 2, "size": "1536x1024", "quality": "high",
        "background": "transparent", "output_format": "webp", "output_compression": 80,
        "moderation": "low", "partial_images": 0,
    });
    assert_eq!(emulator.last().unwrap().json(), expected);
}

#[tokio::test]
async fn images_are_decoded_saved_and_fetched() {
    let (emulator, client) = service().await;
    let answer = client.generate_image("dall-e-3", "a cat").base64().send().await.unwrap();
    let image = &answer.data[0];
    let bytes = image.bytes().unwrap();
    assert!(bytes.starts_with(PNG));
    assert_eq!(image.revised_prompt.as_deref(), Some("a cat, as a grey dot"));
    assert_eq!(image.fetch(&client).await.unwrap(), bytes);
    let folder = folder("save");
    let path = folder.join("cat.png");
    std::fs::write(&path, "old").unwrap();
    image.save(&path).await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    std::fs::remove_dir_all(folder).unwrap();

    let answer = client.generate_image("dall-e-3", "a cat").send().await.unwrap();
    let image = &answer.data[0];
    assert!(image.url.is_some() && image.bytes().is_none());
    assert_eq!(image.save("never.png").await.unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(image.fetch(&client).await.unwrap(), bytes);
    let fetched = emulator.last().unwrap();
    assert_eq!((fetched.method.as_str(), fetched.header("api-key")), ("GET", None));
}

fn at(url: &str) -> Image {
    serde_json::from_value(json!({"url": url})).unwrap()
}

#[tokio::test]
async fn an_image_is_downloaded_by_https_only_unless_the_endpoint_is_on_this_machine() {
    let far = planted::builder().endpoint("https://r.example").api_key(planted::KEY);
    let far = far.build().unwrap();
    for url in ["http://127.0.0.1:9/a.png?sig=hunter2", "ftp://b.example/a.png", "a.png"] {
        let error = at(url).fetch(&far).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{url}: {error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
    let blob = Wire::always(vec![wire::json(200, "", "png")]).await;
    let near = planted::builder().endpoint("http://127.0.0.1:9").api_key(planted::KEY);
    let image = at(&format!("{}/a.png", blob.endpoint()));
    assert_eq!(image.fetch(&near.build().unwrap()).await.unwrap(), "png");
}

#[tokio::test]
async fn another_host_is_sent_no_header_of_the_client() {
    let blob = Wire::always(vec![wire::json(200, "", "png")]).await;
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-gateway-key", reqwest::header::HeaderValue::from_static("hunter2"));
    let with_headers = headers.clone();
    let client = planted::builder()
        .endpoint("http://127.0.0.1:9")
        .api_key(planted::KEY)
        .options(CallOptions::new().header("x-team-key", "hunter3"))
        .http(move |http| http.default_headers(with_headers.clone()))
        .build()
        .unwrap();
    let image = at(&format!("{}/a.png?sig=s", blob.endpoint()));
    assert_eq!(image.fetch(&client).await.unwrap(), "png");
    let own = reqwest::Client::builder().default_headers(headers).no_proxy().build().unwrap();
    assert_eq!(image.fetch_with(&client, &own).await.unwrap(), "png");
    let requests = blob.requests();
    assert!(!requests[0].contains("hunter") && !requests[0].contains(planted::KEY), "{requests:?}");
    assert!(requests[1].contains("hunter2") && !requests[1].contains("hunter3"), "{requests:?}");
}

#[tokio::test]
async fn a_download_has_the_limit_of_bodies() {
    let blob = Wire::always(vec![wire::json(200, "", &"x".repeat(5000))]).await;
    let client = |most: usize| {
        let options = CallOptions::new().max_body_bytes(most);
        let builder = planted::builder().endpoint("http://127.0.0.1:9").api_key(planted::KEY);
        builder.options(options).build().unwrap()
    };
    let image = at(&format!("{}/a.png", blob.endpoint()));
    assert_eq!(image.fetch(&client(5000)).await.unwrap().len(), 5000);
    let error = image.fetch(&client(4999)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("4999"), "{error:?}");
}

#[test]
fn the_signature_of_a_url_is_in_no_debug_output() {
    let image = at("https://b.example/a.png?sig=hunter2");
    assert!(!format!("{image:?} {image:#?}").contains("hunter2"), "{image:?}");
    assert_eq!(image.url.as_deref(), Some("https://b.example/a.png?sig=hunter2"));
}

#[tokio::test]
async fn a_url_that_has_expired_is_an_api_error_without_its_query() {
    let (emulator, client) = service().await;
    let url = format!("{}/images/a.png?sig=hunter2", emulator.endpoint());
    let data = json!([{"url": url}]);
    emulator.reply(Reply::status(200).json(json!({"created": 1, "data": data})));
    let answer = client.generate_image("dall-e-3", "a cat").send().await.unwrap();
    emulator.reply(Reply::status(403).body("<Error>expired</Error>"));
    let error = answer.data[0].fetch(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    let requests = emulator.requests();
    drop(emulator);
    let error = answer.data[0].fetch(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    assert!(requests >= 2);
}

#[tokio::test]
async fn a_blocked_text_is_an_error_that_tells_what_was_found() {
    let (emulator, client) = service().await;
    let Err(Error::Api(error)) = client.generate_image("dall-e-3", "[filter]").send().await else {
        panic!()
    };
    assert!(error.is_content_filter() && error.content_filter().unwrap().is_filtered());

    let inner = json!({
        "code": "ResponsibleAIPolicyViolation",
        "revised_prompt": "a cat, but worse",
        "content_filter_results": {
            "violence": {"filtered": true, "severity": "medium"},
            "profanity": {"filtered": false, "detected": false},
        },
    });
    let body =
        json!({"error": {"code": "content_filter", "message": "blocked", "inner_error": inner}});
    emulator.reply(Reply::status(400).json(body));
    let Err(Error::Api(error)) = client.generate_image("dall-e-3", "a cat").send().await else {
        panic!()
    };
    assert!(error.is_content_filter());
    assert_eq!(error.revised_prompt(), Some("a cat, but worse"));
    let found = error.content_filter().unwrap();
    assert_eq!(found.filtered().collect::<Vec<_>>(), ["violence"]);
    assert_eq!(found.violence().unwrap().severity, Some(Severity::Medium));
}

#[tokio::test]
async fn what_cannot_be_generated_is_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    for paint in [
        client.generate_image("dall-e-3", ""),
        client.generate_image("dall-e-3", "a cat").n(0),
        client.generate_image("dall-e-3", "a cat").n(11),
        client.generate_image("gpt-image-1", "a cat").output_compression(101),
    ] {
        assert_eq!(paint.send().await.unwrap_err().kind(), ErrorKind::Config);
    }
    assert_eq!(emulator.requests(), 0);
    let endpoint = Endpoint::v1("https://example.openai.azure.com").unwrap();
    let v1 = planted::builder().endpoint(endpoint).api_key("key").api_version("v1");
    let v1 = v1.build().unwrap();
    let error = v1.generate_image("dall-e-3", "a cat").send().await.unwrap_err();
    assert!(error.to_string().contains("v1-preview"), "{error}");
}

#[tokio::test]
async fn a_limit_is_waited_for() {
    let (emulator, client) = service().await;
    emulator.reply(Reply::status(429).header("retry-after-ms", "1"));
    let answer = client.generate_image("dall-e-3", "a cat").send().await.unwrap();
    assert_eq!(answer.retries_taken(), 1);
    let journal = emulator.journal();
    assert_eq!(journal[0].body, journal[1].body);
}

#[tokio::test]
async fn a_stream_has_partial_images_and_then_the_finished_one() {
    let (emulator, client) = super::service().await;
    let png = client.generate_image("gpt-image-2", "a cat").send().await.unwrap();
    let png = Upload::bytes("cat.png", png.data[0].bytes().unwrap());
    let generate = client.generate_image("gpt-image-2", "a cat").partial_images(2);
    let edit = client.edit_image("gpt-image-2", "a hat", png).partial_images(2);
    let mut streams = vec![generate.stream().await.unwrap().into_inner()];
    assert_eq!(emulator.last().unwrap().json()["partial_images"], 2);
    streams.push(edit.stream().await.unwrap().into_inner());
    assert_eq!(emulator.last().unwrap().part("stream").unwrap().text(), "true");
    for mut stream in streams {
        let (mut partial, mut finished) = (Vec::new(), Vec::new());
        while let Some(event) = stream.try_next().await.unwrap() {
            match event {
                ImageEvent::Partial(image) => partial.push(image),
                ImageEvent::Completed(image) => finished.push(image),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((partial.len(), finished.len()), (2, 1));
        assert_eq!(partial[1].partial_image_index, Some(1));
        assert!(finished[0].bytes().unwrap().starts_with(PNG));
        assert!(finished[0].usage.as_ref().unwrap().output_tokens > 0);
    }
}

#[tokio::test]
async fn a_stream_that_fails_or_ends_early_is_an_error() {
    let (emulator, client) = super::service().await;
    let request = || client.generate_image("gpt-image-2", "a cat [error]").partial_images(1);
    let mut stream = request().stream().await.unwrap();
    let failed = loop {
        match stream.try_next().await {
            Ok(Some(_)) => {}
            other => break other,
        }
    };
    assert!(matches!(failed, Err(Error::Api(_))), "{failed:?}");
    assert!(stream.try_next().await.unwrap().is_none());

    let event = json!({"type": "image_generation.partial_image", "b64_json": "AQID"});
    emulator.reply(Reply::status(200).sse([event]));
    let mut stream = request().stream().await.unwrap();
    assert!(matches!(stream.try_next().await, Ok(Some(ImageEvent::Partial(_)))));
    assert!(matches!(stream.try_next().await, Err(Error::Stream(_))));
}

#[tokio::test]
async fn an_edit_that_cannot_work_is_refused_before_anything_is_sent() {
    let (emulator, client) = super::service().await;
    let image = || Upload::bytes("cat.png", PNG);
    let edit = || client.edit_image("gpt-image-2", "a hat", image());
    let many = (0..16).fold(edit(), |edit, _| edit.image(image()));
    for edit in [
        client.edit_image("gpt-image-2", "", image()),
        client.edit_image("gpt-image-2", "a hat", Upload::path("no/such.png")),
        client.edit_image("gpt-image-2", "a hat", Upload::bytes("empty.png", Vec::new())),
        many,
        edit().n(11),
        edit().partial_images(4),
        edit().output_compression(101),
    ] {
        assert_eq!(edit.send().await.unwrap_err().kind(), ErrorKind::Config);
    }
    assert_eq!(emulator.requests(), 0);
}
