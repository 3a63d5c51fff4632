//! Which backend of a pool has a stored object: a response, a conversation, a file, a batch.
//!
//! An object exists only where it was made. The IDs in responses are remembered with the backend that
//! sent them; a request that names one of them, in its path, its query or its JSON, goes there.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Half of the IDs that are remembered.
const HALF: usize = 8_192;

/// The lengths that IDs of the service have.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=128;

/// The backends that have stored objects: the last 8,192 IDs at least, 16,384 at most.
#[derive(Debug, Default)]
pub(super) struct StoredIds {
    recent: HashMap<Box<str>, usize>,
    /// The half that goes when `recent` is full. What is looked up moves back.
    older: HashMap<Box<str>, usize>,
}

impl StoredIds {
    pub(super) fn is_empty(&self) -> bool {
        self.recent.is_empty() && self.older.is_empty()
    }

    pub(super) fn put(&mut self, id: &str, backend: usize) {
        if self.recent.len() >= HALF {
            self.older = std::mem::take(&mut self.recent);
        }
        self.older.remove(id);
        self.recent.insert(id.into(), backend);
    }

    pub(super) fn get(&mut self, id: &str) -> Option<usize> {
        if let Some(backend) = self.recent.get(id) {
            return Some(*backend);
        }
        let backend = self.older.get(id).copied()?;
        self.put(id, backend);
        Some(backend)
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.recent.remove(id);
        self.older.remove(id);
    }

    /// The backend that has the first of these that is known.
    pub(super) fn first(&mut self, ids: &[String]) -> Option<usize> {
        ids.iter().find_map(|id| self.get(id))
    }

    /// Remembers what a response of this backend names.
    pub(super) fn learn(&mut self, named: &Named, backend: usize) {
        for id in &named.ids {
            if named.deleted {
                self.remove(id);
            } else {
                self.put(id, backend);
            }
        }
    }
}

/// What a request names that may be the ID of a stored object, in the order of path, query and JSON.
pub(super) fn of_request(url: &str, query: &str, body: Option<&[u8]>) -> Vec<String> {
    let of_query = query.split('&').filter_map(|pair| Some(pair.split_once('=')?.1));
    let words = url.split('/').chain(of_query).filter(|word| is_like_an_id(word));
    let mut ids: Vec<String> = words.map(str::to_owned).collect();
    if let Some(body) = body.filter(|body| body.first() == Some(&b'{')) {
        let keep = Strings(&mut |word: &str| {
            if is_like_an_id(word) {
                ids.push(word.to_owned());
            }
        });
        // What is no JSON names nothing.
        let _ = keep.visit(&mut serde_json::Deserializer::from_slice(body));
    }
    ids
}

/// The IDs that a response names.
#[derive(Debug, Default)]
pub(super) struct Named {
    ids: Vec<String>,
    /// The object is gone.
    deleted: bool,
}

/// The IDs that a whole response, or the first event of a stream, names.
pub(super) fn of_response(json: &[u8]) -> Named {
    let Ok(object) = serde_json::from_slice::<Object<'_>>(json) else { return Named::default() };
    let of_stream = object.response.as_deref();
    let ids = object.ids().chain(of_stream.into_iter().flat_map(Object::ids));
    let ids = ids.filter(|id| is_like_an_id(id)).map(str::to_owned).collect();
    Named { ids, deleted: object.deleted == Some(true) }
}

/// Letters, digits, `_` and `-`, with a digit and not too short: `resp_68cf…`, `file-abc1…`.
fn is_like_an_id(word: &str) -> bool {
    LENGTHS.contains(&word.len())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// What a response, or the first event of a stream, names.
#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    /// The end of a page, which the request for the next one names.
    #[serde(borrow, default)]
    last_id: Option<Cow<'a, str>>,
    #[serde(default)]
    store: Option<bool>,
    #[serde(default)]
    deleted: Option<bool>,
    #[serde(borrow, default)]
    conversation: Option<Box<Object<'a>>>,
    /// The response inside of an event.
    #[serde(borrow, default)]
    response: Option<Box<Object<'a>>>,
}

