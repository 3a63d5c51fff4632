//! What goes wrong with realtime sessions, and how it is reported.

use std::future::Future;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use openai_azure::error::{CloseCode, ClosedError, TimeoutScope};
use openai_azure::realtime::{ClientEvent, RealtimeConnection, Reconnect, ServerEvent, Session};
use openai_azure::{Client, ClientBuilder, Credential, Endpoint, Error, ErrorKind, RetryPolicy};
use openai_azure_emulator::{Emulator, RealtimeScript, Reply};
use openai_azure_tests::planted;
use serde_json::json;

const MODEL: &str = "gpt-realtime-1.5";

fn builder(emulator: &Emulator) -> ClientBuilder {
    planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key(emulator.api_key())
        .retry(RetryPolicy::new().first_backoff(Duration::from_millis(1)))
}

fn v1(emulator: &Emulator) -> Client {
    builder(emulator).build().unwrap()
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), what).await.expect("it hangs")
}

async fn no_connections(emulator: &Emulator) {
    soon(async {
        while emulator.open_connections() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// Reads to the end, which must be an error.
async fn end(session: &mut RealtimeConnection) -> Error {
    soon(async {
        loop {
            match session.try_next().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("an end without an error"),
                Err(error) => return error,
            }
        }
    })
    .await
}

fn closed(error: &Error) -> &ClosedError {
    match error {
        Error::Closed(error) => error,
        other => panic!("{other:?}"),
    }
}

/// How a scripted session ends.
async fn ends_with(script: RealtimeScript) -> Error {
    let emulator = Emulator::start().await.unwrap();
    emulator.realtime(script);
    let mut session = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap();
    let error = end(&mut session).await;
    assert!(soon(session.try_next()).await.unwrap().is_none(), "nothing comes after the end");
    let late = session.send(ClientEvent::create_response()).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Closed);
    // The socket is closed although the connection is still held.
    no_connections(&emulator).await;
    error
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_and_reported() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = planted::builder()
        .endpoint(Endpoint::v1(&endpoint).unwrap())
        .api_key(planted::KEY)
        .retry(RetryPolicy::new().first_backoff(Duration::from_millis(1)))
        .build()
        .unwrap();
    let error = soon(client.realtime(MODEL).connect()).await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::Connection, 2));
}

#[tokio::test]
async fn a_wrong_key_is_the_same_error_as_over_http() {
    let emulator = Emulator::start().await.unwrap();
    let client = builder(&emulator).build().unwrap();
    let wrong = planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key(planted::KEY)
        .build()
        .unwrap();
    let error = soon(wrong.realtime(MODEL).connect()).await.unwrap_err();
    let api = error.as_api().expect("an API error");
    assert_eq!((api.status(), error.kind()), (401, ErrorKind::Authentication));
    assert!(api.request_id().is_some() && api.message().is_some(), "{api:?}");
    assert!(api.url().ends_with("/openai/v1/realtime"), "{}", api.url());
    let error = soon(client.realtime("nobody").connect()).await.unwrap_err();
    assert_eq!(error.as_api().and_then(|api| api.code()), Some("DeploymentNotFound"));
    assert!(error.to_string().contains("no deployment is called `nobody`"), "{error}");
    no_connections(&emulator).await;
}

#[tokio::test]
async fn known_mistakes_get_a_hint() {
    let emulator = Emulator::start().await.unwrap();
    let client = v1(&emulator);
    let request = client.realtime(MODEL).query("api-version", "2025-04-01-preview");
    let error = soon(request.connect()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert!(error.to_string().contains("takes no `api-version`"), "{error}");
    let error = soon(client.realtime("gpt-4o-mini-transcribe").connect()).await.unwrap_err();
    assert_eq!(error.as_api().and_then(|api| api.code()), Some("OpperationNotSupported"));
    assert!(error.to_string().contains("a transcription model belongs"), "{error}");
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let emulator = Emulator::start().await.unwrap();
    let tokens = Arc::new(AtomicU32::new(0));
    let (count, right) = (Arc::clone(&tokens), emulator.bearer().to_owned());
    let credential = Credential::provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let token = if number == 0 { planted::TOKEN.to_owned() } else { right.clone() };
        async move { Ok::<_, std::io::Error>(token) }
    });
    let client = planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .credential(credential)
        .build()
        .unwrap();
    let session = soon(client.realtime(MODEL).connect()).await.unwrap();
    drop(session);
    assert_eq!((tokens.load(Ordering::SeqCst), emulator.requests()), (2, 2));
    // Fresh at each connect.
    drop(soon(client.realtime(MODEL).connect()).await.unwrap());
    assert_eq!(tokens.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_429_is_tried_again_after_the_wait_that_was_asked_for() {
    let emulator = Emulator::start().await.unwrap();
    let busy = Reply::status(429).header("retry-after-ms", "50").json(json!({"error": {}}));
    emulator.reply_to("/realtime", busy);
    let started = Instant::now();
    let mut session = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap();
    assert!(started.elapsed() >= Duration::from_millis(50));
    assert_eq!(emulator.requests(), 2);
    assert!(soon(session.try_next()).await.unwrap().is_some());
    emulator.reply_to("/realtime", Reply::status(429).json(json!({"error": {}})).times(9));
    let error = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::RateLimit, 2));
}

