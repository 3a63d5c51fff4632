//! The Responses API: a conversation that the service stores, a stream, one that it does not store.

mod offline;

use std::io::Write as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let question = "Why is the sky blue?";
    let first = client.respond(&deployment).user(question).send().await?;
    println!("\n{question}\n  {}", first.text());

    let request = client.respond(&deployment).previous_response_id(&first.id);
    let more = request.user("And at night?").send().await?;
    println!("\nAnd at night?\n  {}", more.text());

    print!("\nCount to ten.\n  ");
    let stream = client.respond(&deployment).user("Count to ten.").stream().await?;
    let mut texts = stream.texts();
    while let Some(text) = texts.try_next().await? {
        print!("{text}");
        std::io::stdout().flush()?;
    }
    println!();

    // Nothing is stored: the items go back as they came.
    let request = client.respond(&deployment).store(false).user("Tell a joke.");
    let joke = request.clone().send().await?;
    println!("\nTell a joke.\n  {}", joke.text());
    let request = request.items(joke.into_inner().into_input());
    let why = request.user("Why is that funny?").send().await?;
    println!("\nWhy is that funny?\n  {}", why.text());

    let mut items = client.responses().input_items(&more.id).stream();
    while let Some(item) = items.try_next().await? {
        println!("\nInput of {}: {:?}", more.id, item.id());
    }
    client.responses().delete(&more.id).await?;
    Ok(())
}
