//! Files, uploads, vector stores, containers, batches and fine-tuning of the emulator.

// Helpers of tests panic.
#![allow(clippy::unwrap_used)]

mod http;

use http::{Answer, post, send};
use openai_azure_emulator::{Builder, Emulator, JobFault, Step};
use serde_json::{Value, json};

const VERSION: &str = "2025-04-01-preview";

/// These operations are checked against the documents where clients use them.
async fn start(builder: Builder) -> Emulator {
    builder.validate(false).start().await.unwrap()
}

async fn call(emulator: &Emulator, method: &str, path: &str, body: Value) -> Answer {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let request = post(&format!("/openai{path}"), &format!("{VERSION}&{query}"));
    let body = if body.is_null() { String::new() } else { body.to_string() };
    send(emulator, &request.replace("POST", method), body.as_bytes()).await
}

async fn get(emulator: &Emulator, path: &str) -> Value {
    call(emulator, "GET", path, Value::Null).await.json()
}

async fn create(emulator: &Emulator, path: &str, body: Value) -> Value {
    let made = call(emulator, "POST", path, body).await;
    assert!(made.status < 300, "{path}: {}", made.body().0);
    made.json()
}

async fn form(emulator: &Emulator, path: &str, parts: &[(&str, &str)]) -> Value {
    let mut body = String::new();
    for (name, value) in parts {
        let file = if ["file", "data"].contains(name) { "; filename=\"a.txt\"" } else { "" };
        body += "--b\r\ncontent-disposition: form-data; ";
        body += &format!("name=\"{name}\"{file}\r\n\r\n{value}\r\n");
    }
    body += "--b--\r\n";
    let request = post(&format!("/openai{path}"), VERSION);
    let request = request.replace("application/json", "multipart/form-data; boundary=b");
    send(emulator, &request, body.as_bytes()).await.json()
}

async fn file(emulator: &Emulator, purpose: &str, content: &str) -> String {
    let made = form(emulator, "/files", &[("purpose", purpose), ("file", content)]).await;
    made["id"].as_str().unwrap().to_owned()
}

