//! Files, uploads in parts, vector stores and containers, against the emulator.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use openai_azure::files::{FileObject, FileStatus};
use openai_azure::uploads::UploadStatus;
use openai_azure::vector_stores::{ChunkingStrategy, SearchFilter, VectorStoreStatus};
use openai_azure::{
    CallOptions, Client, Endpoint, Error, ErrorKind, ListOrder, Page, Polling, Upload,
};
use openai_azure_emulator::{Emulator, JobFault, Reply, Step};
use openai_azure_tests::planted;
#[cfg(unix)]
use openai_azure_tests::skip::skipped;
use serde_json::json;

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder().endpoint(planted::dated(emulator.endpoint()));
    let client = client.api_version("2025-04-01-preview").api_key(emulator.api_key());
    let client = client.build().unwrap();
    (emulator, client)
}

async fn v1() -> (Emulator, Client) {
    let emulator = Emulator::builder().validate(false).start().await.unwrap();
    let endpoint = Endpoint::v1(emulator.endpoint()).unwrap();
    let client = planted::builder().endpoint(endpoint).api_key(emulator.api_key());
    let client = client.build().unwrap();
    (emulator, client)
}

fn quickly() -> Polling {
    Polling::new().every(Duration::from_millis(2)).at_most(Duration::from_secs(20))
}

fn busy() -> Reply {
    Reply::status(429).header("retry-after-ms", "1").json(json!({}))
}

fn temporary(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("openai-azure-{name}-{}", std::process::id()))
}

#[tokio::test]
async fn a_file_is_uploaded_listed_downloaded_and_deleted() {
    let (emulator, client) = service().await;
    let files = client.files().polling(quickly());
    let sent = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&sent);
    let file = files
        .upload(Upload::bytes("a.jsonl", "one\ntwo\n"), "batch")
        .on_progress(move |bytes, total| told.lock().unwrap().push((bytes, total)))
        .send()
        .await
        .unwrap();
    assert_eq!(sent.lock().unwrap().last(), Some(&(8, Some(8))));
    let request = emulator.last().unwrap();
    assert_eq!(request.part("purpose").unwrap().text(), "batch");
    assert_eq!(request.part("file").unwrap().file_name.as_deref(), Some("a.jsonl"));
    let done = files.wait(&file.id).await.unwrap();
    assert_eq!(done.status, Some(FileStatus::Processed));
    let listed = files.list().purpose("batch").send().await.unwrap();
    assert_eq!((listed.data.len(), listed.data[0].id.as_str()), (1, file.id.as_str()));
    assert_eq!(&files.content(&file.id).await.unwrap()[..], b"one\ntwo\n");
    let mut stream = files.content(&file.id).stream().await.unwrap();
    assert_eq!(stream.try_next().await.unwrap().unwrap(), "one\ntwo\n");
    let path = temporary("content");
    let written = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&written);
    let content = files.content(&file.id);
    let content =
        content.on_progress(move |bytes, total| told.lock().unwrap().push((bytes, total)));
    assert_eq!(*content.save(&path).await.unwrap(), 8);
    assert_eq!(written.lock().unwrap().last(), Some(&(8, Some(8))));
    assert_eq!(std::fs::read(&path).unwrap(), b"one\ntwo\n");
    std::fs::remove_file(path).unwrap();
    assert!(files.delete(&file.id).await.unwrap().deleted);
    assert_eq!(files.get(&file.id).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_file_can_expire_and_fail() {
    let (emulator, client) = v1().await;
    let files = client.files().polling(quickly());
    let lifetime = Duration::from_secs(14 * 86_400);
    let file = files.upload(Upload::bytes("a.jsonl", "x"), "batch").expires_after(lifetime);
    let file = file.send().await.unwrap();
    assert_eq!(file.expires_at, Some(file.created_at + 14 * 86_400));
    let sent = emulator.last().unwrap();
    assert_eq!(sent.part("expires_after[anchor]").unwrap().text(), "created_at");
    emulator.fail(JobFault::new(Step::FileProcessing, "x").message("unreadable"));
    let file = files.wait(&file.id).await.unwrap();
    assert_eq!(file.status, Some(FileStatus::Error));
    assert_eq!(file.status_details.as_deref(), Some("unreadable"));
}

#[tokio::test]
async fn an_upload_is_sent_whole_again_after_a_429_but_a_stream_is_sent_once() {
    let (emulator, client) = service().await;
    emulator.reply(busy());
    let file = client.files().upload(Upload::bytes("a.jsonl", "one\n"), "batch").await.unwrap();
    assert_eq!((file.retries_taken(), file.bytes), (1, 4));
    emulator.reply(busy());
    let chunks = stream::iter([Ok::<_, std::io::Error>(&b"one\n"[..])]);
    let file = Upload::stream("a.jsonl", chunks);
    let error = client.files().upload(file, "batch").await.unwrap_err();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::RateLimit, 0));
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_uploaded_whole_and_once() {
    let (emulator, client) = service().await;
    let path = temporary("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    if !made.is_ok_and(|status| status.success()) {
        skipped("there is no mkfifo");
        return;
    }
    let pipe = path.clone();
    let writer = std::thread::spawn(move || std::fs::write(pipe, "one\ntwo\n").unwrap());
    emulator.reply(busy());
    let file = Upload::path(&path).named("a.jsonl");
    assert!(!file.is_repeatable());
    let error = client.files().upload(file, "batch").await.unwrap_err();
    writer.join().unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!((error.kind(), error.retries_taken()), (ErrorKind::RateLimit, 0));
    assert_eq!(emulator.last().unwrap().part("file").unwrap().text(), "one\ntwo\n");
}

