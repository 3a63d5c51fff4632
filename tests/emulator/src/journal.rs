//! What the server received.

use std::collections::VecDeque;
use std::time::Instant;

use bytes::Bytes;
use hyper::http::request;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::multipart;
use crate::route::Route;

/// The most requests that are kept.
const ENTRIES: usize = 10_000;

/// The most bytes of bodies that are kept.
const BYTES: usize = 256 << 20;

/// A request as it was received.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Recorded {
    /// Which request it was, from 0.
    pub number: u64,
    /// Which connection it came on, from 0.
    pub connection: u64,
    /// When it was read to its end.
    pub at: Instant,
    /// The method, such as `GET` or `POST`.
    pub method: String,
    /// The path as it was sent, still percent-encoded, without the query.
    pub path: String,
    /// The parameters of the query in their order, decoded.
    pub query: Vec<(String, String)>,
    /// The headers in their order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// The parts of a multipart body.
    pub parts: Vec<Part>,
    /// Why the service would have refused it, one entry for each reason: credential, api-version,
    /// deployment, or what does not fit the document, such as `body/tempreature: is not declared`.
    pub violations: Vec<String>,
}

/// One part of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// The name of the field.
    pub name: String,
    /// The name of the file, if it is one.
    pub file_name: Option<String>,
    /// The media type, if the part has one.
    pub content_type: Option<String>,
    /// The content.
    pub body: Bytes,
}

impl Recorded {
    pub(crate) fn new(number: u64, connection: u64, head: &request::Parts, body: Bytes) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers: Vec<_> = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())))
            .collect();
        let mut recorded = Self {
            number,
            connection,
            at: Instant::now(),
            method: head.method.as_str().to_owned(),
            path: head.uri.path().to_owned(),
            query: query(head.uri.query().unwrap_or_default()),
            headers,
            body,
            parts: Vec::new(),
            violations: Vec::new(),
        };
        if let Some(boundary) = recorded.header("content-type").and_then(multipart::boundary) {
            recorded.parts = multipart::parse(&recorded.body, &boundary);
        }
        recorded
    }

    /// The first header of this name, which is written in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The first parameter of the query with this name.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The first part of this name.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// Whether it asked for an operation such as `GET /responses/{id}`. The path stands without
    /// its first part, up to `/openai`, `/openai/v1` or the deployment, and names in braces stand
    /// for anything.
    #[must_use]
    pub fn is_of(&self, operation: &str) -> bool {
        let Some((method, path)) = operation.split_once(' ') else { return false };
        let Some(route) = Route::parse(&self.path) else { return false };
        let wanted: Vec<&str> = path.trim_matches('/').split('/').collect();
        let own = route.operation();
        self.method == method
            && own.len() == wanted.len()
            && wanted.iter().zip(own).all(|(wanted, own)| wanted.starts_with('{') || *wanted == own)
    }

    /// The body as JSON; `null` when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl Part {
    /// The content as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn query(query: &str) -> Vec<(String, String)> {
    let decode =
        |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let member = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    };
    query.split('&').filter(|pair| !pair.is_empty()).map(member).collect()
}

/// The last requests.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<Recorded>,
    bytes: usize,
}

impl Journal {
    pub(crate) fn push(&mut self, recorded: Recorded) {
        self.bytes += recorded.body.len();
        self.entries.push_back(recorded);
        while self.entries.len() > ENTRIES || (self.bytes > BYTES && self.entries.len() > 1) {
            let oldest = self.entries.pop_front();
            self.bytes -= oldest.map_or(0, |oldest| oldest.body.len());
        }
    }

    pub(crate) fn entries(&self) -> Vec<Recorded> {
        self.entries.iter().cloned().collect()
    }

    pub(crate) fn last(&self) -> Option<Recorded> {
        self.entries.back().cloned()
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
