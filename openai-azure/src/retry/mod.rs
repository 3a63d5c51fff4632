//! When a call is tried again, and after how long.
//!
//! | what happened | tried again |
//! |---|---|
//! | connection refused, reset, broken; timeout of the attempt | yes |
//! | 408, 409, 429 and every status from 500 on | yes |
//! | `x-should-retry: true` or `false` | as it asks, before everything else |
//! | any other status, a response that does not decode | no |
//!
//! The wait is what the service asks for: `retry-after-ms`, else `retry-after`, else (429 only)
//! `x-ratelimit-reset-*` of the limit that was hit; a value that cannot be, such as zero, less or no
//! number, does not count. It is made longer by chance, by up to a quarter and at most 2 s, so that
//! callers that were refused together do not come back together.
//! Without one it is half a second, doubled each time up to 8 s, less up to a quarter by chance.
//! A wait above the ceiling (120 s) ends the call at once.

mod backoff;
mod budget;
mod classify;
mod gate;
mod policy;
mod retry_after;

pub(crate) use backoff::{Backoff, spread};
pub(crate) use budget::Budget;
#[cfg(any(feature = "realtime", test, fuzzing))]
pub(crate) use classify::classify;
pub(crate) use classify::{Outcome, RetryDecision, decide};
pub(crate) use gate::{Attempting, Gate, Ticket};
pub use policy::RetryPolicy;
pub(crate) use retry_after::retry_after;
