//! A response put together from the events of its stream.

use super::event::{ItemEvent, ResponseEvent, SnapshotEvent};
use super::item::{ContentPart, Item, MessageItem, OutputText, ReasoningItem, Refusal, Role};
use super::response::ModelResponse;

/// Puts a response together from the events of its stream.
///
/// Before the last event it has the texts, arguments and items as far as they have arrived; after
/// it, what [`send`](super::ResponseRequest::send) would have returned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResponseAccumulator {
    response: ModelResponse,
    /// The `output_index` of each item of the output. A stream that was resumed by hand may lack
    /// the first ones.
    indices: Vec<usize>,
}

impl ResponseAccumulator {
    /// Starts with an empty response.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The response as far as it has arrived.
    #[must_use]
    pub fn response(&self) -> &ModelResponse {
        &self.response
    }

    /// The response as far as it has arrived.
    #[must_use]
    pub fn into_response(self) -> ModelResponse {
        self.response
    }

    /// Takes an event in. Events come in order, each once.
    pub fn push(&mut self, event: &ResponseEvent) {
        match event {
            ResponseEvent::Created(event)
            | ResponseEvent::Queued(event)
            | ResponseEvent::InProgress(event)
            | ResponseEvent::Completed(event)
            | ResponseEvent::Incomplete(event)
            | ResponseEvent::Failed(event)
            | ResponseEvent::Cancelled(event) => self.take_snapshot(event),
            ResponseEvent::ItemAdded(event) | ResponseEvent::ItemDone(event) => self.put(event),
            ResponseEvent::PartAdded(event) | ResponseEvent::PartDone(event) => {
                let (index, at) = (event.output_index, event.content_index);
                if let Some(part) = self.part(index, &event.item_id, at, &event.part) {
                    part.clone_from(&event.part);
                }
            }
            ResponseEvent::TextDelta(event) => {
                let new = ContentPart::OutputText(OutputText::default());
                let part = self.part(event.output_index, &event.item_id, event.content_index, &new);
                if let Some(ContentPart::OutputText(text)) = part {
                    text.text.push_str(&event.delta);
                    if let Some(logprobs) = &event.logprobs {
                        text.logprobs.get_or_insert_default().extend(logprobs.iter().cloned());
                    }
                }
            }
            ResponseEvent::TextDone(event) => {
                let new = ContentPart::OutputText(OutputText::default());
                let part = self.part(event.output_index, &event.item_id, event.content_index, &new);
                if let Some(ContentPart::OutputText(text)) = part {
                    text.text.clone_from(&event.text);
                }
            }
            ResponseEvent::AnnotationAdded(event) => {
                let new = ContentPart::OutputText(OutputText::default());
                let part = self.part(event.output_index, &event.item_id, event.content_index, &new);
                if let Some(ContentPart::OutputText(text)) = part {
                    text.annotations.push(event.annotation.clone());
                }
            }
            ResponseEvent::RefusalDelta(event) => {
                let new = ContentPart::Refusal(Refusal::default());
                let part = self.part(event.output_index, &event.item_id, event.content_index, &new);
                if let Some(ContentPart::Refusal(refusal)) = part {
                    refusal.refusal.push_str(&event.delta);
                }
            }
            ResponseEvent::RefusalDone(event) => {
                let new = ContentPart::Refusal(Refusal::default());
                let part = self.part(event.output_index, &event.item_id, event.content_index, &new);
                if let Some(ContentPart::Refusal(refusal)) = part {
                    refusal.refusal.clone_from(&event.refusal);
                }
            }
            ResponseEvent::ReasoningDelta(event) => {
                if let Some(text) = self.reasoning(event.output_index, event.content_index) {
                    text.push_str(&event.delta);
                }
            }
            ResponseEvent::ReasoningDone(event) => {
                if let Some(text) = self.reasoning(event.output_index, event.content_index) {
                    text.clone_from(&event.text);
                }
            }
            ResponseEvent::SummaryPartAdded(event) | ResponseEvent::SummaryPartDone(event) => {
                if let Some(summary) = self.summary(event.output_index)
                    && let Some(part) = nth(summary, event.summary_index, &event.part)
                {
                    part.clone_from(&event.part);
                }
            }
            ResponseEvent::SummaryDelta(event) => {
                if let Some(text) = self.summary_text(event.output_index, event.summary_index) {
                    text.push_str(&event.delta);
                }
            }
            ResponseEvent::SummaryDone(event) => {
                if let Some(text) = self.summary_text(event.output_index, event.summary_index) {
                    text.clone_from(&event.text);
                }
            }
            ResponseEvent::ArgumentsDelta(event)
            | ResponseEvent::McpArgumentsDelta(event)
            | ResponseEvent::CustomInputDelta(event)
            | ResponseEvent::CodeDelta(event) => {
                if let Some(input) = self.tool_input(event.output_index) {
                    input.push_str(&event.delta);
                }
            }
            ResponseEvent::ArgumentsDone(event) | ResponseEvent::McpArgumentsDone(event) => {
                if let Some(input) = self.tool_input(event.output_index) {
                    input.clone_from(&event.arguments);
                }
            }
            ResponseEvent::CustomInputDone(event) => {
                if let Some(input) = self.tool_input(event.output_index) {
                    input.clone_from(&event.input);
                }
            }
            ResponseEvent::CodeDone(event) => {
                if let Some(input) = self.tool_input(event.output_index) {
                    input.clone_from(&event.code);
                }
            }
            _ => {}
        }
    }

