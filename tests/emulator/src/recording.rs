//! Responses from recorded exchanges.

use std::io;
use std::path::Path;

use serde_json::Value;

use crate::emulator::Emulator;
use crate::reply::Reply;
use crate::route::Route;

/// Headers of how a body travelled; the recorded body is decoded and whole.
const LEFT_OUT: [&str; 4] =
    ["connection", "content-encoding", "content-length", "transfer-encoding"];

impl Reply {
    /// The response of a recorded exchange: a JSON file with `response`, which has `status`,
    /// `headers` and `body`, a text, or an object to be sent as JSON. Bodies are decoded and whole;
    /// headers of how they travelled are left out. The events of a stream become a chunk each.
    ///
    /// ```json
    /// {
    ///   "request": {"method": "POST", "uri": "https://example.openai.azure.com/openai/v1/responses"},
    ///   "response": {"status": 429, "headers": {"retry-after": "1"}, "body": {"error": {"code": "429"}}}
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The file cannot be read or is no such exchange.
    pub fn from_recording(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        reply(&read(path)?).map_err(|what| refused(path, what))
    }
}

impl Emulator {
    /// Queues the response of a recorded exchange for the next request like the recorded one: of
    /// the same method and operation, whatever the endpoint, the deployment and the form of the
    /// path. The file is as for [`Reply::from_recording`], with `request`, which has `method` and
    /// `uri`.
    ///
    /// # Errors
    ///
    /// As for [`Reply::from_recording`].
    pub fn replay(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref();
        let exchange = read(path)?;
        let reply = reply(&exchange).map_err(|what| refused(path, what))?;
        let operation = operation(&exchange["request"]);
        let operation =
            operation.ok_or_else(|| refused(path, "`request` needs `method` and `uri`"))?;
        self.reply_to_operation(&operation, reply);
        Ok(())
    }
}

fn read(path: &Path) -> io::Result<Value> {
    let text = std::fs::read(path).map_err(|error| {
        io::Error::new(error.kind(), format!("{} cannot be read: {error}", path.display()))
    })?;
    serde_json::from_slice(&text).map_err(|error| refused(path, &error.to_string()))
}

fn refused(path: &Path, what: &str) -> io::Error {
    let message = format!("{} is no recorded exchange: {what}", path.display());
    io::Error::new(io::ErrorKind::InvalidData, message)
}

fn reply(exchange: &Value) -> Result<Reply, &'static str> {
    let response = exchange.get("response").ok_or("it has no `response`")?;
    let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| (100..1000).contains(status));
    let mut reply = Reply::status(status.ok_or("`response` has no `status`")?);
    let mut is_stream = false;
    for (name, value) in response["headers"].as_object().into_iter().flatten() {
        let name = name.to_ascii_lowercase();
        let value = value.as_str().ok_or("a header is not a text")?;
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        is_stream |= name == "content-type" && value.starts_with("text/event-stream");
        reply = reply.header(name, value);
    }
    Ok(match &response["body"] {
        Value::Null => reply,
        Value::String(body) if is_stream => reply.chunks(events(body)),
        Value::String(body) => reply.body(body.clone()),
        body => reply.json(body.clone()),
    })
}

/// The events of a stream, each with the empty line behind it.
fn events(body: &str) -> Vec<String> {
    body.split_inclusive("\n\n").map(str::to_owned).collect()
}

/// The operation of a request, such as `POST /chat/completions`.
fn operation(request: &Value) -> Option<String> {
    let method = request["method"].as_str()?;
    let uri = request["uri"].as_str()?;
    let path = match uri.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => uri.trim_start_matches('/'),
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let route = Route::parse(path)?;
    Some(format!("{method} /{}", route.operation().join("/")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{events, operation};

    #[test]
    fn a_request_is_known_by_its_operation_whatever_its_form() {
        for (uri, expected) in [
            ("https://x.openai.azure.com/openai/v1/responses/r?api-version=1", "POST /responses/r"),
            ("http://h/openai/deployments/d/chat/completions", "POST /chat/completions"),
            ("/openai/files", "POST /files"),
        ] {
            let request = json!({"method": "POST", "uri": uri});
            assert_eq!(operation(&request).as_deref(), Some(expected), "{uri}");
        }
        assert_eq!(operation(&json!({"method": "POST"})), None);
    }

    #[test]
    fn a_stream_is_cut_into_its_events() {
        assert_eq!(events("data: a\n\ndata: b\n\n"), ["data: a\n\n", "data: b\n\n"]);
    }
}
