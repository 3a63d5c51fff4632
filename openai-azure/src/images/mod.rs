//! Images: generated from a prompt, or edited.
//!
//! ```no_run
//! # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
//! let response = client.generate_image("gpt-image-2", "a lighthouse at dusk").send().await?;
//! response.data[0].save("lighthouse.png").await?;
//! # Ok(())
//! # }
//! ```
//!
//! - [`Client::generate_image`] makes images from a prompt, [`Client::edit_image`] from a prompt and
//!   images.
//! - `send` waits for the finished images, `stream` returns unfinished ones before
//!   ([`ImageStream`]).
//!
//! On v1 both are sent with `api-version=preview`, which the documents of v1 require. Variations,
//! which only retired models have, are in the raw client: `images_variations_create`.

mod body;
mod edit;
mod fetch;
mod image;
mod setters;
mod settings;
mod signed_url;
mod stream;

pub use edit::ImageEditRequest;
pub use image::{Image, ImageTokens, ImageUsage, Images};
pub use settings::{
    Background, ImageFormat, ImageQuality, ImageResponse, ImageSize, ImageStyle, InputFidelity,
    Moderation,
};
pub use signed_url::SignedUrl;
pub use stream::{ImageEvent, ImageStream, StreamedImage};

use bytes::Bytes;
use openai_azure_sys::raw;

use crate::engine::call::{Call, RawResult};
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::{end_user_setter, extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::response::Response;
use body::ImageBody;
use setters::image_setters;

/// The most images of one response.
pub const MAX_IMAGES: u32 = 10;

/// The most images that one edit accepts.
pub const MAX_INPUT_IMAGES: usize = 16;

/// The most bytes of an image to edit: 50 MB.
pub const MAX_IMAGE_BYTES: u64 = 50_000_000;

/// The most unfinished images of a stream.
const MAX_PARTIAL_IMAGES: u32 = 3;

/// A request that generates images; made by [`Client::generate_image`].
///
/// What is not set is not sent, and the service's default applies.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct ImageRequest {
    client: Client,
    deployment: String,
    request: ImageBody,
    options: CallOptions,
}

impl Client {
    /// Generates images from a prompt of at most 32,000 characters: `POST …/images/generations`.
    ///
    /// Api-versions: all dated, v1-preview.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let response = client.generate_image("gpt-image-2", "a lighthouse at dusk").send().await?;
    /// response.data[0].save("lighthouse.png").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn generate_image(
        &self,
        deployment: impl Into<String>,
        prompt: impl Into<String>,
    ) -> ImageRequest {
        ImageRequest {
            client: self.clone(),
            deployment: deployment.into(),
            request: ImageBody::new(prompt.into()),
            options: CallOptions::default(),
        }
    }
}

impl ImageRequest {
    /// How strict the content filter is. Default: `auto`.
    pub fn moderation(mut self, moderation: impl Into<Moderation>) -> Self {
        self.request.moderation = Some(moderation.into());
        self
    }

    /// The style. Only DALL-E 3, which is retired, accepts it.
    pub fn style(mut self, style: impl Into<ImageStyle>) -> Self {
        self.request.style = Some(style.into());
        self
    }

    image_setters!();
}

impl ImageRequest {
    /// Sends the prompt and waits for the images.
    ///
    /// # Errors
    ///
    /// [`Error::Config`], before anything is sent, for an empty prompt and numbers out of range;
    /// [`Error::Api`] with [`content_filter`](crate::ApiError::content_filter) when prompt or image
    /// are blocked; the other kinds of [`Error`] as for every call.
    pub async fn send(mut self) -> Result<Response<Images>, Error> {
        let (deployment, body) = self.encoded()?;
        let call = Call::new(&self.client, &self.options).deployment(&deployment);
        call.json(|api| generate(api, &deployment, body)).await
    }

    /// Sends the prompt and returns [partial](Self::partial_images) and finished images as they are
    /// made.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn stream(mut self) -> Result<Response<ImageStream>, Error> {
        self.request.stream = Some(true);
        let (deployment, body) = self.encoded()?;
        let call = Call::new(&self.client, &self.options).deployment(&deployment);
        let events = call.events(|api| generate(api, &deployment, body)).await?;
        Ok(events.map_value(ImageStream::new))
    }

    /// The deployment and the body.
    #[inline]
    fn encoded(&mut self) -> Result<(String, Bytes), Error> {
        let deployment = self.client.deployment(&self.deployment)?;
        self.request.model = self.client.model_field(&deployment);
        Ok((deployment, self.request.to_body()?))
    }
}

async fn generate(api: raw::Client, deployment: &str, body: Bytes) -> RawResult {
    api.images_generate(deployment, body).await
}

send_on_await!(ImageRequest => Images);
