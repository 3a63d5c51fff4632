//! A realtime session with text: events while they arrive, and whole turns.

mod offline;

use openai_azure::realtime::ServerEvent;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::v1_service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-realtime-1.5");

    let mut session = client
        .realtime(&deployment)
        .session(|s| s.instructions("Answer in one sentence.").text_only())
        .connect()
        .await?;

    println!("\nText while it arrives");
    session.user_text("Why is the sky blue?").await?;
    session.create_response().await?;
    while let Some(event) = session.try_next().await? {
        match event {
            ServerEvent::SessionCreated(event) => {
                println!("  session {}", event.session.id.unwrap_or_default());
            }
            ServerEvent::TextDelta(event) => println!("  + {:?}", event.delta),
            ServerEvent::ResponseDone(event) => {
                println!("  {:?}", event.response.usage.map(|usage| usage.total_tokens));
                break;
            }
            ServerEvent::Error(event) => println!("  {:?}", event.error.message),
            _ => {}
        }
    }

    println!("\nA whole turn");
    session.user_text("And at night?").await?;
    session.create_response().await?;
    if let Some(turn) = session.turn().await? {
        println!("  {}", turn.text);
    }

    session.close().await?;
    Ok(())
}
