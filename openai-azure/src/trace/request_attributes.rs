//! What a request sets, read from its body: only when a span is recorded.

use std::fmt;

use openai_azure_sys::Request;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::content::{self, RequestContent};
use super::operation::Operation;

/// The fields of bodies that are attributes.
const FIELDS: &[&str] = &[
    "conversation",
    "dimensions",
    "encoding_format",
    "frequency_penalty",
    "max_completion_tokens",
    "max_num_results",
    "max_output_tokens",
    "max_tokens",
    "modalities",
    "model",
    "n",
    "presence_penalty",
    "response_format",
    "seed",
    "service_tier",
    "stop",
    "stream",
    "temperature",
    "text",
    "top_k",
    "top_p",
];

/// The fields that hold what people write.
const CONTENT_FIELDS: &[&str] = &["input", "instructions", "messages", "prompt", "query", "tools"];

/// What a request sets. A form, such as one with an audio file, is not read.
#[derive(Debug, Default)]
pub(super) struct RequestAttributes {
    pub(super) model: Option<String>,
    pub(super) conversation_id: Option<String>,
    pub(super) output_type: Option<&'static str>,
    pub(super) choice_count: Option<i64>,
    pub(super) seed: Option<i64>,
    pub(super) is_stream: bool,
    pub(super) top_k: Option<f64>,
    pub(super) max_tokens: Option<i64>,
    pub(super) temperature: Option<f64>,
    pub(super) top_p: Option<f64>,
    pub(super) frequency_penalty: Option<f64>,
    pub(super) presence_penalty: Option<f64>,
    /// As a list in JSON.
    pub(super) stop_sequences: Option<String>,
    pub(super) service_tier: Option<String>,
    pub(super) dimensions: Option<i64>,
    /// As a list in JSON.
    pub(super) encoding_formats: Option<String>,
    pub(super) data_source_id: Option<String>,
    pub(super) content: RequestContent,
}

impl RequestAttributes {
    /// Reads the body of a request; its content only if `captures_content`.
    pub(super) fn read(operation: Operation, request: &Request, captures_content: bool) -> Self {
        let mut attributes = Self {
            output_type: operation.output_type,
            data_source_id: data_source(request.url()),
            ..Self::default()
        };
        let fields = request.body().as_bytes().map(|body| picked(body, captures_content));
        let Some(fields) = fields.filter(|_| operation.is_gen_ai) else { return attributes };
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = |name: &str| fields.get(name).and_then(Value::as_f64);
        let count = |name: &str| fields.get(name).and_then(Value::as_i64);
        attributes.model = text("model").or_else(|| deployment(request.url()));
        attributes.conversation_id = conversation(&fields);
        attributes.output_type = attributes.output_type.or_else(|| output_type(&fields));
        attributes.choice_count = count("n").filter(|choices| *choices != 1);
        attributes.seed = count("seed");
        attributes.is_stream = fields.get("stream") == Some(&Value::Bool(true));
        attributes.top_k = number("top_k").or_else(|| number("max_num_results"));
        attributes.max_tokens = count("max_completion_tokens")
            .or_else(|| count("max_output_tokens"))
            .or_else(|| count("max_tokens"));
        attributes.temperature = number("temperature");
        attributes.top_p = number("top_p");
        attributes.frequency_penalty = number("frequency_penalty");
        attributes.presence_penalty = number("presence_penalty");
        attributes.stop_sequences = fields.get("stop").and_then(list);
        attributes.service_tier = text("service_tier");
        attributes.dimensions = count("dimensions");
        attributes.encoding_formats = fields.get("encoding_format").and_then(list);
        if captures_content {
            attributes.content = content::of_request(&fields);
        }
        attributes
    }
}

