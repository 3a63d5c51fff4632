//! Several endpoints behind one client, with faults.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use openai_azure::middleware::{AttemptOutcome, Middleware};
use openai_azure::{
    CallOptions, Client, ClientBuilder, Credential, Endpoint, Error, ErrorKind, PoolBackend,
    RetryPolicy, Upload,
};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;

/// As many emulators as keys, without the checks of requests.
async fn emulators<const N: usize>(keys: [&str; N]) -> [Emulator; N] {
    let mut emulators = Vec::new();
    for key in keys {
        let builder = Emulator::builder().api_key(key).validate(false);
        emulators.push(builder.any_deployment(true).start().await.unwrap());
    }
    emulators.try_into().unwrap()
}

fn backend(emulator: &Emulator) -> PoolBackend {
    PoolBackend::new(emulator.endpoint()).api_key(emulator.api_key())
}

fn builder(backends: impl IntoIterator<Item = PoolBackend>) -> ClientBuilder {
    planted::builder().pool(backends)
}

fn client(backends: impl IntoIterator<Item = PoolBackend>) -> Client {
    builder(backends).build().unwrap()
}

/// Whether `count` is `share` of `all`, within 5 % of itself.
fn is_share(count: u64, all: usize, share: f64) -> bool {
    let expected = all as f64 * share;
    (count as f64 - expected).abs() <= 0.05 * expected
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_ten_thousand_calls_over_faulty_backends_none_fails_and_weights_are_kept() {
    const CALLS: usize = 10_000;
    let [provisioned, flaky, good] = emulators([planted::KEY; 3]).await;
    for _ in 0..CALLS {
        provisioned.reply(Reply::error(429, "429", "No room.").header("retry-after", "5"));
        flaky.reply(Reply::error(503, "503", "Busy."));
        flaky.reply(Reply::usual());
    }
    let random = Mutex::new(fastrand::Rng::with_seed(7));
    let client = builder([
        backend(&provisioned),
        // Half of its attempts fail; when several run at once, the failures may come first.
        backend(&flaky).priority(1).weight(3).max_failures(100),
        backend(&good).priority(1).weight(2),
    ])
    .random(move || random.lock().unwrap().f64())
    .build()
    .unwrap();

    let began = Instant::now();
    let calls = stream::iter(0..CALLS).map(|_| client.chat("gpt-4o").user("Hello").send());
    let outcomes: Vec<_> = calls.buffer_unordered(16).collect().await;
    println!("{CALLS} calls in {:?}", began.elapsed());

    let failed: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert!(failed.is_empty(), "{} calls failed: {:?}", failed.len(), failed.first());
    let served = |emulator: &Emulator| {
        let endpoint = Some(emulator.endpoint());
        outcomes.iter().flatten().filter(|it| it.endpoint() == endpoint).count() as u64
    };
    // The flaky backend gets its share, and serves half of it; the good one serves the rest.
    let (at_flaky, at_good) = (flaky.requests(), good.requests());
    let failed_over = at_flaky - served(&flaky);
    println!(
        "received: {} {at_flaky} {at_good}, served: {} {} {}",
        provisioned.requests(),
        served(&provisioned),
        served(&flaky),
        served(&good)
    );
    assert!(is_share(at_flaky, CALLS, 0.6), "{at_flaky}");
    assert!(is_share(at_good - failed_over, CALLS, 0.4), "{at_good} - {failed_over}");
    assert!(is_share(served(&flaky), CALLS, 0.3), "{}", served(&flaky));
    assert_eq!(served(&provisioned), 0);
    let asked = provisioned.requests();
    assert!((1..1_000).contains(&asked), "{asked} attempts in spite of `retry-after`");
}

#[tokio::test]
async fn stored_objects_are_asked_for_where_they_are() {
    let emulators = emulators([planted::KEY; 3]).await;
    // Emulators number their objects by the requests that they have had.
    for (count, emulator) in (0..).zip(&emulators) {
        let alone = client([backend(emulator)]);
        for _ in 0..150 * count {
            alone.models().list().await.unwrap();
        }
    }
    let backends = || emulators.iter().map(backend);
    let client = client(backends());
    let mut places = std::collections::BTreeSet::new();
    let mut ids = Vec::new();
    for number in 0..24 {
        let request = client.respond("gpt-4o").user(format!("What is {number} times 7?"));
        let made = request.send().await.unwrap();
        let place = made.endpoint().unwrap().to_owned();
        let read = client.responses().get(&made.id).await.unwrap();
        assert_eq!((read.endpoint(), read.retries_taken()), (Some(&*place), 0));
        let request = client.respond("gpt-4o").user("And again?").previous_response_id(&made.id);
        let next = request.send().await.unwrap();
        assert_eq!((next.endpoint(), next.retries_taken()), (Some(&*place), 0));
        ids.push((made.id.clone(), place.clone()));
        places.insert(place);
    }
    assert_eq!(places.len(), 3, "new responses are made everywhere");

    // What streams make is known too.
    let mut events = client.respond("gpt-4o").user("Hello").stream().await.unwrap();
    let place = events.endpoint().unwrap().to_owned();
    let id = events.finish().await.unwrap().id;
    let read = client.responses().get(&id).await.unwrap();
    assert_eq!((read.endpoint(), read.retries_taken()), (Some(&*place), 0));

    for _ in 0..6 {
        let conversation = client.conversations().create().send().await.unwrap();
        let place = conversation.endpoint().unwrap().to_owned();
        let request = client.respond("gpt-4o").user("Hello").conversation(&conversation.id);
        assert_eq!(request.send().await.unwrap().endpoint(), Some(&*place));
        let read = client.conversations().get(&conversation.id).await.unwrap();
        assert_eq!((read.endpoint(), read.retries_taken()), (Some(&*place), 0));
        let file = client.files().upload(Upload::bytes("a.txt", "a"), "assistants").await.unwrap();
        let read = client.files().get(&file.id).await.unwrap();
        assert_eq!((read.endpoint(), read.retries_taken()), (file.endpoint(), 0));
    }

    // Another client does not know where they are: what one backend lacks, the next is asked for.
    let other = self::client(backends());
    for (id, place) in &ids {
        let read = other.responses().get(id).await.unwrap();
        assert_eq!(read.endpoint(), Some(&**place));
    }
    let (id, place) = &ids[0];
    let request = self::client(backends()).respond("gpt-4o").user("?").previous_response_id(id);
    assert_eq!(request.send().await.unwrap().endpoint(), Some(&**place));
    let error = other.responses().get("resp_nowhere_to_be_found").await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::NotFound, 2));
}

