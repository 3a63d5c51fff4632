//! Parts of messages: texts, images, files, refusals, and what a text cites.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openai_azure_sys::{open_struct, open_union};
use serde_json::Value;

use crate::chat::Part;
use crate::error::Error;
use crate::image_detail::Detail;

open_union! {
    /// A part of a message, of a reasoning item or of the output of a tool.
    pub enum ContentPart by "type" {
        /// Text of the model.
        OutputText(OutputText) = "output_text",
        /// The explanation of a model that refused.
        Refusal(Refusal) = "refusal",
        /// Text for the model.
        InputText(InputText) = "input_text",
        /// An image for the model.
        InputImage(InputImage) = "input_image",
        /// A file for the model.
        InputFile(InputFile) = "input_file",
        /// A part of a summary of the reasoning.
        SummaryText(InputText) = "summary_text",
        /// A part of the reasoning itself.
        ReasoningText(InputText) = "reasoning_text",
        /// The screen of a computer.
        ComputerScreenshot(ComputerScreenshot) = "computer_screenshot",
        ..Other
    }
}

open_struct! {
    /// Text of the model.
    pub struct OutputText {
        /// The text.
        pub text: String,
        /// What the text cites, and files that were written.
        pub annotations: Vec<Annotation> as always,
        /// Log probabilities of the tokens; see the field `include` of the request.
        pub logprobs: Option<Vec<Value>>,
    }
}

open_struct! {
    /// The explanation of a model that refused.
    pub struct Refusal {
        /// The explanation.
        pub refusal: String,
    }
}

open_struct! {
    /// Text.
    pub struct InputText {
        /// The text.
        pub text: String,
    }
}

open_struct! {
    /// An image for the model: `image_url` or `file_id`.
    pub struct InputImage {
        /// URL of the image, or a `data:` URL with its bytes.
        pub image_url: Option<String>,
        /// ID of an uploaded file.
        pub file_id: Option<String>,
        /// The resolution at which the model looks at it.
        pub detail: Option<Detail>,
    }
}

open_struct! {
    /// A file for the model: `file_id`, `file_url` or `file_data`.
    pub struct InputFile {
        /// ID of an uploaded file.
        pub file_id: Option<String>,
        /// URL of the file.
        pub file_url: Option<String>,
        /// Name of the file.
        pub filename: Option<String>,
        /// A `data:` URL with the bytes.
        pub file_data: Option<String>,
    }
}

open_struct! {
    /// The screen of a computer: `image_url` or `file_id`.
    pub struct ComputerScreenshot {
        /// URL of the image, or a `data:` URL with its bytes.
        pub image_url: Option<String>,
        /// ID of an uploaded file.
        pub file_id: Option<String>,
        /// The resolution at which the model looks at it.
        pub detail: Option<Detail>,
    }
}

open_union! {
    /// What a text cites, or a file that was written.
    pub enum Annotation by "type" {
        /// A file of a vector store.
        FileCitation(FileCitation) = "file_citation",
        /// A web page.
        UrlCitation(UrlCitation) = "url_citation",
        /// A file that code wrote into its container.
        ContainerFileCitation(ContainerFileCitation) = "container_file_citation",
        /// A path of a file.
        FilePath(FilePath) = "file_path",
        ..Other
    }
}

open_struct! {
    /// A file of a vector store.
    pub struct FileCitation {
        /// ID of the file.
        pub file_id: String,
        /// Name of the file.
        pub filename: Option<String>,
        /// Position among the files.
        pub index: Option<u64>,
    }
}

open_struct! {
    /// A web page.
    pub struct UrlCitation {
        /// URL of the page.
        pub url: String,
        /// Title of the page.
        pub title: Option<String>,
        /// Where the citation starts in the text, in characters.
        pub start_index: Option<u64>,
        /// Where the citation ends in the text, in characters; exclusive.
        pub end_index: Option<u64>,
    }
}

open_struct! {
    /// A file that code wrote into its container; see
    /// [`ModelResponse::files`](super::super::ModelResponse::files).
    pub struct ContainerFileCitation {
        /// ID of the container.
        pub container_id: String,
        /// ID of the file.
        pub file_id: String,
        /// Name of the file.
        pub filename: Option<String>,
        /// Where the citation starts in the text, in characters.
        pub start_index: Option<u64>,
        /// Where the citation ends in the text, in characters; exclusive.
        pub end_index: Option<u64>,
    }
}

