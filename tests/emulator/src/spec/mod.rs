//! The documents of the api-versions, and whether a request is as they say.

mod document;
mod example;
mod explain;
mod form;
mod items;
mod lower;
#[cfg(test)]
mod minimal;
#[cfg(test)]
mod planted;
mod undeclared;
mod undocumented;
mod validate;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use crate::shared::locked;
pub(crate) use document::Document;
pub(crate) use undocumented::is_operation;

/// The documents that are built in: api-version and JSON.
static BUILT_IN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/documents.rs"));

/// The documents that are built in, or those of a folder. They are read when they are first needed,
/// once in a process.
#[derive(Debug)]
pub(crate) struct Library {
    folder: Option<PathBuf>,
    versions: BTreeSet<String>,
}

impl Library {
    pub(crate) fn built_in() -> Self {
        let versions = BUILT_IN.iter().map(|(version, _)| (*version).to_owned()).collect();
        Self { folder: None, versions }
    }

    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let mut versions = BTreeSet::new();
        let entries = std::fs::read_dir(folder).map_err(|error| {
            io::Error::new(error.kind(), format!("{} cannot be read: {error}", folder.display()))
        })?;
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                versions.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
            }
        }
        Ok(Self { folder: Some(folder.to_owned()), versions })
    }

    pub(crate) fn versions(&self) -> impl Iterator<Item = &str> {
        self.versions.iter().map(String::as_str)
    }

    pub(crate) fn has(&self, version: &str) -> bool {
        self.versions.contains(version)
    }

    /// The document of a version, if there is one and it can be read.
    pub(crate) fn document(&self, version: &str) -> Option<Arc<Document>> {
        type Key = (Option<PathBuf>, String);
        static READ: OnceLock<Mutex<HashMap<Key, Arc<Document>>>> = OnceLock::new();
        if !self.has(version) {
            return None;
        }
        let key = (self.folder.clone(), version.to_owned());
        let mut read = locked(READ.get_or_init(Mutex::default));
        if let Some(document) = read.get(&key) {
            return Some(Arc::clone(document));
        }
        let value = serde_json::from_slice(&self.text(version)?).ok()?;
        let document = Arc::new(Document::of(version, &value));
        read.insert(key, Arc::clone(&document));
        Some(document)
    }

    fn text(&self, version: &str) -> Option<Cow<'static, [u8]>> {
        match &self.folder {
            Some(folder) => {
                let path = folder.join(format!("{version}.json"));
                Some(Cow::Owned(std::fs::read(path).ok()?))
            }
            None => {
                let (_, text) = BUILT_IN.iter().find(|(known, _)| *known == version)?;
                Some(Cow::Borrowed(*text))
            }
        }
    }
}
