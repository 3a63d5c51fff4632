//! Which family of operations a request belongs to. A family is one line of [`FAMILIES`] and one
//! `route` function, which stands here or beside what it routes to.

use super::{
    Question, audio, chat, completions, conversations, embeddings, images, job_routes, models,
    responses,
};
use crate::reply::Reply;
use crate::service_error::ServiceError;

/// The response to a request.
pub(crate) type Answered = Result<Reply, ServiceError>;

/// Looks at the method and at the path without the deployment; `None` is left to the others.
type Route = fn(&Question<'_>, &str, &[&str]) -> Option<Answered>;

/// Every family, in the order in which they are asked.
const FAMILIES: [Route; 6] =
    [inference, media, model_list, responses::route, conversations::route, job_routes::route];

/// The response of the first family that has the operation.
pub(crate) fn dispatch(question: &Question<'_>, segments: &[&str]) -> Option<Answered> {
    let method = question.request.method.as_str();
    FAMILIES.iter().find_map(|route| route(question, method, segments))
}

fn inference(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    Some(match (method, segments) {
        ("POST", ["chat", "completions"]) => chat::answer(question),
        ("POST", ["completions"]) => completions::answer(question),
        ("POST", ["embeddings"]) => embeddings::answer(question),
        _ => return None,
    })
}

fn media(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    Some(match (method, segments) {
        ("POST", ["audio", "transcriptions"]) => audio::transcription(question),
        ("POST", ["audio", "translations"]) => audio::translation(question),
        ("POST", ["audio", "speech"]) => audio::speech(question),
        ("POST", ["images", "generations"]) => images::generations(question),
        ("POST", ["images", "edits"]) => images::edits(question),
        ("GET", ["images", _]) => Ok(images::download()),
        _ => return None,
    })
}

fn model_list(question: &Question<'_>, method: &str, segments: &[&str]) -> Option<Answered> {
    Some(match (method, segments) {
        ("GET", ["models"]) => Ok(models::list(question)),
        ("GET", ["models", id]) => models::get(question, id),
        _ => return None,
    })
}
