//! Reads an upstream document: a path or an https URL, JSON or YAML, three formats.

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::yaml;

/// One input of an import.
#[derive(Debug)]
pub(crate) struct Source {
    /// The last part of its path or URL.
    pub(crate) name: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub(crate) sha256: String,
    /// What it is written in.
    pub(crate) format: Format,
    /// The document.
    pub(crate) document: Value,
}

/// What a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Swagger 2.0.
    Swagger2,
    /// OpenAPI 3.0.
    OpenApi30,
    /// OpenAPI 3.1.
    OpenApi31,
    /// OpenAPI 3.2, with what is known of later ones.
    OpenApi32,
}

impl Format {
    /// The name in `spec/sources.toml`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Swagger2 => "Swagger 2.0",
            Self::OpenApi30 => "OpenAPI 3.0",
            Self::OpenApi31 => "OpenAPI 3.1",
            Self::OpenApi32 => "OpenAPI 3.2",
        }
    }

    fn of(document: &Value) -> Result<Self> {
        if document.get("swagger").is_some() {
            return Ok(Self::Swagger2);
        }
        match document.get("openapi").and_then(Value::as_str) {
            Some(version) if version.starts_with("3.0") => Ok(Self::OpenApi30),
            Some(version) if version.starts_with("3.1") => Ok(Self::OpenApi31),
            Some(version) if version.starts_with("3.2") => Ok(Self::OpenApi32),
            Some(version) => bail!("OpenAPI {version} is not known here"),
            None => bail!("neither `swagger` nor `openapi` says what it is written in"),
        }
    }
}

/// Reads `place`, a path or an https URL; http is for loopback alone.
pub(crate) fn read(place: &str) -> Result<Source> {
    let loopback = ["http://127.0.0.1", "http://[::1]", "http://localhost"]
        .iter()
        .filter_map(|host| place.strip_prefix(host))
        .any(|rest| rest.starts_with([':', '/']));
    ensure!(loopback || !place.starts_with("http://"), "{place} is not https");
    let bytes = if loopback || place.starts_with("https://") {
        fetch(place)?
    } else {
        std::fs::read(place).with_context(|| format!("cannot read {place}"))?
    };
    let name = place.split(['?', '#']).next().unwrap_or(place);
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
    parse(name, &bytes).with_context(|| place.to_owned())
}

/// Reads the bytes of a document.
pub(crate) fn parse(name: String, bytes: &[u8]) -> Result<Source> {
    let document = match yaml::parse_json(bytes) {
        Ok(document) => document,
        Err(json) => yaml::parse(bytes)
            .map_err(|yaml| anyhow::anyhow!("neither JSON ({json}) nor YAML ({yaml})"))?,
    };
    let format = Format::of(&document)?;
    let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Source { name, sha256, format, document })
}

fn fetch(url: &str) -> Result<Vec<u8>> {
    let answer = reqwest::blocking::get(url)
        .and_then(reqwest::blocking::Response::error_for_status)
        .with_context(|| format!("cannot fetch {url}"))?;
    Ok(answer.bytes()?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::{Format, parse};

    #[test]
    fn json_and_yaml_are_read() {
        for text in [r#"{"openapi": "3.1.0", "paths": {}}"#, "openapi: 3.1.0\npaths: {}\n"] {
            let source = parse("x".to_owned(), text.as_bytes()).unwrap();
            assert_eq!(source.format, Format::OpenApi31);
        }
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for text in ["", "[]", "{", "hello", r#"{"openapi": "4.0.0"}"#] {
            assert!(parse("x".to_owned(), text.as_bytes()).is_err(), "{text}");
        }
    }
}
