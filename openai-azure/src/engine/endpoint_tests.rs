//! One table: what is pasted and the api-version on one side, what is called on the other.

use super::client::Client;
use crate::endpoint::Mode::{self, Dated, Gateway, V1};

const AI: &str = "https://ai.azure.com/.default";
const COGNITIVE: &str = "https://cognitiveservices.azure.com/.default";

type Row = (&'static str, Option<&'static str>, Mode, &'static str, Option<&'static str>);

/// URL, api-version of the builder; mode, URL before the path, api-version of the client.
const TABLE: &[Row] = &[
    ("https://r.openai.azure.com", None, V1, "https://r.openai.azure.com/openai/v1", None),
    ("https://r.openai.azure.com/", None, V1, "https://r.openai.azure.com/openai/v1", None),
    ("  https://r.openai.azure.com/  ", None, V1, "https://r.openai.azure.com/openai/v1", None),
    ("https://r.openai.azure.com/openai", None, V1, "https://r.openai.azure.com/openai/v1", None),
    (
        "https://r.openai.azure.com/openai/v1",
        None,
        V1,
        "https://r.openai.azure.com/openai/v1",
        None,
    ),
    (
        "https://r.openai.azure.com/openai/v1/",
        None,
        V1,
        "https://r.openai.azure.com/openai/v1",
        None,
    ),
    (
        "https://r.openai.azure.com/openai/v1/chat/completions",
        None,
        V1,
        "https://r.openai.azure.com/openai/v1",
        None,
    ),
    (
        "https://r.openai.azure.com/openai/v1/images/edits?api-version=preview",
        None,
        V1,
        "https://r.openai.azure.com/openai/v1",
        Some("preview"),
    ),
    (
        "https://r.openai.azure.com",
        Some("2024-10-21"),
        Dated,
        "https://r.openai.azure.com/openai",
        Some("2024-10-21"),
    ),
    (
        "https://r.openai.azure.com",
        Some("preview"),
        V1,
        "https://r.openai.azure.com/openai/v1",
        Some("preview"),
    ),
    (
        "https://r.openai.azure.com/openai/deployments/x/chat/completions?api-version=2024-06-01",
        None,
        Dated,
        "https://r.openai.azure.com/openai",
        Some("2024-06-01"),
    ),
    (
        "https://r.openai.azure.com/openai/deployments/x/chat/completions?api-version=2024-06-01",
        Some("v1"),
        V1,
        "https://r.openai.azure.com/openai/v1",
        Some("v1"),
    ),
    (
        "https://r.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
        None,
        Dated,
        "https://r.openai.azure.com/openai",
        Some("2025-04-01-preview"),
    ),
    (
        "https://r.cognitiveservices.azure.com/",
        None,
        V1,
        "https://r.cognitiveservices.azure.com/openai/v1",
        None,
    ),
    (
        "https://r.cognitiveservices.azure.com/openai/deployments/d/embeddings?api-version=2024-10-21",
        None,
        Dated,
        "https://r.cognitiveservices.azure.com/openai",
        Some("2024-10-21"),
    ),
    (
        "https://r.services.ai.azure.com",
        None,
        V1,
        "https://r.services.ai.azure.com/openai/v1",
        None,
    ),
    (
        "https://r.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
        None,
        V1,
        "https://r.services.ai.azure.com/openai/v1",
        None,
    ),
    (
        "https://r.services.ai.azure.com/api/projects/p",
        None,
        V1,
        "https://r.services.ai.azure.com/api/projects/p/openai/v1",
        None,
    ),
    (
        "https://r.services.ai.azure.com/api/projects/p/openai/v1/responses",
        None,
        V1,
        "https://r.services.ai.azure.com/api/projects/p/openai/v1",
        None,
    ),
    ("https://gw.example/team/x/", None, V1, "https://gw.example/team/x/openai/v1", None),
    (
        "https://gw.example/team/openai",
        Some("2024-10-21"),
        Dated,
        "https://gw.example/team/openai",
        Some("2024-10-21"),
    ),
    ("https://gw.example/team/v1", None, V1, "https://gw.example/team/v1", None),
    ("https://gw.azure-api.net/team", None, Gateway, "https://gw.azure-api.net/team", None),
    ("https://gw.azure-api.net/team", Some("v1"), V1, "https://gw.azure-api.net/team", Some("v1")),
    (
        "https://gw.azure-api.net/team/openai/v1",
        None,
        V1,
        "https://gw.azure-api.net/team/openai/v1",
        None,
    ),
    (
        "https://gw.azure-api.net/team/deployments/d/embeddings?api-version=2024-06-01",
        None,
        Gateway,
        "https://gw.azure-api.net/team",
        Some("2024-06-01"),
    ),
    ("http://127.0.0.1:8080", None, V1, "http://127.0.0.1:8080/openai/v1", None),
];

