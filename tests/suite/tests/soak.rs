//! A thousand streams at once, a tenth of them broken.

use std::time::{Duration, Instant};

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use openai_azure::{CallOptions, Client, Error, RetryPolicy};
use openai_azure_tests::planted;
use openai_azure_tests::skip::skipped;
use openai_azure_tests::wire::{Step, Wire, chat_end, chat_event, stream_head};

const STREAMS: usize = 1000;
const EVENTS: usize = 20;

/// What the stream with this number says, event by event.
fn words(number: usize) -> impl Iterator<Item = String> {
    (0..EVENTS).map(move |at| format!("{number}/{at} "))
}

/// Every tenth stream breaks in one of five ways; the others say all their words.
fn script(number: usize) -> Vec<Step> {
    let mut steps = vec![stream_head()];
    for (at, word) in words(number).enumerate() {
        if number.is_multiple_of(10) && at == EVENTS / 2 {
            steps.push(match number / 10 % 5 {
                0 => Step::Reset,
                1 => Step::Hold,
                2 => Step::Write(b"data: {oops\n\n".to_vec()),
                3 => Step::Write(b"data: {\"error\":{\"code\":500}}\n\n".to_vec()),
                _ => Step::Write(vec![b'x'; 8192]),
            });
        }
        steps.push(chat_event(&word));
        if at % 7 == number % 7 {
            steps.push(Step::Wait(Duration::from_millis(3)));
        }
    }
    let done = Step::Write(b"data: [DONE]\n\n".to_vec());
    steps.extend([chat_end(), done, Step::Close]);
    steps
}

async fn read(client: Client) -> Result<String, Error> {
    let options = CallOptions::new()
        .idle_timeout(Duration::from_secs(3))
        .max_event_bytes(4096)
        .retry(RetryPolicy::none());
    let mut stream = client.chat("d").user("?").options(options).stream().await?;
    while stream.try_next().await?.is_some() {}
    Ok(stream.text_so_far().to_owned())
}

/// Resident memory in KiB, where the system tells it.
fn resident() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_streams_that_are_not_broken_complete_and_memory_stays_flat() {
    let mut sizes = Vec::new();
    for round in 0..3 {
        let wire = Wire::start(script).await;
        let client =
            Client::builder().endpoint(wire.endpoint()).api_key(planted::KEY).build().unwrap();
        let start = Instant::now();
        let mut streams: FuturesUnordered<_> = (0..STREAMS).map(|_| read(client.clone())).collect();
        let (mut whole, mut broken) = (Vec::new(), 0);
        while let Some(outcome) = streams.next().await {
            match outcome {
                Ok(text) => whole.push(text),
                Err(_) => broken += 1,
            }
        }
        assert_eq!((whole.len(), broken), (STREAMS - STREAMS / 10, STREAMS / 10));
        whole.sort();
        let mut expected: Vec<String> =
            (0..STREAMS).filter(|n| n % 10 != 0).map(|n| words(n).collect()).collect();
        expected.sort();
        assert_eq!(whole, expected, "the texts are byte for byte what was sent");
        println!("round {round}: {STREAMS} streams in {:?}, {:?} KiB", start.elapsed(), resident());
        sizes.extend(resident());
    }
    if let [_, second, last] = sizes[..] {
        assert!(last < second + second / 4 + 8192, "memory grows: {sizes:?} KiB");
    } else {
        skipped("this system does not tell the memory in use");
    }
}
