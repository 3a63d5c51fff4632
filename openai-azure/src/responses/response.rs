//! A response.

use openai_azure_sys::{open_enum, open_struct};
use serde_json::{Map, Value};

use super::files::ResponseFile;
use super::item::{Annotation, ContentPart, FunctionCallItem, Input, Item, McpApprovalRequestItem};
use crate::chat::FilterOffsets;
use crate::content_filter::ContentFilter;
use crate::trace::{SpanAttributes, Telemetry};

open_struct! {
    /// What the model made of its input.
    pub struct ModelResponse {
        /// Unique ID; others can continue it as `previous_response_id`.
        pub id: String,
        /// When it was created, in seconds since 1970. The service sends whole numbers and floats.
        pub created_at: f64,
        /// How far it is.
        pub status: Option<ResponseStatus>,
        /// Why it failed.
        pub error: Option<ResponseFailure>,
        /// Why it is incomplete.
        pub incomplete_details: Option<IncompleteDetails>,
        /// The model.
        pub model: String,
        /// The items that the model made, in order.
        pub output: Vec<Item> as always,
        /// Token usage; absent before the end.
        pub usage: Option<ResponseUsage>,
        /// The response that this one continues.
        pub previous_response_id: Option<String>,
        /// The conversation that it belongs to.
        pub conversation: Option<ResponseConversation>,
        /// Whether it was made in the background.
        pub background: Option<bool>,
        /// The tier that processed it, such as `default` or `priority`.
        pub service_tier: Option<String>,
        /// Your metadata: texts by name.
        pub metadata: Map<String, Value>,
        /// What Azure's content filter found in the prompt and in the completion.
        pub content_filters: Vec<ResponseFilter>,
    }
}

open_enum! {
    /// How far a response is.
    pub enum ResponseStatus {
        /// It waits for its turn; only in the background.
        Queued = "queued",
        /// The model works on it.
        InProgress = "in_progress",
        /// It is complete.
        Completed = "completed",
        /// It was cut off; see [`ModelResponse::incomplete_details`].
        Incomplete = "incomplete",
        /// It failed; see [`ModelResponse::error`].
        Failed = "failed",
        /// It was cancelled.
        Cancelled = "cancelled",
    }
}

open_struct! {
    /// Why a response failed.
    pub struct ResponseFailure {
        /// Such as `server_error` or `rate_limit_exceeded`.
        pub code: String,
        /// What happened.
        pub message: String,
    }
}

open_struct! {
    /// Why a response is incomplete.
    pub struct IncompleteDetails {
        /// Such as `max_output_tokens` or `content_filter`.
        pub reason: String,
    }
}

open_struct! {
    /// The conversation of a response.
    pub struct ResponseConversation {
        /// Unique ID.
        pub id: String,
    }
}

open_struct! {
    /// Token usage of a response.
    pub struct ResponseUsage {
        /// Tokens of the input.
        pub input_tokens: u64,
        /// Tokens of the output, including reasoning.
        pub output_tokens: u64,
        /// Both.
        pub total_tokens: u64,
        /// Details of the input.
        pub input_tokens_details: Option<InputTokens>,
        /// Details of the output.
        pub output_tokens_details: Option<OutputTokens>,
    }
}

open_struct! {
    /// Details of the tokens of an input.
    pub struct InputTokens {
        /// Read from the prompt cache.
        pub cached_tokens: Option<u64>,
        /// Written to the prompt cache.
        pub cache_write_tokens: Option<u64>,
    }
}

open_struct! {
    /// Details of the tokens of an output.
    pub struct OutputTokens {
        /// Used for reasoning.
        pub reasoning_tokens: Option<u64>,
    }
}

open_struct! {
    /// What Azure's content filter found in a prompt or in a completion.
    pub struct ResponseFilter {
        /// Whether it was blocked.
        pub blocked: bool,
        /// What was examined.
        pub source_type: Option<FilterSource>,
        /// The result of each category.
        pub content_filter_results: ContentFilter,
        /// Which characters were examined.
        pub content_filter_offsets: Option<FilterOffsets>,
    }
}

open_enum! {
    /// What a content filter examined.
    pub enum FilterSource {
        /// The input.
        Prompt = "prompt",
        /// The output.
        Completion = "completion",
    }
}

impl ModelResponse {
    /// The text of all messages.
    #[must_use]
    pub fn text(&self) -> String {
        let messages = self.output.iter().filter_map(|item| match item {
            Item::Message(message) => Some(message.text()),
            _ => None,
        });
        messages.collect()
    }

