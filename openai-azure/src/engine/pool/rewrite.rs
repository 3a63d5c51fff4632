//! The request of a call, as a backend of the pool is sent it.

use std::borrow::Cow;
use std::sync::Arc;

use openai_azure_sys::{Body, Request};
use serde::Deserialize;
use url::Url;

use super::Backend;
use crate::error::Error;

/// What stands before the deployment in a path.
const DEPLOYMENTS: &str = "/deployments/";

/// The request for `backend`, and the name that the deployment has there.
///
/// # Errors
///
/// [`Error::Config`] when the deployment has another name there, and the body cannot take it.
pub(super) fn for_backend<'a>(
    request: &'a Request,
    deployment: Option<&Arc<str>>,
    first: &Backend,
    backend: &Backend,
) -> Result<(Cow<'a, Request>, Option<Arc<str>>), Error> {
    let Some((form, path)) = split(request.url(), first) else {
        return Ok((Cow::Borrowed(request), deployment.cloned()));
    };
    let in_path = path.strip_prefix(DEPLOYMENTS).and_then(|rest| rest.split('/').next());
    let name = deployment.map(|name| &**name).or(in_path);
    let there = name.and_then(|name| backend.deployment(name));
    let is_same = std::ptr::eq(first, backend) && backend.query.is_empty();
    if is_same && there.is_none() {
        return Ok((Cow::Borrowed(request), deployment.cloned()));
    }
    let mut changed = request.clone();
    let base = backend.resource.bases.urls()[form];
    match (in_path, there) {
        (Some(segment), Some(there)) => {
            let rest = &path[DEPLOYMENTS.len() + segment.len()..];
            changed.set_url(format!("{base}{DEPLOYMENTS}{}{rest}", encoded(there)?));
        }
        _ => changed.set_url(format!("{base}{path}")),
    }
    for (name, value) in backend.query.iter().filter(|(name, _)| !request.has_query(name)) {
        changed.set_query(name, value);
    }
    if let (None, Some(name), Some(there)) = (in_path, deployment, there) {
        rename(&mut changed, name, there)?;
    }
    Ok((Cow::Owned(changed), there.or(deployment).cloned()))
}

/// Whether a request belongs to the base of the first backend, so that it can be sent to another.
pub(super) fn is_movable(url: &str, first: &Backend) -> bool {
    split(url, first).is_some()
}

/// Which base stands before the path, and the path.
fn split<'u>(url: &'u str, first: &Backend) -> Option<(usize, &'u str)> {
    // That of v1 is the longer one: `/openai/v1` before `/openai`.
    first.resource.bases.urls().into_iter().enumerate().find_map(|(form, base)| {
        let path = url.strip_prefix(base)?;
        (path.is_empty() || path.starts_with('/')).then_some((form, path))
    })
}

/// One segment of a path.
fn encoded(name: &str) -> Result<String, Error> {
    let invalid = || Error::config(format!("a deployment cannot be called {name:?}"));
    if matches!(name, "" | "." | "..") {
        return Err(invalid());
    }
    let mut url = Url::parse("https://h").map_err(|_| invalid())?;
    url.path_segments_mut().map_err(|()| invalid())?.clear().push(name);
    Ok(url.path().trim_start_matches('/').to_owned())
}

/// Replaces the deployment where it is not in the path.
fn rename(request: &mut Request, name: &str, there: &str) -> Result<(), Error> {
    let body = match request.body() {
        Body::Bytes(json) => with_model(json, name, there).map(|json| Body::Bytes(json.into())),
        Body::Source(source) => source.with_field("model", there).map(Body::Source),
        _ => None,
    };
    if let Some(body) = body {
        request.set_body(body);
        return Ok(());
    }
    for parameter in ["model", "deployment"] {
        if request.has_query(parameter) {
            request.set_query(parameter, there);
            return Ok(());
        }
    }
    Err(Error::config(format!(
        "this request does not name its deployment where a pool could replace {name:?} by \
         {there:?}: give the deployments of the backends the same name"
    )))
}

#[derive(Deserialize)]
struct Model<'a> {
    #[serde(borrow)]
    model: &'a str,
}

/// The JSON with another `model`; everything else stays byte for byte, because the order of a schema
/// counts.
fn with_model(json: &[u8], name: &str, there: &str) -> Option<Vec<u8>> {
    let Model { model } = serde_json::from_slice(json).ok()?;
    if model != name {
        return None;
    }
    // It is a part of `json`, from quote to quote.
    let start = (model.as_ptr() as usize).checked_sub(json.as_ptr() as usize)?;
    let end = start + model.len();
    let there = serde_json::to_string(there).ok()?;
    let there = &there.as_bytes()[1..there.len() - 1];
    Some([json.get(..start)?, there, json.get(end..)?].concat())
}

#[cfg(test)]
mod tests {
    use super::{encoded, with_model};

    #[test]
    fn the_model_of_a_body_is_replaced_and_nothing_else() {
        let replaced = |json: &str| {
            let json = with_model(json.as_bytes(), "terra", "terra \"1\"")?;
            Some(String::from_utf8(json).unwrap())
        };
        let body = r#"{"z":{"model":"terra"}, "model" : "terra","a":"terra"}"#;
        let expected = r#"{"z":{"model":"terra"}, "model" : "terra \"1\"","a":"terra"}"#;
        assert_eq!(replaced(body).as_deref(), Some(expected));
        for body in [r#"{"model":"luna"}"#, r#"{"input":"terra"}"#, r#"{"model":1}"#, "terra"] {
            assert_eq!(replaced(body), None, "{body}");
        }
    }

    #[test]
    fn a_deployment_is_one_segment() {
        assert_eq!(encoded("gpt-4o").unwrap(), "gpt-4o");
        assert_eq!(encoded("a/b?c#d e").unwrap(), "a%2Fb%3Fc%23d%20e");
        for name in ["", ".", ".."] {
            assert!(encoded(name).is_err(), "{name:?}");
        }
    }
}
