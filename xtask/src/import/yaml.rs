//! YAML → JSON: keys of any kind become texts, and numbers beyond 64 bits the nearest float.
//!
//! JSON is read in the same way, since objects of [`Value`] forget the order of their members: what
//! has `properties` gets their names in the order of the document, as `x-order`.

use std::fmt;

use anyhow::Result;
use serde::de::{
    Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Value};

/// Reads a document in YAML.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value> {
    Ok(serde_yaml_ng::from_slice::<Json>(bytes)?.0)
}

/// Reads a document in JSON.
pub(crate) fn parse_json(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    Ok(serde_json::from_slice::<Json>(bytes)?.0)
}

/// A value of JSON, whatever YAML wrote, and the names of its members in their order.
struct Json(Value, Vec<String>);

impl Json {
    fn of(value: impl Into<Value>) -> Self {
        Self(value.into(), Vec::new())
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::of(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::of(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::of(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::of(value))
    }

    // Upstream writes limits of seeds that way.
    fn visit_i128<E>(self, value: i128) -> Result<Json, E> {
        Ok(Json::of(value as f64))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Json, E> {
        Ok(Json::of(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::of(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::of(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut found = Vec::new();
        while let Some(Json(item, _)) = items.next_element()? {
            found.push(item);
        }
        Ok(Json::of(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut found = Map::new();
        let mut merged = Map::new();
        let mut names = Vec::new();
        while let Some((Json(name, _), Json(value, inner))) = members.next_entry()? {
            match (name, value) {
                (Value::String(name), Value::Object(value)) if name == "<<" => {
                    merged.extend(value);
                }
                (Value::String(name), value) => {
                    if name == "properties" && value.is_object() {
                        found.insert("x-order".to_owned(), inner.into());
                    }
                    names.push(name.clone());
                    found.insert(name, value);
                }
                // Statuses are written as numbers: `200:`.
                (name, value) => {
                    found.insert(name.to_string(), value);
                }
            }
        }
        for (name, value) in merged {
            found.entry(name).or_insert(value);
        }
        Ok(Json(Value::Object(found), names))
    }

    /// A tagged value: the tag says nothing to us.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Json, A::Error> {
        let (Json(..), value) = tagged.variant()?;
        value.newtype_variant::<Json>()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{parse, parse_json};

    #[test]
    fn the_order_of_properties_is_kept() {
        let text = r#"{"a": {"properties": {"z": {}, "b": {"properties": {}}}}}"#;
        let document = parse_json(text.as_bytes()).unwrap();
        assert_eq!(document["a"]["x-order"], json!(["z", "b"]));
        assert_eq!(document["a"]["properties"]["b"]["x-order"], json!([]));
        assert_eq!(parse(text.as_bytes()).unwrap(), document);
    }

    #[test]
    fn statuses_anchors_and_large_numbers_are_read() {
        let text = "\
answer: &answer {description: Fine.}
responses:
  200: *answer
  201:
    <<: *answer
  default: !tag x
minimum: -9223372036854776000
maximum: 9223372036854775807
";
        assert_eq!(
            parse(text.as_bytes()).unwrap(),
            json!({
                "answer": {"description": "Fine."},
                "responses": {
                    "200": {"description": "Fine."},
                    "201": {"description": "Fine."},
                    "default": "x",
                },
                "minimum": -9_223_372_036_854_776_000.0,
                "maximum": 9_223_372_036_854_775_807_i64,
            })
        );
    }
}
