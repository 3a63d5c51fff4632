//! Images behind a URL.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use url::Url;

use super::Image;
use crate::engine::client::Client;
use crate::error::{ApiError, ConnectionError, DecodeError, Error, TimeoutError, TimeoutScope};
use crate::request_ids::RequestIds;
use crate::response_origin::ResponseOrigin;

/// How long it may take.
const LIMIT: Duration = Duration::from_secs(120);

impl Image {
    /// Returns the bytes of the file: decoded from the response, or downloaded from its URL, without
    /// the client's credential, in one attempt of at most 120 s and of at most
    /// [`max_body_bytes`](crate::CallOptions::max_body_bytes) of the client (default 512 MiB).
    ///
    /// The URL must be `https`, unless the endpoint of the client is on this machine. A URL on
    /// another host than the endpoint, which is the usual case, is not sent the headers and is not
    /// reached with the proxies and certificates that [`ClientBuilder::http`] sets; proxies of the
    /// environment are used. [`Image::fetch_with`] takes another HTTP client.
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
    /// [`ClientBuilder::http`]: crate::ClientBuilder::http
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the response has neither an image nor a URL, or one that is not https;
    /// [`Error::Api`] when the URL has expired, [`Error::Decode`] for a file that is too long,
    /// [`Error::Connection`] and [`Error::Timeout`].
    pub async fn fetch(&self, client: &Client) -> Result<Bytes, Error> {
        self.read(client, None).await
    }

    /// The same over an HTTP client of your own, such as one with a proxy or another root. Its
    /// default headers are sent to the host of the URL.
    ///
    /// # Errors
    ///
    /// As for [`Image::fetch`].
    pub async fn fetch_with(
        &self,
        client: &Client,
        http: &reqwest::Client,
    ) -> Result<Bytes, Error> {
        self.read(client, Some(http)).await
    }

    async fn read(&self, client: &Client, http: Option<&reqwest::Client>) -> Result<Bytes, Error> {
        if let Some(bytes) = self.bytes() {
            return Ok(bytes.into());
        }
        let Some(signed) = &self.url else {
            return Err(Error::config("the response has neither an image nor a URL"));
        };
        // The query is as good as a key.
        let shown = signed.without_query();
        let url = checked(signed, shown, client)?;
        let inner = client.inner();
        let http = match http {
            Some(http) => http,
            None if url.origin() == client.endpoint().origin() => &inner.resource.connections.http,
            None => inner.resource.connections.other_hosts.client()?,
        };
        let failed = |error: reqwest::Error| {
            if error.is_timeout() {
                let timeout = TimeoutError::new(TimeoutScope::Attempt, LIMIT, shown);
                return Error::Timeout(timeout.because_of(error.without_url()));
            }
            let error = openai_azure_sys::Error::from_reqwest(error);
            Error::Connection(ConnectionError::new(shown, error))
        };
        let mut response = http.get(url).timeout(LIMIT).send().await.map_err(failed)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let most = inner.options.body_bytes(None);
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if chunk.len() > most - body.len() {
                let what = format!("the file is longer than the limit of {most} bytes");
                let ids = RequestIds::from_headers(&headers);
                let error = DecodeError::new(status.as_u16(), ids, Bytes::new(), what);
                return Err(Error::Decode(error));
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return Ok(body.freeze());
        }
        let (url, status) = (shown.to_owned(), status.as_u16());
        let headers = Arc::new((&headers).into());
        let origin = ResponseOrigin { url, status, headers, ..ResponseOrigin::default() };
        Err(Error::Api(ApiError::from_response(body.freeze(), &Arc::new(origin))))
    }
}

fn checked(url: &str, shown: &str, client: &Client) -> Result<Url, Error> {
    let url =
        Url::parse(url).map_err(|_| Error::config(format!("{shown} is not a URL of an image")))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if client.endpoint().is_loopback() => Ok(url),
        other => Err(Error::config(format!(
            "{shown} is {other}: images are downloaded by https only, except by a client whose \
             endpoint is on this machine"
        ))),
    }
}
