//! Answers that are Rust types: whole, while they arrive, and what is told when there is none.

mod offline;

use std::io::Write as _;

use openai_azure::Error;
use openai_azure::chat::ChatEvent;
use schemars::JsonSchema;
use serde::Deserialize;

/// A dish and how it is made.
#[derive(Debug, JsonSchema, Deserialize)]
struct Recipe {
    title: String,
    ingredients: Vec<Ingredient>,
    /// One step each, in order.
    steps: Vec<String>,
    /// Nothing when it is hard to say.
    minutes: Option<u32>,
    difficulty: Difficulty,
}

#[derive(Debug, JsonSchema, Deserialize)]
struct Ingredient {
    name: String,
    /// With its unit.
    amount: String,
}

#[derive(Debug, JsonSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Difficulty {
    Easy,
    Medium,
    Hard,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let chat = client.chat(&deployment).user("How do I make pancakes?");
    let answer = chat.clone().respond_as::<Recipe>().send().await?;
    let recipe = &answer.value;
    println!("\n{} ({:?}, {:?} minutes)", recipe.title, recipe.difficulty, recipe.minutes);
    for Ingredient { name, amount } in &recipe.ingredients {
        println!("  {amount} {name}");
    }
    for (number, step) in (1..).zip(&recipe.steps) {
        println!("  {number}. {step}");
    }

    print!("\nThe same, as it arrives\n  ");
    let mut stream = chat.respond_as::<Recipe>().stream().await?;
    while let Some(event) = stream.try_next().await? {
        if let ChatEvent::Text { delta, .. } = event {
            print!("{delta}");
            std::io::stdout().flush()?;
        }
    }
    let recipe = stream.finish().await?.value;
    println!("\n  {} has {} steps", recipe.title, recipe.steps.len());

    println!("\nWith too few tokens");
    let chat = client.chat(&deployment).user("How do I make pancakes?").max_completion_tokens(5);
    match chat.respond_as::<Recipe>().send().await {
        Err(Error::Output(e)) => println!("  {e}; it got to {:?}", e.text()),
        Err(other) => return Err(other.into()),
        Ok(answer) => println!("  it was enough: {:?}", answer.value),
    }
    Ok(())
}