#[tokio::test]
async fn a_file_that_is_missing_or_empty_is_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    for file in [Upload::path("/no/such/file.jsonl"), Upload::bytes("a.jsonl", "")] {
        let error = client.files().upload(file, "batch").await.unwrap_err();
        assert!(matches!(error, Error::Config(_)));
    }
    assert!(client.uploads().create("/no/such/file", "batch").await.is_err());
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn a_file_is_imported_from_a_url() {
    let (emulator, client) = service().await;
    let url = "https://a.blob.core.windows.net/x.jsonl?sig=secret";
    let request = client.files().import(url, "x.jsonl", "batch");
    assert!(!format!("{request:?}").contains("secret"));
    let file = request.send().await.unwrap();
    assert_eq!(file.filename, "x.jsonl");
    assert!(emulator.last().unwrap().violations.is_empty());
}

#[tokio::test]
async fn a_list_is_read_page_by_page_and_continued_from_its_cursor() {
    let (_emulator, client) = v1().await;
    for number in 0..5 {
        let file = Upload::bytes(format!("{number}.txt"), "x");
        client.files().upload(file, "assistants").await.unwrap();
    }
    let list = || client.files().list().limit(2).order(ListOrder::Ascending);
    let names = |page: &Page<FileObject>| {
        page.data.iter().map(|file| file.filename.clone()).collect::<Vec<_>>()
    };
    let mut pages = list().pages();
    let first = pages.try_next().await.unwrap().unwrap();
    assert_eq!(names(&first), ["0.txt", "1.txt"]);
    assert!(first.has_more);
    assert_eq!(first.next_after(), pages.cursor());
    assert_eq!(names(&pages.try_next().await.unwrap().unwrap()), ["2.txt", "3.txt"]);
    let rest = list().after(pages.cursor().unwrap()).pages();
    let rest: Vec<_> = rest.map(|page| names(&page.unwrap())).collect().await;
    assert_eq!(rest, [["4.txt"]]);
    assert_eq!(names(&pages.try_next().await.unwrap().unwrap()), ["4.txt"]);
    assert!(pages.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_wait_reports_what_it_sees_and_outlives_failed_requests() {
    let (emulator, client) = v1().await;
    let files = client.files().polling(quickly());
    let file = files.upload(Upload::bytes("a.txt", "x"), "assistants").await.unwrap();
    let down = Reply::status(503).header("retry-after-ms", "1").json(json!({}));
    emulator.reply_to(&format!("/files/{}", file.id), down.times(9));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let waiting = files.wait(&file.id);
    let done = waiting.on_progress(move |file| told.lock().unwrap().push(file.status.clone()));
    assert_eq!(done.await.unwrap().status, Some(FileStatus::Processed));
    assert_eq!(seen.lock().unwrap().last(), Some(&Some(FileStatus::Processed)));
    let never = Polling::new().every(Duration::from_millis(2)).at_most(Duration::from_millis(20));
    emulator.reply_to(&format!("/files/{}", file.id), busy().times(1_000));
    let error = files.wait(&file.id).polling(never).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

/// `ITEMS=10000 cargo test -p openai-azure-tests --test client long_list` is the full size.
fn items() -> usize {
    std::env::var("ITEMS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000)
}

#[tokio::test]
async fn a_long_list_is_read_once_and_in_order_with_faults_on_a_tenth_of_the_pages() {
    let (emulator, client) = v1().await;
    let container = client.containers().create("c").send().await.unwrap();
    let files = client.containers().files(&container.id);
    // One by one would take long: they are sent side by side, in any order.
    let uploads = (0..items()).map(|_| files.upload(Upload::bytes("a.txt", "x")));
    let mut uploads = stream::iter(uploads).buffer_unordered(16);
    while let Some(file) = uploads.next().await {
        file.unwrap();
    }
    let path = format!("/containers/{}/files", container.id);
    let mut entries = files.list().limit(100).order(ListOrder::Ascending).stream();
    let mut ids = std::collections::HashSet::new();
    let mut times = Vec::new();
    let mut read = 0;
    while let Some(file) = entries.try_next().await.unwrap() {
        if read % 1_000 == 0 {
            emulator.reply_to(&path, busy());
        }
        read += 1;
        assert!(ids.insert(file.id), "an entry came twice");
        times.push(file.created_at);
    }
    assert_eq!(read, items());
    assert!(times.is_sorted(), "oldest first");
    let pages = emulator.journal();
    let pages = pages.iter().filter(|request| request.method == "GET").count();
    assert_eq!(pages, items() / 100 + items() / 1_000, "each tenth page was requested twice");
}

#[tokio::test]
async fn an_upload_in_parts_becomes_one_file_and_a_part_that_fails_twice_is_sent_three_times() {
    let (emulator, client) = service().await;
    let path = temporary("parts");
    let content: Vec<u8> = (0..1_000_000_u32).map(|number| (number % 251) as u8).collect();
    std::fs::write(&path, &content).unwrap();
    emulator.reply_to("/parts", busy().times(2));
    let sent = Arc::new(Mutex::new(0));
    let told = Arc::clone(&sent);
    let file = client
        .uploads()
        .create(&path, "fine-tune")
        .filename("examples.jsonl")
        .part_bytes(300_000)
        .concurrency(1)
        .on_progress(move |bytes, total| {
            assert!(bytes <= total);
            *told.lock().unwrap() = bytes;
        })
        .send()
        .await
        .unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!(*sent.lock().unwrap(), 1_000_000);
    assert_eq!((file.bytes, file.filename.as_str()), (1_000_000, "examples.jsonl"));
    assert_eq!(*client.files().content(&file.id).await.unwrap(), content);
    let journal = emulator.journal();
    let parts = journal.iter().filter(|request| request.path.ends_with("/parts"));
    let first: Vec<_> = parts.clone().map(|request| request.parts[0].body.slice(..4)).collect();
    assert_eq!(first.len(), 4 + 2);
    assert!(first[0] == first[1] && first[1] == first[2] && first[2] != first[3]);
}

#[tokio::test]
async fn an_upload_goes_on_after_a_crash_with_the_missing_parts() {
    let (emulator, client) = service().await;
    let (path, checkpoint) = (temporary("resumed"), temporary("checkpoint"));
    let _ = std::fs::remove_file(&checkpoint);
    std::fs::write(&path, vec![7; 1_000]).unwrap();
    let upload = || {
        let upload = client.uploads().create(&path, "batch").part_bytes(100);
        upload.concurrency(1).checkpoint(&checkpoint).send()
    };
    for _ in 0..3 {
        emulator.reply_to("/parts", Reply::usual());
    }
    emulator.reply_to("/parts", Reply::status(400).json(json!({"error": {"message": "no"}})));
    assert_eq!(upload().await.unwrap_err().kind(), ErrorKind::BadRequest);
    let before = emulator.requests();
    let file = upload().await.unwrap();
    assert_eq!(file.bytes, 1_000);
    assert_eq!(emulator.requests() - before, 7 + 1, "seven parts and the end");
    assert!(!checkpoint.exists());
    // The file has changed: the next one begins anew.
    std::fs::write(&path, vec![8; 500]).unwrap();
    assert_eq!(upload().await.unwrap().bytes, 500);
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn an_upload_is_made_by_hand_and_cancelled() {
    let (_emulator, client) = service().await;
    let uploads = client.uploads();
    let upload = uploads.start("a.txt", 3, "text/plain", "assistants").await.unwrap();
    let part = uploads.add_part(&upload.id, Upload::bytes("part", "abc")).await.unwrap();
    let done = uploads.complete(&upload.id, std::slice::from_ref(&part.id)).await.unwrap();
    assert_eq!(done.status, Some(UploadStatus::Completed));
    let other = uploads.start("a.txt", 3, "text/plain", "assistants").await.unwrap();
    let cancelled = uploads.cancel(&other.id).await.unwrap();
    assert_eq!(cancelled.status, Some(UploadStatus::Cancelled));
}

#[tokio::test]
async fn a_vector_store_is_filled_searched_changed_and_deleted() {
    let (emulator, client) = v1().await;
    let options = CallOptions::new().any_version(true);
    let stores = client.vector_stores().options(options).polling(quickly());
    let store = stores.create().name("zoo").expires_after_days(7).metadata("a", "b");
    let store = store.send().await.unwrap();
    assert_eq!(store.expires_after.as_ref().unwrap().days, 7);
    emulator.fail(JobFault::new(Step::VectorStoreFile, "invalid_file").only("bad.txt"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let outcomes = stores
        .files(&store.id)
        .upload_and_wait([
            Upload::bytes("cats.txt", "Cats sleep all day"),
            Upload::bytes("bad.txt", "x"),
            Upload::bytes("dogs.txt", "Dogs run all day"),
            Upload::bytes("empty.txt", ""),
        ])
        .concurrency(2)
        .attribute("legs", 4)
        .chunking_strategy(ChunkingStrategy::Static {
            max_chunk_size_tokens: 100,
            chunk_overlap_tokens: 10,
        })
        .on_progress(move |progress| told.lock().unwrap().push((progress.done, progress.failed)))
        .send()
        .await
        .unwrap();
    let names: Vec<_> = outcomes.iter().map(|outcome| outcome.filename.as_str()).collect();
    assert_eq!(names, ["cats.txt", "bad.txt", "dogs.txt", "empty.txt"]);
    let good: Vec<_> = outcomes.iter().map(|outcome| outcome.is_searchable()).collect();
    assert_eq!(good, [true, false, true, false]);
    let failed = outcomes[1].result.as_ref().unwrap();
    assert_eq!(failed.last_error.as_ref().unwrap().code, "invalid_file");
    assert!(matches!(outcomes[3].result, Err(Error::Config(_))));
    assert_eq!(seen.lock().unwrap().last(), Some(&(4, 2)));

    let found = stores.search(&store.id, "when do cats sleep").max_num_results(1);
    let found = found.filters(SearchFilter::eq("legs", 4)).send().await.unwrap();
    assert_eq!((found.data.len(), found.data[0].filename.as_str()), (1, "cats.txt"));
    assert_eq!(found.data[0].text(), "Cats sleep all day");
    let none = stores.search(&store.id, "cats").filters(SearchFilter::gt("legs", 4));
    assert!(none.send().await.unwrap().data.is_empty());

    let files = stores.files(&store.id);
    let mut failed = files.list().filter("failed").stream();
    assert_eq!(
        failed.try_next().await.unwrap().unwrap().id,
        *outcomes[1].file_id.as_ref().unwrap()
    );
    let cats = outcomes[0].file_id.as_ref().unwrap();
    let attributes = serde_json::from_value(json!({"legs": 3})).unwrap();
    assert_eq!(files.update(cats, attributes).await.unwrap().attributes["legs"], 3);
    assert_eq!(files.content(cats).await.unwrap().data[0].text, "Cats sleep all day");
    assert!(files.delete(cats).await.unwrap().deleted);

    let renamed = stores.update(&store.id).name("farm").send().await.unwrap();
    assert_eq!((renamed.name.as_str(), renamed.file_counts.total), ("farm", 2));
    let done = stores.wait(&store.id).await.unwrap();
    assert_eq!(done.status, Some(VectorStoreStatus::Completed));
    assert_eq!(stores.list().stream().count().await, 1);
    assert!(stores.delete(&store.id).await.unwrap().deleted);
    assert_eq!(stores.get(&store.id).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn files_are_added_to_a_vector_store_together() {
    let (_emulator, client) = v1().await;
    let stores = client.vector_stores().polling(quickly());
    let store = stores.create().send().await.unwrap();
    let mut ids = Vec::new();
    for name in ["a.txt", "b.txt"] {
        let file = client.files().upload(Upload::bytes(name, name), "assistants").await.unwrap();
        ids.push(file.id.clone());
    }
    let batches = stores.file_batches(&store.id);
    let batch = batches.create(ids).attribute("k", "v").send().await.unwrap();
    assert_eq!(batch.file_counts.in_progress, 2);
    let done = batches.wait(&batch.id).await.unwrap();
    assert_eq!((done.file_counts.completed, done.file_counts.total), (2, 2));
    assert_eq!(batches.files(&batch.id).stream().count().await, 2);
}

#[tokio::test]
async fn a_container_has_files_of_its_own() {
    let (_emulator, client) = v1().await;
    let containers = client.containers();
    let container = containers.create("c").expires_after_minutes(5).memory_limit("4g");
    let container = container.send().await.unwrap();
    assert_eq!(container.memory_limit.as_ref().unwrap().as_str(), "4g");
    let files = containers.files(&container.id);
    let file = files.upload(Upload::bytes("a.txt", "one")).await.unwrap();
    assert_eq!((file.path.as_str(), file.bytes), ("/mnt/data/a.txt", 3));
    assert_eq!(*files.content(&file.id).await.unwrap(), "one");
    assert_eq!(files.get(&file.id).await.unwrap().source, "user");
    assert_eq!(files.list().stream().count().await, 1);
    files.delete(&file.id).await.unwrap();
    assert_eq!(containers.list().stream().count().await, 1);
    containers.delete(&container.id).await.unwrap();
    assert_eq!(containers.get(&container.id).await.unwrap_err().kind(), ErrorKind::NotFound);
}
