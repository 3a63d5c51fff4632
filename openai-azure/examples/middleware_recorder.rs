//! A recorder for tests as middleware: the first run records what the service answers, later runs
//! replay it without any network.

mod offline;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use openai_azure::error::ConfigError;
use openai_azure::middleware::{AttemptRequest, AttemptResponse, BoxFuture, Middleware, Next};
use openai_azure::{Client, Error};
use serde::{Deserialize, Serialize};

/// One request and its response. There are no headers of the request, and no host.
#[derive(Clone, Serialize, Deserialize)]
struct Exchange {
    method: String,
    path: String,
    request: String,
    status: u16,
    content_type: String,
    response: String,
}

/// Records into a file, or replays it if it is there.
struct Recorder {
    path: PathBuf,
    replays: bool,
    exchanges: Mutex<Vec<Exchange>>,
}

impl Recorder {
    fn open(path: &Path) -> std::io::Result<Self> {
        let replays = path.exists();
        let exchanges =
            if replays { serde_json::from_slice(&std::fs::read(path)?)? } else { Vec::new() };
        Ok(Self { path: path.to_owned(), replays, exchanges: Mutex::new(exchanges) })
    }

    /// Takes the first recorded exchange of the same request.
    fn take(&self, sought: &Exchange) -> Option<Exchange> {
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        let key = |it: &Exchange| (it.method.clone(), it.path.clone(), it.request.clone());
        let at = exchanges.iter().position(|exchange| key(exchange) == key(sought))?;
        Some(exchanges.remove(at))
    }

    fn keep(&self, exchange: Exchange) -> Result<(), ConfigError> {
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        exchanges.push(exchange);
        let text = serde_json::to_string_pretty(&*exchanges).unwrap_or_default();
        std::fs::write(&self.path, text).map_err(|e| ConfigError::new(format!("recording: {e}")))
    }
}

impl Middleware for Recorder {
    fn handle<'a>(
        &'a self,
        request: AttemptRequest<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<AttemptResponse, Error>> {
        Box::pin(async move {
            let mut exchange = Exchange {
                method: request.method().to_string(),
                path: request.url()[url::Position::BeforePath..].to_owned(),
                request: String::from_utf8_lossy(request.body().unwrap_or_default()).into(),
                status: 0,
                content_type: String::new(),
                response: String::new(),
            };
            if self.replays {
                let missing = || ConfigError::new("this request was not recorded");
                let found = self.take(&exchange).ok_or_else(missing)?;
                let response = AttemptResponse::new(found.status, found.response);
                return response.header("content-type", found.content_type);
            }
            let mut response = next.run(request).await?;
            let kind = response.headers().get("content-type").and_then(|it| it.to_str().ok());
            exchange.content_type = kind.unwrap_or_default().to_owned();
            exchange.status = response.status();
            exchange.response = String::from_utf8_lossy(&response.bytes().await?).into();
            self.keep(exchange)?;
            Ok(response)
        })
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::temp_dir().join(format!("recording-{}.json", std::process::id()));
    let (builder, emulator) = offline::service().await?;
    let recorded = conversation(&builder.middleware(Recorder::open(&path)?).build()?).await?;
    println!("recorded: {recorded:?}");

    // Nothing listens there: every response comes from the file.
    drop(emulator);
    let builder = Client::builder().endpoint("http://127.0.0.1:9").api_key("none");
    let offline = builder.middleware(Recorder::open(&path)?).build()?;
    let replayed = conversation(&offline).await?;
    println!("replayed: {replayed:?}");
    assert_eq!(recorded, replayed);

    std::fs::remove_file(path)?;
    match offline.chat("gpt-5.6-luna").user("Something else").send().await {
        Err(error @ Error::Config(_)) => println!("what was not recorded is refused: {error}"),
        other => return Err(format!("not refused: {other:?}").into()),
    }
    Ok(())
}

/// What a test would do: one call, and one stream.
async fn conversation(client: &Client) -> Result<[String; 2], Error> {
    let deployment = offline::deployment("gpt-5.6-luna");
    let answer = client.chat(&deployment).user("What is the capital of France?").send().await?;
    let mut stream = client.chat(&deployment).user("Count to three.").stream().await?;
    let mut streamed = String::new();
    while let Some(chunk) = stream.try_next().await? {
        streamed.push_str(chunk.text());
    }
    Ok([answer.text().to_owned(), streamed])
}
