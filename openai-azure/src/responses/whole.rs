//! Decoding a response that arrived as a whole.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::de::{Error as _, IgnoredAny};

use super::response::ModelResponse;
use crate::serde_ext::from_json;

/// Decodes a response. What is no response, such as the JSON of a gateway, is an error.
#[inline]
pub(super) fn decode(body: &Bytes) -> Result<ModelResponse, serde_json::Error> {
    let response: ModelResponse = from_json(body)?;
    if response.output.is_empty() && !has_field(body, "output") {
        return Err(serde_json::Error::missing_field("output"));
    }
    Ok(response)
}

fn has_field(body: &Bytes, field: &str) -> bool {
    let fields: Result<BTreeMap<String, IgnoredAny>, _> = serde_json::from_slice(body);
    fields.is_ok_and(|fields| fields.contains_key(field))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_body_without_output_is_no_response() {
        let decode = |body: &'static str| decode(&body.into()).map(|response| response.id);
        for body in [r#"{"hello":1}"#, r#"{"error":{"message":"no"}}"#, "{}", r#"{"id":"r"}"#] {
            assert!(decode(body).unwrap_err().to_string().contains("missing field `output`"));
        }
        assert!(decode("<html>").is_err());
        assert_eq!(decode(r#"{"id":"r","output":[]}"#).unwrap(), "r");
        assert_eq!(decode(r#"{"id":"r","output":null}"#).unwrap(), "r");
    }
}
