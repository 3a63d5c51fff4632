//! What the service takes although the document of the api-version does not declare it.
//!
//! Every entry has its reason. Anything else that is undeclared is a violation.

use serde_json::Value;

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

/// Operations that are live although no document of v1 has them: method and path.
const OPERATIONS: &[(&str, &str)] = &[
    // In the service's guides since 2026-07.
    ("POST", "responses/compact"),
    // The dated versions document them.
    ("POST", "uploads"),
    ("POST", "uploads/*/parts"),
    ("POST", "uploads/*/complete"),
    ("POST", "uploads/*/cancel"),
];

/// Whether an operation of v1 is served without being documented.
pub(crate) fn is_operation(version: &str, method: &str, segments: &[impl AsRef<str>]) -> bool {
    version.starts_with("v1")
        && OPERATIONS.iter().any(|(own, path)| {
            let path: Vec<&str> = path.split('/').collect();
            *own == method
                && path.len() == segments.len()
                && path.iter().zip(segments).all(|(own, one)| *own == "*" || *own == one.as_ref())
        })
}

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
    known("audio/transcriptions", "/include", "2024-06-01"),
    known("audio/transcriptions", "/stream", "2024-06-01"),
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
    // A function by its name: the union of choices has all other tools.
    known("responses", "/tool_choice/name", "v1"),
    // Background work came to responses with this date, its document came later.
    known("responses", "/background", "2025-03-01-preview"),
    // A message without a type, as every client sends it; the early v1 has it without its role.
    known("responses", "/input/*/role", "2025-03-01-preview"),
];

/// Values that the service takes beside those of the document: operation, place, values and the
/// first api-version.
const VALUES: &[(&str, &str, &[&str], &str)] = &[
    // The union of choices has the objects alone.
    ("responses", "/tool_choice", &["none", "auto", "required"], "v1"),
    // Newer models have more levels than the documents.
    ("responses", "/reasoning/effort", &["none", "minimal", "xhigh", "max"], "v1"),
    ("chat/completions", "/reasoning_effort", &["none", "minimal", "xhigh", "max"], "v1"),
    // Written with a hyphen in the document, with an underscore in the guides.
    ("responses", "/prompt_cache_retention", &["in_memory", "in-memory", "24h"], "v1"),
    ("chat/completions", "/prompt_cache_retention", &["in_memory", "in-memory", "24h"], "v1"),
];

/// Voices that came after the documents, and one that all of them have.
const VOICES: &[&str] = &["ash", "ballad", "coral", "sage", "verse", "marin", "cedar"];
const VOICE: &str = "alloy";

/// Takes out the values that are good although the document does not have them, so that the rest
/// can be held against it.
pub(super) fn strip(version: &str, operation: &[String], body: &mut Value) {
    for (path, place, values, since) in VALUES {
        let (outer, name) = place.rsplit_once('/').unwrap_or(("", place));
        if *since <= version
            && ends_with(operation, path)
            && let Some(Value::Object(fields)) = body.pointer_mut(outer)
            && fields.get(name).and_then(Value::as_str).is_some_and(|value| values.contains(&value))
        {
            fields.remove(name);
        }
    }
    if ends_with(operation, "audio/speech")
        && body["voice"].as_str().is_some_and(|voice| VOICES.contains(&voice))
    {
        body["voice"] = VOICE.into();
    }
}

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
        // Dates go before `v1`, as texts too.
        self.since <= version
            && ends_with(operation, self.operation)
            && self.place.split('/').count() == place.split('/').count()
            && self
                .place
                .split('/')
                .zip(place.split('/'))
                .all(|(known, own)| known == "*" || known == own)
    }
}

fn ends_with(operation: &[String], path: &str) -> bool {
    let wanted: Vec<&str> = path.split('/').collect();
    operation.len() >= wanted.len()
        && operation[operation.len() - wanted.len()..].iter().eq(&wanted)
}
