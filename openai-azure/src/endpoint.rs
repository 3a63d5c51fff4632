//! Where the service is, and which of its three forms of URL it speaks.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::error::Error;

/// The address of a resource.
///
/// | mode | URL of a chat |
/// |---|---|
/// | [`dated`](Endpoint::dated) | `{endpoint}/openai/deployments/{deployment}/chat/completions?api-version=…` |
/// | [`v1`](Endpoint::v1) | `{endpoint}/openai/v1/chat/completions`, the deployment goes into `model` |
/// | [`gateway`](Endpoint::gateway) | `{endpoint}/deployments/{deployment}/chat/completions?api-version=…` |
///
/// A path prefix of the endpoint is kept, slashes at its end are dropped. Only `https` is taken,
/// except for loopback hosts, because every request carries a credential.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
    mode: Mode,
}

/// Which form of URL an endpoint speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// `{endpoint}/openai/…` with an `api-version`.
    Dated,
    /// `{endpoint}/openai/v1/…` without one.
    V1,
    /// The base URL as it is, with an `api-version`.
    Gateway,
}

impl Endpoint {
    /// A resource with the dated API, such as `https://NAME.openai.azure.com`.
    ///
    /// `/openai` at the end may be there or not.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when it is no URL, has a query or a fragment, or is not `https`.
    pub fn dated(endpoint: &str) -> Result<Self, Error> {
        let base = parse(endpoint)?;
        Ok(Self { base: without_suffix(base, &["openai"]), mode: Mode::Dated })
    }

    /// A resource with the v1 API, such as `https://NAME.openai.azure.com`.
    ///
    /// `/openai/v1` at the end may be there or not.
    ///
    /// # Errors
    ///
    /// [`Error::Config`], as for [`Endpoint::dated`].
    pub fn v1(endpoint: &str) -> Result<Self, Error> {
        let base = parse(endpoint)?;
        Ok(Self { base: without_suffix(base, &["openai", "v1"]), mode: Mode::V1 })
    }

    /// A gateway such as Azure API Management, whose URL is taken as it is.
    ///
    /// A query of the URL is sent with every request.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when it is no URL, has a fragment, or is not `https`.
    pub fn gateway(base_url: &str) -> Result<Self, Error> {
        Ok(Self { base: checked(base_url)?, mode: Mode::Gateway })
    }

    /// Finds the mode by the form of the URL: `…/openai/v1` is v1, a path at an `azure-api.net`
    /// host is a gateway, all else is dated.
    ///
    /// # Errors
    ///
    /// [`Error::Config`], as for [`Endpoint::dated`].
    pub fn parse(url: &str) -> Result<Self, Error> {
        let base = checked(url)?;
        let path = base.path().trim_end_matches('/');
        let is_api_management =
            base.host_str().is_some_and(|host| host.ends_with(".azure-api.net"));
        if path.ends_with("/openai/v1") {
            Self::v1(url)
        } else if is_api_management && !path.is_empty() && !path.ends_with("/openai") {
            Self::gateway(url)
        } else {
            Self::dated(url)
        }
    }

    /// Which form of URL it speaks.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The URL as it was given, without its query and without slashes at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self
            .base
            .query()
            .map_or(self.base.as_str().len(), |query| self.base.as_str().len() - query.len() - 1);
        self.base.as_str()[..end].trim_end_matches('/')
    }

    /// Whether it is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }

    /// Host and port, for traces.
    pub(crate) fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        self.base.port_or_known_default().unwrap_or_default()
    }

    /// What stands before the path of an operation of `mode`.
    pub(crate) fn base_url(&self, mode: Mode) -> String {
        let base = self.as_str();
        match (self.mode, mode) {
            (Mode::Gateway, _) => base.to_owned(),
            (_, Mode::V1) => format!("{base}/openai/v1"),
            _ => format!("{base}/openai"),
        }
    }

    /// The query that a gateway's URL brings along.
    pub(crate) fn query(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.base.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()))
    }
}

fn parse(endpoint: &str) -> Result<Url, Error> {
    let url = checked(endpoint)?;
    if url.query().is_some() {
        return Err(Error::config("the endpoint may not have a query; only a gateway's URL may"));
    }
    Ok(url)
}

