//! Images that arrive while they are made.

use std::future::poll_fn;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_core::Stream;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::image::{ImageUsage, describe_usage, write};
use super::settings::{Background, ImageFormat, ImageQuality, ImageSize};
use crate::error::Error;
use crate::request_ids::RequestIds;
use crate::sse::EventStream;
use crate::trace::{SpanAttributes, Telemetry};

/// One event of a stream of images.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ImageEvent {
    /// An unfinished image (`image_generation.partial_image`, `image_edit.partial_image`).
    Partial(StreamedImage),
    /// A finished image (`image_generation.completed`, `image_edit.completed`).
    Completed(StreamedImage),
    /// An event that this crate does not know.
    Other(Value),
}

/// An image of a stream.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct StreamedImage {
    /// The file in base64; [`bytes`](Self::bytes) decodes it.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub b64_json: String,
    /// When it was created, in seconds since 1970.
    #[serde(deserialize_with = "crate::serde_ext::null_as_default")]
    pub created_at: i64,
    /// Width and height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<ImageSize>,
    /// The quality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<ImageQuality>,
    /// The background.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background: Option<Background>,
    /// The file format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_format: Option<ImageFormat>,
    /// The number of a partial image, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partial_image_index: Option<u32>,
    /// Token usage of a finished image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<ImageUsage>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl StreamedImage {
    /// The bytes of the file, or `None` when the service sent something that is not base64.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.b64_json).ok()
    }

    /// Writes the file, which appears, or is replaced, only when it is complete.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the event has no image, and when the file cannot be written.
    pub async fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let bytes = self.bytes().filter(|bytes| !bytes.is_empty());
        let bytes = bytes.ok_or_else(|| Error::config("the event has no image in base64"))?;
        write(path.as_ref(), &bytes).await
    }
}

impl<'de> Deserialize<'de> for ImageEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut event = Value::deserialize(deserializer)?;
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default();
        let variant = match kind {
            "image_generation.partial_image" | "image_edit.partial_image" => Self::Partial,
            "image_generation.completed" | "image_edit.completed" => Self::Completed,
            _ => return Ok(Self::Other(event)),
        };
        if let Value::Object(fields) = &mut event {
            fields.remove("type");
        }
        serde_json::from_value(event).map(variant).map_err(D::Error::custom)
    }
}

impl Telemetry for ImageEvent {
    fn describe(&self, attributes: &mut SpanAttributes) {
        if let Self::Completed(StreamedImage { usage, .. }) = self {
            describe_usage(usage.as_ref(), attributes);
        }
    }
}

/// Partial and finished images, as they arrive.
///
/// It reads only when polled and spawns nothing; dropping it closes the response at once. After an
/// error it is at its end. It is also a [`Stream`].
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::images::ImageEvent;
///
/// let request = client.generate_image("gpt-image-2", "a lighthouse at dusk").partial_images(2);
/// let mut stream = request.stream().await?;
/// while let Some(event) = stream.try_next().await? {
///     match event {
///         ImageEvent::Partial(image) => image.save("preview.png").await?,
///         ImageEvent::Completed(image) => image.save("lighthouse.png").await?,
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is read before the first `try_next`"]
pub struct ImageStream {
    events: EventStream,
    is_complete: bool,
    is_over: bool,
}

impl ImageStream {
    pub(super) fn new(events: EventStream) -> Self {
        Self { events, is_complete: false, is_over: false }
    }

    /// Returns the next event, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] for an error event, such as a blocked image; [`Error::Stream`] when the
    /// connection breaks, an event does not decode, or no image was completed; [`Error::Timeout`] when no bytes arrive for
    /// longer than the [idle timeout](crate::CallOptions::idle_timeout).
    pub async fn try_next(&mut self) -> Result<Option<ImageEvent>, Error> {
        poll_fn(|cx| self.poll_event(cx)).await.transpose()
    }

    /// The request IDs, for the service's support.
    #[must_use]
    pub fn request_ids(&self) -> RequestIds {
        self.events.request_ids()
    }

    #[inline]
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<ImageEvent, Error>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let end = match ready!(self.events.poll_next::<ImageEvent>(cx)) {
            Some(Ok(event)) => {
                self.is_complete |= matches!(event, ImageEvent::Completed(_));
                return Poll::Ready(Some(Ok(event)));
            }
            Some(Err(error)) => Some(error),
            None if self.is_complete => None,
            None => Some(self.events.fail("it ended before the image was complete")),
        };
        self.is_over = true;
        self.events.finished(end.as_ref());
        Poll::Ready(end.map(Err))
    }
}

impl Stream for ImageStream {
    type Item = Result<ImageEvent, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::{ImageEvent, StreamedImage};
    use crate::images::ImageSize;
    use serde_json::json;

    #[test]
    fn events_of_generations_and_edits_are_the_same_and_others_are_kept() {
        let read = |event| serde_json::from_value::<ImageEvent>(event).unwrap();
        for kind in ["image_generation", "image_edit"] {
            let event = json!({
                "type": format!("{kind}.partial_image"), "b64_json": "AQID", "created_at": 1,
                "size": "2048x1152", "partial_image_index": 1, "odd": null,
            });
            let ImageEvent::Partial(image) = read(event) else { panic!("{kind}") };
            assert_eq!(image.bytes().unwrap(), [1, 2, 3]);
            assert_eq!(image.size, Some(ImageSize::from("2048x1152")));
            assert_eq!((image.partial_image_index, image.extra.len()), (Some(1), 1));
            let event = json!({
                "type": format!("{kind}.completed"), "b64_json": "AQID",
                "usage": {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3},
            });
            let ImageEvent::Completed(StreamedImage { usage: Some(usage), .. }) = read(event)
            else {
                panic!("{kind}")
            };
            assert_eq!(usage.total_tokens, 3);
        }
        let odd = json!({"type": "image_generation.sketch", "n": 1});
        assert_eq!(read(odd.clone()), ImageEvent::Other(odd));
    }
}
