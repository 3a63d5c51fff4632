//! From a path to the operation that it names.

use percent_encoding::percent_decode_str;

/// What a path asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// Whether it is of the v1 form, without an api-version.
    pub(crate) is_v1: bool,
    /// The deployment in the path.
    pub(crate) deployment: Option<String>,
    /// The decoded segments behind `/openai` or `/openai/v1`.
    pub(crate) segments: Vec<String>,
}

impl Route {
    /// Reads a path. A gateway has no `/openai` before `/deployments`, and perhaps a prefix.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let decode =
            |segment: &str| Some(percent_decode_str(segment).decode_utf8().ok()?.into_owned());
        let segments: Vec<String> =
            path.trim_start_matches('/').split('/').map(decode).collect::<Option<_>>()?;
        let find = |name: &str| segments.iter().position(|segment| segment == name);
        let (is_v1, from) = match (find("openai"), find("deployments")) {
            (Some(openai), deployments) if deployments.is_none_or(|at| openai < at) => {
                let is_v1 = segments.get(openai + 1).is_some_and(|next| next == "v1");
                (is_v1, openai + 1 + usize::from(is_v1))
            }
            (_, Some(deployments)) => (false, deployments),
            (_, None) => (false, 0),
        };
        let segments = segments[from..].to_vec();
        let deployment = match segments.as_slice() {
            [first, name, ..] if first == "deployments" && !is_v1 => Some(name.clone()),
            _ => None,
        };
        Some(Self { is_v1, deployment, segments })
    }

    /// The segments of the operation, without the deployment.
    pub(crate) fn operation(&self) -> Vec<&str> {
        let skipped = if self.deployment.is_some() { 2 } else { 0 };
        self.segments[skipped..].iter().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Route;

    fn read(path: &str) -> (bool, Option<String>, String) {
        let route = Route::parse(path).unwrap();
        let operation = route.operation().join("/");
        (route.is_v1, route.deployment, operation)
    }

    #[test]
    fn the_three_forms_of_url_are_told_apart() {
        let chat = "chat/completions".to_owned();
        for (path, is_v1, deployment) in [
            ("/openai/deployments/gpt-4o/chat/completions", false, Some("gpt-4o")),
            ("//openai/deployments/a%2Fb%20c/chat/completions", false, Some("a/b c")),
            ("/openai/deployments/deployments/chat/completions", false, Some("deployments")),
            ("/openai/deployments/openai/chat/completions", false, Some("openai")),
            ("/openai/v1/chat/completions", true, None),
            ("/prefix/openai/v1/chat/completions", true, None),
            ("/gateway/deployments/openai/chat/completions", false, Some("openai")),
        ] {
            assert_eq!(read(path), (is_v1, deployment.map(Into::into), chat.clone()), "{path}");
        }
        assert_eq!(read("/openai/files/f/content"), (false, None, "files/f/content".into()));
    }
}