fn checked(endpoint: &str) -> Result<Url, Error> {
    if endpoint.trim().is_empty() {
        return Err(Error::config(
            "no endpoint: set AZURE_OPENAI_ENDPOINT or call `endpoint` of the builder, with a URL \
             such as https://NAME.openai.azure.com",
        ));
    }
    // The text itself is not repeated: it may hold a password.
    let url = Url::parse(endpoint.trim())
        .map_err(|e| Error::config(format!("the endpoint is not a URL: {e}")))?;
    if url.host().is_none() {
        return Err(Error::config("the endpoint has no host"));
    }
    let is_loopback = is_loopback(&url);
    match url.scheme() {
        "https" => {}
        "http" if is_loopback => {}
        "http" => {
            return Err(Error::config(
                "the endpoint must be https, because each request carries a credential; plain \
                 http is for loopback hosts only",
            ));
        }
        other => return Err(Error::config(format!("the endpoint must be https, not {other}"))),
    }
    if url.fragment().is_some() {
        return Err(Error::config("the endpoint may not have a fragment"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::config("the endpoint may not have a user or a password"));
    }
    Ok(url)
}

/// Whether the host is this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

fn without_suffix(mut url: Url, suffix: &[&str]) -> Url {
    let path = url.path().trim_end_matches('/').to_owned();
    let mut segments: Vec<&str> = path.split('/').collect();
    if segments.ends_with(suffix) {
        segments.truncate(segments.len() - suffix.len());
    }
    url.set_path(&segments.join("/"));
    url
}

impl TryFrom<&str> for Endpoint {
    type Error = Error;

    fn try_from(url: &str) -> Result<Self, Error> {
        Self::parse(url)
    }
}

impl TryFrom<String> for Endpoint {
    type Error = Error;

    fn try_from(url: String) -> Result<Self, Error> {
        Self::parse(&url)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({:?}, {})", self.mode, self.as_str())
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Error, Mode};

    #[test]
    fn slashes_at_the_end_are_dropped_and_a_prefix_is_kept() {
        for (given, base) in [
            ("https://r.openai.azure.com", "https://r.openai.azure.com/openai"),
            ("https://r.openai.azure.com///", "https://r.openai.azure.com/openai"),
            ("https://r.openai.azure.com/openai/", "https://r.openai.azure.com/openai"),
            ("https://h.example/a/b/", "https://h.example/a/b/openai"),
            ("https://deployments.example", "https://deployments.example/openai"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/openai"),
            ("http://[::1]:8080/", "http://[::1]:8080/openai"),
        ] {
            let endpoint = Endpoint::dated(given).unwrap();
            assert_eq!(endpoint.base_url(Mode::Dated), base);
        }
    }

    #[test]
    fn v1_has_its_own_base() {
        for given in ["https://r.example", "https://r.example/", "https://r.example/openai/v1/"] {
            let endpoint = Endpoint::v1(given).unwrap();
            assert_eq!(endpoint.base_url(Mode::V1), "https://r.example/openai/v1");
        }
    }

    #[test]
    fn a_gateway_is_taken_as_it_is() {
        let endpoint = Endpoint::gateway("https://gw.example/team/x/?subscription=7").unwrap();
        assert_eq!(endpoint.base_url(Mode::Dated), "https://gw.example/team/x");
        let query: Vec<_> = endpoint.query().collect();
        assert_eq!(query, [("subscription".to_owned(), "7".to_owned())]);
    }

    #[test]
    fn the_mode_is_recognised_by_the_url() {
        for (url, mode) in [
            ("https://r.openai.azure.com", Mode::Dated),
            ("https://r.openai.azure.com/openai", Mode::Dated),
            ("https://r.openai.azure.com/openai/v1/", Mode::V1),
            ("https://r.services.ai.azure.com/openai/v1", Mode::V1),
            ("https://gw.azure-api.net/llm", Mode::Gateway),
            ("https://gw.azure-api.net/llm/openai", Mode::Dated),
            ("https://gw.azure-api.net", Mode::Dated),
            ("https://proxy.example/prefix", Mode::Dated),
        ] {
            assert_eq!(Endpoint::parse(url).unwrap().mode(), mode, "{url}");
        }
    }

    #[test]
    fn what_cannot_work_is_refused_without_repeating_it() {
        for url in [
            "",
            " ",
            "r.openai.azure.com",
            "ftp://r.example",
            "http://r.example",
            "http://127.0.0.1.example",
            "https://user:hunter2@r.example",
            "https://r.example/#x",
            "https://r.example/?sig=hunter2",
            "http://10.0.0.1",
        ] {
            let error = Endpoint::dated(url).unwrap_err();
            assert!(matches!(error, Error::Config(_)), "{url}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
        }
    }
}
