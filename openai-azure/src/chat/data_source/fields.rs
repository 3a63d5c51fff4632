//! Which fields of an index hold what.

use serde::Serialize;

/// Which fields of an index hold what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[must_use]
pub struct FieldsMapping {
    #[serde(skip_serializing_if = "Option::is_none")]
    title_field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url_field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filepath_field: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    content_fields: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_fields_separator: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    vector_fields: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    image_vector_fields: Vec<String>,
}

impl FieldsMapping {
    /// Names nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The title.
    pub fn title_field(mut self, name: impl Into<String>) -> Self {
        self.title_field = Some(name.into());
        self
    }

    /// Where the document is.
    pub fn url_field(mut self, name: impl Into<String>) -> Self {
        self.url_field = Some(name.into());
        self
    }

    /// The document's file.
    pub fn filepath_field(mut self, name: impl Into<String>) -> Self {
        self.filepath_field = Some(name.into());
        self
    }

    /// The text.
    pub fn content_fields<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.content_fields = names.into_iter().map(Into::into).collect();
        self
    }

    /// What stands between the texts of two fields. The service's default is a line end.
    pub fn content_fields_separator(mut self, text: impl Into<String>) -> Self {
        self.content_fields_separator = Some(text.into());
        self
    }

    /// The vectors of the text.
    pub fn vector_fields<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.vector_fields = names.into_iter().map(Into::into).collect();
        self
    }

    /// The vectors of images; Azure AI Search.
    pub fn image_vector_fields<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.image_vector_fields = names.into_iter().map(Into::into).collect();
        self
    }
}
