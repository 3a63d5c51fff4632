//! Results of the content filter.

use std::borrow::BorrowMut;
use std::collections::BTreeMap;

use openai_azure_sys::decode::{Key, Lenient, Loose, Slot, UnsetAs, read_lenient};
use openai_azure_sys::{open_enum, open_struct};
use serde::de::MapAccess;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

open_struct! {
    /// Results of the content filter, by category.
    ///
    /// Categories that this crate has no accessor for are kept: see [`ContentFilter::get`] and
    /// [`ContentFilter::iter`].
    pub struct ContentFilter {
        hate: Option<FilterResult>,
        self_harm: Option<FilterResult>,
        sexual: Option<FilterResult>,
        violence: Option<FilterResult>,
        // Those that few responses have take one word each.
        jailbreak: Option<Box<FilterResult>>,
        indirect_attack: Option<Box<FilterResult>>,
        protected_material_text: Option<Box<FilterResult>>,
        protected_material_code: Option<Box<FilterResult>>,
        ungrounded_material: Option<Box<FilterResult>>,
        profanity: Option<Box<FilterResult>>,
        custom_blocklists: Option<Box<FilterResult>>,
        ..extra: BTreeMap<String, FilterResult>
    }
}

/// Result of the content filter in one category.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FilterResult {
    /// Whether the text was blocked because of it.
    pub filtered: bool,
    /// Severity, for hate, self-harm, sexual content and violence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Whether it was detected, for jailbreak, indirect attack, protected material and profanity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detected: Option<bool>,
    /// Every other field, such as `citation` or `details`. A result that is no object stands under
    /// `value`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

open_enum! {
    /// Severity of a result.
    pub enum Severity {
        /// Nothing harmful.
        Safe = "safe",
        /// Low severity.
        Low = "low",
        /// Medium severity.
        Medium = "medium",
        /// High severity.
        High = "high",
    }
}

impl ContentFilter {
    /// Whether any category was blocked.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.iter().any(|(_, result)| result.filtered)
    }

    /// The names of the categories that were blocked.
    pub fn filtered(&self) -> impl Iterator<Item = &str> {
        self.iter().filter(|(_, result)| result.filtered).map(|(name, _)| name)
    }

    /// Whether there is no result, as in the first chunks of a stream.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Every category by its name on the wire.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FilterResult)> {
        let known = [
            ("hate", self.hate()),
            ("self_harm", self.self_harm()),
            ("sexual", self.sexual()),
            ("violence", self.violence()),
            ("jailbreak", self.jailbreak()),
            ("indirect_attack", self.indirect_attack()),
            ("protected_material_text", self.protected_material_text()),
            ("protected_material_code", self.protected_material_code()),
            ("ungrounded_material", self.ungrounded_material()),
            ("profanity", self.profanity()),
            ("custom_blocklists", self.custom_blocklists()),
        ];
        let known = known.into_iter().filter_map(|(name, result)| Some((name, result?)));
        known.chain(self.extra.iter().map(|(name, result)| (name.as_str(), result)))
    }

    /// A category by its name on the wire, also one that this crate does not know.
    #[must_use]
    pub fn get(&self, category: &str) -> Option<&FilterResult> {
        self.iter().find(|(name, _)| *name == category).map(|(_, result)| result)
    }

    /// Adds the results of a later chunk of a stream. The worst of both stays.
    pub(crate) fn absorb(&mut self, later: &Self) {
        absorb(&mut self.hate, later.hate());
        absorb(&mut self.self_harm, later.self_harm());
        absorb(&mut self.sexual, later.sexual());
        absorb(&mut self.violence, later.violence());
        absorb(&mut self.jailbreak, later.jailbreak());
        absorb(&mut self.indirect_attack, later.indirect_attack());
        absorb(&mut self.protected_material_text, later.protected_material_text());
        absorb(&mut self.protected_material_code, later.protected_material_code());
        absorb(&mut self.ungrounded_material, later.ungrounded_material());
        absorb(&mut self.profanity, later.profanity());
        absorb(&mut self.custom_blocklists, later.custom_blocklists());
        for (name, result) in &later.extra {
            match self.extra.get_mut(name) {
                Some(known) => known.absorb(result),
                None => {
                    self.extra.insert(name.clone(), result.clone());
                }
            }
        }
    }

    /// Hate and fairness.
    #[must_use]
    pub fn hate(&self) -> Option<&FilterResult> {
        self.hate.as_ref()
    }

    /// Self-harm.
    #[must_use]
    pub fn self_harm(&self) -> Option<&FilterResult> {
        self.self_harm.as_ref()
    }

    /// Sexual content.
    #[must_use]
    pub fn sexual(&self) -> Option<&FilterResult> {
        self.sexual.as_ref()
    }

    /// Violence.
    #[must_use]
    pub fn violence(&self) -> Option<&FilterResult> {
        self.violence.as_ref()
    }

    /// Jailbreak: an attempt of the user to bypass the rules of the model.
    #[must_use]
    pub fn jailbreak(&self) -> Option<&FilterResult> {
        self.jailbreak.as_deref()
    }

    /// Indirect attack: instructions hidden in a document.
    #[must_use]
    pub fn indirect_attack(&self) -> Option<&FilterResult> {
        self.indirect_attack.as_deref()
    }

    /// Protected text of others: lyrics, articles, recipes.
    #[must_use]
    pub fn protected_material_text(&self) -> Option<&FilterResult> {
        self.protected_material_text.as_deref()
    }

    /// Protected code of others; `extra` has the `citation` with URL and license.
    #[must_use]
    pub fn protected_material_code(&self) -> Option<&FilterResult> {
        self.protected_material_code.as_deref()
    }

    /// Text that the sources do not support; `extra` has the `details`.
    #[must_use]
    pub fn ungrounded_material(&self) -> Option<&FilterResult> {
        self.ungrounded_material.as_deref()
    }

    /// Profanity.
    #[must_use]
    pub fn profanity(&self) -> Option<&FilterResult> {
        self.profanity.as_deref()
    }

    /// The resource's own blocklists; `extra` has the `details` by list.
    #[must_use]
    pub fn custom_blocklists(&self) -> Option<&FilterResult> {
        self.custom_blocklists.as_deref()
    }
}

