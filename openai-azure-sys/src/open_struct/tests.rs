//! What the declared structs decode and encode.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::de::DeserializeSeed;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use crate::decode::{ObjectSeed, SharedStr};

open_struct! {
    /// A part.
    pub struct Part {
        pub text: Option<String>,
        pub marks: Vec<String>,
    }
}

open_struct! {
    /// Some fields of every kind.
    pub struct Thing {
        pub id: SharedStr,
        pub name: String,
        pub kind: Option<String> = "type",
        pub count: u64,
        pub small: Option<u8>,
        pub change: i64,
        pub ratio: f64,
        pub is_on: Option<bool>,
        pub parts: Vec<Part> as always,
        pub results: Vec<Part> = "results" | "annotations",
        pub part: Option<Part>,
        pub map: BTreeMap<String, u64>,
        pub any: Option<Value>,
    }
}

open_struct! {
    /// A field that is read in a way of its own.
    pub struct Tolerant {
        pub text: Option<String> as read(AnyText) = "text" | "words",
    }
}

/// Reads a text, or anything else as JSON.
struct AnyText;

impl<'de> DeserializeSeed<'de> for AnyText {
    type Value = Option<Option<String>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => None,
            Value::String(text) => Some(Some(text)),
            other => Some(Some(other.to_string())),
        })
    }
}

open_struct! {
    /// A map of its own.
    pub struct Named {
        pub first: Option<Part>,
        ..pub extra: BTreeMap<String, Part>
    }
}

fn decode(json: &str) -> Result<Thing, serde_json::Error> {
    serde_json::from_str(json)
}

#[test]
fn null_and_absent_are_the_default() {
    let nulls = r#"{"id": null, "name": null, "type": null, "count": null, "small": null,
        "change": null, "ratio": null, "is_on": null, "parts": null, "results": null, "part": null,
        "map": null, "any": null}"#;
    for json in ["{}", nulls] {
        assert_eq!(decode(json).unwrap(), Thing::default(), "{json}");
        assert_eq!(
            serde_json::from_str::<Value>(json).and_then(serde_json::from_value::<Thing>).unwrap(),
            Thing::default()
        );
    }
}

#[test]
fn what_is_unset_is_left_out() {
    let empty = json!({"id": "", "name": "", "count": 0, "change": 0, "ratio": 0.0, "parts": []});
    assert_eq!(serde_json::to_value(Thing::default()).unwrap(), empty);
}

