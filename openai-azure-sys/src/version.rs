//! What an api-version is.

use crate::operation::Operation;

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
    /// The value of the query parameter `api-version`; `None` if none is sent.
    pub api_version: Option<&'static str>,
    /// The documents of it that this crate was made from. An operation of another document may
    /// exist in the service all the same.
    pub documents: &'static [Document],
    /// Its place in [`VERSIONS`](crate::VERSIONS), below 64.
    pub index: u8,
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

    /// The operations that it is known to have, in the order of their names.
    pub fn operations(&self) -> impl Iterator<Item = &'static Operation> + use<> {
        let bit = self.bit();
        Operation::all().iter().copied().filter(move |operation| operation.versions & bit != 0)
    }

    /// Whether its client has a method of this name.
    #[must_use]
    pub fn has(&self, operation: &str) -> bool {
        Operation::find(operation).is_some_and(|operation| operation.versions & self.bit() != 0)
    }

    /// Its bit in [`Operation::versions`].
    pub(crate) fn bit(&self) -> u64 {
        1 << (self.index & 63)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_index_is_the_place_in_the_list() {
        for (at, version) in crate::VERSIONS.iter().enumerate() {
            assert_eq!(usize::from(version.index), at, "{}", version.name);
        }
    }
}
