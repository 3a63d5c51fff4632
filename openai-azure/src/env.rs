//! Settings from environment variables.

use crate::auth::Credential;

/// What the environment says.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    pub(crate) endpoint: Option<String>,
    pub(crate) credential: Option<Credential>,
    pub(crate) api_version: Option<String>,
    pub(crate) deployment: Option<String>,
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Environment;

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
    fn both_names_of_the_version_are_read_and_empty_ones_are_unset() {
        let version = |vars: &[(&str, &str)]| read(vars).api_version;
        let (first, second) = ("OPENAI_API_VERSION", "AZURE_OPENAI_API_VERSION");
        assert_eq!(version(&[(first, "a"), (second, "b")]).as_deref(), Some("a"));
        assert_eq!(version(&[(first, " "), (second, "b")]).as_deref(), Some("b"));
        assert_eq!(version(&[(first, "")]), None);
    }
}
