//! Images: a text in, pictures out.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let answer = client.generate_image("dall-e-3", "a lighthouse at dusk").base64().send().await?;
//! let image = &answer.data[0];
//! println!("painted as: {}", image.revised_prompt.as_deref().unwrap_or("said"));
//! image.save("lighthouse.png").await?;
//! # Ok(())
//! # }
//! ```
//!
//! The dated api-versions have this operation; v1 does not, so a client with such an endpoint gets
//! [`Error::Config`]. No api-version that this crate was made of has an operation to edit pictures.

mod body;
mod fetch;
mod image;
mod settings;

pub use image::{Image, ImageUsage, Images};
pub use settings::{
    Background, ImageFormat, ImageQuality, ImageResponse, ImageSize, ImageStyle, Moderation,
};

use bytes::Bytes;
use openai_azure_sys::raw;

use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::setters::{end_user_setter, extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;
use body::ImageBody;

/// The most pictures of one request.
pub const MAX_IMAGES: u32 = 10;

/// A picture to be painted; made by [`Client::generate_image`].
///
/// What is not set is not sent, and the service's own default counts.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct ImageRequest {
    pub(crate) client: Client,
    deployment: String,
    request: ImageBody,
    extra: Extra,
    options: CallOptions,
}

impl Client {
    /// Paints pictures of a text: `POST …/images/generations`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let answer = client.generate_image("dall-e-3", "a lighthouse at dusk").base64().send().await?;
    /// answer.data[0].save("lighthouse.png").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn generate_image(
        &self,
        deployment: impl Into<String>,
        prompt: impl Into<String>,
    ) -> ImageRequest {
        ImageRequest::new(self.clone(), deployment.into(), prompt.into())
    }
}

impl ImageRequest {
    pub(crate) fn new(client: Client, deployment: String, prompt: String) -> Self {
        Self {
            client,
            deployment,
            request: ImageBody { prompt, ..ImageBody::default() },
            extra: Extra::default(),
            options: CallOptions::default(),
        }
    }

    /// How many pictures, from 1 to [`MAX_IMAGES`]. DALL-E 3 paints one at a time.
    pub fn n(mut self, n: u32) -> Self {
        self.request.n = Some(n);
        self
    }

    /// Width and height, such as [`ImageSize::S1024x1024`] or `"1792x1024"`. Each model has its own.
    pub fn size(mut self, size: impl Into<ImageSize>) -> Self {
        self.request.size = Some(size.into());
        self
    }

    /// How much care is taken.
    pub fn quality(mut self, quality: impl Into<ImageQuality>) -> Self {
        self.request.quality = Some(quality.into());
        self
    }

    /// How it looks; for DALL-E 3.
    pub fn style(mut self, style: impl Into<ImageStyle>) -> Self {
        self.request.style = Some(style.into());
        self
    }

    /// Whether the answer holds the picture or a URL of it; for DALL-E, whose default is a URL. The
    /// gpt-image models always send the picture, and do not take this.
    pub fn response_format(mut self, format: impl Into<ImageResponse>) -> Self {
        self.request.response_format = Some(format.into());
        self
    }

    /// Asks for the picture itself: [`ImageResponse::Base64`].
    pub fn base64(self) -> Self {
        self.response_format(ImageResponse::Base64)
    }

    /// What is behind the picture; for gpt-image.
    pub fn background(mut self, background: impl Into<Background>) -> Self {
        self.request.background = Some(background.into());
        self
    }

    /// The format of the file; for gpt-image. Its default is PNG.
    pub fn output_format(mut self, format: impl Into<ImageFormat>) -> Self {
        self.request.output_format = Some(format.into());
        self
    }

    /// How good a JPEG or WebP is, from 0 to 100; for gpt-image. Its default is 100.
    pub fn output_compression(mut self, percent: u8) -> Self {
        self.request.output_compression = Some(percent);
        self
    }

    /// How strict the content filter is; for gpt-image.
    pub fn moderation(mut self, moderation: impl Into<Moderation>) -> Self {
        self.request.moderation = Some(moderation.into());
        self
    }

    end_user_setter!(request.user);

    extra_setter!(extra);

    option_setters!(options);

    /// # Errors
    ///
    /// [`Error::Config`] for what the service cannot take.
    fn body(&self) -> Result<Bytes, Error> {
        self.request.check()?;
        request_body::json(&self.request, &self.extra)
    }
}

impl ImageRequest {
    /// Sends the text and waits for the pictures: `POST …/images/generations`.
    ///
    /// # Errors
    ///
    /// [`Error::Config`], before anything is sent, for no text, numbers out of range, and for an
    /// endpoint of the v1 form; [`Error::Api`] with
    /// [`content_filter`](crate::ApiError::content_filter) when the text or the picture is blocked;
    /// the other kinds of [`Error`] as for every call.
    pub async fn send(mut self) -> Result<Response<Images>, Error> {
        let deployment = self.client.deployment(&self.deployment)?;
        self.request.model = self.client.model_field(&deployment);
        let body = self.body()?;
        Call::new(&self.client, &self.options)
            .deployment(&deployment)
            .json(async |api: raw::Client| api.images_generate(&deployment, body).await)
            .await
    }
}

send_on_await!(ImageRequest => Images);
