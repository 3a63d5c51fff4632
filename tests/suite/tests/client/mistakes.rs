//! The likeliest mistakes: what the user does, and what the text of the error must say.
//!
//! `cargo test -p openai-azure-tests --test client mistakes -- --nocapture` prints the table.

use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::{AccessToken, TokenCredential, TokenRequestOptions};
use openai_azure::batches::BatchLine;
use openai_azure::blocking::Wait;
use openai_azure::chat::{JsonSchema, Message, Part, Tool};
use openai_azure::responses::ContentPart;
use openai_azure::tools::Tools;
use openai_azure::{
    CallOptions, Client, ClientBuilder, Credential, Endpoint, Error, RetryPolicy, Upload,
};
use openai_azure_tests::planted;
use openai_azure_tests::wire::{Step, Wire, chat_event, json, stream_head};
use serde_json::json as object;

/// A mistake, the text of its error, and whether the service was asked.
struct Row {
    mistake: &'static str,
    text: String,
    sent: usize,
}

#[derive(Default)]
struct Table {
    rows: Vec<Row>,
    faults: Vec<String>,
}

impl Table {
    /// Adds a mistake whose error has all these words, and no others of `without`.
    fn add(&mut self, mistake: &'static str, error: Error, sent: usize, words: &[&str]) {
        let text = told(&error);
        for word in words.iter().filter(|word| !text.contains(**word)) {
            self.faults.push(format!("{mistake}: no {word:?} in: {text}"));
        }
        // What `fn main() -> Result<(), Error>` prints says at least as much.
        let debug = format!("{error:?}");
        for word in words.iter().filter(|word| !unescaped(&debug).contains(**word)) {
            self.faults.push(format!("{mistake}: no {word:?} in Debug: {debug}"));
        }
        if text.contains('\n') {
            self.faults.push(format!("{mistake}: more than one line: {text}"));
        }
        self.rows.push(Row { mistake, text, sent });
    }

    /// A mistake that is found before anything is sent.
    fn local(&mut self, mistake: &'static str, error: Error, words: &[&str]) {
        if !matches!(error, Error::Config(_) | Error::Auth(_)) {
            self.faults.push(format!("{mistake}: {error:?} is no mistake of the caller"));
        }
        self.add(mistake, error, 0, words);
    }
}

/// The error and its causes in one line, as most programs print them.
fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

fn unescaped(debug: &str) -> String {
    debug.replace("\\\"", "\"").replace("\\\\", "\\")
}

fn builder() -> ClientBuilder {
    planted::builder().endpoint("https://r.openai.azure.com").api_key(planted::KEY)
}

fn endpoint(url: &str) -> Error {
    planted::builder().endpoint(url).api_key("k").build().unwrap_err()
}

fn client(wire: &Wire) -> Client {
    let options = CallOptions::new().retry(RetryPolicy::none());
    let builder = planted::builder().endpoint(wire.endpoint()).api_key(planted::KEY);
    builder.options(options).build().unwrap()
}

fn dated(wire: &Wire, version: &str) -> Client {
    let endpoint = Endpoint::dated(&wire.endpoint()).unwrap();
    let builder = planted::builder().endpoint(endpoint).api_key(planted::KEY);
    builder.api_version(version).retry(RetryPolicy::none()).build().unwrap()
}

/// A service that answers everything so, and a client of it.
async fn answering(status: u16, headers: &str, body: &str) -> (Wire, Client) {
    let wire = Wire::always(vec![json(status, headers, body)]).await;
    let client = client(&wire);
    (wire, client)
}

/// A token that has expired by the clock of this machine when it arrives.
#[derive(Debug)]
struct Expired;

#[async_trait::async_trait]
impl TokenCredential for Expired {
    async fn get_token(
        &self,
        _scopes: &[&str],
        _options: Option<TokenRequestOptions<'_>>,
    ) -> azure_core::Result<AccessToken> {
        let end = azure_core::time::OffsetDateTime::now_utc() - Duration::from_secs(3600);
        Ok(AccessToken::new("token", end))
    }
}