#[tokio::test]
async fn a_server_that_speaks_no_websocket_is_an_error_of_its_own() {
    let emulator = Emulator::start().await.unwrap();
    emulator.reply_to("/realtime", Reply::status(200).body("hello"));
    let error = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    let lie = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
               sec-websocket-accept: AAAA\r\n\r\n";
    emulator.reply_to("/realtime", Reply::raw(lie));
    let error = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    no_connections(&emulator).await;
}

#[tokio::test]
async fn a_handshake_that_gets_no_response_ends_within_its_limit() {
    let emulator = Emulator::start().await.unwrap();
    emulator.reply_to("/realtime", Reply::status(101).delay(Duration::from_secs(60)));
    let limit = Duration::from_millis(100);
    let client = builder(&emulator).retry(RetryPolicy::none()).build().unwrap();
    let started = Instant::now();
    let error = soon(client.realtime(MODEL).timeout(limit).connect()).await.unwrap_err();
    let Error::Timeout(error) = error else { panic!("{error:?}") };
    assert_eq!((error.scope(), error.limit()), (TimeoutScope::Attempt, limit));
    assert!(started.elapsed() < Duration::from_secs(5));
    no_connections(&emulator).await;
}

#[tokio::test]
async fn a_connection_that_is_cut_in_the_middle_of_a_frame_is_abnormal() {
    let error = ends_with(RealtimeScript::new().cut()).await;
    assert_eq!(closed(&error).code(), CloseCode::Abnormal);
    assert!(error.request_ids().and_then(|ids| ids.request_id()).is_some());
    let error = ends_with(RealtimeScript::new().reset()).await;
    assert_eq!(closed(&error).code(), CloseCode::Abnormal);
    assert!(std::error::Error::source(&error).is_some() || error.to_string().contains("broke"));
}

#[tokio::test]
async fn the_end_of_a_session_after_its_limit_is_known_as_such() {
    let error = ends_with(RealtimeScript::new().expire()).await;
    assert!(closed(&error).is_session_expired());
    assert_eq!(closed(&error).code(), CloseCode::GoingAway);
    assert!(closed(&error).reason().contains("maximum duration"));

    let emulator = Emulator::start().await.unwrap();
    emulator.realtime_session_limit(Duration::from_millis(100));
    let mut session = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap();
    let mut expiries = 0;
    let error = soon(async {
        loop {
            match session.try_next().await {
                Ok(event) => expiries += u32::from(event.expect("no end").is_session_expired()),
                Err(error) => return error,
            }
        }
    })
    .await;
    assert!(expiries == 1 && closed(&error).is_session_expired(), "{error}");
    no_connections(&emulator).await;
}

#[tokio::test]
async fn every_close_code_is_reported_with_its_reason() {
    for code in [1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 4999] {
        let error = ends_with(RealtimeScript::new().close(code, "because")).await;
        let error = closed(&error);
        assert_eq!((error.code().as_u16(), error.reason()), (code, "because"));
        assert!(!error.is_session_expired());
    }
    let error = ends_with(RealtimeScript::new().close_without_code()).await;
    assert_eq!(closed(&error).code(), CloseCode::NoStatus);
}

#[tokio::test]
async fn code_1000_is_an_end_and_no_error() {
    let emulator = Emulator::start().await.unwrap();
    emulator.realtime(RealtimeScript::new().close(1000, "bye"));
    let mut session = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap();
    assert!(soon(session.try_next()).await.unwrap().is_none());
    no_connections(&emulator).await;
}

