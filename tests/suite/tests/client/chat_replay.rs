//! Real and hand-written chat traffic, replayed to the real client.

use openai_azure::{Error, ErrorKind};
use openai_azure_tests::exchange::{self, Exchange};
use openai_azure_tests::replay::{Cut, replay};
use serde_json::Value;

fn of_kind(kind: &str) -> Vec<Exchange> {
    let mut found = exchange::all();
    found.retain(|exchange| exchange.kind == kind);
    assert!(!found.is_empty(), "no exchange of kind {kind}");
    found
}

/// The text of a recorded chat, read without the client's types.
fn recorded_text(exchange: &Exchange) -> String {
    let body: Value = serde_json::from_str(&exchange.response.body).unwrap();
    body["choices"][0]["message"]["content"].as_str().unwrap_or_default().to_owned()
}

/// The events of a recorded stream, read without the client's decoder.
fn recorded_events(exchange: &Exchange) -> Vec<Value> {
    let body = exchange.response.body.replace("\r\n", "\n");
    let data = body.lines().filter_map(|line| line.strip_prefix("data:"));
    data.filter_map(|data| serde_json::from_str(data).ok()).collect()
}

#[tokio::test]
async fn every_recorded_chat_decodes() {
    let exchanges = of_kind("chat");
    for exchange in &exchanges {
        for cut in [Cut::Whole, Cut::Random(7)] {
            let (_emulator, client) = replay(exchange, cut).await.unwrap();
            let answer = client.chat(exchange.deployment()).user("?").send().await;
            let answer = answer.unwrap_or_else(|e| panic!("{}: {e:?}", exchange.file));
            assert_eq!(answer.text(), recorded_text(exchange), "{}", exchange.file);
            let body: Value = serde_json::from_str(&exchange.response.body).unwrap();
            assert_eq!(answer.id, body["id"].as_str().unwrap_or_default(), "{}", exchange.file);
            assert_eq!(answer.choices.len(), body["choices"].as_array().map_or(0, Vec::len));
            let total = answer.usage.as_ref().map(|usage| usage.total_tokens);
            assert_eq!(total, body["usage"]["total_tokens"].as_u64(), "{}", exchange.file);
            let recorded_id = exchange
                .response
                .headers
                .get("x-request-id")
                .or_else(|| exchange.response.headers.get("apim-request-id"));
            assert_eq!(answer.request_id(), recorded_id.map(String::as_str));
        }
    }
    println!("replayed {} chats", exchanges.len());
}

#[tokio::test]
async fn no_member_of_a_recorded_chat_is_lost() {
    for exchange in of_kind("chat") {
        let (_emulator, client) = replay(&exchange, Cut::Whole).await.unwrap();
        let answer = client.chat(exchange.deployment()).user("?").send().await.unwrap();
        let recorded: Value = serde_json::from_str(&exchange.response.body).unwrap();
        let kept = serde_json::to_value(answer.into_inner()).unwrap();
        assert_contains(&kept, &recorded, &exchange.file);
    }
}

/// Whatever `recorded` says, other than that something is nothing, `kept` says too.
fn assert_contains(kept: &Value, recorded: &Value, place: &str) {
    match (kept, recorded) {
        (_, Value::Null) => {}
        (Value::Object(kept), Value::Object(recorded)) => {
            for (name, value) in recorded {
                let is_nothing = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                if is_nothing {
                    continue;
                }
                let place = format!("{place}.{name}");
                // The service has used two names for the same thing; one of them is kept.
                let name = match name.as_str() {
                    "content_filter_result" => "content_filter_results",
                    "prompt_annotations" => "prompt_filter_results",
                    name => name,
                };
                let inner = kept.get(name).unwrap_or_else(|| panic!("{place} is lost"));
                assert_contains(inner, value, &place);
            }
        }
        (Value::Array(kept), Value::Array(recorded)) => {
            assert_eq!(kept.len(), recorded.len(), "{place}");
            for (at, (kept, recorded)) in kept.iter().zip(recorded).enumerate() {
                assert_contains(kept, recorded, &format!("{place}[{at}]"));
            }
        }
        (Value::Number(kept), Value::Number(recorded)) => {
            assert_eq!(kept.as_f64(), recorded.as_f64(), "{place}");
        }
        _ => assert_eq!(kept, recorded, "{place}"),
    }
}

#[tokio::test]
async fn every_recorded_stream_gives_its_whole_text_however_it_is_cut() {
    let exchanges = of_kind("chat-sse");
    let mut events = 0;
    for exchange in &exchanges {
        let recorded = recorded_events(exchange);
        let first = |event: &Value| {
            let choices = event["choices"].as_array()?;
            let choice = choices.iter().find(|choice| choice["index"] == 0)?;
            Some(choice["delta"]["content"].as_str()?.to_owned())
        };
        let text: String = recorded.iter().filter_map(first).collect();
        let cuts = [Cut::Whole, Cut::Frames, Cut::Random(1), Cut::Random(2), Cut::Random(3)];
        for cut in cuts {
            let (_emulator, client) = replay(exchange, cut).await.unwrap();
            let mut stream = client.chat(exchange.deployment()).user("?").stream().await.unwrap();
            let mut seen = 0;
            while let Some(chunk) = stream
                .try_next()
                .await
                .unwrap_or_else(|e| panic!("{} {cut:?}: {e:?}", exchange.file))
            {
                let kept = serde_json::to_value(&chunk).unwrap();
                assert_contains(&kept, &recorded[seen], &format!("{}[{seen}]", exchange.file));
                seen += 1;
            }
            assert_eq!(seen, recorded.len(), "{} {cut:?} ended early", exchange.file);
            assert_eq!(stream.text_so_far(), text, "{} {cut:?}", exchange.file);
        }
        events += recorded.len();
    }
    println!("replayed {} streams with {events} events, each cut in 5 ways", exchanges.len());
}

#[tokio::test]
async fn every_recorded_error_is_an_api_error_with_status_and_code() {
    let mut exchanges = exchange::all();
    exchanges.retain(|exchange| exchange.response.status >= 400);
    for exchange in &exchanges {
        for streamed in [false, true] {
            let (_emulator, client) = replay(exchange, Cut::Random(5)).await.unwrap();
            let chat = client.chat(exchange.deployment()).user("?");
            let error = if streamed {
                chat.stream().await.map(|_| ()).unwrap_err()
            } else {
                chat.send().await.map(|_| ()).unwrap_err()
            };
            let Error::Api(error) = error else { panic!("{}: {error:?}", exchange.file) };
            assert_eq!(error.status(), exchange.response.status, "{}", exchange.file);
            let body: Value = serde_json::from_str(&exchange.response.body).unwrap_or_default();
            let code = match &body["error"]["code"] {
                Value::Null => None,
                Value::String(code) => Some(code.clone()),
                other => Some(other.to_string()),
            };
            if code.is_some() {
                assert_eq!(error.code().map(str::to_owned), code, "{}", exchange.file);
            }
            let is_filter = code.as_deref() == Some("content_filter");
            assert_eq!(error.kind() == ErrorKind::ContentFilter, is_filter, "{}", exchange.file);
            if is_filter {
                assert!(error.content_filter().unwrap().is_filtered(), "{}", exchange.file);
            }
        }
    }
    assert!(!exchanges.is_empty());
    println!("replayed {} errors", exchanges.len());
}
