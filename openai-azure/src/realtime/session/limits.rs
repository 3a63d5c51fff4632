//! Limits on tokens, and what happens when a conversation outgrows the context window.

use serde_json::{Value, json};

use crate::realtime::wire::WireValue;

/// The most tokens of one response, tool calls included.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum MaxOutputTokens {
    /// 1 to 4,096.
    Limit(u32),
    /// As many as the model can write: `inf`, the default.
    Unlimited,
    /// What this crate does not know, as it arrived.
    Other(Value),
}

impl From<u32> for MaxOutputTokens {
    fn from(limit: u32) -> Self {
        Self::Limit(limit)
    }
}

impl WireValue for MaxOutputTokens {
    fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value: Value = serde::Deserialize::deserialize(deserializer)?;
        let limit = value.as_u64().and_then(|limit| u32::try_from(limit).ok());
        Ok(match limit {
            Some(limit) => Self::Limit(limit),
            None if value == "inf" => Self::Unlimited,
            None => Self::Other(value),
        })
    }

    fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Limit(limit) => serializer.serialize_u32(*limit),
            Self::Unlimited => serializer.serialize_str("inf"),
            Self::Other(value) => value.write(serializer),
        }
    }
}

/// What happens when a conversation outgrows the context window.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RealtimeTruncation {
    /// The oldest items are dropped. The default.
    Auto,
    /// Nothing is dropped; the response fails.
    Disabled,
    /// When it happens, more is dropped at once, so that the cache of the prompt lasts longer.
    RetentionRatio {
        /// Share of the tokens that is kept, 0 to 1.
        retention_ratio: f64,
        /// The most tokens after the instructions. Default: the context window.
        post_instructions: Option<u64>,
    },
    /// What this crate does not know, as it arrived.
    Other(Value),
}

impl WireValue for RealtimeTruncation {
    fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value: Value = serde::Deserialize::deserialize(deserializer)?;
        Ok(match (value.as_str(), value["retention_ratio"].as_f64()) {
            (Some("auto"), _) => Self::Auto,
            (Some("disabled"), _) => Self::Disabled,
            (None, Some(retention_ratio)) if value["type"] == "retention_ratio" => {
                let post_instructions = value["token_limits"]["post_instructions"].as_u64();
                Self::RetentionRatio { retention_ratio, post_instructions }
            }
            _ => Self::Other(value),
        })
    }

    fn write<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = match self {
            Self::Auto => json!("auto"),
            Self::Disabled => json!("disabled"),
            Self::RetentionRatio { retention_ratio, post_instructions } => {
                let mut value = json!({
                    "type": "retention_ratio", "retention_ratio": retention_ratio,
                });
                if let Some(limit) = post_instructions {
                    value["token_limits"] = json!({"post_instructions": limit});
                }
                value
            }
            Self::Other(value) => value.clone(),
        };
        serde::Serialize::serialize(&value, serializer)
    }
}
