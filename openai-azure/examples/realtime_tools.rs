//! A realtime session in which the model calls functions of this program.

mod offline;

use openai_azure::realtime::ServerEvent;
use openai_azure::tools::{RealtimeToolEvent, RealtimeTools, Tools};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Deserialize, JsonSchema)]
struct Place {
    /// Such as `Oslo`.
    city: String,
}

async fn weather(place: Place) -> Result<String, String> {
    match place.city.as_str() {
        "Atlantis" => Err("there is no such city any more".to_owned()),
        city => Ok(format!("{city}: 18 degrees, sunny")),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::v1_service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-realtime-1.5");

    let tools = Tools::new().tool("get_weather", "Returns the weather of a city.", weather);
    let of_session = tools.to_realtime()?;
    let session =
        client.realtime(&deployment).session(|s| s.voice("cedar").tools(of_session)).connect();
    let mut session = RealtimeTools::new(session.await?, tools);

    session.user_text("How is the weather in Oslo?").await?;
    session.create_response().await?;
    while let Some(event) = session.try_next().await? {
        match event {
            RealtimeToolEvent::Started(call) => {
                println!("  calls {}({})", call.name, call.arguments);
            }
            RealtimeToolEvent::Finished(result) => println!("  gets  {}", result.content),
            RealtimeToolEvent::Event(ServerEvent::TranscriptDone(event)) => {
                println!("  says  {}", event.transcript);
            }
            RealtimeToolEvent::Event(ServerEvent::ResponseDone(event))
                if event.response.function_calls().next().is_none() =>
            {
                break;
            }
            _ => {}
        }
    }
    session.into_inner().close().await?;
    Ok(())
}
