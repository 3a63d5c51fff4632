//! The recorded fields that the generated types lose, with the reason.

/// An api-version, a kind of exchange, and the path of a field.
type Field = (&'static str, &'static str, &'static str);

/// Fields by the reason why they are lost.
pub(crate) const FIELDS: &[(&str, &[Field])] = &[
    (
        "the service sends what came with a later api-version, which has it",
        &[
            ("2024-02-01", "chat", "choices[].message.annotations"),
            ("2024-02-01", "chat", "usage.completion_tokens_details"),
            ("2024-02-01", "chat", "usage.prompt_tokens_details"),
            ("2024-02-01", "chat-sse", "obfuscation"),
            ("2024-10-01-preview", "files-get", "status"),
            ("2024-10-01-preview", "files-upload", "status"),
            ("2024-10-21", "chat", "choices[].message.annotations"),
            ("2024-10-21", "chat-sse", "obfuscation"),
            ("2024-10-21", "transcription", "words"),
            ("2025-03-01-preview", "responses", "output[].content[].logprobs"),
            ("2025-03-01-preview", "responses", "text.verbosity"),
            ("2025-03-01-preview", "responses-sse", "item.content[].logprobs"),
            ("2025-03-01-preview", "responses-sse", "logprobs"),
            ("2025-03-01-preview", "responses-sse", "obfuscation"),
            ("2025-03-01-preview", "responses-sse", "part.logprobs"),
            ("2025-03-01-preview", "responses-sse", "response.output[].content[].logprobs"),
            ("2025-03-01-preview", "responses-sse", "response.text.verbosity"),
            ("2025-03-01-preview", "responses-sse", "sequence_number"),
        ],
    ),
    (
        "part of On Your Data, which is retired, and which no document has for streams",
        &[
            ("2024-10-21", "chat-sse", "choices[].delta.context"),
            ("2024-10-21", "chat-sse", "choices[].end_turn"),
        ],
    ),
];
