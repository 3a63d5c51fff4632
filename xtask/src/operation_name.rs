//! One name per operation, whatever an api-version calls it.
//!
//! The names come from method and path, so they do not change with the date: the words of the
//! path without parameters, then what is done: `list` or `get`, `create`, `update`, `delete`, or
//! the verb that the path ends in.

/// Names that the rule would make clumsy, by method and path; parameters are `{}`.
const NAMES: [(&str, &str); 12] = [
    ("post /audio/transcriptions", "transcriptions_create"),
    ("post /audio/translations", "translations_create"),
    ("post /audio/speech", "speech_create"),
    ("post /images/generations", "images_generate"),
    ("post /images/edits", "images_edit"),
    ("post /files", "files_upload"),
    ("post /uploads", "uploads_start"),
    ("post /uploads/{}/parts", "uploads_add_part"),
    ("post /threads/runs", "threads_create_and_run"),
    ("post /evals/{}/runs/{}", "evals_runs_cancel"),
    ("put /ingestion/jobs/{}", "ingestion_jobs_create"),
    ("post /containers/{}/files", "containers_files_upload"),
];

/// Last words of a path that say what is done.
const VERBS: [&str; 12] = [
    "cancel",
    "complete",
    "copy",
    "import",
    "pause",
    "resume",
    "run",
    "search",
    "submit_tool_outputs",
    "validate",
    "submit",
    "upload",
];

/// Last words of a path that are one thing and no collection.
const SINGLES: [&str; 3] = ["content", "copy", "status"];

/// The name of the operation; the path is without the deployment in front of it.
pub(crate) fn canonical(method: &str, path: &str) -> String {
    let segments: Vec<&str> = path.trim_matches('/').split(['/', ':']).collect();
    let plain: Vec<&str> =
        segments.iter().map(|s| if s.starts_with('{') { "{}" } else { *s }).collect();
    let key = format!("{method} /{}", plain.join("/"));
    if let Some((_, name)) = NAMES.iter().find(|(known, _)| *known == key) {
        return (*name).to_owned();
    }
    let words: Vec<String> = plain
        .iter()
        .filter(|segment| **segment != "{}")
        .map(|segment| crate::naming::snake(segment).trim_end_matches('_').to_owned())
        .collect();
    let on_item = plain.last() == Some(&"{}");
    let last = words.last().map(String::as_str).unwrap_or_default();
    let noun = words.join("_");
    match method {
        "get" if on_item => format!("{noun}_get"),
        "get" if SINGLES.contains(&last) => {
            format!("{}_get_{last}", words[..words.len() - 1].join("_"))
        }
        "get" => format!("{noun}_list"),
        "post" if on_item => format!("{noun}_update"),
        "post" if VERBS.contains(&last) => noun,
        "post" => format!("{noun}_create"),
        "patch" => format!("{noun}_update"),
        "put" => format!("{noun}_put"),
        "delete" => format!("{noun}_delete"),
        other => format!("{noun}_{other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn the_name_is_what_is_done_to_what() {
        for (method, path, name) in [
            ("post", "/chat/completions", "chat_completions_create"),
            ("post", "/embeddings", "embeddings_create"),
            ("post", "/audio/transcriptions", "transcriptions_create"),
            ("post", "/files", "files_upload"),
            ("post", "/images/generations:submit", "images_generations_submit"),
            ("patch", "/deployments/{id}", "deployments_update"),
            ("get", "/deployments", "deployments_list"),
            ("delete", "/deployments/{deployment-id}", "deployments_delete"),
            ("get", "/files/{file-id}/content", "files_get_content"),
            ("get", "/files", "files_list"),
            ("get", "/files/{id}", "files_get"),
            ("delete", "/files/{id}", "files_delete"),
            ("post", "/responses", "responses_create"),
            ("post", "/batches/{id}/cancel", "batches_cancel"),
            (
                "post",
                "/threads/{t}/runs/{r}/submit_tool_outputs",
                "threads_runs_submit_tool_outputs",
            ),
            ("post", "/threads/{t}", "threads_update"),
            ("post", "/threads/{t}/runs", "threads_runs_create"),
            ("post", "/threads/runs", "threads_create_and_run"),
            ("put", "/ingestion/jobs/{id}", "ingestion_jobs_create"),
            (
                "get",
                "/fine_tuning/jobs/{a}/checkpoints/{b}/copy",
                "fine_tuning_jobs_checkpoints_get_copy",
            ),
        ] {
            assert_eq!(canonical(method, path), name);
        }
    }
}
