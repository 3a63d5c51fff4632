//! Hooks around each attempt.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use openai_azure::error::ConfigError;
use openai_azure::middleware::{
    AttemptOutcome, AttemptRequest, AttemptResponse, BoxFuture, Middleware, Next,
};
use openai_azure::{ClientBuilder, Credential, Error, ErrorKind, RetryPolicy, Upload};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Step, Wire, json};

type Handled<'a> = BoxFuture<'a, Result<AttemptResponse, Error>>;

fn builder(endpoint: &str) -> ClientBuilder {
    let quick = RetryPolicy::new().first_backoff(Duration::from_millis(1));
    planted::builder().endpoint(endpoint).api_key(planted::KEY).retry(quick)
}

async fn emulator() -> Emulator {
    Emulator::builder().api_key(planted::KEY).start().await.unwrap()
}

/// A middleware that is a function.
struct Hook<F>(F);

impl<F> Middleware for Hook<F>
where
    F: for<'a> Fn(AttemptRequest<'a>, Next<'a>) -> Handled<'a> + Send + Sync + 'static,
{
    fn handle<'a>(&'a self, request: AttemptRequest<'a>, next: Next<'a>) -> Handled<'a> {
        (self.0)(request, next)
    }
}

/// Fixes the type of the closure.
fn hook<F>(function: F) -> Hook<F>
where
    F: for<'a> Fn(AttemptRequest<'a>, Next<'a>) -> Handled<'a> + Send + Sync + 'static,
{
    Hook(function)
}

/// Writes down what it sees.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

struct Observer(&'static str, Journal);

impl Middleware for Observer {
    fn handle<'a>(&'a self, request: AttemptRequest<'a>, next: Next<'a>) -> Handled<'a> {
        Box::pin(async move {
            let Self(name, journal) = self;
            let number = request.attempt();
            journal.note(format!("{name} {} {number}", request.operation()));
            let response = next.run(request).await?;
            journal.note(format!("{name} got {}", response.status()));
            Ok(response)
        })
    }

    fn attempt_ended(&self, outcome: &AttemptOutcome<'_>) {
        let Self(name, journal) = self;
        let (number, status) = (outcome.attempt(), outcome.status());
        let again = outcome.retry_in().is_some();
        journal.note(format!("{name} ended {number} {status:?} again={again}"));
        assert!(outcome.duration() < Duration::from_secs(60));
        assert_eq!(outcome.error().is_none(), status == Some(200));
    }
}

#[tokio::test]
async fn each_attempt_runs_through_every_middleware_in_order() {
    let emulator = emulator().await;
    emulator.reply(Reply::status(503));
    let journal = Journal::default();
    let client = builder(emulator.endpoint())
        .middleware(Observer("outer", journal.clone()))
        .middleware(Arc::new(Observer("inner", journal.clone())))
        .build()
        .unwrap();
    let answer = client.chat("gpt-4o").user("Hello").send().await.unwrap();
    assert_eq!(answer.retries_taken(), 1);
    let expected = [
        "outer chat_completions_create 1",
        "inner chat_completions_create 1",
        "inner got 503",
        "outer got 503",
        "outer ended 1 Some(503) again=true",
        "inner ended 1 Some(503) again=true",
        "outer chat_completions_create 2",
        "inner chat_completions_create 2",
        "inner got 200",
        "outer got 200",
        "outer ended 2 Some(200) again=false",
        "inner ended 2 Some(200) again=false",
    ];
    assert_eq!(journal.lines(), expected);
}

