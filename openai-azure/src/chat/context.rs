//! What a completion from data of yours reports of its sources.

use openai_azure_sys::open_struct;
use serde::de::DeserializeSeed;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

open_struct! {
    /// Where a completion came from, if the chat had [`data_source`](super::ChatRequest::data_source)s.
    ///
    /// The text refers to the citations as `[doc1]`, `[doc2]`, …, in this order.
    pub struct MessageContext {
        /// The documents that the completion is made of.
        pub citations: Vec<Citation>,
        /// What the service understood: a JSON list of search queries, as text.
        pub intent: Option<String> as read(AnyText),
        /// Everything that was found, if it was asked for.
        pub all_retrieved_documents: Vec<RetrievedDocument>,
    }
}

impl MessageContext {
    /// The search queries of the intent; empty when there is none or it is no list.
    #[must_use]
    pub fn search_queries(&self) -> Vec<String> {
        let intent = self.intent.as_deref().unwrap_or_default();
        serde_json::from_str(intent).unwrap_or_default()
    }

    /// Adds what a later chunk of a stream reports.
    pub(super) fn append(&mut self, piece: &Self) {
        self.citations.extend(piece.citations.iter().cloned());
        self.all_retrieved_documents.extend(piece.all_retrieved_documents.iter().cloned());
        if piece.intent.is_some() {
            self.intent.clone_from(&piece.intent);
        }
        self.extra.extend(piece.extra.clone());
    }
}

/// Reads a text, or anything else as JSON text: previews differ in what is a text.
struct AnyText;

impl<'de> DeserializeSeed<'de> for AnyText {
    type Value = Option<Option<String>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Null => None,
            Value::String(text) => Some(Some(text)),
            other => Some(Some(other.to_string())),
        })
    }
}

open_struct! {
    /// A document that a completion is made of.
    pub struct Citation {
        /// The text that was found.
        pub content: String,
        /// The document's title.
        pub title: Option<String>,
        /// Where the document is.
        pub url: Option<String>,
        /// The document's file.
        pub filepath: Option<String>,
        /// Which part of the document it is.
        pub chunk_id: Option<String> as read(AnyText),
        /// How well it fits, by the second ranking.
        pub rerank_score: Option<f64>,
    }
}

/// A document that was found, whether the completion uses it or not.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct RetrievedDocument {
    /// The document.
    pub citation: Citation,
}

impl RetrievedDocument {
    /// The queries that found it.
    #[must_use]
    pub fn search_queries(&self) -> Vec<&str> {
        let queries = self.citation.extra.get("search_queries").and_then(Value::as_array);
        queries.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Which data source of the request it is from, from 0.
    #[must_use]
    pub fn data_source_index(&self) -> Option<u64> {
        self.citation.extra.get("data_source_index")?.as_u64()
    }

    /// How well it fits, by the search itself.
    #[must_use]
    pub fn original_search_score(&self) -> Option<f64> {
        self.citation.extra.get("original_search_score")?.as_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::MessageContext;
    use serde_json::{Value, json};

    #[test]
    fn citations_intent_and_what_is_unknown_are_kept() {
        let wire = json!({
            "citations": [{"content": "c", "title": null, "url": "https://example.com", "page": 3}],
            "intent": "[\"opening hours\", \"office hours\"]",
            "all_retrieved_documents": [{"content": "d", "search_queries": ["q"],
                "data_source_index": 0, "original_search_score": 1.5, "filter_reason": "rerank"}],
            "messages": [{"role": "tool"}],
        });
        let context: MessageContext = serde_json::from_value(wire).unwrap();
        assert_eq!(context.search_queries(), ["opening hours", "office hours"]);
        assert_eq!(context.citations[0].extra["page"], 3);
        let document = &context.all_retrieved_documents[0];
        assert_eq!(document.citation.content, "d");
        assert_eq!((document.search_queries(), document.data_source_index()), (vec!["q"], Some(0)));
        assert_eq!(document.original_search_score(), Some(1.5));
        assert_eq!(context.extra["messages"], json!([{"role": "tool"}]));
        let odd = json!({"intent": ["q"], "citations": [{"chunk_id": 7}]});
        let odd: MessageContext = serde_json::from_value(odd).unwrap();
        assert_eq!(odd.search_queries(), ["q"]);
        assert_eq!(odd.citations[0].chunk_id.as_deref(), Some("7"));
        let empty: MessageContext = serde_json::from_value(json!({"citations": null})).unwrap();
        assert_eq!(empty, MessageContext::default());
        assert_eq!(serde_json::to_value(empty).unwrap(), Value::Object(Default::default()));
    }
}
