//! What the emulator says when nothing is scripted.
//!
//! Markers in the text of a user make it behave: `[filter]` blocks the prompt, `[filter-answer]`
//! cuts the answer, `[async-filter]` sends the filter's verdict behind the text of a stream,
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
mod responses;
mod responses_stream;
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
pub(crate) use store::Store;

/// What an answer is made from.
pub(crate) struct Question<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) request: &'a Recorded,
    /// The JSON body; null when there is none.
    pub(crate) body: Value,
    pub(crate) is_v1: bool,
    deployment: Option<String>,
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

    /// A text of the form or of the JSON body.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let in_form = self.request.part(name).map(crate::Part::text);
        in_form.or_else(|| Some(self.body.get(name)?.as_str()?.to_owned()))
    }
}

/// Answers a request that was found good.
pub(crate) fn answer(shared: &Shared, request: &Recorded, call: Call) -> Reply {
    let Call { route, deployment, body } = call;
    let segments = route.operation();
    let is_v1 = route.is_v1;
    let question = Question { shared, request, body, is_v1, deployment };
    let answered = match question.misuse(&segments) {
        Some(error) => Err(error),
        None => dispatch(&question, &segments),
    };
    answered.unwrap_or_else(|error| error.reply())
}

fn dispatch(question: &Question<'_>, segments: &[&str]) -> Result<Reply, ServiceError> {
    if let Some(answered) = job_routes::route(question, &question.request.method, segments) {
        return answered;
    }
    match (question.request.method.as_str(), segments) {
        ("POST", ["chat", "completions"]) => chat::answer(question),
        ("POST", ["completions"]) => completions::answer(question),
        ("POST", ["embeddings"]) => embeddings::answer(question),
        ("POST", ["audio", "transcriptions"]) => audio::transcription(question),
        ("POST", ["audio", "translations"]) => audio::translation(question),
        ("POST", ["audio", "speech"]) => audio::speech(question),
        ("POST", ["images", "generations" | "edits"]) => images::answer(question),
        ("GET", ["images", _]) => Ok(images::download()),
        ("GET", ["models"]) => Ok(models::list(question)),
        ("GET", ["models", id]) => models::get(question, id),
        ("POST", ["responses"]) => responses::create(question),
        ("GET", ["responses", id]) => responses::get(question, id),
        ("DELETE", ["responses", id]) => responses::delete(question, id),
        ("POST", ["responses", id, "cancel"]) => responses::cancel(question, id),
        ("GET", ["responses", id, "input_items"]) => responses::input_items(question, id),
        (method, segments) => Err(ServiceError::plain(
            501,
            "NotImplemented",
            &format!("The emulator has no answer for {method} {}; script one.", segments.join("/")),
        )),
    }
}

impl Question<'_> {
    /// Whether the usual deployments are asked for what their model cannot do. Deployments that
    /// the builder added do everything.
    fn misuse(&self, segments: &[&str]) -> Option<ServiceError> {
        let model = self.model();
        let does = if model.starts_with("text-embedding-") {
            "embeddings"
        } else if ["whisper", "gpt-4o-transcribe", "tts", "tts-hd"].contains(&model) {
            "audio"
        } else if model == "dall-e-3" || model == "gpt-image-1" {
            "images"
        } else {
            return None;
        };
        let operation = segments.join("/");
        (segments.first() != Some(&does)).then(|| ServiceError::wrong_model(&operation, model))
    }
}
