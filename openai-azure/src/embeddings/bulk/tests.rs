//! When requests start, without sending any.

use std::task::{Context, Waker};

use futures_core::Stream;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::{Bulk, pause_after};
use crate::Client;
use crate::rate_limit::RateLimit;

fn bulk(texts: impl Stream<Item = &'static str> + Send + 'static) -> Bulk {
    let client = Client::builder().endpoint("https://r.example").api_key("k").build().unwrap();
    client.embed("d").bulk(texts.map(str::to_owned)).inputs_per_request(1)
}

/// How many requests start for these texts, after which the source has none yet.
fn started(texts: &'static [&'static str]) -> usize {
    let mut bulk = bulk(stream::iter(texts.iter().copied()).chain(stream::pending()));
    bulk.start_requests(&mut Context::from_waker(Waker::noop()));
    bulk.running.len()
}

#[test]
fn the_total_is_known_when_the_source_knows_its_length() {
    let texts = stream::iter(["a", "b", "c"]);
    assert_eq!(bulk(texts.clone()).progress().total, Some(3));
    let some = texts.filter(|text| std::future::ready(*text != "b"));
    assert_eq!(bulk(some).progress().total, None);
}

#[test]
fn a_source_that_has_no_text_yet_is_not_at_its_end() {
    assert!(bulk(stream::pending()).next().now_or_never().is_none());
}

#[test]
fn a_request_that_is_not_full_waits_for_more_texts_only_while_another_one_runs() {
    assert_eq!(started(&["alone"]), 1);
    assert_eq!(started(&["full", "waits"]), 1);
    assert_eq!(started(&["full", "full", "waits"]), 2);
}

#[test]
fn there_is_a_pause_when_less_is_left_than_the_next_request_needs() {
    let pause = |limit: &'static str, left: u64, tokens: u64| {
        let headers = HeaderMap::from_iter([("remaining", left), ("reset", 5)].map(|(what, n)| {
            let name = format!("x-ratelimit-{what}-{limit}");
            (HeaderName::try_from(name).unwrap(), HeaderValue::from(n))
        }));
        pause_after(&RateLimit::from_headers(&headers), tokens).map(|pause| pause.as_secs())
    };
    for (limit, left, expected) in [
        ("tokens", 9, Some(5)),
        ("tokens", 10, None),
        ("requests", 0, Some(5)),
        ("requests", 1, None),
    ] {
        assert_eq!(pause(limit, left, 10), expected, "{left} {limit}");
    }
}
