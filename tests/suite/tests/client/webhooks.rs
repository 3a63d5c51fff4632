//! Webhooks: signatures, times, events, deliveries over loopback.

use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue};
use openai_azure::webhooks::{WebhookError, WebhookEvent, Webhooks};
use openai_azure_emulator::Webhook;
use serde_json::{Value, json};

/// The example of the Standard Webhooks documents.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const BODY: &str = r#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const SECONDS: u64 = 1_614_265_330;

fn headers(id: &str, timestamp: &str, signature: &str) -> HeaderMap {
    let pairs =
        [("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature)];
    let header = |(name, value): (&'static str, &str)| {
        (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
    };
    pairs.map(header).into_iter().collect()
}

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn of(webhook: &Webhook) -> HeaderMap {
    let [(_, id), (_, timestamp), (_, signature)] = webhook.headers();
    headers(&id, &timestamp, &signature)
}

#[test]
fn the_vector_of_the_standard_is_accepted_and_every_changed_byte_refused() {
    let webhooks = Webhooks::new(SECRET);
    let good = headers(ID, &SECONDS.to_string(), SIGNATURE);
    webhooks.verify_at(&good, BODY, at(SECONDS)).unwrap();
    for changed in 0..BODY.len() {
        let mut body = BODY.as_bytes().to_vec();
        body[changed] ^= 1;
        let error = webhooks.verify_at(&good, body, at(SECONDS)).unwrap_err();
        assert!(matches!(error, WebhookError::WrongSignature), "{changed}");
    }
    let other_id = headers("msg_p5jXN8AQM9LWM0D4loKWxJel", &SECONDS.to_string(), SIGNATURE);
    assert!(webhooks.verify_at(&other_id, BODY, at(SECONDS)).is_err());
    let other_time = headers(ID, &(SECONDS + 1).to_string(), SIGNATURE);
    assert!(webhooks.verify_at(&other_time, BODY, at(SECONDS)).is_err());
    assert!(Webhooks::new("whsec_AAAA").verify_at(&good, BODY, at(SECONDS)).is_err());
}

/// Made by another implementation of HMAC-SHA256 and base64.
#[test]
fn vectors_of_another_implementation_are_accepted() {
    for (secret, id, seconds, body, signature) in [
        (
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "wh_1",
            1_790_000_000,
            r#"{"object":"event","id":"evt_1","type":"response.completed","created_at":1,"data":{"id":"resp_1"}}"#,
            "v1,SU9H0gofYG99pWrtE/JQ852dzti3WPMZVr6caCQ0L4M=",
        ),
        (
            "any text at all",
            "wh_2",
            1_790_000_001,
            "",
            "v1,ZzUKgha07VdR6Lcmn9vF0lOK3ogG2DqKdKc4wAR9m/Y=",
        ),
        (
            "whsec_not base64!",
            "wh_3",
            1_790_000_002,
            "{\"é\":\"\\u0000\"}",
            "v1,/tpmii4oxjFqOJS8h4R+ky6yZbd9099Gr17qb0wfbOY=",
        ),
    ] {
        let good = headers(id, &seconds.to_string(), signature);
        let webhooks = Webhooks::new(secret);
        webhooks.verify_at(&good, body, at(seconds)).unwrap_or_else(|e| panic!("{id}: {e}"));
    }
}

#[test]
fn one_right_signature_of_several_is_enough() {
    let webhook = Webhook::new("old", "batch.completed", &json!({"id": "b"}));
    let webhook = webhook.also_signed_by("new");
    let sent = of(&webhook);
    for webhooks in [
        Webhooks::new("old"),
        Webhooks::new("new"),
        Webhooks::new("other").also("new"),
        Webhooks::new("old").also("other"),
    ] {
        webhooks.verify(&sent, webhook.payload()).unwrap();
    }
    assert!(Webhooks::new("other").verify(&sent, webhook.payload()).is_err());
    let signature = sent["webhook-signature"].to_str().unwrap();
    let (first, second) = signature.split_once(' ').unwrap();
    let id_and_time = |name: &str| sent[name].to_str().unwrap().to_owned();
    let with = |signature: &str| {
        headers(&id_and_time("webhook-id"), &id_and_time("webhook-timestamp"), signature)
    };
    let old = Webhooks::new("old");
    for (signature, is_right) in [
        (format!("v2,AAAA {first}"), true),
        (format!("v1a,{} {first}", &second[3..]), true),
        (first[3..].to_owned(), true),
        (first.trim_end_matches('=').to_owned(), true),
        (format!("v2,{}", &first[3..]), false),
        (second.to_owned(), false),
        (String::new(), false),
        ("v1,".to_owned(), false),
    ] {
        let verified = old.verify(&with(&signature), webhook.payload());
        assert_eq!(verified.is_ok(), is_right, "{signature}");
    }
}

#[test]
fn old_and_future_webhooks_are_refused_with_how_far_they_are_away() {
    let webhooks = Webhooks::new(SECRET);
    let sent = headers(ID, &SECONDS.to_string(), SIGNATURE);
    for inside in [SECONDS - 300, SECONDS, SECONDS + 300] {
        webhooks.verify_at(&sent, BODY, at(inside)).unwrap();
    }
    let old = webhooks.verify_at(&sent, BODY, at(SECONDS + 301)).unwrap_err();
    assert!(matches!(old, WebhookError::TooOld { age, .. } if age.as_secs() == 301), "{old}");
    let new = webhooks.verify_at(&sent, BODY, at(SECONDS - 301)).unwrap_err();
    assert!(matches!(new, WebhookError::TooNew { ahead, .. } if ahead.as_secs() == 301), "{new}");
    let patient = webhooks.tolerance(Duration::from_secs(1000));
    patient.verify_at(&sent, BODY, at(SECONDS + 999)).unwrap();
    for timestamp in ["", "soon", "-1", "1614265330.0"] {
        let error = patient.verify_at(&headers(ID, timestamp, SIGNATURE), BODY, at(SECONDS));
        assert!(matches!(error, Err(WebhookError::InvalidTimestamp)), "{timestamp}");
    }
}

#[test]
fn a_missing_header_is_named() {
    let full = headers(ID, &SECONDS.to_string(), SIGNATURE);
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut lacking = full.clone();
        lacking.remove(name);
        let error = Webhooks::new(SECRET).verify_at(&lacking, BODY, at(SECONDS)).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn every_event_is_read_written_and_kept_when_unknown() {
    let data = |kind: &str| match kind {
        "realtime.call.incoming" => json!({
            "call_id": "rtc_1", "sip_headers": [{"name": "From", "value": "sip:a@b"}], "new": 1,
        }),
        "live.call.incoming" => json!({"session_id": "s_1", "sip_headers": []}),
        _ => json!({"id": "object_1", "new": {"a": [1]}}),
    };
    let kinds: BTreeSet<&str> = WebhookEvent::KINDS.iter().copied().collect();
    assert_eq!(kinds.len(), 16);
    for kind in WebhookEvent::KINDS.iter().copied().chain(["response.paused"]) {
        let webhook = Webhook::new(SECRET, kind, &data(kind)).id("wh_7");
        let delivery = Webhooks::new(SECRET).parse(&of(&webhook), webhook.payload()).unwrap();
        assert_eq!((delivery.id.as_str(), delivery.event.kind()), ("wh_7", kind));
        assert_eq!(delivery.event.id(), "evt_0001");
        let is_known = !matches!(delivery.event, WebhookEvent::Other(_));
        assert_eq!(is_known, kinds.contains(kind), "{kind}");
        let sent: Value = serde_json::from_str(webhook.payload()).unwrap();
        assert_eq!(serde_json::to_value(&delivery.event).unwrap(), sent);
        if let WebhookEvent::RealtimeCallIncoming(event) = &delivery.event {
            assert_eq!(event.data.sip_header("from"), Some("sip:a@b"));
        }
    }
}

#[test]
fn a_body_that_is_no_event_is_an_error_of_its_own() {
    for body in ["", "[]", "{}", "{\"type\":1}", r#"{"type":"batch.failed","data":{}}"#, "\u{1}"] {
        let webhook = Webhook::new(SECRET, "x", &json!({})).body(body);
        let error = Webhooks::new(SECRET).parse(&of(&webhook), body).unwrap_err();
        assert!(matches!(error, WebhookError::Body { .. }), "{body}: {error}");
    }
}

#[test]
fn the_secret_is_never_printed() {
    let webhooks = Webhooks::new("planted-secret-of-webhooks");
    assert!(!format!("{webhooks:?}").contains("planted"));
    let error = webhooks.verify(&headers("i", "1", "v1,AAAA"), "").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("planted"));
}

/// Headers as nobody sends them, near to right ones and far from them.
#[test]
fn a_million_random_headers_cause_no_panic_and_no_acceptance() {
    let webhooks = Webhooks::new(SECRET).also("another");
    let mut random = fastrand::Rng::with_seed(7);
    let now = at(SECONDS);
    let started = Instant::now();
    let mut seen = [0_u32; 5];
    let pieces: [&[u8]; 12] = [
        b"v1,",
        b"v1",
        b",",
        b" ",
        b"=",
        b"g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=",
        b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        b"whsec_",
        b"-",
        b"\t",
        b"\xC3\xA9",
        b"\xFF",
    ];
    let times: [&[u8]; 6] =
        [b"1614265330", b"1614260000", b"1614270000", b"99999999999999999999", b"0", b"-"];
    // A pool of values for each header; every one of a million webhooks has others of them.
    let mut pool = |at: usize| -> Vec<HeaderValue> {
        let mut values = Vec::new();
        while values.len() < 5000 {
            let mut value = Vec::new();
            if at == 1 {
                value.extend_from_slice(times[random.usize(..times.len())]);
            }
            for _ in 0..random.usize(0..4_usize).saturating_sub(at % 2 * 2) {
                value.extend_from_slice(pieces[random.usize(..pieces.len())]);
                if random.u8(..8) == 0 {
                    value.push(random.u8(..));
                }
            }
            values.extend(HeaderValue::from_bytes(&value));
        }
        values
    };
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let pools = [pool(0), pool(1), pool(2)];
    let names = names.map(HeaderName::from_static);
    let mut map = HeaderMap::new();
    for _ in 0..1_000_000 {
        // One header changes at a time, and sometimes goes.
        let at = random.usize(..3);
        match random.u8(..32) {
            0 => drop(map.remove(&names[at])),
            _ => drop(map.insert(&names[at], pools[at][random.usize(..pools[at].len())].clone())),
        }
        let error = webhooks.verify_at(&map, BODY, now).expect_err("it cannot be right");
        seen[match error {
            WebhookError::MissingHeader { .. } => 0,
            WebhookError::InvalidTimestamp => 1,
            WebhookError::TooOld { .. } => 2,
            WebhookError::TooNew { .. } => 3,
            _ => 4,
        }] += 1;
    }
    println!("{seen:?} in {:?}", started.elapsed());
    assert!(seen.iter().all(|&count| count > 0), "{seen:?}");
}

#[tokio::test]
async fn a_delivery_over_loopback_is_verified() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let receiver = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        let (head, body) = loop {
            stream.read_buf(&mut request).await.unwrap();
            let text = String::from_utf8_lossy(&request).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n")
                && body.ends_with('}')
            {
                break (head.to_owned(), body.to_owned());
            }
        };
        let mut map = HeaderMap::new();
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap();
            map.insert(HeaderName::try_from(name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let delivery = Webhooks::new(SECRET).parse(&map, body);
        let status = if delivery.is_ok() { "204 No Content" } else { "400 Bad Request" };
        stream.write_all(format!("HTTP/1.1 {status}\r\n\r\n").as_bytes()).await.unwrap();
        delivery.unwrap()
    });
    let webhook = Webhook::new(SECRET, "batch.completed", &json!({"id": "batch_1"}));
    assert_eq!(webhook.send(&url).await.unwrap(), 204);
    let WebhookEvent::BatchCompleted(event) = receiver.await.unwrap().event else { panic!() };
    assert_eq!(event.data.id, "batch_1");
}
