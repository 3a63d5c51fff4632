//! The documents in `spec/`, and whether a request is as they say.

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

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use crate::shared::locked;
pub(crate) use document::Document;
pub(crate) use undocumented::is_operation;

/// The documents of one folder. They are read when they are first needed, once in a process.
#[derive(Debug)]
pub(crate) struct Library {
    folder: PathBuf,
    versions: BTreeSet<String>,
}

impl Library {
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let mut versions = BTreeSet::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                versions.extend(path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned));
            }
        }
        Ok(Self { folder: folder.to_owned(), versions })
    }

    pub(crate) fn versions(&self) -> impl Iterator<Item = &str> {
        self.versions.iter().map(String::as_str)
    }

    pub(crate) fn has(&self, version: &str) -> bool {
        self.versions.contains(version)
    }

    /// The document of a version, if there is one and it can be read.
    pub(crate) fn document(&self, version: &str) -> Option<Arc<Document>> {
        static READ: OnceLock<Mutex<HashMap<PathBuf, Arc<Document>>>> = OnceLock::new();
        if !self.has(version) {
            return None;
        }
        let path = self.folder.join(format!("{version}.json"));
        let mut read = locked(READ.get_or_init(Mutex::default));
        if let Some(document) = read.get(&path) {
            return Some(Arc::clone(document));
        }
        let value = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
        let document = Arc::new(Document::of(version, &value));
        read.insert(path, Arc::clone(&document));
        Some(document)
    }
}
