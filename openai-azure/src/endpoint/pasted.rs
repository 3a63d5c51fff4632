//! From the URL that a person pastes to the base of a resource.

use std::net::IpAddr;

use url::{Host, Url};

use super::{Endpoint, Form};
use crate::error::Error;

/// What follows `/openai` in the URL of an operation.
const OPERATIONS: [&str; 20] = [
    "assistants",
    "audio",
    "batches",
    "chat",
    "completions",
    "containers",
    "conversations",
    "deployments",
    "embeddings",
    "evals",
    "files",
    "fine_tuning",
    "images",
    "models",
    "realtime",
    "responses",
    "threads",
    "uploads",
    "vector_stores",
    "videos",
];

/// Finds base, form and api-version of a URL.
///
/// # Errors
///
/// [`Error::Config`] for what cannot be an endpoint.
pub(super) fn read(text: &str) -> Result<Endpoint, Error> {
    let (mut url, mut api_version) = without_version(checked(text)?);
    let host = url.host_str().unwrap_or_default().to_owned();
    let path = url.path().to_owned();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let (kept, form) = match position_of_openai(&segments) {
        Some(at) if segments.get(at + 1) == Some(&"v1") => (at, Form::V1),
        Some(at) => (at, Form::Resource),
        // The endpoint of the retired model inference API: its api-versions are its own.
        None if host.ends_with(".services.ai.azure.com") && segments.first() == Some(&"models") => {
            api_version = None;
            (0, Form::Resource)
        }
        None => match segments.iter().position(|segment| *segment == "deployments") {
            Some(at) if at + 1 < segments.len() => (at, Form::Gateway),
            _ if segments.last() == Some(&"v1") => (segments.len(), Form::GatewayV1),
            _ if host.ends_with(".azure-api.net") && !segments.is_empty() => {
                (segments.len(), Form::Gateway)
            }
            _ => (segments.len(), Form::Resource),
        },
    };
    url.set_path(&segments[..kept].join("/"));
    let endpoint = Endpoint { base: url, form, api_version };
    match form {
        Form::Gateway | Form::GatewayV1 => Ok(endpoint),
        _ => endpoint.without_query(),
    }
}

/// Takes a URL as it is, but for its api-version.
///
/// # Errors
///
/// [`Error::Config`] for what cannot be an endpoint.
pub(super) fn verbatim(text: &str) -> Result<Endpoint, Error> {
    let (base, api_version) = without_version(checked(text)?);
    let is_v1 = base.path().trim_end_matches('/').ends_with("/v1");
    let form = if is_v1 { Form::GatewayV1 } else { Form::Gateway };
    Ok(Endpoint { base, form, api_version })
}

/// Where `openai` stands, if what follows it belongs to the service.
fn position_of_openai(segments: &[&str]) -> Option<usize> {
    segments.iter().enumerate().find_map(|(at, segment)| {
        let is_known = match segments.get(at + 1) {
            None | Some(&"v1") => true,
            Some(next) => OPERATIONS.contains(next),
        };
        (*segment == "openai" && is_known).then_some(at)
    })
}

/// Takes `api-version` out of the query.
fn without_version(mut url: Url) -> (Url, Option<String>) {
    let (mut version, mut others) = (None, Vec::new());
    for (name, value) in url.query_pairs() {
        match &*name {
            "api-version" => version = Some(value.into_owned()),
            _ => others.push((name.into_owned(), value.into_owned())),
        }
    }
    if version.is_some() {
        url.set_query(None);
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
    }
    (url, version.filter(|version| !version.is_empty()))
}

fn checked(text: &str) -> Result<Url, Error> {
    let text = text.trim();
    check_text(text)?;
    // The text itself is not repeated: it may hold a password.
    let url =
        Url::parse(text).map_err(|e| Error::config(format!("the endpoint is not a URL: {e}")))?;
    match url.host_str() {
        Some(host) => check_host(host)?,
        None => return Err(Error::config("the endpoint has no host")),
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err(Error::config(
                "the endpoint must be https, because each request carries a credential; plain \
                 http is for loopback hosts only",
            ));
        }
        other => return Err(Error::config(format!("the endpoint must be https, not {other}"))),
    }
    if url.fragment().is_some() {
        return Err(Error::config("the endpoint may not have a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::config("the endpoint may not have a user or a password"));
    }
    Ok(url)
}

/// Whether the host is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

fn check_text(text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Err(Error::config(
            "no endpoint: set AZURE_OPENAI_ENDPOINT or call `endpoint` of the builder, with a URL \
             such as https://NAME.openai.azure.com",
        ));
    }
    if text.contains(['"', '\'', '`', '“', '”', '‘', '’']) {
        return Err(Error::config("the endpoint has quotes in it: remove them"));
    }
    let place = text.split('?').next().unwrap_or_default();
    let lower = place.to_ascii_lowercase();
    let is_placeholder = place.contains(['<', '>', '{', '}', '$'])
        || ["://NAME.", "://RESOURCE.", "://RESOURCE_NAME."].iter().any(|it| place.contains(it))
        || ["://your-", "://your_", "://yourresource", "://my-resource-name"]
            .iter()
            .any(|it| lower.contains(it));
    if is_placeholder {
        return Err(Error::config(
            "the endpoint still has a placeholder in it: replace it by the name of your resource, \
             which the Azure portal shows under \"Keys and Endpoint\"",
        ));
    }
    if !text.contains("://") {
        return Err(Error::config("the endpoint has no scheme: add https:// in front of it"));
    }
    Ok(())
}

fn check_host(name: &str) -> Result<(), Error> {
    match name {
        "api.openai.com" => Err(Error::config(
            "api.openai.com is OpenAI's own service, which takes other credentials: use the \
             endpoint of an Azure OpenAI resource, such as https://NAME.openai.azure.com",
        )),
        "portal.azure.com" | "ai.azure.com" | "oai.azure.com" => Err(Error::config(format!(
            "{name} is a portal: use the endpoint that it shows for the resource, such as \
             https://NAME.openai.azure.com"
        ))),
        _ => Ok(()),
    }
}