    /// Takes a response that was read as a whole.
    pub(super) fn replace(&mut self, response: ModelResponse) {
        self.indices = (0..response.output.len()).collect();
        self.response = response;
    }

    /// Snapshots have no output before the last one.
    fn take_snapshot(&mut self, event: &SnapshotEvent) {
        let output = std::mem::take(&mut self.response.output);
        self.response = (*event.response).clone();
        if self.response.output.is_empty() {
            self.response.output = output;
        } else {
            self.indices = (0..self.response.output.len()).collect();
        }
    }

    fn put(&mut self, event: &ItemEvent) {
        let item = event.item.clone();
        match self.indices.binary_search(&event.output_index) {
            Ok(at) => self.response.output[at] = item,
            Err(at) => {
                self.indices.insert(at, event.output_index);
                self.response.output.insert(at, item);
            }
        }
    }

    fn item(&mut self, output_index: usize) -> Option<&mut Item> {
        let at = self.indices.binary_search(&output_index).ok()?;
        self.response.output.get_mut(at)
    }

    /// The part of a message; it is made like `new` if it is the next one. A message whose
    /// beginning was not seen is made too.
    fn part(
        &mut self,
        output_index: usize,
        item_id: &str,
        content_index: usize,
        new: &ContentPart,
    ) -> Option<&mut ContentPart> {
        if self.item(output_index).is_none() {
            let id = Some(item_id.to_owned()).filter(|id| !id.is_empty());
            let message = MessageItem { id, role: Some(Role::Assistant), ..MessageItem::default() };
            let item = ItemEvent { output_index, item: message.into(), ..ItemEvent::default() };
            self.put(&item);
        }
        match self.item(output_index)? {
            Item::Message(message) => nth(message.content.parts_mut()?, content_index, new),
            Item::Reasoning(reasoning) => {
                nth(reasoning.content.get_or_insert_default(), content_index, new)
            }
            _ => None,
        }
    }

    fn as_reasoning(&mut self, output_index: usize) -> Option<&mut ReasoningItem> {
        match self.item(output_index)? {
            Item::Reasoning(reasoning) => Some(reasoning),
            _ => None,
        }
    }

    fn reasoning(&mut self, output_index: usize, content_index: usize) -> Option<&mut String> {
        let content = self.as_reasoning(output_index)?.content.get_or_insert_default();
        let new = ContentPart::ReasoningText(Default::default());
        match nth(content, content_index, &new)? {
            ContentPart::ReasoningText(text) => Some(&mut text.text),
            _ => None,
        }
    }

    fn summary(&mut self, output_index: usize) -> Option<&mut Vec<ContentPart>> {
        Some(&mut self.as_reasoning(output_index)?.summary)
    }

