//! Settings from environment variables.

use crate::auth::Credential;
use crate::trace::LogDetail;

/// The variable that the Azure clients of all languages read.
const LOG_DETAIL: &str = "AZURE_HTTP_LOG_DETAIL_LEVEL";

/// What the environment sets.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    pub(crate) endpoint: Option<String>,
    pub(crate) credential: Option<Credential>,
    pub(crate) api_version: Option<String>,
    pub(crate) deployment: Option<String>,
    pub(crate) log_detail: Option<LogDetail>,
}

impl Environment {
    /// Reads the variables through `lookup`. An empty one counts as unset.
    pub(crate) fn read(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let var = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let token = var("AZURE_OPENAI_AD_TOKEN").map(Credential::token);
        let key = || var("AZURE_OPENAI_API_KEY").map(Credential::api_key);
        let version = var("OPENAI_API_VERSION");
        Self {
            endpoint: var("AZURE_OPENAI_ENDPOINT"),
            credential: token.or_else(key),
            api_version: version.or_else(|| var("AZURE_OPENAI_API_VERSION")),
            deployment: var("AZURE_OPENAI_DEPLOYMENT"),
            log_detail: var(LOG_DETAIL).and_then(|text| log_detail(&text)),
        }
    }
}

/// A wrong word in a variable that serves many programs must not stop this one.
fn log_detail(text: &str) -> Option<LogDetail> {
    let detail = text.parse();
    if let Err(error) = &detail {
        tracing::warn!(cause = %error, "{LOG_DETAIL} is ignored");
    }
    detail.ok()
}

#[cfg(test)]
mod tests {
    use super::{Environment, LogDetail};

    fn read(vars: &[(&str, &str)]) -> Environment {
        let found = |name: &str| {
            vars.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        };
        Environment::read(found)
    }

    fn credential(vars: &[(&str, &str)]) -> Option<String> {
        read(vars).credential.map(|credential| format!("{credential:?}"))
    }

    #[test]
    fn a_token_comes_before_a_key() {
        let (key, token) = (("AZURE_OPENAI_API_KEY", "k"), ("AZURE_OPENAI_AD_TOKEN", "t"));
        assert_eq!(credential(&[]), None);
        assert_eq!(credential(&[key]).unwrap(), "Credential::api_key");
        assert_eq!(credential(&[token]).unwrap(), "Credential::token");
        assert_eq!(credential(&[key, token]).unwrap(), "Credential::token");
    }

    #[test]
    fn the_variables_of_openai_itself_are_not_read() {
        let env = read(&[("OPENAI_API_KEY", "k"), ("OPENAI_BASE_URL", "https://x.example")]);
        assert!(env.credential.is_none() && env.endpoint.is_none());
    }

    #[test]
    fn the_log_detail_is_read_and_an_unknown_one_is_ignored() {
        let detail = |value| read(&[("AZURE_HTTP_LOG_DETAIL_LEVEL", value)]).log_detail;
        assert_eq!(detail("BODY_AND_HEADERS"), Some(LogDetail::BodyAndHeaders));
        assert_eq!(detail("everything"), None);
        assert_eq!(detail(""), None);
    }

    #[test]
    fn both_names_of_the_version_are_read_and_empty_ones_are_unset() {
        let version = |vars: &[(&str, &str)]| read(vars).api_version;
        let (first, second) = ("OPENAI_API_VERSION", "AZURE_OPENAI_API_VERSION");
        assert_eq!(version(&[(first, "a"), (second, "b")]).as_deref(), Some("a"));
        assert_eq!(version(&[(first, " "), (second, "b")]).as_deref(), Some("b"));
        assert_eq!(version(&[(first, "")]), None);
    }
}
