//! Where the service is, and which of its forms of URL it is called by.

mod pasted;

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::error::Error;

/// The address of a resource, of a Foundry project or of a gateway.
///
/// [`Endpoint::parse`] takes what people paste; it is also what
/// [`ClientBuilder::endpoint`](crate::ClientBuilder::endpoint) does with text. The api-version
/// decides together with the URL: none, `v1` or `preview` is v1, a date is dated.
///
/// | URL as pasted | api-version | [`Mode`] | URL before the path of an operation | scope of Entra tokens |
/// |---|---|---|---|---|
/// | `https://r.openai.azure.com`, with `/`, with `/openai` | none | V1 | `https://r.openai.azure.com/openai/v1` | `https://ai.azure.com/.default` |
/// | the same | `2024-10-21` | Dated | `https://r.openai.azure.com/openai` | `https://cognitiveservices.azure.com/.default` |
/// | `https://r.openai.azure.com/openai/v1`, with any operation behind it | none | V1 | `https://r.openai.azure.com/openai/v1` | `https://ai.azure.com/.default` |
/// | `https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21` | from the URL | Dated | `https://r.openai.azure.com/openai` | `https://cognitiveservices.azure.com/.default` |
/// | `https://r.openai.azure.com/openai/responses?api-version=2025-04-01-preview` | from the URL | Dated | `https://r.openai.azure.com/openai` | `https://cognitiveservices.azure.com/.default` |
/// | `https://r.services.ai.azure.com`, with `/models` | none | V1 | `https://r.services.ai.azure.com/openai/v1` | `https://ai.azure.com/.default` |
/// | `https://r.services.ai.azure.com/api/projects/p` | none | V1 | `https://r.services.ai.azure.com/api/projects/p/openai/v1` | `https://ai.azure.com/.default` |
/// | `https://r.cognitiveservices.azure.com` | none | V1 | `https://r.cognitiveservices.azure.com/openai/v1` | `https://ai.azure.com/.default` |
/// | `https://gateway.example/prefix` | none | V1 | `https://gateway.example/prefix/openai/v1` | `https://ai.azure.com/.default` |
/// | the same | `2024-10-21` | Dated | `https://gateway.example/prefix/openai` | `https://cognitiveservices.azure.com/.default` |
/// | `https://gateway.example/prefix/v1` | none | V1 | `https://gateway.example/prefix/v1` | `https://ai.azure.com/.default` |
/// | `https://g.azure-api.net/prefix` | none | Gateway | `https://g.azure-api.net/prefix`, api-version 2024-10-21 | `https://cognitiveservices.azure.com/.default` |
/// | the same | `v1` | V1 | `https://g.azure-api.net/prefix` | `https://ai.azure.com/.default` |
///
/// In the clouds of the US government and of China the scope is
/// `https://cognitiveservices.azure.us/.default` and `https://cognitiveservices.azure.cn/.default`;
/// [`ClientBuilder::scope`](crate::ClientBuilder::scope) sets another one.
///
/// Dated URLs and gateways have the deployment in the path (`/deployments/{deployment}/…`); v1 has
/// it in the field `model` of the body.
///
/// Only `https` is accepted, except for loopback hosts, because every request carries a
/// credential.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
    form: Form,
    /// What the URL itself named.
    api_version: Option<String>,
}

/// Which form of URL an endpoint has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// `{endpoint}/openai/…` with a date as `api-version`.
    Dated,
    /// `{endpoint}/openai/v1/…` without an `api-version`, or with `preview`.
    V1,
    /// The base URL as it is, with a date as `api-version`.
    Gateway,
}

/// The mode as far as the URL decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The api-version decides: dated or v1.
    Resource,
    Dated,
    V1,
    /// The base is everything before the path of an operation.
    Gateway,
    /// The same, without deployments in the path.
    GatewayV1,
}

impl Endpoint {
    /// A resource that is called by the dated API, such as `https://NAME.openai.azure.com`.
    ///
    /// `/openai` at the end may be there or not. Without an api-version,
    /// [`DEFAULT_API_VERSION`](crate::DEFAULT_API_VERSION) is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when it is no URL, has a query or a fragment, or is not `https`.
    pub fn dated(endpoint: &str) -> Result<Self, Error> {
        Ok(Self { form: Form::Dated, ..pasted::read(endpoint)?.without_query()? })
    }

