//! Answers of a type: strict schemas that hold what serde makes, and every way to get no value.

use std::collections::BTreeMap;

use openai_azure::blocking::Wait;
use openai_azure::chat::{ChatCompletion, ChatEvent, ChatRequest};
use openai_azure::error::{OutputError, OutputFault};
use openai_azure::schema::StrictSchema;
use openai_azure::{Client, Error, ErrorKind};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::service;

/// A meeting.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
struct Meeting {
    /// What it is about.
    title: String,
    people: Vec<Person>,
    #[serde(default)]
    minutes: u32,
    place: Option<Place>,
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
struct Person {
    name: String,
    age: Option<u8>,
    mood: Mood,
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Mood {
    /// Smiles.
    Good,
    NotSoGood,
    Other(String),
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Place {
    Room { number: i16 },
    Point(Point),
    Nowhere,
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
struct Point {
    lat: f64,
    lon: f64,
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
struct Tree {
    name: String,
    /// Below it.
    children: Vec<Tree>,
    next: Option<Box<Tree>>,
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
enum Sum {
    Number(i64),
    Add { left: Box<Sum>, right: Box<Sum> },
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
struct Stored {
    id: u64,
    #[serde(flatten)]
    place: Place,
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(transparent)]
struct Wrapper(Person);

/// Any text, or several.
#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    One(String),
    Many(Vec<String>),
    None,
}

#[derive(Debug, Clone, PartialEq, JsonSchema, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Unit,
    Value(Option<bool>),
}

/// Values from a seed, small ones and large ones.
struct Made(fastrand::Rng);

impl Made {
    fn text(&mut self) -> String {
        let texts = ["", "Ada", "\"quoted\" \\ and\nmore", "{\"value\": 1}", "日本語 🙂"];
        texts[self.0.usize(..texts.len())].to_owned()
    }

    fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.0.usize(..4)).map(|_| one(self)).collect()
    }

    fn maybe<T>(&mut self, one: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.0.bool().then(|| one(self))
    }

    fn number(&mut self) -> f64 {
        f64::from(self.0.i16(..)) / 8.0
    }

    fn mood(&mut self) -> Mood {
        match self.0.u8(..3) {
            0 => Mood::Good,
            1 => Mood::NotSoGood,
            _ => Mood::Other(self.text()),
        }
    }

    fn person(&mut self) -> Person {
        let age = self.maybe(|made| made.0.u8(..));
        Person { name: self.text(), age, mood: self.mood() }
    }

    fn place(&mut self) -> Place {
        match self.0.u8(..3) {
            0 => Place::Room { number: self.0.i16(..) },
            1 => Place::Point(Point { lat: self.number(), lon: self.number() }),
            _ => Place::Nowhere,
        }
    }

    fn meeting(&mut self) -> Meeting {
        let people = self.list(Self::person);
        let place = self.maybe(Self::place);
        Meeting { title: self.text(), people, minutes: self.0.u32(..), place }
    }

    fn tree(&mut self, depth: u8) -> Tree {
        let children = if depth == 0 { vec![] } else { self.list(|made| made.tree(depth - 1)) };
        let next = if depth == 0 { None } else { self.maybe(|made| made.tree(depth - 1).into()) };
        Tree { name: self.text(), children, next }
    }

    fn sum(&mut self, depth: u8) -> Sum {
        if depth == 0 || self.0.bool() {
            return Sum::Number(self.0.i64(..));
        }
        Sum::Add { left: self.sum(depth - 1).into(), right: self.sum(depth - 1).into() }
    }

    fn either(&mut self) -> Either {
        match self.0.u8(..3) {
            0 => Either::One(self.text()),
            1 => Either::Many(self.list(Self::text)),
            _ => Either::None,
        }
    }
}

/// The schema is strict, holds each value as serde writes it, and the value comes back.
fn holds<T>(seed: u64, mut make: impl FnMut(&mut Made) -> T)
where
    T: JsonSchema + Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let schema = StrictSchema::<T>::new().unwrap();
    let value = schema.as_value();
    assert_eq!(value["type"], "object", "{value}");
    assert_is_strict(value);
    let validator = jsonschema::draft202012::new(value).unwrap();
    let is_wrapped = value["properties"].get("value").is_some();
    let mut made = Made(fastrand::Rng::with_seed(seed));
    for _ in 0..200 {
        let one = make(&mut made);
        let mut json = serde_json::to_value(&one).unwrap();
        if is_wrapped {
            json = json!({"value": json});
        }
        let errors: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{json}\n{value}\n{errors:?}");
        assert_eq!(schema.parse(&json.to_string()).unwrap(), one, "{json}");
    }
    // It is closed: what it does not know is refused.
    let mut stranger = serde_json::to_value(make(&mut made)).unwrap();
    if is_wrapped {
        stranger = json!({"value": stranger});
    }
    stranger["stranger"] = json!(1);
    assert!(!validator.is_valid(&stranger));
}

/// What the documents of the service ask of a strict schema.
fn assert_is_strict(node: &Value) {
    const KEYWORDS: [&str; 11] = [
        "type",
        "properties",
        "required",
        "additionalProperties",
        "items",
        "enum",
        "const",
        "anyOf",
        "$ref",
        "$defs",
        "description",
    ];
    let members = node.as_object().unwrap();
    for (keyword, value) in members {
        assert!(KEYWORDS.contains(&keyword.as_str()), "{keyword} in {node}");
        match keyword.as_str() {
            "properties" | "$defs" => {
                value.as_object().unwrap().values().for_each(assert_is_strict)
            }
            "items" => assert_is_strict(value),
            "anyOf" => value.as_array().unwrap().iter().for_each(assert_is_strict),
            "$ref" => assert_eq!(members.len(), 1, "{node}"),
            _ => {}
        }
    }
    if let Some(properties) = node["properties"].as_object() {
        assert_eq!(node["additionalProperties"], false, "{node}");
        assert_eq!(json!(properties.keys().collect::<Vec<_>>()), node["required"]);
    }
    let says = |name: &str| members.contains_key(name);
    assert!(says("type") || says("anyOf") || says("$ref"), "{node}");
}

#[test]
fn strict_schemas_hold_what_serde_makes_of_any_value() {
    holds(1, Made::meeting);
    holds(2, Made::person);
    holds(3, Made::mood);
    holds(4, Made::place);
    holds(5, |made| made.tree(3));
    holds(6, |made| made.sum(4));
    holds(7, |made| Wrapper(made.person()));
    holds(8, Made::either);
    holds(9, |made| made.list(Made::place));
    holds(10, |made| made.maybe(Made::meeting));
    holds(11, |made| Stored { id: made.0.u64(..), place: made.place() });
    holds(12, |made| match made.0.bool() {
        true => Adjacent::Unit,
        false => Adjacent::Value(made.maybe(|made| made.0.bool())),
    });
    holds(13, Made::text);
    holds(14, |made| made.list(|made| made.maybe(|made| made.0.char(..))));
}

fn chat(client: &Client) -> ChatRequest {
    client.chat("gpt-4o").user("Who meets whom?")
}

/// An answer with one choice.
fn answer(message: Value, finish_reason: &str) -> Reply {
    let choice = json!({"index": 0, "message": message, "finish_reason": finish_reason,
        "content_filter_results": {"hate": {"filtered": finish_reason == "content_filter"}}});
    let usage = json!({"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3});
    let body = json!({"id": "c", "model": "m", "choices": [choice], "usage": usage});
    Reply::status(200).header("x-request-id", "structured-1").json(body)
}

/// The same as a stream in pieces of `size` characters.
fn streamed(text: &str, finish_reason: &str, size: usize) -> Reply {
    let piece = |delta: Value, reason: Value| {
        json!({"id": "c", "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})
    };
    let characters: Vec<char> = text.chars().collect();
    let texts = characters.chunks(size).map(|chunk| chunk.iter().collect::<String>());
    let mut events: Vec<Value> =
        texts.map(|text| piece(json!({"content": text}), Value::Null)).collect();
    events.push(piece(json!({}), json!(finish_reason)));
    let events = events.iter().map(Value::to_string).chain(["[DONE]".to_owned()]);
    Reply::status(200).header("x-request-id", "structured-1").sse(events)
}

fn answer_error(error: Error) -> OutputError {
    assert_eq!(error.request_ids().unwrap().request_id(), Some("structured-1"));
    let Error::Output(error) = error else { panic!("{error:?}") };
    error
}

#[tokio::test]
async fn an_answer_comes_as_the_type_whole_and_streamed() {
    let (emulator, client) = service().await;
    let whole = chat(&client).respond_as::<Meeting>().send().await.unwrap();
    let sent = emulator.last().unwrap().json();
    let format = &sent["response_format"];
    assert_eq!(format["type"], "json_schema");
    assert_eq!(format["json_schema"]["name"], "Meeting");
    assert_eq!(format["json_schema"]["strict"], true);
    assert_eq!(format["json_schema"]["description"], "A meeting.");
    assert!(whole.completion.usage.is_some());
    assert!(whole.request_id().is_some());

    let mut stream = chat(&client).respond_as::<Meeting>().stream().await.unwrap();
    let mut text = String::new();
    while let Some(event) = stream.try_next().await.unwrap() {
        if let ChatEvent::Text { delta, .. } = event {
            text.push_str(&delta);
        }
    }
    let value = stream.finish().await.unwrap().into_value();
    assert_eq!(value, whole.value);
    assert_eq!(serde_json::from_str::<Meeting>(&text).unwrap(), value);
}

#[tokio::test]
async fn a_value_that_is_no_object_is_taken_out_of_one() {
    let (emulator, client) = service().await;
    emulator.reply(answer(json!({"content": r#"{"value": {"Number": 7}}"#}), "stop"));
    let sum = chat(&client).respond_as::<Sum>().await.unwrap();
    assert_eq!(sum.value, Sum::Number(7));
    let schema = &emulator.last().unwrap().json()["response_format"]["json_schema"]["schema"];
    assert_eq!(schema["type"], "object");
}

#[tokio::test]
async fn what_has_arrived_can_be_looked_at() {
    let (emulator, client) = service().await;
    emulator.reply(streamed(r#"{"value": ["one", "two", "three"]}"#, "stop", 1));
    let mut stream = chat(&client).respond_as::<Vec<String>>().stream().await.unwrap();
    let mut seen: Vec<Value> = Vec::new();
    while stream.try_next().await.unwrap().is_some() {
        seen.extend(stream.partial().filter(|partial| seen.last() != Some(partial)));
    }
    assert!(seen.contains(&json!(["one", "tw"])), "{seen:?}");
    assert_eq!(seen.last(), Some(&json!(["one", "two", "three"])));
    assert_eq!(stream.finish().await.unwrap().value, ["one", "two", "three"]);
}

#[tokio::test]
async fn refusal_length_and_filter_are_told_apart() {
    let (emulator, client) = service().await;
    let half = r#"{"title": "Lun"#;
    let text = json!({"content": half});
    for (message, reason, fault, kind) in [
        (json!({"refusal": "No."}), "stop", OutputFault::Refusal, ErrorKind::Refusal),
        (text.clone(), "length", OutputFault::Length, ErrorKind::Length),
        (text.clone(), "content_filter", OutputFault::ContentFilter, ErrorKind::ContentFilter),
        (text, "stop", OutputFault::Unfit, ErrorKind::Decode),
        (json!({"tool_calls": []}), "tool_calls", OutputFault::NoText, ErrorKind::Decode),
    ] {
        let has_text = message["content"].is_string();
        emulator.reply(answer(message, reason));
        let error = chat(&client).respond_as::<Meeting>().send().await.unwrap_err();
        assert_eq!(error.kind(), kind);
        let error = answer_error(error);
        assert_eq!(error.fault(), fault);
        assert_eq!(error.text(), if has_text { half } else { "" });
        assert_eq!(error.refusal(), (fault == OutputFault::Refusal).then_some("No."));
        let is_filtered = error.content_filter().unwrap().is_filtered();
        assert_eq!(is_filtered, fault == OutputFault::ContentFilter);
        assert_eq!(
            error.output::<ChatCompletion>().unwrap().usage.as_ref().unwrap().total_tokens,
            3
        );
        assert!(error.to_string().ends_with("(request id structured-1)"), "{error}");
        let printed = format!("{error} {error:?}");
        assert!(!printed.contains("Lun"), "{printed}");
    }
    assert_eq!(emulator.requests(), 5);
}

#[tokio::test]
async fn a_stream_that_is_cut_off_says_so_at_its_end() {
    let (emulator, client) = service().await;
    for (reason, fault) in [
        ("length", OutputFault::Length),
        ("content_filter", OutputFault::ContentFilter),
        ("stop", OutputFault::Unfit),
    ] {
        emulator.reply(streamed(r#"{"title": "Lun"#, reason, 4));
        let mut stream = chat(&client).respond_as::<Meeting>().stream().await.unwrap();
        let error = answer_error(stream.finish().await.unwrap_err());
        assert_eq!((error.fault(), error.text()), (fault, r#"{"title": "Lun"#));
    }
    let broken = streamed(r#"{"title": "Lunch"}"#, "stop", 4).cut_after(300);
    emulator.reply(broken);
    let mut stream = chat(&client).respond_as::<Meeting>().stream().await.unwrap();
    let error = stream.finish().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Stream);
}

#[tokio::test]
async fn the_emulator_s_own_refusal_and_cut_offs_are_understood() {
    let (_emulator, client) = service().await;
    let of = |prompt: &str| client.chat("gpt-4o").user(prompt).respond_as::<Meeting>();
    let kind = async |prompt| of(prompt).send().await.unwrap_err().kind();
    assert_eq!(kind("[refuse]").await, ErrorKind::Refusal);
    assert_eq!(kind("[filter-answer]").await, ErrorKind::ContentFilter);
    let short = chat(&client).max_tokens(3).respond_as::<Meeting>().send().await;
    assert_eq!(short.unwrap_err().kind(), ErrorKind::Length);
}

#[tokio::test]
async fn a_type_without_a_strict_schema_is_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    let error = chat(&client).respond_as::<BTreeMap<String, u8>>().send().await.unwrap_err();
    assert!(matches!(&error, Error::Config(_)));
    assert!(error.to_string().contains("maps have none; use a list of entries"), "{error}");
    let error = chat(&client).respond_as::<Vec<(u8, u8)>>().stream().await.unwrap_err();
    assert!(error.to_string().contains("tuples"), "{error}");
    assert_eq!(emulator.requests(), 0);
}

#[test]
fn values_are_waited_for() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = client.build().unwrap();
    let chat = client.chat("gpt-4o").user("Who?");
    let whole = chat.clone().respond_as::<Person>().send().wait().unwrap();
    let streamed = chat.respond_as::<Person>().stream().wait().unwrap();
    let streamed = streamed.into_inner().finish().wait().unwrap();
    assert_eq!(whole.value, streamed.value);
}
