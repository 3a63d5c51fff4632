//! The chain against credentials that follow orders, and against environments.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, LazyLock, Mutex};

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::error::ErrorKind;
use azure_core::time::{Duration, OffsetDateTime};

use super::*;

/// Returns this token, or fails with the text.
type Order = Arc<Mutex<Result<&'static str, &'static str>>>;

#[derive(Debug)]
struct Obedient {
    order: Order,
    asked: Arc<AtomicUsize>,
}

#[async_trait::async_trait]
impl TokenCredential for Obedient {
    async fn get_token(
        &self,
        _scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match *self.order.lock().unwrap() {
            Ok(token) => {
                Ok(AccessToken::new(token, OffsetDateTime::now_utc() + Duration::hours(1)))
            }
            Err(text) => Err(azure_core::Error::with_message(ErrorKind::Credential, text)),
        }
    }
}

struct Control {
    order: Order,
    asked: Arc<AtomicUsize>,
    made: Arc<AtomicUsize>,
}

impl Control {
    fn set(&self, order: Result<&'static str, &'static str>) {
        *self.order.lock().unwrap() = order;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn link(name: &'static str, order: Result<&'static str, &'static str>) -> (Link, Control) {
    let control =
        Control { order: Arc::new(Mutex::new(order)), asked: Arc::default(), made: Arc::default() };
    let (order, asked) = (control.order.clone(), control.asked.clone());
    let made = control.made.clone();
    let make = move |_: &TokenHttp| {
        made.fetch_add(1, Ordering::SeqCst);
        Ok(Arc::new(Obedient { order: order.clone(), asked: asked.clone() }) as _)
    };
    (Link::new(name, ["", ""], Ok(Box::new(make))), control)
}

/// The connections of a client.
fn connections() -> TokenHttp {
    TokenHttp::new(|| Ok(reqwest::Client::new()))
}

async fn fetch(chain: &Chain) -> Result<String, Error> {
    static OF_ONE_CLIENT: LazyLock<TokenHttp> = LazyLock::new(connections);
    fetch_over(&OF_ONE_CLIENT, chain).await
}

async fn fetch_over(http: &TokenHttp, chain: &Chain) -> Result<String, Error> {
    let token = chain.fetch("https://example.com/.default", http).await;
    token.map(|(token, _)| token.expose().to_owned()).map_err(Error::from)
}

fn chain_of(vars: &[(&str, &str)]) -> Result<Chain, Error> {
    Chain::from_environment(|name| {
        vars.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
    })
}

fn names(chain: &Chain) -> Vec<&'static str> {
    chain.links.iter().map(Link::name).collect()
}

#[tokio::test]
async fn the_links_are_asked_in_order_and_the_one_that_worked_first() {
    let (one, first) = link("one", Err("not here"));
    let (two, second) = link("two", Ok("token-of-two"));
    let (three, third) = link("three", Ok("token-of-three"));
    let chain = Chain::new(vec![one, two, three]);
    for _ in 0..3 {
        assert_eq!(fetch(&chain).await.unwrap(), "token-of-two");
    }
    assert_eq!((first.asked(), second.asked(), third.asked()), (1, 3, 0));
    second.set(Err("gone"));
    assert_eq!(fetch(&chain).await.unwrap(), "token-of-three");
    assert_eq!((first.asked(), second.asked(), third.asked()), (2, 4, 1));
}

#[tokio::test]
async fn a_configured_link_that_fails_is_the_error_and_no_other_identity_takes_its_place() {
    let (one, first) = link("one", Err("not here"));
    let (two, second) = link("two", Ok("token-of-two"));
    let (three, third) = link("three", Ok("token-of-three"));
    let chain = Chain::new(vec![one.configured(false), two.configured(true), three]);
    assert_eq!(fetch(&chain).await.unwrap(), "token-of-two");
    second.set(Err("down for a moment"));
    let error = fetch(&chain).await.unwrap_err().to_string();
    assert!(error.contains("two: down for a moment"), "{error}");
    second.set(Ok("token-of-two-again"));
    assert_eq!(fetch(&chain).await.unwrap(), "token-of-two-again");
    assert_eq!((first.asked(), second.asked(), third.asked()), (1, 3, 0));
}

#[tokio::test]
async fn the_error_names_each_link_and_why_in_one_line() {
    let (one, _) = link("one", Err("the first reason.\nTo troubleshoot, visit nowhere"));
    let (two, _) = link("two", Ok(" "));
    let three = Link::new("three", ["", ""], Err("NAME is not set".into()));
    let error = fetch(&Chain::new(vec![one, two, three])).await.unwrap_err();
    let Error::Auth(error) = error else { panic!("{error:?}") };
    assert_eq!(
        error.to_string(),
        "no token from Microsoft Entra ID; one: the first reason; two: Microsoft Entra ID gave \
         an empty token; three: skipped, NAME is not set"
    );
    let mut causes = Vec::new();
    let mut next = std::error::Error::source(&error);
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    assert_eq!(causes.len(), 2, "{causes:?}");
    assert!(causes[0].contains("first reason") && causes[1].contains("empty token"), "{causes:?}");
}

#[tokio::test]
async fn a_bad_token_or_a_401_makes_the_credential_anew() {
    let (one, control) = link("one", Ok("good"));
    let chain = Chain::new(vec![one]);
    fetch(&chain).await.unwrap();
    fetch(&chain).await.unwrap();
    assert_eq!(control.made.load(Ordering::SeqCst), 1);
    chain.forget();
    fetch(&chain).await.unwrap();
    assert_eq!(control.made.load(Ordering::SeqCst), 2);
    control.set(Ok(""));
    fetch(&chain).await.unwrap_err();
    control.set(Ok("good"));
    fetch(&chain).await.unwrap();
    assert_eq!(control.made.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_credential_that_clients_share_is_made_over_the_connections_of_the_one_that_asks() {
    let (one, control) = link("one", Ok("good"));
    let chain = Chain::new(vec![one]);
    let (first, second) = (connections(), connections());
    for (http, made) in [(&first, 1), (&first, 1), (&second, 2), (&first, 3)] {
        fetch_over(http, &chain).await.unwrap();
        assert_eq!(control.made.load(Ordering::SeqCst), made);
    }
}

#[tokio::test]
async fn secrets_of_a_link_are_in_no_form_of_its_error() {
    let (one, _) = link("one", Err("the answer was: secret=planted-secret"));
    let one = one.with_secrets(["planted-secret".to_owned()]);
    let error = fetch(&Chain::new(vec![one])).await.unwrap_err();
    let printed = format!("{error} {error:?} {error:#?}");
    assert!(!printed.contains("planted-secret"), "{printed}");
}

#[test]
fn the_order_is_the_documented_one() {
    assert_eq!(
        names(&chain_of(&[]).unwrap()),
        [
            "environment",
            "workload identity",
            "managed identity",
            "Azure CLI",
            "Azure Developer CLI"
        ]
    );
}

#[test]
fn the_environment_narrows_the_chain() {
    let chosen = |value| chain_of(&[("AZURE_TOKEN_CREDENTIALS", value)]);
    assert_eq!(names(&chosen("dev").unwrap()), ["Azure CLI", "Azure Developer CLI"]);
    assert_eq!(names(&chosen("PROD").unwrap()).len(), 3);
    assert_eq!(names(&chosen("azureclicredential").unwrap()), ["Azure CLI"]);
    assert_eq!(names(&chosen(" ").unwrap()).len(), 5);
    let error = chosen("prd").err().unwrap();
    assert!(matches!(&error, Error::Config(_)) && error.to_string().contains("prd"), "{error}");
}

#[tokio::test]
async fn links_without_their_variables_say_which() {
    for (vars, reason) in [
        (&[][..], "AZURE_TENANT_ID is not set"),
        (&[("AZURE_TENANT_ID", "t")], "AZURE_CLIENT_ID is not set"),
        (&[("AZURE_TENANT_ID", "t"), ("AZURE_CLIENT_ID", "c")], "AZURE_CLIENT_SECRET is not set"),
        (
            &[
                ("AZURE_TENANT_ID", "t"),
                ("AZURE_CLIENT_ID", "c"),
                ("AZURE_CLIENT_CERTIFICATE_PATH", "p"),
            ],
            "not compiled in",
        ),
    ] {
        let mut vars = vars.to_vec();
        vars.push(("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential"));
        let error = fetch(&chain_of(&vars).unwrap()).await.unwrap_err().to_string();
        assert!(error.contains("environment: skipped") && error.contains(reason), "{error}");
    }
}

#[tokio::test]
async fn a_token_file_that_is_missing_is_named() {
    let chain = chain_of(&[
        ("AZURE_TENANT_ID", "t"),
        ("AZURE_CLIENT_ID", "c"),
        ("AZURE_FEDERATED_TOKEN_FILE", "/no/such/file"),
        ("AZURE_TOKEN_CREDENTIALS", "WorkloadIdentityCredential"),
    ]);
    let error = fetch(&chain.unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("/no/such/file"), "{error}");
}
