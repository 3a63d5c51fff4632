//! Webhooks: events that the service sends, signed.

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// An event that is sent to a URL.
#[derive(Debug, Clone)]
#[must_use]
pub struct Webhook {
    secrets: Vec<String>,
    id: String,
    timestamp: String,
    body: String,
}

impl Webhook {
    /// An event of this type with this data, signed by a secret: `whsec_` and base64, or any text.
    pub fn new(secret: &str, kind: &str, data: &Value) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let event = json!({
            "id": "evt_0001", "object": "event", "type": kind, "created_at": now, "data": data,
        });
        Self {
            secrets: vec![secret.to_owned()],
            id: "wh_0001".to_owned(),
            timestamp: now.to_string(),
            body: event.to_string(),
        }
    }

    /// Signs with another secret too, as while secrets are exchanged.
    pub fn also_signed_by(mut self, secret: &str) -> Self {
        self.secrets.push(secret.to_owned());
        self
    }

    /// Sets `webhook-id`.
    pub fn id(mut self, id: &str) -> Self {
        id.clone_into(&mut self.id);
        self
    }

    /// Sets `webhook-timestamp`, in seconds since 1970.
    pub fn timestamp(mut self, seconds: u64) -> Self {
        self.timestamp = seconds.to_string();
        self
    }

    /// Sets the body, whatever it is.
    pub fn body(mut self, body: &str) -> Self {
        body.clone_into(&mut self.body);
        self
    }

    /// The body.
    #[must_use]
    pub fn payload(&self) -> &str {
        &self.body
    }

    /// The headers with their values.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, String); 3] {
        let signed = format!("{}.{}.{}", self.id, self.timestamp, self.body);
        let signatures: Vec<String> =
            self.secrets.iter().map(|secret| signature(secret, &signed)).collect();
        [
            ("webhook-id", self.id.clone()),
            ("webhook-timestamp", self.timestamp.clone()),
            ("webhook-signature", signatures.join(" ")),
        ]
    }

    /// Sends it to a URL on loopback, such as `http://127.0.0.1:8000/hook`; returns the status.
    ///
    /// # Errors
    ///
    /// No response within 10 seconds, or a URL that is not on loopback.
    pub async fn send(&self, url: &str) -> io::Result<u16> {
        let invalid = || io::Error::new(io::ErrorKind::InvalidInput, "no http URL on loopback");
        let rest = url.strip_prefix("http://").ok_or_else(invalid)?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if !["127.0.0.1:", "localhost:", "[::1]:"].iter().any(|start| host.starts_with(start)) {
            return Err(invalid());
        }
        let mut request = format!(
            "POST /{path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: OpenAI/1.0 (+webhooks)\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n",
            self.body.len()
        );
        for (name, value) in self.headers() {
            request += &format!("{name}: {value}\r\n");
        }
        request += "\r\n";
        request += &self.body;
        let exchange = async {
            let mut stream = TcpStream::connect(host).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut response = Vec::new();
            stream.read_to_end(&mut response).await?;
            let head = String::from_utf8_lossy(&response);
            let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
            status.ok_or_else(|| io::ErrorKind::InvalidData.into())
        };
        tokio::time::timeout(TIMEOUT, exchange).await?
    }
}

fn signature(secret: &str, signed: &str) -> String {
    let key = secret
        .strip_prefix("whsec_")
        .and_then(|key| STANDARD.decode(key).ok())
        .unwrap_or_else(|| secret.as_bytes().to_vec());
    // A key of any length is a key.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
    mac.update(signed.as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}
