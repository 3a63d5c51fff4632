//! Data of yours that a completion is made of.
//!
//! **Deprecated by the service**: v1 does not have it, no newer model does, and it ends with the
//! models that do.

mod access;
mod fields;

pub use access::{EmbeddingSource, SourceAuth};
pub use fields::FieldsMapping;

use openai_azure_sys::open_enum;
use serde::Serialize;
use serde_json::{Map, Value};

/// A store that the service searches before the model responds.
///
/// The completion's [`context`](super::ResponseMessage::context) has the citations. Azure AI Search and Cosmos
/// DB are in every api-version; the others are in previews.
///
/// ```no_run
/// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
/// use openai_azure::chat::{DataSource, QueryType, SourceAuth};
///
/// let manuals = DataSource::azure_search(
///     "https://my-search.search.windows.net",
///     "manuals",
///     SourceAuth::system_assigned_identity(),
/// )
/// .query_type(QueryType::Semantic)
/// .semantic_configuration("default")
/// .strictness(3)
/// .top_n_documents(5);
/// let answer = client.chat("gpt-5.6-terra").user("How do I reset it?").data_source(manuals).send().await?;
/// println!("{}", answer.text());
/// for citation in answer.context().iter().flat_map(|context| &context.citations) {
///     println!("{:?} {:?}", citation.title, citation.url);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DataSource {
    #[serde(rename = "type")]
    kind: &'static str,
    parameters: Parameters,
}

/// The fields of all kinds of store; a constructor sets those that its kind must have.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
struct Parameters {
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collection_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_name: Option<String>,
    index_name: String,
    authentication: SourceAuth,
    #[serde(skip_serializing_if = "Option::is_none")]
    embedding_dependency: Option<EmbeddingSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields_mapping: Option<FieldsMapping>,
    #[serde(skip_serializing_if = "Option::is_none")]
    query_type: Option<QueryType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    semantic_configuration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_scope: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strictness: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_n_documents: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_search_queries: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_partial_result: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    include_contexts: Vec<ContextPart>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

open_enum! {
    /// How a store is searched.
    pub enum QueryType {
        /// By words.
        Simple = "simple",
        /// By words, then ranked by meaning; Azure AI Search.
        Semantic = "semantic",
        /// By vectors.
        Vector = "vector",
        /// By words and vectors; Azure AI Search.
        VectorSimpleHybrid = "vector_simple_hybrid",
        /// By words and vectors, then ranked by meaning; Azure AI Search.
        VectorSemanticHybrid = "vector_semantic_hybrid",
    }
}

open_enum! {
    /// What the completion reports of its sources.
    pub enum ContextPart {
        /// The documents that the completion is made of.
        Citations = "citations",
        /// What the service understood.
        Intent = "intent",
        /// Everything that was found.
        AllRetrievedDocuments = "all_retrieved_documents",
    }
}

impl DataSource {
    /// An index of Azure AI Search.
    pub fn azure_search(
        endpoint: impl Into<String>,
        index: impl Into<String>,
        auth: SourceAuth,
    ) -> Self {
        let endpoint = Some(endpoint.into());
        Self::new("azure_search", index, auth, |p| Parameters { endpoint, ..p })
    }

    /// A container of Azure Cosmos DB for MongoDB vCore; `auth` is a connection string.
    pub fn azure_cosmos_db(
        database: impl Into<String>,
        container: impl Into<String>,
        index: impl Into<String>,
        auth: SourceAuth,
        embedding: EmbeddingSource,
        fields: FieldsMapping,
    ) -> Self {
        let (database_name, container_name) = (Some(database.into()), Some(container.into()));
        Self::new("azure_cosmos_db", index, auth, |p| Parameters {
            database_name,
            container_name,
            ..p
        })
        .embedding(embedding)
        .fields_mapping(fields)
    }

    /// An index of Elasticsearch; `auth` is a key with its id, or an encoded key.
    pub fn elasticsearch(
        endpoint: impl Into<String>,
        index: impl Into<String>,
        auth: SourceAuth,
    ) -> Self {
        let endpoint = Some(endpoint.into());
        Self::new("elasticsearch", index, auth, |p| Parameters { endpoint, ..p })
    }

    /// A collection of MongoDB Atlas; `auth` is a user with a password. `place` is database,
    /// collection and app, in this order.
    pub fn mongo_db(
        endpoint: impl Into<String>,
        place: [&str; 3],
        index: impl Into<String>,
        auth: SourceAuth,
        embedding: EmbeddingSource,
        fields: FieldsMapping,
    ) -> Self {
        let endpoint = Some(endpoint.into());
        let [database_name, collection_name, app_name] = place.map(|name| Some(name.to_owned()));
        Self::new("mongo_db", index, auth, |p| Parameters {
            endpoint,
            database_name,
            collection_name,
            app_name,
            ..p
        })
        .embedding(embedding)
        .fields_mapping(fields)
    }

    /// An index of Pinecone; `auth` is a key, `embedding` names a deployment.
    pub fn pinecone(
        environment: impl Into<String>,
        index: impl Into<String>,
        auth: SourceAuth,
        embedding: EmbeddingSource,
        fields: FieldsMapping,
    ) -> Self {
        let environment = Some(environment.into());
        Self::new("pinecone", index, auth, |p| Parameters { environment, ..p })
            .embedding(embedding)
            .fields_mapping(fields)
    }

    fn new(
        kind: &'static str,
        index: impl Into<String>,
        authentication: SourceAuth,
        rest: impl FnOnce(Parameters) -> Parameters,
    ) -> Self {
        let index_name = index.into();
        let known = Parameters { index_name, authentication, ..Parameters::default() };
        Self { kind, parameters: rest(known) }
    }

