//! Chats without tools.

use openai_azure::chat::{DataSource, Detail, Effort, Part, QueryType, ResponseFormat, SourceAuth};
use serde_json::Value;

use super::recorded::Rebuilt::{ChatRequest, ChatStream};
use super::recorded::Row;

const MINI: &str = "gpt-4o-mini";

pub(crate) const ROWS: &[Row] = &[
    (&["openllmetry-js/chat-01.json", "openllmetry-js/chat-02.json"], |r| {
        ChatRequest(r.client.chat("d").user(r.says(0)))
    }),
    (&["openllmetry/chat-01.json", "openllmetry/chat-02.json", "openllmetry/chat-03.json"], |r| {
        ChatRequest(r.client.chat("d").user(r.says(0)).extra("model", "openllmetry-testing"))
    }),
    (
        &[
            "openllmetry/chat-sse-01.json",
            "openllmetry/chat-sse-02.json",
            "openllmetry/chat-sse-03.json",
            "openllmetry/chat-sse-04.json",
        ],
        |r| ChatStream(r.client.chat("d").user(r.says(0)).extra("model", "openllmetry-testing")),
    ),
    (&["openllmetry/chat-sse-05.json"], |r| {
        let chat = r.client.chat("d").user(r.says(0)).n(1).temperature(0.0);
        ChatStream(chat.extra("model", "openllmetry-testing"))
    }),
    (&["openllmetry/chat-06.json", "openllmetry/chat-err404-01.json"], |r| {
        let chat = r.client.chat("d").user(r.says(0)).reasoning_effort(Effort::Low);
        ChatRequest(chat.extra("model", "gpt-5-nano"))
    }),
    (&["azure-sdk-assets/chat-err401-01.json"], |r| {
        ChatRequest(r.client.chat("d").user(r.says(0)).extra("model", "gpt-4o-0806"))
    }),
    (&["azure-sdk-assets/chat-err404-01.json"], |r| {
        let chat = r.client.chat("d").user(r.says(0)).max_tokens(1024).temperature(0.0);
        ChatRequest(chat.extra("model", "invalid model name"))
    }),
    (&["azure-sdk-assets/chat-sse-01.json"], |r| {
        let endpoint = "https://Sanitized.search.windows.net/";
        let auth = SourceAuth::api_key("Sanitized");
        let readmes = DataSource::azure_search(endpoint, "openai-readmes-index", auth)
            .query_type(QueryType::Simple)
            .allow_partial_result(true);
        let chat = r.client.chat("d").user(r.says(0)).data_source(readmes);
        ChatStream(chat.extra("model", "gpt-4o-0806"))
    }),
    (&["dd-trace-py/chat-02.json"], |r| {
        let chat = r.client.chat("d").user(r.says(0)).max_tokens(20).n(1).temperature(0.0);
        ChatRequest(chat.end_user("ddtrace-test").extra("model", "gpt-35-turbo"))
    }),
    (&["dd-trace-py/chat-04.json"], |r| {
        ChatRequest(
            r.client.chat("d").user(r.says(0)).extra("model", Value::Null).extra("stream", false),
        )
    }),
    (&["dd-trace-py/chat-05.json"], |r| {
        let chat = r.client.chat("d").user(r.says(0)).n(1).temperature(0.7);
        ChatRequest(chat.extra("model", "gpt-3.5-turbo").extra("stream", false))
    }),
    (&["dd-trace-py/chat-06.json", "dd-trace-py/chat-07.json"], |r| {
        let chat = r.client.chat("d").user(r.says(0)).max_tokens(20).n(1).temperature(0.0);
        ChatRequest(chat.end_user("ddtrace-test"))
    }),
    (&["dd-trace-py/chat-sse-01.json"], |r| {
        let chat = r.client.chat("d").user(r.says(0)).max_tokens(300).n(1).temperature(0.0);
        ChatStream(chat.end_user("ddtrace-test").extra("model", MINI))
    }),
    (&["dd-trace-py/chat-sse-02.json"], |r| {
        let chat = r.client.chat("d").user(r.says(0)).include_usage(true);
        ChatStream(chat.extra("model", "gpt-5.2_2025-12-11"))
    }),
    (
        &[
            "mirascope/chat-18.json",
            "mirascope/chat-28.json",
            "mirascope/chat-36.json",
            "mirascope/chat-37.json",
        ],
        |r| ChatRequest(r.client.chat("d").user(r.says(0)).max_tokens(50).extra("model", MINI)),
    ),
    (&["mirascope/chat-22.json", "mirascope/chat-31.json", "mirascope/chat-46.json"], |r| {
        let picture = Part::image_url(r.text("/messages/0/content/1/image_url/url"));
        let text = Part::text(r.text("/messages/0/content/0/text"));
        let chat = r.client.chat("d").user([text, picture.detail(Detail::Auto)]);
        ChatRequest(chat.extra("model", "gpt-5-mini"))
    }),
    (&["mirascope/chat-43.json"], |r| {
        ChatRequest(r.client.chat("gpt-5-mini").user([Part::text(""), Part::text("")]))
    }),
    (&["mirascope/chat-err400-02.json"], |r| {
        let sound = r.text("/messages/0/content/1/input_audio/data");
        let text = Part::text(r.text("/messages/0/content/0/text"));
        ChatRequest(r.client.chat("gpt-5-mini").user([text, Part::audio_base64(sound, "mp3")]))
    }),
    (&["mirascope/chat-07.json"], |r| {
        let about = r.text("/response_format/json_schema/description");
        ChatRequest(
            r.client.chat(MINI).user(r.says(0)).response_format(r.format().description(about)),
        )
    }),
    (&["mirascope/chat-err400-03.json"], |r| {
        ChatRequest(r.client.chat(MINI).user(r.says(0)).response_format(r.format()))
    }),
    (&["mirascope/chat-err400-04.json"], |r| {
        let chat = r.client.chat("gpt-5-mini").user(r.says(0)).include_usage(true);
        ChatStream(chat.response_format(r.format()))
    }),
    (&["mirascope/chat-sse-06.json"], |r| {
        ChatStream(r.client.chat("gpt-5-mini").user(r.says(0)).include_usage(true))
    }),
    (&["mirascope/chat-sse-10.json"], |r| {
        ChatStream(r.client.chat(MINI).user(r.says(0)).include_usage(true))
    }),
    (&["mirascope/chat-20.json", "mirascope/chat-26.json"], |r| {
        let chat = r.client.chat(MINI).system(r.says(0)).user(r.says(1));
        ChatRequest(chat.response_format(ResponseFormat::JsonObject).tool(r.tool(0)))
    }),
];
