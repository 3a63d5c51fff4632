//! What to do about a 404, by what was asked for.

use openai_azure_sys::{VERSIONS, Version};

use super::one_line::OneLine;

/// The collections of the service: as a path has them, and what an entry is called.
const COLLECTIONS: [(&str, &str); 19] = [
    ("assistants", "assistant"),
    ("batches", "batch"),
    ("calls", "realtime call"),
    ("checkpoints", "checkpoint"),
    ("containers", "container"),
    ("conversations", "conversation"),
    ("evals", "evaluation"),
    ("file_batches", "batch of files"),
    ("files", "file"),
    ("items", "item"),
    ("jobs", "fine-tuning job"),
    ("messages", "message"),
    ("models", "model"),
    ("responses", "response"),
    ("runs", "run"),
    ("threads", "thread"),
    ("uploads", "upload"),
    ("vector_stores", "vector store"),
    ("webhook_endpoints", "webhook endpoint"),
];

/// Actions of a collection, which stand where an ID would.
const ACTIONS: [&str; 3] = ["compact", "import", "input_tokens"];

/// The hint for a 404 from this URL.
pub(super) fn hint(url: &str, deployment: Option<&str>, api_version: Option<&str>) -> String {
    let version = match api_version {
        Some(version) => format!(
            "the api-version has this operation; {} was sent{}",
            OneLine(version),
            unknown(version)
        ),
        None => "v1 has this operation; no api-version was sent".to_owned(),
    };
    if let Some((kind, id)) = entry(url) {
        return format!(
            "no {kind} has the ID `{}` in this resource: an ID is known only to the resource that \
             made it, and what has expired or was deleted is gone; if there is one, check that \
             {version}",
            OneLine(id)
        );
    }
    match deployment {
        Some(name) => format!(
            "check the endpoint, that there is a deployment `{}`, and that {version}",
            OneLine(name)
        ),
        None => format!("check the endpoint and that {version}"),
    }
}

/// Marks an api-version as unknown to this crate, for its spelling may be wrong.
pub(super) fn unknown(api_version: &str) -> String {
    let is_known =
        |version: &Version| version.name == api_version || version.api_version == Some(api_version);
    if VERSIONS.iter().any(is_known) {
        return String::new();
    }
    let dated = VERSIONS.iter().filter(|version| version.date.is_some());
    let names: Vec<&str> = dated.map(|version| version.name).collect();
    let (first, last) = (names.iter().min(), names.iter().max());
    format!(
        " (this crate knows no api-version {}; it knows {} to {} and v1)",
        OneLine(api_version),
        first.unwrap_or(&"none"),
        last.unwrap_or(&"none")
    )
}

/// The entry of a collection that a URL names last: what it is, and its ID.
fn entry(url: &str) -> Option<(&'static str, &str)> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    segments.windows(2).rev().find_map(|pair| {
        let &[collection, id] = pair else { return None };
        let (_, kind) = COLLECTIONS.iter().find(|(name, _)| *name == collection)?;
        (!id.is_empty() && !ACTIONS.contains(&id)).then_some((*kind, id))
    })
}

#[cfg(test)]
mod tests {
    use super::{entry, hint, unknown};

    #[test]
    fn the_last_entry_of_a_path_is_what_is_missing() {
        for (path, expected) in [
            ("files/file-1", Some(("file", "file-1"))),
            ("files/file-1/content", Some(("file", "file-1"))),
            ("batches/batch_1/cancel", Some(("batch", "batch_1"))),
            ("responses/resp_1/input_items", Some(("response", "resp_1"))),
            ("fine_tuning/jobs/ftjob-1/events", Some(("fine-tuning job", "ftjob-1"))),
            ("vector_stores/vs_1/files/file-1", Some(("file", "file-1"))),
            ("responses", None),
            ("responses/compact", None),
            ("deployments/d/chat/completions", None),
        ] {
            for base in ["https://r.openai.azure.com/openai", "http://localhost:1/openai/v1"] {
                assert_eq!(entry(&format!("{base}/{path}")), expected, "{path}");
            }
        }
    }

    #[test]
    fn a_hint_names_what_was_asked_for_and_the_api_version() {
        let file = hint("https://r/openai/files/file-1", None, Some("2024-10-21"));
        assert!(file.contains("no file has the ID `file-1`"), "{file}");
        assert!(file.contains("2024-10-21 was sent") && !file.contains("knows no"), "{file}");
        let chat =
            hint("https://r/openai/deployments/d/chat/completions", Some("d"), Some("2024-13-01"));
        assert!(chat.contains("a deployment `d`"), "{chat}");
        assert!(chat.contains("knows no api-version 2024-13-01"), "{chat}");
        assert!(hint("https://r/openai/v1/models", None, None).contains("no api-version was sent"));
        for known in ["2024-10-21", "v1", "preview", "v1-preview"] {
            assert_eq!(unknown(known), "", "{known}");
        }
    }
}
