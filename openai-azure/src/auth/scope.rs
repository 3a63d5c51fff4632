//! What a token of Microsoft Entra ID is asked for.

use crate::endpoint::{Endpoint, Mode};

/// The scope that the endpoint's cloud and mode want.
///
/// | endpoint | scope |
/// |---|---|
/// | `*.azure.us`, `*.azure-api.us` | `https://cognitiveservices.azure.us/.default` |
/// | `*.azure.cn`, `*.azure-api.cn` | `https://cognitiveservices.azure.cn/.default` |
/// | v1 elsewhere, and Foundry projects | `https://ai.azure.com/.default` |
/// | dated and gateways elsewhere | `https://cognitiveservices.azure.com/.default` |
pub(crate) fn default_scope(endpoint: &Endpoint) -> &'static str {
    let host = endpoint.host();
    let in_cloud = |hosts: [&str; 2]| hosts.iter().any(|end| host.ends_with(end));
    if in_cloud([".azure.us", ".azure-api.us"]) {
        "https://cognitiveservices.azure.us/.default"
    } else if in_cloud([".azure.cn", ".azure-api.cn"]) {
        "https://cognitiveservices.azure.cn/.default"
    } else if endpoint.mode() == Mode::V1 || endpoint.is_project() {
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
            (
                Endpoint::gateway("https://g.azure-api.us/x"),
                "https://cognitiveservices.azure.us/.default",
            ),
            (
                Endpoint::gateway("https://g.azure-api.cn/x"),
                "https://cognitiveservices.azure.cn/.default",
            ),
            // A host that only looks like one of another cloud.
            (
                Endpoint::dated("https://r.azure.us.example"),
                "https://cognitiveservices.azure.com/.default",
            ),
        ] {
            assert_eq!(default_scope(&endpoint.unwrap()), scope);
        }
    }
}
