//! The server as its user sees it: start it, script it, read what it received.

use std::collections::BTreeSet;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use crate::jobs::JobSettings;
use crate::journal::Recorded;
use crate::journal_file::JournalFile;
use crate::kept;
use crate::reply::Reply;
use crate::script::Target;
use crate::server;
use crate::shared::{Settings, Shared, locked};
use crate::spec::Library;

/// The deployments that every emulator has, each named after its model.
pub(crate) const DEPLOYMENTS: [&str; 47] = [
    "dall-e-3",
    "gpt-35-turbo",
    "gpt-35-turbo-instruct",
    "gpt-4",
    "gpt-4.1",
    "gpt-4.1-mini",
    "gpt-4.1-nano",
    "gpt-4o",
    "gpt-4o-audio-preview",
    "gpt-4o-mini",
    "gpt-4o-mini-transcribe",
    "gpt-4o-mini-tts",
    "gpt-4o-transcribe",
    "gpt-4o-transcribe-diarize",
    "gpt-5",
    "gpt-5-mini",
    "gpt-5-nano",
    "gpt-5-pro",
    "gpt-5.1",
    "gpt-5.1-codex",
    "gpt-5.2",
    "gpt-5.4",
    "gpt-5.4-mini",
    "gpt-5.4-nano",
    "gpt-5.5",
    "gpt-5.6-luna",
    "gpt-5.6-sol",
    "gpt-5.6-terra",
    "gpt-audio-1.5",
    "gpt-chat-latest",
    "gpt-image-1",
    "gpt-image-1-mini",
    "gpt-image-1.5",
    "gpt-image-2",
    "gpt-realtime",
    "gpt-realtime-1.5",
    "gpt-realtime-2.1",
    "gpt-realtime-mini",
    "o3-mini",
    "o4-mini",
    "sora-2",
    "text-embedding-3-large",
    "text-embedding-3-small",
    "text-embedding-ada-002",
    "tts",
    "tts-hd",
    "whisper",
];

/// How much of a request's body is taken, in bytes, unless the builder sets another limit.
const MAX_BODY: usize = 256 << 20;

/// A running server on a port of 127.0.0.1. Dropping it ends its tasks and connections.
#[derive(Debug)]
pub struct Emulator {
    pub(crate) shared: Arc<Shared>,
    address: SocketAddr,
    endpoint: String,
    accepting: AbortHandle,
}

/// Settings of an [`Emulator`] that is not running yet.
#[derive(Debug)]
#[must_use]
pub struct Builder {
    pub(crate) settings: Settings,
    port: u16,
}

impl Emulator {
    /// Starts a server with the usual settings.
    ///
    /// # Errors
    ///
    /// No port could be bound.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts from the usual settings.
    pub fn builder() -> Builder {
        Builder {
            settings: Settings {
                api_key: "emulator-key".to_owned(),
                bearer: "emulator-token".to_owned(),
                deployments: DEPLOYMENTS.iter().map(|&name| name.to_owned()).collect(),
                any_deployment: false,
                validate: true,
                examples: false,
                lenient: false,
                spec: None,
                journal_file: None,
                max_body: MAX_BODY,
                pace: Duration::ZERO,
                background: None,
                jobs: JobSettings::default(),
                keep: std::env::var_os(kept::VARIABLE).map(PathBuf::from),
            },
            port: 0,
        }
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// The base URL, such as `http://127.0.0.1:50123`, without a slash at the end.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The key that is accepted in `api-key`; `emulator-key` by default.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.shared.settings.api_key
    }

    /// The token that is accepted in `Authorization`; `emulator-token` by default.
    #[must_use]
    pub fn bearer(&self) -> &str {
        &self.shared.settings.bearer
    }

    /// Queues a response for the next request that has none of its own: first in, first out.
    ///
    /// A scripted response is sent whatever the credential, the api-version and the deployment of
    /// the request are; what is wrong with the request is in [`Recorded::violations`].
    pub fn reply(&self, reply: Reply) {
        locked(&self.shared.script).push(Target::Any, reply);
    }

    /// Queues a response for the next request whose path ends with `path`, such as
    /// `/chat/completions`. It goes before those of [`Emulator::reply`].
    pub fn reply_to(&self, path: &str, reply: Reply) {
        locked(&self.shared.script).push(Target::Path(path.to_owned()), reply);
    }

    /// Queues a response for the next request of an operation, such as `GET /responses/{id}`; see
    /// [`Recorded::is_of`]. It goes before those of [`Emulator::reply`].
    pub fn reply_to_operation(&self, operation: &str, reply: Reply) {
        locked(&self.shared.script).push(Target::Operation(operation.to_owned()), reply);
    }

    /// Removes the scripted responses that were not used, and returns their number.
    pub fn clear_replies(&self) -> usize {
        locked(&self.shared.script).clear()
    }

    /// The requests that were received, oldest first: the last 10,000, of at most 256 MiB in all.
    #[must_use]
    pub fn journal(&self) -> Vec<Recorded> {
        locked(&self.shared.journal).entries()
    }

    /// The last request that was received.
    #[must_use]
    pub fn last(&self) -> Option<Recorded> {
        locked(&self.shared.journal).last()
    }

