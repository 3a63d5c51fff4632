//! A server on loopback, over TLS or not, that answers as a function of the request tells it.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use url::form_urlencoded;

/// A request as it arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) target: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    /// The value of a header; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> String {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let found = lines.into_iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_owned()).unwrap_or_default()
    }

    /// The value of a field of a form.
    pub(crate) fn field(&self, name: &str) -> String {
        pair(self.body.as_bytes(), name)
    }

    /// The value of a parameter of the query.
    pub(crate) fn query(&self, name: &str) -> String {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        pair(query.as_bytes(), name)
    }
}

fn pair(text: &[u8], name: &str) -> String {
    let found = form_urlencoded::parse(text).find(|(other, _)| other == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// What is sent back.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Body(u16, String),
    /// The same after a while.
    Late(Duration, u16, String),
    /// Nothing, for as long as the other side waits.
    Silence,
}

type Answer = Arc<dyn Fn(usize, &Request) -> Reply + Send + Sync>;

/// The server; it ends with the test.
pub(crate) struct Loopback {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
    tasks: tokio::task::JoinHandle<()>,
}

impl Loopback {
    /// Speaks plain HTTP.
    pub(crate) async fn http(
        answer: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start(None, Arc::new(answer)).await
    }

    /// Speaks HTTPS with a certificate of `authority`.
    pub(crate) async fn https(
        authority: &Authority,
        answer: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(authority.acceptor()), Arc::new(answer)).await
    }

    /// All requests up to now.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    async fn start(tls: Option<TlsAcceptor>, answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let seen = requests.clone();
        let tasks = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((socket, _)) = listener.accept().await {
                let (tls, seen, answer) = (tls.clone(), seen.clone(), answer.clone());
                connections.spawn(async move {
                    match tls {
                        None => serve(socket, &seen, &answer).await,
                        Some(tls) => match tls.accept(socket).await {
                            Ok(socket) => serve(socket, &seen, &answer).await,
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        Self { url: format!("{scheme}://localhost:{port}"), requests, tasks }
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.tasks.abort();
    }
}

/// Reads one request and answers it.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut socket: S,
    seen: &Mutex<Vec<Request>>,
    answer: &Answer,
) -> Option<()> {
    let mut bytes = Vec::new();
    let request = loop {
        if let Some(request) = parse(&bytes) {
            break request;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let count = {
        let mut seen = seen.lock().unwrap();
        seen.push(request.clone());
        seen.len() - 1
    };
    let (status, body) = match answer(count, &request) {
        Reply::Body(status, body) => (status, body),
        Reply::Late(wait, status, body) => {
            tokio::time::sleep(wait).await;
            (status, body)
        }
        Reply::Silence => {
            // Until the other side goes away.
            let _ = socket.read_buf(&mut bytes).await;
            return None;
        }
    };
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    );
    socket.write_all(text.as_bytes()).await.ok()?;
    socket.shutdown().await.ok()
}

fn parse(bytes: &[u8]) -> Option<Request> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let target = head.split(' ').nth(1)?.to_owned();
    let request = Request { target, head: head.to_owned(), body: body.to_owned() };
    let length = request.header("content-length").parse().unwrap_or(0);
    (body.len() >= length).then_some(request)
}

/// A root that nobody trusts unless told to.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn root(&self) -> reqwest::Certificate {
        reqwest::Certificate::from_der(self.0.der()).unwrap()
    }

    pub(crate) fn write_root(&self, path: &Path) {
        std::fs::write(path, self.0.pem()).unwrap();
    }

    fn acceptor(&self) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}
