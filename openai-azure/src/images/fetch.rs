//! Images behind a URL.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::Image;
use crate::engine::client::Client;
use crate::error::{ApiError, ConnectionError, Error, TimeoutError, TimeoutScope};
use crate::response_origin::ResponseOrigin;

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(120);

impl Image {
    /// Returns the bytes of the file: decoded from the response, or downloaded from its URL over the
    /// connections of the client, without the client's credential, in one attempt of at most 120 s.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let response = client.generate_image("gpt-image-2", "a lighthouse at dusk").send().await?;
    /// let png = response.data[0].fetch(&client).await?;
    /// println!("{} bytes", png.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the response has neither an image nor a URL, [`Error::Api`] when the
    /// URL has expired, [`Error::Connection`] and [`Error::Timeout`].
    pub async fn fetch(&self, client: &Client) -> Result<Bytes, Error> {
        if let Some(bytes) = self.bytes() {
            return Ok(bytes.into());
        }
        let Some(url) = &self.url else {
            return Err(Error::config("the response has neither an image nor a URL"));
        };
        // The query is as good as a key.
        let shown = url.split(['?', '#']).next().unwrap_or_default();
        let failed = |error: reqwest::Error| {
            if error.is_builder() {
                return Error::config(format!("{shown} is not a URL of an image"));
            }
            if error.is_timeout() {
                let timeout = TimeoutError::new(TimeoutScope::Attempt, LIMIT, shown);
                return Error::Timeout(timeout.because_of(error.without_url()));
            }
            Error::Connection(ConnectionError::new(
                shown,
                openai_azure_sys::Error::from_reqwest(error),
            ))
        };
        let http = &client.inner().resource.connections.http;
        let response = http.get(url).timeout(LIMIT).send().await.map_err(failed)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(failed)?;
        if status.is_success() {
            return Ok(body);
        }
        let (url, status) = (shown.to_owned(), status.as_u16());
        let headers = Arc::new(headers);
        let origin = ResponseOrigin { url, status, headers, ..ResponseOrigin::default() };
        let origin = Arc::new(origin);
        Err(Error::Api(ApiError::from_response(body, &origin)))
    }
}