#[test]
fn known_fields_are_written_in_order_before_the_others() {
    let named = r#"{"text":"a","marks":["b"],"z":1,"a":null}"#;
    let part: Part = serde_json::from_str(named).unwrap();
    assert_eq!(part.extra.len(), 2);
    let written = serde_json::to_string(&part).unwrap();
    assert!(written.starts_with(r#"{"text":"a","marks":["b"],"#), "{written}");
    assert_eq!(serde_json::from_str::<Part>(&written).unwrap(), part);
}

#[test]
fn of_two_spellings_the_last_that_is_not_null_stays() {
    let text = |json: &str| decode(json).unwrap().results[0].text.clone().unwrap();
    assert_eq!(text(r#"{"results": [{"text": "a"}], "annotations": null}"#), "a");
    assert_eq!(text(r#"{"results": null, "annotations": [{"text": "b"}]}"#), "b");
    assert_eq!(text(r#"{"results": [{"text": "a"}], "annotations": [{"text": "b"}]}"#), "b");
}

#[test]
fn integers_may_be_written_with_a_fraction_of_zero() {
    let thing = decode(r#"{"count": 18446744073709551615, "small": 7.0, "change": -3.0}"#).unwrap();
    assert_eq!((thing.count, thing.small, thing.change), (u64::MAX, Some(7), -3));
    assert_eq!(decode(r#"{"count": 1e3}"#).unwrap().count, 1000);
}

#[test]
fn what_does_not_fit_is_an_error_that_names_the_place() {
    for json in [
        r#"{"count": 1.5}"#,
        r#"{"count": -1}"#,
        r#"{"count": "1"}"#,
        r#"{"count": 1e30}"#,
        r#"{"small": 256}"#,
        r#"{"name": 1}"#,
        r#"{"id": 1}"#,
        r#"{"parts": {}}"#,
        r#"{"part": [1]}"#,
        "[]",
        "1",
        "null",
    ] {
        let error = decode(json).unwrap_err();
        assert!(error.is_data() && error.line() == 1, "{json}: {error}");
    }
}

#[test]
fn escaped_keys_are_known_too() {
    let thing = decode(r#"{"n\u0061me": "a", "\u0078": 1}"#).unwrap();
    assert_eq!((thing.name.as_str(), &thing.extra["x"]), ("a", &json!(1)));
}

#[test]
fn strings_that_repeat_are_shared_with_the_object_before() {
    let read = |json: &str, prior: Option<&Thing>| {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        ObjectSeed(prior).deserialize(&mut deserializer).unwrap()
    };
    let first = read(r#"{"id": "abc"}"#, None);
    let same = read(r#"{"id": "abc"}"#, Some(&first));
    let other = read(r#"{"id": "abd"}"#, Some(&first));
    assert!(same.id.ptr_eq(&first.id));
    assert_eq!(other.id, "abd");
}

#[test]
fn a_field_may_be_read_in_a_way_of_its_own() {
    for (json, text) in
        [(r#"{"words": [1, 2]}"#, Some("[1,2]")), (r#"{"text": "a"}"#, Some("a")), ("{}", None)]
    {
        let read: Tolerant = serde_json::from_str(json).unwrap();
        assert_eq!(read.text.as_deref(), text);
        let written = text.map_or(json!({}), |text| json!({"text": text}));
        assert_eq!(serde_json::to_value(&read).unwrap(), written);
    }
}

#[test]
fn another_type_of_map_takes_the_unknown_fields() {
    let named: Named =
        serde_json::from_value(json!({"first": {"text": "a"}, "second": {"text": "b"}})).unwrap();
    assert_eq!(named.first.unwrap().text.unwrap(), "a");
    assert_eq!(named.extra["second"].text.as_deref(), Some("b"));
}

/// The same fields as serde's own derive reads them, with everything buffered.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Flattened {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    count: u64,
    parts: Vec<FlattenedPart>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct FlattenedPart {
    text: Option<String>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1_000_000..1_000_000).prop_map(|quarters| Value::from(f64::from(quarters) / 4.0)),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-z]{1,4}", inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn known() -> impl Strategy<Value = (String, Value)> {
    let part = prop::collection::vec(
        prop_oneof![
            prop::option::of(".{0,6}").prop_map(|text| ("text".to_owned(), json!(text))),
            ("x[a-z]{0,3}", value()),
        ],
        0..4,
    );
    let part = part.prop_map(|fields| Value::Object(fields.into_iter().collect()));
    prop_oneof![
        prop::option::of("[ -~é€😀]{0,8}").prop_map(|id| ("id".to_owned(), json!(id))),
        prop::option::of(".{0,8}").prop_map(|name| ("name".to_owned(), json!(name))),
        prop::option::of(".{0,8}").prop_map(|kind| ("type".to_owned(), json!(kind))),
        prop::option::of(any::<u64>()).prop_map(|count| ("count".to_owned(), json!(count))),
        prop::option::of(prop::collection::vec(part, 0..3))
            .prop_map(|parts| ("parts".to_owned(), json!(parts))),
    ]
}

fn without_nulls(fields: &Map<String, Value>) -> Map<String, Value> {
    let kept = fields.iter().filter(|(_, value)| !value.is_null());
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

proptest! {
    #[test]
    fn any_order_of_known_and_unknown_fields_decodes_and_nothing_is_lost(
        fields in prop::collection::vec(prop_oneof![known(), ("x[a-z]{0,6}", value())], 0..12),
    ) {
        // In the order drawn, which a map would sort. A key twice is not what is tested here.
        let mut seen = std::collections::BTreeSet::new();
        let fields: Vec<_> = fields.into_iter().filter(|(key, _)| seen.insert(key.clone())).collect();
        let written: Vec<String> =
            fields.iter().map(|(key, value)| format!("{}:{value}", json!(key))).collect();
        let json = format!("{{{}}}", written.join(","));

        let thing = decode(&json).unwrap();
        let wire: Map<String, Value> = fields.into_iter().collect();
        for (key, value) in &wire {
            if key.starts_with('x') {
                prop_assert_eq!(thing.extra.get(key), Some(value));
            }
        }
        let Value::Object(again) = serde_json::to_value(&thing).unwrap() else {
            panic!("it is an object")
        };
        for (key, value) in without_nulls(&wire) {
            if key == "parts" {
                let parts = value.as_array().unwrap();
                for (part, again) in parts.iter().zip(again["parts"].as_array().unwrap()) {
                    for (key, value) in without_nulls(part.as_object().unwrap()) {
                        prop_assert_eq!(&again[&key], &value);
                    }
                }
            } else {
                prop_assert_eq!(&again[&key], &value);
            }
        }
        prop_assert_eq!(&decode(&Value::Object(again).to_string()).unwrap(), &thing);

        // Without nulls, which the derive refuses where the type is not optional.
        let Value::Object(mut plain) = serde_json::from_str(&json).unwrap() else {
            panic!("it is an object")
        };
        plain.retain(|key, value| key.starts_with('x') || !value.is_null());
        let derived: Flattened = serde_json::from_value(Value::Object(plain)).unwrap();
        prop_assert_eq!(&derived.extra, &thing.extra);
        prop_assert_eq!((&*thing.id, &thing.name), (&*derived.id, &derived.name));
        prop_assert_eq!((&thing.kind, thing.count), (&derived.kind, derived.count));
        prop_assert_eq!(thing.parts.len(), derived.parts.len());
    }
}
