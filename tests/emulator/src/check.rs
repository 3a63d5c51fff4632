//! Looks at a request the way the service does: credential, path, api-version, deployment, body.

use std::sync::Arc;

use serde_json::Value;

use crate::journal::Recorded;
use crate::route::Route;
use crate::service_error::ServiceError;
use crate::shared::Shared;
use crate::spec::{Document, is_operation};

/// A request that waits for its response.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) route: Route,
    /// The deployment, from the path or from `model`.
    pub(crate) deployment: Option<String>,
    /// The JSON body; null when there is none.
    pub(crate) body: Value,
    /// The document of its api-version.
    pub(crate) document: Option<Arc<Document>>,
    /// The output items that a test has scripted.
    pub(crate) output: Option<Vec<Value>>,
}

/// The documents of v1 in the folder of documents.
const V1: &str = "v1";
const V1_PREVIEW: &str = "v1-preview";

/// Operations that a deployment serves.
const OF_DEPLOYMENTS: [&str; 6] =
    ["chat", "completions", "embeddings", "audio", "images", "responses"];

pub(crate) fn check(shared: &Shared, request: &Recorded) -> Result<Call, ServiceError> {
    let route = Route::parse(&request.path).ok_or_else(ServiceError::no_resource)?;
    if request.method == "GET" && request.path.starts_with("/images/") {
        // Pictures lie on another server, which knows them by their URL alone.
        return Ok(Call {
            route,
            deployment: None,
            body: Value::Null,
            document: None,
            output: None,
        });
    }
    if !has_credential(shared, request) {
        return Err(ServiceError::unauthorized());
    }
    let version = version(shared, request, &route)?;
    let deployment = deployment(shared, request, &route)?;
    let is_json = request.header("content-type").is_some_and(|media| {
        let media = media.split(';').next().unwrap_or_default().trim();
        media.ends_with("json")
    });
    let body = if is_json && !request.body.is_empty() {
        serde_json::from_slice(&request.body).map_err(|e| ServiceError::not_json(&e.to_string()))?
    } else {
        Value::Null
    };
    let document = shared.library.document(&version);
    if shared.settings.validate
        && let Some(document) = &document
    {
        match document.find(&request.method, &route.segments) {
            Some(operation) => {
                let lenient = shared.settings.lenient;
                let violations = document.violations(operation, request, lenient);
                if !violations.is_empty() {
                    return Err(ServiceError::violates(&version, violations));
                }
            }
            None if is_operation(&version, &request.method, &route.segments) => {}
            None => return Err(ServiceError::no_resource()),
        }
    }
    Ok(Call { route, deployment, body, document, output: None })
}

/// How another api-version judges a request, whichever form its path has.
pub(crate) fn against(shared: &Shared, version: &str, request: &Recorded) -> Option<Vec<String>> {
    let document = shared.library.document(version)?;
    let route = Route::parse(&request.path)?;
    let operation = route.operation();
    let with_deployment = [&["deployments", "any"], operation.as_slice()].concat();
    let own: Vec<&str> = route.segments.iter().map(String::as_str).collect();
    let found = [own, operation, with_deployment]
        .iter()
        .find_map(|segments| document.find(&request.method, segments))?;
    let lenient = shared.settings.lenient;
    if let (true, Some(deployment)) = (version.starts_with(V1), &route.deployment) {
        return Some(document.violations(found, &with_model(request, deployment), lenient));
    }
    Some(document.violations(found, request, lenient))
}

/// The request as the v1 form has it: the deployment is in the body.
fn with_model(request: &Recorded, deployment: &str) -> Recorded {
    let mut request = request.clone();
    if let Value::Object(mut members) = request.json() {
        members.entry("model").or_insert_with(|| deployment.into());
        request.body = Value::Object(members).to_string().into();
    }
    request
}

pub(crate) fn has_credential(shared: &Shared, request: &Recorded) -> bool {
    let settings = &shared.settings;
    if let Some(key) = request.header("api-key") {
        return key == settings.api_key;
    }
    let token = request.header("authorization").and_then(|value| value.split_once(' '));
    token.is_some_and(|(scheme, token)| {
        scheme.eq_ignore_ascii_case("bearer") && token == settings.bearer
    })
}

/// The name of the document that a request is held against.
fn version(shared: &Shared, request: &Recorded, route: &Route) -> Result<String, ServiceError> {
    let given = request.query("api-version");
    if route.is_v1 {
        return match given {
            None | Some("v1") => Ok(V1.to_owned()),
            // What only the preview has needs this.
            Some("preview") if shared.library.has(V1_PREVIEW) => Ok(V1_PREVIEW.to_owned()),
            Some("preview") => Ok(V1.to_owned()),
            Some(_) if shared.settings.validate => Err(ServiceError::no_version()),
            Some(_) => Ok(V1.to_owned()),
        };
    }
    let version = given.ok_or_else(ServiceError::no_resource)?;
    // v1 is a path, not a date.
    let is_known = !version.starts_with(V1) && shared.library.has(version);
    if shared.settings.validate && !is_known {
        return Err(ServiceError::no_resource());
    }
    Ok(version.to_owned())
}

fn deployment(
    shared: &Shared,
    request: &Recorded,
    route: &Route,
) -> Result<Option<String>, ServiceError> {
    let operation = route.operation();
    let is_answered = operation.first().is_some_and(|first| OF_DEPLOYMENTS.contains(first));
    let name = match &route.deployment {
        Some(name) => Some(name.clone()),
        // Only what makes something names a model: `GET /responses/{id}` does not.
        None if is_answered && request.method == "POST" => {
            let in_body = || Some(request.json().get("model")?.as_str()?.to_owned());
            request.part("model").map(crate::Part::text).or_else(in_body)
        }
        None => None,
    };
    match &name {
        Some(name) if !shared.settings.has_deployment(name) => Err(ServiceError::no_deployment()),
        _ => Ok(name),
    }
}