#[tokio::test]
async fn provisioned_first_then_the_others_at_once_and_back_when_there_is_room() {
    let [provisioned, standard] = emulators([planted::KEY; 2]).await;
    // A wait before the other backend would be seen.
    let policy = RetryPolicy::new().first_backoff(Duration::from_secs(60));
    let backends = [backend(&provisioned), backend(&standard).priority(1)];
    let client =
        builder(backends).retry(policy.max_backoff(Duration::from_secs(60))).build().unwrap();
    let served_by = async || {
        let began = Instant::now();
        let answer = client.chat("gpt-4o").user("Hello").send().await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(30), "no wait for another backend");
        answer.endpoint().unwrap() == provisioned.endpoint()
    };
    assert!(served_by().await);
    provisioned.reply(Reply::error(429, "429", "No room.").header("retry-after-ms", "3000"));
    assert!(!served_by().await);
    assert!(!served_by().await, "it is left alone as long as it asks");
    assert_eq!((provisioned.requests(), standard.requests()), (2, 2));
    let embedding = client.embed("text-embedding-3-large").input("a").send().await.unwrap();
    assert_eq!(embedding.endpoint(), Some(provisioned.endpoint()), "another deployment has room");
    tokio::time::sleep(Duration::from_millis(3100)).await;
    assert!(served_by().await);
}

/// Counts the attempts that failed.
struct Failures(Arc<AtomicUsize>);

