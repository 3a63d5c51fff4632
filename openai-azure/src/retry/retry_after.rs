//! How long a response asks to wait.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::rate_limit::RateLimit;

/// The wait that the headers of a failure ask for, if they ask for one that can be.
///
/// `retry-after-ms`, else `retry-after` in seconds or as a date against the response's own `date`
/// (`now` when it has none), else for 429 `x-ratelimit-reset-*` of the limit that was hit.
pub(crate) fn retry_after(status: u16, headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    text("retry-after-ms")
        .and_then(|millis| positive(millis, 0.001))
        .or_else(|| {
            let value = text(RETRY_AFTER.as_str())?;
            positive(value, 1.0).or_else(|| until(value, text(DATE.as_str()), now))
        })
        .or_else(|| {
            let reset = RateLimit::from_headers(headers).reset_of_the_hit()?;
            (status == 429 && !reset.is_zero()).then_some(reset)
        })
}

/// A number above zero; one that is too great for a duration is the longest duration.
fn positive(text: &str, unit: f64) -> Option<Duration> {
    let seconds = text.parse::<f64>().ok()? * unit;
    if !seconds.is_finite() || seconds <= 0.0 {
        return None;
    }
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)).filter(|d| !d.is_zero())
}

fn until(date: &str, answered: Option<&str>, now: SystemTime) -> Option<Duration> {
    let then = httpdate::parse_http_date(date).ok()?;
    let from = answered.and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
    then.duration_since(from).ok().filter(|wait| !wait.is_zero())
}

#[cfg(test)]
mod tests {
    use super::retry_after;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
    use std::time::{Duration, SystemTime};

    const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn asked(status: u16, headers: &[(&str, &str)]) -> Option<u128> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap())
            })
            .collect();
        let now = httpdate::parse_http_date(NOW).unwrap();
        retry_after(status, &headers, now).map(|wait| wait.as_millis())
    }

    #[test]
    fn seconds_and_dates_are_read_and_impossible_values_are_not() {
        for (value, millis) in [
            ("20", Some(20_000)),
            ("1.5", Some(1_500)),
            ("60", Some(60_000)),
            ("120", Some(120_000)),
            ("0", None),
            ("-10", None),
            ("inf", None),
            ("NaN", None),
            ("soon", None),
            ("", None),
            ("1e400", None),
            ("1e-300", None),
            ("1e300", Some(Duration::MAX.as_millis())),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30_000)),
            ("Sunday, 06-Nov-94 08:50:07 GMT", Some(30_000)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 08:00:00 GMT", None),
            ("Sun, 06 Nov 100000 08:00:00 GMT", None),
        ] {
            assert_eq!(asked(503, &[("retry-after", value)]), millis, "{value:?}");
        }
    }

    #[test]
    fn milliseconds_come_first_unless_they_are_zero() {
        assert_eq!(asked(429, &[("retry-after", "1"), ("retry-after-ms", "250.5")]), Some(250));
        assert_eq!(asked(429, &[("retry-after", "1"), ("retry-after-ms", "0")]), Some(1_000));
    }

    #[test]
    fn a_date_counts_from_the_date_of_the_answer() {
        let headers = [("retry-after", NOW), ("date", "Sun, 06 Nov 1994 08:49:00 GMT")];
        assert_eq!(asked(503, &headers), Some(37_000));
    }

    #[test]
    fn a_rate_limit_waits_for_its_reset() {
        let reset = [("x-rate-limit-reset-tokens", "55"), ("x-ratelimit-reset-requests", "1s")];
        assert_eq!(asked(429, &reset), Some(55_000));
        assert_eq!(asked(500, &reset), None);
    }

    #[test]
    fn of_two_limits_the_one_that_was_hit_is_waited_for() {
        let left = |requests: &'static str, tokens: &'static str| {
            asked(
                429,
                &[
                    ("x-ratelimit-remaining-requests", requests),
                    ("x-ratelimit-reset-requests", "2s"),
                    ("x-ratelimit-remaining-tokens", tokens),
                    ("x-ratelimit-reset-tokens", "55s"),
                ],
            )
        };
        assert_eq!(left("0", "900"), Some(2_000));
        // Tokens may be left, but not as many as the request needs.
        assert_eq!(left("9", "40"), Some(55_000));
        assert_eq!((left("0", "0"), left("?", "?")), (Some(55_000), Some(55_000)));
    }

    #[test]
    fn a_wait_is_measured_by_the_clock_given() {
        let headers = HeaderMap::from_iter([(
            reqwest::header::RETRY_AFTER,
            HeaderValue::from_static("Thu, 01 Jan 1970 00:00:09 GMT"),
        )]);
        let wait = retry_after(503, &headers, SystemTime::UNIX_EPOCH);
        assert_eq!(wait, Some(Duration::from_secs(9)));
    }
}
