//! A conversation that the service stores: responses read from it and add to it.

mod offline;

use openai_azure::responses::Item;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let request = client.conversations().create().metadata("topic", "crabs");
    let conversation = request.item(Item::message("developer", "Be brief.")).send().await?;
    println!("conversation {}", conversation.id);

    for question in ["Tell a joke about crabs.", "Why is that funny?"] {
        let request = client.respond(&deployment).conversation(&conversation.id);
        println!("\n{question}\n  {}", request.user(question).send().await?.text());
    }

    println!("\nIts items:");
    let mut items = client.conversations().items(&conversation.id).order("asc").stream();
    while let Some(item) = items.try_next().await? {
        if let Item::Message(message) = item {
            println!("  {:?}: {}", message.role, message.text());
        }
    }

    client.conversations().update(&conversation.id).metadata("topic", "done").send().await?;
    client.conversations().delete(&conversation.id).await?;
    Ok(())
}
