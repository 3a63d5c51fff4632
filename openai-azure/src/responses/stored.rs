//! Responses that the service keeps.

use openai_azure_sys::raw;

use super::input::InputItem;
use super::response::ModelResponse;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::polling::Polling;
use crate::engine::setters::option_setters;
use crate::error::Error;
use crate::page::Page;
use crate::response::Response;

/// Gets, awaits and deletes responses; made by [`Client::responses`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// let begun = client.respond("o3").user("Prove it.").background().send().await?;
/// let done = client.responses().wait(&begun.id).await?;
/// println!("{:?}: {}", done.status, done.text());
/// client.responses().delete(&begun.id).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Responses {
    pub(crate) client: Client,
    options: CallOptions,
    polling: Polling,
}

impl Client {
    /// Gets, awaits and deletes responses that the service keeps: `/responses/{id}`.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client, id: &str) -> Result<(), openai_azure::Error> {
    /// println!("{}", client.responses().get(id).await?.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn responses(&self) -> Responses {
        Responses::new(self.clone())
    }
}

impl Responses {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, options: CallOptions::default(), polling: Polling::default() }
    }

    option_setters!(options);

    /// How often [`wait`](Responses::wait) asks, and for how long.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }
}

impl Responses {
    /// Gets a response: `GET /responses/{id}`.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when the service has not kept it, and any other [`Error`].
    pub async fn get(&self, id: impl AsRef<str>) -> Result<Response<ModelResponse>, Error> {
        let (client, id) = (&self.client, id.as_ref());
        Call::new(client, &self.options)
            .json(|api| async move { api.responses_get(id, &raw::ResponsesGetParams::default()).await })
            .await
    }

    /// Asks for a response until it is done: completed, incomplete, failed or cancelled.
    ///
    /// It asks every second at first and every 10 seconds later, or as `retry-after` says; see
    /// [`Responses::polling`]. Dropping the future ends it; the service works on.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] when it takes longer than the polling allows, and the errors of
    /// [`Responses::get`]. A response that failed is no error.
    pub async fn wait(&self, id: impl AsRef<str>) -> Result<Response<ModelResponse>, Error> {
        let id = id.as_ref();
        self.polling.until(&self.client, || self.get(id), ModelResponse::is_done).await
    }

    /// Deletes a response: `DELETE /responses/{id}`.
    ///
    /// # Errors
    ///
    /// As for [`Responses::get`].
    pub async fn delete(&self, id: impl AsRef<str>) -> Result<Response<()>, Error> {
        let (client, id) = (&self.client, id.as_ref());
        let deleted = Call::new(client, &self.options)
            .bytes(|api| async move { api.responses_delete(id).await })
            .await?;
        Ok(deleted.map_value(drop))
    }

    /// Gives a page of the input of a response, newest first, at most 20 items:
    /// `GET /responses/{id}/input_items`. `after` is the id of the last item of the
    /// page before.
    ///
    /// # Errors
    ///
    /// As for [`Responses::get`].
    pub async fn input_items(
        &self,
        id: impl AsRef<str>,
        after: Option<&str>,
    ) -> Result<Response<Page<InputItem>>, Error> {
        let (client, id) = (&self.client, id.as_ref());
        let mut params = raw::ResponsesInputItemsListParams::default();
        params.after = after.map(str::to_owned);
        Call::new(client, &self.options)
            .json(|api| async move { api.responses_input_items_list(id, &params).await })
            .await
    }
}
