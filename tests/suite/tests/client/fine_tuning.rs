//! Fine-tuning, against jobs of the emulator that advance.

use std::time::Duration;

use futures_util::StreamExt as _;
use openai_azure::fine_tuning::{ExampleKind, FineTuningMethod, FineTuningStatus, check_examples};
use openai_azure::{CallOptions, Client, Endpoint, Error, ErrorKind, Polling, Upload};
use openai_azure_emulator::{Emulator, JobFault, Reply, Step};
use openai_azure_tests::planted;
use serde_json::json;

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = client.api_version("2025-04-01-preview").build().unwrap();
    (emulator, client)
}

fn quickly() -> Polling {
    Polling::new().every(Duration::from_millis(2)).at_most(Duration::from_secs(20))
}

fn examples(count: usize) -> String {
    let example = json!({"messages": [{"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"}]});
    format!("{example}\n").repeat(count)
}

async fn training_file(client: &Client, count: usize) -> String {
    let file = Upload::bytes("examples.jsonl", examples(count));
    client.files().upload(file, "fine-tune").await.unwrap().id.clone()
}

#[tokio::test]
async fn a_job_is_created_with_what_was_set_followed_and_waited_for() {
    let (emulator, client) = service().await;
    let jobs = client.fine_tuning_jobs().polling(quickly());
    let file = training_file(&client, 10).await;
    let job = jobs
        .create("gpt-4o-mini-2024-07-18", &file)
        .suffix("polite")
        .seed(7)
        .n_epochs(2)
        .batch_size(8)
        .learning_rate_multiplier(0.5)
        .send()
        .await
        .unwrap();
    let sent = emulator.last().unwrap();
    assert!(sent.violations.is_empty(), "{:?}", sent.violations);
    assert_eq!(
        sent.json(),
        json!({"model": "gpt-4o-mini-2024-07-18", "training_file": file, "suffix": "polite",
            "seed": 7, "hyperparameters":
            {"n_epochs": 2, "batch_size": 8, "learning_rate_multiplier": 0.5}})
    );
    let mut events = jobs.follow(&job.id);
    let mut messages = Vec::new();
    while let Some(event) = events.try_next().await.unwrap() {
        messages.push(event.message);
    }
    assert_eq!(messages.first().unwrap(), "Created fine-tuning job.");
    assert_eq!(messages.last().unwrap(), "The job has succeeded.");
    let steps = messages.iter().filter(|message| message.starts_with("Step")).count();
    assert_eq!((steps, messages.len()), (2, 6), "each event once: {messages:?}");
    let done = jobs.wait(&job.id).await.unwrap();
    assert_eq!(done.status, Some(FineTuningStatus::Succeeded));
    assert!(done.fine_tuned_model.as_ref().unwrap().ends_with("-polite"));
    let mut checkpoints = jobs.checkpoints(&job.id).stream();
    let newest = checkpoints.try_next().await.unwrap().unwrap();
    assert!(newest.metrics["train_loss"].is_some() && newest.step_number == 200);
    assert_eq!(jobs.events(&job.id).limit(2).stream().count().await, 6);
    assert_eq!(jobs.list().stream().count().await, 1);
}

#[tokio::test]
async fn following_outlives_failed_requests() {
    let (emulator, client) = service().await;
    let jobs = client.fine_tuning_jobs().polling(quickly());
    let file = training_file(&client, 10).await;
    let job = jobs.create("gpt-4o-mini", &file).n_epochs(1).send().await.unwrap();
    let down = || Reply::status(503).header("retry-after-ms", "1").json(json!({}));
    emulator.reply_to("/events", down().times(12));
    let events = jobs.follow(&job.id).map(|event| event.unwrap().id).collect::<Vec<_>>().await;
    let unique: std::collections::HashSet<_> = events.iter().collect();
    assert_eq!((events.len(), unique.len()), (5, 5));
}

