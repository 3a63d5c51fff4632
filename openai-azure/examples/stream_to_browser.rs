//! Passes a chat on to browsers as server-sent events, with axum.
//!
//! With `AZURE_OPENAI_ENDPOINT` and a key set it listens on port 3000 until it is stopped: open
//! `http://127.0.0.1:3000/chat?q=Hello`. Without them it asks itself, by the emulator.

mod offline;

use std::convert::Infallible;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_util::{Stream, StreamExt, stream};
use openai_azure::{Client, ErrorKind};
use serde_json::json;

#[derive(serde::Deserialize)]
struct Question {
    q: String,
}

async fn chat(
    State(client): State<Client>,
    Query(question): Query<Question>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, (StatusCode, String)> {
    // Until the first event an error is a status.
    let deployment = offline::deployment("gpt-5.6-terra");
    let chat = client.chat(deployment).developer("Be brief.").user(question.q);
    let stream = chat.stream().await.map_err(|error| match error.kind() {
        ErrorKind::ContentFilter => (StatusCode::UNPROCESSABLE_ENTITY, "blocked".to_owned()),
        ErrorKind::RateLimit => (StatusCode::TOO_MANY_REQUESTS, "later".to_owned()),
        _ => (StatusCode::BAD_GATEWAY, error.to_string()),
    })?;
    // After it, an event. JSON, because a text may hold line ends.
    let events = stream.texts().map(|text| {
        Ok(match text {
            Ok(text) => Event::default().data(json!(text).to_string()),
            Err(error) => {
                Event::default().event("failed").data(json!(error.to_string()).to_string())
            }
        })
    });
    let done = stream::once(async { Ok(Event::default().event("done").data("null")) });
    Ok(Sse::new(events.chain(done)).keep_alive(KeepAlive::default()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, emulator) = offline::service().await?;
    let app = Router::new().route("/chat", get(chat)).with_state(builder.build()?);
    let port = if emulator.is_some() { 0 } else { 3000 };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let url = format!("http://{}/chat", listener.local_addr()?);
    println!("{url}?q=Hello");
    if emulator.is_none() {
        return Ok(axum::serve(listener, app).await?);
    }
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let browser = reqwest::Client::builder().no_proxy().build()?;
    for question in ["Count%20to%20ten.", "[filter]"] {
        let response = browser.get(format!("{url}?q={question}")).send().await?;
        println!("\n{}\n{}", response.status(), response.text().await?.trim_end());
    }
    server.abort();
    Ok(())
}
