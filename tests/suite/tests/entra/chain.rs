//! The default chain, each time in a process of its own: it reads the environment.

use std::path::{Path, PathBuf};
use std::process::Output;

use super::*;

/// Set for the test that runs as the child: the endpoint that it calls.
const ENDPOINT: &str = "ENTRA_TEST_ENDPOINT";
/// Set for a child that has a workload identity alone in place of the chain.
const WORKLOAD: &str = "ENTRA_TEST_WORKLOAD";

/// What the child runs. Alone it does nothing.
#[tokio::test]
async fn the_child_calls_the_service_with_the_default_chain() {
    let Ok(endpoint) = std::env::var(ENDPOINT) else { return };
    let credential = match std::env::var_os(WORKLOAD) {
        None => Credential::default_chain(),
        Some(_) => Credential::workload_identity(),
    };
    let credential = match credential {
        Ok(credential) => credential,
        Err(error) => return println!("config error: {error}"),
    };
    let client = planted::builder()
        .endpoint(Endpoint::dated(&endpoint).unwrap())
        .credential(credential)
        .retry(RetryPolicy::none())
        .http(|http| http.no_proxy())
        .build()
        .unwrap();
    for _ in 0..2 {
        match ask(&client).await {
            Ok(text) => println!("answer: {text}"),
            Err(Error::Auth(error)) => println!("auth error: {error}\n{}", printed(&error)),
            Err(error) => println!("error: {error:?}"),
        }
    }
}

/// Runs the child with these variables and no other, save one that keeps azure_identity from the
/// metadata service of the machine: where there is one, it would give a real token.
async fn child(service: &Loopback, vars: &[(&str, &str)]) -> String {
    let mut vars = vars.to_vec();
    vars.extend([(ENDPOINT, &*service.url), ("MSI_ENDPOINT", "http://localhost:1")]);
    run("chain::the_child_calls_the_service_with_the_default_chain", &vars).await
}

/// The same with a client secret for a token endpoint whose root is in a file.
async fn child_with_a_secret(service: &Loopback, tokens: &Loopback, root: &Path) -> String {
    let vars = [
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", "the-client"),
        ("AZURE_CLIENT_SECRET", SECRET),
        ("AZURE_AUTHORITY_HOST", &tokens.url),
        ("SSL_CERT_FILE", root.to_str().unwrap()),
    ];
    child(service, &vars).await
}

/// Runs one test of this program with these variables and no other, and returns what it printed.
pub(crate) async fn run(test: &str, vars: &[(&str, &str)]) -> String {
    let mut command = tokio::process::Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test])
        .arg("--nocapture")
        .env_clear()
        .envs(vars.iter().copied())
        .envs(std::env::var_os(planted::PRINT_EVERYTHING).map(|on| (planted::PRINT_EVERYTHING, on)))
        .kill_on_drop(true);
    let run = tokio::time::timeout(2 * BOUND, command.output());
    let Output { stdout, stderr, status } = run.await.expect("the child hangs").unwrap();
    let text = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap()).join("\n");
    assert!(status.success(), "{text}");
    println!("{text}");
    assert!(!text.contains(SECRET));
    text
}

/// A directory of this test alone.
pub(crate) fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// A service that takes this token only.
pub(crate) async fn service(token: &'static str) -> Loopback {
    Loopback::http(move |_, request| {
        if request.header("authorization") == format!("Bearer {token}") {
            chat()
        } else {
            refused()
        }
    })
    .await
}

/// A token endpoint whose root is in a file.
pub(crate) async fn token_endpoint(
    root: &Path,
    answer: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
) -> Loopback {
    let authority = Authority::new();
    authority.write_root(root);
    Loopback::https(&authority, answer).await
}

#[tokio::test]
async fn a_client_secret_in_the_environment_is_used() {
    let root = directory("environment").join("root.pem");
    let tokens = token_endpoint(&root, |_, _| token("from-environment")).await;
    let service = service("from-environment").await;
    let text = child_with_a_secret(&service, &tokens, &root).await;
    assert_eq!(text.matches("answer: hi").count(), 2, "{text}");
    assert_eq!(tokens.requests().len(), 1);
    assert_eq!(tokens.requests()[0].field("client_secret"), SECRET);
}

#[tokio::test]
async fn a_token_endpoint_that_stays_busy_is_asked_four_times() {
    let root = directory("busy").join("root.pem");
    let tokens = token_endpoint(&root, |_, _| Reply::Body(503, "{}".to_owned())).await;
    let service = service("none").await;
    let text = child_with_a_secret(&service, &tokens, &root).await;
    assert_eq!(text.matches("auth error: ").count(), 2, "{text}");
    assert_eq!(tokens.requests().len(), 4, "the second call comes too soon to ask once more");
    assert!(service.requests().is_empty());
}

#[tokio::test]
async fn a_401_makes_the_chain_ask_for_another_token() {
    let root = directory("refused").join("root.pem");
    let tokens = token_endpoint(&root, |count, _| match count {
        0 => token("revoked"),
        _ => token("renewed"),
    })
    .await;
    let service = service("renewed").await;
    let text = child_with_a_secret(&service, &tokens, &root).await;
    assert_eq!(text.matches("answer: hi").count(), 2, "{text}");
    assert_eq!(tokens.requests().len(), 2);
    assert_eq!(service.requests().len(), 3);
}

