//! Editing images.

use openai_azure_sys::raw;

use super::body::{EditBody, ImageBody};
use super::image::Images;
use super::setters::image_setters;
use super::settings::{
    Background, ImageFormat, ImageQuality, ImageResponse, ImageSize, InputFidelity,
};
use super::stream::ImageStream;
use crate::engine::call::{Call, RawResult};
use crate::engine::client::Client;
use crate::engine::form::Form;
use crate::engine::options::CallOptions;
use crate::engine::setters::{end_user_setter, extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::response::Response;
use crate::upload::Upload;

/// A request that edits images; made by [`Client::edit_image`].
///
/// What is not set is not sent, and the service's default applies.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::Upload;
/// use openai_azure::images::InputFidelity;
///
/// let response = client
///     .edit_image("gpt-image-2", "Put the hat on the cat.", Upload::path("cat.png"))
///     .image(Upload::path("hat.png"))
///     .mask(Upload::path("head.png"))
///     .input_fidelity(InputFidelity::High)
///     .send()
///     .await?;
/// response.data[0].save("cat-with-hat.png").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send` or `stream`"]
pub struct ImageEditRequest {
    client: Client,
    deployment: String,
    request: ImageBody,
    edit: EditBody,
    options: CallOptions,
}

impl Client {
    /// Edits one or more images: `POST …/images/edits`.
    ///
    /// Api-versions: 2025-04-01-preview, v1-preview.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::Upload;
    ///
    /// let cat = Upload::path("cat.png");
    /// let response = client.edit_image("gpt-image-2", "Give the cat a hat.", cat).send().await?;
    /// response.data[0].save("cat-with-hat.png").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn edit_image(
        &self,
        deployment: impl Into<String>,
        prompt: impl Into<String>,
        image: Upload,
    ) -> ImageEditRequest {
        ImageEditRequest {
            client: self.clone(),
            deployment: deployment.into(),
            request: ImageBody::new(prompt.into()),
            edit: EditBody { images: vec![image], ..EditBody::default() },
            options: CallOptions::default(),
        }
    }
}

impl ImageEditRequest {
    /// Adds another image, up to 16 in all: PNG or JPEG, less than 50 MB each.
    pub fn image(mut self, image: Upload) -> Self {
        self.edit.images.push(image);
        self
    }

    /// A PNG of the size of the first image, whose transparent pixels are edited.
    pub fn mask(mut self, mask: Upload) -> Self {
        self.edit.mask = Some(mask);
        self
    }

    /// How closely features of the images, such as faces, are kept. Default: low.
    pub fn input_fidelity(mut self, fidelity: impl Into<InputFidelity>) -> Self {
        self.edit.input_fidelity = Some(fidelity.into());
        self
    }

    image_setters!();
}

impl ImageEditRequest {
    /// Sends the images and waits for the edited ones.
    ///
    /// # Errors
    ///
    /// [`Error::Config`], before anything is sent, for an empty prompt, numbers out of range, more
    /// than 16 images, and files that are missing, empty or too large; [`Error::Api`] with
    /// [`content_filter`](crate::ApiError::content_filter) when prompt or image are blocked; the
    /// other kinds of [`Error`] as for every call.
    pub async fn send(mut self) -> Result<Response<Images>, Error> {
        let (deployment, form) = self.encoded().await?;
        let call = Call::new(&self.client, &self.options).deployment(&deployment);
        call.json(|api| edit(api, &deployment, form)).await
    }

    /// Sends the images and returns [partial](Self::partial_images) and finished images as they are
    /// made.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn stream(mut self) -> Result<Response<ImageStream>, Error> {
        self.request.stream = Some(true);
        let (deployment, form) = self.encoded().await?;
        let call = Call::new(&self.client, &self.options).deployment(&deployment);
        let events = call.events(|api| edit(api, &deployment, form)).await?;
        Ok(events.map_value(ImageStream::new))
    }

    /// The deployment and the form.
    async fn encoded(&mut self) -> Result<(String, Form), Error> {
        let deployment = self.client.deployment(&self.deployment)?;
        self.request.model = self.client.model_field(&deployment);
        let form = self.request.to_form(&self.edit).await?;
        Ok((deployment, form))
    }
}

async fn edit(api: raw::Client, deployment: &str, form: Form) -> RawResult {
    api.images_edit(deployment, form).await
}

send_on_await!(ImageEditRequest => Images);
