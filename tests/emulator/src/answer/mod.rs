//! The emulator's responses when nothing is scripted.
//!
//! Markers in the text of a user make it behave: `[filter]` blocks the prompt, `[filter-answer]`
//! cuts the completion, `[async-filter]` sends the filter's result behind the text of a stream,
//! `[refuse]` makes the model refuse, `[error]` breaks a stream with an error event.

mod audio;
mod batch_input;
mod batch_lines;
mod batches;
mod chat;
mod chat_stream;
mod checkpoints;
mod completions;
mod containers;
mod conversations;
mod embeddings;
mod evals;
mod files;
mod filter;
mod fine_tuning;
mod fine_tuning_input;
mod graders;
mod images;
mod job_routes;
mod models;
mod pages;
mod prompt;
mod refusals;
mod responses;
mod routes;
mod sample;
mod store;
mod tools;
mod uploads;
mod usage;
mod vector_files;
mod vector_search;
mod vector_stores;
mod wording;

use serde_json::Value;

use crate::check::Call;
use crate::journal::Recorded;
use crate::reply::Reply;
use crate::service_error::ServiceError;
use crate::shared::Shared;
pub(crate) use responses::{Memory, Unstored};
pub(crate) use store::Store;

/// What a response is made from.
pub(crate) struct Question<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) request: &'a Recorded,
    /// The JSON body; null when there is none.
    pub(crate) body: Value,
    pub(crate) is_v1: bool,
    deployment: Option<String>,
    /// The output items that a test has scripted.
    pub(crate) output: Option<Vec<Value>>,
}

impl Question<'_> {
    /// The name of the deployment, which is taken for the name of the model too.
    pub(crate) fn model(&self) -> &str {
        self.deployment.as_deref().unwrap_or_default()
    }

    pub(crate) fn number(&self) -> u64 {
        self.request.number
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.body[name] == true
    }

    /// A boolean of the form or of the JSON body.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.flag(name) || self.request.part(name).is_some_and(|part| part.text() == "true")
    }

    /// A text of the form or of the JSON body.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let in_form = self.request.part(name).map(crate::Part::text);
        in_form.or_else(|| Some(self.body.get(name)?.as_str()?.to_owned()))
    }
}

/// The events of the response that a message of a WebSocket asks for, which is given as the request
/// that it would be over HTTP; `last` is the one before it.
pub(crate) fn response_events(
    shared: &Shared,
    request: &Recorded,
    is_stored: bool,
    last: &mut Option<Unstored>,
) -> Result<Vec<Value>, ServiceError> {
    let call = crate::check::check(shared, request)?;
    let Call { route, deployment, body, output, .. } = call;
    let question = Question { shared, request, body, is_v1: route.is_v1, deployment, output };
    match refusals::refusal(&question, &route.operation()) {
        Some(error) => Err(error),
        None => Ok(responses::respond_over_socket(&question, is_stored, last)?.events),
    }
}

/// The response to a request that was found good.
pub(crate) fn answer(shared: &Shared, request: &Recorded, call: Call) -> Reply {
    let Call { route, deployment, body, document, output } = call;
    let segments = route.operation();
    let is_v1 = route.is_v1;
    let question = Question { shared, request, body, is_v1, deployment, output };
    // What the document says that the operation returns.
    let example = || {
        let document = document.as_ref()?;
        let operation = document.find(&request.method, &route.segments)?;
        Some(Ok(document.example(operation, &route.segments)))
    };
    let usual = || match refusals::refusal(&question, &segments) {
        Some(error) => Some(Err(error)),
        None => routes::dispatch(&question, &segments),
    };
    let answered = if shared.settings.examples { example() } else { usual().or_else(example) };
    let answered = answered.unwrap_or_else(|| {
        let operation = format!("{} {}", request.method, segments.join("/"));
        Err(ServiceError::not_implemented(&operation))
    });
    answered.unwrap_or_else(|error| error.reply())
}
