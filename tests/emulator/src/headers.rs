//! The headers that the service puts on its responses.

use crate::ids;
use crate::journal::Recorded;

/// What the limits of the emulator say; nothing is ever refused for them.
const REQUESTS: u64 = 300;
const TOKENS: u64 = 30_000;

/// Ids, region and rate limits.
pub(crate) fn usual(request: &Recorded) -> Vec<(String, String)> {
    let number = request.number;
    let client = request.header("x-ms-client-request-id").unwrap_or("Not-Set");
    let tokens = (request.body.len() as u64 / 4).min(TOKENS);
    let header = |name: &str, value: String| (name.to_owned(), value);
    vec![
        header("apim-request-id", ids::uuid(number, 1)),
        header("x-request-id", ids::uuid(number, 2)),
        header("x-ms-client-request-id", client.to_owned()),
        header("x-ms-region", "Sweden Central".to_owned()),
        header("x-content-type-options", "nosniff".to_owned()),
        header("strict-transport-security", "max-age=31536000; includeSubDomains".to_owned()),
        header("x-ratelimit-limit-requests", REQUESTS.to_string()),
        header("x-ratelimit-limit-tokens", TOKENS.to_string()),
        header("x-ratelimit-remaining-requests", (REQUESTS - 1 - number % REQUESTS).to_string()),
        header("x-ratelimit-remaining-tokens", (TOKENS - tokens).to_string()),
    ]
}