impl Middleware for Failures {
    fn attempt_ended(&self, outcome: &AttemptOutcome<'_>) {
        if outcome.error().is_some() {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

#[tokio::test]
async fn what_does_not_connect_is_taken_out() {
    let [good] = emulators([planted::KEY]).await;
    let failures = Arc::new(AtomicUsize::new(0));
    // Nothing listens there.
    let dead = PoolBackend::new("http://127.0.0.1:9").api_key(planted::KEY).weight(9);
    let dead = dead.cool_down(Duration::from_secs(60));
    let builder = builder([dead, backend(&good)]).middleware(Failures(Arc::clone(&failures)));
    let client = builder.build().unwrap();
    for _ in 0..50 {
        let answer = client.chat("gpt-4o").user("Hello").send().await.unwrap();
        assert_eq!(answer.endpoint(), Some(good.endpoint()));
    }
    assert_eq!(failures.load(Ordering::SeqCst), 5, "five failures one after the other");
}

#[tokio::test]
async fn each_backend_has_its_credential_and_a_wrong_one_is_passed_over() {
    let [a, b] = emulators([planted::KEY, planted::TOKEN]).await;
    let backends = [backend(&a), PoolBackend::new(b.endpoint())];
    let client = builder(backends).api_key(planted::TOKEN).build().unwrap();
    for _ in 0..20 {
        client.chat("gpt-4o").user("Hello").send().await.unwrap();
    }
    for emulator in [&a, &b] {
        let journal = emulator.journal();
        assert!(!journal.is_empty());
        let key = Some(emulator.api_key());
        assert!(journal.iter().all(|request| request.header("api-key") == key));
    }
    let wrong = PoolBackend::new(a.endpoint()).api_key("no key of it");
    let client = self::client([wrong, backend(&b).priority(1)]);
    let answer = client.chat("gpt-4o").user("Hello").send().await.unwrap();
    assert_eq!((answer.endpoint(), answer.retries_taken()), (Some(b.endpoint()), 1));
}

#[tokio::test]
async fn what_no_backend_would_take_is_asked_of_one() {
    let [a, b] = emulators([planted::KEY; 2]).await;
    let client = client([backend(&a), backend(&b)]);
    for emulator in [&a, &b] {
        emulator.reply(Reply::error(400, "bad", "No such thing."));
    }
    let error = client.chat("gpt-4o").user("?").send().await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::BadRequest, 0));
    assert_eq!(a.requests() + b.requests(), 1);
}

#[tokio::test]
async fn another_token_is_for_the_backend_that_refused_the_first() {
    let [a, b] = emulators([planted::KEY; 2]).await;
    let credential =
        || Credential::provider(|| async { Ok::<_, Error>(planted::TOKEN.to_owned()) });
    let first = PoolBackend::new(a.endpoint()).credential(credential());
    let client = client([first, backend(&b).priority(1)]);
    a.reply(Reply::error(401, "401", "No."));
    a.reply(Reply::usual());
    let error = client.chat("gpt-4o").user("?").send().await;
    assert_eq!(a.requests(), 2, "{error:?}");
}

/// It is a URL of the first backend, to which the credential of no other may go.
#[tokio::test]
async fn a_url_outside_the_path_of_the_service_is_asked_of_the_first_backend_alone() {
    let [a, b] = emulators([planted::KEY, planted::TOKEN]).await;
    let client = client([backend(&a), backend(&b)]);
    let url = url::Url::parse(a.endpoint()).unwrap().join("/status").unwrap();
    for _ in 0..20 {
        a.reply(Reply::status(200).body("{}"));
        client.request(reqwest::Method::GET, url.as_str()).send().await.unwrap();
    }
    let journal = a.journal();
    assert_eq!((journal.len(), b.requests()), (20, 0));
    assert!(journal.iter().all(|request| request.header("api-key") == Some(planted::KEY)));
}

#[tokio::test]
async fn deployments_have_the_names_of_the_backend() {
    let [v1, dated] = emulators([planted::KEY; 2]).await;
    let named = |emulator: &Emulator, endpoint: Endpoint| {
        let backend = PoolBackend::new(endpoint).api_key(emulator.api_key());
        client([backend
            .deployment("terra", "gpt-4o")
            .deployment("ears", "whisper")
            .deployment("voice", "gpt-realtime")])
    };
    let client = named(&v1, Endpoint::v1(v1.endpoint()).unwrap());
    let model = || {
        let body: serde_json::Value = serde_json::from_slice(&v1.last().unwrap().body).unwrap();
        body["model"].as_str().map(str::to_owned)
    };
    client.chat("terra").user("Hello").send().await.unwrap();
    assert_eq!(model().as_deref(), Some("gpt-4o"));
    client.respond("terra").user("Hello").send().await.unwrap();
    assert_eq!(model().as_deref(), Some("gpt-4o"));
    client.chat("gpt-4.1").user("Hello").send().await.unwrap();
    assert_eq!(model().as_deref(), Some("gpt-4.1"), "other names stay");
    let audio = || Upload::bytes("a.wav", vec![0; 64]);
    v1.reply(Reply::status(200).body(r#"{"text":"Hello"}"#));
    client.transcribe("ears", audio()).send().await.unwrap();
    assert_eq!(v1.last().unwrap().part("model").unwrap().body, "whisper");
    client.realtime("voice").connect().await.unwrap();
    assert_eq!(v1.last().unwrap().query("model"), Some("gpt-realtime"));

    let client = named(&dated, planted::dated(dated.endpoint()));
    client.chat("terra").user("Hello").send().await.unwrap();
    assert_eq!(dated.last().unwrap().path, "/openai/deployments/gpt-4o/chat/completions");
    dated.reply(Reply::status(200).body(r#"{"text":"Hello"}"#));
    client.transcribe("ears", audio()).send().await.unwrap();
    assert_eq!(dated.last().unwrap().path, "/openai/deployments/whisper/audio/transcriptions");
}

#[tokio::test]
async fn retry_policy_and_deadline_bound_the_failover() {
    let emulators = emulators([planted::KEY; 3]).await;
    let fail = |count: usize, reply: fn() -> Reply| {
        for emulator in &emulators {
            emulator.clear_replies();
            (0..count).for_each(|_| emulator.reply(reply()));
        }
    };
    let client = client(emulators.iter().map(backend));
    let requests = || emulators.iter().map(Emulator::requests).sum::<u64>();
    fail(2, || Reply::status(503));
    let none = CallOptions::new().retry(RetryPolicy::none());
    let error = client.chat("gpt-4o").user("?").options(none).send().await.unwrap_err();
    assert_eq!((error.retries_taken(), requests()), (0, 1));
    let one = CallOptions::new().retry(RetryPolicy::new().max_retries(1));
    let error = client.chat("gpt-4o").user("?").options(one).send().await.unwrap_err();
    assert_eq!((error.retries_taken(), requests()), (1, 3));
    let endpoint = error.request_ids().unwrap().endpoint().unwrap();
    assert!(emulators.iter().any(|it| it.endpoint() == endpoint), "{endpoint}");
    assert!(error.to_string().contains(endpoint), "{error}");

    fail(2, || Reply::usual().delay(Duration::from_secs(5)));
    let began = Instant::now();
    let limits = CallOptions::new().timeout(Duration::from_millis(100));
    let limits = limits.deadline(Duration::from_millis(150));
    let error = client.chat("gpt-4o").user("?").options(limits).send().await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::Timeout, 1));
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn when_all_have_no_room_the_wait_is_that_of_the_soonest() {
    let [a, b] = emulators([planted::KEY; 2]).await;
    a.reply(Reply::error(429, "429", "No room.").header("retry-after", "300"));
    b.reply(Reply::error(429, "429", "No room.").header("retry-after-ms", "150"));
    let client = client([backend(&a), backend(&b).priority(1)]);
    let began = Instant::now();
    let answer = client.chat("gpt-4o").user("Hello").send().await.unwrap();
    assert_eq!((answer.endpoint(), answer.retries_taken()), (Some(b.endpoint()), 2));
    let took = began.elapsed();
    assert!((Duration::from_millis(150)..Duration::from_secs(100)).contains(&took), "{took:?}");
}

#[tokio::test]
async fn backends_that_do_not_fit_together_are_refused() {
    let url = "https://a.openai.azure.com";
    let one = || PoolBackend::new(url).api_key(planted::KEY);
    let error = |builder: ClientBuilder| builder.build().unwrap_err().to_string();
    let dated = PoolBackend::new(planted::dated("https://b.openai.azure.com"));
    let old = |version: &str| PoolBackend::new(format!("{url}/openai?api-version={version}"));
    for (builder, word) in [
        (builder([one()]).endpoint(url), "either `endpoint` or `pool`"),
        (builder([one(), PoolBackend::new(url)]), "no credential"),
        (builder([one(), dated.api_key(planted::KEY)]), "or all by a dated"),
        (builder((0..65).map(|_| one())), "at most 64"),
        (builder([one(), PoolBackend::new("http://b.example")]).api_key("k"), "must be https"),
        (builder([old("2024-06-01"), old("2024-10-21")]).api_key("k"), "2024-06-01"),
    ] {
        let error = error(builder);
        assert!(error.contains(word), "{error}");
    }
    builder((0..64).map(|_| one())).build().unwrap();
}
