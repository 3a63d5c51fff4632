//! Pictures behind a URL.

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
    /// Gets the picture: decoded from the answer, or from its URL over the connections of the
    /// client. The URL is asked without the client's credential, once, for at most 120 s.
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// let answer = client.generate_image("dall-e-3", "a lighthouse at dusk").send().await?;
    /// let png = answer.data[0].fetch(&client).await?;
    /// println!("{} bytes", png.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the answer holds neither a picture nor a URL, [`Error::Api`] when the
    /// URL has expired, [`Error::Connection`] and [`Error::Timeout`].
    pub async fn fetch(&self, client: &Client) -> Result<Bytes, Error> {
        if let Some(bytes) = self.bytes() {
            return Ok(bytes.into());
        }
        let Some(url) = &self.url else {
            return Err(Error::config("the answer holds neither a picture nor a URL"));
        };
        // The query is as good as a key.
        let shown = url.split(['?', '#']).next().unwrap_or_default();
        let failed = |error: reqwest::Error| {
            if error.is_builder() {
                return Error::config(format!("{shown} is not a URL of a picture"));
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
        let http = &client.inner().http;
        let response = http.get(url).timeout(LIMIT).send().await.map_err(failed)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(failed)?;
        if status.is_success() {
            return Ok(body);
        }
        let (url, status) = (shown.to_owned(), status.as_u16());
        let headers = Arc::new(headers);
        let origin = Arc::new(ResponseOrigin { url, deployment: None, status, headers });
        Err(Error::Api(ApiError::from_response(body, &origin)))
    }
}