    /// A resource that is called by the v1 API, such as `https://NAME.openai.azure.com`.
    ///
    /// `/openai/v1` at the end may be there or not.
    ///
    /// # Errors
    ///
    /// [`Error::Config`], as for [`Endpoint::dated`].
    pub fn v1(endpoint: &str) -> Result<Self, Error> {
        let endpoint = pasted::read(endpoint)?.without_query()?;
        let form = match endpoint.form {
            Form::GatewayV1 => Form::GatewayV1,
            _ => Form::V1,
        };
        Ok(Self { form, ..endpoint })
    }

    /// A gateway such as Azure API Management, whose URL is everything before the path of an
    /// operation.
    ///
    /// It is called by the dated API, or by v1 where the URL ends in `/v1` or the client's
    /// api-version is `v1` or `preview`. A query of the URL is sent with every request.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when it is no URL, has a fragment, or is not `https`.
    pub fn gateway(base_url: &str) -> Result<Self, Error> {
        pasted::verbatim(base_url)
    }

    /// Reads a URL as the portal, the documentation or a gateway shows it; see the table above.
    ///
    /// ```
    /// use openai_azure::{Endpoint, Mode};
    ///
    /// let endpoint = Endpoint::parse("https://r.openai.azure.com/openai/v1/")?;
    /// assert_eq!(endpoint.mode(), Mode::V1);
    /// # Ok::<(), openai_azure::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] with what to do, for a missing scheme, quotes, placeholders,
    /// `api.openai.com`, a portal, plain `http`, a user or password, a fragment, and for a query
    /// other than `api-version` where the URL is not a gateway's.
    pub fn parse(url: &str) -> Result<Self, Error> {
        pasted::read(url)
    }

    /// Which form of URL it has. That of a resource which is not part of a client yet is
    /// [`Mode::V1`]: the client's api-version decides.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self.form {
            Form::Resource | Form::V1 | Form::GatewayV1 => Mode::V1,
            Form::Dated => Mode::Dated,
            Form::Gateway => Mode::Gateway,
        }
    }

    /// The URL without `/openai`, what follows it, its query and slashes at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self
            .base
            .query()
            .map_or(self.base.as_str().len(), |query| self.base.as_str().len() - query.len() - 1);
        self.base.as_str()[..end].trim_end_matches('/')
    }

    /// The api-version that the URL named.
    pub(crate) fn api_version(&self) -> Option<&str> {
        self.api_version.as_deref()
    }

    /// Whether an api-version of this name can be used with it.
    pub(crate) fn takes(&self, api_version: &str) -> bool {
        match self.form {
            Form::V1 | Form::GatewayV1 => is_v1(api_version),
            Form::Dated => !is_v1(api_version),
            Form::Resource | Form::Gateway => true,
        }
    }

    /// Decides the mode by the api-version.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when URL and api-version contradict each other.
    pub(crate) fn with_api_version(mut self, api_version: Option<&str>) -> Result<Self, Error> {
        if let Some(version) = api_version.filter(|version| !self.takes(version)) {
            return Err(Error::config(match self.mode() {
                Mode::V1 => format!(
                    "the endpoint is of the v1 form, the api-version {version} is not: leave the \
                     api-version out, or the `/v1` of the endpoint"
                ),
                _ => format!(
                    "the endpoint is of the dated form, the api-version {version} is not: make \
                     the endpoint with `Endpoint::v1` or `Endpoint::parse`"
                ),
            }));
        }
        let is_v1 = api_version.map(is_v1);
        self.form = match (self.form, is_v1) {
            (Form::Resource, None | Some(true)) => Form::V1,
            (Form::Resource, Some(false)) => Form::Dated,
            (Form::Gateway, Some(true)) => Form::GatewayV1,
            (form, _) => form,
        };
        Ok(self)
    }

    /// Whether it is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        pasted::is_loopback(&self.base)
    }

    /// Host and port, for traces.
    pub(crate) fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    pub(crate) fn port(&self) -> u16 {
        self.base.port_or_known_default().unwrap_or_default()
    }

    /// Scheme, host and port.
    pub(crate) fn origin(&self) -> url::Origin {
        self.base.origin()
    }

    /// Whether it is a Foundry project.
    pub(crate) fn is_project(&self) -> bool {
        self.host().ends_with(".services.ai.azure.com") && self.base.path().contains("/projects/")
    }

    /// What stands before the path of an operation of `mode`.
    pub(crate) fn base_url(&self, mode: Mode) -> String {
        let base = self.as_str();
        match (self.form, mode) {
            (Form::Gateway | Form::GatewayV1, _) => base.to_owned(),
            (_, Mode::V1) => format!("{base}/openai/v1"),
            _ => format!("{base}/openai"),
        }
    }

    /// The query that a gateway's URL has.
    pub(crate) fn query(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.base.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()))
    }

    fn without_query(self) -> Result<Self, Error> {
        match self.base.query() {
            Some(_) => Err(Error::config(
                "the endpoint may not have a query but `api-version`; only a gateway's URL may",
            )),
            None => Ok(self),
        }
    }
}

