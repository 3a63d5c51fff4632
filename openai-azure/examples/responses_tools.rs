//! Functions of yours that the model calls, and an answer of a type of yours. With `client.chat` in
//! place of `client.respond` it is the same program for chat completions.

mod offline;

use openai_azure::tools::{ToolEvent, Tools};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(JsonSchema, Deserialize)]
struct Place {
    /// Such as `Oslo`.
    city: String,
}

#[derive(Serialize)]
struct Weather {
    city: String,
    celsius: f64,
}

#[derive(JsonSchema, Deserialize)]
struct Forecast {
    city: String,
    celsius: f64,
}

/// What goes wrong is returned to the model.
async fn weather(place: Place) -> Result<Weather, String> {
    match place.city.as_str() {
        "Atlantis" => Err("there is no such city any more".to_owned()),
        _ => Ok(Weather { city: place.city, celsius: 18.5 }),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");
    let tools = Tools::new().tool("get_weather", "The weather in a city now.", weather);

    let question = "What is the weather in Oslo and Atlantis?";
    println!("\n{question}");
    let request = client.respond(&deployment).user(question);
    let mut events = request.clone().run_tools(tools.clone()).max_rounds(5).stream().await?;
    while let Some(event) = events.try_next().await? {
        match event {
            ToolEvent::Started(call) => println!("  calls {}({})", call.name, call.arguments),
            ToolEvent::Finished(result) => println!("  got   {}", result.content),
            ToolEvent::RoundEnd { round, .. } => println!("  round {round} is over"),
            ToolEvent::Answer(response) => println!("  {}", response.text()),
            _ => {}
        }
    }

    let forecast = request.run_tools(tools).respond_as::<Forecast>().await?;
    println!("\nAs a type: {} has {} °C", forecast.city, forecast.celsius);
    Ok(())
}
