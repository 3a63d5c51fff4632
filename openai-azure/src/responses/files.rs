//! Files that the tools of a response wrote.

use super::item::Annotation;

/// A file that a text of a response cites: one that code wrote into its container, or an uploaded
/// one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseFile<'a> {
    /// ID of the container; `None` for a file outside of containers.
    pub container_id: Option<&'a str>,
    /// ID of the file.
    pub file_id: &'a str,
    /// Name of the file.
    pub filename: Option<&'a str>,
}

impl<'a> ResponseFile<'a> {
    /// The file of an annotation, if it was written by a tool.
    pub(super) fn of(annotation: &'a Annotation) -> Option<Self> {
        match annotation {
            Annotation::ContainerFileCitation(citation) => Some(Self {
                container_id: Some(&citation.container_id),
                file_id: &citation.file_id,
                filename: citation.filename.as_deref(),
            }),
            Annotation::FilePath(path) => {
                Some(Self { container_id: None, file_id: &path.file_id, filename: None })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::responses::ModelResponse;

    #[test]
    fn files_in_containers_and_outside_are_found_in_the_texts() {
        let annotations = json!([
            {"type": "url_citation", "url": "https://example.com"},
            {"type": "container_file_citation", "container_id": "cntr_1", "file_id": "cfile_1",
             "filename": "plot.png", "start_index": 0, "end_index": 1},
            {"type": "file_path", "file_id": "file_1", "index": 0},
        ]);
        let part = json!({"type": "output_text", "text": "x", "annotations": annotations});
        let message = json!({"type": "message", "role": "assistant", "content": [part]});
        let response: ModelResponse =
            serde_json::from_value(json!({"id": "r", "output": [message]})).unwrap();
        let files: Vec<_> =
            response.files().map(|file| (file.container_id, file.file_id, file.filename)).collect();
        assert_eq!(files, [(Some("cntr_1"), "cfile_1", Some("plot.png")), (None, "file_1", None)]);
    }
}
