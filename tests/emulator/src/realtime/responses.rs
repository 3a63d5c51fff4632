//! Responses over a WebSocket: the same requests and events as over HTTP, one after the other.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use hyper::Request;
use hyper::http::request;
use serde_json::{Map, Value, json};

use super::socket::Party;
use crate::answer::{self, Unstored};
use crate::journal::Recorded;
use crate::kept;
use crate::service_error::ServiceError;
use crate::shared::Shared;

/// How long a connection lasts.
const LIMIT: Duration = Duration::from_secs(60 * 60);

const EXPIRED: &str = "Responses over a WebSocket end after 60 minutes. Open another connection.";

/// Fields that have a meaning over HTTP only.
const OF_HTTP: [&str; 2] = ["stream", "background"];

/// A connection.
#[derive(Debug)]
pub(super) struct Responses {
    shared: Arc<Shared>,
    number: u64,
    handshake: Recorded,
    due: VecDeque<Value>,
    /// The events of the response that is made.
    events: VecDeque<Value>,
    /// The last response, if only this connection knows it.
    last: Option<Unstored>,
}

impl Responses {
    pub(super) fn new(shared: Arc<Shared>, number: u64, handshake: Recorded) -> Self {
        let (due, events) = (VecDeque::new(), VecDeque::new());
        Self { shared, number, handshake, due, events, last: None }
    }

    /// The events of a response. A turn that fails drops the response before it.
    fn respond(&mut self, message: &Value) -> Result<Vec<Value>, ServiceError> {
        let mut last = self.last.take();
        let Value::Object(mut body) = message.clone() else {
            return Err(ServiceError::not_json("a message is an object"));
        };
        if body.remove("type") != Some(json!("response.create")) {
            let message = "The only message of this connection is 'response.create'.";
            return Err(ServiceError::bad_request("invalid_value", "type", message));
        }
        if let Some(name) = OF_HTTP.into_iter().find(|name| body.contains_key(*name)) {
            return Err(ServiceError::unknown_parameter(name));
        }
        let is_warm_up = body.remove("generate") == Some(json!(false));
        let is_stored = body.get("store") != Some(&json!(false));
        let head = self.head();
        self.keep(&head, &body);
        // The connection remembers its last response, also when it is not stored.
        body.remove("store");
        let body = Bytes::from(Value::from(body).to_string());
        // Ids are made of the number.
        let number = self.shared.received.fetch_add(1, Ordering::SeqCst);
        let request = Recorded::new(number, self.handshake.connection, &head, body);
        let events = answer::response_events(&self.shared, &request, is_stored, &mut last);
        let mut events = events?;
        self.last = last;
        for event in &mut events {
            if event["response"].is_object() {
                event["response"]["store"] = json!(is_stored);
            }
        }
        if is_warm_up {
            events.retain(|event| event["type"] == "response.created" || is_end(event));
            events.iter_mut().for_each(|event| event["response"]["output"] = json!([]));
        }
        Ok(events)
    }

    /// The head of the request as it would be over HTTP.
    fn head(&self) -> request::Parts {
        let mut request = Request::post("/openai/v1/responses");
        let skipped = ["upgrade", "connection", "content-type", "content-length"];
        for (name, value) in &self.handshake.headers {
            if !skipped.contains(&&**name) && !name.starts_with("sec-websocket") {
                request = request.header(name, value);
            }
        }
        let request = request.header("content-type", "application/json").body(());
        request.unwrap_or_default().into_parts().0
    }

    fn keep(&self, head: &request::Parts, body: &Map<String, Value>) {
        let Some(folder) = &self.shared.settings.keep else { return };
        let body = Value::from(body.clone()).to_string();
        if let Err(error) = kept::keep(folder, head, body.as_bytes()) {
            eprintln!("a request could not be kept in {}: {error}", folder.display());
        }
    }
}

fn is_end(event: &Value) -> bool {
    event["type"] == "response.completed"
}

impl Party for Responses {
    fn record(&self, from_client: bool, event: Value) {
        self.shared.realtime.record(self.number, from_client, event);
    }

    fn begin(&mut self) {}

    fn take(&mut self, event: &Value) {
        match self.respond(event) {
            Ok(events) => self.events.extend(events),
            Err(error) => self.due.push_back(error.event()),
        }
    }

    fn due(&mut self) -> Option<Value> {
        self.due.pop_front()
    }

    fn is_responding(&self) -> bool {
        !self.events.is_empty()
    }

    fn go_on(&mut self) {
        self.due.extend(self.events.pop_front());
    }

    fn in_its_shape(&self, event: Value) -> Value {
        event
    }

    fn limit(&self) -> Duration {
        LIMIT
    }

    fn expired(&self) -> (Value, &'static str) {
        let code = "websocket_connection_limit_reached";
        (ServiceError::coded(400, code, EXPIRED).event(), EXPIRED)
    }
}
