//! Fine-tuning, against scripted answers: the emulator makes no models.

use std::time::Duration;

use openai_azure::fine_tuning::FineTuningStatus;
use openai_azure::{Client, Endpoint, Error, ErrorKind, Polling};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;
use serde_json::{Value, json};

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = client.build().unwrap();
    (emulator, client)
}

fn job(status: &str) -> Value {
    json!({"object": "fine_tuning.job", "id": "ftjob-1", "status": status, "model": "gpt-4o-mini",
        "training_file": "file-1", "created_at": 1_709_208_000, "fine_tuned_model": null,
        "result_files": null, "error": null, "estimated_finish": 1_709_209_000, "new_member": 1})
}

#[tokio::test]
async fn a_job_is_started_with_what_was_set_and_waited_for() {
    let (emulator, client) = service().await;
    let jobs = client.fine_tuning_jobs();
    emulator.reply(Reply::status(201).json(job("pending")));
    let started = jobs
        .create("gpt-4o-mini-2024-07-18", "file-1")
        .validation_file("file-2")
        .suffix("polite")
        .seed(7)
        .epochs(3)
        .batch_size(8)
        .learning_rate_multiplier(0.5)
        .send()
        .await
        .unwrap();
    assert_eq!((started.id.as_str(), started.is_done()), ("ftjob-1", false));
    assert_eq!(started.extra["new_member"], 1);
    let sent = emulator.last().unwrap();
    assert!(sent.violations.is_empty(), "{:?}", sent.violations);
    assert_eq!(
        sent.json(),
        json!({"model": "gpt-4o-mini-2024-07-18", "training_file": "file-1",
            "validation_file": "file-2", "suffix": "polite", "seed": 7, "hyperparameters":
            {"n_epochs": 3, "batch_size": 8, "learning_rate_multiplier": 0.5}})
    );
    emulator.reply(Reply::status(200).json(job("running")).times(2));
    emulator.reply(Reply::status(200).json(job("succeeded")));
    let polling = Polling::new().every(Duration::from_millis(2));
    let done = jobs.polling(polling).wait("ftjob-1").await.unwrap();
    assert_eq!(done.status, Some(FineTuningStatus::Succeeded));
    assert_eq!(emulator.requests(), 4);
}

#[tokio::test]
async fn jobs_events_and_checkpoints_come_page_by_page() {
    let (emulator, client) = service().await;
    let jobs = client.fine_tuning_jobs();
    emulator.reply(Reply::status(200).json(json!({"data": [job("failed")], "has_more": true})));
    let page = jobs.list(Some("ftjob-0")).await.unwrap();
    assert!(page.has_more && page.data[0].is_done());
    assert_eq!(emulator.last().unwrap().query("after"), Some("ftjob-0"));
    let event = json!({"id": "e", "created_at": 1, "level": "info", "message": "began",
        "type": "message", "data": {"step": 1}});
    emulator.reply(Reply::status(200).json(json!({"data": [event], "has_more": false})));
    let events = jobs.events("ftjob-1", None).await.unwrap();
    assert_eq!(events.data[0].message, "began");
    assert_eq!(events.data[0].extra["data"]["step"], 1);
    let checkpoint = json!({"id": "c", "created_at": 1, "fine_tuning_job_id": "ftjob-1",
        "fine_tuned_model_checkpoint": "m:ckpt", "step_number": 10,
        "metrics": {"train_loss": 0.5, "valid_loss": null}});
    emulator.reply(Reply::status(200).json(json!({"data": [checkpoint]})));
    let checkpoints = jobs.checkpoints("ftjob-1", None).await.unwrap();
    assert_eq!(checkpoints.data[0].metrics["train_loss"], Some(0.5));
}

#[tokio::test]
async fn a_job_is_cancelled_in_both_forms_and_a_missing_one_is_an_error() {
    let emulator = Emulator::start().await.unwrap();
    for endpoint in [Endpoint::dated(emulator.endpoint()), Endpoint::v1(emulator.endpoint())] {
        let client = planted::builder().endpoint(endpoint.unwrap()).api_key(emulator.api_key());
        let client = client.build().unwrap();
        emulator.reply(Reply::status(200).json(job("cancelled")));
        let over = client.fine_tuning_jobs().cancel("ftjob-1").await.unwrap();
        assert_eq!(over.status, Some(FineTuningStatus::Cancelled));
        emulator.reply(Reply::status(404).json(json!({"error": {"message": "no such job"}})));
        let missing = client.fine_tuning_jobs().get("ftjob-2").await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn an_api_version_without_fine_tuning_is_refused_before_anything_is_sent() {
    let (emulator, _) = service().await;
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    // Of this one only the document without fine-tuning is known, so nobody can tell.
    let unknown = client.api_version("2024-08-01-preview").build().unwrap();
    emulator.reply(Reply::status(200).json(json!({"data": []})));
    assert!(unknown.fine_tuning_jobs().list(None).await.is_ok());
    let sent = emulator.requests();
    let batches = planted::builder().endpoint(Endpoint::v1(emulator.endpoint()).unwrap());
    let batches = batches.api_key(emulator.api_key()).build().unwrap().batches();
    assert!(matches!(batches.list(None).await, Err(Error::Config(_))), "v1 has no batches");
    assert_eq!(emulator.requests(), sent);
}
