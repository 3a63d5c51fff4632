//! Files and batches: real traffic, the emulator, and a batch from beginning to end.

use std::time::Duration;

use futures_util::stream;
use openai_azure::batches::{BatchInput, BatchStatus};
use openai_azure::files::FilePurpose;
use openai_azure::{Client, Error, ErrorKind, Polling, Upload};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::exchange;
use openai_azure_tests::planted;
use openai_azure_tests::replay::{Cut, replay};
use serde_json::{Value, json};

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = client.build().unwrap();
    (emulator, client)
}

fn quickly() -> Polling {
    Polling::new().every(Duration::from_millis(2)).at_most(Duration::from_secs(20))
}

#[tokio::test]
async fn every_recorded_exchange_of_files_and_batches_decodes() {
    let mut replayed = 0;
    for exchange in exchange::all() {
        let recorded: Value = serde_json::from_str(&exchange.response.body).unwrap_or_default();
        let text = |member: &str| recorded[member].as_str().unwrap_or_default().to_owned();
        let (_emulator, client) = match exchange.kind.as_str() {
            kind if kind.starts_with("files-") || kind.starts_with("batches-") => {
                replay(&exchange, Cut::Random(9)).await.unwrap()
            }
            _ => continue,
        };
        let options = openai_azure::CallOptions::new().any_version(true);
        let files = client.files().options(options.clone());
        let batches = client.batches().options(options);
        match exchange.kind.as_str() {
            "files-upload" => {
                let file = Upload::bytes("a.jsonl", "{}");
                let file = files.upload(file, FilePurpose::Batch).await.unwrap();
                assert_eq!(
                    (&file.id, file.bytes),
                    (&text("id"), recorded["bytes"].as_u64().unwrap())
                );
            }
            "files-get" => assert_eq!(files.get("x").await.unwrap().status, text("status")),
            "files-delete" => {
                assert_eq!(files.delete("x").await.unwrap().deleted, recorded["deleted"]);
            }
            "batches-create" => assert_eq!(batches.create("x").await.unwrap().id, text("id")),
            "batches-get" => {
                let batch = batches.get("x").await.unwrap();
                assert_eq!(batch.status.as_ref().unwrap().as_str(), text("status"));
                assert!(batch.error_file_id.as_deref() != Some(""), "an empty id is none");
            }
            "batches-cancel" => {
                let batch = batches.cancel("x").await.unwrap();
                assert_eq!(batch.status, Some(BatchStatus::Cancelling));
            }
            kind => panic!("an exchange of kind {kind}"),
        }
        replayed += 1;
    }
    println!("replayed {replayed} exchanges");
    assert!(replayed > 0);
}

#[tokio::test]
async fn a_file_is_kept_listed_given_and_deleted() {
    let (emulator, client) = service().await;
    let files = client.files();
    let file = Upload::bytes("a.jsonl", "one\ntwo\n");
    let file = files.upload(file, FilePurpose::Batch).await.unwrap();
    let sent = emulator.last().unwrap();
    assert_eq!(sent.part("purpose").unwrap().text(), "batch");
    assert_eq!(sent.part("file").unwrap().file_name.as_deref(), Some("a.jsonl"));
    assert_eq!(files.wait(&file.id).await.unwrap().filename, "a.jsonl");
    assert_eq!(files.list(Some(FilePurpose::Batch)).await.unwrap().data.len(), 1);
    assert_eq!(&files.content(&file.id).await.unwrap()[..], b"one\ntwo\n");
    assert!(files.delete(&file.id).await.unwrap().deleted);
    let gone = files.get(&file.id).await.unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn an_upload_is_sent_whole_again_after_a_429_but_a_stream_is_sent_once() {
    let (emulator, client) = service().await;
    let busy = || Reply::status(429).header("retry-after-ms", "1").json(json!({}));
    emulator.reply(busy());
    let file = Upload::bytes("a.jsonl", "one\n");
    let file = client.files().upload(file, FilePurpose::Batch).await.unwrap();
    assert_eq!((file.retries_taken(), file.bytes), (1, 4));

    emulator.reply(busy());
    let pieces = stream::iter([Ok::<_, std::io::Error>(&b"one\n"[..])]);
    let file = Upload::stream("a.jsonl", pieces);
    let error = client.files().upload(file, FilePurpose::Batch).await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::RateLimit, 0));
}

