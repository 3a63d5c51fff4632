//! Responses that the service stores.

use bytes::Bytes;
use openai_azure_sys::raw;

use super::files::ResponseFile;
use super::input_items::InputItemsRequest;
use super::response::ModelResponse;
use super::resumption::{self, Resumption};
use super::stream::ResponseStream;
use super::wait::ResponseWait;
use super::{compact::CompactRequest, whole};
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::option_setters;
use crate::error::Error;
use crate::response::Response;

/// Responses that the service stores, 30 days by default; made by [`Client::responses`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// let request = client.respond("gpt-5.6-terra").user("Prove it.").background(true);
/// let queued = request.send().await?;
/// let done = client.responses().wait(&queued.id).await?;
/// println!("{:?}: {}", done.status, done.text());
/// client.responses().delete(&queued.id).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Responses {
    pub(super) client: Client,
    pub(super) options: CallOptions,
    include: Vec<String>,
}

impl Client {
    /// Responses that the service stores: `/responses/{response_id}`. A new one is made by
    /// [`respond`](Client::respond).
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
    /// println!("{}", client.responses().get(id).await?.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn responses(&self) -> Responses {
        Responses { client: self.clone(), options: CallOptions::default(), include: Vec::new() }
    }
}

impl Responses {
    option_setters!(options);

    /// Adds a part that is left out by default, such as `code_interpreter_call.outputs`
    /// (`include[]`); for [`get`](Self::get) and [`resume`](Self::resume).
    pub fn include(mut self, part: impl Into<String>) -> Self {
        self.include.push(part.into());
        self
    }

    /// Gets a response: `GET /responses/{response_id}`.
    ///
    /// Api-versions: 2025-03-01-preview to 2025-04-01-preview, v1.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 if the service does not store it, and any other [`Error`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<ModelResponse>, Error> {
        get(&self.client, &self.options, id.as_ref(), &self.include).await
    }

    /// Streams the rest of a response: `GET /responses/{response_id}?stream=true`. The first event
    /// is the one behind number `after` (`starting_after`), the first of all for `None`.
    ///
    /// Api-versions: 2025-03-01-preview to 2025-04-01-preview, v1.
    ///
    /// The response was made with `stream` and [`background`](super::ResponseRequest::background).
    /// [`so_far`](ResponseStream::so_far) lacks what came before `after`, until the last event. A
    /// connection that breaks is made anew, as for the stream of a request.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let request = client.respond("gpt-5.6-terra").user("Write a book.").background(true);
    /// let mut stream = request.stream().await?;
    /// let _created = stream.try_next().await?;
    /// let (id, after) = (stream.so_far().id.clone(), stream.sequence_number());
    /// drop(stream);
    ///
    /// // Later, or in another process:
    /// let book = client.responses().resume(id, after).await?.finish().await?;
    /// println!("{}", book.text());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Api`] if it cannot be streamed, and any other [`Error`].
    pub async fn resume(
        &self,
        id: impl AsRef<str>,
        after: impl Into<Option<u64>>,
    ) -> Result<Response<ResponseStream>, Error> {
        let (id, after) = (id.as_ref(), after.into());
        let mut resumption = Resumption::new(&self.client, &self.options);
        (resumption.id, resumption.after) = (Some(id.to_owned()), after);
        let events =
            resumption::open(&self.client, &self.options, id, after, &self.include).await?;
        Ok(events.map_value(|events| ResponseStream::new(events, Some(resumption))))
    }

    /// Waits until a response is complete, cut off, failed or cancelled; see [`ResponseWait`].
    pub fn wait(&self, id: impl Into<String>) -> ResponseWait {
        ResponseWait::of_id(&self.client, &self.options, id.into())
    }

    /// Cancels a response in the background: `POST /responses/{response_id}/cancel`. One that is
    /// over stays as it is. Other responses are cancelled by dropping their future or stream.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// As for [`Responses::get`].
    pub async fn cancel(&self, id: impl AsRef<str>) -> Result<Response<ModelResponse>, Error> {
        cancel(&self.client, &self.options, id.as_ref()).await
    }

    /// Deletes a response: `DELETE /responses/{response_id}`.
    ///
    /// Api-versions: 2025-03-01-preview to 2025-04-01-preview, v1.
    ///
    /// # Errors
    ///
    /// As for [`Responses::get`].
    pub async fn delete(&self, id: impl AsRef<str>) -> Result<Response<()>, Error> {
        let id = id.as_ref();
        let deleted = Call::new(&self.client, &self.options)
            .bytes(|api| async move { api.responses_delete(id).await })
            .await?;
        Ok(deleted.map_value(drop))
    }

    /// Lists the input of a response: `GET /responses/{response_id}/input_items`.
    ///
    /// Api-versions: 2025-03-01-preview to 2025-04-01-preview, v1.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
    /// let mut items = client.responses().input_items(id).order("asc").stream();
    /// while let Some(item) = items.try_next().await? {
    ///     println!("{item:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn input_items(&self, id: impl Into<String>) -> InputItemsRequest {
        InputItemsRequest::new(self.client.clone(), self.options.clone(), id.into())
    }

    /// Shortens a conversation: `POST /responses/compact`; see [`CompactRequest`].
    pub fn compact(&self, deployment: impl Into<String>) -> CompactRequest {
        CompactRequest::new(self.client.clone(), self.options.clone(), deployment.into())
    }

    /// Downloads a file that the code of a response wrote:
    /// `GET /containers/{container_id}/files/{file_id}/content`.
    ///
    /// Api-versions: v1.
    ///
    /// A container expires 20 minutes after its last use.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use openai_azure::responses::ResponseTool;
    ///
    /// let request = client.respond("gpt-5.6-terra").user("Plot sin(x).");
    /// let response = request.tool(ResponseTool::code_interpreter()).send().await?;
    /// for file in response.files() {
    ///     let content = client.responses().file_content(file).await?;
    ///     println!("{:?}: {} bytes", file.filename, content.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 if the container has expired, and any other [`Error`].
    pub async fn file_content(&self, file: ResponseFile<'_>) -> Result<Response<Bytes>, Error> {
        let call = Call::new(&self.client, &self.options);
        let id = file.file_id;
        match file.container_id {
            Some(container) => {
                call.bytes(
                    |api| async move { api.containers_files_get_content(container, id).await },
                )
                .await
            }
            None => call.bytes(|api| async move { api.files_get_content(id).await }).await,
        }
    }
}

/// `GET /responses/{response_id}`
pub(super) async fn get(
    client: &Client,
    options: &CallOptions,
    id: &str,
    include: &[String],
) -> Result<Response<ModelResponse>, Error> {
    let mut params = raw::ResponsesGetParams::default();
    params.include2 = (!include.is_empty()).then(|| include.to_vec());
    Call::new(client, options)
        .decoded(|api| async move { api.responses_get(id, &params).await }, whole::decode)
        .await
}

/// `POST /responses/{response_id}/cancel`
pub(super) async fn cancel(
    client: &Client,
    options: &CallOptions,
    id: &str,
) -> Result<Response<ModelResponse>, Error> {
    Call::new(client, options)
        .decoded(|api| async move { api.responses_cancel(id).await }, whole::decode)
        .await
}
