//! Responses over a WebSocket: the same requests and events as over HTTP, on one connection.

use std::time::Duration;

use openai_azure::responses::{ModelResponse, ResponseRequest, ResponseTool};
use openai_azure::{CallOptions, Client, Endpoint, Error, ErrorKind, RetryPolicy};
use openai_azure_emulator::{Emulator, RealtimeScript, Reply};
use openai_azure_tests::planted;
use serde_json::{Value, json, to_value};

const CONNECT: &str = "GET /responses";
const CREATE: &str = "POST /responses";

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator);
    (emulator, client)
}

fn client(emulator: &Emulator) -> Client {
    planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key(emulator.api_key())
        .options(CallOptions::new().retry(RetryPolicy::none()))
        .build()
        .unwrap()
}

fn request(client: &Client) -> ResponseRequest {
    let request = client.respond("gpt-5").user("[web_search] Count to twenty.");
    request.tool(ResponseTool::web_search()).reasoning_summary("auto")
}

/// Without what differs from run to run.
fn comparable(response: ModelResponse) -> Value {
    let mut response = to_value(response).unwrap();
    for name in ["id", "created_at", "completed_at"] {
        response.as_object_mut().unwrap().remove(name);
    }
    for item in response["output"].as_array_mut().unwrap() {
        for name in ["id", "call_id", "encrypted_content"] {
            item.as_object_mut().unwrap().remove(name);
        }
    }
    response
}

/// The events of one response, as the emulator sends them.
async fn events(emulator: &Emulator, client: &Client) -> Vec<Value> {
    let mut socket = client.responses().connect().await.unwrap();
    socket.respond(request(client)).await.unwrap().finish().await.unwrap();
    socket.close().await.unwrap();
    let sent = emulator.realtime_events();
    sent.into_iter().filter(|event| !event.from_client).map(|event| event.event).collect()
}

#[tokio::test]
async fn a_response_is_the_same_as_over_http() {
    let (emulator, client) = service().await;
    let mut stream = request(&client).stream().await.unwrap();
    let mut over_http = Vec::new();
    while let Some(event) = stream.try_next().await.unwrap() {
        over_http.push((event.sequence_number(), event.text().to_owned()));
    }
    let whole = comparable(stream.finish().await.unwrap());

    let mut socket = client.responses().connect().await.unwrap();
    let mut stream = socket.respond(request(&client)).await.unwrap();
    let mut over_socket = Vec::new();
    while let Some(event) = stream.try_next().await.unwrap() {
        over_socket.push((event.sequence_number(), event.text().to_owned()));
    }
    assert_eq!(over_socket, over_http);
    assert!(over_socket.len() > 20);
    assert_eq!(comparable(stream.finish().await.unwrap()), whole);
    socket.close().await.unwrap();

    let message = emulator.realtime_received().remove(0);
    let mut body = request(&client).to_json().unwrap();
    (body["type"], body["model"]) = (json!("response.create"), json!("gpt-5"));
    assert_eq!(message, body, "the body of HTTP without `stream`");
    let handshake = emulator.journal().into_iter().find(|it| it.is_of(CONNECT)).unwrap();
    assert_eq!(handshake.path, "/openai/v1/responses");
    assert!(handshake.query.is_empty(), "{:?}", handshake.query);
    assert_eq!(handshake.header("api-key"), Some(emulator.api_key()));
}

#[tokio::test]
async fn turns_continue_each_other_on_one_connection_without_being_stored() {
    let (emulator, client) = service().await;
    let mut socket = client.responses().connect().await.unwrap();
    let mut ids: Vec<String> = Vec::new();
    for number in 0..5 {
        let mut request = client.respond("gpt-5").user(format!("Question {number}")).store(false);
        if let Some(id) = ids.last() {
            request = request.previous_response_id(id);
        }
        let response = socket.respond(request).await.unwrap().finish().await.unwrap();
        assert_eq!(response.extra["store"], false);
        ids.push(response.id);
    }
    assert_eq!((emulator.count(CONNECT), emulator.count(CREATE)), (1, 0));
    assert_eq!(emulator.accepted_connections(), 1);
    assert_eq!(emulator.realtime_received()[4]["previous_response_id"], json!(ids[3]));
    // Another connection does not know them.
    let mut other = client.responses().connect().await.unwrap();
    let request = client.respond("gpt-5").user("And?").previous_response_id(&ids[4]);
    let error = other.respond(request).await.unwrap().finish().await.unwrap_err();
    assert!(error.to_string().contains("known to its own connection only"), "{error}");
    // The one before the last one is gone, and after a failed turn the last one is too.
    for id in [&ids[3], &ids[4]] {
        let request = client.respond("gpt-5").user("And?").previous_response_id(id);
        let error = socket.respond(request).await.unwrap().finish().await.unwrap_err();
        let error = error.as_api().unwrap();
        assert_eq!((error.status(), error.code()), (400, Some("previous_response_not_found")));
    }
    socket.close().await.unwrap();
}

