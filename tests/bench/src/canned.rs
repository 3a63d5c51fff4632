//! What the server answers with, in the form the service has it.

use base64::Engine as _;

/// The dimensions of a vector.
pub const DIMENSIONS: usize = 1536;

/// The chunks of each of many streams.
pub const CHUNKS_PER_STREAM: usize = 20;

const SAFE: &str = r#"{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}}"#;

/// What the model says, token by token, as it stands in JSON; the lengths are those of English text.
const TOKENS: &str = r#"The| answer| depends| on| what| you| call| \"fast|\":| a| compiler|,| a| server| and| a| person| mean| different| things|.\n\n|-| Na|ïve| code| is| of|ten| enough|."#;

/// A token of the answer.
fn token(number: usize) -> &'static str {
    TOKENS.split('|').cycle().nth(number % 30).unwrap_or_default()
}

/// One chunk of a chat.
pub fn chunk(number: usize) -> String {
    let token = token(number);
    format!(
        r#"{{"choices":[{{"content_filter_results":{SAFE},"delta":{{"content":"{token}"}},"finish_reason":null,"index":0,"logprobs":null}}],"created":1741569952,"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","model":"gpt-4o-2024-08-06","object":"chat.completion.chunk","system_fingerprint":"fp_ded0d14823"}}"#
    )
}

/// A chunk with a part of the arguments of a tool call; the first has the name and the id.
pub fn tool_chunk(number: usize) -> String {
    let call = if number == 0 {
        r#"{"function":{"arguments":"{\"text\":\"","name":"write"},"id":"call_abc","index":0,"type":"function"}"#
            .to_owned()
    } else {
        // A text inside a text: what JSON escapes is escaped twice.
        let token = token(number).replace('\\', r"\\").replace('"', r#"\""#);
        format!(r#"{{"function":{{"arguments":"{token}"}},"index":0}}"#)
    };
    format!(
        r#"{{"choices":[{{"content_filter_results":{{}},"delta":{{"tool_calls":[{call}]}},"finish_reason":null,"index":0,"logprobs":null}}],"created":1741569952,"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","model":"gpt-4o-2024-08-06","object":"chat.completion.chunk","system_fingerprint":"fp_ded0d14823"}}"#
    )
}

/// The chunk that ends a chat.
pub fn last_chunk() -> String {
    chunk(0)
        .replace(r#""finish_reason":null"#, r#""finish_reason":"stop""#)
        .replace(r#""content":"The""#, "")
}

/// The event that ends a response.
pub fn completed() -> String {
    r#"{"type":"response.completed","sequence_number":9,"response":{"id":"resp_68cf4f2cffb503b00690","object":"response","created_at":1741569952,"status":"completed","error":null,"incomplete_details":null,"instructions":null,"metadata":{},"model":"gpt-4o","output":[],"parallel_tool_calls":true,"temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0}}"#.to_owned()
}

/// A whole chat completion.
pub fn completion() -> String {
    format!(
        r#"{{"choices":[{{"content_filter_results":{SAFE},"finish_reason":"stop","index":0,"logprobs":null,"message":{{"annotations":[],"content":"Hello! How can I help you today?","refusal":null,"role":"assistant"}}}}],"created":1741569952,"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","model":"gpt-4o-2024-08-06","object":"chat.completion","prompt_filter_results":[{{"prompt_index":0,"content_filter_results":{SAFE}}}],"system_fingerprint":"fp_ded0d14823","usage":{{"completion_tokens":9,"completion_tokens_details":{{"accepted_prediction_tokens":0,"audio_tokens":0,"reasoning_tokens":0,"rejected_prediction_tokens":0}},"prompt_tokens":19,"prompt_tokens_details":{{"audio_tokens":0,"cached_tokens":0}},"total_tokens":28}}}}"#
    )
}

/// One event of a response.
pub fn event(number: usize) -> String {
    let token = token(number);
    // The padding makes all events equally long.
    let padding = &"k3Jd81mZpQxL0vW"[..16usize.saturating_sub(token.len()).min(15)];
    format!(
        r#"{{"type":"response.output_text.delta","sequence_number":{number},"item_id":"msg_68cf4f2cffb503b00690c22caa65881978","output_index":0,"content_index":0,"delta":"{token}","logprobs":[],"obfuscation":"{padding}"}}"#
    )
}

/// Vectors, as base64 or as lists of numbers.
pub fn embeddings(vectors: usize, as_base64: bool) -> String {
    let numbers: Vec<f32> = (0..DIMENSIONS)
        .map(|at| ((at as f32 * 12.9898).sin() * 43758.547).fract() / 20.0)
        .collect();
    let vector = if as_base64 {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        format!("\"{}\"", base64::engine::general_purpose::STANDARD.encode(bytes))
    } else {
        serde_json::to_string(&numbers).unwrap_or_default()
    };
    let data: Vec<String> = (0..vectors)
        .map(|at| format!(r#"{{"object":"embedding","index":{at},"embedding":{vector}}}"#))
        .collect();
    format!(
        r#"{{"object":"list","data":[{}],"model":"text-embedding-3-small","usage":{{"prompt_tokens":5,"total_tokens":5}}}}"#,
        data.join(",")
    )
}

/// An uploaded file.
pub fn file() -> String {
    r#"{"bytes":100000000,"created_at":1741569952,"filename":"batch.jsonl","id":"file-abc","object":"file","purpose":"batch","status":"processed"}"#.to_owned()
}