fn of_endpoints(table: &mut Table) {
    let none = planted::builder().api_key("k").build().unwrap_err();
    table.local("sets no endpoint", none, &["AZURE_OPENAI_ENDPOINT", "NAME.openai.azure.com"]);
    for (mistake, url, words) in [
        ("leaves `https://` out of the endpoint", "r.openai.azure.com", &["add https://"][..]),
        ("writes `http://`", "http://r.openai.azure.com", &["must be https"]),
        (
            "leaves the placeholder of the docs in",
            "https://<name>.openai.azure.com",
            &["placeholder"],
        ),
        ("leaves the quotes of a .env file in", "\"https://r.openai.azure.com\"", &["quotes"]),
        (
            "uses the endpoint of OpenAI itself",
            "https://api.openai.com/v1",
            &["Azure OpenAI resource"],
        ),
        ("pastes the URL of the portal", "https://portal.azure.com/x", &["is a portal"]),
        ("puts a password into the endpoint", "https://me:pw@r.openai.azure.com", &["password"]),
        ("adds a query to the endpoint", "https://r.openai.azure.com?key=k", &["query"]),
        ("pastes the link to a section", "https://r.openai.azure.com/#keys", &["fragment"]),
    ] {
        table.local(mistake, endpoint(url), words);
    }
    let v1 = builder().endpoint("https://r.openai.azure.com/openai/v1").api_version("2024-10-21");
    let words = ["v1 form", "2024-10-21", "leave the api-version out"];
    table.local("sets a date on a v1 endpoint", v1.build().unwrap_err(), &words);
    let date = Endpoint::dated("https://r.openai.azure.com").unwrap();
    let date = builder().endpoint(date).api_version("v1").build().unwrap_err();
    table.local("sets `v1` on a dated endpoint", date, &["dated form", "Endpoint::v1"]);
}

async fn of_credentials(table: &mut Table) {
    let near = || planted::builder().endpoint("https://r.openai.azure.com");
    let none = near().build().unwrap_err();
    let words = ["AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN", "Entra ID"];
    table.local("sets no credential", none, &words);
    let empty = near().api_key("").build().unwrap_err();
    table.local("sets an empty key", empty, &["key is empty"]);
    let broken = near().api_key("two\nlines").build().unwrap_err();
    table.local("sets a key with a line end in it", broken, &["line end"]);
    let both = builder().credential(Credential::token("t")).build().unwrap_err();
    table.local("sets a key and a token", both, &["either a key or a token"]);
    let body = r#"{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}}"#;
    let (wire, client) = answering(401, "", body).await;
    let wrong = client.chat("d").user("?").send().await.unwrap_err();
    let words = ["401", "check the key", "belongs to this endpoint"];
    table.add("uses the key of another resource", wrong, wire.requests().len(), &words);
    let body = r#"{"error":{"code":"PermissionDenied","message":"The principal lacks the required data action"}}"#;
    let (wire, client) = answering(403, "", body).await;
    let denied = client.chat("d").user("?").send().await.unwrap_err();
    let words = ["Cognitive Services OpenAI User", "network rules"];
    table.add("has no role on the resource", denied, wire.requests().len(), &words);
    let credential: Arc<dyn TokenCredential> = Arc::new(Expired);
    let late = near().credential(credential).retry(RetryPolicy::none()).build().unwrap();
    let late = late.chat("d").user("?").send().await.unwrap_err();
    table.local("has a clock that is wrong", late, &["expired", "clock of this machine"]);
}

async fn of_names(table: &mut Table) {
    let wire = Wire::always(vec![json(200, "", "{}")]).await;
    let client = client(&wire);
    let none = client.chat("").user("?").send().await.unwrap_err();
    table.local("names no deployment", none, &["no deployment", "AZURE_OPENAI_DEPLOYMENT"]);
    let dots = client.chat("..").user("?").send().await.unwrap_err();
    table.local("names a deployment `..`", dots, &["cannot be called"]);
    let tool = Tool::function("get weather", "Weather.", object!({"type": "object"}));
    let spaces = client.chat("d").user("?").tool(tool).send().await.unwrap_err();
    table.local("names a tool with a space", spaces, &["\"get weather\"", "no spaces"]);
    let tools = || Tools::new().tool("get weather", "W.", async |()| Ok::<_, String>(1));
    let spaces = client.respond("d").user("?").run_tools(tools()).send().await.unwrap_err();
    table.local("names a function of a run so", spaces, &["\"get weather\"", "no spaces"]);
    let one = || async |()| Ok::<_, String>(1);
    let twice = Tools::new().tool("now", "N.", one()).tool("now", "N.", one());
    let twice = client.chat("d").user("?").run_tools(twice).send().await.unwrap_err();
    table.local("adds two tools of one name", twice, &["two tools are called \"now\""]);
    let schema = JsonSchema::new("my schema", object!({"type": "object"}));
    let named = client.chat("d").user("?").response_format(schema).send().await.unwrap_err();
    table.local("names a schema with a space", named, &["\"my schema\"", "no spaces"]);
    assert!(wire.requests().is_empty(), "{:?}", wire.requests());
    let body = r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#;
    let (wire, client) = answering(404, "", body).await;
    let model = client.chat("gpt-5.6-terra").user("?").send().await.unwrap_err();
    let words = ["no deployment is called `gpt-5.6-terra`", "not the model's"];
    table.add("names the model, not the deployment", model, wire.requests().len(), &words);
}