#[tokio::test]
async fn an_error_is_typed_and_the_connection_goes_on() {
    let (emulator, client) = service().await;
    let mut socket = client.responses().connect().await.unwrap();
    let refused = client.respond("no-such-deployment").user("Hello");
    let error = socket.respond(refused).await.unwrap().finish().await.unwrap_err();
    let Error::Api(api) = &error else { panic!("{error:?}") };
    assert_eq!((api.status(), api.code()), (404, Some("DeploymentNotFound")));
    assert!(error.to_string().contains("no deployment is called `no-such-deployment`"), "{error}");

    let blocked = client.respond("gpt-5").user("[filter]");
    let error = socket.respond(blocked).await.unwrap().finish().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ContentFilter);
    assert!(error.as_api().unwrap().content_filter().is_some());

    // An error in the middle keeps the text, and a response that failed is an event.
    let mut stream = socket.respond(client.respond("gpt-5").user("[error] Hello")).await.unwrap();
    let error = stream.finish().await.unwrap_err();
    assert!(!stream.text_so_far().is_empty());
    assert_eq!(error.as_api().unwrap().partial_text(), stream.text_so_far());
    assert!(stream.try_next().await.unwrap().is_none());
    let mut stream = socket.respond(client.respond("gpt-5").user("[fail]")).await.unwrap();
    assert!(stream.finish().await.unwrap().error.is_some());

    let mut stream = socket.respond(client.respond("gpt-5").user("Hello")).await.unwrap();
    assert!(!stream.finish().await.unwrap().text().is_empty());
    assert_eq!(emulator.count(CONNECT), 1);
    socket.close().await.unwrap();
}

#[tokio::test]
async fn a_connection_that_ends_at_any_event_is_a_stream_error_with_the_text_so_far() {
    let (emulator, client) = service().await;
    let events = events(&emulator, &client).await;
    let texts: Vec<&str> = events.iter().map(delta).collect();
    let mut cuts = 0;
    for count in 0..events.len() {
        let ends: [fn(RealtimeScript) -> RealtimeScript; 3] = [
            RealtimeScript::cut,
            |script| script.close(1000, ""),
            |script| script.close(1011, "The server failed."),
        ];
        let script = RealtimeScript::new().expect("response.create");
        let script = events[..count].iter().fold(script, |all, one| all.send(one.clone()));
        emulator.realtime(ends[count % ends.len()](script));
        let mut socket = client.responses().connect().await.unwrap();
        let mut stream = socket.respond(request(&client)).await.unwrap();
        let error = stream.finish().await.unwrap_err();
        let Error::Stream(error) = &error else { panic!("{count}: {error:?}") };
        assert_eq!(error.partial_text(), texts[..count].concat(), "after {count} events");
        assert!(stream.try_next().await.unwrap().is_none());
        // What comes next is told at once, and nothing is sent.
        let next = socket.respond(request(&client)).await.unwrap_err();
        assert_eq!(next.kind(), ErrorKind::Closed);
        assert_eq!(socket.close().await.unwrap_err().kind(), ErrorKind::Closed);
        cuts += 1;
    }
    println!("cut at {cuts} events");
    assert!(cuts > 20);
}

fn delta(event: &Value) -> &str {
    let is_text = event["type"] == "response.output_text.delta";
    event["delta"].as_str().filter(|_| is_text).unwrap_or_default()
}

