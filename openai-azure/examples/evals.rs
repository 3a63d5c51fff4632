//! Evals: items are graded by criteria, in a run that goes on at the service.
//!
//! Through the generated types of `v1`: `cargo run --example evals --features v1`

mod offline;

use std::time::Duration;

use openai_azure::Endpoint;
use openai_azure::sys::v1::{Client, types};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut builder, emulator) = offline::service().await?;
    if let Some(emulator) = &emulator {
        builder = builder.endpoint(Endpoint::v1(emulator.endpoint())?);
    }
    let client = builder.build()?;

    // Large requests are easily written as JSON: what does not fit the type is an error here.
    let request: types::AzureCreateEvalRequest = serde_json::from_value(json!({
        "statusCode": 201,
        "name": "capitals",
        "data_source_config": {
            "type": "custom",
            "item_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
            "include_sample_schema": true,
        },
        "testing_criteria": [{
            "type": "string_check", "name": "same city", "operation": "eq",
            "input": "{{sample.output_text}}", "reference": "{{item.city}}",
        }],
    }))?;
    let request = &request;
    let eval = client.call(|api: Client| async move { api.evals_create(request).await }).await?;
    println!("\nEval {} ({})", eval.id, eval.name);

    let run: types::CreateEvalRunRequest = serde_json::from_value(json!({
        "name": "first run",
        "data_source": {"type": "jsonl", "source": {"type": "file_content", "content": [
            {"item": {"city": "Oslo"}, "sample": {"output_text": "Oslo"}},
            {"item": {"city": "Lima"}, "sample": {"output_text": "Cusco"}},
        ]}},
    }))?;
    let (id, run) = (eval.id.as_str(), &run);
    let run =
        client.call(|api: Client| async move { api.evals_runs_create(id, run).await }).await?;
    let run_id = run.id.as_str();
    loop {
        let run =
            client.call(|api: Client| async move { api.evals_runs_get(id, run_id).await }).await?;
        println!("  {}: {} passed", run.status, run.result_counts.passed);
        if !matches!(run.status.as_str(), "queued" | "in_progress") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(if emulator.is_some() { 10 } else { 5_000 }))
            .await;
    }
    client.call(|api: Client| async move { api.evals_delete(id).await }).await?;
    Ok(())
}
