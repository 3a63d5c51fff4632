//! Embeddings: vectors of length one that depend on the text alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Question, usage};
use crate::ids;
use crate::reply::Reply;
use crate::service_error::ServiceError;

/// The most inputs of one request.
const MOST: usize = 2048;

pub(crate) fn answer(question: &Question<'_>) -> Result<Reply, ServiceError> {
    let inputs = inputs(&question.body["input"]);
    if inputs.is_empty() || inputs.len() > MOST {
        let message = format!("'input' must have 1 to {MOST} entries, it has {}.", inputs.len());
        return Err(ServiceError::bad_request("invalid_value", "input", &message));
    }
    let most = if question.model().ends_with("-large") { 3072 } else { 1536 };
    let dimensions = question.body["dimensions"].as_u64().unwrap_or(most).clamp(1, most);
    let is_base64 = question.body["encoding_format"] == "base64";
    let mut tokens = 0;
    let mut data = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        tokens += input.as_array().map_or_else(|| usage::tokens(&text(input)), Vec::len);
        let vector = vector(&text(input), dimensions);
        let embedding = if is_base64 { base64(&vector) } else { json!(vector) };
        data.push(json!({"object": "embedding", "index": index, "embedding": embedding}));
    }
    Ok(Reply::status(200).json(json!({
        "object": "list",
        "model": question.model(),
        "data": data,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    })))
}

/// A text, a list of texts, the tokens of one text, or a list of tokens.
fn inputs(input: &Value) -> Vec<&Value> {
    match input {
        Value::Array(items) if items.first().is_some_and(Value::is_number) => vec![input],
        Value::Array(items) => items.iter().collect(),
        Value::Null => Vec::new(),
        text => vec![text],
    }
}

fn text(input: &Value) -> String {
    input.as_str().map_or_else(|| input.to_string(), str::to_owned)
}

fn vector(text: &str, dimensions: u64) -> Vec<f32> {
    let seed = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let raw = |at: u64| (ids::mix(seed ^ at) >> 40) as f32 / (1 << 24) as f32 - 0.5;
    let raw: Vec<f32> = (0..dimensions).map(raw).collect();
    let length = raw.iter().map(|x| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    raw.iter().map(|x| x / length).collect()
}

/// Little-endian single precision.
fn base64(vector: &[f32]) -> Value {
    let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
    json!(STANDARD.encode(bytes))
}
