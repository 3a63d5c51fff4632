//! The half of a connection that sends.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::sink::Sink;

use super::chunks::{Chunks, chunks};
use super::connection::Shared;
use super::event::ClientEvent;
use super::item::ConversationItem;
use super::playback::Playback;
use super::response::ResponseSettings;
use super::session::{AudioFormat, Session};
use crate::error::Error;

/// The half of a connection that sends; also a sink of [`ClientEvent`]s.
///
/// A send returns when the event is written to the socket. While another connection is made, it
/// waits. All sends are cancel-safe: dropped while it waits, an event is not sent; dropped while it
/// is written, it is sent once, with the next send or while events are read.
///
/// # Errors of every send
///
/// [`Error::Closed`] when there is no connection any more, or it breaks. Whether the event arrived
/// is not known then; it is not sent again.
pub struct RealtimeSender {
    shared: Shared,
}

impl RealtimeSender {
    pub(super) fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// Sends any event.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`].
    pub async fn send(&mut self, event: ClientEvent) -> Result<(), Error> {
        self.ready().await?;
        self.start(&event)?;
        self.flush().await
    }

    /// Sends JSON text as it is, for events that this crate does not know.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`].
    pub async fn send_json(&mut self, json: impl Into<String>) -> Result<(), Error> {
        self.ready().await?;
        self.shared.lock().start_text(json.into())?;
        self.flush().await
    }

    /// Appends audio in the format of the session, in as many events as are needed. The service
    /// does not acknowledge it.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`]. When it is cancelled, the events that were
    /// written so far are sent.
    pub async fn append_audio(&mut self, audio: impl Into<Bytes>) -> Result<(), Error> {
        for chunk in chunks(audio.into()) {
            self.send(ClientEvent::append_audio(chunk)).await?;
        }
        Ok(())
    }

    /// Appends the audio of a stream as it arrives, such as from a microphone, in whole samples of
    /// `format`. Returns how many bytes it were.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`]; an error of the stream as [`Error::Config`].
    pub async fn append_audio_stream<S, B, E>(
        &mut self,
        audio: S,
        format: &AudioFormat,
    ) -> Result<u64, Error>
    where
        S: Stream<Item = Result<B, E>>,
        B: Into<Bytes>,
        E: fmt::Display,
    {
        let mut audio = std::pin::pin!(audio);
        let mut whole = Chunks::new(format.bytes_per_sample());
        let mut total = 0;
        while let Some(bytes) = poll_fn(|cx| audio.as_mut().poll_next(cx)).await {
            let bytes =
                bytes.map_err(|e| Error::config(format!("the audio cannot be read: {e}")))?;
            let bytes = whole.push(bytes.into());
            total += bytes.len() as u64;
            if !bytes.is_empty() {
                self.append_audio(bytes).await?;
            }
        }
        Ok(total)
    }

    /// Makes an item of the appended audio. Not needed with turn detection.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`].
    pub async fn commit_audio(&mut self) -> Result<(), Error> {
        self.send(ClientEvent::commit_audio()).await
    }

    /// Drops the audio that was appended and not committed.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`].
    pub async fn clear_audio(&mut self) -> Result<(), Error> {
        self.send(ClientEvent::clear_audio()).await
    }

    /// Adds text of the user to the conversation.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`].
    pub async fn user_text(&mut self, text: impl Into<String>) -> Result<(), Error> {
        self.create_item(ConversationItem::user(text)).await
    }

    /// Adds an item to the conversation.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`].
    pub async fn create_item(&mut self, item: impl Into<ConversationItem>) -> Result<(), Error> {
        self.send(ClientEvent::create_item(item)).await
    }

    /// Asks for a response with the settings of the session.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`].
    pub async fn create_response(&mut self) -> Result<(), Error> {
        self.send(ClientEvent::create_response()).await
    }

    /// Asks for a response with settings of its own.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`].
    pub async fn create_response_with(&mut self, settings: ResponseSettings) -> Result<(), Error> {
        self.send(ClientEvent::create_response_with(settings)).await
    }

    /// Cancels the response that is running. If none is, the service reports an error that does no
    /// harm.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`].
    pub async fn cancel_response(&mut self) -> Result<(), Error> {
        self.send(ClientEvent::cancel_response()).await
    }

    /// Changes settings of the session: the fields that are set.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`].
    pub async fn update_session(&mut self, session: Session) -> Result<(), Error> {
        self.send(ClientEvent::session_update(session)).await
    }

    /// Stops the model: cancels the response if it is running, and cuts its audio off where the
    /// user stopped hearing it, so that the conversation holds what was heard.
    ///
    /// With turn detection the service cancels by itself when the user speaks; call this on
    /// [`SpeechStarted`](super::ServerEvent::SpeechStarted) all the same, and stop playing.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`], see [`RealtimeSender`].
    pub async fn interrupt(&mut self, playback: &mut Playback) -> Result<(), Error> {
        for event in playback.interrupt() {
            self.send(event).await?;
        }
        Ok(())
    }

    /// Begins to close the connection. The other half reads to its end.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] when the connection is broken already.
    pub async fn close(&mut self) -> Result<(), Error> {
        self.shared.lock().start_close()?;
        self.flush().await
    }

    /// Waits until an event can be taken.
    pub(crate) async fn ready(&mut self) -> Result<(), Error> {
        poll_fn(|cx| self.shared.lock().poll_ready(cx)).await
    }

    /// Takes an event, after [`RealtimeSender::ready`].
    pub(crate) fn start(&mut self, event: &ClientEvent) -> Result<(), Error> {
        let mut link = self.shared.lock();
        let json = link.json(event);
        link.start_text(json)
    }

    pub(crate) async fn flush(&mut self) -> Result<(), Error> {
        poll_fn(|cx| self.shared.lock().poll_flush(cx)).await
    }
}

impl Sink<ClientEvent> for RealtimeSender {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared.lock().poll_ready(cx)
    }

    fn start_send(self: Pin<&mut Self>, event: ClientEvent) -> Result<(), Error> {
        self.get_mut().start(&event)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared.lock().poll_flush(cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mut link = self.shared.lock();
        link.start_close()?;
        link.poll_flush(cx)
    }
}

impl fmt::Debug for RealtimeSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealtimeSender").finish_non_exhaustive()
    }
}