/// The known fields of a JSON object; none for a body that is no object.
fn picked(body: &[u8], captures_content: bool) -> Map<String, Value> {
    struct Object {
        captures_content: bool,
    }

    impl<'de> Visitor<'de> for Object {
        type Value = Map<String, Value>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut fields = Map::new();
            while let Some(Name(name)) = map.next_key()? {
                let is_content = || self.captures_content && CONTENT_FIELDS.contains(&&*name);
                if FIELDS.contains(&&*name) || is_content() {
                    fields.insert(name.into_owned(), map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(fields)
        }
    }

    #[derive(Deserialize)]
    struct Name<'a>(#[serde(borrow)] std::borrow::Cow<'a, str>);

    let mut reader = serde_json::Deserializer::from_slice(body);
    reader.deserialize_map(Object { captures_content }).unwrap_or_default()
}

/// `"a"` and `["a"]` as a list of texts in JSON.
fn list(value: &Value) -> Option<String> {
    match value {
        Value::String(one) => Some(Value::from_iter([one.clone()]).to_string()),
        Value::Array(all) if !all.is_empty() => Some(value.to_string()),
        _ => None,
    }
}

/// The conversation of the Responses API: its ID, or an object that has it.
fn conversation(fields: &Map<String, Value>) -> Option<String> {
    let conversation = fields.get("conversation")?;
    let id = conversation.as_str().or_else(|| conversation.get("id").and_then(Value::as_str));
    id.map(str::to_owned)
}

/// What the request asks for, by `response_format`, `text.format` or `modalities`.
fn output_type(fields: &Map<String, Value>) -> Option<&'static str> {
    let modalities = fields.get("modalities").and_then(Value::as_array);
    if modalities.is_some_and(|modalities| modalities.iter().any(|it| it == "audio")) {
        return Some("speech");
    }
    let in_text = || fields.get("text").and_then(|text| text.get("format"));
    let format = fields.get("response_format").or_else(in_text)?;
    match format.get("type")?.as_str()? {
        "json_schema" | "json_object" => Some("json"),
        "text" => Some("text"),
        _ => None,
    }
}

fn deployment(url: &str) -> Option<String> {
    segment_after(url, "deployments")
}

/// The vector store that is searched.
fn data_source(url: &str) -> Option<String> {
    url.ends_with("/search").then(|| segment_after(url, "vector_stores")).flatten()
}

fn segment_after(url: &str, name: &str) -> Option<String> {
    let mut segments = url.split('/').skip_while(|segment| *segment != name);
    segments.nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use openai_azure_sys::{Body, Request};
    use reqwest::Method;
    use reqwest::header::HeaderValue;
    use serde_json::{Value, json};

    use super::RequestAttributes;
    use crate::trace::operation::Operation;

    fn read(method: &'static str, url: &str, body: &Value) -> RequestAttributes {
        let json = HeaderValue::from_static("application/json");
        let body = Body::json(body).unwrap();
        let request = Request::new(Method::POST, url).with_body(json, body);
        RequestAttributes::read(Operation::of(method), &request, false)
    }

    fn chat(body: &Value) -> RequestAttributes {
        read("chat_completions_create", "https://r/openai/deployments/d/chat/completions", body)
    }

    #[test]
    fn the_requested_type_of_output_is_read_in_every_spelling() {
        for (body, output) in [
            (json!({}), None),
            (json!({"response_format": {"type": "json_object"}}), Some("json")),
            (json!({"response_format": {"type": "json_schema", "json_schema": {}}}), Some("json")),
            (json!({"response_format": {"type": "text"}}), Some("text")),
            (json!({"text": {"format": {"type": "json_schema"}}}), Some("json")),
            (json!({"modalities": ["text", "audio"]}), Some("speech")),
            (json!({"modalities": ["text"]}), None),
        ] {
            assert_eq!(chat(&body).output_type, output, "{body}");
        }
    }

    #[test]
    fn fields_of_another_type_than_expected_are_left_out() {
        let odd =
            chat(&json!({"temperature": "hot", "n": "2", "stop": [], "seed": 1.5, "model": 3}));
        assert_eq!((odd.temperature, odd.choice_count, odd.seed), (None, None, None));
        assert_eq!(odd.stop_sequences, None);
        assert_eq!(odd.model.as_deref(), Some("d"));
        assert!(chat(&json!([1])).model.is_some());
    }

    #[test]
    fn one_choice_is_the_default_and_no_attribute() {
        assert_eq!(chat(&json!({"n": 1})).choice_count, None);
        assert_eq!(chat(&json!({"n": 3})).choice_count, Some(3));
    }

    #[test]
    fn a_conversation_is_an_id_or_an_object() {
        for conversation in [json!("conv_1"), json!({"id": "conv_1"})] {
            let body = json!({"conversation": conversation});
            assert_eq!(chat(&body).conversation_id.as_deref(), Some("conv_1"));
        }
    }

    #[test]
    fn a_search_names_its_vector_store() {
        let url = "https://r/openai/v1/vector_stores/vs_1/search";
        let search =
            read("vector_stores_search", url, &json!({"query": "q", "max_num_results": 5}));
        assert_eq!(search.data_source_id.as_deref(), Some("vs_1"));
        assert_eq!(search.top_k, Some(5.0));
    }
}
