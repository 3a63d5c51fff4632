//! YAML → JSON: keys of any kind become texts, and numbers beyond 64 bits the nearest float.

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

/// A value of JSON, whatever YAML wrote.
struct Json(Value);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor).map(Self)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    // Upstream writes limits of seeds that way.
    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::from(value as f64))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::from(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut found = Vec::new();
        while let Some(Json(item)) = items.next_element()? {
            found.push(item);
        }
        Ok(Value::Array(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut found = Map::new();
        let mut merged = Map::new();
        while let Some((Json(name), Json(value))) = members.next_entry()? {
            match (name, value) {
                (Value::String(name), Value::Object(value)) if name == "<<" => {
                    merged.extend(value);
                }
                (Value::String(name), value) => {
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
        Ok(Value::Object(found))
    }

    /// A tagged value: the tag says nothing to us.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (Json(_), value) = tagged.variant()?;
        value.newtype_variant::<Json>().map(|Json(value)| value)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

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
