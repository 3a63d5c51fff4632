//! Calls that wait, with and without an asynchronous runtime around them.

use std::time::Duration;

use openai_azure::blocking::{Wait, WaitStream};
use openai_azure::{Client, Error, ErrorKind, Upload};
use openai_azure_emulator::{Emulator, Reply};
use openai_azure_tests::planted;
use tokio::runtime::Runtime;

/// The emulator in a runtime of its own, since the client's is not for others.
fn service() -> (Runtime, Emulator, Client) {
    let runtime = Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let settings = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = settings.build().unwrap();
    (runtime, emulator, client)
}

#[test]
fn sends_and_iterates_outside_of_a_runtime() {
    let (_runtime, _emulator, client) = service();
    let whole = client.chat("gpt-4o").user("Count to ten.").send().wait().unwrap();
    assert!(whole.request_id().is_some());
    let stream = client.chat("gpt-4o").user("Count to ten.").stream().wait().unwrap().iter();
    let streamed: String = stream.map(|chunk| chunk.unwrap().text().to_owned()).collect();
    assert_eq!(streamed, whole.text());
}

#[test]
fn retries_and_errors_are_the_same() {
    let (_runtime, emulator, client) = service();
    emulator.reply(Reply::status(429).header("retry-after-ms", "1").json(serde_json::json!({})));
    let answer = client.chat("gpt-4o").user("Hello").send().wait().unwrap();
    assert_eq!(answer.retries_taken(), 1);
    let error = client.chat("no-such-deployment").user("Hello").send().wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn many_threads_share_a_client() {
    let (_runtime, _emulator, client) = service();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| client.chat("gpt-4o").user("Hello").send().wait().unwrap());
        }
    });
}

#[test]
fn inside_of_a_runtime_a_call_is_a_clear_error_and_a_thread_of_its_own_works() {
    let (runtime, emulator, client) = service();
    runtime.block_on(async {
        let error = client.chat("gpt-4o").user("Hello").send().wait().unwrap_err();
        assert!(matches!(error, Error::Config(_)), "{error}");
        assert!(error.to_string().contains("spawn_blocking"), "{error}");
        assert!(error.to_string().contains("block_in_place"), "{error}");
        let other = client.clone();
        let call = std::thread::spawn(move || other.chat("gpt-4o").user("Hello").send().wait());
        while !call.is_finished() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        call.join().unwrap().unwrap();
        // Dropping it here must not panic either.
        drop(client);
    });
    assert_eq!(emulator.journal().len(), 1);
}

#[test]
fn a_stream_that_is_dropped_early_leaves_the_client_usable() {
    let (_runtime, _emulator, client) = service();
    let mut stream = client.chat("gpt-4o").user("Count to ten.").stream().wait().unwrap().iter();
    assert!(stream.next().is_some());
    drop(stream);
    client.chat("gpt-4o").user("Hello").send().wait().unwrap();
}

#[test]
fn the_rest_of_an_iterator_is_read_as_a_stream_in_any_runtime() {
    let (runtime, _emulator, client) = service();
    let whole = client.chat("gpt-4o").user("Count to ten.").send().wait().unwrap();
    let mut stream = client.chat("gpt-4o").user("Count to ten.").stream().wait().unwrap().iter();
    let mut text = stream.next().unwrap().unwrap().text().to_owned();
    let mut rest = stream.into_inner();
    runtime.block_on(async {
        while let Some(chunk) = rest.try_next().await.unwrap() {
            text.push_str(chunk.text());
        }
    });
    assert_eq!(text, whole.text());
    let waited = client.chat("gpt-4o").user("Count to ten.").stream().wait().unwrap().iter();
    let mut rest = waited.into_inner();
    assert_eq!(rest.finish().wait().unwrap().text(), whole.text());
}

#[test]
fn sound_and_pictures_are_waited_for() {
    let (_runtime, emulator, client) = service();
    emulator.reply(Reply::status(429).header("retry-after-ms", "1"));
    let talk = Upload::bytes("talk.wav", "RIFF");
    let answer =
        client.transcribe("whisper", talk.clone()).verbose().words().send().wait().unwrap();
    assert_eq!((answer.retries_taken(), answer.words.len()), (1, 11));
    let subtitles = client.translate("whisper", talk.clone()).srt().send().wait().unwrap();
    assert_eq!(subtitles.cues().len(), 2);
    let events = client.transcribe("gpt-4o-transcribe", talk).stream().wait().unwrap().iter();
    let heard: String = events.map(|event| event.unwrap().delta().to_owned()).collect();
    assert_eq!(heard, answer.text);

    let speech = client.speak("tts", "Hello");
    let whole = speech.clone().send().wait().unwrap();
    let pieces: Vec<_> =
        speech.clone().stream().wait().unwrap().iter().map(Result::unwrap).collect();
    assert_eq!(pieces.concat(), **whole);
    let path = std::env::temp_dir().join(format!("openai-azure-blocking-{}", std::process::id()));
    assert_eq!(*speech.save(&path).wait().unwrap(), whole.len() as u64);
    assert_eq!(std::fs::read(&path).unwrap(), **whole);
    std::fs::remove_file(path).unwrap();

    let images = client.generate_image("dall-e-3", "a cat").base64().send().wait().unwrap();
    assert!(images.data[0].bytes().is_some());
}

#[test]
fn lists_are_iterated_across_their_pages() {
    let (_runtime, _emulator, client) = service();
    for number in 0..5 {
        let file = Upload::bytes(format!("{number}.jsonl"), "x");
        client.files().upload(file, "batch").wait().unwrap();
    }
    let files = client.files().list().limit(2).order("asc");
    let names: Vec<_> = files.stream().iter().map(|file| file.unwrap().filename).collect();
    assert_eq!(names, ["0.jsonl", "1.jsonl", "2.jsonl", "3.jsonl", "4.jsonl"]);
    let pages = client.files().list().limit(2).pages();
    let sizes: Vec<_> = pages.iter().map(|page| page.unwrap().data.len()).collect();
    assert_eq!(sizes, [2, 2, 1]);
    let page = client.files().list().limit(2).send().wait().unwrap();
    assert!(page.has_more);
    assert!(client.files().wait(&page.data[0].id).wait().unwrap().is_done());
}
