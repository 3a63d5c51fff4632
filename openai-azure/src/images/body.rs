//! The body of a request. A member that is not set is absent.

use serde::Serialize;

use super::MAX_IMAGES;
use super::settings::{
    Background, ImageFormat, ImageQuality, ImageResponse, ImageSize, ImageStyle, Moderation,
};
use crate::error::Error;

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
    pub(super) user: Option<String>,
}

impl ImageBody {
    /// # Errors
    ///
    /// [`Error::Config`] for what no model takes.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.prompt.is_empty() {
            return Err(Error::config("there is no text to paint"));
        }
        match (self.n, self.output_compression) {
            (Some(n), _) if n == 0 || n > MAX_IMAGES => {
                Err(Error::config(format!("n is {n}: the service paints 1 to {MAX_IMAGES}")))
            }
            (_, Some(percent)) if percent > 100 => {
                Err(Error::config(format!("output_compression is {percent}: the most is 100")))
            }
            _ => Ok(()),
        }
    }
}