fn client(url: &str, version: Option<&str>) -> Client {
    let builder = Client::builder().endpoint(url).api_key("k");
    let builder = match version {
        Some(version) => builder.api_version(version),
        None => builder,
    };
    builder.build().unwrap_or_else(|error| panic!("{url}: {error}"))
}

#[test]
fn url_and_api_version_decide_mode_base_and_scope() {
    for (url, version, mode, base, sent) in TABLE {
        let client = client(url, *version);
        let endpoint = client.endpoint();
        assert_eq!(endpoint.mode(), *mode, "{url}");
        assert_eq!(endpoint.base_url(*mode), *base, "{url}");
        assert_eq!(client.inner().options.api_version.as_deref(), *sent, "{url}");
        let scope = if *mode == V1 { AI } else { COGNITIVE };
        assert_eq!(client.inner().resource.scope, scope, "{url}");
    }
}

/// The table in the documentation of `Endpoint` is true.
#[test]
fn the_documented_table_holds() {
    let code = |cell: &str| cell.split('`').nth(1).map(str::to_owned);
    let (mut url, mut rows) = (String::new(), 0);
    for line in include_str!("../endpoint/mod.rs").lines() {
        if !line.starts_with("/// | `https") && !line.starts_with("/// | the same") {
            continue;
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        url = code(cells[1]).unwrap_or(url);
        let client = client(&url, code(cells[2]).as_deref());
        let mode = client.endpoint().mode();
        assert_eq!(format!("{mode:?}"), cells[3], "{line}");
        assert_eq!(Some(client.endpoint().base_url(mode)), code(cells[4]), "{line}");
        assert_eq!(Some(&client.inner().resource.scope), code(cells[5]).as_ref(), "{line}");
        rows += 1;
    }
    assert_eq!(rows, 13);
}

#[test]
fn a_foundry_project_has_its_scope_in_every_mode() {
    let url = "https://r.services.ai.azure.com/api/projects/p/openai/responses";
    let client = client(url, Some("2025-11-15-preview"));
    assert_eq!((client.endpoint().mode(), client.inner().resource.scope.as_str()), (Dated, AI));
    assert_eq!(
        client.endpoint().base_url(Dated),
        "https://r.services.ai.azure.com/api/projects/p/openai"
    );
}

#[test]
fn the_environment_decides_last_and_never_against_the_url() {
    let made = |url: &str, explicit: Option<&str>| {
        let vars = |name: &str| (name == "OPENAI_API_VERSION").then(|| "2024-06-01".to_owned());
        let builder = Client::builder().environment_from(vars).endpoint(url).api_key("k");
        let builder = match explicit {
            Some(version) => builder.api_version(version),
            None => builder,
        };
        let client = builder.build().unwrap();
        (client.endpoint().mode(), client.inner().options.api_version.clone())
    };
    let version = |text: &str| Some(text.to_owned());
    assert_eq!(made("https://r.example", None), (Dated, version("2024-06-01")));
    assert_eq!(made("https://r.example/openai/v1", None), (V1, None));
    assert_eq!(made("https://r.example", Some("v1")), (V1, version("v1")));
    let target = "https://r.example/openai/responses?api-version=2025-03-01-preview";
    assert_eq!(made(target, None), (Dated, version("2025-03-01-preview")));
}

#[test]
fn an_explicit_api_version_that_contradicts_the_url_is_refused() {
    let url = "https://r.example/openai/v1";
    let built = Client::builder().endpoint(url).api_key("k").api_version("2024-10-21").build();
    assert!(built.unwrap_err().to_string().contains("2024-10-21"));
}
