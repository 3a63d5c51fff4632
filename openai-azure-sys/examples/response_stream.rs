//! Streams a response of v1 and matches its events, against the emulator.
//!
//! `cargo run -p openai-azure-sys --example response_stream --features v1`

use std::error::Error;
use std::io::Write;
use std::sync::Arc;

use futures_util::StreamExt;
use openai_azure_emulator::Emulator;
use openai_azure_sys::v1::{Client, types};
use openai_azure_sys::{HttpTransport, reqwest};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::builder().deployment("gpt-5.6-terra").start().await?;
    let transport = HttpTransport::new(reqwest::Client::new()).api_key(emulator.api_key())?;
    let client = Client::new(format!("{}/openai/v1", emulator.endpoint()), Arc::new(transport));

    let request = types::CreateResponse {
        model: Some("gpt-5.6-terra".to_owned()),
        input: Some("Write one sentence about the sea.".into()),
        stream: Some(true),
        ..Default::default()
    };
    let mut events = client.responses_create_stream(&request).await?.into_inner();
    while let Some(event) = events.next().await {
        match event? {
            types::ResponseStreamEvent::ResponseOutputTextDelta(event) => {
                print!("{}", event.delta);
                std::io::stdout().flush()?;
            }
            types::ResponseStreamEvent::ResponseCompleted(event) => {
                println!("\nresponse {}", event.response.id);
            }
            types::ResponseStreamEvent::ResponseFailed(event) => {
                println!("\nfailed: {:?}", event.response.error);
            }
            _ => {}
        }
    }
    Ok(())
}
