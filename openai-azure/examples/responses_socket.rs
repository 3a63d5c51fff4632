//! A conversation over one WebSocket: each turn continues the one before, nothing is stored.

mod offline;

use openai_azure::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::v1_service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let mut socket = client.responses().connect().await?;
    let mut previous = None;
    for question in ["Why is the sky blue?", "And at sunset?"] {
        println!("\n{question}");
        let mut request = client.respond(&deployment).user(question).store(false);
        if let Some(id) = previous.take() {
            request = request.previous_response_id(id);
        }
        let mut events = socket.respond(request).await?;
        while let Some(event) = events.try_next().await? {
            if !event.text().is_empty() {
                println!("  + {:?}", event.text());
            }
        }
        previous = Some(events.so_far().id.clone());
    }

    // A request that is refused does not end the connection.
    let request = client.respond(&deployment).user("What was it?").previous_response_id("resp_0");
    match socket.respond(request).await?.finish().await {
        Err(Error::Api(error)) => println!("\nrefused: {}", error.code().unwrap_or_default()),
        other => println!("\n{}", other?.text()),
    }
    let mut events = socket.respond(client.respond(&deployment).user("Thank you.")).await?;
    println!("\n{}", events.finish().await?.text());

    socket.close().await?;
    Ok(())
}
