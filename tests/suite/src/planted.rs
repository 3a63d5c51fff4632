//! Secrets that must never be printed, and clients that carry them.
//!
//! All integration tests make their clients with [`builder`]. The test `secrets` runs them again
//! with [`PRINT_EVERYTHING`] set and looks for the secrets in what they print.

use std::sync::Once;

use openai_azure::{Client, ClientBuilder, Endpoint, LogDetail};
use tracing_subscriber::filter::LevelFilter;

/// An API key.
pub const KEY: &str = "planted-key-4c1b7f0e55d2";
/// A bearer token.
pub const TOKEN: &str = "planted-token-9a63d2e8f417";
/// A client secret of Microsoft Entra ID.
pub const CLIENT_SECRET: &str = "planted-client-secret-07be";
/// The password of a proxy.
pub const PASSWORD: &str = "planted-password-c39a";
/// `me:` and [`PASSWORD`], as a proxy gets them.
pub const PASSWORD_IN_BASE64: &str = "bWU6cGxhbnRlZC1wYXNzd29yZC1jMzlh";

/// All of them, and those of the emulator.
pub const ALL: [&str; 7] =
    [KEY, TOKEN, CLIENT_SECRET, PASSWORD, PASSWORD_IN_BASE64, "emulator-key", "emulator-token"];

/// Set it, and every client of [`builder`] logs all it can, at every level and of every crate.
pub const PRINT_EVERYTHING: &str = "OPENAI_AZURE_TESTS_PRINT_EVERYTHING";

/// The endpoint of a loopback server that is called by the dated API.
///
/// # Panics
///
/// What is no URL.
#[must_use]
pub fn dated(url: &str) -> Endpoint {
    Endpoint::dated(url).expect("an endpoint")
}

/// Starts a client as [`Client::builder`] does. If everything is to be printed, it logs headers
/// and bodies, and asks for the values of the headers that must stay hidden.
pub fn builder() -> ClientBuilder {
    let builder = Client::builder();
    if std::env::var_os(PRINT_EVERYTHING).is_none() {
        return builder;
    }
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_ansi(false).init();
    });
    builder
        .log_detail(LogDetail::BodyAndHeaders)
        .log_header("api-key")
        .log_header("authorization")
        .log_header("proxy-authorization")
}
