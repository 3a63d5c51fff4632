//! Pictures that came back.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::atomic_file::Draft;
use crate::content_filter::ContentFilter;
use crate::error::Error;
use crate::trace::{SpanAttributes, Telemetry};

/// The pictures of one request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Images {
    /// When they were made, in seconds since 1970.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub created: i64,
    /// One for each that was asked for.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub data: Vec<Image>,
    /// What they cost; gpt-image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<ImageUsage>,
    /// Members that this crate does not know, such as `background`, `output_format`, `quality` and
    /// `size` of gpt-image.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// A picture, or where it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Image {
    /// Where it is, for a day; it needs no credential. [`Image::fetch`] gets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The picture in base64. [`Image::bytes`] decodes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b64_json: Option<String>,
    /// The text that the model painted, when it changed the one it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revised_prompt: Option<String>,
    /// What the content filter found in the picture.
    #[serde(
        deserialize_with = "crate::serde_ext::null_as_default",
        skip_serializing_if = "ContentFilter::is_empty"
    )]
    pub content_filter_results: ContentFilter,
    /// What the content filter found in the text.
    #[serde(
        deserialize_with = "crate::serde_ext::null_as_default",
        skip_serializing_if = "ContentFilter::is_empty"
    )]
    pub prompt_filter_results: ContentFilter,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The tokens of a request for pictures.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ImageUsage {
    /// Those of the text, and of pictures sent with it.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub input_tokens: u64,
    /// Those of the pictures.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub output_tokens: u64,
    /// Both.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub total_tokens: u64,
    /// Members that this crate does not know, such as `input_tokens_details`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl Image {
    /// The picture, or `None` when the answer holds a URL or something that is not base64.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(self.b64_json.as_deref()?).ok()
    }

    /// Writes the picture into a file, which appears, or is replaced, only when it is whole.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the answer does not hold the picture, see
    /// [`base64`](super::Paint::base64), and when the file cannot be written.
    pub async fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let bytes = self.bytes().ok_or_else(|| {
            Error::config(match &self.url {
                Some(_) => "the answer holds a URL: fetch it, or ask for base64",
                None => "the answer holds no picture in base64",
            })
        })?;
        let mut draft = Draft::new(path.as_ref()).await?;
        draft.write(&bytes).await?;
        draft.keep().await
    }
}

impl Telemetry for Images {
    fn missing_field(&self) -> Option<&'static str> {
        self.data.is_empty().then_some("data")
    }

    fn describe(&self, facts: &mut SpanAttributes) {
        if let Some(usage) = &self.usage {
            facts.tokens(usage.input_tokens, usage.output_tokens);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Image, Images};
    use serde_json::json;

    #[test]
    fn members_of_every_model_are_kept() {
        let wire = json!({
            "created": 1, "background": "opaque", "size": "1024x1024",
            "data": [{"b64_json": "AQID", "revised_prompt": null, "odd": 1}],
            "usage": {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8,
                "input_tokens_details": {"text_tokens": 3}},
        });
        let images: Images = serde_json::from_value(wire.clone()).unwrap();
        assert_eq!(images.data[0].bytes().unwrap(), [1, 2, 3]);
        let again = serde_json::to_value(images).unwrap();
        for name in ["created", "background", "size", "usage"] {
            assert_eq!(again[name], wire[name]);
        }
        assert_eq!(again["data"][0]["odd"], 1);
        assert_eq!(serde_json::from_str::<Images>("{\"data\":null}").unwrap(), Images::default());
    }

    #[tokio::test]
    async fn what_is_no_picture_is_not_saved() {
        let url = Image { url: Some("https://example.com/a.png".into()), ..Image::default() };
        let odd = Image { b64_json: Some("*".into()), ..Image::default() };
        for (image, word) in [(url, "URL"), (odd, "base64"), (Image::default(), "no picture")] {
            assert_eq!(image.bytes(), None);
            let error = image.save("never.png").await.unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
