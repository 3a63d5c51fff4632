//! Requests for tokens go over the connections of the client: its certificates, its proxies, its own
//! HTTP client. Each time in a process of its own, which reads where the token endpoint is.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::chain::{directory, run, service, token_endpoint};
use super::*;

/// Set for the child: what it calls, how, the file of the root, and the proxy.
const ENDPOINT: &str = "ENTRA_TEST_OF_CONNECTIONS";
const HOW: &str = "ENTRA_TEST_HOW";
const ROOT: &str = "ENTRA_TEST_ROOT";
const PROXY: &str = "ENTRA_TEST_PROXY";

/// What the child runs. Alone it does nothing.
#[tokio::test]
async fn the_child_asks_for_tokens_over_the_connections_of_its_client() {
    let Ok(endpoint) = std::env::var(ENDPOINT) else { return };
    let var = |name| std::env::var(name).unwrap();
    let root = reqwest::Certificate::from_pem(&std::fs::read(var(ROOT)).unwrap()).unwrap();
    let credential = Credential::client_secret(TENANT, "the-client", SECRET);
    let builder = || {
        planted::builder()
            .endpoint(Endpoint::dated(&endpoint).unwrap())
            .credential(credential.clone())
            .retry(RetryPolicy::none())
    };
    let with_root = {
        let root = root.clone();
        builder().http(move |http| http.no_proxy().add_root_certificate(root.clone()))
    };
    let clients = match &*var(HOW) {
        "root" => vec![with_root],
        "own client" => {
            let own = reqwest::Client::builder().no_proxy().add_root_certificate(root);
            vec![builder().http_client(own.build().unwrap())]
        }
        "proxy" => {
            let proxy = reqwest::Proxy::all(var(PROXY)).unwrap();
            vec![
                builder()
                    .http(move |http| http.proxy(proxy.clone()).add_root_certificate(root.clone())),
            ]
        }
        "two clients" => vec![builder().http(|http| http.no_proxy()), with_root],
        other => panic!("{other}"),
    };
    for client in clients {
        match ask(&client.build().unwrap()).await {
            Ok(text) => println!("answer: {text}"),
            Err(Error::Auth(error)) => println!("auth error: {error}"),
            Err(error) => println!("error: {error:?}"),
        }
        // So long a failure serves those who come after it.
        tokio::time::sleep(Duration::from_millis(1100)).await;
    }
}

/// Runs the child, and returns what it printed and the requests for tokens.
async fn child(name: &str, how: &str, proxy: &str) -> (String, Vec<Request>) {
    let root = directory(name).join("root.pem");
    let tokens = token_endpoint(&root, |_, _| token("a-token")).await;
    let service = service("a-token").await;
    let text = run(
        "connections::the_child_asks_for_tokens_over_the_connections_of_its_client",
        &[
            (ENDPOINT, &service.url),
            (HOW, how),
            (ROOT, root.to_str().unwrap()),
            (PROXY, proxy),
            ("AZURE_AUTHORITY_HOST", &tokens.url),
        ],
    )
    .await;
    (text, tokens.requests())
}

#[tokio::test]
async fn a_root_certificate_of_the_client_is_trusted_for_tokens() {
    let (text, tokens) = child("root-of-client", "root", "").await;
    assert!(text.contains("answer: hi"), "{text}");
    assert_eq!(tokens.len(), 1);
}

#[tokio::test]
async fn a_client_of_ones_own_sends_the_requests_for_tokens() {
    let (text, tokens) = child("own-client", "own client", "").await;
    assert!(text.contains("answer: hi"), "{text}");
    assert_eq!(tokens.len(), 1);
}

#[tokio::test]
async fn a_proxy_of_the_client_carries_the_requests_for_tokens() {
    let proxy = Proxy::start().await;
    let (text, tokens) = child("proxy-of-client", "proxy", &proxy.url).await;
    assert!(text.contains("answer: hi"), "{text}");
    let [token] = &tokens[..] else { panic!("{tokens:?}") };
    let lines = proxy.lines.lock().unwrap().clone();
    let connect = format!("CONNECT {} HTTP/1.1", token.header("host"));
    assert!(lines.contains(&connect), "{connect}: {lines:?}");
}

#[tokio::test]
async fn clients_that_share_a_credential_ask_over_their_own_connections() {
    let (text, tokens) = child("two-clients", "two clients", "").await;
    assert!(text.contains("auth error: ") && text.contains("certificate"), "{text}");
    assert!(text.contains("answer: hi"), "{text}");
    assert_eq!(tokens.len(), 1);
}

/// A proxy that carries every connection to where it is to go.
struct Proxy {
    url: String,
    /// The first line of each request.
    lines: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let lines: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = lines.clone();
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                connections.spawn(carry(socket, seen.clone()));
            }
        });
        Self { url, lines, task }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(mut client: TcpStream, lines: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
        if client.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let line = std::str::from_utf8(&bytes).ok()?.lines().next()?.to_owned();
    lines.lock().unwrap().push(line.clone());
    let target = line.split(' ').nth(1)?;
    let mut server = match target.strip_prefix("http://") {
        Some(rest) => {
            let mut server = TcpStream::connect(rest.split('/').next()?).await.ok()?;
            server.write_all(&bytes).await.ok()?;
            server
        }
        None => {
            let server = TcpStream::connect(target).await.ok()?;
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
            server
        }
    };
    tokio::io::copy_bidirectional(&mut client, &mut server).await.ok().map(drop)
}
