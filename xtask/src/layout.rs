//! Where things are in the workspace, and how files are written.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

/// The folders of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The workspace that holds this crate.
    pub(crate) fn find() -> Result<Self> {
        let here = std::env::current_dir()?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("openai-azure-sys/Cargo.toml").exists())
            .context("run this inside the workspace")?;
        Ok(Self { root: root.to_owned() })
    }

    /// The workspace in this folder.
    #[cfg(test)]
    pub(crate) fn of(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The text of a file; `None` if it is not there.
    pub(crate) fn read(&self, path: &str) -> Result<Option<String>> {
        let path = self.at(path);
        if !path.exists() {
            return Ok(None);
        }
        fs::read_to_string(&path).map(Some).with_context(|| path.display().to_string())
    }

    /// Writes a whole file or nothing: to a temporary file first, then by renaming it.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<()> {
        let path = self.at(path);
        if fs::read(&path).is_ok_and(|before| before == text.as_bytes()) {
            return Ok(());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut temporary = path.clone().into_os_string();
        temporary.push(".tmp");
        let written = fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            // Half a file is of no use to anyone; what comes of this attempt does not matter.
            let _ = fs::remove_file(&temporary);
        }
        written.with_context(|| path.display().to_string())
    }

    /// The api-versions that have a document in `spec/`, oldest first, `v1` last.
    pub(crate) fn versions(&self) -> Result<Vec<String>> {
        let mut versions = Vec::new();
        for entry in fs::read_dir(self.at("spec"))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "json")
                && let Some(name) = path.file_stem().and_then(|name| name.to_str())
            {
                versions.push(name.to_owned());
            }
        }
        versions.sort();
        Ok(versions)
    }

    /// The facts of an api-version.
    pub(crate) fn spec(&self, version: &str) -> Result<Value> {
        let path = format!("spec/{version}.json");
        let text = self.read(&path)?.with_context(|| {
            format!(
                "{path} is not there; `cargo xtask import --api-version {version} FILE` makes it"
            )
        })?;
        serde_json::from_str(&text).context(path)
    }

    /// The files below a folder whose names end in `suffix`, in the order of their names.
    pub(crate) fn files(&self, folder: &Path, suffix: &str) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let folder = self.root.join(folder);
        if !folder.exists() {
            return Ok(found);
        }
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                found.extend(self.files(&path, suffix)?);
            } else if path.to_string_lossy().ends_with(suffix) {
                found.push(path);
            }
        }
        found.sort();
        Ok(found)
    }

    pub(crate) fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().replace('\\', "/")
    }
}

/// `2024-10-01-preview` → `v2024_10_01_preview`, `v1` → `v1`.
pub(crate) fn module_name(version: &str) -> String {
    let name = version.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    if name.starts_with('v') { name } else { format!("v{name}") }
}