#[tokio::test]
async fn a_job_is_paused_resumed_and_cancelled() {
    let (_emulator, client) = service().await;
    let jobs = client.fine_tuning_jobs();
    let file = training_file(&client, 10).await;
    let job = jobs.create("gpt-4o-mini", &file).send().await.unwrap();
    while jobs.get(&job.id).await.unwrap().status != Some(FineTuningStatus::Running) {}
    let paused = jobs.pause(&job.id).await.unwrap();
    assert_eq!(paused.status, Some(FineTuningStatus::Paused));
    assert_eq!(jobs.resume(&job.id).await.unwrap().status, Some(FineTuningStatus::Running));
    let over = jobs.cancel(&job.id).await.unwrap();
    assert_eq!((over.status.as_ref(), over.is_done()), (Some(&FineTuningStatus::Cancelled), true));
    assert_eq!(jobs.get("ftjob-none").await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_failed_job_says_why() {
    let (emulator, client) = service().await;
    let jobs = client.fine_tuning_jobs().polling(quickly());
    let few = training_file(&client, 9).await;
    let job = jobs.create("gpt-4o-mini", &few).send().await.unwrap();
    let failed = jobs.wait(&job.id).await.unwrap();
    assert_eq!(failed.error.as_ref().unwrap().code, "invalid_training_file");
    emulator.fail(JobFault::new(Step::FineTuningRun, "out_of_capacity"));
    let job = jobs.create("gpt-4o-mini", &training_file(&client, 10).await).send().await.unwrap();
    let failed = jobs.wait(&job.id).await.unwrap();
    assert_eq!(failed.error.as_ref().unwrap().code, "out_of_capacity");
}

#[tokio::test]
async fn v1_has_methods_and_copies_of_checkpoints_with_their_header() {
    let emulator = Emulator::builder().validate(false).start().await.unwrap();
    let endpoint = Endpoint::v1(emulator.endpoint()).unwrap();
    let client = planted::builder().endpoint(endpoint).api_key(emulator.api_key());
    let client = client.build().unwrap();
    let jobs = client.fine_tuning_jobs().polling(quickly());
    let file = training_file(&client, 10).await;
    let job = jobs.create("gpt-4.1-mini", &file).method(FineTuningMethod::Supervised).n_epochs(1);
    let job = job.metadata("k", "v").send().await.unwrap();
    let sent = emulator.last().unwrap().json();
    assert_eq!(sent["method"]["supervised"]["hyperparameters"]["n_epochs"], 1);
    jobs.wait(&job.id).await.unwrap();
    let points = jobs.checkpoints(&job.id).send().await.unwrap();
    let id = &points.data[0].id;
    let copy = jobs.copy_checkpoint(&job.id, id, "/subscriptions/x", "westus").await.unwrap();
    assert_eq!(copy.copied_account_details[0].region, "westus");
    let copies = jobs.checkpoint_copies(&job.id, id).await.unwrap();
    assert_eq!(copies.copied_account_details[0].status, "Completed");
    assert_eq!(emulator.last().unwrap().header("aoai-copy-ft-checkpoints"), Some("preview"));
    let permissions = jobs.permissions(&points.data[0].fine_tuned_model_checkpoint);
    let made = permissions.create(["proj_1", "proj_2"]).await.unwrap();
    assert_eq!(made.data.len(), 2);
    assert!(permissions.delete(&made.data[0].id).await.unwrap().deleted);
    let mut left = permissions.list().project_id("proj_2").stream();
    assert_eq!(left.try_next().await.unwrap().unwrap().id, made.data[1].id);
    assert!(left.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn examples_are_checked_without_a_request() {
    let path = std::env::temp_dir().join(format!("openai-azure-check-{}", std::process::id()));
    std::fs::write(&path, examples(10)).unwrap();
    assert!(check_examples(&path, ExampleKind::Chat).await.unwrap().is_good());
    let preference = check_examples(&path, ExampleKind::Preference).await.unwrap();
    assert_eq!((preference.problems.len(), preference.problems[0].line), (10, Some(1)));
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn an_api_version_without_pause_is_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    let old = CallOptions::new().api_version("2024-10-21");
    let error = client.fine_tuning_jobs().options(old).pause("ftjob-1").await.unwrap_err();
    assert!(matches!(error, Error::Config(_)));
    assert_eq!(emulator.requests(), 0);
}
