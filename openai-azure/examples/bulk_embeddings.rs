//! Ten thousand texts into vectors, several requests at a time, in order.

mod offline;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("text-embedding-3-large");

    let lines = (0..10_000).map(|number| format!("Line {number} of a long book."));
    let mut bulk = client
        .embed(deployment)
        .dimensions(64)
        .bulk_of(lines)
        .concurrency(2)
        .on_progress(|so_far| println!("{} vectors, {} tokens", so_far.vectors, so_far.tokens));

    let mut longest = 0.0_f32;
    while let Some(vector) = bulk.try_next().await? {
        longest = vector.iter().fold(longest, |longest, number| longest.max(number.abs()));
    }
    println!("\n{} texts are done; no number is larger than {longest:.3}", bulk.done());
    Ok(())
}
