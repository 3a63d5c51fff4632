//! `GET /files/{id}/content`, in memory, as a stream or into a file.

use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use openai_azure_sys::{ByteStream, Error as SysError, ResponseValue, raw};

use crate::atomic_file::{Draft, WriteReport};
use crate::engine::body_stream::BodyStream;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::setters::{option_setters, send_on_await};
use crate::error::Error;
use crate::response::Response;

/// The content of a file; made by [`Files::content`](super::Files::content).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `save`"]
pub struct FileContentRequest {
    client: Client,
    options: CallOptions,
    source: Source,
    report: Option<WriteReport>,
}

/// Where the file is.
#[derive(Debug, Clone)]
enum Source {
    File(String),
    ContainerFile { container: String, file: String },
}

impl FileContentRequest {
    pub(crate) fn new(client: &Client, options: &CallOptions, id: String) -> Self {
        Self::of(client, options, Source::File(id))
    }

    pub(crate) fn of_container(
        client: &Client,
        options: &CallOptions,
        container: String,
        file: String,
    ) -> Self {
        Self::of(client, options, Source::ContainerFile { container, file })
    }

    fn of(client: &Client, options: &CallOptions, source: Source) -> Self {
        Self { client: client.clone(), options: options.clone(), source, report: None }
    }

    /// Calls `report` as [`save`](Self::save) writes bytes, with the bytes so far and all bytes, if
    /// the service announces their number. A retry begins at 0 again.
    pub fn on_progress(
        mut self,
        report: impl Fn(u64, Option<u64>) + Send + Sync + 'static,
    ) -> Self {
        self.report = Some(WriteReport::new(report));
        self
    }

    option_setters!(options);

    /// Downloads the content into memory.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such file, and any other [`Error`].
    pub async fn send(self) -> Result<Response<Bytes>, Error> {
        let call = Call::new(&self.client, &self.options);
        call.bytes(|api| self.source.get(api)).await
    }

    /// Returns the content as it arrives. A broken connection is tried again only before the first
    /// bytes.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub async fn stream(self) -> Result<Response<ContentStream>, Error> {
        let call = Call::new(&self.client, &self.options);
        let stream = call.stream(|api| self.source.get(api)).await?;
        Ok(stream.map_value(ContentStream))
    }

    /// Downloads the content into a file, which appears only when it is complete. Returns the
    /// number of bytes.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send), and [`Error::Config`] when the file cannot be written.
    pub async fn save(self, path: impl AsRef<Path>) -> Result<Response<u64>, Error> {
        let draft = Draft::new(path.as_ref()).await?.reported(self.report);
        let call = Call::new(&self.client, &self.options);
        call.save(draft, |api| self.source.get(api)).await
    }
}

impl Source {
    async fn get(&self, api: raw::Client) -> Result<ResponseValue<ByteStream>, SysError> {
        match self {
            Self::File(id) => api.files_get_content(id).await,
            Self::ContainerFile { container, file } => {
                api.containers_files_get_content(container, file).await
            }
        }
    }
}

send_on_await!(FileContentRequest => Bytes);

/// The bytes of a file as they arrive; a [`Stream`]. Dropping it closes the response.
#[derive(Debug)]
#[must_use = "nothing is read before the first bytes are asked for"]
pub struct ContentStream(BodyStream);

impl ContentStream {
    /// Returns the next bytes, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Connection`] when the connection breaks, [`Error::Timeout`] when the stream is idle
    /// for too long.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|cx| self.0.poll_bytes(cx)).await.transpose()
    }
}

impl Stream for ContentStream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_bytes(cx)
    }
}
