//! What [`raw`](crate::raw) knows of an operation.

use crate::version::{Document, Version};

/// An operation of the raw clients.
///
/// ```
/// # #[cfg(feature = "raw")]
/// # {
/// use openai_azure_sys::RawOperation;
///
/// let speech = RawOperation::find("dated", "speech_create").expect("it is in the table");
/// assert_eq!(speech.is_in("2024-08-01-preview"), Some(true));
/// assert_eq!(speech.is_in("2024-10-21"), Some(false));
/// assert_eq!(speech.is_in("2025-04-01-preview"), None, "only its authoring document is known");
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawOperation {
    /// `dated` or `v1`: the module whose client has it.
    pub module: &'static str,
    /// The name of the method.
    pub name: &'static str,
    /// The HTTP method, such as `POST`.
    pub method: &'static str,
    /// The path behind the base URL; parameters are in braces.
    pub path: &'static str,
    /// The documents that describe it, over all api-versions.
    pub documents: &'static [Document],
    /// The api-versions that have it, oldest first.
    pub versions: &'static [&'static str],
}

impl RawOperation {
    /// Finds an operation by its module, `dated` or `v1`, and the name of its method.
    #[must_use]
    pub fn find(module: &str, name: &str) -> Option<&'static Self> {
        crate::raw::OPERATIONS
            .iter()
            .find(|operation| operation.module == module && operation.name == name)
    }

    /// Whether the api-version has it; `None` where nobody can tell.
    ///
    /// That is so for an api-version without a feature, and for one of which the document that
    /// would describe the operation is not a part of this crate.
    #[must_use]
    pub fn is_in(&self, version: &str) -> Option<bool> {
        if self.versions.contains(&version) {
            return Some(true);
        }
        let known = Version::find(version)?.documents;
        self.documents.iter().all(|document| known.contains(document)).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::RawOperation;

    #[test]
    fn tells_apart_what_a_version_lacks_and_what_nobody_knows() {
        let speech = RawOperation::find("dated", "speech_create").unwrap();
        assert_eq!(speech.is_in("2024-06-01"), Some(false));
        assert_eq!(speech.is_in("2025-03-01-preview"), Some(true));
        assert_eq!(speech.is_in("2025-04-01-preview"), None, "no inference document");
        assert_eq!(speech.is_in("2099-01-01"), None, "an api-version of the future");
        assert_eq!(speech.is_in("v1"), None, "another module");

        let files = RawOperation::find("dated", "files_list").unwrap();
        assert_eq!(files.is_in("2024-10-21"), Some(true));
        assert_eq!(files.is_in("2024-08-01-preview"), None, "no authoring document");
    }

    #[test]
    fn operations_of_v1_have_its_document() {
        let operation = RawOperation::find("v1", "responses_create").unwrap();
        assert_eq!(operation.is_in("v1"), Some(true));
        assert_eq!(operation.is_in("2024-10-21"), None);
    }
}