    /// How many requests were received since the start, and responses that were asked for over a
    /// WebSocket; never goes down.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.received.load(Ordering::SeqCst)
    }

    /// How many requests of the journal asked for an operation, such as `POST /responses` or
    /// `GET /responses/{id}`; see [`Recorded::is_of`].
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        let entries = locked(&self.shared.journal).entries();
        entries.iter().filter(|request| request.is_of(operation)).count()
    }

    /// Clears the journal.
    pub fn clear_journal(&self) {
        locked(&self.shared.journal).clear();
    }

    /// How many connections are open, idle ones too.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many connections were accepted since the start.
    #[must_use]
    pub fn accepted_connections(&self) -> u64 {
        self.shared.accepted.load(Ordering::SeqCst)
    }

    /// How many responses are not sent to the last byte yet.
    #[must_use]
    pub fn open_responses(&self) -> usize {
        self.shared.responses.load(Ordering::SeqCst)
    }

    /// The api-versions whose documents the emulator has.
    #[must_use]
    pub fn api_versions(&self) -> Vec<String> {
        self.shared.library.versions().map(str::to_owned).collect()
    }

    /// Checks a request against another api-version than its own. `None` when that version lacks
    /// the operation, or has no document.
    ///
    /// A request to a deployment in the path counts for `v1` as one with the deployment in `model`.
    #[must_use]
    pub fn violations(&self, api_version: &str, request: &Recorded) -> Option<Vec<String>> {
        crate::check::against(&self.shared, api_version, request)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // The accept loop owns the tasks of the connections.
        self.accepting.abort();
        self.shared.realtime.abort();
    }
}

impl Builder {
    /// Accepts this key in `api-key`.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.settings.api_key = key.into();
        self
    }

    /// Accepts this token in `Authorization: Bearer`.
    pub fn bearer(mut self, token: impl Into<String>) -> Self {
        self.settings.bearer = token.into();
        self
    }

    /// Adds a deployment to the usual ones. It does everything that is asked of it.
    pub fn deployment(mut self, name: impl Into<String>) -> Self {
        self.settings.deployments.insert(name.into());
        self
    }

    /// Replaces the usual deployments.
    pub fn deployments<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.settings.deployments = names.into_iter().map(Into::into).collect::<BTreeSet<_>>();
        self
    }

    /// Whether a deployment of any name is accepted; `false` by default. A name that is not one of
    /// the usual ones does everything that is asked of it.
    pub fn any_deployment(mut self, any: bool) -> Self {
        self.settings.any_deployment = any;
        self
    }

    /// Whether requests are checked against the documents of the api-versions; `true` by default.
    /// Without it any api-version is accepted, and every operation that the emulator has code for.
    pub fn validate(mut self, validate: bool) -> Self {
        self.settings.validate = validate;
        self
    }

    /// Whether fields and parameters of the query that the document of the api-version does not
    /// declare are accepted, as in tests that send fields of their own; `false` by default. Types,
    /// required fields and closed enums are checked all the same.
    pub fn lenient(mut self, lenient: bool) -> Self {
        self.settings.lenient = lenient;
        self
    }

    /// Whether every operation returns an example that is made from its schema, whatever was
    /// stored before; `false` by default. Then every operation of every api-version succeeds with
    /// any id in the path, while requests are checked as usual. Operations that the emulator has
    /// no code for return such an example in any case.
    pub fn examples(mut self, examples: bool) -> Self {
        self.settings.examples = examples;
        self
    }

    /// Reads the documents of the api-versions from a folder, `VERSION.json` each, instead of the
    /// ones that are built in.
    pub fn spec(mut self, folder: impl Into<PathBuf>) -> Self {
        self.settings.spec = Some(folder.into());
        self
    }

    /// Writes each request into this file as it is received, one JSON object per line: `number`,
    /// `method`, `path`, `query`, `headers` without credentials, `body` as JSON or else as text, and
    /// `violations`. A file that is there is replaced.
    pub fn journal_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.journal_file = Some(path.into());
        self
    }

    /// Accepts request bodies of at most so many bytes; 256 MiB by default.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.settings.max_body = bytes;
        self
    }

    /// Waits so long between the events of its own streams, so that a reader sees them come; not
    /// at all by default.
    pub fn pace(mut self, pause: Duration) -> Self {
        self.settings.pace = pause;
        self
    }

    /// Lets a response in the background take so long. Without it, the default, the first read
    /// finds it in progress and the second one complete.
    pub fn background(mut self, takes: Duration) -> Self {
        self.settings.background = Some(takes);
        self
    }

    /// Listens on this port; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Starts the server on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// The port could not be bound, the folder of the documents could not be read, or the file of
    /// the journal could not be written.
    pub async fn start(self) -> io::Result<Emulator> {
        let library = match &self.settings.spec {
            Some(folder) => Library::open(folder)?,
            None => Library::built_in(),
        };
        let journal_file = self.settings.journal_file.as_deref().map(JournalFile::create);
        let journal_file = journal_file.transpose()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        let address = listener.local_addr()?;
        let endpoint = format!("http://{address}");
        let shared = Arc::new(Shared::new(self.settings, library, endpoint.clone(), journal_file));
        let accepting = tokio::spawn(server::accept(listener, Arc::clone(&shared))).abort_handle();
        Ok(Emulator { shared, address, endpoint, accepting })
    }
}
