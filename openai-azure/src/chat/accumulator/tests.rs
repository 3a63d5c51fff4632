//! Completions cut into chunks and put together again.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::ChatAccumulator;
use crate::chat::{ChatChunk, ChatCompletion};

fn whole(chunks: &[Value]) -> ChatCompletion {
    let mut answer = ChatAccumulator::new();
    for chunk in chunks {
        answer.push(&serde_json::from_value::<ChatChunk>(chunk.clone()).unwrap());
    }
    answer.into_completion()
}

fn delta(index: u64, delta: Value) -> Value {
    json!({"id": "c", "object": "chat.completion.chunk", "created": 7, "model": "m",
        "choices": [{"index": index, "delta": delta, "finish_reason": null}]})
}

/// Cuts a text into chunks of these many characters, over and over.
fn cut(text: &str, sizes: &[usize]) -> Vec<String> {
    let mut rest = text.chars().peekable();
    let mut sizes = sizes.iter().cycle();
    let mut pieces = Vec::new();
    while rest.peek().is_some() {
        let size = sizes.next().copied().unwrap_or(1);
        pieces.push(rest.by_ref().take(size).collect());
    }
    pieces
}

/// One choice as the whole completion has it.
#[derive(Debug, Clone)]
struct Said {
    content: Option<String>,
    refusal: Option<String>,
    calls: Vec<(String, String)>,
}

fn said() -> impl Strategy<Value = Said> {
    let calls = prop::collection::vec(("[a-z_]{1,8}", ".{0,40}"), 0..3);
    (prop::option::of(".{1,60}"), prop::option::of(".{1,20}"), calls)
        .prop_map(|(content, refusal, calls)| Said { content, refusal, calls })
}

impl Said {
    fn message(&self) -> Value {
        let call = |(at, (name, arguments)): (usize, &(String, String))| {
            json!({"id": format!("call_{at}"), "type": "function",
                "function": {"name": name, "arguments": arguments}})
        };
        let calls: Vec<_> = self.calls.iter().enumerate().map(call).collect();
        json!({"role": "assistant", "content": self.content, "refusal": self.refusal,
            "tool_calls": calls})
    }

    fn chunks(&self, index: u64, sizes: &[usize]) -> Vec<Value> {
        let mut chunks = vec![delta(
            index,
            json!({"role": "assistant", "content": self.content.as_ref().map(|_| "")}),
        )];
        for piece in self.content.iter().flat_map(|text| cut(text, sizes)) {
            chunks.push(delta(index, json!({"content": piece})));
        }
        for piece in self.refusal.iter().flat_map(|text| cut(text, sizes)) {
            chunks.push(delta(index, json!({"refusal": piece})));
        }
        for (at, (name, arguments)) in self.calls.iter().enumerate() {
            chunks.push(delta(
                index,
                json!({"tool_calls": [{"index": at,
                "id": format!("call_{at}"), "type": "function",
                "function": {"name": name, "arguments": ""}}]}),
            ));
            for piece in cut(arguments, sizes) {
                let call = json!({"index": at, "function": {"arguments": piece}});
                chunks.push(delta(index, json!({"tool_calls": [call]})));
            }
        }
        let mut last = delta(index, json!({}));
        last["choices"][0]["finish_reason"] = json!("stop");
        chunks.push(last);
        chunks
    }
}

/// Takes from the lists in the order of `turns`, each list in its own order.
fn interleave(lists: Vec<Vec<Value>>, turns: &[usize]) -> Vec<Value> {
    let mut lists: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    let mut mixed = Vec::new();
    for turn in turns.iter().cycle() {
        if lists.iter().all(|list| list.len() == 0) {
            return mixed;
        }
        let count = lists.len();
        mixed.extend(lists[turn % count].next());
    }
    mixed
}

