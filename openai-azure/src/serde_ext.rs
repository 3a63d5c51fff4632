//! JSON as the service sends it.

// Each form of JSON that a type is read from or written to is compiled for all types below it. So there
// are few: text and `Value` to read, text to write; what is rare goes through one of them.

use serde::de::{DeserializeOwned, DeserializeSeed, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Decodes JSON. All characters are checked at once, which is much faster than string by string.
pub(crate) fn from_json<T: DeserializeOwned>(data: &[u8]) -> serde_json::Result<T> {
    from_json_with(std::marker::PhantomData, data)
}

/// Decodes JSON with a seed.
pub(crate) fn from_json_with<'de, S: DeserializeSeed<'de>>(
    seed: S,
    data: &'de [u8],
) -> serde_json::Result<S::Value> {
    let text = match std::str::from_utf8(data) {
        Ok(text) => text,
        // Line and column are in the error of the reader of bytes.
        Err(error) => {
            return Err(serde_json::from_slice::<Value>(data)
                .err()
                .unwrap_or_else(|| serde_json::Error::custom(error)));
        }
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// The JSON of a value, for what is rare: it is written as text and read again.
pub(crate) fn to_value<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Value> {
    serde_json::from_slice(&serde_json::to_vec(value)?)
}

/// Reads `null` as the default of the type.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde_json::{Value, json};

    use super::{from_json, to_value};

    #[test]
    fn bytes_that_are_no_text_are_an_error_with_its_place() {
        let error = from_json::<Value>(b"{\"id\": \"a\",\n \"text\": \"\xff\"}").unwrap_err();
        assert!(error.to_string().contains("line 2 column"), "{error}");
        assert!(from_json::<Value>(b"\xff").is_err());
    }

    #[test]
    fn a_value_that_goes_by_text_is_the_same() {
        #[derive(Serialize)]
        struct Body {
            text: &'static str,
            temperature: f64,
            seed: Option<u64>,
        }
        let body = Body { text: "a \"b\" \u{1F600}", temperature: 0.7, seed: Some(u64::MAX) };
        assert_eq!(to_value(&body).unwrap(), serde_json::to_value(&body).unwrap());
        assert_eq!(to_value(&json!([null])).unwrap(), json!([null]));
    }
}
