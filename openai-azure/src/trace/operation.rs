//! What OpenTelemetry calls an operation.

/// An operation in the words of OpenTelemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operation {
    /// `gen_ai.operation.name`.
    pub(super) name: &'static str,
    /// Whether it is one that OpenTelemetry knows, which is what metrics are about.
    pub(super) is_gen_ai: bool,
    /// `openai.api.type`.
    pub(super) api_type: Option<&'static str>,
    /// `gen_ai.output.type`, where all responses have the same.
    pub(super) output_type: Option<&'static str>,
}

impl Operation {
    /// The operation of a method of the raw client. One that OpenTelemetry has no name for keeps its
    /// own.
    pub(super) fn of(method: &'static str) -> Self {
        let known =
            |name, api_type, output_type| Self { name, is_gen_ai: true, api_type, output_type };
        match method {
            "chat_completions_create" => known("chat", Some("chat_completions"), None),
            "responses_create" => known("chat", Some("responses"), None),
            "completions_create" => known("text_completion", None, None),
            "embeddings_create" => known("embeddings", None, None),
            "vector_stores_search" => known("retrieval", None, None),
            "images_generate" | "images_edit" | "images_variations_create" => {
                known("generate_content", None, Some("image"))
            }
            "speech_create" => known("generate_content", None, Some("speech")),
            "transcriptions_create" | "translations_create" => {
                known("generate_content", None, Some("text"))
            }
            own => Self { name: own, is_gen_ai: false, api_type: None, output_type: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Operation;

    #[test]
    fn every_known_operation_is_one_of_the_raw_client() {
        for (method, name) in [
            ("chat_completions_create", "chat"),
            ("responses_create", "chat"),
            ("completions_create", "text_completion"),
            ("embeddings_create", "embeddings"),
            ("vector_stores_search", "retrieval"),
            ("images_generate", "generate_content"),
            ("images_edit", "generate_content"),
            ("images_variations_create", "generate_content"),
            ("speech_create", "generate_content"),
            ("transcriptions_create", "generate_content"),
            ("translations_create", "generate_content"),
        ] {
            assert_eq!(Operation::of(method).name, name);
            assert!(openai_azure_sys::Operation::find(method).is_some(), "{method}");
        }
        let files = Operation::of("files_list");
        assert_eq!((files.name, files.is_gen_ai), ("files_list", false));
    }
}
