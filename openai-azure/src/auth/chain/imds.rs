//! Whether this machine has a metadata service that returns tokens.
//!
//! azure_identity asks that service for more than a minute before it stops, and on a laptop,
//! or in another cloud, it is not there. So one question without effect goes before: the service
//! refuses a request that lacks the header `Metadata` at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::error::ErrorKind;

/// How long the service may take to respond to that.
pub(super) const LIMIT: Duration = Duration::from_secs(1);
const SERVICE: &str = "http://169.254.169.254/metadata/identity/oauth2/token";

/// Whether azure_identity would ask the metadata service, and no other source of tokens.
pub(super) fn is_asked(var: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name: &str| var(name).is_some();
    if set("IDENTITY_ENDPOINT") {
        !set("IDENTITY_HEADER") && !set("IMDS_ENDPOINT")
    } else {
        !set("MSI_ENDPOINT")
    }
}

/// The question that goes before.
#[derive(Debug)]
pub(super) struct Probe {
    http: reqwest::Client,
    url: String,
}

impl Probe {
    pub(super) fn new(http: reqwest::Client) -> Self {
        Self { http, url: SERVICE.to_owned() }
    }

    async fn ask(&self) -> azure_core::Result<()> {
        let answer = self.http.get(&self.url).timeout(LIMIT).send().await.map_err(|error| {
            azure_core::Error::with_error(
                ErrorKind::Credential,
                error,
                format!("this machine has no metadata service (none answered within {LIMIT:?})"),
            )
        })?;
        match answer.status().as_u16() {
            // Other clouds, and Docker Desktop, have something else at the same address.
            status @ (401 | 403 | 404 | 405) => Err(azure_core::Error::with_message(
                ErrorKind::Credential,
                format!("the metadata service of this machine is not Azure's (it says {status})"),
            )),
            _ => Ok(()),
        }
    }
}

/// A managed identity that is asked only where a metadata service is.
#[derive(Debug)]
pub(super) struct Probed {
    probe: Probe,
    credential: Arc<dyn TokenCredential>,
    found: AtomicBool,
}

impl Probed {
    pub(super) fn new(probe: Probe, credential: Arc<dyn TokenCredential>) -> Self {
        Self { probe, credential, found: AtomicBool::new(false) }
    }
}

#[async_trait::async_trait]
impl TokenCredential for Probed {
    async fn get_token(
        &self,
        scopes: &[&str],
        options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        if !self.found.load(Ordering::Relaxed) {
            self.probe.ask().await?;
            self.found.store(true, Ordering::Relaxed);
        }
        self.credential.get_token(scopes, options).await
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::atomic::AtomicUsize;
    use std::time::Instant;

    use super::*;

    fn probe(url: String) -> Probe {
        let http = reqwest::Client::builder().no_proxy().connect_timeout(LIMIT).build().unwrap();
        Probe { http, url }
    }

    /// Responds to one request with a status, or keeps silent.
    fn service(status: Option<u16>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/metadata", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let read = socket.read(&mut [0; 2048]).unwrap();
            assert!(read > 0);
            match status {
                Some(status) => {
                    let head = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n");
                    socket.write_all(head.as_bytes()).unwrap();
                }
                None => std::thread::sleep(Duration::from_secs(5)),
            }
        });
        url
    }

    #[tokio::test]
    async fn a_service_that_refuses_the_question_is_the_right_one() {
        probe(service(Some(400))).ask().await.unwrap();
    }

    #[tokio::test]
    async fn the_metadata_service_of_another_cloud_is_not_asked() {
        for status in [401, 403, 404, 405] {
            let error = probe(service(Some(status))).ask().await.unwrap_err();
            assert!(error.to_string().contains("not Azure's"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_service_that_keeps_silent_costs_a_second() {
        let start = Instant::now();
        let error = probe(service(None)).ask().await.unwrap_err();
        assert!(error.to_string().contains("no metadata service"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    }

    /// Returns a token and counts how often it is asked.
    #[derive(Debug, Default)]
    struct Counting(AtomicUsize);

    #[async_trait::async_trait]
    impl TokenCredential for Counting {
        async fn get_token(
            &self,
            _scopes: &[&str],
            _options: Option<TokenRequestOptions<'_>>,
        ) -> azure_core::Result<AccessToken> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(AccessToken::new("t", azure_core::time::OffsetDateTime::UNIX_EPOCH))
        }
    }

    #[tokio::test]
    async fn the_question_goes_before_the_first_token_only() {
        let credential = Arc::new(Counting::default());
        let probed = |url| Probed::new(probe(url), credential.clone());
        probed(service(Some(404))).get_token(&["s"], None).await.unwrap_err();
        assert_eq!(credential.0.load(Ordering::Relaxed), 0);
        // The service responds once: a second question would fail.
        let probed = probed(service(Some(400)));
        for asked in 1..=2 {
            probed.get_token(&["s"], None).await.unwrap();
            assert_eq!(credential.0.load(Ordering::Relaxed), asked);
        }
    }

    #[test]
    fn app_service_and_its_like_are_not_the_metadata_service() {
        let asked = |set: &[&str]| is_asked(&|name| set.contains(&name).then(|| "x".to_owned()));
        assert!(asked(&[]));
        assert!(asked(&["IDENTITY_ENDPOINT"]));
        assert!(!asked(&["IDENTITY_ENDPOINT", "IDENTITY_HEADER"]));
        assert!(!asked(&["IDENTITY_ENDPOINT", "IMDS_ENDPOINT"]));
        assert!(!asked(&["MSI_ENDPOINT"]));
    }
}
