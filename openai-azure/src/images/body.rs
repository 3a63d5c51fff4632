//! The bodies of requests for images. A field that is not set is absent.

use bytes::Bytes;
use serde::Serialize;

use super::settings::{
    Background, ImageFormat, ImageQuality, ImageResponse, ImageSize, ImageStyle, InputFidelity,
    Moderation,
};
use super::{MAX_IMAGE_BYTES, MAX_IMAGES, MAX_INPUT_IMAGES, MAX_PARTIAL_IMAGES};
use crate::engine::form::Form;
use crate::engine::request_body;
use crate::error::Error;
use crate::extra::Extra;
use crate::upload::Upload;

/// What generating and editing have in common.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct ImageBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<String>,
    pub(super) prompt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) n: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) size: Option<ImageSize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quality: Option<ImageQuality>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) style: Option<ImageStyle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response_format: Option<ImageResponse>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) background: Option<Background>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) output_format: Option<ImageFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) output_compression: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) moderation: Option<Moderation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) partial_images: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(skip)]
    pub(super) extra: Extra,
}

/// What editing has beside it.
#[derive(Debug, Clone, Default)]
pub(super) struct EditBody {
    pub(super) images: Vec<Upload>,
    pub(super) mask: Option<Upload>,
    pub(super) input_fidelity: Option<InputFidelity>,
}

impl ImageBody {
    pub(super) fn new(prompt: String) -> Self {
        Self { prompt, ..Self::default() }
    }

    /// # Errors
    ///
    /// [`Error::Config`] for what the service does not accept.
    #[inline]
    pub(super) fn to_body(&self) -> Result<Bytes, Error> {
        self.check()?;
        request_body::json(self, &self.extra)
    }

    /// The form of an edit.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for what the service does not accept, and for files that cannot be sent.
    pub(super) async fn to_form(&self, edit: &EditBody) -> Result<Form, Error> {
        self.check()?;
        if edit.images.is_empty() || edit.images.len() > MAX_INPUT_IMAGES {
            return Err(Error::config(format!(
                "{} images to edit: the service accepts 1 to {MAX_INPUT_IMAGES}",
                edit.images.len()
            )));
        }
        let mut form = Form::new();
        for image in &edit.images {
            form = form.file("image[]", image.clone());
        }
        if let Some(mask) = &edit.mask {
            form = form.file("mask", mask.clone());
        }
        form.check(MAX_IMAGE_BYTES).await?;
        form.field("model", self.model.as_ref())
            .field("prompt", Some(&self.prompt))
            .field("n", self.n)
            .field("size", self.size.as_ref())
            .field("quality", self.quality.as_ref())
            .field("response_format", self.response_format.as_ref())
            .field("background", self.background.as_ref())
            .field("output_format", self.output_format.as_ref())
            .field("output_compression", self.output_compression)
            .field("input_fidelity", edit.input_fidelity.as_ref())
            .field("partial_images", self.partial_images)
            .field("stream", self.stream)
            .field("user", self.user.as_ref())
            .extra(&self.extra)
    }

    fn check(&self) -> Result<(), Error> {
        if self.prompt.is_empty() {
            return Err(Error::config("the prompt of an image is empty"));
        }
        let within = |name: &str, value: Option<u32>, least: u32, most: u32| match value {
            Some(value) if !(least..=most).contains(&value) => Err(Error::config(format!(
                "{name} is {value}: the service accepts {least} to {most}"
            ))),
            _ => Ok(()),
        };
        within("n", self.n, 1, MAX_IMAGES)?;
        within("output_compression", self.output_compression.map(u32::from), 0, 100)?;
        within("partial_images", self.partial_images.map(u32::from), 0, MAX_PARTIAL_IMAGES)
    }
}
