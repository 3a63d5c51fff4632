//! Tools that the service runs itself, but for images and MCP servers.

use openai_azure_sys::open_struct;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

open_struct! {
    /// Searches in vector stores.
    pub struct FileSearchTool {
        /// IDs of the vector stores.
        pub vector_store_ids: Vec<String> as always,
        /// The most results, 1 to 50.
        pub max_num_results: Option<u32>,
        /// How results are ranked: `ranker`, `score_threshold`.
        pub ranking_options: Option<Value>,
        /// Which files are searched: a comparison of an attribute, or `and`/`or` of several.
        pub filters: Option<Value>,
    }
}

open_struct! {
    /// Searches in the web.
    pub struct WebSearchTool {
        /// Restrictions, such as `allowed_domains`.
        pub filters: Option<Value>,
        /// Where the end user is, roughly.
        pub user_location: Option<UserLocation>,
        /// How much of what is found the model reads: `low`, `medium` or `high`.
        pub search_context_size: Option<String>,
    }
}

open_struct! {
    /// Where the end user is, roughly.
    pub struct UserLocation {
        /// `approximate`.
        pub kind: Option<String> = "type",
        /// The city.
        pub city: Option<String>,
        /// Two letters of ISO 3166-1.
        pub country: Option<String>,
        /// The region.
        pub region: Option<String>,
        /// Such as `Europe/Oslo`.
        pub timezone: Option<String>,
    }
}

open_struct! {
    /// Runs Python in a container.
    pub struct CodeInterpreterTool {
        /// The container.
        pub container: CodeContainer as always,
    }
}

/// The container that Python runs in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum CodeContainer {
    /// An existing one, by its ID.
    Id(String),
    /// One that the service makes: `file_ids`, `memory_limit`.
    Auto(Map<String, Value>),
}

open_struct! {
    /// Uses a computer of yours.
    pub struct ComputerUseTool {
        /// `windows`, `mac`, `linux`, `ubuntu` or `browser`.
        pub environment: String,
        /// Width of the screen in pixels.
        pub display_width: u32,
        /// Height of the screen in pixels.
        pub display_height: u32,
    }
}

impl Default for CodeContainer {
    fn default() -> Self {
        Self::Auto(Map::from_iter([("type".to_owned(), "auto".into())]))
    }
}

impl From<&str> for CodeContainer {
    fn from(id: &str) -> Self {
        Self::Id(id.to_owned())
    }
}

impl From<String> for CodeContainer {
    fn from(id: String) -> Self {
        Self::Id(id)
    }
}

impl From<&String> for CodeContainer {
    fn from(id: &String) -> Self {
        Self::Id(id.clone())
    }
}

impl FileSearchTool {
    /// Creates a search in these vector stores.
    pub fn new<I: IntoIterator<Item: Into<String>>>(vector_store_ids: I) -> Self {
        let vector_store_ids = vector_store_ids.into_iter().map(Into::into).collect();
        Self { vector_store_ids, ..Self::default() }
    }

    /// The most results, 1 to 50.
    #[must_use]
    pub fn max_num_results(mut self, results: u32) -> Self {
        self.max_num_results = Some(results);
        self
    }

    /// How results are ranked: an object with `ranker` and `score_threshold`.
    #[must_use]
    pub fn ranking_options(mut self, options: impl Into<Value>) -> Self {
        self.ranking_options = Some(options.into());
        self
    }

    /// Which files are searched: a comparison such as `{"type": "eq", "key": …, "value": …}`, or
    /// several with `and` or `or`.
    #[must_use]
    pub fn filters(mut self, filters: impl Into<Value>) -> Self {
        self.filters = Some(filters.into());
        self
    }
}

impl WebSearchTool {
    /// Searches in these domains alone.
    #[must_use]
    pub fn allowed_domains<I: IntoIterator<Item: Into<String>>>(mut self, domains: I) -> Self {
        let domains: Vec<String> = domains.into_iter().map(Into::into).collect();
        self.filters = Some(json!({"allowed_domains": domains}));
        self
    }

    /// Where the end user is, roughly.
    #[must_use]
    pub fn user_location(mut self, location: impl Into<UserLocation>) -> Self {
        self.user_location = Some(location.into());
        self
    }

    /// How much of what is found the model reads: `low`, `medium` or `high`.
    #[must_use]
    pub fn search_context_size(mut self, size: impl Into<String>) -> Self {
        self.search_context_size = Some(size.into());
        self
    }
}

impl UserLocation {
    /// Creates an approximate location; `country` has two letters of ISO 3166-1.
    pub fn new(country: impl Into<String>) -> Self {
        let kind = Some("approximate".to_owned());
        Self { kind, country: Some(country.into()), ..Self::default() }
    }

    /// The city.
    #[must_use]
    pub fn city(mut self, city: impl Into<String>) -> Self {
        self.city = Some(city.into());
        self
    }
}

impl CodeInterpreterTool {
    /// Runs in an existing container, by its ID.
    #[must_use]
    pub fn container(mut self, container: impl Into<CodeContainer>) -> Self {
        self.container = container.into();
        self
    }

    /// Files that a container which the service makes starts with.
    #[must_use]
    pub fn file_ids<I: IntoIterator<Item: Into<String>>>(self, ids: I) -> Self {
        let ids: Vec<String> = ids.into_iter().map(Into::into).collect();
        self.set("file_ids", json!(ids))
    }

    /// The memory of a container that the service makes: `1g`, `4g`, `16g` or `64g`.
    #[must_use]
    pub fn memory_limit(self, limit: impl Into<String>) -> Self {
        let limit: String = limit.into();
        self.set("memory_limit", limit.into())
    }

    fn set(mut self, field: &str, value: Value) -> Self {
        let mut auto = match self.container {
            CodeContainer::Auto(auto) => auto,
            CodeContainer::Id(_) => Map::from_iter([("type".to_owned(), "auto".into())]),
        };
        auto.insert(field.to_owned(), value);
        self.container = CodeContainer::Auto(auto);
        self
    }
}

impl ComputerUseTool {
    /// Creates the use of a computer: `windows`, `mac`, `linux`, `ubuntu` or `browser`, and the
    /// size of its screen in pixels.
    pub fn new(environment: impl Into<String>, display_width: u32, display_height: u32) -> Self {
        Self {
            environment: environment.into(),
            display_width: display_width,
            display_height: display_height,
            ..Self::default()
        }
    }
}
