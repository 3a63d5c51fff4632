//! Chats: rules, a conversation with a history, settings, several choices, and an answer in JSON.

mod offline;

use openai_azure::chat::{FinishReason, JsonSchema, Message};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    println!("\nA conversation");
    let mut history = vec![Message::system("You are a guide to France. Be brief.")];
    for question in ["What is the capital of France?", "Write a haiku about its parks."] {
        history.push(Message::user(question));
        let chat =
            client.chat(&deployment).messages(history.clone()).reasoning_effort("low").seed(7);
        let mut answer = chat.max_completion_tokens(200).send().await?.into_inner();
        println!("  you:   {question}\n  model: {}", answer.text().replace('\n', "\n         "));
        history.push(answer.choices.remove(0).message.into());
    }

    println!("\nThree choices, each cut after five tokens");
    let chat = client.chat(&deployment).user("Count to ten.").n(3).max_completion_tokens(5);
    for choice in &chat.send().await?.choices {
        let is_cut = choice.finish_reason == Some(FinishReason::Length);
        println!("  {}: {} (cut: {is_cut})", choice.index, choice.text());
    }

    println!("\nAn answer in JSON that fits a schema");
    let schema = json!({
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "inhabitants": {"type": "integer"},
        },
        "required": ["city", "inhabitants"],
        "additionalProperties": false,
    });
    let format = JsonSchema::new("city", schema).description("A city and its size.");
    let chat = client.chat(&deployment).user("Tell me of Oslo.").response_format(format);
    println!("  {}", chat.send().await?.text());

    println!("\nHow sure the model was of its first words");
    // Reasoning models have no log probabilities.
    let chat = client.chat(offline::deployment("gpt-4.1")).user("Say hello.").top_logprobs(1);
    let answer = chat.send().await?;
    let logprobs = answer.choices.first().and_then(|choice| choice.logprobs.as_ref());
    for token in logprobs.iter().flat_map(|logprobs| &logprobs.content).take(3) {
        println!("  {:>5.1} %  {:?}", 100.0 * token.logprob.exp(), token.token);
    }
    Ok(())
}
