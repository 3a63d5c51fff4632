//! The results of a job as a stream: exactly one for each line.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _};

use super::Batches;
use super::input_file::{self, LineFile};
use super::line_reader::custom_id;
use super::result::{self, BatchResult};
use super::state::BatchJobState;
use crate::error::Error;

/// The most unreadable lines that are kept.
const MAX_UNREAD: usize = 1_000;

type Inner = Pin<Box<dyn Stream<Item = Result<BatchResult, Error>> + Send>>;

/// The results of a job; a [`Stream`]. Made by [`BatchJob::results`](super::BatchJob::results).
///
/// The files of one batch at a time are downloaded to the disk; in memory are the IDs of one batch
/// and one line. A result wins over an error of the same `custom_id`; a line without either is a
/// failure with the code `missing`, or with the fault of its batch.
#[must_use = "nothing is requested before the first result is asked for"]
pub struct BatchResults {
    batches: Batches,
    state: BatchJobState,
    parts: std::ops::Range<usize>,
    in_order: bool,
    stream: Option<Inner>,
    unread: Arc<Mutex<Vec<UnreadLine>>>,
}

/// A line of a file of results that could not be read, or of an ID that no line has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadLine {
    /// ID of the file.
    pub file_id: String,
    /// Number of the line, from 1.
    pub line: u64,
    /// The line.
    pub text: String,
    /// Why it could not be read.
    pub reason: String,
}

impl BatchResults {
    pub(super) fn new(batches: &Batches, state: &BatchJobState) -> Self {
        Self::of_parts(batches, state, 0..state.parts.len())
    }

    #[inline]
    pub(super) fn of_part(batches: &Batches, state: &BatchJobState, number: usize) -> Self {
        Self::of_parts(batches, state, number..number + 1)
    }

    #[inline]
    fn of_parts(batches: &Batches, state: &BatchJobState, parts: std::ops::Range<usize>) -> Self {
        Self {
            batches: batches.clone(),
            state: state.clone(),
            parts,
            in_order: false,
            stream: None,
            unread: Arc::default(),
        }
    }

    /// Returns the results in the order of the lines.
    pub fn in_order(mut self) -> Self {
        self.in_order = true;
        self
    }

    /// Lines of the files of results that could not be read so far, at most 1,000.
    #[must_use]
    pub fn unread(&self) -> Vec<UnreadLine> {
        locked(&self.unread).clone()
    }

    /// Returns the next result, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// The errors of a download; the stream ends with it.
    pub async fn try_next(&mut self) -> Result<Option<BatchResult>, Error> {
        self.next().await.transpose()
    }

    #[inline]
    fn begin(&self) -> Inner {
        let source = Source {
            batches: self.batches.clone(),
            state: self.state.clone(),
            in_order: self.in_order,
            unread: Arc::clone(&self.unread),
        };
        let parts = stream::iter(self.parts.clone());
        let results = parts.map(move |number| source.clone().part(number)).flatten();
        let mut is_over = false;
        Box::pin(results.take_while(move |result| {
            let goes_on = !is_over;
            is_over |= result.is_err();
            std::future::ready(goes_on)
        }))
    }
}

impl Stream for BatchResults {
    type Item = Result<BatchResult, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.stream.is_none() {
            self.stream = Some(self.begin());
        }
        match &mut self.stream {
            Some(stream) => stream.as_mut().poll_next(cx),
            None => Poll::Ready(None),
        }
    }
}

/// Where results come from.
#[derive(Clone)]
struct Source {
    batches: Batches,
    state: BatchJobState,
    in_order: bool,
    unread: Arc<Mutex<Vec<UnreadLine>>>,
}

/// A batch whose results are read.
struct Part {
    source: Source,
    number: usize,
    phase: Phase,
    /// The IDs of the lines, and whether their results were returned.
    ids: HashMap<Box<str>, bool>,
}

enum Phase {
    Start,
    /// File after file, as they are.
    Files {
        files: Vec<(String, LineFile)>,
        at: usize,
    },
    /// IDs without a result.
    Missing(std::vec::IntoIter<Box<str>>),
    /// Line after line of the input.
    Ordered {
        input: Box<LineFile>,
        files: Vec<(String, LineFile)>,
        places: HashMap<Box<str>, Place>,
    },
}

/// Where a result is: the file, and its first byte.
#[derive(Clone, Copy)]
struct Place {
    file: usize,
    from: u64,
}

impl Source {
    #[inline]
    fn part(self, number: usize) -> impl Stream<Item = Result<BatchResult, Error>> + Send {
        let part = Part { source: self, number, phase: Phase::Start, ids: HashMap::new() };
        stream::try_unfold(part, |mut part| async move {
            Ok(part.next().await?.map(|result| (result, part)))
        })
    }

