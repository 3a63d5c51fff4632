//! Bodies of requests, made once and shared by all attempts.

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::serde_ext::to_value;

/// Writes a request as JSON; the fields of `extra` are added and win.
///
/// # Errors
///
/// [`Error::Config`] for what JSON cannot hold.
pub(crate) fn json<T: Serialize>(request: &T, extra: &Map<String, Value>) -> Result<Bytes, Error> {
    let invalid = |e: serde_json::Error| Error::config(format!("the request is no JSON: {e}"));
    if extra.is_empty() {
        return serde_json::to_vec(request).map(Bytes::from).map_err(invalid);
    }
    let mut value = to_value(request).map_err(invalid)?;
    if let Value::Object(members) = &mut value {
        members.extend(extra.clone());
    }
    serde_json::to_vec(&value).map(Bytes::from).map_err(invalid)
}
