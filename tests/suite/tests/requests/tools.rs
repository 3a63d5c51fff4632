//! Chats with tools.

use openai_azure::chat::{AssistantMessage, Message, ToolChoice};
use serde_json::json;

use super::recorded::Rebuilt::{ChatRequest, ChatStream};
use super::recorded::{Recorded, Row};

const MINI: &str = "gpt-4o-mini";

/// What the model called before, as a client keeps it that leaves the content out.
fn called_without_content(r: &Recorded, message: usize) -> Message {
    let tool_calls = vec![r.call(message, 0)];
    let said = AssistantMessage { tool_calls, ..AssistantMessage::default() };
    Message::Assistant(said).extra("annotations", json!([]))
}

fn demanded(r: &Recorded) -> ToolChoice {
    ToolChoice::function(r.text("/tool_choice/function/name"))
}

pub(crate) const ROWS: &[Row] = &[
    (&["mirascope/chat-06.json", "mirascope/chat-27.json", "mirascope/chat-35.json"], |r| {
        let chat = r.client.chat("d").system(r.says(0)).user(r.says(1));
        let chat = chat.tool(r.strict_tool(0)).tool_choice(demanded(r));
        ChatRequest(chat.parallel_tool_calls(false).extra("model", MINI))
    }),
    (&["mirascope/chat-sse-09.json"], |r| {
        let chat = r.client.chat("d").system(r.says(0)).user(r.says(1));
        let chat = chat.tool(r.strict_tool(0)).tool_choice(demanded(r));
        ChatStream(chat.parallel_tool_calls(false).extra("model", MINI))
    }),
    (&["mirascope/chat-sse-27.json"], |r| {
        let chat = r.client.chat(MINI).system(r.says(0)).user(r.says(1)).include_usage(true);
        let chat = chat.tool(r.strict_tool(0)).tool_choice(demanded(r));
        ChatStream(chat.parallel_tool_calls(false))
    }),
    (&["mirascope/chat-12.json", "mirascope/chat-15.json"], |r| {
        let chat = r.client.chat("d").user(r.says(0)).tool(r.tool(0));
        ChatRequest(chat.response_format(r.format()).extra("model", MINI))
    }),
    (&["mirascope/chat-01.json"], |r| {
        let chat = r.client.chat("gpt-5-mini").user(r.says(0)).tool(r.tool(0));
        ChatRequest(chat.response_format(r.format()))
    }),
    (&["mirascope/chat-sse-05.json"], |r| {
        let chat = r.client.chat("d").user(r.says(0)).tool(r.tool(0));
        ChatStream(chat.response_format(r.format()).extra("model", MINI))
    }),
    (&["mirascope/chat-sse-19.json"], |r| {
        let chat = r.client.chat(MINI).user(r.says(0)).tool(r.tool(0)).include_usage(true);
        ChatStream(chat.response_format(r.format()))
    }),
    (&["mirascope/chat-13.json"], |r| {
        let chat = r.client.chat("d").user(r.says(0));
        let chat = chat.message(called_without_content(r, 1)).message(r.result(2));
        let chat = chat.tool(r.tool(0)).tool_choice(ToolChoice::none());
        ChatRequest(chat.response_format(r.format()).extra("model", MINI))
    }),
    (&["mirascope/chat-02.json"], |r| {
        let chat = r.client.chat("gpt-5-mini").user(r.says(0));
        let chat = chat.message(Message::tool_calls([r.call(1, 0)])).message(r.result(2));
        ChatRequest(chat.tool(r.tool(0)).response_format(r.format()))
    }),
    (&["mirascope/chat-sse-12.json"], |r| {
        let chat = r.client.chat("gpt-5-mini").user(r.says(0)).include_usage(true);
        let chat = chat.message(Message::tool_calls([r.call(1, 0)])).message(r.result(2));
        ChatStream(chat.tool(r.strict_tool(0)).response_format(r.format()))
    }),
    (&["mirascope/chat-25.json", "mirascope/chat-29.json", "mirascope/chat-41.json"], |r| {
        let chat = r.client.chat("d").system(r.says(0)).user(r.says(1));
        ChatRequest(chat.tool(r.tool(0)).extra("model", MINI))
    }),
    (&["mirascope/chat-sse-24.json"], |r| {
        let chat = r.client.chat("d").system(r.says(0)).user(r.says(1));
        ChatStream(chat.tool(r.tool(0)).extra("model", MINI))
    }),
    (&["mirascope/chat-sse-22.json"], |r| {
        let chat = r.client.chat(MINI).system(r.says(0)).user(r.says(1)).include_usage(true);
        ChatStream(chat.tool(r.tool(0)))
    }),
    (&["mirascope/chat-17.json"], |r| {
        let chat = r.client.chat("gpt-5-mini").system(r.says(0)).user(r.says(1));
        ChatRequest(chat.tool(r.strict_tool(0)))
    }),
    (&["mirascope/chat-sse-16.json"], |r| {
        let chat =
            r.client.chat("gpt-5-mini").system(r.says(0)).user(r.says(1)).include_usage(true);
        ChatStream(chat.tool(r.strict_tool(0)))
    }),
    (&["mirascope/chat-sse-17.json"], |r| {
        let calls = [r.call(2, 0), r.call(2, 1)];
        let chat =
            r.client.chat("gpt-5-mini").system(r.says(0)).user(r.says(1)).include_usage(true);
        let chat = chat.message(Message::tool_calls(calls)).messages([r.result(3), r.result(4)]);
        ChatStream(chat.tool(r.strict_tool(0)))
    }),
    (&["mirascope/chat-14.json"], |r| {
        ChatRequest(r.client.chat("gpt-5-mini").user(r.says(0)).tool(r.strict_tool(0)))
    }),
    (&["mirascope/chat-09.json"], |r| {
        let chat = r.client.chat("gpt-5-mini").system(r.says(0)).user(r.says(1));
        let chat = chat.tool(r.tool(0)).tool(r.strict_tool(1));
        ChatRequest(chat.tool_choice(ToolChoice::required()))
    }),
    (&["mirascope/chat-30.json", "mirascope/chat-38.json"], |r| {
        let chat = r.client.chat("d").system(r.says(0)).user(r.says(1));
        let chat = chat.message(called_without_content(r, 2)).message(r.result(3));
        let chat = chat.tool(r.tool(0)).tool(r.strict_tool(1));
        ChatRequest(chat.tool_choice(ToolChoice::required()).extra("model", MINI))
    }),
    (&["mirascope/chat-39.json"], |r| {
        let chat = r.client.chat(MINI).system(r.says(0)).user(r.says(1));
        let chat = chat.message(Message::tool_calls([r.call(2, 0)])).message(r.result(3));
        let chat = chat.tool(r.tool(0)).tool(r.strict_tool(1));
        ChatRequest(chat.tool_choice(ToolChoice::required()))
    }),
    (&["mirascope/chat-sse-15.json"], |r| {
        let chat = r.client.chat("d").system(r.says(0)).user(r.says(1));
        let chat = chat.message(Message::tool_calls([r.call(2, 0)])).message(r.result(3));
        let chat = chat.tool(r.tool(0)).tool(r.strict_tool(1));
        ChatStream(chat.tool_choice(demanded(r)).extra("model", MINI))
    }),
];