    fn note(&self, file_id: &str, line: u64, text: &[u8], reason: &str) {
        let mut unread = locked(&self.unread);
        if unread.len() < MAX_UNREAD {
            unread.push(UnreadLine {
                file_id: file_id.to_owned(),
                line,
                text: String::from_utf8_lossy(text).into_owned(),
                reason: reason.to_owned(),
            });
        }
    }
}

impl Part {
    async fn next(&mut self) -> Result<Option<BatchResult>, Error> {
        loop {
            match &mut self.phase {
                Phase::Start => self.begin().await?,
                Phase::Files { files, at } => {
                    let Some((id, file)) = files.get_mut(*at) else {
                        let missing: Vec<Box<str>> = std::mem::take(&mut self.ids)
                            .into_iter()
                            .filter_map(|(id, is_there)| (!is_there).then_some(id))
                            .collect();
                        self.phase = Phase::Missing(missing.into_iter());
                        continue;
                    };
                    let Some(line) = file.lines.next().await? else {
                        *at += 1;
                        continue;
                    };
                    let line = line.to_vec();
                    let number = file.lines.number;
                    match result::read(&line) {
                        Err(error) => {
                            self.source.note(id, number, &line, &error.to_string());
                        }
                        Ok(result) => match self.ids.get_mut(result.custom_id.as_str()) {
                            None => {
                                self.source.note(id, number, &line, "no line has this custom_id");
                            }
                            Some(is_there) if *is_there => {}
                            Some(is_there) => {
                                *is_there = true;
                                return Ok(Some(result));
                            }
                        },
                    }
                }
                Phase::Missing(ids) => {
                    let batch = self.source.state.parts[self.number].batch.as_ref();
                    return Ok(ids.next().map(|id| result::missing(id.into_string(), batch)));
                }
                Phase::Ordered { input, files, places } => {
                    let Some(line) = input.lines.next().await? else { return Ok(None) };
                    let Some(id) = custom_id(line) else { continue };
                    let Some(place) = places.get(id.as_str()) else {
                        let batch = self.source.state.parts[self.number].batch.as_ref();
                        return Ok(Some(result::missing(id, batch)));
                    };
                    let Some((_, file)) = files.get_mut(place.file) else { continue };
                    let line = file.lines.at(place.from).await?;
                    match result::read(line) {
                        Ok(result) => return Ok(Some(result)),
                        Err(error) => {
                            return Err(Error::config(format!("{id}: {error}")));
                        }
                    }
                }
            }
        }
    }

    /// Reads the IDs and opens the files.
    async fn begin(&mut self) -> Result<(), Error> {
        let Source { batches, state, .. } = &self.source;
        let mut input = input_file::open(batches, state, self.number).await?;
        let mut files = Vec::new();
        if let Some(batch) = &state.parts[self.number].batch {
            // Results before errors, so that a result wins.
            for id in [&batch.output_file_id, &batch.error_file_id] {
                if let Some(id) = id.as_deref() {
                    let file = input_file::download(batches, &state.dir, id).await?;
                    files.push((id.to_owned(), file));
                }
            }
        }
        let expected = usize::try_from(state.parts[self.number].lines).unwrap_or_default();
        self.ids.reserve(expected);
        while let Some(line) = input.lines.next().await? {
            if let Some(id) = custom_id(line) {
                self.ids.insert(id.into_boxed_str(), false);
            }
        }
        self.phase = if self.source.in_order {
            let places = self.places(&mut files).await?;
            let input = input_file::open(&self.source.batches, &self.source.state, self.number);
            self.ids = HashMap::new();
            Phase::Ordered { input: Box::new(input.await?), files, places }
        } else {
            Phase::Files { files, at: 0 }
        };
        Ok(())
    }

    /// Where the result of each ID is.
    async fn places(
        &self,
        files: &mut [(String, LineFile)],
    ) -> Result<HashMap<Box<str>, Place>, Error> {
        let mut places = HashMap::with_capacity(self.ids.len());
        for (number, (file_id, file)) in files.iter_mut().enumerate() {
            while let Some(line) = file.lines.next().await? {
                let line = line.to_vec();
                let (at, from) = (file.lines.number, file.lines.from);
                match result::read(&line) {
                    Err(error) => self.source.note(file_id, at, &line, &error.to_string()),
                    Ok(result) if !self.ids.contains_key(result.custom_id.as_str()) => {
                        self.source.note(file_id, at, &line, "no line has this custom_id");
                    }
                    Ok(result) => {
                        let place = Place { file: number, from };
                        places.entry(result.custom_id.into_boxed_str()).or_insert(place);
                    }
                }
            }
        }
        Ok(places)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for BatchResults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BatchResults")
            .field("job", &self.state.id())
            .field("in_order", &self.in_order)
            .finish_non_exhaustive()
    }
}