async fn of_versions(table: &mut Table) {
    let wire = Wire::always(vec![json(
        404,
        "",
        r#"{"error":{"code":"404","message":"Resource not found"}}"#,
    )])
    .await;
    let unknown = dated(&wire, "2024-13-01").chat("d").user("?").send().await.unwrap_err();
    let words = ["2024-13-01 was sent", "knows no api-version 2024-13-01", "deployment `d`"];
    table.add("mistypes the api-version", unknown, 1, &words);
    let body = r#"{"error":{"code":"BadRequest","message":"API version not supported"}}"#;
    let old = Wire::always(vec![json(400, "", body)]).await;
    let old = dated(&old, "2022-12-01").chat("d").user("?").send().await.unwrap_err();
    let words = ["2022-12-01 was sent", "set another with `api_version`"];
    table.add("uses an api-version that was retired", old, 1, &words);
    let sent = wire.requests().len();
    let lacks = dated(&wire, "2024-10-21").respond("d").user("?").send().await.unwrap_err();
    let words = ["2024-10-21 has no responses_create", "2025-03-01-preview"];
    table.local("asks a version for what it lacks", lacks, &words);
    let other = CallOptions::new().api_version("2024-10-21");
    let other = client(&wire).chat("d").user("?").options(other).send().await.unwrap_err();
    table.local("mixes v1 and a date in one call", other, &["another client", "2024-10-21"]);
    let hooks = dated(&wire, "2024-10-21").webhook_endpoints().delete("w").await.unwrap_err();
    table.local("wants webhooks of a dated endpoint", hooks, &["v1 API only", "Endpoint::v1"]);
    assert_eq!(wire.requests().len(), sent);
}

async fn of_empty_lists(table: &mut Table) {
    let wire = Wire::always(vec![json(200, "", "{}")]).await;
    let client = client(&wire);
    let chat = client.chat("d").send().await.unwrap_err();
    table.local("sends a chat without messages", chat, &["at least one message"]);
    let parts = client.chat("d").message(Message::user([])).send().await.unwrap_err();
    table.local("sends a message without parts", parts, &["empty list of parts"]);
    let input = client.respond("d").send().await.unwrap_err();
    table.local("sends a response without input", input, &["at least one item of input"]);
    let nothing = client.embed("d").send().await.unwrap_err();
    table.local("embeds nothing", nothing, &["at least one input"]);
    let empty = client.embed("d").input(["red", ""]).send().await.unwrap_err();
    table.local("embeds an empty text", empty, &["input 1 is empty"]);
    let many = client.embed("d").input(vec!["x".to_owned(); 3000]).send().await.unwrap_err();
    table.local("embeds too many texts at once", many, &["3000 inputs", "bulk_of"]);
    let image = client.generate_image("d", "").send().await.unwrap_err();
    table.local("generates an image of nothing", image, &["prompt", "empty"]);
    let speech = client.speak("d", "").send().await.unwrap_err();
    table.local("speaks nothing", speech, &["empty"]);
    let batches = client.batches();
    let none = batches.run(Vec::new()).await.unwrap_err();
    table.local("runs a batch without lines", none, &["at least one line"]);
    let line = |id: &str, deployment: &str| BatchLine::chat(id, &client.chat(deployment).user("?"));
    let mixed = batches.run([line("a", "d"), line("b", "other")]).await.unwrap_err();
    table.local("mixes deployments in a batch", mixed, &["\"other\"", "one deployment"]);
    let twice = batches.run([line("a", "d"), line("a", "d")]).await.unwrap_err();
    table.local("gives two lines one ID", twice, &["two lines have the custom_id \"a\""]);
    assert!(wire.requests().is_empty(), "{:?}", wire.requests());
}

