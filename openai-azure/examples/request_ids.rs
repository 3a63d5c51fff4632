//! The ids to give to support, on answers, on streams and on errors.

mod offline;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, _emulator) = offline::service().await?;
    let client = builder.build()?;
    let deployment = offline::deployment("gpt-5.6-terra");

    let answer = client.chat(&deployment).user("Say hello.").send().await?;
    let ids = answer.request_ids();
    println!("x-request-id           {}", ids.request_id().unwrap_or("-"));
    println!("apim-request-id        {}", ids.apim_request_id().unwrap_or("-"));
    println!("x-ms-client-request-id {}", ids.client_request_id().unwrap_or("-"));
    println!("region                 {}", ids.region().unwrap_or("-"));
    let requests = answer.rate_limit().requests();
    println!("requests left          {:?} of {:?}", requests.remaining(), requests.limit());

    let stream = client.chat(&deployment).user("Say hello.").stream().await?;
    println!("of a stream            {}", stream.request_id().unwrap_or("-"));

    if let Err(e) = client.chat("no-such-deployment").user("Say hello.").send().await {
        let id = e.request_ids().and_then(|ids| ids.request_id());
        println!("of an error            {}", id.unwrap_or("-"));
    }
    Ok(())
}
