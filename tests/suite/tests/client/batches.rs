//! Batches: recorded traffic, the emulator, and jobs from begin to end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openai_azure::batches::{
    Batch, BatchEndpoint, BatchJobState, BatchLimits, BatchLine, BatchResult, BatchStatus,
};
use openai_azure::error::BatchErrorReason;
use openai_azure::{Client, Error, ErrorKind, Polling, Upload};
use openai_azure_emulator::{Builder, Emulator, JobFault, Reply, Step};
use openai_azure_tests::exchange;
use openai_azure_tests::planted;
use openai_azure_tests::replay::{Cut, replay};
use serde_json::{Value, json};

async fn service() -> (Emulator, Client) {
    with(Emulator::builder()).await
}

async fn with(builder: Builder) -> (Emulator, Client) {
    let emulator = builder.start().await.unwrap();
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = client.api_version("2025-04-01-preview").build().unwrap();
    (emulator, client)
}

fn quickly() -> Polling {
    Polling::new().every(Duration::from_millis(2)).at_most(Duration::from_secs(20))
}

/// Chats `q0`, `q1` and so on with these texts.
fn chats(client: &Client, texts: &[&str]) -> Vec<BatchLine> {
    let line = |(number, text): (usize, &&str)| {
        BatchLine::chat(format!("q{number}"), &client.chat("gpt-4o").user(*text))
    };
    texts.iter().enumerate().map(line).collect()
}

