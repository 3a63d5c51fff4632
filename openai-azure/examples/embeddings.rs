//! Texts into vectors, and which of them mean nearly the same.

mod offline;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("text-embedding-3-large");

    let words = ["red", "crimson", "Tuesday"];
    let answer = client.embed(deployment).input(words).dimensions(256).send().await?;
    println!(
        "\n{} tokens, vectors of {} numbers",
        answer.usage.total_tokens,
        answer.data[0].embedding.len()
    );

    let vectors: Vec<&[f32]> = answer.vectors().collect();
    for (word, vector) in words.iter().zip(&vectors) {
        println!("{word:<8} is like {}: {:.3}", words[0], cosine(vectors[0], vector));
    }
    Ok(())
}

/// How alike two directions are: 1 for the same, 0 for nothing in common.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}