#[tokio::test]
async fn a_middleware_sees_the_headers_of_a_response() {
    let emulator = emulator().await;
    let journal = Journal::default();
    let seen = journal.clone();
    let client = builder(emulator.endpoint())
        .middleware(hook(move |request, next| {
            let seen = seen.clone();
            Box::pin(async move {
                let response = next.run(request).await?;
                seen.note(format!("{:?}", response.headers()["content-type"]));
                Ok(response)
            })
        }))
        .build()
        .unwrap();
    client.chat("gpt-4o").user("?").send().await.unwrap();
    assert_eq!(journal.lines(), [r#""application/json""#]);
}

#[tokio::test]
async fn a_middleware_sees_the_request_but_not_the_credential() {
    let emulator = emulator().await;
    let journal = Journal::default();
    let seen = journal.clone();
    let client = builder(emulator.endpoint())
        .middleware(hook(move |mut request, next| {
            let body = request.body().map(|body| String::from_utf8(body.to_vec()).unwrap());
            seen.note(format!("{} {} {body:?}", request.method(), request.url().path()));
            seen.note(format!("{:?}", request.deployment()));
            assert!(request.headers().contains_key("x-ms-client-request-id"));
            for name in ["api-key", "authorization"] {
                assert!(!request.headers().contains_key(name), "{name}");
            }
            Box::pin(async move {
                request.set_header("x-tenant", "contoso")?;
                request.set_header("api-key", "another")?;
                assert!(request.set_header("content-length", "1").is_err());
                let shown = format!("{request:?}");
                assert!(!shown.contains("another") && !shown.contains("Hello"), "{shown}");
                assert!(request.headers()["api-key"].is_sensitive());
                next.run(request).await
            })
        }))
        .build()
        .unwrap();
    client.chat("gpt-4o").user("Hello").send().await.unwrap();
    let sent = emulator.last().unwrap();
    assert_eq!(sent.header("x-tenant"), Some("contoso"));
    assert_eq!(sent.header("api-key"), Some(planted::KEY), "the credential is added last");
    let body = String::from_utf8(sent.body.to_vec()).unwrap();
    let expected = format!("POST {} {:?}", sent.path, Some(body));
    assert_eq!(journal.lines(), [expected, format!("{:?}", Some("gpt-4o"))]);
}

#[tokio::test]
async fn a_middleware_answers_in_place_of_the_service_and_no_token_is_fetched() {
    let fetched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&fetched);
    let credential = Credential::provider(move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, std::io::Error>(planted::TOKEN.to_owned()) }
    });
    let answered = AtomicUsize::new(0);
    // Nothing listens there.
    let client = planted::builder()
        .endpoint("http://127.0.0.1:9")
        .credential(credential)
        .middleware(hook(move |_, _| {
            let number = answered.fetch_add(1, Ordering::SeqCst);
            Box::pin(async move {
                if number == 0 {
                    return AttemptResponse::new(429, "").header("retry-after-ms", "5");
                }
                let data = r#"{"object":"list","data":[{"id":"m","object":"model","created":1}]}"#;
                AttemptResponse::json(data).header("x-request-id", "canned")
            })
        }))
        .build()
        .unwrap();
    let models = client.models().list().await.unwrap();
    assert_eq!((models.data.len(), models.request_id()), (1, Some("canned")));
    assert_eq!(models.retries_taken(), 1, "a canned 429 is tried again as any other");
    assert_eq!(fetched.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_stream_is_read_by_a_middleware_and_replayed() {
    let emulator = emulator().await;
    let kept: Arc<Mutex<Option<Bytes>>> = Arc::default();
    let store = Arc::clone(&kept);
    let client = builder(emulator.endpoint())
        .middleware(hook(move |request, next| {
            let store = Arc::clone(&store);
            Box::pin(async move {
                assert!(request.is_streaming());
                let known = store.lock().unwrap().clone();
                if let Some(body) = known {
                    return Ok(AttemptResponse::new(200, body));
                }
                let mut response = next.run(request).await?;
                let body = response.bytes().await?;
                assert_eq!(response.bytes().await?, body, "it is kept");
                *store.lock().unwrap() = Some(body);
                Ok(response)
            })
        }))
        .build()
        .unwrap();
    let mut texts = Vec::new();
    for _ in 0..2 {
        let mut stream = client.chat("gpt-4o").user("Count to three.").stream().await.unwrap();
        let mut text = String::new();
        while let Some(chunk) = stream.try_next().await.unwrap() {
            text.push_str(chunk.text());
        }
        texts.push(text);
    }
    assert_eq!(emulator.requests(), 1);
    assert!(!texts[0].is_empty());
    assert_eq!(texts[0], texts[1]);
}

#[tokio::test]
async fn a_refusal_of_a_middleware_is_not_tried_again() {
    let emulator = emulator().await;
    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    let client = builder(emulator.endpoint())
        .middleware(hook(move |_, _| {
            count.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Err(ConfigError::new("over the budget of today").into()) })
        }))
        .build()
        .unwrap();
    let error = client.chat("gpt-4o").user("Hello").send().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (ErrorKind::Config, "over the budget of today".to_owned())
    );
    assert_eq!((calls.load(Ordering::SeqCst), emulator.requests()), (1, 0));
}

/// The kinds of the outcomes of a call to a server that does this.
async fn outcomes(steps: Vec<Step>, timeout: Duration) -> Vec<String> {
    struct Outcomes(Journal);
    impl Middleware for Outcomes {
        fn attempt_ended(&self, outcome: &AttemptOutcome<'_>) {
            let kind = outcome.error().map(Error::kind);
            self.0.note(format!("{kind:?} {:?}", outcome.status()));
        }
    }
    let wire = Wire::always(steps).await;
    let journal = Journal::default();
    let policy = RetryPolicy::new().max_retries(1).first_backoff(Duration::from_millis(1));
    let client = builder(&wire.endpoint())
        .retry(policy)
        .timeout(timeout)
        .middleware(Outcomes(journal.clone()))
        .build()
        .unwrap();
    client.chat("d").user("?").send().await.unwrap_err();
    journal.lines()
}

