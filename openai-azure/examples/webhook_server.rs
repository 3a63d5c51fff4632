//! A receiver of webhooks with axum: verifies, reads, and responds at once.
//!
//! Offline it receives three deliveries of its own: a good one, the same one again, and a forged
//! one. With `AZURE_OPENAI_WEBHOOK_SECRET` set it waits for those of the service on port 8080.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use openai_azure::webhooks::{WebhookEvent, Webhooks};
use openai_azure_emulator::Webhook;
use serde_json::json;

#[derive(Clone)]
struct App {
    webhooks: Webhooks,
    seen: Arc<Mutex<HashSet<String>>>,
}

async fn receive(State(app): State<App>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let delivery = match app.webhooks.parse(&headers, &body) {
        Ok(delivery) => delivery,
        Err(error) => {
            println!("  refused: {error}");
            return StatusCode::BAD_REQUEST;
        }
    };
    // A real program keeps these IDs longer than its process, and not for ever.
    if !app.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(delivery.id.clone()) {
        println!("  {} again", delivery.id);
        return StatusCode::NO_CONTENT;
    }
    match delivery.event {
        WebhookEvent::ResponseCompleted(event) => println!("  response {} is done", event.data.id),
        WebhookEvent::RealtimeCallIncoming(event) => {
            let from = event.data.sip_header("From").unwrap_or("somebody");
            println!("  {from} calls: {}", event.data.call_id);
        }
        other => println!("  {}", other.kind()),
    }
    StatusCode::NO_CONTENT
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = std::env::var("AZURE_OPENAI_WEBHOOK_SECRET").ok();
    let port = if secret.is_some() { 8080 } else { 0 };
    let secret_or_own = secret.clone().unwrap_or_else(|| "whsec_b25seSBmb3IgdGVzdHM=".to_owned());
    let app = App { webhooks: Webhooks::new(&secret_or_own), seen: Arc::default() };
    let router = Router::new().route("/hook", post(receive)).with_state(app);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let url = format!("http://{}/hook", listener.local_addr()?);
    println!("{url}");
    if secret.is_some() {
        return Ok(axum::serve(listener, router).await?);
    }
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let call = json!({
        "call_id": "rtc_1", "sip_headers": [{"name": "From", "value": "sip:kim@example.com"}],
    });
    let good = Webhook::new(&secret_or_own, "realtime.call.incoming", &call);
    for webhook in [good.clone(), good, Webhook::new("guessed", "batch.completed", &json!({}))] {
        println!("  status {}", webhook.send(&url).await?);
    }
    server.abort();
    Ok(())
}