open_struct! {
    /// A path of a file.
    pub struct FilePath {
        /// ID of the file.
        pub file_id: String,
        /// Position among the files.
        pub index: Option<u64>,
    }
}

impl ContentPart {
    /// Text for the model.
    pub fn text(text: impl Into<String>) -> Self {
        Self::InputText(InputText { text: text.into(), ..InputText::default() })
    }

    /// An image from its bytes: PNG, JPEG, GIF or WebP, at most 20 MiB.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for another kind of file, and for one that is too large.
    pub fn image(bytes: impl AsRef<[u8]>) -> Result<Self, Error> {
        Part::image(bytes).map(Into::into)
    }

    /// An image from a file; see [`ContentPart::image`].
    ///
    /// # Errors
    ///
    /// As for [`ContentPart::image`], and when the file cannot be read.
    pub async fn image_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        Part::image_file(path).await.map(Into::into)
    }

    /// An image by its URL, which may be a `data:` URL.
    pub fn image_url(url: impl Into<String>) -> Self {
        Self::InputImage(InputImage { image_url: Some(url.into()), ..InputImage::default() })
    }

    /// An image that was uploaded, by the ID of the file.
    pub fn image_id(file_id: impl Into<String>) -> Self {
        Self::InputImage(InputImage { file_id: Some(file_id.into()), ..InputImage::default() })
    }

    /// A file that was uploaded, by its ID.
    pub fn file_id(file_id: impl Into<String>) -> Self {
        Self::InputFile(InputFile { file_id: Some(file_id.into()), ..InputFile::default() })
    }

    /// A file by its URL.
    pub fn file_url(url: impl Into<String>) -> Self {
        Self::InputFile(InputFile { file_url: Some(url.into()), ..InputFile::default() })
    }

    /// A file from its bytes. The media type follows from the name: `pdf`, images and some kinds of
    /// text; `application/octet-stream` for others.
    pub fn file(filename: impl Into<String>, bytes: impl AsRef<[u8]>) -> Self {
        let filename = filename.into();
        let data = STANDARD.encode(bytes);
        let data = format!("data:{};base64,{data}", media_type(&filename));
        Self::InputFile(InputFile {
            filename: Some(filename),
            file_data: Some(data),
            ..InputFile::default()
        })
    }

    /// Sets the resolution at which the model looks at an image; no effect on other parts.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Detail>) -> Self {
        match &mut self {
            Self::InputImage(image) => image.detail = Some(detail.into()),
            Self::ComputerScreenshot(image) => image.detail = Some(detail.into()),
            _ => {}
        }
        self
    }

    /// The text of a text part.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::OutputText(part) => Some(&part.text),
            Self::InputText(part) | Self::SummaryText(part) | Self::ReasoningText(part) => {
                Some(&part.text)
            }
            _ => None,
        }
    }
}

fn media_type(filename: &str) -> &'static str {
    let extension = Path::new(filename).extension().and_then(|name| name.to_str());
    match extension.unwrap_or_default().to_ascii_lowercase().as_str() {
        "pdf" => "application/pdf",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "txt" | "log" => "text/plain",
        "md" => "text/markdown",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        "json" => "application/json",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}

/// Text and images of a chat; other parts go as they are.
impl From<Part> for ContentPart {
    fn from(part: Part) -> Self {
        match part {
            Part::Text { text, .. } => Self::text(text),
            Part::ImageUrl { image_url, .. } => Self::InputImage(InputImage {
                image_url: Some(image_url.url),
                detail: image_url.detail,
                ..InputImage::default()
            }),
            other => Self::Other(serde_json::to_value(other).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::ContentPart;

    #[test]
    fn bytes_are_sent_as_data_urls_of_their_type() {
        let file = to_value(ContentPart::file("a.PDF", b"%PDF")).unwrap();
        let data = "data:application/pdf;base64,JVBERg==";
        assert_eq!(file, json!({"type": "input_file", "filename": "a.PDF", "file_data": data}));
        assert!(ContentPart::image(b"no image").is_err());
        let image = ContentPart::image(b"GIF89a..").unwrap();
        let ContentPart::InputImage(image) = image else { panic!("{image:?}") };
        assert!(image.image_url.unwrap().starts_with("data:image/gif;base64,"));
    }
}
