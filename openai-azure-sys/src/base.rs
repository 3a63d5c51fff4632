//! Where a client sends its requests.

use std::sync::Arc;

/// The base URL of a client, and whether deployments stand in the path behind it.
///
/// A dated api-version puts the deployment into the path of an operation that needs one
/// (`/deployments/{deployment}/chat/completions`); `v1` sends it as the field `model` of the body.
///
/// ```
/// use openai_azure_sys::Base;
///
/// let base = Base::dated("https://NAME.openai.azure.com/openai/");
/// assert_eq!(base.url(), "https://NAME.openai.azure.com/openai");
/// assert!(base.deployments_in_path());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    url: Arc<str>,
    deployments_in_path: bool,
}

impl Base {
    /// The base of the dated api-versions, such as `https://NAME.openai.azure.com/openai`.
    #[must_use]
    pub fn dated(url: impl AsRef<str>) -> Self {
        Self { url: url.as_ref().trim_end_matches('/').into(), deployments_in_path: true }
    }

    /// The base of `v1`, such as `https://NAME.openai.azure.com/openai/v1`.
    #[must_use]
    pub fn v1(url: impl AsRef<str>) -> Self {
        Self { deployments_in_path: false, ..Self::dated(url) }
    }

    /// The URL, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether deployments stand in the path.
    #[must_use]
    pub fn deployments_in_path(&self) -> bool {
        self.deployments_in_path
    }
}