    /// What makes vectors of the question, for vector search.
    #[must_use]
    pub fn embedding(mut self, embedding: EmbeddingSource) -> Self {
        self.parameters.embedding_dependency = Some(embedding);
        self
    }

    /// Which fields of the index hold what.
    #[must_use]
    pub fn fields_mapping(mut self, fields: FieldsMapping) -> Self {
        self.parameters.fields_mapping = Some(fields);
        self
    }

    /// How to search.
    #[must_use]
    pub fn query_type(mut self, kind: QueryType) -> Self {
        self.parameters.query_type = Some(kind);
        self
    }

    /// Which semantic configuration of the index to use; Azure AI Search.
    #[must_use]
    pub fn semantic_configuration(mut self, name: impl Into<String>) -> Self {
        self.parameters.semantic_configuration = Some(name.into());
        self
    }

    /// An OData filter over the documents; Azure AI Search.
    #[must_use]
    pub fn filter(mut self, filter: impl Into<String>) -> Self {
        self.parameters.filter = Some(filter.into());
        self
    }

    /// Whether the model keeps to what was found. The service's default is true.
    #[must_use]
    pub fn in_scope(mut self, only: bool) -> Self {
        self.parameters.in_scope = Some(only);
        self
    }

    /// How well a document must fit, 1 to 5. The service's default is 3.
    #[must_use]
    pub fn strictness(mut self, strictness: u32) -> Self {
        self.parameters.strictness = Some(strictness);
        self
    }

    /// How many documents the model sees. The service's default is 5.
    #[must_use]
    pub fn top_n_documents(mut self, documents: u32) -> Self {
        self.parameters.top_n_documents = Some(documents);
        self
    }

    /// The most searches for one question.
    #[must_use]
    pub fn max_search_queries(mut self, queries: u32) -> Self {
        self.parameters.max_search_queries = Some(queries);
        self
    }

    /// Whether to respond although some searches failed.
    #[must_use]
    pub fn allow_partial_result(mut self, allow: bool) -> Self {
        self.parameters.allow_partial_result = Some(allow);
        self
    }

    /// What the completion reports of its sources; citations and intent unless this is set.
    #[must_use]
    pub fn include_contexts(mut self, parts: impl IntoIterator<Item = ContextPart>) -> Self {
        self.parameters.include_contexts = parts.into_iter().collect();
        self
    }

    /// Sets a parameter that this crate does not know.
    #[must_use]
    pub fn extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.parameters.extra.insert(member.into(), value.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{ContextPart, DataSource, EmbeddingSource, FieldsMapping, QueryType, SourceAuth};
    use serde_json::{json, to_value};

    #[test]
    fn each_store_is_what_the_service_reads() {
        let fields = || FieldsMapping::new().content_fields(["text"]).vector_fields(["vector"]);
        let embedding = || EmbeddingSource::deployment("ada");
        let search = DataSource::azure_search("https://s", "i", SourceAuth::api_key("k"))
            .query_type(QueryType::Simple)
            .allow_partial_result(true)
            .include_contexts([ContextPart::Citations])
            .extra("role_information", "r");
        let cosmos = SourceAuth::connection_string("mongodb+srv://");
        let cosmos = DataSource::azure_cosmos_db("d", "c", "i", cosmos, embedding(), fields());
        let elastic = SourceAuth::key_and_key_id("k", "id");
        let elastic = DataSource::elasticsearch("https://e", "i", elastic)
            .embedding(EmbeddingSource::model("m"));
        let mongo = SourceAuth::username_and_password("u", "p");
        let mongo =
            DataSource::mongo_db("https://m", ["d", "c", "a"], "i", mongo, embedding(), fields());
        let pinecone =
            DataSource::pinecone("e", "i", SourceAuth::api_key("k"), embedding(), fields());
        let mapped = json!({"content_fields": ["text"], "vector_fields": ["vector"]});
        let ada = json!({"type": "deployment_name", "deployment_name": "ada"});
        for (source, wire) in [
            (
                search,
                json!({"type": "azure_search", "parameters": {
                "endpoint": "https://s", "index_name": "i", "query_type": "simple",
                "authentication": {"type": "api_key", "key": "k"}, "role_information": "r",
                "allow_partial_result": true, "include_contexts": ["citations"]}}),
            ),
            (
                cosmos,
                json!({"type": "azure_cosmos_db", "parameters": {
                "database_name": "d", "container_name": "c", "index_name": "i",
                "authentication": {"type": "connection_string", "connection_string": "mongodb+srv://"},
                "embedding_dependency": ada, "fields_mapping": mapped}}),
            ),
            (
                elastic,
                json!({"type": "elasticsearch", "parameters": {
                "endpoint": "https://e", "index_name": "i",
                "authentication": {"type": "key_and_key_id", "key": "k", "key_id": "id"},
                "embedding_dependency": {"type": "model_id", "model_id": "m"}}}),
            ),
            (
                mongo,
                json!({"type": "mongo_db", "parameters": {
                "endpoint": "https://m", "database_name": "d", "collection_name": "c",
                "app_name": "a", "index_name": "i", "embedding_dependency": ada,
                "authentication": {"type": "username_and_password", "username": "u", "password": "p"},
                "fields_mapping": mapped}}),
            ),
            (
                pinecone,
                json!({"type": "pinecone", "parameters": {
                "environment": "e", "index_name": "i", "embedding_dependency": ada,
                "authentication": {"type": "api_key", "key": "k"}, "fields_mapping": mapped}}),
            ),
        ] {
            assert_eq!(to_value(source).unwrap(), wire);
        }
    }
}
