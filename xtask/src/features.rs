//! The lists of features in the manifests of both crates, between their marks.

use anyhow::{Context, Result};

use crate::layout::Layout;

/// The crate with the code of each api-version, and the one that passes its features on.
pub(crate) const MANIFESTS: [&str; 2] = ["openai-azure-sys/Cargo.toml", "openai-azure/Cargo.toml"];

/// Replaces what stands between the lines `{begin}` and `{end}` of `text`.
pub(crate) fn replace_between(text: &str, begin: &str, end: &str, new: &str) -> Option<String> {
    let (before, rest) = text.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}\n{new}{end}{after}"))
}

/// A manifest as it should be for the documents in `spec/`.
pub(crate) fn manifest(layout: &Layout, path: &str) -> Result<String> {
    let text = layout.read(path)?.with_context(|| path.to_owned())?;
    let versions = layout.versions()?;
    let new: String = if path == MANIFESTS[0] {
        let features: String =
            versions.iter().map(|version| format!("\"{version}\" = []\n")).collect();
        let all: String = versions.iter().map(|version| format!("    \"{version}\",\n")).collect();
        format!("{features}all-versions = [\n{all}]\n")
    } else {
        let feature =
            |version: &String| format!("\"{version}\" = [\"openai-azure-sys/{version}\"]\n");
        versions.iter().map(feature).collect()
    };
    replace_between(&text, "# <versions>", "# </versions>", &new)
        .with_context(|| format!("marks of the versions in {path}"))
}

/// Writes the manifests.
pub(crate) fn update(layout: &Layout) -> Result<()> {
    MANIFESTS.into_iter().try_for_each(|path| layout.write(path, &manifest(layout, path)?))
}

#[cfg(test)]
mod tests {
    use super::replace_between;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let new = replace_between("a\n<x>\nold\n</x>\nb", "<x>", "</x>", "new\n").unwrap();
        assert_eq!(new, "a\n<x>\nnew\n</x>\nb");
        assert!(replace_between("a", "<x>", "</x>", "").is_none());
    }
}
