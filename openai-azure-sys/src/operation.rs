//! What is known of an operation of the service, over all api-versions.

use http::Method;

use crate::version::{Document, Stage, Version};

/// An operation of the service: its name, its request line and the api-versions that have it.
///
/// There is one `static` per operation in [`operations`](crate::operations); the clients of all
/// api-versions have a method of the same name.
///
/// ```
/// use openai_azure_sys::{Operation, operations};
///
/// let speech = &operations::SPEECH_CREATE;
/// assert_eq!(speech.path, "/audio/speech");
/// assert_eq!(speech.is_in("2024-08-01-preview"), Some(true));
/// assert_eq!(speech.is_in("2024-10-21"), Some(false));
/// assert_eq!(speech.is_in("2099-01-01"), None);
/// assert!(std::ptr::eq(speech, Operation::find("speech_create").expect("it is listed")));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Operation {
    /// The name of its method, such as `chat_completions_create`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path behind the base URL with parameters in braces, such as `/responses/{response_id}`;
    /// without the deployment.
    pub path: &'static str,
    /// Whether a dated api-version puts `/deployments/{deployment}` in front of the path.
    pub is_deployment_scoped: bool,
    /// The documents of the service that describe it, over all api-versions.
    pub documents: &'static [Document],
    /// One bit per api-version, by [`Version::index`].
    pub(crate) versions: u64,
}

impl Operation {
    /// Every operation, in the order of their names.
    #[must_use]
    pub fn all() -> &'static [&'static Self] {
        crate::operations::ALL
    }

    /// Finds an operation by its name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        let all = Self::all();
        let at = all.binary_search_by(|operation| operation.name.cmp(name)).ok()?;
        Some(all[at])
    }

    /// Whether the api-version of this name has it; `None` where nobody can tell.
    ///
    /// That is so for an api-version without a feature, and for one of which the document that
    /// would describe the operation is not part of this crate.
    #[must_use]
    pub fn is_in(&self, version: &str) -> Option<bool> {
        self.is_in_version(Version::find(version)?)
    }

    /// Whether an api-version has it, in constant time; `None` where nobody can tell.
    #[must_use]
    pub fn is_in_version(&self, version: &Version) -> Option<bool> {
        if self.versions & version.bit() != 0 {
            return Some(true);
        }
        if version.date.is_none() {
            // One document describes the whole version.
            return Some(false);
        }
        let is_known = |document: &Document| version.documents.contains(document);
        let mut dated = self.documents.iter().filter(|document| **document != Document::V1);
        let lacks = match dated.next() {
            Some(first) => is_known(first) && dated.all(is_known),
            // Only v1 has it: either document of a date could.
            None => is_known(&Document::Inference) && is_known(&Document::Authoring),
        };
        lacks.then_some(false)
    }

    /// The api-versions that are known to have it, oldest first.
    pub fn versions(&self) -> impl Iterator<Item = &'static Version> + use<> {
        let versions = self.versions;
        crate::VERSIONS.iter().filter(move |version| versions & version.bit() != 0)
    }

    /// Whether only previews have it.
    #[must_use]
    pub fn is_preview_only(&self) -> bool {
        self.versions().all(|version| version.stage == Stage::Preview)
    }
}

#[cfg(test)]
mod tests {
    use super::Operation;
    use crate::operations::{FILES_LIST, RESPONSES_CREATE, SPEECH_CREATE};
    use crate::{Document, Stage, Version};

    #[test]
    fn what_a_version_lacks_is_told_apart_from_what_nobody_knows() {
        let speech = &SPEECH_CREATE;
        assert_eq!(speech.is_in("2024-06-01"), Some(false));
        assert_eq!(speech.is_in("2025-03-01-preview"), Some(true));
        assert_eq!(speech.is_in("2099-01-01"), None, "an api-version of the future");
        assert_eq!(speech.is_in("v1"), Some(false), "v1 has one document");

        let files = &FILES_LIST;
        assert_eq!(files.is_in("2024-10-21"), Some(true));
        assert_eq!(files.is_in("v1"), Some(true));
    }

    #[test]
    fn nobody_knows_what_a_document_that_is_not_here_describes() {
        let version = |documents| Version {
            name: "2024-12-01",
            stage: Stage::Preview,
            date: Some("2024-12-01"),
            api_version: Some("2024-12-01"),
            documents,
            index: 63,
        };
        let only_v1 = Operation {
            name: "x",
            method: http::Method::GET,
            path: "/x",
            is_deployment_scoped: false,
            documents: &[Document::V1],
            versions: 0,
        };
        let half = version(&[Document::Inference]);
        assert_eq!(FILES_LIST.is_in_version(&half), None, "authoring describes files");
        assert_eq!(SPEECH_CREATE.is_in_version(&half), Some(false));
        assert_eq!(only_v1.is_in_version(&half), None);
        let whole = version(&[Document::Authoring, Document::Inference]);
        assert_eq!(FILES_LIST.is_in_version(&whole), Some(false));
        assert_eq!(only_v1.is_in_version(&whole), Some(false));
    }

    #[test]
    fn an_operation_is_one_in_dated_versions_and_v1() {
        let operation = &RESPONSES_CREATE;
        assert_eq!(operation.is_in("v1"), Some(true));
        assert_eq!(operation.is_in("2025-03-01-preview"), Some(true));
        assert!(!operation.is_deployment_scoped && !operation.is_preview_only());
        assert!(SPEECH_CREATE.is_deployment_scoped);
    }

    #[test]
    fn every_operation_is_found_by_its_name() {
        for operation in Operation::all() {
            let found = Operation::find(operation.name).unwrap();
            assert!(std::ptr::eq(found, *operation), "{}", operation.name);
            assert!(operation.versions().next().is_some(), "{}", operation.name);
        }
        assert!(Operation::find("chat").is_none());
    }
}
