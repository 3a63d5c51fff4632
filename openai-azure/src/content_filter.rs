//! What the content filter found in a prompt or an answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use openai_azure_sys::open_enum;

/// The findings of the content filter, by category.
///
/// Categories that this crate has no accessor for are kept: see [`ContentFilter::get`] and
/// [`ContentFilter::iter`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentFilter {
    categories: BTreeMap<String, FilterResult>,
}

/// What the filter found in one category.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FilterResult {
    /// Whether the text was blocked for it.
    pub filtered: bool,
    /// How bad it is, for hate, self_harm, sexual and violence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// Whether it was found, for jailbreak, indirect_attack, protected material and profanity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detected: Option<bool>,
    /// Every other member, such as `citation` or `details`. A verdict that is no object stands
    /// under `value`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

open_enum! {
    /// How bad a finding is.
    pub enum Severity {
        /// Nothing.
        Safe = "safe",
        /// A little.
        Low = "low",
        /// More than a little.
        Medium = "medium",
        /// Much.
        High = "high",
    }
}

impl ContentFilter {
    /// Whether any category was blocked.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.categories.values().any(|verdict| verdict.filtered)
    }

    /// The names of the categories that were blocked.
    pub fn filtered(&self) -> impl Iterator<Item = &str> {
        self.iter().filter(|(_, verdict)| verdict.filtered).map(|(name, _)| name)
    }

    /// Whether the filter said nothing, as in the first pieces of a stream.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.categories.is_empty()
    }

    /// Every category by its name on the wire.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FilterResult)> {
        self.categories.iter().map(|(name, verdict)| (name.as_str(), verdict))
    }

    /// A category by its name on the wire, also one that this crate does not know.
    #[must_use]
    pub fn get(&self, category: &str) -> Option<&FilterResult> {
        self.categories.get(category)
    }

    /// Adds what a later piece of a stream says. The worst of both stays.
    pub(crate) fn absorb(&mut self, later: &Self) {
        for (category, verdict) in &later.categories {
            match self.categories.get_mut(category) {
                Some(known) => known.absorb(verdict),
                None => {
                    self.categories.insert(category.clone(), verdict.clone());
                }
            }
        }
    }

    /// Hate and fairness.
    #[must_use]
    pub fn hate(&self) -> Option<&FilterResult> {
        self.get("hate")
    }

    /// Self-harm.
    #[must_use]
    pub fn self_harm(&self) -> Option<&FilterResult> {
        self.get("self_harm")
    }

    /// Sexual content.
    #[must_use]
    pub fn sexual(&self) -> Option<&FilterResult> {
        self.get("sexual")
    }

    /// Violence.
    #[must_use]
    pub fn violence(&self) -> Option<&FilterResult> {
        self.get("violence")
    }

    /// An attempt of the user to talk the model out of its rules.
    #[must_use]
    pub fn jailbreak(&self) -> Option<&FilterResult> {
        self.get("jailbreak")
    }

    /// Orders hidden in a document.
    #[must_use]
    pub fn indirect_attack(&self) -> Option<&FilterResult> {
        self.get("indirect_attack")
    }

    /// Known text of others: lyrics, articles, recipes.
    #[must_use]
    pub fn protected_material_text(&self) -> Option<&FilterResult> {
        self.get("protected_material_text")
    }

    /// Known code of others; `extra` has the `citation` with URL and licence.
    #[must_use]
    pub fn protected_material_code(&self) -> Option<&FilterResult> {
        self.get("protected_material_code")
    }

    /// Swear words.
    #[must_use]
    pub fn profanity(&self) -> Option<&FilterResult> {
        self.get("profanity")
    }

    /// The resource's own block lists; `extra` has the `details` by list.
    #[must_use]
    pub fn custom_blocklists(&self) -> Option<&FilterResult> {
        self.get("custom_blocklists")
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

/// How bad it is, as a number; what is unknown may be the worst.
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

/// What the filter found in one prompt.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PromptFilter {
    /// Which prompt of the request, from 0.
    #[serde(default, deserialize_with = "crate::serde_ext::null_as_default")]
    pub prompt_index: u64,
    /// What was found. The service has spelled it in singular and in plural.
    #[serde(
        default,
        alias = "content_filter_result",
        deserialize_with = "crate::serde_ext::null_as_default"
    )]
    pub content_filter_results: ContentFilter,
    /// Members that this crate does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl<'de> Deserialize<'de> for FilterResult {
    /// Takes an object, or anything else as an unread `value`.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut extra = match Value::deserialize(deserializer)? {
            Value::Object(members) => members,
            value => Map::from_iter([("value".to_owned(), value)]),
        };
        let mut flag = |name: &str| match extra.get(name) {
            Some(Value::Bool(flag)) => {
                let flag = *flag;
                extra.remove(name);
                Some(flag)
            }
            _ => None,
        };
        let (filtered, detected) = (flag("filtered").unwrap_or_default(), flag("detected"));
        let severity = match extra.get("severity") {
            Some(Value::String(text)) => {
                let severity = Severity::from(text.as_str());
                extra.remove("severity");
                Some(severity)
            }
            _ => None,
        };
        Ok(Self { filtered, severity, detected, extra })
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
