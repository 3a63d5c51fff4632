//! The list of features in the manifest of `openai-azure-sys`, between its marks.

use anyhow::{Context, Result};

use crate::layout::Layout;

const MANIFEST: &str = "openai-azure-sys/Cargo.toml";

/// Replaces what stands between the lines `{begin}` and `{end}` of `text`.
pub(crate) fn replace_between(text: &str, begin: &str, end: &str, new: &str) -> Option<String> {
    let (before, rest) = text.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}\n{new}{end}{after}"))
}

/// The manifest as it should be for the documents in `spec/`.
pub(crate) fn manifest(layout: &Layout) -> Result<String> {
    let text = layout.read(MANIFEST)?.context(MANIFEST)?;
    let versions = layout.versions()?;
    let features: String = versions.iter().map(|version| format!("\"{version}\" = []\n")).collect();
    let all: String = versions.iter().map(|version| format!("    \"{version}\",\n")).collect();
    let new = format!("{features}all-versions = [\n{all}]\n");
    replace_between(&text, "# <versions>", "# </versions>", &new).context("marks of the versions")
}

/// Writes the manifest.
pub(crate) fn update(layout: &Layout) -> Result<()> {
    layout.write(MANIFEST, &manifest(layout)?)
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
