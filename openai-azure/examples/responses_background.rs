//! Work in the background: from start to end in one call, and a stream that is left and resumed.

mod offline;

use std::time::Duration;

use openai_azure::Polling;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let polling = Polling::new().every(Duration::from_millis(200));
    let done = client
        .respond(&deployment)
        .user("Take your time.")
        .run_in_background()
        .polling(polling)
        .on_progress(|response| println!("  {:?}", response.status))
        .cancel_on_drop(true)
        .await?;
    println!("{}", done.text());

    // A stream of a response in the background survives broken connections by itself.
    let request = client.respond(&deployment).user("Count to ten.").background(true);
    let mut stream = request.stream().await?;
    let mut text = String::new();
    for _ in 0..8 {
        if let Some(event) = stream.try_next().await? {
            text.push_str(event.text());
        }
    }
    let (id, after) = (stream.so_far().id.clone(), stream.sequence_number());
    drop(stream);
    println!("\nleft {id} after event {after:?}: {text:?}");

    // In another process, it goes on from there.
    let mut rest = client.responses().resume(&id, after).await?;
    while let Some(event) = rest.try_next().await? {
        text.push_str(event.text());
    }
    println!("resumed to the end: {text:?}");

    let queued = client.respond(&deployment).user("Never mind.").background(true).send().await?;
    let cancelled = client.responses().cancel(&queued.id).await?;
    println!("\ncancelled: {:?}", cancelled.status);
    Ok(())
}
