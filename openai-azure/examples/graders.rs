//! Graders: how a response is scored in reinforcement fine-tuning and evals, tried on a sample.
//!
//! Through the generated types of `v1`: `cargo run --example graders --features v1`

mod offline;

use openai_azure::Endpoint;
use openai_azure::sys::v1::{Client, types};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut builder, emulator) = offline::service().await?;
    if let Some(emulator) = &emulator {
        builder = builder.endpoint(Endpoint::v1(emulator.endpoint())?);
    }
    let client = builder.build()?;

    let same = types::GraderStringCheck::new(
        "same city",
        "{{sample.output_text}}",
        "{{item.city}}",
        types::GraderStringCheckOperation::Ilike,
    );
    let similar = types::GraderTextSimilarity::new(
        "similar text",
        "{{sample.output_text}}",
        "{{item.city}} is the capital",
        types::GraderTextSimilarityEvaluationMetric::Rouge1,
    );
    println!();
    for grader in [types::RunGraderRequestGrader::from(same), similar.into()] {
        let mut request = types::RunGraderRequest::new(grader, "Oslo is the capital of Norway");
        request.item = Some(serde_json::from_value(serde_json::json!({"city": "Oslo"}))?);
        let request = &request;
        let graded = client
            .call(|api: Client| async move { api.fine_tuning_alpha_graders_run(request).await })
            .await?;
        println!("{}: {:.2}", graded.metadata.name, graded.reward);
    }
    Ok(())
}