/// A filter without results is left out.
impl UnsetAs<ContentFilter> for Slot<ContentFilter> {
    fn is_unset(&self, filter: &ContentFilter) -> bool {
        filter.is_empty()
    }
}

fn absorb<R>(known: &mut Option<R>, later: Option<&FilterResult>)
where
    R: BorrowMut<FilterResult> + From<FilterResult>,
{
    match (known, later) {
        (_, None) => {}
        (Some(known), Some(later)) => known.borrow_mut().absorb(later),
        (known, Some(later)) => *known = Some(later.clone().into()),
    }
}

impl FilterResult {
    fn absorb(&mut self, later: &Self) {
        self.filtered |= later.filtered;
        if rank(later.severity.as_ref()) > rank(self.severity.as_ref()) {
            self.severity.clone_from(&later.severity);
        }
        self.detected = match (self.detected, later.detected) {
            (Some(known), Some(later)) => Some(known || later),
            (known, later) => known.or(later),
        };
        for (name, value) in &later.extra {
            self.extra.insert(name.clone(), value.clone());
        }
    }
}

/// Severity as a number; what is unknown may be the worst.
fn rank(severity: Option<&Severity>) -> u8 {
    match severity {
        None => 0,
        Some(Severity::Safe) => 1,
        Some(Severity::Low) => 2,
        Some(Severity::Medium) => 3,
        Some(Severity::High) => 4,
        Some(_) => 5,
    }
}

/// Fields of an unexpected type go into `extra`, and so does what is no object.
impl Lenient for FilterResult {
    fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut result = Self::default();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            let value = map.next_value::<Loose<'de>>()?;
            match (key.as_str(), value) {
                ("filtered", Loose::Other(Value::Bool(filtered))) => result.filtered = filtered,
                ("detected", Loose::Other(Value::Bool(detected))) => {
                    result.detected = Some(detected);
                }
                ("severity", Loose::Text(severity)) => {
                    result.severity = Some(severity.as_str().into());
                }
                ("filtered" | "detected" | "severity", Loose::Other(Value::Null)) => {}
                (_, value) => {
                    result.extra.insert(key.into_string(), value.into_value());
                }
            }
        }
        Ok(result)
    }

    fn from_other(value: Value) -> Self {
        Self { extra: Map::from_iter([("value".to_owned(), value)]), ..Self::default() }
    }
}

impl<'de> Deserialize<'de> for FilterResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_lenient(deserializer)
    }
}

open_struct! {
    /// Results of the content filter for one prompt.
    pub struct PromptFilter {
        /// Index of the prompt in the request, from 0.
        pub prompt_index: u64,
        /// The results. The service has spelled the name in singular and in plural.
        pub content_filter_results: ContentFilter as always =
            "content_filter_results" | "content_filter_result",
    }
}

#[cfg(test)]
mod tests {
    use super::{ContentFilter, Severity};
    use serde_json::json;

    #[test]
    fn the_worst_of_two_pieces_stays() {
        let of = |wire| serde_json::from_value::<ContentFilter>(wire).unwrap();
        let mut filter = of(json!({
            "hate": {"filtered": true, "severity": "medium"},
            "jailbreak": {"filtered": false, "detected": true},
        }));
        filter.absorb(&of(json!({
            "hate": {"filtered": false, "severity": "safe", "note": 1},
            "jailbreak": {"filtered": false, "detected": false},
            "violence": {"filtered": false, "severity": "low"},
        })));
        let worst = of(json!({
            "hate": {"filtered": true, "severity": "medium", "note": 1},
            "jailbreak": {"filtered": false, "detected": true},
            "violence": {"filtered": false, "severity": "low"},
        }));
        assert_eq!(filter, worst);
    }

    #[test]
    fn unknown_categories_severities_and_shapes_are_kept() {
        let wire = json!({
            "hate": {"filtered": false, "severity": "safe"},
            "violence": {"filtered": true, "severity": "extreme"},
            "jailbreak": {"filtered": false, "detected": true},
            "protected_material_code": {"filtered": false, "detected": true,
                "citation": {"URL": "https://example.com/x", "license": "MIT"}},
            "tastelessness": {"filtered": false, "score": 3},
            "odd": [1, 2],
        });
        let filter: ContentFilter = serde_json::from_value(wire.clone()).unwrap();
        assert_eq!(filter.hate().unwrap().severity, Some(Severity::Safe));
        assert_eq!(filter.violence().unwrap().severity, Some("extreme".into()));
        assert_eq!(filter.jailbreak().unwrap().detected, Some(true));
        assert_eq!(filter.filtered().collect::<Vec<_>>(), ["violence"]);
        assert_eq!(filter.get("tastelessness").unwrap().extra["score"], 3);
        assert_eq!(filter.get("odd").unwrap().extra["value"], json!([1, 2]));
        let again = serde_json::to_value(&filter).unwrap();
        assert_eq!(again["violence"], wire["violence"]);
        assert_eq!(again["protected_material_code"], wire["protected_material_code"]);
    }
}