async fn of_files(table: &mut Table) {
    let wire = Wire::always(vec![json(200, "", "{}")]).await;
    let client = client(&wire);
    let local = client.chat("d").user([Part::image_url("images/cat.png")]).send().await;
    let words = ["\"images/cat.png\" is not the URL", "Part::image_file"];
    table.local("gives a path as the URL of an image", local.unwrap_err(), &words);
    let local = client.respond("d").user([ContentPart::image_url("C:\\cat.png")]).send().await;
    let words = ["is not the URL", "ContentPart::image_file"];
    table.local("the same in a response", local.unwrap_err(), &words);
    let missing = Part::image_file("no/such/cat.png").await.unwrap_err();
    table.local("names an image that is not there", missing, &["no/such/cat.png cannot be read"]);
    let pdf = Part::image(b"%PDF-1.7").unwrap_err();
    table.local("sends a PDF as an image", pdf, &["PNG, JPEG, GIF nor WebP"]);
    let talk = client.transcribe("d", Upload::path("no/such/talk.mp3")).send().await.unwrap_err();
    table.local("names audio that is not there", talk, &["no/such/talk.mp3 cannot be read"]);
    let folder = client.files().upload(Upload::path("."), "batch").send().await.unwrap_err();
    table.local("uploads a folder", folder, &["cannot be read", "folder"]);
    let empty = Upload::bytes("a.jsonl", "");
    let empty = client.files().upload(empty, "batch").send().await.unwrap_err();
    table.local("uploads an empty file", empty, &["a.jsonl is empty"]);
    let saved = client.speak("d", "Hi").save("no/such/folder/hi.mp3").await.unwrap_err();
    table.local("saves into a folder that is not there", saved, &["cannot be written"]);
    assert!(wire.requests().is_empty(), "{:?}", wire.requests());

    let body = r#"{"error":{"code":null,"type":"invalid_request_error","message":"There is no such object."}}"#;
    let (wire, client) = answering(404, "", body).await;
    let file = client.files().get("file-1").await.unwrap_err();
    let words = ["no file has the ID `file-1`", "the resource that made it"];
    table.add("asks for a file of another resource", file, 1, &words);
    let batch = client.batches().get("batch_1").await.unwrap_err();
    table.add("asks for a batch that is gone", batch, 1, &["no batch has the ID `batch_1`"]);
    let response = client.responses().get("resp_1").await.unwrap_err();
    let words = ["no response has the ID `resp_1`", "expired or was deleted"];
    table.add("asks for a response that has expired", response, 1, &words);
    assert_eq!(wire.requests().len(), 3);
}

async fn of_settings(table: &mut Table) {
    let wire = Wire::always(vec![json(200, "", "{}")]).await;
    let client = client(&wire);
    let hot = client.chat("d").user("?").temperature(3.0).send().await.unwrap_err();
    table.local("sets a temperature of 3", hot, &["temperature is 3", "0 to 2"]);
    let both = client.respond("d").user("?").previous_response_id("resp_1").conversation("conv_1");
    let both = both.send().await.unwrap_err();
    table.local("continues a response and a conversation", both, &["exclude each other"]);
    let background = client.respond("d").user("?").background(true).store(false);
    let background = background.send().await.unwrap_err();
    table.local("stores no response in the background", background, &["`background`", "stored"]);
    let header = client.chat("d").user("?").header("no name", "v").send().await.unwrap_err();
    table.local("sets a header with a space", header, &["\"no name\" is not the name of a header"]);
    let length = client.chat("d").user("?").header("content-length", "7").send().await;
    table.local("sets the length of the body", length.unwrap_err(), &["set by the body"]);
    let tool = Tool::function("mine", "M.", object!({"type": "object"}));
    let run = client.chat("d").user("?").tool(tool).run_tools(Tools::new()).send().await;
    table.local(
        "runs a tool that has no function",
        run.unwrap_err(),
        &["\"mine\" that nobody runs"],
    );
    assert!(wire.requests().is_empty(), "{:?}", wire.requests());
    for (mistake, param, word) in [
        ("sets `max_tokens` for a reasoning model", "max_tokens", "max_completion_tokens"),
        ("sets `temperature` for a reasoning model", "temperature", "leave `temperature` out"),
    ] {
        let body = object!({"error": {"code": "unsupported_parameter", "param": param,
            "message": "Unsupported parameter."}});
        let (_wire, client) = answering(400, "", &body.to_string()).await;
        let error = client.chat("d").user("?").send().await.unwrap_err();
        table.add(mistake, error, 1, &[word]);
    }
}