#[tokio::test]
async fn garbage_and_oversized_frames_end_the_session() {
    let error = ends_with(RealtimeScript::new().garbage()).await;
    assert_eq!(error.kind(), ErrorKind::Stream, "{error}");
    let error = ends_with(RealtimeScript::new().oversized(1 << 40)).await;
    assert_eq!(error.kind(), ErrorKind::Stream, "{error}");
    assert!(error.to_string().contains("larger than the limit"), "{error}");

    let emulator = Emulator::start().await.unwrap();
    emulator.realtime(RealtimeScript::new().text("x".repeat(2000)));
    let request = v1(&emulator).realtime(MODEL).max_message_bytes(1000);
    let mut session = soon(request.connect()).await.unwrap();
    assert_eq!(end(&mut session).await.kind(), ErrorKind::Stream);
    no_connections(&emulator).await;
}

#[tokio::test]
async fn a_message_that_is_no_event_is_an_error_and_the_session_goes_on() {
    let emulator = Emulator::start().await.unwrap();
    let script = RealtimeScript::new()
        .text("not json")
        .text(r#"{"type":"session.created","session":7}"#)
        .binary(b"\x00\x01".to_vec());
    emulator.realtime(script);
    let mut session = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap();
    for expected in [&b"not json"[..], br#"{"type":"session.created","session":7}"#, b"\x00\x01"] {
        let Err(Error::Stream(error)) = soon(session.try_next()).await else { panic!() };
        assert_eq!(error.event(), expected);
    }
    let event = soon(session.try_next()).await.unwrap().unwrap();
    assert!(matches!(event, ServerEvent::SessionCreated(_)), "{event:?}");
}

#[tokio::test]
async fn a_silent_server_is_given_up_after_the_idle_limit() {
    let emulator = Emulator::start().await.unwrap();
    emulator.realtime(RealtimeScript::new().silent());
    let limit = Duration::from_millis(200);
    let request = v1(&emulator).realtime(MODEL).ping_interval(Duration::from_millis(50));
    let mut session = soon(request.idle_timeout(limit).connect()).await.unwrap();
    let started = Instant::now();
    let Error::Timeout(error) = end(&mut session).await else { panic!("no timeout") };
    assert_eq!((error.scope(), error.limit()), (TimeoutScope::Idle, limit));
    assert!((150..2000).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());
    no_connections(&emulator).await;
}

#[tokio::test]
async fn a_server_that_does_not_agree_to_the_end_is_left() {
    let emulator = Emulator::start().await.unwrap();
    emulator.realtime(RealtimeScript::new().silent());
    let session = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap();
    let started = Instant::now();
    soon(session.close()).await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(7), "{:?}", started.elapsed());
    no_connections(&emulator).await;
}

fn again() -> Reconnect {
    Reconnect::new().first_backoff(Duration::from_millis(5)).max_retries(3)
}

#[tokio::test]
async fn a_broken_connection_is_made_again_with_the_settings_of_the_session() {
    let emulator = Emulator::start().await.unwrap();
    for script in [
        RealtimeScript::new().expect("session.update").close(1011, "oops"),
        RealtimeScript::new().expect("session.update").cut(),
        RealtimeScript::new().expect("session.update").expire(),
    ] {
        emulator.realtime(script);
    }
    let numbers = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = Arc::clone(&numbers);
    let reconnect = again().on_reconnect(move |attempt| {
        let number = attempt.number();
        seen.lock().unwrap().push((number, attempt.code(), attempt.is_session_expired()));
        attempt.query("attempt", number.to_string());
        attempt.header("x-attempt", &number.to_string());
        let instructions = format!("attempt {number}");
        attempt.session().instructions = Some(instructions);
        ControlFlow::Continue(())
    });
    let request = v1(&emulator).realtime(MODEL).session(Session::text_only).reconnect(reconnect);
    let mut session = soon(request.connect()).await.unwrap();
    let event = soon(async {
        loop {
            if let Some(ServerEvent::SessionUpdated(event)) = session.try_next().await.unwrap() {
                return event;
            }
        }
    })
    .await;
    assert_eq!(event.session.instructions.as_deref(), Some("attempt 3"));
    let expected = [
        (1, CloseCode::InternalError, false),
        (2, CloseCode::Abnormal, false),
        (3, CloseCode::GoingAway, true),
    ];
    assert_eq!(*numbers.lock().unwrap(), expected);
    let request = emulator.last().unwrap();
    assert_eq!((request.query("attempt"), request.header("x-attempt")), (Some("3"), Some("3")));
    assert_eq!(request.query.iter().filter(|(name, _)| name == "attempt").count(), 1);
    // Four sessions, each told its settings once, and nothing else.
    let received = emulator.realtime_received();
    assert_eq!(received.len(), 4, "{received:?}");
    drop(session);
    no_connections(&emulator).await;
}