proptest! {
    #[test]
    fn pieces_of_any_size_in_any_order_of_choices_join_to_the_whole(
        choices in prop::collection::vec(said(), 1..4),
        sizes in prop::collection::vec(1usize..9, 1..5),
        turns in prop::sample::subsequence((0..12).collect::<Vec<usize>>(), 12).prop_shuffle(),
    ) {
        let lists = (0..).zip(&choices).map(|(index, said)| said.chunks(index, &sizes)).collect();
        let expected = json!({"id": "c", "object": "chat.completion", "created": 7, "model": "m",
            "choices": choices.iter().enumerate().map(|(index, said)| json!({
                "index": index, "message": said.message(), "finish_reason": "stop",
            })).collect::<Vec<_>>()});
        let expected: ChatCompletion = serde_json::from_value(expected).unwrap();
        prop_assert_eq!(whole(&interleave(lists, &turns)), expected);
    }
}

#[test]
fn azures_first_piece_has_no_names_and_the_last_one_the_usage() {
    let answer = whole(&[
        json!({"id": "", "object": "", "created": 0, "model": "", "choices": [],
            "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}]}),
        delta(0, json!({"role": "assistant", "content": ""})),
        delta(0, json!({"content": "Hi"})),
        json!({"id": "c", "choices": [], "usage": {"total_tokens": 3}, "service_tier": "default",
            "obfuscation": "xyz"}),
    ]);
    assert_eq!((answer.id.as_str(), answer.model.as_str(), answer.created), ("c", "m", 7));
    assert_eq!(answer.text(), "Hi");
    assert_eq!(answer.prompt_filter_results.len(), 1);
    assert_eq!(answer.usage.unwrap().total_tokens, 3);
    assert_eq!(answer.object, "chat.completion");
    assert_eq!(answer.service_tier.as_deref(), Some("default"));
    assert!(answer.extra.is_empty(), "{:?}", answer.extra);
}

#[test]
fn calls_are_in_the_order_of_their_indices_and_name_themselves_once() {
    let call = |index: u64, arguments: &str| {
        delta(
            0,
            json!({"content": "", "tool_calls": [{"index": index, "id": format!("call_{index}"),
            "type": "function", "function": {"name": "f", "arguments": arguments}}]}),
        )
    };
    let answer = whole(&[call(1, "{\"b\""), call(0, "{}"), call(1, ":1}")]);
    let calls: Vec<_> = answer.tool_calls().iter().map(|c| (&*c.id, &*c.function.name)).collect();
    assert_eq!(calls, [("call_0", "f"), ("call_1", "f")]);
    assert_eq!(answer.tool_calls()[1].function.arguments, "{\"b\":1}");
    assert_eq!(answer.choices[0].message.content, None);
}

#[test]
fn late_verdicts_sound_citations_and_unknown_members_are_joined() {
    let mut late = json!({"choices": [{"index": 0, "end_turn": true,
        "content_filter_results": {"violence": {"filtered": true, "severity": "high"}},
        "content_filter_offsets": {"check_offset": 0, "start_offset": 0, "end_offset": 2}}]});
    late["choices"][0]["finish_reason"] = json!("content_filter");
    let answer = whole(&[
        delta(0, json!({"context": {"citations": [{"content": "c"}], "intent": "[\"i\"]"}})),
        delta(0, json!({"audio": {"id": "a", "transcript": "He"}, "reasoning_content": "Hm"})),
        delta(0, json!({"audio": {"data": "AQI="}, "reasoning_content": "m."})),
        delta(0, json!({"audio": {"data": "Aw==", "transcript": "y"}})),
        late,
    ]);
    let choice = &answer.choices[0];
    assert_eq!(answer.audio().unwrap().bytes().unwrap(), [1, 2, 3]);
    assert_eq!(answer.audio().unwrap().transcript, "Hey");
    assert_eq!(answer.context().unwrap().search_queries(), ["i"]);
    assert_eq!(choice.message.extra["reasoning_content"], "Hmm.");
    assert_eq!(choice.extra["end_turn"], true);
    assert!(choice.content_filter_results.is_filtered());
}
