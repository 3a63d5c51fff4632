//! The main job in one file: a chat, a stream, filter results, usage, request ids and an error.
//!
//! With `AZURE_OPENAI_ENDPOINT` set it talks to that service, with `AZURE_OPENAI_API_KEY` or
//! `AZURE_OPENAI_AD_TOKEN`, and to the deployment `AZURE_OPENAI_DEPLOYMENT` (default `gpt-5.6-terra`).
//! Without it, it starts the emulator inside this process.

mod offline;

use std::io::Write as _;

use openai_azure::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let question = "Why is the sky blue?";
    let answer = client.chat(&deployment).system("Be brief.").user(question).send().await?;
    println!("\n{question}\n  {}", answer.text());

    println!("\nWhat the content filter found in the answer");
    for choice in &answer.choices {
        for (category, verdict) in choice.content_filter_results.iter() {
            let severity = verdict.severity.as_ref().map_or("-", |severity| severity.as_str());
            println!("  {category:<10} blocked: {}, severity: {severity}", verdict.filtered);
        }
    }
    if let Some(usage) = &answer.usage {
        let (prompt, completion) = (usage.prompt_tokens, usage.completion_tokens);
        println!("\nTokens: {prompt} in the prompt, {completion} in the answer");
    }
    println!("Request id: {}", answer.request_id().unwrap_or("none"));

    print!("\nCount to ten.\n  ");
    let mut stream = client.chat(&deployment).user("Count to ten.").stream().await?;
    while let Some(chunk) = stream.try_next().await? {
        print!("{}", chunk.text());
        std::io::stdout().flush()?;
    }
    println!();

    println!("\nA deployment that does not exist");
    match client.chat("no-such-deployment").user("Hello?").send().await {
        Err(Error::Api(e)) if e.code() == Some("DeploymentNotFound") => println!("  {e}"),
        Err(other) => return Err(other.into()),
        Ok(_) => println!("  it exists after all"),
    }
    Ok(())
}
