//! Ten thousand texts into vectors, several requests at a time, in order.

mod offline;

use indicatif::ProgressBar;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("text-embedding-3-large");

    let lines = (0..10_000).map(|number| format!("Line {number} of a long book."));
    // Visible when stderr is a terminal.
    let bar = ProgressBar::new(0);
    let shown = bar.clone();
    let mut bulk =
        client.embed(deployment).dimensions(64).bulk_of(lines).concurrency(2).on_progress(
            move |so_far| {
                shown.set_length(so_far.total.unwrap_or(so_far.vectors));
                shown.set_position(so_far.vectors);
            },
        );

    let mut longest = 0.0_f32;
    while let Some(vector) = bulk.try_next().await? {
        longest = vector.iter().fold(longest, |longest, number| longest.max(number.abs()));
    }
    bar.finish_and_clear();
    let tokens = bulk.progress().tokens;
    println!("\n{} texts of {tokens} tokens are done", bulk.done());
    println!("No number is larger than {longest:.3}");
    Ok(())
}
