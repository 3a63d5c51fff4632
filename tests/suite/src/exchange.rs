//! Recorded exchanges: our own fixtures always, real traffic where it is at hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::skip::skipped;

/// Names the folder with recorded real traffic. It is not part of the repository.
pub const RECORDINGS: &str = "OPENAI_AZURE_RECORDINGS";

/// A request and the answer that it got.
#[derive(Debug, Deserialize)]
pub struct Exchange {
    /// The file, for messages.
    #[serde(skip)]
    pub file: String,
    /// What was done, such as `chat-sse` or `chat-err404`.
    #[serde(skip)]
    pub kind: String,
    /// What was asked.
    pub request: RecordedRequest,
    /// What was answered.
    pub response: RecordedResponse,
}

/// What was asked.
#[derive(Debug, Deserialize)]
pub struct RecordedRequest {
    /// The whole URL.
    pub uri: String,
    /// The body as text; nothing for multipart.
    #[serde(default)]
    pub body: Option<String>,
}

/// What was answered.
#[derive(Debug, Deserialize)]
pub struct RecordedResponse {
    /// The status.
    pub status: u16,
    /// Lower-case names.
    pub headers: BTreeMap<String, String>,
    /// The decoded body.
    #[serde(default)]
    pub body: String,
}

#[derive(Deserialize)]
struct Entry {
    file: String,
    kind: String,
}

impl Exchange {
    /// The deployment that the URL or the body names.
    #[must_use]
    pub fn deployment(&self) -> String {
        let uri = &self.request.uri;
        let in_path = uri.split("/deployments/").nth(1).and_then(|rest| rest.split('/').next());
        let body: Option<serde_json::Value> =
            self.request.body.as_deref().and_then(|body| serde_json::from_str(body).ok());
        let in_body = || Some(body?.get("model")?.as_str()?.to_owned());
        in_path.map(|name| name.replace("%20", " ")).or_else(in_body).unwrap_or_default()
    }

    /// Whether the URL is of the v1 form.
    #[must_use]
    pub fn is_v1(&self) -> bool {
        self.request.uri.contains("/openai/v1/")
    }
}

/// Our fixtures, and the real traffic where [`RECORDINGS`] names its folder.
///
/// # Panics
///
/// A folder without a readable manifest.
#[must_use]
pub fn all() -> Vec<Exchange> {
    let mut found = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures"));
    let fixtures = found.len();
    match std::env::var_os(RECORDINGS).map(PathBuf::from) {
        Some(folder) => {
            found.extend(read(&folder));
            println!("{fixtures} fixtures, {} recorded exchanges", found.len() - fixtures);
        }
        None => skipped(&format!("real traffic, {RECORDINGS} is not set")),
    }
    found
}

fn read(folder: &Path) -> Vec<Exchange> {
    let text = |path: PathBuf| {
        std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    let manifest: Vec<Entry> =
        serde_json::from_str(&text(folder.join("manifest.json"))).expect("a manifest");
    let one = |Entry { file, kind }| {
        let parsed = serde_json::from_str::<Exchange>(&text(folder.join(&file)));
        let exchange = parsed.unwrap_or_else(|e| panic!("{file}: {e}"));
        Exchange { file, kind, ..exchange }
    };
    manifest.into_iter().map(one).collect()
}
