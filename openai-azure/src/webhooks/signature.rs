//! Signatures of Standard Webhooks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use sha2::Sha256;

use super::WebhookError;

const ID: &str = "webhook-id";
const TIMESTAMP: &str = "webhook-timestamp";
const SIGNATURE: &str = "webhook-signature";

/// What stands before a secret in base64.
const PREFIX: &str = "whsec_";

/// What stands before a signature of this kind.
const VERSION: &str = "v1,";

/// Length of an HMAC-SHA256.
const LENGTH: usize = 32;

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A secret, ready to be used.
#[derive(Clone)]
pub(super) struct Key(Hmac<Sha256>);

/// What the headers of a webhook with a right signature hold.
pub(super) struct Signed<'a> {
    pub(super) id: &'a str,
    pub(super) timestamp: SystemTime,
}

impl Key {
    pub(super) fn new(secret: &str) -> Self {
        let decoded = secret.strip_prefix(PREFIX).and_then(|key| BASE64.decode(key).ok());
        let bytes = decoded.unwrap_or_else(|| secret.as_bytes().to_vec());
        // HMAC takes keys of every length; the error does not occur.
        let mac = Hmac::new_from_slice(&bytes);
        Self(mac.unwrap_or_else(|_| Hmac::new(&Default::default())))
    }

    /// Whether a signature is right, in a time that does not depend on where it is wrong.
    fn accepts(&self, id: &str, timestamp: &str, body: &[u8], signature: &[u8; LENGTH]) -> bool {
        let mut mac = self.0.clone();
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        mac.verify_slice(signature).is_ok()
    }
}

/// Verifies headers and body at a time.
///
/// # Errors
///
/// [`WebhookError`]: what is missing or wrong.
pub(super) fn verify<'a>(
    keys: &[Key],
    headers: &'a HeaderMap,
    body: &[u8],
    tolerance: Duration,
    now: SystemTime,
) -> Result<Signed<'a>, WebhookError> {
    let text = |name: &'static str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.ok_or(WebhookError::MissingHeader { name })
    };
    let (id, seconds, signatures) = (text(ID)?, text(TIMESTAMP)?, text(SIGNATURE)?);
    let timestamp = parse_timestamp(seconds).ok_or(WebhookError::InvalidTimestamp)?;
    match now.duration_since(timestamp) {
        Ok(age) if age > tolerance => return Err(WebhookError::TooOld { age }),
        Err(e) if e.duration() > tolerance => {
            return Err(WebhookError::TooNew { ahead: e.duration() });
        }
        _ => {}
    }
    let is_right = signatures.split_ascii_whitespace().filter_map(parse_signature).any(|one| {
        // All keys are tried, whichever is right.
        keys.iter().fold(false, |right, key| key.accepts(id, seconds, body, &one) | right)
    });
    if is_right { Ok(Signed { id, timestamp }) } else { Err(WebhookError::WrongSignature) }
}

fn parse_timestamp(seconds: &str) -> Option<SystemTime> {
    let is_number = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = seconds.parse().ok().filter(|_| is_number)?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// `v1,BASE64`, or the base64 alone. Those of another version do not count.
fn parse_signature(text: &str) -> Option<[u8; LENGTH]> {
    let text = text.strip_prefix(VERSION).unwrap_or(text);
    BASE64.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::{parse_signature, parse_timestamp};

    #[test]
    fn a_timestamp_is_digits_that_fit() {
        assert!(parse_timestamp("1614265330").is_some());
        for text in ["", "-1", "+1", " 1", "1.5", "1e9", "99999999999999999999999"] {
            assert!(parse_timestamp(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_signature_is_32_bytes_of_base64() {
        let good = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        assert!(parse_signature(good).is_some());
        assert!(parse_signature(&format!("v1,{good}")).is_some());
        assert!(parse_signature(good.trim_end_matches('=')).is_some());
        for text in ["", "v1,", "v1,AAEC", "v1a,AAEC", &format!("v2,{good}")] {
            assert!(parse_signature(text).is_none(), "{text}");
        }
    }
}
