//! What the service takes although the document of the api-version does not declare it.
//!
//! Every entry has its reason. Anything else that is undeclared is a violation.

/// A field, or a parameter of the query, of the operations whose path ends with `operation`.
struct Known {
    operation: &'static str,
    /// The place of the field, with `*` for any index or name.
    place: &'static str,
    /// The first api-version that takes it.
    since: &'static str,
}

const fn known(operation: &'static str, place: &'static str, since: &'static str) -> Known {
    Known { operation, place, since }
}

const ANY: &str = "";

/// Fields of bodies and forms.
const FIELDS: &[Known] = &[
    // Clients that also speak v1 name the model beside the deployment of the path.
    known("chat/completions", "/model", ANY),
    known("completions", "/model", ANY),
    known("embeddings", "/model", ANY),
    known("audio/transcriptions", "/model", ANY),
    known("audio/translations", "/model", ANY),
    known("audio/speech", "/model", ANY),
    known("images/generations", "/model", ANY),
    known("images/edits", "/model", ANY),
    // Recorded requests of 2024-10-21 ask for the usage of a stream, and get it.
    known("chat/completions", "/stream_options", "2024-09-01-preview"),
    known("completions", "/stream_options", "2024-09-01-preview"),
    // Audio of an earlier message by its id: only the response declares it.
    known("chat/completions", "/messages/*/audio", "2025-01-01-preview"),
    // The form of OpenAI, which the dated documents describe in part.
    known("audio/transcriptions", "/timestamp_granularities", "2024-06-01"),
    known("audio/transcriptions", "/timestamp_granularities[]", "2024-06-01"),
    known("audio/transcriptions", "/include", "2025-03-01-preview"),
    known("audio/transcriptions", "/stream", "2025-03-01-preview"),
    known("audio/transcriptions", "/chunking_strategy", "2025-03-01-preview"),
    known("audio/speech", "/instructions", "2025-03-01-preview"),
    known("audio/speech", "/stream_format", "2025-03-01-preview"),
    // Documented by the service's guides, in no document.
    known("chat/completions", "/service_tier", "v1"),
    known("chat/completions", "/prompt_cache_key", "v1"),
    known("chat/completions", "/prompt_cache_retention", "v1"),
    known("chat/completions", "/safety_identifier", "v1"),
    known("chat/completions", "/verbosity", "v1"),
    known("responses", "/service_tier", "v1"),
    known("responses", "/context_management", "v1"),
    known("responses", "/prompt_cache_options", "v1"),
    known("responses", "/prompt_cache_key", "v1"),
    known("responses", "/prompt_cache_retention", "v1"),
    known("responses", "/safety_identifier", "v1"),
    // Background work came to responses with this date, its document came later.
    known("responses", "/background", "2025-03-01-preview"),
    // A message without a type, as every client sends it; the early v1 has it without its role.
    known("responses", "/input/*/role", "2025-03-01-preview"),
];

/// Parameters of queries.
const QUERIES: &[Known] = &[];

/// Whether a field is taken without being declared.
pub(super) fn is_field(version: &str, operation: &[String], place: &str) -> bool {
    FIELDS.iter().any(|known| known.is(version, operation, place))
}

/// Whether a parameter of the query is taken without being declared.
pub(super) fn is_query(version: &str, operation: &[String], name: &str) -> bool {
    QUERIES.iter().any(|known| known.is(version, operation, name))
}

impl Known {
    fn is(&self, version: &str, operation: &[String], place: &str) -> bool {
        let wanted: Vec<&str> = self.operation.split('/').collect();
        // Dates go before `v1`, as texts too.
        self.since <= version
            && operation.len() >= wanted.len()
            && operation[operation.len() - wanted.len()..].iter().eq(&wanted)
            && self.place.split('/').count() == place.split('/').count()
            && self
                .place
                .split('/')
                .zip(place.split('/'))
                .all(|(known, own)| known == "*" || known == own)
    }
}
