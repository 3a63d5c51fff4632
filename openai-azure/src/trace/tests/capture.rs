//! A subscriber that keeps everything, at every level and of every crate.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// The fields of a span or an event, as text.
pub(super) type Fields = BTreeMap<String, String>;

#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) spans: BTreeMap<u64, Span>,
    pub(super) events: Vec<Kind>,
    /// Everything that was ever written, also what was replaced later.
    pub(super) everything: String,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Span {
    pub(super) fields: Fields,
    pub(super) is_closed: bool,
    /// How often it was entered.
    pub(super) entered: u32,
}

/// An event.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub(super) target: String,
    pub(super) level: tracing::Level,
    pub(super) fields: Fields,
    /// Whether it happened inside the span of a call.
    pub(super) is_inside: bool,
}

/// Keeps what this thread traces while it lives.
pub(super) struct Capture {
    kept: Arc<Mutex<Kept>>,
    _guard: DefaultGuard,
}

impl Capture {
    pub(super) fn start() -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let subscriber = Registry::default().with(Keep(Arc::clone(&kept)));
        Self { kept, _guard: tracing::subscriber::set_default(subscriber) }
    }

    /// The spans of calls in the order of their start.
    pub(super) fn calls(&self) -> Vec<Span> {
        let kept = self.kept.lock().unwrap();
        kept.spans.values().cloned().collect()
    }

    /// The only call.
    pub(super) fn call(&self) -> Span {
        let mut calls = self.calls();
        assert_eq!(calls.len(), 1, "{calls:?}");
        calls.remove(0)
    }

    /// The events of this crate.
    pub(super) fn events(&self, target: &str) -> Vec<Kind> {
        let kept = self.kept.lock().unwrap();
        kept.events.iter().filter(|event| event.target == target).cloned().collect()
    }

    pub(super) fn everything(&self) -> String {
        self.kept.lock().unwrap().everything.clone()
    }
}

struct Keep(Arc<Mutex<Kept>>);

impl<S: Subscriber> Layer<S> for Keep {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let mut kept = self.0.lock().unwrap();
        let mut span = Span::default();
        attributes.record(&mut Reader(&mut span.fields, &mut kept.everything));
        if attributes.metadata().target() == "openai_azure" {
            kept.spans.insert(id.into_u64(), span);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut kept = self.0.lock().unwrap();
        let Kept { spans, everything, .. } = &mut *kept;
        let mut other = Fields::new();
        let fields = spans.get_mut(&id.into_u64()).map_or(&mut other, |span| &mut span.fields);
        values.record(&mut Reader(fields, everything));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut kept = self.0.lock().unwrap();
        let mut fields = Fields::new();
        event.record(&mut Reader(&mut fields, &mut kept.everything));
        let is_inside = kept.spans.values().any(|span| span.entered > 0 && !span.is_closed);
        kept.events.push(Kind {
            target: event.metadata().target().to_owned(),
            level: *event.metadata().level(),
            fields,
            is_inside,
        });
    }

    fn on_enter(&self, id: &Id, _: Context<'_, S>) {
        if let Some(span) = self.0.lock().unwrap().spans.get_mut(&id.into_u64()) {
            span.entered += 1;
        }
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        if let Some(span) = self.0.lock().unwrap().spans.get_mut(&id.into_u64()) {
            span.is_closed = true;
        }
    }
}

struct Reader<'a>(&'a mut Fields, &'a mut String);

impl Visit for Reader<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.1.push_str(&format!("{}={value}\n", field.name()));
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}
