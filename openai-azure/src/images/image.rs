//! Images of a response.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openai_azure_sys::open_struct;

use super::settings::{Background, ImageFormat, ImageQuality, ImageSize};
use super::signed_url::SignedUrl;
use crate::atomic_file::Draft;
use crate::content_filter::ContentFilter;
use crate::error::Error;
use crate::trace::{SpanAttributes, Telemetry};

open_struct! {
    /// The images of one request.
    pub struct Images {
        /// When they were created, in seconds since 1970.
        pub created: i64,
        /// The images, `n` of them.
        pub data: Vec<Image> as always,
        /// The background; gpt-image.
        pub background: Option<Background>,
        /// The file format; gpt-image.
        pub output_format: Option<ImageFormat>,
        /// The quality; gpt-image.
        pub quality: Option<ImageQuality>,
        /// Width and height; gpt-image.
        pub size: Option<ImageSize>,
        /// Token usage; gpt-image.
        pub usage: Option<ImageUsage>,
    }
}

open_struct! {
    /// An image, or its URL.
    pub struct Image {
        /// Its URL, valid for a day without a credential; models before gpt-image. [`Image::fetch`]
        /// downloads it.
        pub url: Option<SignedUrl>,
        /// The file in base64. [`Image::bytes`] decodes it.
        pub b64_json: Option<String>,
        /// The prompt that the model used, if it changed the one of the request.
        pub revised_prompt: Option<String>,
        /// Content filter results of the image.
        pub content_filter_results: ContentFilter,
        /// Content filter results of the prompt.
        pub prompt_filter_results: ContentFilter,
    }
}

open_struct! {
    /// Token usage of a request for images.
    pub struct ImageUsage {
        /// Tokens of the prompt and of the images to edit.
        pub input_tokens: u64,
        /// Input tokens by kind.
        pub input_tokens_details: Option<ImageTokens>,
        /// Tokens of the images of the response.
        pub output_tokens: u64,
        /// Output tokens by kind.
        pub output_tokens_details: Option<ImageTokens>,
        /// The sum of both.
        pub total_tokens: u64,
    }
}

open_struct! {
    /// Tokens by kind.
    pub struct ImageTokens {
        /// Tokens of text.
        pub text_tokens: Option<u64>,
        /// Tokens of images.
        pub image_tokens: Option<u64>,
    }
}

impl Image {
    /// The bytes of the file, or `None` when the response has a URL or something that is not
    /// base64.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(self.b64_json.as_deref()?).ok()
    }

    /// Writes the file, which appears, or is replaced, only when it is complete.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the response does not have the image itself, and when the file cannot
    /// be written.
    pub async fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let bytes = self.bytes().ok_or_else(|| {
            Error::config(match &self.url {
                Some(_) => "the response has a URL: download it with `fetch`, or request base64",
                None => "the response has no image in base64",
            })
        })?;
        write(path.as_ref(), &bytes).await
    }
}

pub(super) async fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut draft = Draft::new(path).await?;
    draft.write(bytes).await?;
    draft.keep().await
}

impl Telemetry for Images {
    fn missing_field(&self) -> Option<&'static str> {
        self.data.is_empty().then_some("data")
    }

    fn describe(&self, attributes: &mut SpanAttributes) {
        describe_usage(self.usage.as_ref(), attributes);
    }
}

pub(super) fn describe_usage(usage: Option<&ImageUsage>, attributes: &mut SpanAttributes) {
    let Some(usage) = usage else { return };
    let known = attributes.tokens(usage.input_tokens, usage.output_tokens);
    if let Some(details) = &usage.input_tokens_details {
        (known.text_input, known.image_input) = (details.text_tokens, details.image_tokens);
    }
    known.text_output = usage.output_tokens_details.as_ref().and_then(|it| it.text_tokens);
}

#[cfg(test)]
mod tests {
    use super::{Image, Images};
    use serde_json::json;

    #[test]
    fn fields_of_every_model_are_kept() {
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
    async fn what_is_no_image_is_not_saved() {
        let url = Image { url: Some("https://example.com/a.png".into()), ..Image::default() };
        let odd = Image { b64_json: Some("*".into()), ..Image::default() };
        for (image, word) in [(url, "URL"), (odd, "base64"), (Image::default(), "no image")] {
            assert_eq!(image.bytes(), None);
            let error = image.save("never.png").await.unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
