//! The input of a request.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Item, MessageItem};

/// The input of a request: items, which may also be written as one text.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Input(pub(crate) Vec<Item>);

impl Input {
    /// The items.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InputVisitor)
    }
}

struct InputVisitor;

impl<'de> Visitor<'de> for InputVisitor {
    type Value = Input;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text or a list of items")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Input, E> {
        Ok(Input(vec![Item::from(text)]))
    }

    fn visit_unit<E: Error>(self) -> Result<Input, E> {
        Ok(Input::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Input, A::Error> {
        let items: Vec<Item> = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        items
            .into_iter()
            .map(with_type)
            .collect::<Result<_, _>>()
            .map(Input)
            .map_err(A::Error::custom)
    }
}

/// A message may leave its type out.
fn with_type(item: Item) -> Result<Item, serde_json::Error> {
    match item {
        Item::Other(value) if value.get("type").is_none() && value.get("role").is_some() => {
            serde_json::from_value::<MessageItem>(value).map(Item::Message)
        }
        Item::Other(Value::String(text)) => Ok(Item::from(text.as_str())),
        item => Ok(item),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Input;
    use crate::responses::Item;

    #[test]
    fn text_and_messages_without_a_type_are_messages() {
        let read = |value| serde_json::from_value::<Input>(value).unwrap().0;
        assert_eq!(read(json!("hi")), [Item::from("hi")]);
        assert_eq!(read(json!([{"role": "user", "content": "hi"}])), [Item::from("hi")]);
        assert_eq!(read(json!([{"type": "new"}])), [Item::Other(json!({"type": "new"}))]);
    }
}
