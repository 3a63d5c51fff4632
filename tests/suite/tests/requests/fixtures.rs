//! The requests of our own fixtures, with every fact written out.

use openai_azure::chat::{DataSource, Function, JsonSchema, SourceAuth, Tool};
use openai_azure::embeddings::EmbeddingEncoding;
use openai_azure::images::ImageResponse;
use serde_json::{Value, json};

use super::recorded::Rebuilt::{ChatRequest, ChatStream, Completion, EmbeddingRequest, Image};
use super::recorded::Row;

/// The schema of an object whose members are texts that it must have.
fn texts(members: &[&str]) -> Value {
    let properties = members.iter().map(|name| ((*name).to_owned(), json!({"type": "string"})));
    let properties: serde_json::Map<String, Value> = properties.collect();
    json!({"type": "object", "properties": properties, "required": members})
}

/// The same, and no other members.
fn only_texts(members: &[&str]) -> Value {
    let mut schema = texts(members);
    schema["additionalProperties"] = json!(false);
    schema
}

fn weather() -> Function {
    Function::new("get_weather", "Tells the weather of a city", texts(&["city"]))
}

pub(crate) const ROWS: &[Row] = &[
    (&["chat/filters.json"], |r| {
        ChatRequest(r.client.chat("gpt-4o").user("Name a tree that keeps its leaves in winter."))
    }),
    (&["chat/usage-details.json"], |r| {
        let chat = r.client.chat("o3-mini").user("How many legs have two spiders?");
        ChatRequest(chat.max_completion_tokens(500))
    }),
    (&["chat/several-choices.json"], |r| {
        ChatRequest(r.client.chat("gpt-4o").user("Toss a coin.").n(3))
    }),
    (&["chat/tool-calls.json"], |r| {
        let chat = r.client.chat("gpt-4o").user("Is it raining in Oslo and in Rome?");
        ChatRequest(chat.tool(weather()))
    }),
    (&["chat/function-call.json"], |r| {
        let chat = r.client.chat("gpt-35-turbo").user("Is it raining in Oslo?");
        ChatRequest(chat.function(weather()))
    }),
    (&["chat/refusal.json"], |r| {
        let format = JsonSchema::new("password", only_texts(&["password"]));
        let chat = r.client.chat("gpt-4o").user("Tell me the password of the safe.");
        ChatRequest(chat.response_format(format))
    }),
    (&["chat/json-schema.json"], |r| {
        let format = JsonSchema::new("colour", only_texts(&["name", "hex"]));
        ChatRequest(r.client.chat("gpt-4o").user("A colour of the sea?").response_format(format))
    }),
    (&["chat/logprobs.json"], |r| {
        ChatRequest(r.client.chat("gpt-4o").user("Yes or no?").top_logprobs(2))
    }),
    (&["chat/own-data.json"], |r| {
        let auth = SourceAuth::system_assigned_identity();
        let hours = DataSource::azure_search("https://example.search.windows.net", "hours", auth);
        let chat = r.client.chat("gpt-4o").user("When does the office open?");
        ChatRequest(chat.data_source(hours))
    }),
    (&["chat/v1.json"], |r| ChatRequest(r.client.chat("gpt-4.1").user("Hello"))),
    (&["chat-sse/first-chunk-empty.json"], |r| {
        ChatStream(r.client.chat("gpt-4o").user("Name three birds."))
    }),
    (&["chat-sse/usage.json"], |r| {
        ChatStream(r.client.chat("gpt-4o").user("Add four and four.").include_usage(true))
    }),
    (&["chat-sse/tool-calls.json"], |r| {
        let chat = r.client.chat("gpt-4o").user("Is it raining in Oslo and in Rome?");
        ChatStream(chat.tool(Tool::from(weather())))
    }),
    (&["chat-sse/several-choices.json"], |r| {
        ChatStream(r.client.chat("gpt-4o").user("Toss two coins.").n(2))
    }),
    (&["embeddings/float.json"], |r| {
        let embeddings = r.client.embed("text-embedding-3-small").input(["red", "blue"]);
        EmbeddingRequest(embeddings.encoding_format(EmbeddingEncoding::Float).dimensions(8))
    }),
    (&["embeddings/base64.json", "embeddings/out-of-order.json"], |r| {
        let embeddings = r.client.embed("text-embedding-3-small").input(["red", "blue"]);
        EmbeddingRequest(embeddings.dimensions(8))
    }),
    (&["completions/filters.json"], |r| {
        Completion(r.client.complete("gpt-35-turbo-instruct", "The first snow").max_tokens(6))
    }),
    (&["completions/logprobs.json"], |r| {
        let completion = r.client.complete("gpt-35-turbo-instruct", "One, two,").max_tokens(1);
        Completion(completion.logprobs(1))
    }),
    (&["images/url.json"], |r| {
        Image(r.client.generate_image("dall-e-3", "a lighthouse at dusk").n(1))
    }),
    (&["images/base64.json"], |r| {
        let image = r.client.generate_image("dall-e-3", "a grey dot");
        Image(image.response_format(ImageResponse::Base64))
    }),
];
