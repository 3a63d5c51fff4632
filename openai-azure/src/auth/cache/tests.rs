//! The cache against a credential that follows a script.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use azure_core::error::ErrorKind;
use azure_core::time::OffsetDateTime;

use super::*;
use crate::auth::TokenHttp;
use crate::error::AuthError;

const SCOPE: &str = "https://example.com/.default";
const MINUTE: Duration = Duration::from_secs(60);

/// What the credential does when it is asked.
#[derive(Debug, Clone)]
enum Act {
    /// Returns a token that lives so long from `noon` and the steady time since then.
    Give(&'static str, Duration),
    /// Returns a token that ends at this time of day, whatever the time on the clock.
    GiveUntil(&'static str, SystemTime),
    Fail,
    /// Keeps silent for so long before it does the next thing.
    Wait(Duration),
}

#[derive(Debug)]
struct Scripted {
    acts: Mutex<VecDeque<Act>>,
    asked: AtomicUsize,
    start: Instant,
}

#[async_trait::async_trait]
impl TokenCredential for Scripted {
    async fn get_token(
        &self,
        _scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        loop {
            let act = lock(&self.acts).pop_front();
            match act.expect("asked more often than the script has answers") {
                Act::Give(token, lifetime) => {
                    let now = noon() + self.start.elapsed();
                    return Ok(AccessToken::new(token, OffsetDateTime::from(now + lifetime)));
                }
                Act::GiveUntil(token, end) => return Ok(AccessToken::new(token, end.into())),
                Act::Fail => {
                    return Err(azure_core::Error::with_message(
                        ErrorKind::Credential,
                        "the endpoint is down",
                    ));
                }
                Act::Wait(time) => tokio::time::sleep(time).await,
            }
        }
    }
}

struct Scene {
    cache: TokenCache,
    credential: Arc<Scripted>,
}

impl Scene {
    fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        let credential = Arc::new(Scripted {
            acts: Mutex::new(acts.into_iter().collect()),
            asked: AtomicUsize::new(0),
            start: Instant::now(),
        });
        Self { cache: TokenCache::new(Source::Given(credential.clone())), credential }
    }

    /// The time of day, had nobody touched the clock.
    fn now(&self) -> SystemTime {
        noon() + self.credential.start.elapsed()
    }

    async fn token(&self) -> Result<String, Error> {
        self.token_at(self.now()).await
    }

    async fn token_at(&self, now: SystemTime) -> Result<String, Error> {
        self.token_of(SCOPE, now).await
    }

    async fn token_of(&self, scope: &str, now: SystemTime) -> Result<String, Error> {
        let http = &TokenHttp::new(|| Err(Error::config("the credential is given")));
        let token = self.cache.token(&TokenRequest { scope, now, http }).await?;
        Ok(token.expose().to_owned())
    }

    fn asked(&self) -> usize {
        self.credential.asked.load(Ordering::SeqCst)
    }
}

fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

fn auth_error(result: Result<String, Error>) -> AuthError {
    match result {
        Err(Error::Auth(error)) => error,
        other => panic!("no AuthError but {other:?}"),
    }
}

async fn pass(time: Duration) {
    tokio::time::advance(time).await;
}

use Act::{Fail, Give, GiveUntil, Wait};

#[tokio::test(start_paused = true)]
async fn a_token_is_asked_for_once_and_renewed_five_minutes_ahead() {
    let scene = Scene::new([Give("first", 60 * MINUTE), Give("second", 60 * MINUTE)]);
    assert_eq!(scene.token().await.unwrap(), "first");
    pass(54 * MINUTE).await;
    assert_eq!(scene.token().await.unwrap(), "first");
    assert_eq!(scene.asked(), 1);
    pass(MINUTE).await;
    assert_eq!(scene.token().await.unwrap(), "second");
    assert_eq!(scene.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_share_one_request() {
    let scene = Scene::new([Wait(MINUTE), Give("first", 60 * MINUTE)]);
    let callers = (0..1000).map(|_| scene.token());
    for token in futures_util::future::join_all(callers).await {
        assert_eq!(token.unwrap(), "first");
    }
    assert_eq!(scene.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_hear_of_one_failure() {
    let scene = Scene::new([Wait(MINUTE), Fail]);
    for result in futures_util::future::join_all((0..10).map(|_| scene.token())).await {
        let error = auth_error(result);
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("the endpoint is down"), "{cause}");
    }
    assert_eq!(scene.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_caller_does_not_end_the_request_of_the_others() {
    let scene = Scene::new([Wait(MINUTE), Give("first", 60 * MINUTE)]);
    let mut first = Box::pin(scene.token());
    let mut second = Box::pin(scene.token());
    assert!(futures_util::poll!(&mut first).is_pending());
    assert!(futures_util::poll!(&mut second).is_pending());
    pass(MINUTE / 2).await;
    assert!(futures_util::poll!(&mut first).is_pending());
    drop(first);
    let start = Instant::now();
    assert_eq!(second.await.unwrap(), "first");
    assert!(start.elapsed() <= MINUTE / 2 + Duration::from_secs(1), "it began anew");
    assert_eq!(scene.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn when_all_callers_are_dropped_the_request_ends_and_the_next_one_asks_anew() {
    let scene = Scene::new([Wait(MINUTE), Give("next", 60 * MINUTE)]);
    let dropped = timeout(Duration::from_secs(1), scene.token()).await;
    assert!(dropped.is_err());
    assert_eq!(scene.token().await.unwrap(), "next");
    assert_eq!(scene.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_old_token_serves_while_a_renewal_fails() {
    let scene = Scene::new([Give("old", 60 * MINUTE), Fail, Fail, Fail, Give("new", 60 * MINUTE)]);
    scene.token().await.unwrap();
    pass(56 * MINUTE).await;
    for _ in 0..100 {
        assert_eq!(scene.token().await.unwrap(), "old");
    }
    assert_eq!(scene.asked(), 2, "a failed renewal is tried again after a pause only");
    pass(MINUTE).await;
    assert_eq!(scene.token().await.unwrap(), "old");
    pass(4 * MINUTE).await;
    auth_error(scene.token().await); // now it has expired
    pass(Duration::from_secs(2)).await;
    assert_eq!(scene.token().await.unwrap(), "new");
}

#[tokio::test(start_paused = true)]
async fn the_old_token_serves_while_a_renewal_is_slow() {
    let slow = Wait(60 * MINUTE);
    let scene = Scene::new([Give("old", 60 * MINUTE), slow]);
    scene.token().await.unwrap();
    pass(56 * MINUTE).await;
    let start = Instant::now();
    let (one, two) = tokio::join!(scene.token(), scene.token());
    assert_eq!((one.unwrap(), two.unwrap()), ("old".to_owned(), "old".to_owned()));
    assert!(start.elapsed() <= PATIENCE + Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!(scene.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_caller_dropped_while_it_renews_does_not_hand_its_wait_to_the_next() {
    let scene = Scene::new([Give("old", 60 * MINUTE), Wait(60 * MINUTE)]);
    scene.token().await.unwrap();
    pass(56 * MINUTE).await;
    assert!(timeout(Duration::from_secs(1), scene.token()).await.is_err());
    let start = Instant::now();
    assert_eq!(scene.token().await.unwrap(), "old");
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_during_a_slow_renewal_does_not_serve() {
    let scene = Scene::new([
        Give("old", Duration::from_secs(8)),
        Wait(Duration::from_secs(6)),
        Give("new", 60 * MINUTE),
    ]);
    scene.token().await.unwrap();
    pass(Duration::from_secs(5)).await;
    assert_eq!(scene.token().await.unwrap(), "new");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_expires_when_the_patience_ends_does_not_serve() {
    let scene =
        Scene::new([Give("old", 2 * PATIENCE), Wait(2 * PATIENCE), Give("new", 60 * MINUTE)]);
    scene.token().await.unwrap();
    pass(PATIENCE).await;
    assert_eq!(scene.token().await.unwrap(), "new");
}

#[tokio::test(start_paused = true)]
async fn the_time_that_a_response_took_counts_against_its_token() {
    let end = noon() + MINUTE + Duration::from_millis(500);
    let scene = Scene::new([Wait(MINUTE), GiveUntil("too-late", end)]);
    let error = auth_error(scene.token().await);
    assert!(error.to_string().contains("expired when it arrived"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_token_is_asked_for_anew_but_not_for_each_refused_call() {
    let scene = Scene::new([
        Give("first", 60 * MINUTE),
        Give("second", 60 * MINUTE),
        Give("third", 60 * MINUTE),
    ]);
    scene.token().await.unwrap();
    for _ in 0..100 {
        scene.cache.forget();
        assert_eq!(scene.token().await.unwrap(), "second");
    }
    pass(PAUSE).await;
    scene.cache.forget();
    assert_eq!(scene.token().await.unwrap(), "third");
    assert_eq!(scene.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_token_does_not_serve_when_asking_fails() {
    let scene = Scene::new([Give("first", 60 * MINUTE), Fail]);
    scene.token().await.unwrap();
    scene.cache.forget();
    auth_error(scene.token().await);
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_forward_costs_one_request() {
    let scene =
        Scene::new([Give("first", 60 * MINUTE), GiveUntil("second", noon() + 61 * 60 * MINUTE)]);
    scene.token().await.unwrap();
    let days_later = noon() + 60 * 60 * MINUTE;
    for _ in 0..100 {
        assert_eq!(scene.token_at(days_later).await.unwrap(), "second");
    }
    assert_eq!(scene.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_does_not_keep_an_expired_token_alive() {
    let scene = Scene::new([Give("first", 60 * MINUTE), Give("second", 60 * MINUTE)]);
    scene.token().await.unwrap();
    let hours_before = noon() - 600 * MINUTE;
    for _ in 0..100 {
        assert_eq!(scene.token_at(hours_before).await.unwrap(), "first");
    }
    assert_eq!(scene.asked(), 1);
    pass(61 * MINUTE).await;
    assert_eq!(scene.token_at(hours_before).await.unwrap(), "second");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_wrong_for_good_does_not_hammer_the_token_endpoint() {
    let scene = Scene::new([GiveUntil("right", noon() + 60 * MINUTE)]);
    let tomorrow = noon() + 24 * 60 * MINUTE;
    for _ in 0..100 {
        let error = auth_error(scene.token_at(tomorrow).await);
        assert!(error.to_string().contains("clock"), "{error}");
    }
    assert_eq!(scene.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_of_a_short_life_is_not_asked_for_on_every_call() {
    let short = Duration::from_secs(60);
    let scene = Scene::new([Give("first", short), Give("second", short)]);
    for _ in 0..100 {
        assert_eq!(scene.token().await.unwrap(), "first");
    }
    assert_eq!(scene.asked(), 1);
    pass(Duration::from_secs(31)).await;
    assert_eq!(scene.token().await.unwrap(), "second");
}

#[tokio::test(start_paused = true)]
async fn empty_unsendable_and_expired_tokens_are_auth_errors() {
    for bad in [
        Give("", 60 * MINUTE),
        Give(" \t", 60 * MINUTE),
        Give("line\nend", 60 * MINUTE),
        Give("expired", Duration::ZERO),
    ] {
        let error = auth_error(Scene::new([bad]).token().await);
        assert!(!format!("{error} {error:?}").contains("line\\nend"), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_never_answers_ends_in_an_auth_error() {
    let error = auth_error(Scene::new([Wait(600 * MINUTE)]).token().await);
    assert!(error.to_string().contains("within 120s"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn each_scope_has_its_own_token() {
    let scene = Scene::new([Give("first", 60 * MINUTE), Give("second", 60 * MINUTE)]);
    for _ in 0..10 {
        let one = scene.token_of("https://one.example/.default", noon()).await.unwrap();
        let two = scene.token_of("https://two.example/.default", noon()).await.unwrap();
        assert_eq!((&*one, &*two), ("first", "second"));
    }
    assert_eq!(scene.asked(), 2);
}

/// Its sockets end with a runtime, so callers of another one must not wait for its request.
#[test]
fn a_request_of_a_runtime_that_ends_leaves_the_callers_of_another_one_alone() {
    let scene = std::thread::spawn(|| {
        let first = tokio::runtime::Runtime::new().unwrap();
        let scene = first.block_on(async {
            let scene = Arc::new(Scene::new([Act::Wait(MINUTE), Act::Give("t", MINUTE * 60)]));
            let asking = scene.clone();
            tokio::spawn(async move { asking.token().await.map(drop) });
            while scene.credential.asked.load(Ordering::SeqCst) == 0 {
                tokio::task::yield_now().await;
            }
            scene
        });
        first.shutdown_background();
        scene
    });
    let scene = scene.join().unwrap();
    let second = tokio::runtime::Runtime::new().unwrap();
    let token = second.block_on(scene.token()).unwrap();
    assert_eq!(token, "t");
}
