//! Answers made of documents of yours, with citations: Azure AI Search here; Cosmos DB,
//! Elasticsearch, MongoDB and Pinecone are told in the same way.
//!
//! With a service, set `AZURE_AI_SEARCH_ENDPOINT` and `AZURE_AI_SEARCH_INDEX`; the resource's own
//! identity must be allowed to read the index.

mod offline;

use openai_azure::chat::{DataSource, FieldsMapping, QueryType, SourceAuth};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    // Deprecated by the service, and not part of v1.
    let client = builder.api_version("2024-10-21").build()?;
    let deployment = offline::deployment("gpt-5.6-terra");
    let setting = |name: &str, default: &str| std::env::var(name).unwrap_or(default.to_owned());

    let manuals = DataSource::azure_search(
        setting("AZURE_AI_SEARCH_ENDPOINT", "https://example.search.windows.net"),
        setting("AZURE_AI_SEARCH_INDEX", "manuals"),
        SourceAuth::system_assigned_identity(),
    )
    .query_type(QueryType::Simple)
    .fields_mapping(FieldsMapping::new().title_field("title").content_fields(["content"]))
    .strictness(3)
    .top_n_documents(5)
    .in_scope(true);

    let question = "When does the office open?";
    println!("\n{question}");
    let chat = client.chat(&deployment).user(question).data_source(manuals.clone());
    let answer = chat.send().await?;
    println!("  {}", answer.text());
    if let Some(context) = answer.context() {
        println!("  searched for {:?}", context.search_queries());
        for (number, citation) in (1..).zip(&context.citations) {
            let title = citation.title.as_deref().unwrap_or("untitled");
            println!("  [doc{number}] {title}: {}", citation.url.as_deref().unwrap_or("-"));
        }
    }

    println!("\nThe same as a stream");
    let chat = client.chat(&deployment).user(question).data_source(manuals);
    let answer = chat.stream().await?.finish().await?;
    let citations = answer.context().map_or(0, |context| context.citations.len());
    println!("  {}\n  {citations} citation", answer.text());
    Ok(())
}
