//! The events of a job as they happen.

use std::collections::{HashSet, VecDeque};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _};

use super::FineTuningJobs;
use super::job::FineTuningEvent;
use crate::engine::polling::Pace;
use crate::engine::tolerance::Tolerance;
use crate::error::Error;

/// The events of a job, oldest first, until the job is over; a [`Stream`]. Made by
/// [`FineTuningJobs::follow`].
#[must_use = "nothing is requested before the first event is asked for"]
pub struct FineTuningEvents(Pin<Box<dyn Stream<Item = Result<FineTuningEvent, Error>> + Send>>);

struct Follow {
    jobs: FineTuningJobs,
    id: String,
    seen: HashSet<String>,
    new: VecDeque<FineTuningEvent>,
    is_over: bool,
    pace: Pace,
    failures: Tolerance,
}

impl FineTuningEvents {
    #[inline]
    pub(super) fn new(jobs: FineTuningJobs, id: String) -> Self {
        let follow = Follow {
            pace: jobs.polling.pace(&jobs.client, &jobs.options),
            jobs,
            id,
            seen: HashSet::new(),
            new: VecDeque::new(),
            is_over: false,
            failures: Tolerance::default(),
        };
        let events = stream::try_unfold(follow, |mut follow| async move {
            Ok(follow.next().await?.map(|event| (event, follow)))
        });
        Self(Box::pin(events))
    }

    /// Returns the next event, or `None` when the job is over and all events were returned.
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] when the job takes longer than the polling allows, and the errors of the
    /// requests, except for those that pass within an hour.
    pub async fn try_next(&mut self) -> Result<Option<FineTuningEvent>, Error> {
        self.0.next().await.transpose()
    }
}

impl Follow {
    async fn next(&mut self) -> Result<Option<FineTuningEvent>, Error> {
        loop {
            if let Some(event) = self.new.pop_front() {
                return Ok(Some(event));
            }
            if self.is_over {
                return Ok(None);
            }
            match self.read().await {
                Ok(()) => self.failures.reset(),
                Err(error) => self.failures.tolerate(error)?,
            }
            if self.new.is_empty() && !self.is_over {
                self.pace.pause(None).await?;
            }
        }
    }

    /// Reads the events that are new. The job is read before them, so that its last event is not
    /// missed.
    async fn read(&mut self) -> Result<(), Error> {
        let is_over = self.jobs.get(&self.id).await?.is_done();
        let mut events = self.jobs.events(&self.id).limit(100).stream();
        let mut new = Vec::new();
        while let Some(event) = events.try_next().await? {
            if self.seen.contains(&event.id) {
                break;
            }
            new.push(event);
        }
        // The newest is the first.
        for event in new.into_iter().rev() {
            self.seen.insert(event.id.clone());
            self.new.push_back(event);
        }
        self.is_over = is_over;
        Ok(())
    }
}

impl Stream for FineTuningEvents {
    type Item = Result<FineTuningEvent, Error>;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl std::fmt::Debug for FineTuningEvents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FineTuningEvents").finish_non_exhaustive()
    }
}
