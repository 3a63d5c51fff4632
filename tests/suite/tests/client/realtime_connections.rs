//! Realtime sessions over TLS and proxies: the settings are those of the client.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use openai_azure::realtime::Session;
use openai_azure::{Client, Endpoint, ErrorKind, RetryPolicy};
use openai_azure_emulator::Emulator;
use openai_azure_tests::planted;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

const MODEL: &str = "gpt-realtime-1.5";

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), what).await.expect("it hangs")
}

/// TLS before the emulator; it offers HTTP/2 as the service does.
async fn tls(emulator: &Emulator) -> (u16, reqwest::Certificate) {
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let root = reqwest::Certificate::from_der(signed.cert.der()).unwrap();
    let key = PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let mut config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let target = emulator.address();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut outer) = acceptor.accept(stream).await else { return };
                let mut inner = TcpStream::connect(target).await.unwrap();
                let _ = copy_bidirectional(&mut outer, &mut inner).await;
            });
        }
    });
    (port, root)
}

/// A proxy that tunnels for those who know the password.
async fn proxy() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let tunnels = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&tunnels);
    tokio::spawn(async move {
        while let Ok((mut outer, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    if outer.read_buf(&mut head).await.unwrap_or(0) == 0 {
                        return;
                    }
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
                let password = format!("Basic {}", planted::PASSWORD_IN_BASE64);
                if !head.starts_with("CONNECT ") || !head.contains(&password) {
                    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\n\
                                   proxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n";
                    let _ = outer.write_all(refusal.as_bytes()).await;
                    return;
                }
                count.fetch_add(1, Ordering::SeqCst);
                let mut inner = TcpStream::connect(target).await.unwrap();
                outer.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let _ = copy_bidirectional(&mut outer, &mut inner).await;
            });
        }
    });
    (url, tunnels)
}

async fn talk(client: &Client) -> Result<String, openai_azure::Error> {
    let request = client.realtime(MODEL).session(Session::text_only);
    let mut session = soon(request.connect()).await?;
    session.user_text("Hello").await?;
    session.create_response().await?;
    let turn = soon(session.turn()).await?.expect("a turn");
    soon(session.close()).await?;
    Ok(turn.text)
}

async fn no_connections(emulator: &Emulator) {
    soon(async {
        while emulator.open_connections() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn tls_is_that_of_the_client_and_http_1_although_the_server_offers_http_2() {
    let emulator = Emulator::start().await.unwrap();
    let (port, root) = tls(&emulator).await;
    let endpoint = || Endpoint::v1(&format!("https://localhost:{port}")).unwrap();
    let builder = || {
        let builder = planted::builder().endpoint(endpoint()).api_key(emulator.api_key());
        builder.retry(RetryPolicy::none())
    };
    let stranger = builder().build().unwrap();
    assert_eq!(talk(&stranger).await.unwrap_err().kind(), ErrorKind::Connection);
    let trusted = root.clone();
    let friend =
        builder().http(move |http| http.add_root_certificate(trusted.clone())).build().unwrap();
    assert_eq!(talk(&friend).await.unwrap(), "You said: Hello");
    // A client of the caller's own is taken as it is.
    let own = reqwest::Client::builder().add_root_certificate(root.clone());
    let own = builder().http_client(own.http1_only().build().unwrap()).build().unwrap();
    assert_eq!(talk(&own).await.unwrap(), "You said: Hello");
    let own = reqwest::Client::builder().add_root_certificate(root);
    let own = builder().http_client(own.build().unwrap()).build().unwrap();
    let error = talk(&own).await.unwrap_err();
    assert!(error.to_string().contains("http1_only"), "{error}");
}

#[tokio::test]
async fn a_proxy_is_that_of_the_client_and_its_password_is_sent() {
    let emulator = Emulator::start().await.unwrap();
    let (port, root) = tls(&emulator).await;
    let (url, tunnels) = proxy().await;
    let client = |password: Option<&str>| {
        let (root, mut proxy) = (root.clone(), reqwest::Proxy::all(&url).unwrap());
        if let Some(password) = password {
            proxy = proxy.basic_auth("me", password);
        }
        planted::builder()
            .endpoint(Endpoint::v1(&format!("https://localhost:{port}")).unwrap())
            .api_key(emulator.api_key())
            .retry(RetryPolicy::none())
            .http(move |http| http.add_root_certificate(root.clone()).proxy(proxy.clone()))
            .build()
            .unwrap()
    };
    for wrong in [None, Some("wrong")] {
        let error = talk(&client(wrong)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    }
    assert_eq!(tunnels.load(Ordering::SeqCst), 0);
    assert_eq!(talk(&client(Some(planted::PASSWORD))).await.unwrap(), "You said: Hello");
    assert_eq!(tunnels.load(Ordering::SeqCst), 1);
    no_connections(&emulator).await;
}

#[tokio::test]
async fn many_sessions_leave_no_socket_behind() {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key(emulator.api_key())
        .build()
        .unwrap();
    let sessions = (0..30).map(|number| {
        let client = client.clone();
        async move {
            if number % 3 == 0 {
                // Dropped in the middle of connecting.
                let connecting = client.realtime(MODEL).connect();
                let _ = tokio::time::timeout(Duration::from_micros(500), connecting).await;
            } else {
                assert_eq!(talk(&client).await.unwrap(), "You said: Hello");
            }
        }
    });
    futures_util::future::join_all(sessions).await;
    no_connections(&emulator).await;
}