impl Object<'_> {
    fn ids(&self) -> impl Iterator<Item = &str> {
        let own = self.id.as_deref().filter(|_| self.store != Some(false));
        let conversation = self.conversation.as_ref().and_then(|it| it.id.as_deref());
        [own, self.last_id.as_deref(), conversation].into_iter().flatten()
    }
}

/// Passes every string of a JSON document to a function.
struct Strings<'f>(&'f mut dyn FnMut(&str));

impl Strings<'_> {
    fn visit<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> serde::de::DeserializeSeed<'de> for Strings<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.visit(deserializer)
    }
}

impl<'de> Visitor<'de> for Strings<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        (self.0)(text);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Strings(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while fields.next_key::<IgnoredAny>()?.is_some() {
            fields.next_value_seed(Strings(&mut *self.0))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{HALF, StoredIds, of_request, of_response};

    fn known() -> StoredIds {
        let mut ids = StoredIds::default();
        ids.put("resp_12345678", 1);
        ids.put("conv_12345678", 2);
        ids
    }

    #[test]
    fn a_request_that_names_an_object_goes_where_it_is() {
        let mut ids = known();
        for (path, query, body, backend) in [
            ("/openai/v1/responses/resp_12345678", "", "", Some(1)),
            ("/openai/v1/responses/resp_12345678/cancel", "", "", Some(1)),
            ("/openai/v1/responses", "after=conv_12345678&limit=2", "", Some(2)),
            ("/r", "", r#"{"input":"x","previous_response_id":"resp_12345678"}"#, Some(1)),
            (
                "/r",
                "",
                r#"{"n":[1,2.5,null,true,{"conversation":{"id":"conv_12345678"}}]}"#,
                Some(2),
            ),
            ("/r", "", r#"{"conversation":"conv_12345678"}"#, Some(2)),
            ("/r", "", r#"{"input":"about resp_12345678"}"#, None),
            ("/r", "", r#"{"resp_12345678":1}"#, None),
            ("/responses/resp_00000000", "", "no JSON", None),
            ("/r", "", r#"{"input": "#, None),
        ] {
            let body = (!body.is_empty()).then_some(body.as_bytes());
            let found = ids.first(&of_request(path, query, body));
            assert_eq!(found, backend, "{path} {query} {body:?}");
        }
    }

    #[test]
    fn the_ids_of_responses_are_learned() {
        for (json, id) in [
            (r#"{"background":false,"conversation":{"id":"conv_1234"},"id":"x"}"#, "conv_1234"),
            (r#"{"conversation":{"id":"conv_1234"},"id":"resp_1234"}"#, "resp_1234"),
            (
                r#"{"type":"response.created","response":{"tools":[],"id":"resp_1234"}}"#,
                "resp_1234",
            ),
            (r#"{"object":"list","data":[],"last_id":"file-1234"}"#, "file-1234"),
        ] {
            let mut ids = StoredIds::default();
            ids.learn(&of_response(json.as_bytes()), 3);
            assert_eq!(ids.get(id), Some(3), "{json}");
        }
    }

    #[test]
    fn what_is_not_stored_or_deleted_is_not_known() {
        let mut ids = known();
        ids.learn(&of_response(br#"{"id":"resp_87654321","store":false}"#), 1);
        ids.learn(&of_response(br#"{"id":"resp_12345678","object":"response","deleted":true}"#), 1);
        ids.learn(&of_response(b"[1]"), 1);
        ids.learn(&of_response(br#"{"id":"short"}"#), 1);
        for id in ["resp_87654321", "resp_12345678", "short"] {
            assert_eq!(ids.get(id), None, "{id}");
        }
        assert_eq!(ids.get("conv_12345678"), Some(2));
    }

    #[test]
    fn the_number_of_ids_is_bounded_and_those_in_use_stay() {
        let mut ids = known();
        for number in 0..10 * HALF {
            ids.put(&format!("resp_{number:08}"), 0);
            if number % 1000 == 0 {
                assert_eq!(ids.get("conv_12345678"), Some(2), "{number}");
            }
            assert!(ids.recent.len() + ids.older.len() <= 2 * HALF);
        }
        assert_eq!(ids.get("resp_12345678"), None);
        assert_eq!(ids.get(&format!("resp_{:08}", 9 * HALF)), Some(0));
    }
}