#[tokio::test]
async fn a_file_that_is_missing_or_empty_is_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    for file in [Upload::path("/no/such/file.jsonl"), Upload::bytes("a.jsonl", "")] {
        let error = client.files().upload(file, FilePurpose::Batch).await.unwrap_err();
        assert!(matches!(error, Error::Config(_)));
    }
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn a_batch_runs_from_input_to_results_in_the_order_of_the_input() {
    let (emulator, client) = service().await;
    let mut input = BatchInput::new();
    for number in 0..5 {
        let chat = client.chat("gpt-4o").user(format!("Question \"{number}\"\nin two lines"));
        input.chat(format!("q{number}"), &chat).unwrap();
    }
    let results = client.batches().polling(quickly()).run(input).await.unwrap();
    let ids: Vec<&str> = results.iter().map(|result| result.custom_id.as_str()).collect();
    assert_eq!(ids, ["q0", "q1", "q2", "q3", "q4"]);
    for result in &results {
        assert!(!result.answer.as_ref().unwrap().text().is_empty());
    }
    let journal = emulator.journal();
    let upload = journal.iter().find(|request| request.part("file").is_some()).unwrap();
    let lines = upload.part("file").unwrap().text();
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(first["custom_id"], "q0");
    assert_eq!(first["url"], "/chat/completions");
    assert_eq!(first["body"]["model"], "gpt-4o");
    assert_eq!(lines.lines().count(), 5);
}

#[tokio::test]
async fn a_batch_that_fails_fails_each_of_its_requests() {
    let (emulator, client) = service().await;
    let failed = json!({"id": "batch_1", "status": "failed", "output_file_id": "",
        "errors": {"data": [{"code": "model_mismatch", "message": "not that model", "line": 1}]}});
    emulator.reply_to("/batches", Reply::status(200).json(failed.clone()));
    emulator.reply_to("/batches/batch_1", Reply::status(200).json(failed));
    let mut input = BatchInput::new();
    input.chat("a", &client.chat("gpt-4o").user("Hello")).unwrap();
    let results = client.batches().polling(quickly()).run(input).await.unwrap();
    let failure = results[0].answer.as_ref().unwrap_err();
    assert_eq!(failure.code.as_deref(), Some("model_mismatch"));
    assert!(failure.message.contains("not that model"), "{failure}");
}

#[tokio::test]
async fn input_that_cannot_work_is_refused() {
    let (emulator, client) = service().await;
    let chat = client.chat("gpt-4o").user("Hello");
    let mut input = BatchInput::new();
    input.chat("a", &chat).unwrap();
    assert!(matches!(input.chat("a", &chat), Err(Error::Config(_))), "an id is used once");
    assert!(input.chat("b", &client.chat("gpt-4o")).is_err(), "a chat without messages");
    assert_eq!(input.len(), 1);
    assert!(client.batches().run(BatchInput::new()).await.is_err());
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn more_requests_than_a_file_may_have_are_split() {
    let (_emulator, client) = service().await;
    let chat = client.chat("gpt-4o").user("Hi");
    let mut input = BatchInput::new();
    for number in 0..100_001 {
        input.chat(number.to_string(), &chat).unwrap();
    }
    let files = input.into_files();
    let lines = |at: usize| files[at].iter().filter(|byte| **byte == b'\n').count();
    assert_eq!((files.len(), lines(0), lines(1)), (2, 100_000, 1));
}

#[tokio::test]
async fn a_batch_is_cancelled_and_listed() {
    let (_emulator, client) = service().await;
    let file = Upload::bytes("a.jsonl", "{}");
    let file = client.files().upload(file, FilePurpose::Batch).await.unwrap();
    let batches = client.batches();
    let batch = batches.create(&file.id).await.unwrap();
    assert_eq!(batches.cancel(&batch.id).await.unwrap().status, Some(BatchStatus::Cancelling));
    let over = batches.polling(quickly()).wait(&batch.id).await.unwrap();
    assert_eq!(over.status, Some(BatchStatus::Cancelled));
    assert_eq!(client.batches().list(None).await.unwrap().data[0].id, batch.id);
}
