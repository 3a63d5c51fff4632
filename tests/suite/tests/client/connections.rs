//! TLS, HTTP/2, proxies, compression, and what a client is told about them.

use std::sync::Arc;
use std::time::Duration;

use openai_azure::{Client, ClientBuilder, Error, ErrorKind, RetryPolicy};
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Step, Wire, chat_answer, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

fn builder(endpoint: &str) -> ClientBuilder {
    let quick = RetryPolicy::new().first_backoff(Duration::from_millis(1));
    planted::builder().endpoint(planted::dated(endpoint)).api_key(planted::KEY).retry(quick)
}

async fn ask(client: &Client) -> Result<String, Error> {
    let call = client.chat("d").user("?").send();
    let answer = tokio::time::timeout(Duration::from_secs(10), call).await.expect("a hang")?;
    Ok(answer.text().to_owned())
}

/// A TLS server that says it is `name`, and its certificate.
async fn tls_server(name: &str) -> (u16, reqwest::Certificate) {
    tls_server_that(name, chat_answer("over TLS")).await
}

async fn tls_server_that(name: &str, answer: Step) -> (u16, reqwest::Certificate) {
    let Step::Write(answer) = answer else { panic!("no answer") };
    let signed = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let root = reqwest::Certificate::from_der(signed.cert.der()).unwrap();
    let key = PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, answer) = (acceptor.clone(), answer.clone());
            tokio::spawn(async move {
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut piece = [0; 4096];
                if stream.read(&mut piece).await.is_ok() {
                    let _ = stream.write_all(&answer).await;
                    let _ = stream.shutdown().await;
                }
            });
        }
    });
    (port, root)
}

#[tokio::test]
async fn a_certificate_of_an_unknown_root_is_refused_unless_it_is_added() {
    let (port, root) = tls_server("localhost").await;
    let endpoint = format!("https://localhost:{port}");
    let stranger = builder(&endpoint).retry(RetryPolicy::none()).build().unwrap();
    let error = ask(&stranger).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    let friend = builder(&endpoint)
        .http(move |http| http.add_root_certificate(root.clone()))
        .build()
        .unwrap();
    assert_eq!(ask(&friend).await.unwrap(), "over TLS");
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let (port, root) = tls_server("service.example").await;
    let client = builder(&format!("https://localhost:{port}"))
        .retry(RetryPolicy::none())
        .http(move |http| http.add_root_certificate(root.clone()))
        .build()
        .unwrap();
    assert_eq!(ask(&client).await.unwrap_err().kind(), ErrorKind::Connection);
}

#[tokio::test]
async fn no_redirect_leads_from_https_to_http() {
    for status in [301, 302, 303, 307, 308] {
        let plain = Wire::always(vec![chat_answer("stolen")]).await;
        let location = format!("location: http://localhost:{}/x\r\n", plain.port());
        let (port, root) = tls_server_that("localhost", json(status, &location, "")).await;
        let client = builder(&format!("https://localhost:{port}"))
            .http(move |http| http.add_root_certificate(root.clone()))
            .build()
            .unwrap();
        assert_eq!(ask(&client).await.unwrap_err().kind(), ErrorKind::Redirect, "{status}");
        assert!(plain.requests().is_empty(), "{status}");
    }
}

#[tokio::test]
async fn a_request_that_goaway_refuses_is_sent_again_on_another_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let mut connections = 0;
        while let Ok((stream, _)) = listener.accept().await {
            connections += 1;
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((_request, mut respond))) = connection.accept().await {
                if connections == 1 {
                    connection.abrupt_shutdown(h2::Reason::NO_ERROR);
                    continue;
                }
                let head = http::Response::builder().status(200).body(()).unwrap();
                let mut body = respond.send_response(head, false).unwrap();
                let answer = r#"{"choices":[{"index":0,"message":{"content":"again"}}]}"#;
                body.send_data(answer.into(), true).unwrap();
            }
            if connections == 2 {
                return;
            }
        }
    });
    let client = builder(&format!("http://127.0.0.1:{port}"))
        .http(reqwest::ClientBuilder::http2_prior_knowledge)
        .build()
        .unwrap();
    assert_eq!(ask(&client).await.unwrap(), "again");
    server.abort();
}

#[tokio::test]
async fn a_proxy_that_demands_authentication_gets_it_when_it_is_set() {
    let proxy = Wire::start(|_| vec![json(407, "proxy-authenticate: Basic\r\n", "")]).await;
    let through = |wire: &Wire| reqwest::Proxy::all(wire.endpoint()).unwrap();
    let settings = through(&proxy);
    let client = builder("http://127.0.0.1:9")
        .http(move |http| http.proxy(settings.clone()))
        .build()
        .unwrap();
    let error = ask(&client).await.unwrap_err();
    assert_eq!(error.as_api().map(openai_azure::ApiError::status), Some(407));

    let proxy = Wire::always(vec![chat_answer("through")]).await;
    let settings = through(&proxy).basic_auth("me", planted::PASSWORD);
    let client = builder("http://127.0.0.1:9")
        .http(move |http| http.proxy(settings.clone()))
        .build()
        .unwrap();
    assert_eq!(ask(&client).await.unwrap(), "through");
    let request = &proxy.requests()[0];
    assert!(request.starts_with("POST http://127.0.0.1:9/openai/deployments/d/"));
    let authorization = format!("proxy-authorization: Basic {}", planted::PASSWORD_IN_BASE64);
    assert!(request.contains(&authorization));
}

#[tokio::test]
async fn a_compressed_answer_is_read_and_a_broken_one_is_an_error() {
    let Step::Write(plain) = chat_answer("small") else { unreachable!() };
    let at = plain.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let packed = gzip(&plain[at..]);
    for (body, expected) in [(packed.clone(), Some("small")), (packed[..20].to_vec(), None)] {
        let mut answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        answer.extend_from_slice(&body);
        let wire = Wire::always(vec![Step::Write(answer)]).await;
        let client = builder(&wire.endpoint()).retry(RetryPolicy::none()).build().unwrap();
        let answer = ask(&client).await;
        match expected {
            Some(text) => assert_eq!(answer.unwrap(), text),
            None => assert_eq!(answer.unwrap_err().kind(), ErrorKind::Connection),
        }
    }
}

/// A gzip file with one block that is stored, not packed.
fn gzip(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    let crc = !body.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    });
    let mut file = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    file.extend_from_slice(&length.to_le_bytes());
    file.extend_from_slice(&(!length).to_le_bytes());
    file.extend_from_slice(body);
    file.extend_from_slice(&crc.to_le_bytes());
    file.extend_from_slice(&u32::from(length).to_le_bytes());
    file
}
