//! JSON as the service sends it.

use serde::de::{DeserializeOwned, DeserializeSeed};
use serde::{Deserialize, Deserializer};

/// Decodes JSON. All characters are checked at once, which is much faster than string by string.
pub(crate) fn from_json<T: DeserializeOwned>(data: &[u8]) -> serde_json::Result<T> {
    from_json_with(std::marker::PhantomData, data)
}

/// Decodes JSON with a seed.
pub(crate) fn from_json_with<'de, S: DeserializeSeed<'de>>(
    seed: S,
    data: &'de [u8],
) -> serde_json::Result<S::Value> {
    match std::str::from_utf8(data) {
        Ok(text) => {
            let mut deserializer = serde_json::Deserializer::from_str(text);
            let value = seed.deserialize(&mut deserializer)?;
            deserializer.end()?;
            Ok(value)
        }
        // That tells where it is wrong.
        Err(_) => {
            let mut deserializer = serde_json::Deserializer::from_slice(data);
            let value = seed.deserialize(&mut deserializer)?;
            deserializer.end()?;
            Ok(value)
        }
    }
}

/// Reads `null` as the default of the type.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