    /// The explanation of a model that refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        self.output.iter().find_map(|item| match item {
            Item::Message(message) => message.refusal(),
            _ => None,
        })
    }

    /// The functions that the model calls.
    pub fn function_calls(&self) -> impl Iterator<Item = &FunctionCallItem> {
        self.output.iter().filter_map(|item| match item {
            Item::FunctionCall(call) => Some(call),
            _ => None,
        })
    }

    /// The calls of MCP servers that wait for an approval: send an
    /// [`McpApprovalResponseItem`](super::McpApprovalResponseItem) for each.
    pub fn approval_requests(&self) -> impl Iterator<Item = &McpApprovalRequestItem> {
        self.output.iter().filter_map(|item| match item {
            Item::McpApprovalRequest(request) => Some(request),
            _ => None,
        })
    }

    /// What the texts cite.
    pub fn annotations(&self) -> impl Iterator<Item = &Annotation> {
        let parts = self.output.iter().flat_map(|item| match item {
            Item::Message(message) => message.content.parts(),
            _ => &[],
        });
        parts.flat_map(|part| match part {
            ContentPart::OutputText(text) => text.annotations.as_slice(),
            _ => &[],
        })
    }

    /// The files that code wrote and the texts cite; see
    /// [`Responses::file_content`](super::Responses::file_content).
    pub fn files(&self) -> impl Iterator<Item = ResponseFile<'_>> {
        self.annotations().filter_map(ResponseFile::of)
    }

    /// The items to send next in a conversation that the service does not store, unchanged: with
    /// [`ResponseRequest::items`](super::ResponseRequest::items), and what was added behind them.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let model = "gpt-5.6-terra";
    /// let first = client.respond(model).store(false).user("Tell a joke.").send().await?;
    /// let items = first.into_inner().into_input();
    /// let request = client.respond(model).store(false).user("Tell a joke.").items(items);
    /// let why = request.user("Why is that funny?").send().await?;
    /// println!("{}", why.text());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn into_input(self) -> Vec<Item> {
        self.output
    }

    /// Whether nothing more will come: it is neither queued nor in progress.
    #[must_use]
    pub fn is_done(&self) -> bool {
        !matches!(self.status, Some(ResponseStatus::Queued | ResponseStatus::InProgress))
    }

    /// What the content filter found in the completion.
    #[must_use]
    pub fn completion_filter(&self) -> Option<&ContentFilter> {
        self.filter_of(&FilterSource::Completion)
    }

    /// What the content filter found in the prompt.
    #[must_use]
    pub fn prompt_filter(&self) -> Option<&ContentFilter> {
        self.filter_of(&FilterSource::Prompt)
    }

    fn filter_of(&self, source: &FilterSource) -> Option<&ContentFilter> {
        let mut filters = self.content_filters.iter();
        let found = filters.find(|filter| filter.source_type.as_ref() == Some(source))?;
        Some(&found.content_filter_results)
    }
}

/// The items of a response are input of the next one.
impl From<ModelResponse> for Input {
    fn from(response: ModelResponse) -> Self {
        Self(response.output)
    }
}

impl Telemetry for ModelResponse {
    fn describe(&self, attributes: &mut SpanAttributes) {
        attributes.id(&self.id);
        attributes.model(&self.model);
        attributes.service_tier(self.service_tier.as_deref().filter(|_| self.is_done()));
        attributes.conversation(self.conversation.as_ref().map(|it| it.id.as_str()));
        if let Some(status) = self.status.as_ref().filter(|_| self.is_done()) {
            attributes.finish_reason(0, status.as_str());
        }
        if let Some(error) = &self.error {
            attributes.failure(&error.code);
        }
        if let Some(usage) = &self.usage {
            let known = attributes.tokens(usage.input_tokens, usage.output_tokens);
            if let Some(details) = &usage.input_tokens_details {
                known.cache_read = details.cached_tokens;
                known.cache_creation = details.cache_write_tokens;
            }
            known.reasoning =
                usage.output_tokens_details.as_ref().and_then(|details| details.reasoning_tokens);
        }
        if attributes.captures_content() && self.is_done() {
            attributes.items(&self.output);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::{ModelResponse, ResponseStatus};

    #[test]
    fn nulls_floats_and_unknown_fields_at_any_depth_are_no_error() {
        let response = json!({
            "id": "resp_1", "created_at": 1_762_445_017.0, "status": "completed", "output": null,
            "metadata": {"a": 1}, "content_filters": null,
            "usage": {"input_tokens": 3.0, "input_tokens_details": {"audio_tokens": null,
                "nested": {"a": 1}}, "output_tokens_details": null},
        });
        let read: ModelResponse = serde_json::from_str(&response.to_string()).unwrap();
        assert_eq!(read.status, Some(ResponseStatus::Completed));
        let usage = read.usage.as_ref().unwrap();
        assert_eq!(usage.input_tokens, 3);
        assert_eq!(usage.input_tokens_details.as_ref().unwrap().extra["nested"], json!({"a": 1}));
        assert_eq!(read.metadata["a"], 1);
    }

    #[test]
    fn filters_of_prompt_and_completion_are_told_apart() {
        let filter = |source: &str, filtered: bool| {
            json!({"blocked": filtered, "source_type": source, "content_filter_results":
                {"hate": {"filtered": filtered, "severity": "safe"}},
                "content_filter_offsets": {"start_offset": 0, "end_offset": 4, "check_offset": 0}})
        };
        let filters = json!([filter("prompt", false), filter("completion", true)]);
        let response = json!({"id": "r", "output": [], "content_filters": filters});
        let read: ModelResponse = serde_json::from_str(&response.to_string()).unwrap();
        assert!(!read.prompt_filter().unwrap().is_filtered());
        assert!(read.completion_filter().unwrap().is_filtered());
        assert_eq!(to_value(&read).unwrap()["content_filters"], filters);
    }
}
