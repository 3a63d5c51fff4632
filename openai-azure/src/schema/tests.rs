//! What becomes of the types that people write.

#![allow(dead_code, reason = "only their schemas are looked at")]

use std::collections::{BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Root, StrictSchema, of};

#[derive(JsonSchema, Deserialize, Debug, PartialEq)]
struct Inner {
    x: i32,
    y: Option<Box<Inner>>,
}

#[derive(JsonSchema, Deserialize)]
enum Kind {
    A,
    B,
}

#[derive(JsonSchema, Deserialize, Debug, PartialEq)]
#[serde(tag = "type")]
enum Tagged {
    A { n: i32 },
    B(Inner),
    U,
}

#[derive(JsonSchema, Deserialize)]
enum Expr {
    Num(f64),
    Neg(Box<Expr>),
}

#[derive(JsonSchema, Deserialize)]
struct Node {
    v: i32,
    kids: Vec<Node>,
}

fn schema<T: JsonSchema>() -> Value {
    of::<T>().unwrap().schema
}

fn why_not<T: JsonSchema>() -> String {
    of::<T>().unwrap_err().to_string()
}

#[test]
fn a_struct_is_closed_and_says_all_its_members() {
    /// A thing.
    #[derive(JsonSchema, Deserialize)]
    struct Plain {
        /// Small.
        a: u8,
        b: Option<String>,
        #[serde(default)]
        c: i32,
        d: Vec<Kind>,
        e: Option<Kind>,
        /// The kind.
        f: Kind,
        #[serde(flatten)]
        rest: HashMap<String, Value>,
    }
    let strict = of::<Plain>().unwrap();
    assert_eq!((strict.name.as_str(), strict.root), ("Plain", Root::Plain));
    assert_eq!(strict.description.as_deref(), Some("A thing."));
    let expected = json!({
        "type": "object",
        "properties": {
            "a": {"type": "integer", "description": "Small. (maximum 255, minimum 0)"},
            "b": {"type": ["string", "null"]},
            "c": {"type": "integer"},
            "d": {"type": "array", "items": {"$ref": "#/$defs/Kind"}},
            "e": {"anyOf": [{"$ref": "#/$defs/Kind"}, {"type": "null"}]},
            "f": {"anyOf": [{"$ref": "#/$defs/Kind"}], "description": "The kind."},
        },
        "required": ["a", "b", "c", "d", "e", "f"],
        "additionalProperties": false,
        "description": "A thing.",
        "$defs": {"Kind": {"type": "string", "enum": ["A", "B"]}},
    });
    assert_eq!(strict.schema, expected);
}

