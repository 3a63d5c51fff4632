//! A conversation.

use openai_azure_sys::open_struct;
use serde_json::{Map, Value};

use crate::trace::{SpanAttributes, Telemetry};

open_struct! {
    /// A conversation, without its items.
    pub struct Conversation {
        /// Unique ID, for [`ResponseRequest::conversation`](crate::responses::ResponseRequest::conversation).
        pub id: String,
        /// When it was created, in seconds since 1970.
        pub created_at: f64,
        /// Your metadata: texts by name.
        pub metadata: Map<String, Value>,
    }
}

impl Telemetry for Conversation {
    fn describe(&self, attributes: &mut SpanAttributes) {
        attributes.id(&self.id);
    }
}
