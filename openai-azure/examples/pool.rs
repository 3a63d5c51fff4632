//! A pool: a provisioned deployment first, standard ones when it has no room, and stored responses
//! where they are.

use std::collections::BTreeMap;

use openai_azure::{Client, PoolBackend};
use openai_azure_emulator::{Emulator, Reply};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Three regions; to see faults, they are always emulators.
    let (east, west, north) = (region().await?, region().await?, region().await?);
    let names = BTreeMap::from([
        (east.endpoint(), "east (provisioned)"),
        (west.endpoint(), "west"),
        (north.endpoint(), "north"),
    ]);
    let client = Client::builder()
        .pool([
            PoolBackend::new(east.endpoint())
                .api_key(east.api_key())
                .deployment("gpt-5.6-terra", "terra-provisioned"),
            PoolBackend::new(west.endpoint()).api_key(west.api_key()).priority(1).weight(3),
            PoolBackend::new(north.endpoint()).api_key(north.api_key()).priority(1),
        ])
        .build()?;
    let name = |endpoint: Option<&str>| endpoint.and_then(|it| names.get(it)).copied();

    println!("\nThe provisioned deployment serves");
    let answer = client.chat("gpt-5.6-terra").user("Hello").send().await?;
    println!("  {:?}: {}", name(answer.endpoint()), answer.text());
    assert_eq!(answer.endpoint(), Some(east.endpoint()));

    println!("\nIt has no room for a minute: the others serve, without a wait");
    let full = Reply::error(429, "429", "The deployment has no room.");
    east.reply(full.header("retry-after", "60"));
    let mut served = BTreeMap::new();
    for number in 0..20 {
        let chat = client.chat("gpt-5.6-terra").user(format!("What is {number} times 7?"));
        *served.entry(name(chat.send().await?.endpoint())).or_insert(0) += 1;
    }
    println!("  {served:?}");
    assert!(!served.contains_key(&Some("east (provisioned)")));

    println!("\nA stored response is asked for where it is");
    let first = client.respond("gpt-5.6-luna").user("Remember the number 7.").send().await?;
    let next = client.respond("gpt-5.6-luna").user("Which number?").previous_response_id(&first.id);
    let next = next.send().await?;
    println!("  made by {:?}, continued by {:?}", name(first.endpoint()), name(next.endpoint()));
    assert_eq!(first.endpoint(), next.endpoint());
    let stored = client.responses().get(&first.id).await?;
    assert_eq!(stored.endpoint(), first.endpoint());
    println!("  read from {:?}", name(stored.endpoint()));
    Ok(())
}

/// An emulator with the deployments of this example.
async fn region() -> std::io::Result<Emulator> {
    Emulator::builder().deployment("terra-provisioned").start().await
}
