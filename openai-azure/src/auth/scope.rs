//! What a token of Microsoft Entra ID is asked for.

use crate::endpoint::{Endpoint, Mode};

/// The scope that the endpoint's cloud and mode want.
///
/// | endpoint | scope |
/// |---|---|
/// | `*.azure.us` | `https://cognitiveservices.azure.us/.default` |
/// | `*.azure.cn` | `https://cognitiveservices.azure.cn/.default` |
/// | v1 elsewhere | `https://ai.azure.com/.default` |
/// | dated and gateways elsewhere | `https://cognitiveservices.azure.com/.default` |
pub(crate) fn default_scope(endpoint: &Endpoint) -> &'static str {
    let host = endpoint.host();
    if host.ends_with(".azure.us") {
        "https://cognitiveservices.azure.us/.default"
    } else if host.ends_with(".azure.cn") {
        "https://cognitiveservices.azure.cn/.default"
    } else if endpoint.mode() == Mode::V1 {
        "https://ai.azure.com/.default"
    } else {
        "https://cognitiveservices.azure.com/.default"
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, default_scope};

    #[test]
    fn the_scope_follows_cloud_and_mode() {
        for (endpoint, scope) in [
            (
                Endpoint::dated("https://r.openai.azure.com"),
                "https://cognitiveservices.azure.com/.default",
            ),
            (Endpoint::v1("https://r.openai.azure.com"), "https://ai.azure.com/.default"),
            (
                Endpoint::gateway("https://g.example/x"),
                "https://cognitiveservices.azure.com/.default",
            ),
            (
                Endpoint::dated("https://r.openai.azure.us"),
                "https://cognitiveservices.azure.us/.default",
            ),
            (
                Endpoint::v1("https://r.openai.azure.us"),
                "https://cognitiveservices.azure.us/.default",
            ),
            (
                Endpoint::dated("https://r.openai.azure.cn"),
                "https://cognitiveservices.azure.cn/.default",
            ),
        ] {
            assert_eq!(default_scope(&endpoint.unwrap()), scope);
        }
    }
}