#[tokio::test]
async fn a_workload_identity_sends_the_token_of_its_file() {
    let directory = directory("workload");
    let (root, file) = (directory.join("root.pem"), directory.join("token"));
    std::fs::write(&file, "the-assertion").unwrap();
    let tokens = token_endpoint(&root, |_, _| token("from-workload")).await;
    let service = service("from-workload").await;
    let text = child(
        &service,
        &[
            ("AZURE_TENANT_ID", TENANT),
            ("AZURE_CLIENT_ID", "the-client"),
            ("AZURE_FEDERATED_TOKEN_FILE", file.to_str().unwrap()),
            ("AZURE_AUTHORITY_HOST", &tokens.url),
            ("SSL_CERT_FILE", root.to_str().unwrap()),
        ],
    )
    .await;
    assert_eq!(text.matches("answer: hi").count(), 2, "{text}");
    assert_eq!(tokens.requests()[0].field("client_assertion"), "the-assertion");
    assert_eq!(tokens.requests().len(), 1);
}

#[tokio::test]
async fn a_workload_identity_alone_reads_its_variables_and_an_empty_one_is_not_set() {
    let directory = directory("workload-alone");
    let (root, file) = (directory.join("root.pem"), directory.join("token"));
    std::fs::write(&file, "the-assertion").unwrap();
    let tokens = token_endpoint(&root, |_, _| token("from-workload")).await;
    let service = service("from-workload").await;
    let mut vars = [
        (WORKLOAD, "1"),
        ("AZURE_TENANT_ID", TENANT),
        ("AZURE_CLIENT_ID", "the-client"),
        ("AZURE_FEDERATED_TOKEN_FILE", file.to_str().unwrap()),
        ("AZURE_AUTHORITY_HOST", &tokens.url),
        ("SSL_CERT_FILE", root.to_str().unwrap()),
    ];
    let text = child(&service, &vars).await;
    assert_eq!(text.matches("answer: hi").count(), 2, "{text}");
    assert_eq!(tokens.requests()[0].field("client_assertion"), "the-assertion");
    vars[2].1 = " ";
    let text = child(&service, &vars).await;
    assert!(text.contains("config error: ") && text.contains("AZURE_CLIENT_ID is not"), "{text}");
}

#[tokio::test]
async fn a_managed_identity_of_app_service_is_used() {
    let identity = Loopback::http(|_, _| {
        let token = r#""access_token":"from-identity","expires_on":"4102444800""#;
        Reply::Body(200, format!(r#"{{{token},"token_type":"Bearer","resource":"r"}}"#))
    })
    .await;
    let service = service("from-identity").await;
    let text = child(
        &service,
        &[
            ("AZURE_CLIENT_ID", "the-client"),
            ("IDENTITY_ENDPOINT", &format!("{}/msi/token", identity.url)),
            ("IDENTITY_HEADER", SECRET),
            // No proxy reaches the identity endpoint, so none is asked.
            ("HTTP_PROXY", "http://127.0.0.1:1"),
        ],
    )
    .await;
    assert_eq!(text.matches("answer: hi").count(), 2, "{text}");
    let requests = identity.requests();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].target.starts_with("/msi/token?"), "{requests:?}");
    assert_eq!(requests[0].query("resource"), "https://cognitiveservices.azure.com");
    assert_eq!(requests[0].query("client_id"), "the-client");
    assert_eq!(requests[0].header("x-identity-header"), SECRET);
}

#[cfg(unix)]
#[tokio::test]
async fn azure_cli_is_asked_after_the_others_and_first_from_then_on() {
    use std::os::unix::fs::PermissionsExt;

    let directory = directory("cli");
    let (az, log) = (directory.join("az"), directory.join("log"));
    let _ = std::fs::remove_file(&log);
    let json = r#"{"accessToken":"from-cli","expires_on":4102444800,"tokenType":"Bearer"}"#;
    let script = format!("#!/bin/sh\necho \"$@\" >> {}\necho '{json}'\n", log.display());
    std::fs::write(&az, script).unwrap();
    std::fs::set_permissions(&az, std::fs::Permissions::from_mode(0o755)).unwrap();
    let service = service("from-cli").await;
    let text = child(&service, &[("PATH", directory.to_str().unwrap())]).await;
    assert_eq!(text.matches("answer: hi").count(), 2, "{text}");
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.contains("--scope https://cognitiveservices.azure.com/.default"), "{log}");
}

#[tokio::test]
async fn without_any_credential_the_error_names_all_links_and_comes_soon() {
    let service = service("none").await;
    let empty = directory("empty");
    let start = Instant::now();
    let text = child(&service, &[("PATH", empty.to_str().unwrap())]).await;
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let line = text.lines().find(|line| line.starts_with("auth error: ")).unwrap();
    for link in [
        "environment: skipped, AZURE_TENANT_ID is not set",
        "workload identity: skipped, AZURE_FEDERATED_TOKEN_FILE is not set",
        "managed identity: CloudShell managed identity isn't supported",
        "Azure CLI: az not found on PATH",
        "Azure Developer CLI: azd not found on PATH",
    ] {
        assert!(line.contains(link), "{link}: {line}");
    }
    assert!(service.requests().is_empty());
}

#[tokio::test]
async fn an_identity_endpoint_that_prints_its_secret_does_not_leak_it() {
    let identity = Loopback::http(|_, request| {
        Reply::Body(418, format!("your header was {}", request.header("x-identity-header")))
    })
    .await;
    let service = service("none").await;
    let empty = directory("leak");
    let text = child(
        &service,
        &[
            ("PATH", empty.to_str().unwrap()),
            ("IDENTITY_ENDPOINT", &identity.url),
            ("IDENTITY_HEADER", SECRET),
        ],
    )
    .await;
    assert!(text.contains("your header was [hidden]"), "{text}");
}