/// Whether an api-version is one of v1.
pub(crate) fn is_v1(api_version: &str) -> bool {
    matches!(api_version, "v1" | "preview" | "v1-preview")
}

impl FromStr for Endpoint {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        Self::parse(url)
    }
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

impl TryFrom<&String> for Endpoint {
    type Error = Error;

    fn try_from(url: &String) -> Result<Self, Error> {
        Self::parse(url)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({:?}, {})", self.mode(), self.as_str())
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
            ("https://h.example/openai/team", "https://h.example/openai/team/openai"),
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
    fn the_api_version_of_a_url_is_no_part_of_its_query() {
        let url = "https://gw.azure-api.net/llm?api-version=2024-06-01&team=7";
        let endpoint = Endpoint::parse(url).unwrap();
        assert_eq!(endpoint.api_version(), Some("2024-06-01"));
        assert_eq!(endpoint.query().collect::<Vec<_>>(), [("team".to_owned(), "7".to_owned())]);
    }

    #[test]
    fn what_cannot_work_is_refused_with_what_to_do_and_without_repeating_it() {
        for (url, word) in [
            ("", "AZURE_OPENAI_ENDPOINT"),
            (" ", "AZURE_OPENAI_ENDPOINT"),
            ("r.openai.azure.com", "add https://"),
            ("r.openai.azure.com:443/hunter2", "add https://"),
            ("\"https://r.openai.azure.com\"", "quotes"),
            ("https://r.openai.azure.com’", "quotes"),
            ("https://<resource>.openai.azure.com", "placeholder"),
            ("https://{name}.openai.azure.com", "placeholder"),
            ("${ENDPOINT}", "placeholder"),
            ("https://YOUR-RESOURCE.openai.azure.com", "placeholder"),
            ("https://YOUR_RESOURCE_NAME.openai.azure.com", "placeholder"),
            ("https://NAME.openai.azure.com", "placeholder"),
            ("https://api.openai.com/v1", "OpenAI's own service"),
            ("https://ai.azure.com/resource/hunter2", "portal"),
            ("ftp://r.example", "https, not ftp"),
            ("wss://r.openai.azure.com/openai/v1/realtime", "https, not wss"),
            ("http://r.example", "must be https"),
            ("http://127.0.0.1.example", "must be https"),
            ("http://10.0.0.1", "must be https"),
            ("https://user:hunter2@r.example", "password"),
            ("https://r.example/#x", "fragment"),
            ("https://r.example/?sig=hunter2", "query"),
            ("https://r example", "not a URL"),
        ] {
            for endpoint in [Endpoint::parse(url), Endpoint::dated(url), Endpoint::v1(url)] {
                let error = endpoint.unwrap_err();
                assert!(matches!(error, Error::Config(_)), "{url}");
                let shown = format!("{error} {error:?}");
                assert!(shown.contains(word) && !shown.contains("hunter2"), "{url}: {shown}");
            }
        }
    }

    #[test]
    fn an_api_version_that_contradicts_the_url_is_refused() {
        let v1 = Endpoint::v1("https://r.example").unwrap();
        let error = v1.with_api_version(Some("2024-10-21")).unwrap_err().to_string();
        assert!(error.contains("2024-10-21"), "{error}");
        let dated = Endpoint::dated("https://r.example").unwrap();
        assert!(dated.with_api_version(Some("preview")).is_err());
    }
}