#[tokio::test]
async fn the_outcome_tells_of_broken_bodies_timeouts_and_what_does_not_connect() {
    let long = Duration::from_secs(30);
    let half = Step::Write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec());
    let broken = outcomes(vec![half.clone(), Step::Reset], long).await;
    assert_eq!(broken, ["Some(Connection) None"; 2]);
    let slow = outcomes(vec![half, Step::Hold], Duration::from_millis(60)).await;
    assert_eq!(slow, ["Some(Timeout) None"; 2]);
    let refused = outcomes(vec![json(404, "", "{}")], long).await;
    assert_eq!(refused, ["Some(NotFound) Some(404)"]);
}

#[tokio::test]
async fn the_outcome_tells_the_operation_its_headers_and_its_time() {
    struct Whole(Journal);
    impl Middleware for Whole {
        fn handle<'a>(&'a self, request: AttemptRequest<'a>, next: Next<'a>) -> Handled<'a> {
            self.0.note(format!("streaming {}", request.is_streaming()));
            next.run(request)
        }

        fn attempt_ended(&self, outcome: &AttemptOutcome<'_>) {
            let region = outcome.headers().map(|headers| headers["x-ms-region"].clone());
            let (operation, deployment) = (outcome.operation(), outcome.deployment());
            self.0.note(format!("{operation} {deployment:?} {region:?}"));
            assert!(outcome.duration() >= Duration::from_millis(20), "{:?}", outcome.duration());
        }
    }
    let pause = Step::Wait(Duration::from_millis(25));
    let steps = vec![pause, json(404, "x-ms-region: Sweden\r\n", "{}")];
    let wire = Wire::always(steps).await;
    let journal = Journal::default();
    let client = builder(&wire.endpoint()).middleware(Whole(journal.clone())).build().unwrap();
    client.chat("d").user("?").send().await.unwrap_err();
    client.chat("d").user("?").stream().await.unwrap_err();
    let outcome = "chat_completions_create Some(\"d\") Some(\"Sweden\")";
    assert_eq!(journal.lines(), ["streaming false", outcome, "streaming true", outcome]);
}

#[tokio::test]
async fn a_wait_that_was_asked_for_is_made_longer_by_chance() {
    struct Waits(Mutex<Vec<Duration>>);
    impl Middleware for Waits {
        fn attempt_ended(&self, outcome: &AttemptOutcome<'_>) {
            self.0.lock().unwrap().extend(outcome.retry_in());
        }
    }
    let wire = Wire::always(vec![json(429, "retry-after-ms: 40\r\n", "{}")]).await;
    let waits = Arc::new(Waits(Mutex::default()));
    let policy = RetryPolicy::new().max_retries(1);
    let client = builder(&wire.endpoint()).retry(policy).random(|| 1.0);
    let client = client.middleware(Arc::clone(&waits)).build().unwrap();
    client.chat("d").user("?").send().await.unwrap_err();
    assert_eq!(*waits.0.lock().unwrap(), [Duration::from_millis(50)]);
}

#[tokio::test]
async fn a_body_that_is_longer_than_the_limit_is_not_read_by_a_middleware() {
    let emulator = emulator().await;
    let client = builder(emulator.endpoint())
        .options(openai_azure::CallOptions::new().max_body_bytes(10))
        .middleware(hook(|request, next| {
            Box::pin(async move {
                let mut response = next.run(request).await?;
                response.bytes().await?;
                Ok(response)
            })
        }))
        .build()
        .unwrap();
    let error = client.chat("gpt-4o").user("Hello").send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(emulator.requests(), 1);
}

#[tokio::test]
async fn forms_have_no_body_in_memory_and_pass() {
    let emulator = emulator().await;
    let client = builder(emulator.endpoint())
        .middleware(hook(|request, next| {
            assert_eq!(request.operation(), "files_upload");
            assert!(request.body().is_none());
            next.run(request)
        }))
        .build()
        .unwrap();
    let line = r#"{"custom_id":"1","method":"POST","url":"/chat/completions","body":{}}"#;
    let upload = Upload::bytes("lines.jsonl", line.as_bytes().to_vec());
    client.files().upload(upload, "batch").await.unwrap();
    assert!(emulator.last().unwrap().part("file").is_some());
}

#[tokio::test]
async fn a_handshake_of_a_realtime_session_runs_through_the_middleware() {
    let emulator = emulator().await;
    let client = builder(emulator.endpoint())
        .middleware(hook(|mut request, next| {
            Box::pin(async move {
                request.set_header("x-tenant", "contoso")?;
                next.run(request).await
            })
        }))
        .build()
        .unwrap();
    client.realtime("gpt-realtime").connect().await.unwrap();
    assert_eq!(emulator.last().unwrap().header("x-tenant"), Some("contoso"));
    let client = builder(emulator.endpoint())
        .middleware(hook(|_, _| Box::pin(async { Ok(AttemptResponse::new(200, "")) })))
        .build()
        .unwrap();
    let error = client.realtime("gpt-realtime").connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "a WebSocket cannot be canned: {error}");
}