#[test]
fn an_enum_is_put_into_an_object_and_taken_out_again() {
    let schema = StrictSchema::<Tagged>::new().unwrap();
    let kinds = &schema.as_value()["properties"]["value"]["anyOf"];
    assert_eq!(kinds.as_array().unwrap().len(), 3);
    assert_eq!(kinds[1]["required"], json!(["type", "x", "y"]));
    assert_eq!(kinds[1]["additionalProperties"], false);
    assert_eq!(kinds[1]["properties"]["type"], json!({"type": "string", "const": "B"}));
    assert_eq!(schema.parse(r#"{"value": {"type": "A", "n": 1}}"#).unwrap(), Tagged::A { n: 1 });
    assert!(schema.parse(r#"{"type": "A", "n": 1}"#).is_err());
    let list = StrictSchema::<Vec<u8>>::new().unwrap();
    assert_eq!(
        (list.name(), list.parse(r#"{"value": [1]}"#).unwrap()),
        ("Array_of_uint8", vec![1])
    );
}

#[test]
fn recursive_types_refer_to_their_own_place() {
    let node = schema::<Node>();
    assert_eq!(node["properties"]["kids"]["items"], json!({"$ref": "#"}));
    let expr = schema::<Expr>();
    assert_eq!(expr["properties"]["value"], json!({"$ref": "#/$defs/Expr"}));
    let negative = &expr["$defs"]["Expr"]["anyOf"][1];
    assert_eq!(negative["properties"]["Neg"], json!({"$ref": "#/$defs/Expr"}));
    let option = schema::<Option<Inner>>();
    assert_eq!(option["properties"]["value"]["anyOf"][0], json!({"$ref": "#/$defs/Inner"}));
}

#[test]
fn a_definition_with_a_slash_in_its_name_is_found() {
    #[derive(JsonSchema, Deserialize)]
    #[schemars(rename = "a/b~c")]
    struct Odd {
        x: u8,
    }
    let odd = schema::<Vec<Odd>>();
    let target = odd["properties"]["value"]["items"]["$ref"].as_str().unwrap();
    assert_eq!(odd.pointer(&target[1..]).unwrap()["required"], json!(["x"]), "{odd}");
}

#[test]
fn a_struct_around_another_one_is_that_one() {
    /// New.
    #[derive(JsonSchema, Deserialize)]
    struct New(Inner);
    let new = schema::<New>();
    assert_eq!(new["description"], "New.");
    assert_eq!(new["required"], json!(["x", "y"]));
    assert_eq!(new["properties"]["y"]["anyOf"][0], json!({"$ref": "#/$defs/Inner"}));
    assert!(new["$defs"]["Inner"]["properties"]["x"].is_object());
}

#[test]
fn flattened_types_become_one_object_per_alternative() {
    /// All.
    #[derive(JsonSchema, Deserialize)]
    struct Flat {
        id: i32,
        #[serde(flatten)]
        kind: Tagged,
        #[serde(flatten)]
        inner: Inner,
    }
    #[derive(JsonSchema, Deserialize)]
    struct Outer {
        flat: Flat,
    }
    let outer = schema::<Outer>();
    let flat = &outer["$defs"]["Flat"];
    assert_eq!(flat["description"], "All.");
    let alternatives = flat["anyOf"].as_array().unwrap();
    let required: Vec<&Value> = alternatives.iter().map(|one| &one["required"]).collect();
    assert_eq!(required[0], &json!(["id", "n", "type", "x", "y"]));
    assert_eq!(required[2], &json!(["id", "type", "x", "y"]));
    assert!(alternatives.iter().all(|one| one.get("description").is_none()));
}

#[test]
fn limits_go_into_the_description() {
    #[derive(JsonSchema, Deserialize)]
    struct Bounded {
        #[schemars(length(min = 1, max = 4))]
        s: String,
        #[schemars(regex(pattern = "^a"))]
        p: String,
        set: BTreeSet<String>,
        pair: [f32; 2],
    }
    let members = schema::<Bounded>();
    let members = &members["properties"];
    assert_eq!(
        members["s"],
        json!({"type": "string", "description": "(maxLength 4, minLength 1)"})
    );
    assert_eq!(members["p"]["description"], "(pattern ^a)");
    assert_eq!(members["set"]["description"], "(uniqueItems true)");
    assert_eq!(members["pair"]["items"], json!({"type": "number"}));
}

#[test]
fn nothing_is_an_empty_object() {
    #[derive(JsonSchema, Deserialize)]
    struct Empty {}
    assert_eq!(schema::<()>(), schema::<Empty>());
    StrictSchema::<()>::new().unwrap().parse("{}").unwrap();
    assert!(StrictSchema::<()>::new().unwrap().parse("[]").is_err());
}

#[test]
fn a_type_without_a_strict_schema_says_where_and_why() {
    #[derive(JsonSchema, Deserialize)]
    struct Maps {
        inner: Deep,
    }
    #[derive(JsonSchema, Deserialize)]
    struct Deep {
        counts: Vec<HashMap<String, u8>>,
    }
    #[derive(JsonSchema, Deserialize)]
    struct Numbered {
        counts: HashMap<u8, u8>,
    }
    let why = why_not::<Maps>();
    assert!(
        why.starts_with("the type Maps has no strict JSON schema: at Deep/counts/items: maps"),
        "{why}"
    );
    assert!(why_not::<Numbered>().contains("at /counts: maps"));
    assert!(why_not::<HashMap<String, u8>>().contains("maps"));
    assert!(why_not::<serde_json::Map<String, Value>>().contains("maps"));
    assert!(why_not::<Vec<(u8, String)>>().contains("tuples"));
    assert!(why_not::<Option<Value>>().contains("any JSON"));
    assert!(why_not::<Value>().contains("any JSON"));
}

#[test]
fn types_that_cannot_be_flattened_are_refused() {
    #[derive(JsonSchema, Deserialize)]
    struct Flat {
        #[serde(flatten)]
        size: Size,
        id: i32,
    }
    #[derive(JsonSchema, Deserialize)]
    #[serde(untagged)]
    enum Size {
        Known(u8),
    }
    assert!(why_not::<Flat>().contains("no object"));
    // schemars itself does not come to an end with such a type, so this one is written by hand.
    let endless = json!({"type": "object", "allOf": [{"$ref": "#"}]});
    assert!(super::strict::of(&endless).unwrap_err().contains("into itself"));
}

#[test]
fn names_are_what_the_service_takes() {
    assert_eq!(super::name("a::b<c>"), "a__b_c_");
    assert_eq!(super::name("é"), "_");
    assert_eq!(super::name(""), "answer");
    assert_eq!(super::name(&"x".repeat(99)).len(), 64);
}
