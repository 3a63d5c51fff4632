//! What the connections of one emulator share.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::answer::{Memory, Store};
use crate::jobs::{JobSettings, Jobs};
use crate::journal::Journal;
use crate::journal_file::JournalFile;
use crate::script::Script;
use crate::spec::Library;

/// What the builder was told.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) api_key: String,
    pub(crate) bearer: String,
    pub(crate) deployments: BTreeSet<String>,
    pub(crate) any_deployment: bool,
    pub(crate) validate: bool,
    /// Whether every operation returns an example of its schema.
    pub(crate) examples: bool,
    /// Whether what a document does not declare is let through.
    pub(crate) lenient: bool,
    /// Where the documents are, if not the ones that are built in.
    pub(crate) spec: Option<PathBuf>,
    /// Where each request is written as a line of JSON.
    pub(crate) journal_file: Option<PathBuf>,
    pub(crate) max_body: usize,
    pub(crate) pace: Duration,
    /// How long a response in the background takes; without it, two reads.
    pub(crate) background: Option<Duration>,
    pub(crate) jobs: JobSettings,
    /// Where the requests are kept.
    pub(crate) keep: Option<PathBuf>,
}

impl Settings {
    pub(crate) fn has_deployment(&self, name: &str) -> bool {
        self.any_deployment || self.deployments.contains(name)
    }
}

/// One emulator's state.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) library: Library,
    pub(crate) endpoint: String,
    pub(crate) script: Mutex<Script>,
    pub(crate) journal: Mutex<Journal>,
    pub(crate) journal_file: Option<JournalFile>,
    pub(crate) store: Mutex<Store>,
    pub(crate) realtime: crate::realtime::State,
    pub(crate) realtime_sessions: AtomicU64,
    pub(crate) endpoints: crate::endpoints::Endpoints,
    pub(crate) memory: Mutex<Memory>,
    pub(crate) jobs: Jobs,
    pub(crate) received: AtomicU64,
    pub(crate) accepted: AtomicU64,
    pub(crate) connections: AtomicUsize,
    pub(crate) responses: AtomicUsize,
}

impl Shared {
    pub(crate) fn new(
        settings: Settings,
        library: Library,
        endpoint: String,
        journal_file: Option<JournalFile>,
    ) -> Self {
        Self {
            jobs: Jobs::new(settings.jobs),
            settings,
            library,
            endpoint,
            script: Mutex::default(),
            journal: Mutex::default(),
            journal_file,
            store: Mutex::default(),
            realtime: Default::default(),
            realtime_sessions: AtomicU64::new(0),
            endpoints: Default::default(),
            memory: Mutex::default(),
            received: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
            connections: AtomicUsize::new(0),
            responses: AtomicUsize::new(0),
        }
    }
}

/// Takes a lock. What a panicking test left behind is still good to read.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts something as open for as long as it lives.
#[derive(Debug)]
pub(crate) struct Open {
    shared: Arc<Shared>,
    count: fn(&Shared) -> &AtomicUsize,
}

impl Open {
    pub(crate) fn connection(shared: &Arc<Shared>) -> Self {
        Self::new(shared, |shared| &shared.connections)
    }

    pub(crate) fn response(shared: &Arc<Shared>) -> Self {
        Self::new(shared, |shared| &shared.responses)
    }

    fn new(shared: &Arc<Shared>, count: fn(&Shared) -> &AtomicUsize) -> Self {
        count(shared).fetch_add(1, Ordering::SeqCst);
        Self { shared: Arc::clone(shared), count }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        (self.count)(&self.shared).fetch_sub(1, Ordering::SeqCst);
    }
}