fn folder(name: &str) -> PathBuf {
    let folder =
        std::env::temp_dir().join(format!("openai-azure-job-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn ids(results: &[BatchResult]) -> Vec<&str> {
    results.iter().map(|result| result.custom_id.as_str()).collect()
}

fn code(result: &BatchResult) -> Option<&str> {
    result.outcome.as_ref().err()?.code.as_deref()
}

#[tokio::test]
async fn every_recorded_exchange_of_files_and_batches_decodes() {
    let mut replayed = 0;
    for exchange in exchange::all() {
        let recorded: Value = serde_json::from_str(&exchange.response.body).unwrap_or_default();
        let text = |field: &str| recorded[field].as_str().unwrap_or_default().to_owned();
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
                let file = files.upload(file, "batch").await.unwrap();
                let expected = (&text("id"), recorded["bytes"].as_u64().unwrap());
                assert_eq!((&file.id, file.bytes), expected);
            }
            "files-get" => {
                let file = files.get("x").await.unwrap();
                assert_eq!(file.status.as_ref().unwrap().as_str(), text("status"));
            }
            "files-delete" => {
                assert_eq!(files.delete("x").await.unwrap().deleted, recorded["deleted"]);
            }
            "batches-create" => {
                let batch = batches.create("x", BatchEndpoint::ChatCompletions).await.unwrap();
                assert_eq!(batch.id, text("id"));
            }
            "batches-get" => {
                let batch = batches.get("x").await.unwrap();
                assert_eq!(batch.status.as_ref().unwrap().as_str(), text("status"));
                assert!(batch.error_file_id.as_deref() != Some(""), "an empty ID is none");
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
async fn some_lines_run_from_begin_to_end_with_results_in_their_order() {
    let (emulator, client) = service().await;
    let lines = chats(&client, &["Why?", "Hello [filter]", "How \"so\"\nin two lines?", "When?"]);
    let batches = client.batches().polling(quickly());
    let results = tokio::spawn(async move { batches.run(lines).await }).await.unwrap().unwrap();
    assert_eq!(ids(&results), ["q0", "q1", "q2", "q3"]);
    let first = results[0].outcome.as_ref().unwrap();
    assert!(!first.chat().unwrap().text().is_empty());
    assert_eq!(code(&results[1]), Some("content_filter"));
    let journal = emulator.journal();
    assert!(journal.iter().all(|request| request.violations.is_empty()));
    let upload = journal.iter().find(|request| request.part("file").is_some()).unwrap();
    let lines = upload.part("file").unwrap().text();
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["custom_id"], &first["url"]), (&json!("q0"), &json!("/chat/completions")));
    assert_eq!(first["body"]["model"], "gpt-4o");
}

#[tokio::test]
async fn responses_and_embeddings_have_results_of_their_kind() {
    let (_emulator, client) = service().await;
    let batches = client.batches().polling(quickly());
    let line = BatchLine::response("r", &client.respond("gpt-4o").user("Why?"));
    let results = batches.run([line]).await.unwrap();
    let response = results[0].outcome.as_ref().unwrap().response().unwrap();
    assert!(!response.text().is_empty());
    let line = BatchLine::embedding("e", &client.embed("text-embedding-3-small").input("red"));
    let results = batches.run([line]).await.unwrap();
    let embeddings = results[0].outcome.as_ref().unwrap().embeddings().unwrap();
    assert_eq!(embeddings.data.len(), 1);
}

#[tokio::test]
async fn lines_that_cannot_work_are_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    let chat = client.chat("gpt-4o").user("Hello");
    let line = || BatchLine::chat("a", &chat);
    let unfinished = BatchLine::chat("b", &client.chat("gpt-4o"));
    let other = BatchLine::chat("b", &client.chat("o3-mini").user("Hello"));
    let response = BatchLine::response("b", &client.respond("gpt-4o").user("Hello"));
    for lines in [
        vec![],
        vec![line(), line()],
        vec![BatchLine::chat("", &chat)],
        vec![line(), unfinished],
        vec![line(), other],
        vec![line(), response],
    ] {
        let error = client.batches().job().start(lines).await.unwrap_err();
        assert!(matches!(error, Error::Config(_)), "{error}");
    }
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn a_job_is_split_stored_as_json_and_resumed_by_another_client() {
    let (emulator, client) = service().await;
    let folder = folder("resumed");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let job = client
        .batches()
        .job()
        .dir(&folder)
        .limits(BatchLimits::new().lines(2))
        .metadata("team", "search")
        .input_expires_after(Duration::from_secs(14 * 86_400))
        .output_expires_after(Duration::from_secs(14 * 86_400))
        .on_progress(move |progress| told.lock().unwrap().push(*progress))
        .start(chats(&client, &["a", "b", "c", "d", "e"]))
        .await
        .unwrap();
    assert_eq!(job.state().batch_ids().count(), 3);
    assert_eq!(job.state().input_file_ids().count(), 3);
    let last = *seen.lock().unwrap().last().unwrap();
    assert_eq!((last.lines, last.batches, last.created, last.done), (5, 3, 3, 0));
    let text = job.state().to_string();
    drop(job);
    assert!(!text.contains("emulator-key"));

    let client = Client::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = client.api_version("2025-04-01-preview").build().unwrap();
    let state: BatchJobState = text.parse().unwrap();
    let mut job = client.batches().polling(quickly()).resume(state);
    job.wait().await.unwrap();
    assert_eq!((job.progress().completed, job.progress().done), (5, 3));
    let mut found = BTreeMap::new();
    let mut results = job.results();
    while let Some(result) = results.try_next().await.unwrap() {
        assert!(found.insert(result.custom_id, result.outcome.is_ok()).is_none());
    }
    assert!(found.len() == 5 && found.values().all(|is_ok| *is_ok));
    assert!(emulator.batch_lines().values().all(|times| *times == 1));

    // The lines are downloaded when the folder is gone.
    std::fs::remove_dir_all(&folder).unwrap();
    let mut ordered = job.results().in_order();
    for number in 0..5 {
        let result = ordered.try_next().await.unwrap().unwrap();
        assert_eq!(result.custom_id, format!("q{number}"));
    }
    job.clean_up().await.unwrap();
    assert!(client.files().list().send().await.unwrap().data.is_empty());
}

#[tokio::test]
async fn a_second_start_in_the_same_folder_goes_on_and_reads_no_line() {
    let (emulator, client) = service().await;
    let folder = folder("second");
    let start = |lines: Vec<BatchLine>| client.batches().job().dir(&folder).start(lines);
    let first = start(chats(&client, &["a", "b"])).await.unwrap();
    let second = start(chats(&client, &["x", "y", "z"])).await.unwrap();
    assert_eq!(first.state(), second.state());
    let created = emulator.journal();
    let created = created.iter().filter(|request| request.path.ends_with("/batches"));
    assert_eq!(created.filter(|request| request.method == "POST").count(), 1);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_lost_response_to_create_does_not_create_a_second_batch() {
    let (emulator, client) = service().await;
    for reply in
        [Reply::usual().cut_after(10), Reply::usual().reset(), Reply::status(502).json(json!({}))]
    {
        emulator.reply_to("/batches", reply);
        let lines = chats(&client, &["a", "b"]);
        let job = client.batches().polling(quickly()).job().start(lines).await.unwrap();
        let mut batches = client.batches().list().stream();
        let mut of_file = 0;
        while let Some(batch) = batches.try_next().await.unwrap() {
            of_file +=
                usize::from(batch.input_file_id.as_deref() == job.state().input_file_ids().next());
        }
        assert_eq!(of_file, 1);
    }
}

#[tokio::test]
async fn a_batch_that_is_created_by_hand_is_requested_once() {
    let (emulator, client) = service().await;
    let file = client.files().upload(Upload::bytes("a.jsonl", "{}"), "batch").await.unwrap();
    emulator.reply_to("/batches", Reply::status(503).json(json!({})));
    let create = || client.batches().create(&file.id, BatchEndpoint::ChatCompletions);
    let error = create().send().await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::ServiceUnavailable, 0));
    assert!(create().metadata("k", "v").await.is_ok());
    assert_eq!(emulator.last().unwrap().json()["metadata"], json!({"k": "v"}));
}

#[tokio::test]
async fn an_error_in_the_middle_has_the_job_to_go_on_with() {
    let (emulator, client) = service().await;
    emulator.reply_to("/batches", Reply::usual());
    emulator.reply_to("/batches", Reply::status(403).json(json!({"error": {"message": "no"}})));
    let batches = client.batches().polling(quickly());
    let request = batches.job().limits(BatchLimits::new().lines(1));
    let error = request.start(chats(&client, &["a", "b", "c"])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    let Error::Batch(error) = error else { panic!("{error}") };
    assert_eq!((error.batch_ids().len(), error.file_ids().len()), (1, 2));
    assert!(error.to_string().contains(&error.batch_ids()[0]), "{error}");
    let state: BatchJobState = serde_json::from_value(error.job().clone()).unwrap();
    let mut job = batches.resume(state);
    job.wait().await.unwrap();
    assert_eq!(job.progress().completed, 3);
    assert!(emulator.batch_lines().values().all(|times| *times == 1));
}

#[tokio::test]
async fn a_wait_outlives_failed_polls() {
    let (emulator, client) = service().await;
    let batches = client.batches().polling(quickly());
    let lines = chats(&client, &["a"]);
    let mut job = batches.job().start(lines).await.unwrap();
    let id = job.state().batch_ids().next().unwrap().to_owned();
    let down = || Reply::status(503).header("retry-after-ms", "1").json(json!({}));
    emulator.reply_to(&format!("/batches/{id}"), down().times(20));
    job.wait().await.unwrap();
    assert_eq!(job.progress().completed, 1);
    emulator.reply_to(&format!("/batches/{id}"), Reply::status(404).json(json!({})));
    assert_eq!(batches.wait(&id).await.unwrap_err().kind(), ErrorKind::NotFound);
    emulator.reply_to(&format!("/batches/{id}"), Reply::status(200).json(json!({"id": id})));
    assert_eq!(batches.wait(&id).await.unwrap_err().kind(), ErrorKind::Batch, "it has no status");
}

#[tokio::test]
async fn a_full_quota_is_a_typed_error_at_once_and_later() {
    for is_checked_at_once in [true, false] {
        let (_emulator, client) =
            with(Emulator::builder().batch_quota(60, is_checked_at_once)).await;
        let batches = client.batches().polling(quickly());
        let lines = chats(&client, &["first", "second"]);
        let request = batches.job().limits(BatchLimits::new().lines(1));
        let error = match request.start(lines).await {
            Err(error) => error,
            Ok(mut job) => job.wait().await.unwrap_err(),
        };
        assert_eq!(error.kind(), ErrorKind::BatchTokenLimit);
        let Error::Batch(error) = error else { panic!("{error}") };
        assert_eq!(error.reason(), BatchErrorReason::TokenLimit);
    }
}

#[tokio::test]
async fn a_job_waits_for_quota_when_it_is_told_to() {
    for is_checked_at_once in [true, false] {
        let builder = Emulator::builder().time_factor(1e5).batch_quota(60, is_checked_at_once);
        let (emulator, client) = with(builder).await;
        // Somebody reads the batches, so that they go on.
        let batches = client.batches().polling(quickly());
        let request = batches.job().limits(BatchLimits::new().lines(1));
        let request = request.wait_for_quota(Duration::from_secs(20));
        let lines = chats(&client, &["first", "second"]);
        let reader = async {
            loop {
                for batch in &batches.list().send().await.unwrap().data {
                    batches.get(&batch.id).await.unwrap();
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let run = async {
            let mut job = request.start(lines).await.unwrap();
            job.wait().await.unwrap();
            job.progress()
        };
        let progress = tokio::select! { progress = run => progress, () = reader => unreachable!() };
        assert_eq!((progress.completed, progress.failed), (2, 0));
        assert!(emulator.batch_lines().values().all(|times| *times == 1));
    }
}

#[tokio::test]
async fn a_wait_for_a_quota_that_never_comes_ends_and_makes_few_batches() {
    let (emulator, client) = with(Emulator::builder().batch_quota(0, false)).await;
    let batches = client.batches().polling(quickly());
    let request = batches.job().wait_for_quota(Duration::from_millis(200));
    let mut job = request.start(chats(&client, &["a"])).await.unwrap();
    let waited = tokio::time::timeout(Duration::from_secs(10), job.wait()).await;
    let error = waited.expect("the wait has a limit").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BatchTokenLimit);
    // After 10, 20, 40 and 80 ms; the next one would be too late.
    let created = emulator.count("POST /batches");
    assert!((2..=5).contains(&created), "{created} batches");
}

#[tokio::test]
async fn a_batch_that_fails_fails_each_of_its_lines_and_names_why() {
    let (emulator, client) = service().await;
    let fault = JobFault::new(Step::BatchValidation, "model_mismatch").message("not that model");
    emulator.fail(fault);
    let results = client.batches().polling(quickly()).run(chats(&client, &["a", "b"])).await;
    let results = results.unwrap();
    assert_eq!(ids(&results), ["q0", "q1"]);
    assert_eq!(code(&results[1]), Some("model_mismatch"));
    assert!(results[1].outcome.as_ref().unwrap_err().message.contains("not that model"));
}

#[tokio::test]
async fn an_expired_batch_has_the_results_until_then_and_the_rest_is_sent_again_in_one_call() {
    let (emulator, client) = service().await;
    emulator.fail(JobFault::new(Step::BatchExpiry, "x"));
    let batches = client.batches().polling(quickly());
    let mut job = batches.job().start(chats(&client, &["a", "b", "c", "d"])).await.unwrap();
    job.wait().await.unwrap();
    let mut expired = Vec::new();
    let mut results = job.results();
    while let Some(result) = results.try_next().await.unwrap() {
        if result.outcome.is_err() {
            assert_eq!(code(&result), Some("batch_expired"));
            expired.push(result.custom_id);
        }
    }
    expired.sort();
    assert_eq!(expired, ["q2", "q3"]);
    let mut again = job.resend_failed(batches.job()).await.unwrap().unwrap();
    again.wait().await.unwrap();
    assert_eq!((again.state().lines(), again.progress().completed), (2, 2));
    assert!(again.resend_failed(batches.job()).await.unwrap().is_none());
    assert!(emulator.batch_lines().values().all(|times| *times == 1));
}

#[tokio::test]
async fn failed_lines_are_sent_again_once_even_when_the_program_ends_in_the_middle() {
    let (emulator, client) = service().await;
    emulator.fail(JobFault::new(Step::BatchExpiry, "x"));
    let batches = client.batches().polling(quickly());
    let folder = folder("resent");
    let first = || batches.job().dir(folder.join("first"));
    let again = || batches.job().dir(folder.join("again"));
    let mut job = first().start(chats(&client, &["a", "b", "c", "d"])).await.unwrap();
    job.wait().await.unwrap();
    assert!(matches!(job.resend_failed(first()).await, Err(Error::Config(_))), "the same folder");
    let one = job.resend_failed(again()).await.unwrap().unwrap();
    let mut two = job.resend_failed(again()).await.unwrap().unwrap();
    assert_eq!(one.state(), two.state());
    two.wait().await.unwrap();
    assert_eq!((two.state().lines(), two.progress().completed), (2, 2));
    assert!(emulator.batch_lines().values().all(|times| *times == 1));
    assert!(matches!(two.resend_failed(again()).await, Err(Error::Config(_))));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn unread_lines_are_given_and_missing_ids_are_named() {
    let (emulator, client) = service().await;
    let batches = client.batches().polling(quickly());
    let mut job = batches.job().start(chats(&client, &["a", "b", "c"])).await.unwrap();
    job.wait().await.unwrap();
    let batch = job.state().batches().next().unwrap().clone();
    let good = |id: &str| {
        let body = json!({"choices": [], "id": id});
        json!({"custom_id": id, "response": {"status_code": 200, "body": body}, "error": null})
    };
    let output = format!("not json\n{}\n{}\n{}\n", good("q2"), good("q2"), good("stranger"));
    let error = json!({"custom_id": "q2", "response": null, "error": {"code": "x"}});
    for is_ordered in [false, true] {
        for (id, content) in [
            (batch.output_file_id.as_deref(), output.clone()),
            (batch.error_file_id.as_deref(), error.to_string()),
        ] {
            let path = format!("/files/{}/content", id.unwrap());
            emulator.reply_to(&path, Reply::status(200).body(content));
        }
        let mut results = job.results();
        if is_ordered {
            results = results.in_order();
        }
        let mut found = BTreeMap::new();
        while let Some(result) = results.try_next().await.unwrap() {
            let code = code(&result).map(str::to_owned);
            assert!(found.insert(result.custom_id, code).is_none());
        }
        let missing = Some("missing".to_owned());
        let expected = [("q0", missing.clone()), ("q1", missing), ("q2", None)];
        let expected: BTreeMap<String, _> =
            expected.into_iter().map(|(id, code)| (id.to_owned(), code)).collect();
        assert_eq!(found, expected, "a result wins over an error");
        let unread = results.unread();
        assert_eq!((unread.len(), unread[0].line, unread[0].text.as_str()), (2, 1, "not json"));
        assert!(unread[1].reason.contains("no line has this custom_id"));
    }
}

#[tokio::test]
async fn a_job_is_cancelled_with_the_results_until_then() {
    let (_emulator, client) = service().await;
    let batches = client.batches().polling(quickly());
    let mut job = batches.job().start(chats(&client, &["a", "b"])).await.unwrap();
    job.cancel().await.unwrap();
    job.wait().await.unwrap();
    let batch = job.state().batches().next().unwrap();
    assert_eq!(batch.status, Some(BatchStatus::Cancelled));
    let result = job.results().try_next().await.unwrap().unwrap();
    assert!(code(&result).is_some_and(|code| code == "missing"));
}

#[tokio::test]
async fn a_batch_of_blobs_names_them() {
    let (emulator, _) = service().await;
    let chat = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]});
    let line =
        json!({"custom_id": "a", "method": "POST", "url": "/chat/completions", "body": chat});
    emulator.put_blob("https://a.blob.example/in.jsonl", line.to_string());
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = client.api_version("2025-04-01-preview").build().unwrap();
    let batches = client.batches().polling(quickly());
    let batch = batches
        .create_from_blob(
            "https://a.blob.example/in.jsonl",
            "https://a.blob.example/out",
            "/chat/completions",
        )
        .send()
        .await
        .unwrap();
    assert!(emulator.last().unwrap().violations.is_empty());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let report = move |batch: &Batch| told.lock().unwrap().push(batch.request_counts.completed);
    let done = batches.wait(&batch.id).on_progress(report).await.unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen.len() > 2 && seen.is_sorted() && seen.last() == Some(&1), "{seen:?}");
    let output = emulator.blob(done.output_blob.as_deref().unwrap()).unwrap();
    let result = BatchResult::from_line(&output).unwrap();
    assert_eq!(result.custom_id, "a");
    assert!(result.outcome.unwrap().chat().is_ok());
    assert!(matches!(BatchResult::from_line("{}"), Err(Error::Config(_))));
}
