//! Tools of a server that speaks the Model Context Protocol, with approvals.

mod offline;

use openai_azure::responses::{Item, ResponseTool};
use openai_azure::tools::{Approval, Tools};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let docs = ResponseTool::mcp("docs", "https://learn.microsoft.com/api/mcp");
    let request = client.respond(&deployment).tool(docs.require_approval("always"));
    let request = request.user("[mcp] What is new in Azure?");

    let run = request.run_tools(Tools::new()).on_approval(|call| async move {
        println!("{} of {} with {}?", call.name, call.server_label, call.arguments);
        if call.name.starts_with("delete") {
            Approval::deny("nothing may be deleted")
        } else {
            Approval::Approve
        }
    });
    let run = run.send().await?;

    for item in &run.history {
        match item {
            Item::McpListTools(list) => {
                println!("{} has {} tools", list.server_label, list.tools.len())
            }
            Item::McpCall(call) => println!("{} returned {:?}", call.name, call.output),
            _ => {}
        }
    }
    println!("{}", run.text());
    Ok(())
}