#[tokio::test]
async fn what_is_no_event_is_a_stream_error() {
    let (emulator, client) = service().await;
    let created = json!({"type": "response.created", "response": {"id": "r", "output": []}});
    let script = || RealtimeScript::new().expect("response.create").send(created.clone());
    for (script, word) in [
        (script().text("no JSON"), "not what the operation sends"),
        (script().send(json!({"type": "response.completed"})), "not what the operation sends"),
        (script().binary(*b"\x00\x01"), "not text"),
        (script().garbage(), "no message of a WebSocket"),
        (script().oversized(1 << 40), "larger than the limit"),
        (script().reset(), "ended before the last event"),
    ] {
        emulator.realtime(script);
        let mut socket = client.responses().connect().await.unwrap();
        let mut stream = socket.respond(request(&client)).await.unwrap();
        let error = stream.finish().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stream, "{error:?}");
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[tokio::test]
async fn the_rest_of_a_dropped_stream_does_not_reach_the_next_one() {
    let (emulator, client) = service().await;
    let mut socket = client.responses().connect().await.unwrap();
    let whole = socket.respond(request(&client)).await.unwrap().finish().await.unwrap();
    for read in [0, 1, 7] {
        let mut stream = socket.respond(client.respond("gpt-5").user("Dropped.")).await.unwrap();
        for _ in 0..read {
            stream.try_next().await.unwrap().unwrap();
        }
        drop(stream);
        let next = socket.respond(request(&client)).await.unwrap().finish().await.unwrap();
        assert_eq!(next.text(), whole.text());
    }
    assert_eq!(emulator.count(CONNECT), 1);
}

#[tokio::test]
async fn a_response_has_limits_on_time_that_pings_do_not_extend() {
    let (emulator, client) = service().await;
    let created = json!({"type": "response.created", "response": {"id": "r", "output": []}});
    let limit = Duration::from_millis(150);
    let silent = || RealtimeScript::new().expect("response.create");
    for (script, options, scope) in [
        (silent().ping().wait(limit).ping(), CallOptions::new().timeout(limit), "Attempt"),
        (silent(), CallOptions::new().deadline(limit), "Deadline"),
        (silent().send(created), CallOptions::new().idle_timeout(limit), "Idle"),
    ] {
        emulator.realtime(script.silent());
        let mut socket = client.responses().connect().await.unwrap();
        let mut stream = socket.respond(request(&client).options(options)).await.unwrap();
        let began = std::time::Instant::now();
        let error = stream.finish().await.unwrap_err();
        let Error::Timeout(timeout) = &error else { panic!("{error:?}") };
        assert_eq!(format!("{:?}", timeout.scope()), scope);
        assert!(began.elapsed() >= limit - Duration::from_millis(20));
        assert_eq!(socket.respond(request(&client)).await.unwrap_err().kind(), ErrorKind::Closed);
    }
}

#[tokio::test]
async fn a_connection_that_the_service_ended_in_between_is_told_before_anything_is_sent() {
    let (emulator, client) = service().await;
    let code = "websocket_connection_limit_reached";
    let limit = json!({"type": "error", "status": 400, "error": {"code": code, "message": "Late"}});
    let completed = json!({"type": "response.completed", "response": {"id": "r", "output": []}});
    let script = RealtimeScript::new().expect("response.create").send(completed);
    emulator.realtime(script.send(limit.clone()).close(1001, "Late"));
    let mut socket = client.responses().connect().await.unwrap();
    socket.respond(request(&client)).await.unwrap().finish().await.unwrap();
    while emulator.realtime_events().last().is_none_or(|last| last.event != limit) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let sent = emulator.realtime_received().len();
    let error = socket.respond(request(&client)).await.unwrap_err();
    assert_eq!(error.as_api().and_then(|error| error.code()), Some(code), "{error:?}");
    assert!(error.to_string().contains("connect again"), "{error}");
    assert_eq!(socket.respond(request(&client)).await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(emulator.realtime_received().len(), sent);

    // Somebody who waits in between learns it as it happens.
    emulator.realtime_session_limit(Duration::from_millis(200));
    let mut socket = client.responses().connect().await.unwrap();
    assert!(matches!(socket.closed().await, Error::Api(_)));
    let Error::Closed(closed) = socket.closed().await else { panic!("it has ended") };
    assert_eq!(closed.code().as_u16(), 1001);
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    let dated = planted::builder()
        .endpoint(Endpoint::dated(emulator.endpoint()).unwrap())
        .api_key(emulator.api_key())
        .build()
        .unwrap();
    let error = dated.responses().connect().await.unwrap_err();
    assert!(matches!(error, Error::Config(_)), "{error:?}");
    assert_eq!(emulator.requests(), 0);

    let mut socket = client.responses().connect().await.unwrap();
    for request in [
        request(&client).header("x-team", "search"),
        request(&client).query("a", "b"),
        request(&client).background(true),
        client.respond("gpt-5"),
    ] {
        let error = socket.respond(request).await.unwrap_err();
        assert!(matches!(error, Error::Config(_)), "{error:?}");
    }
    assert!(emulator.realtime_received().is_empty());
}

#[tokio::test]
async fn the_handshake_fails_as_a_call_fails_and_is_tried_again() {
    let (emulator, client) = service().await;
    let wrong = planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key("wrong-key")
        .build()
        .unwrap();
    let error = wrong.responses().connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);

    emulator.reply_to("/responses", Reply::status(503));
    let retry = RetryPolicy::new().max_retries(1).first_backoff(Duration::from_millis(1));
    let options = CallOptions::new().retry(retry).header("x-team", "search");
    let mut socket = client.responses().options(options).connect().await.unwrap();
    assert_eq!(socket.retries_taken(), 1);
    assert!(socket.request_ids().request_id().is_some());
    assert_eq!(emulator.last().unwrap().header("x-team"), Some("search"));
    let response = socket.respond(request(&client)).await.unwrap().finish().await.unwrap();
    assert!(!response.text().is_empty());
    let shown = format!("{socket:?}");
    assert!(!shown.contains(emulator.api_key()), "{shown}");
    drop(socket);
}
