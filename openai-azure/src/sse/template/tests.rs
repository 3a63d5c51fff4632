//! An event reads the same whatever came before it.

use std::cell::Cell;
use std::fmt::Debug;

use proptest::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{Filling, Hole, Kind, RepeatReader, Repeats};

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Event {
    number: Option<u64>,
    text: Option<String>,
    inner: Inner,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Inner {
    padding: String,
    kind: String,
}

impl Repeats for Event {
    const HOLES: &'static [Hole<Self>] = &[
        Hole {
            key: "\"number\":",
            kind: Kind::Number,
            set: |event, filling| {
                event.number = Some(filling.number());
                true
            },
        },
        Hole {
            key: "\"text\":",
            kind: Kind::Text,
            set: |event, filling| {
                event.text = Some(filling.into_text());
                true
            },
        },
        Hole {
            key: "\"padding\":",
            kind: Kind::Text,
            set: |event, filling: Filling| {
                event.inner.padding = filling.into_text();
                event.inner.kind != "without"
            },
        },
    ];
}

/// An event with as many holes as there may be.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Numbers {
    a: u64,
    b: u64,
    c: u64,
    d: u64,
}

macro_rules! number {
    ($field:ident) => {
        Hole {
            key: concat!("\"", stringify!($field), "\":"),
            kind: Kind::Number,
            set: |event: &mut Numbers, filling| {
                event.$field = filling.number();
                true
            },
        }
    };
}

impl Repeats for Numbers {
    const HOLES: &'static [Hole<Self>] = &[number!(a), number!(b), number!(c), number!(d)];
}

/// Reads events as one stream, compares each with what decoding alone returns, and returns how many
/// were decoded.
fn read(events: &[&str]) -> usize {
    read_as::<Event>(events)
}

fn read_as<E: Repeats + Debug + DeserializeOwned>(events: &[&str]) -> usize {
    let decoded = Cell::new(0);
    let mut reader = RepeatReader::<E>::default();
    for event in events {
        let read = reader.read(event.as_bytes(), |data| {
            decoded.set(decoded.get() + 1);
            serde_json::from_slice(data)
        });
        let alone = serde_json::from_str::<E>(event);
        match (read, alone) {
            (Ok(read), Ok(alone)) => assert_eq!(read, alone, "{event}"),
            (read, alone) => {
                assert!(read.is_err() && alone.is_err(), "{event}: {read:?} {alone:?}")
            }
        }
    }
    decoded.get()
}

#[test]
fn events_that_differ_in_their_holes_are_decoded_no_more() {
    let events: Vec<String> = (0..100)
        .map(|n| {
            let (text, padding) = (format!("a\n\"{n}\" é😀"), "x".repeat(n % 7));
            json!({"text": text, "inner": {"padding": padding}, "number": n, "new": [1]})
                .to_string()
        })
        .collect();
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    // The first one, the second one, and the proof.
    assert_eq!(read(&events), 3);
}

#[test]
fn zero_is_a_number_of_a_hole() {
    assert_eq!(read(&[r#"{"number":1}"#, r#"{"number":2}"#, r#"{"number":0}"#]), 3);
}

#[test]
fn an_event_with_the_most_holes_is_a_template() {
    assert_eq!(Numbers::HOLES.len(), super::MOST_HOLES);
    assert_eq!(read_as::<Numbers>(&[r#"{"a":1,"b":2,"c":3,"d":4}"#; 9]), 3);
}

#[test]
fn what_is_no_value_of_a_hole_is_decoded() {
    let first = r#"{"number":1,"text":"a","inner":{"padding":"","kind":"k"},"new":1}"#;
    for other in [
        r#"{"number":1,"text":null,"inner":{"padding":"","kind":"k"},"new":1}"#,
        r#"{"number":1.0,"text":"a","inner":{"padding":"","kind":"k"},"new":1}"#,
        r#"{"number":-1,"text":"a","inner":{"padding":"","kind":"k"},"new":1}"#,
        r#"{"number":01,"text":"a","inner":{"padding":"","kind":"k"},"new":1}"#,
        r#"{"number":123456789012345678901234567890,"text":"a","inner":{"padding":"","kind":"k"},"new":1}"#,
        r#"{"number":1,"text":"a","inner":{"padding":"","kind":"k"},"new":2}"#,
        r#"{"number":1,"text":"a","inner":{"padding":"","kind":"k"},"new":1} "#,
        r#"{"number":1,"text":"a","inner":{"padding":"","kind":"k"},"new":1}x"#,
        "{\"number\":1,\"text\":\"a\nb\",\"inner\":{\"padding\":\"\",\"kind\":\"k\"},\"new\":1}",
        r#"{"number":1,"text":"\x","inner":{"padding":"","kind":"k"},"new":1}"#,
        r#"{"number":1,"text":"a"#,
        r#"{"number":1,"text":"a","#,
        "",
    ] {
        let decoded = read(&[first, first, other, first, other]);
        assert!(decoded >= 5, "{other} was not decoded: {decoded}");
    }
}

#[test]
fn keys_that_stand_twice_or_elsewhere_make_no_template() {
    for event in [
        r#"{"text":"a","text2":{"text":"b"},"number":1}"#,
        // The key of `text` is spelled otherwise, and what looks like it is another one's end.
        r#"{"an\"text":"a","t\u0065xt":"b"}"#,
        r#"{"text":"a","t\u0065xt":"b"}"#,
        r#"{"other":{"number":1}}"#,
        r#"{"inner":{"padding":"","kind":"without"}}"#,
        r#"{"text":null,"number":null}"#,
    ] {
        let decoded = read(&[event; 20]);
        assert!(decoded >= 20, "{event}: {decoded}");
        // Trying costs no more than twice as much, and ends.
        assert!(decoded <= 40, "{event}: {decoded}");
    }
}

#[test]
fn streams_whose_events_never_repeat_stop_trying() {
    let events: Vec<String> = (0..100).map(|n| format!(r#"{{"text":"a","new":{n}}}"#)).collect();
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    assert_eq!(read(&events), 100 + usize::from(super::TRIES));
}

proptest! {
    #[test]
    fn any_sequence_of_events_reads_as_each_alone(
        events in prop::collection::vec(
            (0..3_u64, prop_oneof![Just(None), any::<String>().prop_map(Some)], "[a\\\\\"é]{0,3}", 0..2),
            0..12),
        escaped in any::<bool>(),
    ) {
        let events: Vec<String> = events
            .into_iter()
            .map(|(number, text, padding, new)| {
                let event = json!({
                    "number": number, "text": text, "inner": {"padding": padding}, "new": new,
                });
                let mut json = event.to_string();
                if escaped {
                    json = json.replace('a', "\\u0061");
                }
                json
            })
            .collect();
        let events: Vec<&str> = events.iter().map(String::as_str).collect();
        read(&events);
    }
}