#[tokio::test]
async fn a_send_waits_for_the_next_connection_and_is_sent_once() {
    let emulator = Emulator::start().await.unwrap();
    emulator.realtime(RealtimeScript::new().close(1012, ""));
    let reconnect = again().first_backoff(Duration::from_millis(100));
    let request = v1(&emulator).realtime(MODEL).session(Session::text_only).reconnect(reconnect);
    let (mut sender, mut receiver) = soon(request.connect()).await.unwrap().split();
    let reading = tokio::spawn(async move { receiver.turn().await });
    // The close has arrived by now.
    tokio::time::sleep(Duration::from_millis(50)).await;
    soon(sender.user_text("Once")).await.unwrap();
    soon(sender.create_response()).await.unwrap();
    let turn = soon(reading).await.unwrap().unwrap().unwrap();
    assert_eq!(turn.text, "You said: Once");
    let items: Vec<_> = emulator
        .realtime_received()
        .into_iter()
        .filter(|event| event["type"] == "conversation.item.create")
        .collect();
    assert_eq!(items.len(), 1);
}

#[tokio::test]
async fn a_send_drives_the_next_connection_when_nobody_reads() {
    let emulator = Emulator::start().await.unwrap();
    emulator.realtime(RealtimeScript::new().close(1012, ""));
    let request = v1(&emulator).realtime(MODEL).reconnect(again());
    let mut session = soon(request.connect()).await.unwrap();
    // Reads the close, and not until the next connection.
    let _ = tokio::time::timeout(Duration::from_millis(2), session.try_next()).await;
    let sent = soon(async {
        // A break that is not read yet shows in a send.
        while session.user_text("Hello").await.is_err() {
            let _ = tokio::time::timeout(Duration::from_millis(2), session.try_next()).await;
        }
    });
    sent.await;
    assert!(soon(session.try_next()).await.unwrap().is_some());
}

#[tokio::test]
async fn it_gives_up_when_told_to_or_when_nothing_helps() {
    let emulator = Emulator::start().await.unwrap();
    let run = async |script: RealtimeScript, reconnect: Reconnect| {
        emulator.clear_journal();
        emulator.realtime(script);
        let request = v1(&emulator).realtime(MODEL).reconnect(reconnect);
        let mut session = soon(request.connect()).await.unwrap();
        let error = end(&mut session).await;
        (error, emulator.journal().len())
    };
    let breaks = again().on_reconnect(|_| ControlFlow::Break(()));
    let (error, requests) = run(RealtimeScript::new().close(1011, "x"), breaks).await;
    assert_eq!((closed(&error).code(), requests), (CloseCode::InternalError, 1));
    let (error, requests) = run(RealtimeScript::new().close(1008, "x"), again()).await;
    assert_eq!((closed(&error).code(), requests), (CloseCode::Policy, 1));
    // Every further connection is closed as well.
    for _ in 0..3 {
        emulator.realtime(RealtimeScript::new().close(1013, "x"));
    }
    let (error, requests) = run(RealtimeScript::new().close(1013, "x"), again()).await;
    assert_eq!((closed(&error).retries_taken(), requests), (3, 4));
    no_connections(&emulator).await;
}

#[tokio::test]
async fn a_refusal_ends_the_reconnecting_and_a_busy_server_does_not() {
    let emulator = Emulator::start().await.unwrap();
    emulator.realtime(RealtimeScript::new().close(1011, ""));
    let request = v1(&emulator).realtime(MODEL).reconnect(again());
    let mut session = soon(request.connect()).await.unwrap();
    emulator.reply_to("/realtime", Reply::status(503).json(json!({"error": {}})));
    emulator.reply_to("/realtime", Reply::status(404).json(json!({"error": {"code": "gone"}})));
    let error = end(&mut session).await;
    assert_eq!(error.as_api().map(|api| (api.status(), api.code())), Some((404, Some("gone"))));
    assert_eq!((emulator.requests(), error.retries_taken()), (3, 2));
}
