//! `POST /vector_stores/{id}/search`.

use openai_azure_sys::{open_struct, raw};
use serde::Serialize;

use super::files::FileChunk;
use super::filter::SearchFilter;
use super::store::Attributes;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::engine::setters::{extra_setter, option_setters, send_on_await};
use crate::error::Error;
use crate::extra::Extra;
use crate::response::Response;
use crate::trace::Telemetry;

/// A search of a vector store; made by [`VectorStores::search`](super::VectorStores::search).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct SearchRequest {
    client: Client,
    options: CallOptions,
    store: String,
    body: SearchBody,
    extra: Extra,
}

#[derive(Debug, Clone, Default, Serialize)]
struct SearchBody {
    query: Query,
    #[serde(skip_serializing_if = "Option::is_none")]
    rewrite_query: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_num_results: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filters: Option<SearchFilter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ranking_options: Option<RankingOptions>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum Query {
    One(String),
    Many(Vec<String>),
}

impl Default for Query {
    fn default() -> Self {
        Self::One(String::new())
    }
}

#[derive(Debug, Clone, Default, Serialize)]
struct RankingOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    ranker: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score_threshold: Option<f64>,
}

open_struct! {
    /// What a search found.
    pub struct SearchResults {
        /// The results, best first.
        pub data: Vec<SearchResult>,
        /// The queries, as they were searched for.
        pub search_query: Vec<String>,
        /// Whether there are more results than the limit let through.
        pub has_more: bool,
        /// Cursor of the next page.
        pub next_page: Option<String>,
    }
}

open_struct! {
    /// Chunks of a file that a search found.
    pub struct SearchResult {
        /// ID of the file.
        pub file_id: String,
        /// Name of the file.
        pub filename: String,
        /// Similarity, 0 to 1.
        pub score: f64,
        /// Attributes of the file.
        pub attributes: Attributes,
        /// The chunks.
        pub content: Vec<FileChunk>,
    }
}

impl SearchResult {
    /// The text of all chunks.
    #[must_use]
    pub fn text(&self) -> String {
        self.content.iter().map(|chunk| chunk.text.as_str()).collect::<Vec<_>>().join("\n")
    }
}

impl Telemetry for SearchResults {}

impl SearchRequest {
    pub(super) fn new(
        client: &Client,
        options: &CallOptions,
        store: String,
        query: String,
    ) -> Self {
        let body = SearchBody { query: Query::One(query), ..SearchBody::default() };
        Self {
            client: client.clone(),
            options: options.clone(),
            store,
            body,
            extra: Extra::default(),
        }
    }

    /// Searches for another query at the same time.
    pub fn and_query(mut self, query: impl Into<String>) -> Self {
        let mut queries = match self.body.query {
            Query::One(first) => vec![first],
            Query::Many(queries) => queries,
        };
        queries.push(query.into());
        self.body.query = Query::Many(queries);
        self
    }

    /// Lets the service rewrite the query for the search; false by default.
    pub fn rewrite_query(mut self, rewrite: bool) -> Self {
        self.body.rewrite_query = Some(rewrite);
        self
    }

    /// The most results, 1 to 50; 10 by default.
    pub fn max_num_results(mut self, results: u32) -> Self {
        self.body.max_num_results = Some(results);
        self
    }

    /// Searches only files whose attributes match.
    pub fn filters(mut self, filter: SearchFilter) -> Self {
        self.body.filters = Some(filter);
        self
    }

    /// Leaves out results with a lower score, 0 to 1 (`ranking_options.score_threshold`).
    pub fn score_threshold(mut self, score: f64) -> Self {
        self.body.ranking_options.get_or_insert_default().score_threshold = Some(score);
        self
    }

    /// The ranker, such as `auto` or `default-2024-11-15` (`ranking_options.ranker`).
    pub fn ranker(mut self, ranker: impl Into<String>) -> Self {
        self.body.ranking_options.get_or_insert_default().ranker = Some(ranker.into());
        self
    }

    option_setters!(options);
    extra_setter!(extra);

    /// Searches.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such vector store, and any other [`Error`].
    pub async fn send(self) -> Result<Response<SearchResults>, Error> {
        let body = request_body::json(&self.body, &self.extra)?;
        let (store, call) = (&self.store, Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| api.vector_stores_search(store, body).await).await
    }
}

send_on_await!(SearchRequest => SearchResults);
