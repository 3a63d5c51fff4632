//! What `Debug` prints of requests, runs and streams: their name, so that a log tells what it shows.

use std::fmt::Debug;

use openai_azure::pool::PoolBackend;
use openai_azure::tools::Tools;
use openai_azure::{CallOptions, Client};
use openai_azure_emulator::Reply;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::service;

#[derive(Debug, Deserialize, JsonSchema)]
struct Forecast {}

#[track_caller]
fn assert_begins(value: &dyn Debug, name: &str) {
    let printed = format!("{value:?}");
    assert!(printed.starts_with(name), "{printed} does not begin with {name}");
}

#[tokio::test]
async fn what_is_printed_of_a_request_begins_with_its_name() {
    let (_emulator, client) = service().await;
    let run = || client.chat("gpt-4o").user("?").run_tools(Tools::new());
    let backend = PoolBackend::new("https://a.openai.azure.com");
    let shown: [(&dyn Debug, &str); 11] = [
        (&client, "Client"),
        (&Client::builder(), "ClientBuilder"),
        (&CallOptions::new(), "CallOptions"),
        (&backend, "PoolBackend"),
        (&Tools::new(), "[]"),
        (&run(), "ToolRun"),
        (&run().respond_as::<Forecast>(), "StructuredToolRun"),
        (&client.embed("e").bulk_of(["a"]), "Bulk"),
        (&client.files().list().pages(), "Pages"),
        (&client.files().list().stream(), "Items"),
        (&client.vector_stores().wait("vs_1"), "WaitRequest"),
    ];
    for (value, name) in shown {
        assert_begins(value, name);
    }
}

#[tokio::test]
async fn what_is_printed_of_a_stream_begins_with_its_name() {
    let (emulator, client) = service().await;
    let chunk = json!({"id": "c", "choices": [
        {"index": 0, "delta": {"content": "{}"}, "finish_reason": "stop"}
    ]});
    for _ in 0..3 {
        emulator.reply(Reply::status(200).sse([chunk.to_string(), "[DONE]".to_owned()]));
    }
    let chat = || client.chat("gpt-4o").user("?");
    let run = || chat().run_tools(Tools::new());
    assert_begins(&*chat().stream().await.unwrap(), "ChatStream");
    assert_begins(&*run().stream().await.unwrap(), "ToolStream");
    let structured = run().respond_as::<Forecast>().stream().await.unwrap();
    assert_begins(&*structured, "StructuredToolStream");
}
