//! Tools by hand: the model calls functions, the program runs them and tells the results; whole
//! and streamed, with arguments that can be read while they are written. And tools that are run
//! until the model has its answer.

mod offline;

use openai_azure::chat::{ChatEvent, Message, Tool, ToolCall, ToolChoice};
use openai_azure::tools::{ToolEvent, Tools};
use openai_azure::{Client, Error};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
struct Place {
    /// Such as `Oslo`.
    city: String,
}

fn weather_tool() -> Tool {
    let parameters = json!({
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": false,
    });
    Tool::function("get_weather", "Tells the weather of a city.", parameters).strict()
}

fn run(call: &ToolCall) -> String {
    match call.function.parse::<Place>() {
        Ok(place) => format!("{}: 18 degrees, sunny", place.city),
        Err(error) => format!("the arguments make no sense: {error}"),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    println!("\nTwo calls at once, and the answer made of their results");
    let mut history = vec![Message::user("How is the weather in Oslo and Rome?")];
    for round in 1..=5 {
        let chat = client.chat(&deployment).messages(history.clone()).tool(weather_tool());
        let mut answer = chat.send().await?.into_inner();
        let message = answer.choices.remove(0).message;
        if message.tool_calls.is_empty() {
            println!("  round {round}: {}", message.content.unwrap_or_default());
            break;
        }
        let calls = message.tool_calls.clone();
        history.push(message.into());
        for call in calls {
            let result = run(&call);
            println!("  round {round}: {}({})", call.function.name, call.function.arguments);
            history.push(Message::tool(call.id, result));
        }
    }

    println!("\nA call that is demanded");
    let chat = client.chat(&deployment).user("I am in Bergen.").tool(weather_tool());
    let answer = chat.tool_choice(ToolChoice::function("get_weather")).send().await?;
    for call in answer.tool_calls() {
        println!("  {}({})", call.function.name, call.function.arguments);
    }

    println!("\nArguments while they are written");
    streamed(&client, &deployment).await?;

    println!("\nTools that are run");
    run_until_answered(&client, &deployment).await?;
    Ok(())
}

async fn streamed(client: &Client, deployment: &str) -> Result<(), Error> {
    let chat =
        client.chat(deployment).user("How is the weather in Reykjavik?").tool(weather_tool());
    let mut events = chat.stream().await?.events();
    while let Some(event) = events.try_next().await? {
        match event {
            ChatEvent::ToolCall(call) => match call.partial() {
                Some(partial) => println!("  {:<22} reads as {partial}", call.arguments),
                None => println!("  {} begins", call.name),
            },
            ChatEvent::End(answer) => println!("  {} call", answer.tool_calls().len()),
            _ => {}
        }
    }
    Ok(())
}

/// A tool as an asynchronous function; its error is told to the model.
async fn weather(place: Place) -> Result<String, String> {
    match place.city.as_str() {
        "Atlantis" => Err("there is no such city any more".to_owned()),
        city => Ok(format!("{city}: 18 degrees, sunny")),
    }
}

async fn run_until_answered(client: &Client, deployment: &str) -> Result<(), Error> {
    let tools = Tools::new().tool("get_weather", "Tells the weather of a city.", weather);
    let chat = client.chat(deployment).user("How is the weather in Oslo and Atlantis?");
    let mut run = chat.run_tools(tools).max_rounds(5).stream().await?;
    while let Some(event) = run.try_next().await? {
        match event {
            ToolEvent::Started(call) => println!("  starts {}", call.arguments),
            ToolEvent::Finished(result) => println!("  got    {}", result.content),
            ToolEvent::RoundEnd { round, .. } => println!("  round {round} is over"),
            ToolEvent::Answer(answer) => println!("  {}", answer.text()),
            _ => {}
        }
    }
    Ok(())
}
