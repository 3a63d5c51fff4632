//! What an api-version is.

/// The facts of one api-version. All of them are in [`VERSIONS`](crate::VERSIONS).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Version {
    /// The name as the service spells it; the feature has the same name.
    pub name: &'static str,
    /// Whether it is generally available.
    pub stage: Stage,
    /// The date in its name, as `YYYY-MM-DD`; `v1` has none.
    pub date: Option<&'static str>,
    /// The documents of it that this crate was made from. An operation of another document may
    /// exist in the service all the same.
    pub documents: &'static [Document],
    /// The names of its client's methods, in the order of the alphabet.
    pub operations: &'static [&'static str],
}

/// How far the service stands behind an api-version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Generally available.
    GeneralAvailability,
    /// A preview, which may change and be retired.
    Preview,
}

/// Which document of the service describes an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Document {
    /// The dated document of models at work: chat, embeddings, audio, images, assistants, responses.
    Inference,
    /// The dated document of what is around them: files, batches, fine-tuning, models, evaluations.
    Authoring,
    /// The one document of `v1`.
    V1,
}

impl Version {
    /// Finds a version by its name.
    ///
    /// ```
    /// use openai_azure_sys::Version;
    ///
    /// assert!(Version::find("2024-10-21").is_some_and(|v| v.has("chat_completions_create")));
    /// assert!(Version::find("1999-01-01").is_none());
    /// ```
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        crate::VERSIONS.iter().find(|version| version.name == name)
    }

    /// Whether its client has a method of this name.
    #[must_use]
    pub fn has(&self, operation: &str) -> bool {
        self.operations.binary_search(&operation).is_ok()
    }
}
