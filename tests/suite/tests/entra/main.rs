//! Microsoft Entra ID through the real azure_identity, against a token endpoint on loopback.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod chain;
mod connections;
mod loopback;

use std::error::Error as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use loopback::{Authority, Loopback, Reply, Request};
use openai_azure::error::{AuthError, TimeoutScope};
use openai_azure::{CallOptions, Client, Credential, Endpoint, Error, RetryPolicy};
use openai_azure_tests::planted;
use openai_azure_tests::wire::Wire;

/// Must be in nothing that is printed.
const SECRET: &str = planted::CLIENT_SECRET;
const TENANT: &str = "a5e0c1f6-0000-4d4c-9e0b-0242ac120002";
/// More than any call here needs; one that takes longer hangs.
const BOUND: Duration = Duration::from_secs(20);

/// The answer of a token endpoint.
fn token(name: &str) -> Reply {
    Reply::Body(200, token_json(name, 3600))
}

fn token_json(name: &str, expires_in: u64) -> String {
    format!(r#"{{"token_type":"Bearer","expires_in":{expires_in},"access_token":"{name}"}}"#)
}

/// The answer of the service.
fn chat() -> Reply {
    let choice = r#"{"index":0,"message":{"role":"assistant","content":"hi"}}"#;
    Reply::Body(200, format!(r#"{{"id":"c","choices":[{choice}]}}"#))
}

fn refused() -> Reply {
    Reply::Body(401, r#"{"error":{"code":"401","message":"no"}}"#.to_owned())
}

/// Both servers, and the credential of azure_identity that asks the first.
struct Scene {
    tokens: Loopback,
    service: Loopback,
    authority: Authority,
}

impl Scene {
    async fn new(tokens: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::with_service(tokens, |_, _| chat()).await
    }

    async fn with_service(
        tokens: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
        service: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let authority = Authority::new();
        let tokens = Loopback::https(&authority, tokens).await;
        Self { tokens, service: Loopback::http(service).await, authority }
    }

    fn credential(&self) -> Arc<dyn TokenCredential> {
        let http =
            reqwest::Client::builder().no_proxy().add_root_certificate(self.authority.root());
        client_secret(&self.tokens.url, http.build().unwrap())
    }

    fn client(&self) -> Client {
        client(Endpoint::dated(&self.service.url).unwrap(), self.credential())
    }
}

fn client_secret(authority: &str, http: reqwest::Client) -> Arc<dyn TokenCredential> {
    let mut cloud = CustomConfiguration::default();
    authority.clone_into(&mut cloud.authority_host);
    let retry = ExponentialRetryOptions { max_retries: 1, ..Default::default() };
    let client_options = ClientOptions {
        transport: Some(Transport::new(Arc::new(http))),
        retry: RetryOptions::exponential(retry),
        cloud: Some(Arc::new(cloud.into())),
        ..Default::default()
    };
    let options = Some(ClientSecretCredentialOptions { client_options });
    ClientSecretCredential::new(TENANT, "the-client".to_owned(), SECRET.into(), options).unwrap()
}

fn client(endpoint: Endpoint, credential: Arc<dyn TokenCredential>) -> Client {
    planted::builder()
        .endpoint(endpoint)
        .credential(Credential::entra(credential))
        .retry(RetryPolicy::none())
        .http(|http| http.no_proxy())
        .build()
        .unwrap()
}

async fn ask(client: &Client) -> Result<String, Error> {
    let call = client.chat("d").user("?").send();
    let answer = tokio::time::timeout(BOUND, call).await.expect("the call hangs")?;
    Ok(answer.text().to_owned())
}

/// Everything that can be printed of an error.
fn printed(error: &AuthError) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}");
    let mut next = error.source();
    while let Some(cause) = next {
        text += &format!("\n{cause}\n{cause:?}");
        next = cause.source();
    }
    text
}

#[track_caller]
fn auth_error(result: Result<String, Error>) -> AuthError {
    match result {
        Err(Error::Auth(error)) => error,
        other => panic!("no AuthError but {other:?}"),
    }
}

#[tokio::test]
async fn a_client_secret_becomes_a_token_that_all_calls_carry() {
    let scene = Scene::new(|_, _| token("first")).await;
    let client = scene.client();
    for _ in 0..3 {
        assert_eq!(ask(&client).await.unwrap(), "hi");
    }
    let tokens = scene.tokens.requests();
    assert_eq!(tokens.len(), 1);
    assert_eq!(tokens[0].target, format!("/{TENANT}/oauth2/v2.0/token"));
    assert_eq!(tokens[0].field("grant_type"), "client_credentials");
    assert_eq!(tokens[0].field("client_id"), "the-client");
    assert_eq!(tokens[0].field("client_secret"), SECRET);
    assert_eq!(tokens[0].field("scope"), "https://cognitiveservices.azure.com/.default");
    for call in scene.service.requests() {
        assert_eq!(call.header("authorization"), "Bearer first");
        assert_eq!(call.header("api-key"), "");
    }
}

#[tokio::test]
async fn the_v1_endpoint_asks_for_its_own_scope() {
    let scene = Scene::new(|_, _| token("first")).await;
    let client = client(Endpoint::v1(&scene.service.url).unwrap(), scene.credential());
    ask(&client).await.unwrap();
    assert_eq!(scene.tokens.requests()[0].field("scope"), "https://ai.azure.com/.default");
}

#[tokio::test]
async fn a_scope_that_is_set_is_asked_for() {
    let scene = Scene::new(|_, _| token("first")).await;
    let client = planted::builder()
        .endpoint(Endpoint::v1(&scene.service.url).unwrap())
        .credential(Credential::entra(scene.credential()))
        .scope("api://mine/.default")
        .http(|http| http.no_proxy())
        .build()
        .unwrap();
    ask(&client).await.unwrap();
    assert_eq!(scene.tokens.requests()[0].field("scope"), "api://mine/.default");
}

#[tokio::test]
async fn a_call_that_is_dropped_while_it_waits_for_its_token_leaves_no_connection() {
    // What comes is no request to it, so it keeps silent.
    let tokens = Wire::always(vec![]).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("https://localhost:{}", tokens.port());
    let service = Loopback::http(|_, _| chat()).await;
    let client = client(Endpoint::dated(&service.url).unwrap(), client_secret(&url, http));
    let mut call = Box::pin(client.chat("d").user("?").send());
    let start = Instant::now();
    while tokens.open_connections() == 0 {
        assert!(start.elapsed() < BOUND, "the token endpoint is not asked");
        let _ = tokio::time::timeout(Duration::from_millis(5), &mut call).await;
    }
    drop(call);
    while tokens.open_connections() > 0 {
        assert!(start.elapsed() < BOUND, "a connection stays open");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(service.requests().is_empty());
}

#[tokio::test]
async fn fifty_calls_at_once_ask_for_one_token() {
    let late = || Reply::Late(Duration::from_millis(200), 200, token_json("first", 3600));
    let scene = Scene::new(move |_, _| late()).await;
    let client = scene.client();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { ask(&client).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(scene.tokens.requests().len(), 1);
    assert_eq!(scene.service.requests().len(), 50);
}

#[tokio::test]
async fn a_token_of_less_than_five_minutes_is_not_asked_for_on_every_call() {
    let scene = Scene::new(|_, _| Reply::Body(200, token_json("short", 120))).await;
    let client = scene.client();
    for _ in 0..5 {
        ask(&client).await.unwrap();
    }
    assert_eq!(scene.tokens.requests().len(), 1);
}

#[tokio::test]
async fn a_busy_token_endpoint_is_asked_again() {
    let scene = Scene::new(|count, _| match count {
        0 => Reply::Body(503, "{}".to_owned()),
        _ => token("second"),
    })
    .await;
    assert_eq!(ask(&scene.client()).await.unwrap(), "hi");
    assert_eq!(scene.tokens.requests().len(), 2);
}

#[tokio::test]
async fn a_401_is_tried_once_more() {
    let once = |count, _: &Request| if count == 0 { refused() } else { chat() };
    let scene = Scene::with_service(|_, _| token("t"), once).await;
    assert_eq!(ask(&scene.client()).await.unwrap(), "hi");
    assert_eq!(scene.service.requests().len(), 2);

    let scene = Scene::with_service(|_, _| token("t"), |_, _| refused()).await;
    let error = ask(&scene.client()).await.unwrap_err();
    assert_eq!(error.as_api().map(openai_azure::ApiError::status), Some(401));
    assert_eq!(scene.service.requests().len(), 2);
}

#[tokio::test]
async fn a_token_endpoint_that_is_down_is_an_auth_error() {
    let scene = Scene::new(|_, _| token("t")).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", closed.local_addr().unwrap().port());
    drop(closed);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = client(Endpoint::dated(&scene.service.url).unwrap(), client_secret(&url, http));
    let error = auth_error(ask(&client).await);
    assert!(error.to_string().contains("refused"), "{error}");
    assert!(scene.service.requests().is_empty());
}

#[tokio::test]
async fn a_token_endpoint_with_an_unknown_root_is_an_auth_error() {
    let scene = Scene::new(|_, _| token("t")).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let credential = client_secret(&scene.tokens.url, http);
    let client = client(Endpoint::dated(&scene.service.url).unwrap(), credential);
    let error = auth_error(ask(&client).await);
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(scene.tokens.requests().is_empty() && scene.service.requests().is_empty());
}

#[tokio::test]
async fn a_slow_token_endpoint_is_bounded_by_the_time_out_of_the_call() {
    let scene = Scene::new(|_, _| Reply::Silence).await;
    let client = scene.client();
    let start = Instant::now();
    let options = CallOptions::new().timeout(Duration::from_millis(300));
    let error = client.chat("d").user("?").options(options).send().await.unwrap_err();
    let Error::Timeout(error) = error else { panic!("{error:?}") };
    assert_eq!(error.scope(), TimeoutScope::Attempt);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert!(scene.service.requests().is_empty());
}

#[tokio::test]
async fn a_call_that_gives_up_waiting_does_not_end_the_wait_of_another() {
    let late = || Reply::Late(Duration::from_millis(600), 200, token_json("t", 3600));
    let scene = Scene::new(move |_, _| late()).await;
    let client = scene.client();
    let short = CallOptions::new().timeout(Duration::from_millis(200));
    let (gives_up, waits) =
        tokio::join!(client.chat("d").user("?").options(short).send(), ask(&client));
    assert!(matches!(gives_up.unwrap_err(), Error::Timeout(_)));
    assert_eq!(waits.unwrap(), "hi");
    assert_eq!(scene.tokens.requests().len(), 1);
}

#[tokio::test]
async fn a_token_endpoint_that_lies_is_an_auth_error_and_nothing_is_sent() {
    const LEAK: &str = planted::TOKEN;
    let aadsts = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1","error_codes":[7000215]}"#;
    let echo = format!(r#"{{"error_description":"got client_secret={SECRET}&scope=x"}}"#);
    for (status, body, expected) in [
        (200, "<html>Sign in</html>".to_owned(), "expected value"),
        (200, format!("{{\"access_token\": \"{LEAK}"), "EOF"),
        (200, String::new(), "EOF"),
        (200, "{}".to_owned(), "empty token"),
        (200, token_json("", 3600), "empty token"),
        (200, token_json(LEAK, 0), "expired"),
        (200, token_json(&format!("{LEAK}\\r\\nx: y"), 3600), "no header can carry"),
        (200, format!("\"{LEAK}\""), "invalid type"),
        (200, format!(r#"{{"access_token":"t","expires_in":"{LEAK}"}}"#), "invalid type"),
        (200, r#"{"access_token":7}"#.to_owned(), "invalid type"),
        (400, aadsts.to_owned(), "AADSTS7000215: Invalid client secret provided"),
        (400, echo.clone(), "[hidden]"),
        (401, "<html>".to_owned(), "expected value"),
        (403, "{}".to_owned(), "403"),
        (302, "{}".to_owned(), "302"),
    ] {
        let scene = Scene::new(move |_, _| Reply::Body(status, body.clone())).await;
        let error = auth_error(ask(&scene.client()).await);
        assert!(error.to_string().contains(expected), "{expected}: {error}");
        assert_eq!(error.to_string().lines().count(), 1);
        let printed = printed(&error);
        assert!(!printed.contains(SECRET) && !printed.contains(LEAK), "{printed}");
        assert!(scene.service.requests().is_empty());
        assert_eq!(scene.tokens.requests().len(), 1);
    }
}
