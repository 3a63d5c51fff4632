//! What every example starts with: a client of the service that the environment names, or of an
//! emulator inside this process.

#![allow(dead_code, reason = "no example needs all of it")]

use openai_azure::{Client, ClientBuilder};
use openai_azure_emulator::Emulator;

/// The settings to reach the service, and the emulator if it is one; keep it as long as the client.
///
/// # Errors
///
/// The emulator cannot be started.
pub(crate) async fn service()
-> Result<(ClientBuilder, Option<Emulator>), Box<dyn std::error::Error>> {
    if std::env::var_os("AZURE_OPENAI_ENDPOINT").is_some() {
        return Ok((Client::builder().env(), None));
    }
    let emulator = Emulator::start().await?;
    println!("AZURE_OPENAI_ENDPOINT is not set: the emulator answers at {}", emulator.endpoint());
    let builder = Client::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    Ok((builder, Some(emulator)))
}

/// The deployment in `AZURE_OPENAI_DEPLOYMENT`, else `default`.
pub(crate) fn deployment(default: &str) -> String {
    std::env::var("AZURE_OPENAI_DEPLOYMENT").unwrap_or_else(|_| default.to_owned())
}

/// Like [`service`], with the v1 API, which realtime sessions and webhooks need.
///
/// # Errors
///
/// The emulator cannot be started.
pub(crate) async fn v1_service()
-> Result<(ClientBuilder, Option<Emulator>), Box<dyn std::error::Error>> {
    let (builder, emulator) = service().await?;
    let builder = match &emulator {
        Some(emulator) => builder.endpoint(openai_azure::Endpoint::v1(emulator.endpoint())?),
        None => builder,
    };
    Ok((builder, emulator))
}
