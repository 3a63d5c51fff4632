//! How the service gets into a store, and what makes vectors for it.

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};

/// How the service gets into a store. `Debug` shows no secret.
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct SourceAuth(Value);

impl SourceAuth {
    /// A key: Azure AI Search, Pinecone.
    pub fn api_key(key: impl Into<String>) -> Self {
        Self(json!({"type": "api_key", "key": key.into()}))
    }

    /// A connection string: Cosmos DB.
    pub fn connection_string(text: impl Into<String>) -> Self {
        Self(json!({"type": "connection_string", "connection_string": text.into()}))
    }

    /// A key and its id: Elasticsearch.
    pub fn key_and_key_id(key: impl Into<String>, id: impl Into<String>) -> Self {
        Self(json!({"type": "key_and_key_id", "key": key.into(), "key_id": id.into()}))
    }

    /// A key with its id, encoded together: Elasticsearch.
    pub fn encoded_api_key(key: impl Into<String>) -> Self {
        Self(json!({"type": "encoded_api_key", "encoded_api_key": key.into()}))
    }

    /// A user: MongoDB.
    pub fn username_and_password(user: impl Into<String>, password: impl Into<String>) -> Self {
        let (user, password) = (user.into(), password.into());
        Self(json!({"type": "username_and_password", "username": user, "password": password}))
    }

    /// A token of Microsoft Entra ID: Azure AI Search.
    pub fn access_token(token: impl Into<String>) -> Self {
        Self(json!({"type": "access_token", "access_token": token.into()}))
    }

    /// The identity that the resource has: Azure AI Search.
    #[must_use]
    pub fn system_assigned_identity() -> Self {
        Self(json!({"type": "system_assigned_managed_identity"}))
    }

    /// An identity that was given to the resource, by its resource id: Azure AI Search.
    pub fn user_assigned_identity(resource_id: impl Into<String>) -> Self {
        Self(json!({
            "type": "user_assigned_managed_identity",
            "managed_identity_resource_id": resource_id.into(),
        }))
    }

    /// A kind that this crate does not know, as JSON.
    #[must_use]
    pub fn json(value: Value) -> Self {
        Self(value)
    }
}

impl Default for SourceAuth {
    fn default() -> Self {
        Self::system_assigned_identity()
    }
}

impl fmt::Debug for SourceAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.0.get("type").and_then(Value::as_str).unwrap_or("json");
        f.debug_struct("SourceAuth").field("type", &kind).finish_non_exhaustive()
    }
}

/// What makes vectors of a question. `Debug` shows no secret.
#[derive(Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct EmbeddingSource(Value);

impl EmbeddingSource {
    /// A deployment of the same resource.
    pub fn deployment(name: impl Into<String>) -> Self {
        Self(json!({"type": "deployment_name", "deployment_name": name.into()}))
    }

    /// The URL of another resource's deployment, with its key or token.
    pub fn endpoint(url: impl Into<String>, auth: SourceAuth) -> Self {
        Self(json!({"type": "endpoint", "endpoint": url.into(), "authentication": auth.0}))
    }

    /// A model inside Elasticsearch.
    pub fn model(id: impl Into<String>) -> Self {
        Self(json!({"type": "model_id", "model_id": id.into()}))
    }

    /// The index of Azure AI Search itself.
    #[must_use]
    pub fn integrated() -> Self {
        Self(json!({"type": "integrated"}))
    }

    /// A kind that this crate does not know, as JSON.
    #[must_use]
    pub fn json(value: Value) -> Self {
        Self(value)
    }
}

impl fmt::Debug for EmbeddingSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.0.get("type").and_then(Value::as_str).unwrap_or("json");
        f.debug_struct("EmbeddingSource").field("type", &kind).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{EmbeddingSource, SourceAuth};

    #[test]
    fn secrets_are_not_printed() {
        let auth = SourceAuth::username_and_password("bob", "hunter2");
        let embedding = EmbeddingSource::endpoint("https://e", SourceAuth::api_key("hunter2"));
        let printed = format!("{auth:?} {embedding:?}");
        assert!(printed.contains("username_and_password") && !printed.contains("hunter2"));
    }
}
