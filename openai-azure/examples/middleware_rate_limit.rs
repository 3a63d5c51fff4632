//! A rate limiter as middleware: attempts are spread evenly, and all of them wait when the service
//! asks one of them to.

mod offline;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use openai_azure::Error;
use openai_azure::middleware::{
    AttemptOutcome, AttemptRequest, AttemptResponse, BoxFuture, Middleware, Next,
};
use tokio::time::{Instant, sleep_until};

/// Starts one attempt in each interval.
struct RateLimit {
    interval: Duration,
    /// When the next attempt may start.
    next: Mutex<Instant>,
}

impl RateLimit {
    fn per_second(attempts: u32) -> Self {
        Self { interval: Duration::from_secs(1) / attempts, next: Mutex::new(Instant::now()) }
    }

    /// Takes the next place in time.
    fn reserve(&self) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (*next).max(Instant::now());
        *next = place + self.interval;
        place
    }

    /// Lets nobody start before this moment.
    fn hold(&self, until: Instant) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = (*next).max(until);
    }
}

impl Middleware for RateLimit {
    fn handle<'a>(
        &'a self,
        request: AttemptRequest<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<AttemptResponse, Error>> {
        Box::pin(async move {
            sleep_until(self.reserve()).await;
            next.run(request).await
        })
    }

    fn attempt_ended(&self, outcome: &AttemptOutcome<'_>) {
        if let (Some(429), Some(wait)) = (outcome.status(), outcome.retry_in()) {
            self.hold(Instant::now() + wait);
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, emulator) = offline::service().await?;
    if let Some(emulator) = &emulator {
        use openai_azure_emulator::Reply;
        emulator.reply(Reply::error(429, "429", "Slow down.").header("retry-after-ms", "300"));
    }
    let limit = Arc::new(RateLimit::per_second(20));
    let client = builder.middleware(Arc::clone(&limit)).build()?;
    let deployment = offline::deployment("gpt-5.6-luna");

    let began = Instant::now();
    let calls = (0..6).map(|number| {
        let chat = client.chat(&deployment).user(format!("What is {number} times 7?"));
        async move { chat.send().await }
    });
    let answers = futures_util::future::try_join_all(calls).await?;
    let took = began.elapsed();

    let retries: u32 = answers.iter().map(|answer| answer.retries_taken()).sum();
    println!("6 calls at once, {retries} tried again, took {took:?}");
    assert!(took >= Duration::from_millis(250), "six places are five intervals of 50 ms");
    if emulator.is_some() {
        assert_eq!(retries, 1, "the first attempt was asked to wait");
        assert!(took >= Duration::from_millis(300), "and it waited");
    }
    println!("20 attempts a second at the most: the limit was kept");
    Ok(())
}
