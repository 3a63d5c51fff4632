//! What to do about a failure of the service, by its code, its status and its text.

use reqwest::header::LOCATION;

use super::body::ErrorBody;
use super::one_line::OneLine;
use super::{ErrorKind, not_found};
use crate::response_origin::ResponseOrigin;

/// The hint for a failure; `None` when nothing helps. `wait_too_long`: the wait that was asked for
/// is longer than the policy allows.
pub(super) fn of(
    kind: ErrorKind,
    body: &ErrorBody,
    origin: &ResponseOrigin,
    wait_too_long: bool,
) -> Option<String> {
    Some(match kind {
        ErrorKind::Authentication => {
            "check the key or token and that it belongs to this endpoint".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "the identity needs a role such as `Cognitive Services OpenAI User`, and the \
             network rules must let this machine in"
                .to_owned()
        }
        ErrorKind::NotFound if lacks_deployment(body) => match &origin.deployment {
            Some(name) => format!(
                "no deployment is called `{name}` there; use the name given to the \
                     deployment, not the model's",
                name = OneLine(name)
            ),
            None => "use the name given to the deployment, not the model's".to_owned(),
        },
        ErrorKind::NotFound | ErrorKind::BadRequest if lacks_item(body) => {
            "the service does not store that item: send the whole item back, as `into_input` \
             returns it from a response with `store(false)`"
                .to_owned()
        }
        ErrorKind::NotFound => {
            let version = origin.api_version.as_deref();
            not_found::hint(&origin.url, origin.deployment.as_deref(), version)
        }
        ErrorKind::BadRequest if is_about_version(body) => match &origin.api_version {
            Some(version) => format!(
                "the api-version {} was sent{}; set another with `api_version`, or none to \
                     use v1",
                OneLine(version),
                not_found::unknown(version)
            ),
            None => "no api-version was sent".to_owned(),
        },
        ErrorKind::BadRequest => return unsupported(body),
        ErrorKind::RateLimit if wait_too_long => {
            "the wait asked for is longer than the retry policy's ceiling".to_owned()
        }
        ErrorKind::Redirect => match origin.header(LOCATION.as_str()) {
            Some(location) => format!(
                "redirects to {} are not followed; set the endpoint to the final address",
                OneLine(&without_secrets(location))
            ),
            None => "redirects are not followed; set the endpoint to the final address".into(),
        },
        _ => return None,
    })
}

/// A location may carry a signature in its query, and a password before its host.
fn without_secrets(location: &str) -> String {
    let plain = location.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = plain.split_once("//") else { return plain.to_owned() };
    let end = rest.find('/').unwrap_or(rest.len());
    let host = rest[..end].rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}//{}", &rest[host..])
}

fn lacks_deployment(body: &ErrorBody) -> bool {
    matches!(body.code.as_deref(), Some("DeploymentNotFound" | "model_not_found"))
}

/// Whether the input refers to an item, such as `rs_…`, of a response that was not stored.
fn lacks_item(body: &ErrorBody) -> bool {
    let message = body.message.as_deref().unwrap_or_default();
    message.contains("not persisted") || (message.contains("not found") && message.contains("'rs_"))
}

fn is_about_version(body: &ErrorBody) -> bool {
    let message = body.message.as_deref().unwrap_or_default().to_ascii_lowercase();
    ["api version", "api-version", "apiversion"].iter().any(|word| message.contains(word))
}

/// What to use in place of a parameter that the model does not take.
fn unsupported(body: &ErrorBody) -> Option<String> {
    let code = body.code.as_deref().unwrap_or_default();
    if !matches!(code, "unsupported_parameter" | "unsupported_value") {
        return None;
    }
    let param = body.param.as_deref()?;
    Some(match param {
        "max_tokens" => {
            "this model takes `max_completion_tokens`: set it in place of `max_tokens`".to_owned()
        }
        "max_completion_tokens" => {
            "this model takes `max_tokens`: set it in place of `max_completion_tokens`".to_owned()
        }
        "temperature" | "top_p" | "presence_penalty" | "frequency_penalty" => format!(
            "reasoning models choose by themselves: leave `{param}` out, or use \
             `reasoning_effort` and `verbosity`"
        ),
        "stop" | "logprobs" | "top_logprobs" | "logit_bias" | "parallel_tool_calls" => {
            format!("reasoning models do not take `{param}`: leave it out")
        }
        _ => return None,
    })
}