async fn of_the_network(table: &mut Table) {
    let gone = Wire::always(vec![]).await.endpoint();
    let nobody = planted::builder().endpoint(gone.as_str()).api_key(planted::KEY);
    let nobody = nobody.retry(RetryPolicy::none()).build().unwrap();
    let nobody = nobody.chat("d").user("?").send().await.unwrap_err();
    let words = ["could not connect", "the endpoint, the network and the proxy"];
    table.add("calls a host where nobody listens", nobody, 0, &words);
    let through = builder()
        .retry(RetryPolicy::none())
        .http(move |http| http.proxy(reqwest::Proxy::all(gone.as_str()).expect("a proxy")));
    let through = through.build().unwrap().chat("d").user("?").send().await.unwrap_err();
    table.add("sets a proxy that is down", through, 0, &["could not connect", "the proxy"]);
    let page = "<html><title>Sign in</title></html>";
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n{page}",
        page.len()
    );
    let wire = Wire::always(vec![Step::Write(head.into_bytes())]).await;
    let login = client(&wire).chat("d").user("?").send().await.unwrap_err();
    table.add("is answered by a login page", login, 1, &["200", "not what the operation returns"]);
    let (_wire, client) = answering(307, "location: https://new.example/x\r\n", "").await;
    let moved = client.chat("d").user("?").send().await.unwrap_err();
    let words = ["https://new.example/x", "set the endpoint to the final address"];
    table.add("uses an address that has moved", moved, 1, &words);
    let wire = Wire::always(vec![Step::Hold]).await;
    let slow = self::client(&wire).chat("d").user("?").timeout(Duration::from_millis(50));
    let slow = slow.send().await.unwrap_err();
    table.add("sets a timeout that is too short", slow, 1, &["50ms", "/chat/completions"]);
    let wire = Wire::always(vec![json(429, "retry-after: 86400\r\n", "{}")]).await;
    let retrying = planted::builder().endpoint(wire.endpoint()).api_key(planted::KEY);
    let quota = retrying.build().unwrap().chat("d").user("?").send().await.unwrap_err();
    let words = ["429", "86400s", "longer than the retry policy's ceiling"];
    table.add("has used up the quota of the day", quota, 1, &words);
    let wire = Wire::always(vec![stream_head(), chat_event("Once"), Step::Close]).await;
    let mut cut = self::client(&wire).chat("d").user("?").stream().await.unwrap();
    let cut = cut.finish().await.unwrap_err();
    table.add("reads a stream through a proxy that cuts it", cut, 1, &["no finish reason"]);
}

async fn of_waiting(table: &mut Table) {
    let client = builder().build().unwrap();
    let waited = client.chat("d").user("?").send().wait().unwrap_err();
    table.local("waits inside of async code", waited, &["`.await`", "spawn_blocking"]);
}

/// A request that is made and never sent is a warning of the compiler, whose text stands at the
/// type.
fn builders_say_that_nothing_is_sent(table: &mut Table) {
    for (file, builder) in [
        ("chat/mod.rs", "ChatRequest"),
        ("responses/mod.rs", "ResponseRequest"),
        ("embeddings/mod.rs", "EmbeddingRequest"),
        ("images/mod.rs", "ImageRequest"),
        ("batches/create.rs", "BatchRequest"),
        ("responses/wait.rs", "ResponseWait"),
    ] {
        let path = format!("{}/../../openai-azure/src/{file}", env!("CARGO_MANIFEST_DIR"));
        let source = std::fs::read_to_string(path).unwrap();
        let place = source.find(&format!("pub struct {builder} ")).expect(builder);
        let before = &source[..place];
        let text = before.rfind("#[must_use = \"nothing is ").map(|at| &before[at..]);
        // Between the two there are only other attributes.
        if text.is_none_or(|text| text.lines().count() > 3) {
            table.faults.push(format!("{builder} does not say that nothing is sent"));
        }
    }
    let mistake = "makes a request and does not send it";
    let text = "unused `ChatRequest` that must be used: nothing is sent before `send` or `stream` \
                (a warning of the compiler)";
    table.rows.push(Row { mistake, text: text.to_owned(), sent: 0 });
}

#[tokio::test]
async fn each_mistake_is_told_with_what_to_do() {
    let mut table = Table::default();
    of_endpoints(&mut table);
    of_credentials(&mut table).await;
    of_names(&mut table).await;
    of_versions(&mut table).await;
    of_empty_lists(&mut table).await;
    of_files(&mut table).await;
    of_settings(&mut table).await;
    of_the_network(&mut table).await;
    of_waiting(&mut table).await;
    builders_say_that_nothing_is_sent(&mut table);
    println!("| | the user … | sent | the text |\n|---|---|---|---|");
    for (at, Row { mistake, text, sent }) in table.rows.iter().enumerate() {
        let text = text.replace('|', "\\|");
        println!("| {} | {mistake} | {} | {text} |", at + 1, if *sent > 0 { "yes" } else { "no" });
    }
    assert!(table.faults.is_empty(), "{}", table.faults.join("\n"));
    assert!(table.rows.len() >= 50, "{}", table.rows.len());
}