/// Lines of chats.
fn lines(texts: &[&str]) -> String {
    let line = |(at, text): (usize, &&str)| {
        let messages = json!([{"role": "user", "content": text}]);
        json!({"custom_id": format!("q{at}"), "method": "POST", "url": "/v1/chat/completions",
            "body": {"model": "gpt-4o", "messages": messages}})
        .to_string()
    };
    texts.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

async fn batch(emulator: &Emulator, input: &str) -> String {
    let input = file(emulator, "batch", input).await;
    let body = json!({"input_file_id": input, "endpoint": "/chat/completions",
        "completion_window": "24h"});
    create(emulator, "/batches", body).await["id"].as_str().unwrap().to_owned()
}

/// Reads until it is over; returns it and the statuses that it had.
async fn until(emulator: &Emulator, path: &str, over: &[&str]) -> (Value, Vec<String>) {
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..1_000 {
        let object = get(emulator, path).await;
        let status = object["status"].as_str().unwrap().to_owned();
        if seen.last() != Some(&status) {
            seen.push(status.clone());
        }
        if over.contains(&status.as_str()) {
            return (object, seen);
        }
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    panic!("{path} is never over: {seen:?}");
}

const OVER: [&str; 6] = ["completed", "failed", "expired", "cancelled", "succeeded", "error"];

async fn content(emulator: &Emulator, id: &Value) -> Vec<Value> {
    let path = format!("/files/{}/content", id.as_str().unwrap());
    let text = call(emulator, "GET", &path, Value::Null).await.body().0;
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn a_file_is_pending_until_it_is_read_and_can_end_in_an_error() {
    let emulator = start(Emulator::builder()).await;
    let parts = [
        ("purpose", "assistants"),
        ("file", "x"),
        ("expires_after[seconds]", "3600"),
        ("expires_after[anchor]", "created_at"),
    ];
    let made = form(&emulator, "/files", &parts).await;
    assert_eq!(made["status"], "pending");
    assert_eq!(made["expires_at"], made["created_at"].as_u64().unwrap() + 3_600);
    let path = format!("/files/{}", made["id"].as_str().unwrap());
    assert_eq!(get(&emulator, &path).await["status"], "processed");
    emulator.fail(JobFault::new(Step::FileProcessing, "x").message("unreadable"));
    let id = file(&emulator, "batch", "x").await;
    let failed = get(&emulator, &format!("/files/{id}")).await;
    assert_eq!(
        (&failed["status"], &failed["status_details"]),
        (&json!("error"), &json!("unreadable"))
    );
}

#[tokio::test]
async fn a_file_expires_by_the_fast_clock() {
    let emulator = start(Emulator::builder().time_factor(1e7)).await;
    let parts = [
        ("purpose", "batch"),
        ("file", "x"),
        ("expires_after.seconds", "3600"),
        ("expires_after.anchor", "created_at"),
    ];
    let made = form(&emulator, "/files", &parts).await;
    let path = format!("/files/{}", made["id"].as_str().unwrap());
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    assert_eq!(call(&emulator, "GET", &path, Value::Null).await.status, 404);
    assert_eq!(get(&emulator, "/files").await["data"], json!([]));
}

#[tokio::test]
async fn lists_are_read_in_pages_in_both_orders_also_behind_what_was_deleted() {
    let emulator = start(Emulator::builder()).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(file(&emulator, "batch", "x").await);
    }
    file(&emulator, "assistants", "x").await;
    let of = |page: &Value| -> Vec<String> {
        let ids = page["data"].as_array().unwrap().iter();
        ids.map(|file| file["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = get(&emulator, "/files?purpose=batch&limit=2&order=asc").await;
    assert_eq!((of(&first), &first["has_more"]), (ids[..2].to_vec(), &json!(true)));
    call(&emulator, "DELETE", &format!("/files/{}", ids[1]), Value::Null).await;
    let path = format!("/files?purpose=batch&limit=3&order=asc&after={}", ids[1]);
    let last = get(&emulator, &path).await;
    assert_eq!((of(&last), &last["has_more"]), (ids[2..].to_vec(), &json!(false)));
    let newest = get(&emulator, &format!("/files?limit=1&purpose=batch&after={}", ids[4])).await;
    assert_eq!(of(&newest), [ids[3].clone()]);
    assert_eq!(call(&emulator, "GET", "/files?limit=0", Value::Null).await.status, 400);
    assert_eq!(call(&emulator, "GET", "/files?after=no", Value::Null).await.status, 400);
}

#[tokio::test]
async fn an_upload_becomes_a_file_of_its_parts_in_the_order_that_is_asked() {
    let emulator = start(Emulator::builder()).await;
    let body = json!({"bytes": 6, "filename": "a.txt", "mime_type": "text/plain",
        "purpose": "assistants"});
    let upload = create(&emulator, "/uploads", body).await;
    let path = format!("/uploads/{}", upload["id"].as_str().unwrap());
    let parts = format!("{path}/parts");
    let second = form(&emulator, &parts, &[("data", "def")]).await;
    let first = form(&emulator, &parts, &[("data", "abc")]).await;
    let complete = format!("{path}/complete");
    let short = json!({"part_ids": [first["id"]]});
    assert_eq!(call(&emulator, "POST", &complete, short).await.status, 400, "bytes must match");
    let all = json!({"part_ids": [first["id"], second["id"]]});
    let done = create(&emulator, &complete, all.clone()).await;
    let id = done["file"]["id"].as_str().unwrap();
    let text = call(&emulator, "GET", &format!("/files/{id}/content"), Value::Null).await.body();
    assert_eq!(text, ("abcdef".to_owned(), true));
    assert_eq!(call(&emulator, "POST", &complete, all).await.status, 400, "it is done");
}

#[tokio::test]
async fn a_vector_store_finds_what_shares_words_and_counts_its_files() {
    let emulator = start(Emulator::builder()).await;
    let store = create(&emulator, "/vector_stores", json!({"name": "zoo"})).await;
    let path = format!("/vector_stores/{}", store["id"].as_str().unwrap());
    let cats = file(&emulator, "assistants", "Cats sleep all day").await;
    let dogs = file(&emulator, "assistants", "Dogs run all day").await;
    let bad = file(&emulator, "assistants", "\0").await;
    let files = json!([{"file_id": cats, "attributes": {"legs": 4}}, {"file_id": dogs},
        {"file_id": bad}]);
    let batch = create(&emulator, &format!("{path}/file_batches"), json!({"files": files})).await;
    assert_eq!(batch["file_counts"]["in_progress"], 3);
    let of_batch = format!("{path}/file_batches/{}", batch["id"].as_str().unwrap());
    let half = get(&emulator, &of_batch).await;
    assert_eq!(
        (&half["status"], &half["file_counts"]["completed"]),
        (&json!("in_progress"), &json!(2))
    );
    let done = get(&emulator, &of_batch).await;
    assert_eq!((&done["status"], &done["file_counts"]["failed"]), (&json!("completed"), &json!(1)));
    let failed = get(&emulator, &format!("{of_batch}/files?filter=failed")).await;
    assert_eq!(failed["data"][0]["last_error"]["code"], "unsupported_file");
    let query = json!({"query": "when do cats sleep"});
    let found = create(&emulator, &format!("{path}/search"), query).await;
    assert_eq!(found["data"][0]["content"][0]["text"], "Cats sleep all day");
    assert_eq!(found["data"][0]["score"], 0.5);
    let filter = json!({"query": "all day", "filters": {"type": "eq", "key": "legs", "value": 4}});
    let found = create(&emulator, &format!("{path}/search"), filter).await;
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
    let update = json!({"attributes": {"legs": 3}});
    let file = create(&emulator, &format!("{path}/files/{cats}"), update).await;
    assert_eq!(file["attributes"]["legs"], 3);
    let content = get(&emulator, &format!("{path}/files/{cats}/content")).await;
    assert_eq!(content["data"][0]["text"], "Cats sleep all day");
}

#[tokio::test]
async fn a_container_takes_files_of_both_kinds() {
    let emulator = start(Emulator::builder()).await;
    let id = file(&emulator, "assistants", "one").await;
    let container = create(&emulator, "/containers", json!({"name": "c", "file_ids": [id]})).await;
    let path = format!("/containers/{}/files", container["id"].as_str().unwrap());
    let sent = form(&emulator, &path, &[("file", "two")]).await;
    assert_eq!(sent["path"], "/mnt/data/a.txt");
    let copied = create(&emulator, &path, json!({"file_id": id})).await;
    let content = format!("{path}/{}/content", copied["id"].as_str().unwrap());
    assert_eq!(call(&emulator, "GET", &content, Value::Null).await.body().0, "one");
    assert_eq!(get(&emulator, &path).await["data"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_batch_runs_each_line_once_and_its_counts_advance() {
    let emulator = start(Emulator::builder()).await;
    let input = lines(&["Why?", "Hello [filter]", "How?", "When?"]);
    let id = batch(&emulator, &input).await;
    let path = format!("/batches/{id}");
    let half = get(&emulator, &path).await;
    assert_eq!(half["status"], "in_progress");
    assert_eq!(half["request_counts"], json!({"total": 4, "completed": 1, "failed": 1}));
    let (done, seen) = until(&emulator, &path, &OVER).await;
    assert_eq!(seen, ["finalizing", "completed"]);
    assert_eq!(done["request_counts"], json!({"total": 4, "completed": 3, "failed": 1}));
    let results = content(&emulator, &done["output_file_id"]).await;
    assert_eq!(results.len(), 3);
    assert_eq!(results[1]["custom_id"], "q3", "results come in no order");
    let text = &results[0]["response"]["body"]["choices"][0]["message"]["content"];
    assert!(text.is_string(), "{}", results[0]);
    let errors = content(&emulator, &done["error_file_id"]).await;
    assert_eq!(errors[0]["custom_id"], "q1");
    assert_eq!(errors[0]["response"]["body"]["error"]["code"], "content_filter");
    let ran = emulator.batch_lines();
    assert!(ran.len() == 4 && ran.values().all(|times| *times == 1), "{ran:?}");
}

#[tokio::test]
async fn by_the_fast_clock_a_batch_is_done_in_a_moment_without_being_read_for_each_state() {
    let emulator = start(Emulator::builder().time_factor(1e6)).await;
    let id = batch(&emulator, &lines(&["a", "b", "c"])).await;
    let (done, _) = until(&emulator, &format!("/batches/{id}"), &OVER).await;
    assert_eq!(done["status"], "completed");
    assert!(
        done["completed_at"].as_u64().unwrap() >= done["created_at"].as_u64().unwrap() + 15_000
    );
}

#[tokio::test]
async fn responses_and_embeddings_run_in_batches_too() {
    let emulator = start(Emulator::builder()).await;
    for (url, model, body, member) in [
        ("/v1/responses", "gpt-4o", json!({"input": "Why?"}), "output"),
        ("/embeddings", "text-embedding-3-small", json!({"input": ["a"]}), "data"),
    ] {
        let mut body = body;
        body["model"] = json!(model);
        let line = json!({"custom_id": "a", "method": "POST", "url": url, "body": body});
        let id = batch(&emulator, &line.to_string()).await;
        let (done, _) = until(&emulator, &format!("/batches/{id}"), &OVER).await;
        let results = content(&emulator, &done["output_file_id"]).await;
        assert!(results[0]["response"]["body"][member].is_array(), "{}", results[0]);
    }
}

#[tokio::test]
async fn input_that_is_wrong_fails_the_batch_with_the_line() {
    let emulator = start(Emulator::builder().max_batch_lines(2)).await;
    let good = lines(&["a", "b"]);
    let other = good.replace("gpt-4o", "o3-mini").replace("q", "z");
    let first = |text: &str| text.lines().next().unwrap().to_owned();
    for (input, code, line) in [
        ("not json".to_owned(), "invalid_json_line", json!(1)),
        (format!("{}\n{}", first(&good), first(&good)), "duplicate_custom_id", json!(2)),
        (format!("{}\n{}", first(&good), first(&other)), "model_mismatch", json!(2)),
        (good.replace("gpt-4o", "gpt-9"), "model_not_found", json!(1)),
        (lines(&["a", "b", "c"]), "too_many_tasks", Value::Null),
        ("\n".to_owned(), "empty_file", Value::Null),
    ] {
        let id = batch(&emulator, &input).await;
        let (failed, _) = until(&emulator, &format!("/batches/{id}"), &OVER).await;
        let error = &failed["errors"]["data"][0];
        assert_eq!((&error["code"], &error["line"]), (&json!(code), &line));
    }
    assert!(emulator.batch_lines().is_empty());
}

#[tokio::test]
async fn a_full_quota_refuses_at_once_or_fails_later() {
    let input = lines(&["a", "b"]);
    let size = input.len() as u64 / 4;
    for is_at_once in [true, false] {
        let emulator = start(Emulator::builder().batch_quota(size, is_at_once)).await;
        let first = batch(&emulator, &input).await;
        let other = file(&emulator, "batch", &input).await;
        let body = json!({"input_file_id": other, "endpoint": "/chat/completions",
            "completion_window": "24h"});
        let second = call(&emulator, "POST", "/batches", body.clone()).await;
        if is_at_once {
            assert_eq!(second.status, 400);
            assert_eq!(second.json()["error"]["code"], "token_limit_exceeded");
        } else {
            let id = second.json()["id"].as_str().unwrap().to_owned();
            let (failed, _) = until(&emulator, &format!("/batches/{id}"), &OVER).await;
            assert_eq!(failed["status"], "failed");
            assert_eq!(failed["errors"]["data"][0]["code"], "token_limit_exceeded");
        }
        until(&emulator, &format!("/batches/{first}"), &OVER).await;
        assert!(
            call(&emulator, "POST", "/batches", body).await.status < 300,
            "there is room again"
        );
    }
}

#[tokio::test]
async fn a_batch_can_be_cancelled_and_expire_with_what_has_run() {
    let emulator = start(Emulator::builder()).await;
    let input = lines(&["a", "b", "c", "d"]);
    let id = batch(&emulator, &input).await;
    let path = format!("/batches/{id}");
    get(&emulator, &path).await;
    let cancelling = create(&emulator, &format!("{path}/cancel"), Value::Null).await;
    assert_eq!(cancelling["status"], "cancelling");
    let (done, _) = until(&emulator, &path, &OVER).await;
    assert_eq!(done["status"], "cancelled");
    assert_eq!(content(&emulator, &done["output_file_id"]).await.len(), 2);
    emulator.fail(JobFault::new(Step::BatchExpiry, "x"));
    let id = batch(&emulator, &input).await;
    let (expired, _) = until(&emulator, &format!("/batches/{id}"), &OVER).await;
    assert_eq!(expired["status"], "expired");
    let errors = content(&emulator, &expired["error_file_id"]).await;
    assert_eq!((errors.len(), &errors[0]["error"]["code"]), (2, &json!("batch_expired")));
}

#[tokio::test]
async fn a_batch_of_a_storage_account_writes_its_results_there() {
    let emulator = start(Emulator::builder()).await;
    emulator.put_blob("https://a.blob/in.jsonl", lines(&["a"]));
    let body = json!({"input_blob": "https://a.blob/in.jsonl", "endpoint": "/chat/completions",
        "completion_window": "24h", "output_folder": {"url": "https://a.blob/out"}});
    let made = create(&emulator, "/batches", body).await;
    let path = format!("/batches/{}", made["id"].as_str().unwrap());
    let (done, _) = until(&emulator, &path, &OVER).await;
    let results = emulator.blob(done["output_blob"].as_str().unwrap()).unwrap();
    assert!(String::from_utf8_lossy(&results).contains("\"custom_id\":\"q0\""));
}

fn examples(count: usize) -> String {
    let example = json!({"messages": [{"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"}]});
    vec![example.to_string(); count].join("\n")
}

#[tokio::test]
async fn a_fine_tuning_job_advances_with_events_and_checkpoints_and_can_be_paused() {
    let emulator = start(Emulator::builder()).await;
    let training = file(&emulator, "fine-tune", &examples(10)).await;
    let body = json!({"model": "gpt-4o-mini", "training_file": training, "suffix": "polite",
        "hyperparameters": {"n_epochs": 2}});
    let job = create(&emulator, "/fine_tuning/jobs", body).await;
    let path = format!("/fine_tuning/jobs/{}", job["id"].as_str().unwrap());
    let pause = format!("{path}/pause");
    assert_eq!(call(&emulator, "POST", &pause, Value::Null).await.status, 400, "too early");
    let (_, seen) = until(&emulator, &path, &["running"]).await;
    assert_eq!(seen, ["pending", "running"]);
    create(&emulator, &pause, Value::Null).await;
    assert_eq!(get(&emulator, &path).await["status"], "paused");
    create(&emulator, &format!("{path}/resume"), Value::Null).await;
    let (done, _) = until(&emulator, &path, &OVER).await;
    assert_eq!(done["status"], "succeeded");
    assert!(done["fine_tuned_model"].as_str().unwrap().ends_with("-polite"));
    let events = get(&emulator, &format!("{path}/events?limit=100")).await;
    let events = events["data"].as_array().unwrap();
    assert_eq!(events[0]["message"], "The job has succeeded.", "the newest is the first");
    assert!(events.iter().any(|event| event["data"]["train_loss"].is_number()));
    let points = get(&emulator, &format!("{path}/checkpoints")).await;
    assert_eq!(points["data"].as_array().unwrap().len(), 2);
    let copy = format!("{path}/checkpoints/{}/copy", points["data"][0]["id"].as_str().unwrap());
    let body = json!({"destinationResourceId": "/x", "region": "westus"});
    assert_eq!(call(&emulator, "POST", &copy, body).await.status, 400, "a header is missing");
}

#[tokio::test]
async fn a_fine_tuning_job_fails_for_bad_examples_and_when_it_is_told_to() {
    let emulator = start(Emulator::builder()).await;
    let few = file(&emulator, "fine-tune", &examples(9)).await;
    let enough = file(&emulator, "fine-tune", &examples(10)).await;
    for (training, code) in [(few, "invalid_training_file"), (enough, "out_of_capacity")] {
        emulator.fail(JobFault::new(Step::FineTuningRun, "out_of_capacity"));
        let body = json!({"model": "gpt-4o-mini", "training_file": training});
        let job = create(&emulator, "/fine_tuning/jobs", body).await;
        let path = format!("/fine_tuning/jobs/{}", job["id"].as_str().unwrap());
        let (failed, _) = until(&emulator, &path, &OVER).await;
        assert_eq!((&failed["status"], &failed["error"]["code"]), (&json!("failed"), &json!(code)));
    }
}

#[tokio::test]
async fn an_eval_grades_the_items_of_its_runs() {
    let emulator = start(Emulator::builder()).await;
    let criterion = json!({"type": "string_check", "name": "same", "operation": "eq",
        "input": "{{sample.output_text}}", "reference": "{{item.label}}"});
    let body = json!({"name": "e", "data_source_config": {"type": "custom", "item_schema": {}},
        "testing_criteria": [criterion]});
    let eval = create(&emulator, "/evals", body).await;
    let path = format!("/evals/{}/runs", eval["id"].as_str().unwrap());
    let content = json!([{"item": {"label": "a"}, "sample": {"output_text": "a"}},
        {"item": {"label": "a"}, "sample": {"output_text": "b"}}]);
    let source = json!({"type": "jsonl", "source": {"type": "file_content", "content": content}});
    let run = create(&emulator, &path, json!({"data_source": source})).await;
    let path = format!("{path}/{}", run["id"].as_str().unwrap());
    let (done, _) = until(&emulator, &path, &OVER).await;
    assert_eq!(
        (&done["result_counts"]["passed"], &done["result_counts"]["failed"]),
        (&json!(1), &json!(1))
    );
    let items = get(&emulator, &format!("{path}/output_items")).await;
    assert_eq!(items["data"].as_array().unwrap().len(), 2);
}