    fn summary_text(&mut self, output_index: usize, summary_index: usize) -> Option<&mut String> {
        let new = ContentPart::SummaryText(Default::default());
        match nth(self.summary(output_index)?, summary_index, &new)? {
            ContentPart::SummaryText(text) => Some(&mut text.text),
            _ => None,
        }
    }

    /// The arguments, the text or the code that a tool is called with.
    fn tool_input(&mut self, output_index: usize) -> Option<&mut String> {
        match self.item(output_index)? {
            Item::FunctionCall(call) => Some(&mut call.arguments),
            Item::CustomToolCall(call) => Some(&mut call.input),
            Item::McpCall(call) => Some(&mut call.arguments),
            Item::CodeInterpreterCall(call) => Some(call.code.get_or_insert_default()),
            _ => None,
        }
    }
}

/// The part at this place; it is made like `new` if it is the next one.
fn nth<'a>(
    parts: &'a mut Vec<ContentPart>,
    at: usize,
    new: &ContentPart,
) -> Option<&'a mut ContentPart> {
    if at >= parts.len() {
        parts.push(new.clone());
        return parts.last_mut();
    }
    parts.get_mut(at)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::ResponseAccumulator;

    fn accumulated(events: &[Value]) -> ResponseAccumulator {
        let mut accumulator = ResponseAccumulator::new();
        for event in events {
            accumulator.push(&serde_json::from_str(&event.to_string()).unwrap());
        }
        accumulator
    }

    #[test]
    fn texts_and_arguments_grow_and_the_last_event_replaces_everything() {
        let message = json!({"type": "message", "id": "m", "role": "assistant", "content": []});
        let call = json!({"type": "function_call", "call_id": "c", "name": "f", "arguments": ""});
        let text = |delta: &str| {
            json!({"type": "response.output_text.delta", "item_id": "m", "output_index": 0,
                "content_index": 0, "delta": delta})
        };
        let mut events = vec![
            json!({"type": "response.created", "response": {"id": "r", "output": []}}),
            json!({"type": "response.output_item.added", "output_index": 0, "item": message}),
            text("Hel"),
            text("lo"),
            json!({"type": "response.output_item.added", "output_index": 1, "item": call}),
            json!({"type": "response.function_call_arguments.delta", "output_index": 1,
                "delta": "{\"a\""}),
        ];
        let so_far = accumulated(&events);
        let so_far = so_far.response();
        assert_eq!((so_far.id.as_str(), so_far.text().as_str()), ("r", "Hello"));
        assert_eq!(so_far.function_calls().next().unwrap().arguments, "{\"a\"");
        let whole = json!({"id": "r", "output": [], "status": "completed"});
        events.push(json!({"type": "response.completed", "response": whole}));
        assert_eq!(accumulated(&events).response().output.len(), 2, "items are not lost");
    }

    #[test]
    fn a_stream_that_begins_in_the_middle_has_the_rest() {
        let delta = json!({"type": "response.output_text.delta", "item_id": "m",
            "output_index": 3, "content_index": 1, "delta": "rest"});
        let item = json!({"type": "reasoning", "id": "rs", "summary": []});
        let earlier = json!({"type": "response.output_item.done", "output_index": 1, "item": item});
        let accumulator = accumulated(&[delta, earlier]);
        let response = accumulator.response();
        assert_eq!(response.output[0].id(), Some("rs"));
        assert_eq!(response.output[1].id(), Some("m"));
        assert_eq!(response.text(), "rest");
    }

    #[test]
    fn a_summary_of_the_reasoning_grows() {
        let item = json!({"type": "reasoning", "id": "rs", "summary": []});
        let delta = |index: u64, text: &str| {
            json!({"type": "response.reasoning_summary_text.delta", "item_id": "rs",
                "output_index": 0, "summary_index": index, "delta": text})
        };
        let accumulator = accumulated(&[
            json!({"type": "response.output_item.added", "output_index": 0, "item": item}),
            delta(0, "fir"),
            delta(0, "st"),
            delta(1, "second"),
        ]);
        let output = serde_json::to_value(accumulator.into_response()).unwrap()["output"].clone();
        assert_eq!(
            output[0]["summary"],
            json!([{"type": "summary_text", "text": "first"},
            {"type": "summary_text", "text": "second"}])
        );
    }
}
