//! The requests over HTTP beside sessions: client secrets, calls, endpoints of webhooks.

use std::time::Duration;

use openai_azure::realtime::{RealtimeToolChoice, Session};
use openai_azure::webhooks::{WebhookEndpointUpdate, Webhooks};
use openai_azure::{Client, Endpoint, ErrorKind};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;
use serde_json::json;

const MODEL: &str = "gpt-realtime-1.5";
const OFFER: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n";

fn client(emulator: &Emulator) -> Client {
    planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key(emulator.api_key())
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_client_secret_is_made_with_the_settings_of_its_sessions() {
    let emulator = Emulator::start().await.unwrap();
    let request = client(&emulator).realtime_client_secrets().create(MODEL);
    let secret = request
        .session(|s| s.voice("marin").tool_choice(RealtimeToolChoice::None))
        .expires_after(Duration::from_secs(60))
        .send()
        .await
        .unwrap();
    assert!(secret.value.expose().starts_with("ek_"));
    assert!(!format!("{secret:?}").contains("ek_"), "{secret:?}");
    assert!(secret.expires_at > 0 && secret.session.model.as_deref() == Some(MODEL));
    let sent = emulator.last().unwrap();
    assert_eq!(sent.path, "/openai/v1/realtime/client_secrets");
    let expected = json!({
        "expires_after": {"anchor": "created_at", "seconds": 60},
        "session": {
            "type": "realtime", "model": MODEL, "audio": {"output": {"voice": "marin"}},
            "tool_choice": "none",
        },
    });
    assert_eq!(sent.json(), expected);
    let request = client(&emulator).realtime_client_secrets().create(MODEL);
    let error = request.expires_after(Duration::from_secs(1)).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadRequest);
}

#[tokio::test]
async fn a_call_is_created_by_an_offer_and_the_settings() {
    let emulator = Emulator::start().await.unwrap();
    let calls = client(&emulator).realtime_calls();
    let session = Session::new().voice("marin").instructions("Be brief.");
    let call = calls.create(MODEL, OFFER, session).await.unwrap();
    assert!(call.id.starts_with("rtc_") && call.sdp.starts_with("v=0"), "{call:?}");
    assert_eq!(call.status(), 201);
    let sent = emulator.last().unwrap();
    assert_eq!(sent.part("sdp").unwrap().text(), OFFER);
    assert_eq!(sent.part("sdp").unwrap().content_type.as_deref(), Some("application/sdp"));
    let part = sent.part("session").unwrap();
    assert_eq!(part.content_type.as_deref(), Some("application/json"));
    let settings: serde_json::Value = serde_json::from_str(&part.text()).unwrap();
    assert_eq!((&settings["model"], &settings["type"]), (&json!(MODEL), &json!("realtime")));
    let session = calls.attach(&call.id).connect().await.unwrap();
    assert_eq!(emulator.last().unwrap().query("call_id"), Some(&*call.id));
    session.close().await.unwrap();
}

#[tokio::test]
async fn a_call_of_sip_is_accepted_rejected_referred_and_hung_up() {
    let emulator = Emulator::start().await.unwrap();
    let calls = client(&emulator).realtime_calls();
    let session = Session::new().instructions("You answer the telephone.");
    calls.accept("rtc/1", MODEL, session).await.unwrap();
    let sent = emulator.last().unwrap();
    assert_eq!(sent.path, "/openai/v1/realtime/calls/rtc%2F1/accept");
    assert_eq!(sent.json()["instructions"], "You answer the telephone.");
    calls.reject("rtc_1", 486).await.unwrap();
    assert_eq!(emulator.last().unwrap().json(), json!({"status_code": 486}));
    calls.reject("rtc_1", None).await.unwrap();
    assert_eq!(emulator.last().unwrap().json(), json!({}));
    calls.refer("rtc_1", "tel:+4722000000").await.unwrap();
    assert_eq!(emulator.last().unwrap().json(), json!({"target_uri": "tel:+4722000000"}));
    calls.hangup("rtc_1").await.unwrap();
    assert_eq!(emulator.last().unwrap().path, "/openai/v1/realtime/calls/rtc_1/hangup");
    let error = calls.accept("rtc_1", MODEL, Session::new()).await.unwrap_err();
    assert_eq!(error.as_api().and_then(|api| api.param()), Some("instructions"));
    emulator.reply_to("/hangup", Reply::status(404).json(json!({"error": {}})));
    assert_eq!(calls.hangup("rtc_1").await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(calls.hangup("..").await.unwrap_err().kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_dated_endpoint_has_none_of_it() {
    let emulator = Emulator::start().await.unwrap();
    let dated = planted::builder().endpoint(planted::dated(emulator.endpoint()));
    let dated = dated.api_key(planted::KEY).build().unwrap();
    let errors = [
        dated.realtime_calls().hangup("rtc_1").await.unwrap_err(),
        dated.realtime_client_secrets().create(MODEL).send().await.unwrap_err(),
        dated.webhook_endpoints().list().await.unwrap_err(),
    ];
    assert!(errors.iter().all(|error| error.kind() == ErrorKind::Config), "{errors:?}");
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn endpoints_of_webhooks_are_created_listed_changed_and_deleted() {
    let emulator = Emulator::start().await.unwrap();
    let endpoints = client(&emulator).webhook_endpoints();
    let url = "https://example.com/hook";
    let created = endpoints.create("calls", url, ["realtime.call.incoming"]).await.unwrap();
    let secret = created.signing_secret.as_ref().expect("shown once");
    assert!(secret.as_ref().starts_with("whsec_"));
    assert!(!format!("{created:?}").contains(secret.as_ref()));
    let _ = Webhooks::new(secret);
    let list = endpoints.list().await.unwrap();
    assert_eq!((list.data.len(), &list.data[0].signing_secret), (1, &None));
    let update = WebhookEndpointUpdate::new().event_types(["batch.completed", "batch.failed"]);
    let updated = endpoints.update(&created.id, update).await.unwrap();
    assert_eq!((updated.event_types.len(), updated.url.as_str()), (2, url));
    assert!(endpoints.delete(&created.id).await.unwrap().deleted);
    assert!(endpoints.list().await.unwrap().data.is_empty());
    assert_eq!(endpoints.delete(&created.id).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(endpoints.delete("../files").await.unwrap_err().kind(), ErrorKind::Config);
}
