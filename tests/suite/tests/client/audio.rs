//! Sound: real traffic, every form of answer, uploads that are tried again, speech into files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use openai_azure::audio::{ServerVad, SpeechEvent, SpeechFormat, TranscriptEvent, Voice};
use openai_azure::{
    CallOptions, Client, Credential, Endpoint, Error, ErrorKind, RetryPolicy, Upload,
};
use openai_azure_emulator::{Emulator, Recorded, Reply};
use openai_azure_tests::exchange::{self, Exchange};
use openai_azure_tests::planted;
use openai_azure_tests::replay::{Cut, replay};
use openai_azure_tests::wire::{Step, Wire};
use serde_json::{Value, json};

const PREVIEW: &str = "2025-03-01-preview";

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder()
        .endpoint(emulator.endpoint())
        .api_key(emulator.api_key())
        .api_version(PREVIEW)
        .retry(quick())
        .build()
        .unwrap();
    (emulator, client)
}

fn quick() -> RetryPolicy {
    RetryPolicy::new().first_backoff(Duration::from_millis(1)).budget(1.0)
}

fn talk() -> Upload {
    Upload::bytes("talk.wav", sound())
}

/// Bytes in which boundaries and lines could be lost.
fn sound() -> Bytes {
    let mut sound = b"RIFF\r\n--\r\n\0".to_vec();
    sound.extend((0..200_000_u32).map(|at| (at % 251) as u8));
    sound.into()
}

/// A folder of this test alone.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir();
    let folder = folder.join(format!("openai-azure-audio-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn of_kind(kind: &str) -> Vec<Exchange> {
    let mut found = exchange::all();
    found.retain(|exchange| exchange.kind == kind);
    assert!(!found.is_empty(), "no exchange of kind {kind}");
    found
}

/// The fields of a form but its file, several values of a name joined by commas.
fn fields(request: &Recorded) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::<String, String>::new();
    for part in request.parts.iter().filter(|part| part.file_name.is_none()) {
        let text = fields.entry(part.name.clone()).or_default();
        if !text.is_empty() {
            text.push(',');
        }
        *text += &part.text();
    }
    fields
}

/// The same with every number as a float: `0` and `0.0` are one number.
fn floats(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(floats).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), floats(value))).collect()
        }
        other => other.clone(),
    }
}

#[tokio::test]
async fn every_recorded_transcription_decodes_and_nothing_of_it_is_lost() {
    let exchanges = of_kind("transcription");
    for exchange in &exchanges {
        let recorded: Value = serde_json::from_str(&exchange.response.body).unwrap();
        for cut in [Cut::Whole, Cut::Random(3)] {
            let (_emulator, client) = replay(exchange, cut).await.unwrap();
            let request = client.transcribe(exchange.deployment(), talk());
            let plain = request.clone().send().await;
            let plain = plain.unwrap_or_else(|e| panic!("{}: {e:?}", exchange.file));
            assert_eq!(plain.text, recorded["text"].as_str().unwrap(), "{}", exchange.file);
            assert_eq!(serde_json::to_value(&*plain).unwrap(), recorded, "{}", exchange.file);

            let (_emulator, client) = replay(exchange, cut).await.unwrap();
            let request = client.transcribe(exchange.deployment(), talk());
            let verbose = request.verbose().words().send().await.unwrap().into_inner();
            let kept = serde_json::to_value(&verbose).unwrap();
            for (name, value) in recorded.as_object().unwrap() {
                assert_eq!(floats(&kept[name]), floats(value), "{name} of {}", exchange.file);
            }
        }
    }
    println!("replayed {} transcriptions", exchanges.len());
}

#[tokio::test]
async fn text_and_subtitles_come_as_they_are() {
    for exchange in of_kind("transcription-text") {
        let (_emulator, client) = replay(&exchange, Cut::Random(1)).await.unwrap();
        let answer = client.transcribe("whisper", talk()).text().send().await.unwrap();
        assert_eq!(answer.into_inner().into_string(), exchange.response.body);
    }
    for exchange in of_kind("transcription-srt") {
        let (_emulator, client) = replay(&exchange, Cut::Random(1)).await.unwrap();
        let answer = client.transcribe("whisper", talk()).srt().send().await.unwrap();
        assert_eq!(**answer, *exchange.response.body);
        assert_eq!(answer.cues()[1].text, "Do not be late.");
        assert_eq!(answer.cues()[1].end, Duration::from_millis(4250));
    }
    for exchange in of_kind("transcription-vtt") {
        let (_emulator, client) = replay(&exchange, Cut::Random(1)).await.unwrap();
        let answer = client.transcribe("whisper", talk()).vtt().send().await.unwrap();
        assert_eq!(**answer, *exchange.response.body);
        assert_eq!(answer.cues().len(), 2);
    }
    for exchange in of_kind("translation") {
        let (_emulator, client) = replay(&exchange, Cut::Random(1)).await.unwrap();
        let answer = client.translate("whisper", talk()).send().await.unwrap();
        assert_eq!(answer.text, "The train leaves at ten.");
    }
}

#[tokio::test]
async fn a_streamed_transcription_gives_its_words_and_keeps_unknown_events() {
    for exchange in of_kind("transcription-sse") {
        for cut in [Cut::Whole, Cut::Frames, Cut::Random(1), Cut::Random(2)] {
            let (_emulator, client) = replay(&exchange, cut).await.unwrap();
            let request = client.transcribe(exchange.deployment(), talk());
            let mut stream = request.stream().await.unwrap();
            let mut heard = String::new();
            while let Some(event) = stream.try_next().await.unwrap() {
                heard += event.delta();
            }
            assert_eq!(heard, "The train leaves at ten.");
            assert_eq!(stream.text_so_far(), heard);
        }
    }
    let (emulator, client) = service().await;
    let odd = json!({"type": "transcript.text.mark", "text": "The"});
    let done = json!({"type": "transcript.text.done", "text": "The train",
        "usage": {"type": "tokens", "input_tokens": 14, "output_tokens": 2, "total_tokens": 16}});
    emulator.reply(Reply::status(200).sse([odd.clone(), done]));
    let stream = client.transcribe("gpt-4o-transcribe", talk()).stream().await.unwrap();
    let events: Vec<TranscriptEvent> = stream.into_inner().try_collect().await.unwrap();
    assert_eq!(events[0], TranscriptEvent::Other(odd));
    let TranscriptEvent::Done(whole) = &events[1] else { panic!("{events:?}") };
    assert_eq!(whole.usage.as_ref().unwrap().total_tokens, 16);
    assert_eq!(fields(&emulator.last().unwrap())["stream"], "true");
}

#[tokio::test]
async fn an_error_inside_a_streamed_transcription_carries_what_was_heard() {
    let (emulator, client) = service().await;
    let delta = json!({"type": "transcript.text.delta", "delta": "The train"});
    let error = json!({"error": {"code": "server_error", "message": "no more"}});
    emulator.reply(Reply::status(200).sse([delta, error]));
    let mut stream = client.transcribe("gpt-4o-transcribe", talk()).stream().await.unwrap();
    stream.try_next().await.unwrap();
    let Err(Error::Api(error)) = stream.try_next().await else { panic!() };
    assert_eq!(error.partial_text(), "The train");
}

#[tokio::test]
async fn each_setter_is_one_field_of_the_form_and_what_is_not_set_is_absent() {
    let (emulator, client) = service().await;
    let request = || client.transcribe("whisper", talk());
    let sent = |emulator: &Emulator| {
        let request = emulator.last().unwrap();
        assert!(request.violations.is_empty(), "{:?}", request.violations);
        assert_eq!(request.part("file").unwrap().body, sound());
        Value::from_iter(fields(&request))
    };
    request().send().await.unwrap();
    assert_eq!(sent(&emulator), json!({}));
    request().language("de").prompt("Grüße").temperature(0.5).text().send().await.unwrap();
    let expected = json!({
        "language": "de", "prompt": "Grüße", "temperature": "0.5", "response_format": "text",
    });
    assert_eq!(sent(&emulator), expected);
    request().verbose().send().await.unwrap();
    assert_eq!(sent(&emulator), json!({"response_format": "verbose_json"}));
    // The recorded request with words had these members; its body was not kept.
    request().verbose().words().send().await.unwrap();
    let expected = json!({
        "response_format": "verbose_json", "timestamp_granularities[]": "word,segment",
    });
    assert_eq!(sent(&emulator), expected);
    let more = request().extra("include", json!(["logprobs"])).extra("language", "fr");
    more.language("de").send().await.unwrap();
    assert_eq!(sent(&emulator), json!({"include[]": "logprobs", "language": "fr"}));
    request().srt().send().await.unwrap();
    assert_eq!(sent(&emulator), json!({"response_format": "srt"}));
    request().vtt().send().await.unwrap();
    assert_eq!(sent(&emulator), json!({"response_format": "vtt"}));

    let translation = client.translate("whisper", talk()).prompt("p").temperature(0.0);
    let answer = translation.verbose().send().await.unwrap();
    assert_eq!(answer.task, "translate");
    let expected = json!({"prompt": "p", "temperature": "0", "response_format": "verbose_json"});
    assert_eq!(sent(&emulator), expected);
    assert!(emulator.last().unwrap().path.ends_with("/deployments/whisper/audio/translations"));
}

#[tokio::test]
async fn files_bytes_and_streams_arrive_whole_with_name_and_media_type() {
    let (emulator, client) = service().await;
    let folder = folder("upload");
    let path = folder.join("a talk \"ä\".mp3");
    std::fs::write(&path, sound()).unwrap();
    let pieces = || {
        stream::iter(
            sound()
                .chunks(1000)
                .map(Bytes::copy_from_slice)
                .map(Ok::<_, std::io::Error>)
                .collect::<Vec<_>>(),
        )
    };
    let size = sound().len() as u64;
    for (upload, name, media_type, length) in [
        (Upload::path(&path), "a talk \"ä\".mp3", "audio/mpeg", true),
        (Upload::path(&path).named("b.flac"), "b.flac", "audio/flac", true),
        (Upload::bytes("c.wav", sound()), "c.wav", "audio/wav", true),
        (Upload::stream("d.ogg", pieces()), "d.ogg", "audio/ogg", false),
        (Upload::stream("e.ogg", pieces()).length(size).media_type("x/y"), "e.ogg", "x/y", true),
    ] {
        client.transcribe("whisper", upload).send().await.unwrap();
        let request = emulator.last().unwrap();
        let part = request.part("file").unwrap();
        assert_eq!(part.file_name.as_deref(), Some(name));
        assert_eq!(part.content_type.as_deref(), Some(media_type));
        assert_eq!(part.body, sound(), "{name}");
        assert_eq!(request.header("content-length").is_some(), length, "{name}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn an_upload_is_tried_again_with_its_whole_body() {
    let (emulator, client) = service().await;
    let folder = folder("retry");
    let path = folder.join("talk.wav");
    std::fs::write(&path, sound()).unwrap();
    for upload in [talk(), Upload::path(&path)] {
        emulator.clear_journal();
        emulator.reply(Reply::status(429).header("retry-after-ms", "1").times(1));
        emulator.reply(Reply::status(500));
        let request = client.transcribe("whisper", upload).prompt("p");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.retries_taken(), 2);
        let journal = emulator.journal();
        assert_eq!(journal.len(), 3);
        for request in &journal {
            assert_eq!(request.part("file").unwrap().body, sound());
            assert_eq!(request.part("prompt").unwrap().text(), "p");
        }
        let keys: Vec<_> =
            journal.iter().map(|request| request.header("idempotency-key")).collect();
        assert!(keys[0].is_some() && keys.iter().all(|key| *key == keys[0]));
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_stream_is_sent_once_whatever_the_policy_says() {
    let (emulator, client) = service().await;
    emulator.reply(Reply::status(429).header("retry-after-ms", "1"));
    let pieces = stream::iter([Ok::<_, std::io::Error>("one"), Ok("two")]);
    let upload = Upload::stream("talk.wav", pieces);
    let request = client.transcribe("whisper", upload.clone());
    let error = request.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimit);
    assert_eq!((error.retries_taken(), emulator.requests()), (0, 1));
    let again = client.transcribe("whisper", upload).send().await.unwrap_err();
    assert!(again.to_string().contains("sent already"), "{again}");
    assert_eq!(emulator.requests(), 1);
}

#[tokio::test]
async fn a_refused_token_is_dropped_but_a_stream_is_not_sent_again() {
    let emulator = Emulator::start().await.unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let (count, token) = (Arc::clone(&asked), emulator.bearer().to_owned());
    let credential = Credential::provider(move || {
        count.fetch_add(1, Ordering::SeqCst);
        let token = token.clone();
        async move { Ok::<_, std::io::Error>(token) }
    });
    let client = planted::builder().endpoint(emulator.endpoint()).credential(credential);
    let client = client.retry(quick()).build().unwrap();
    let refused = || Reply::status(401).json(json!({"error": {"code": "401", "message": "no"}}));

    emulator.reply(refused());
    let pieces = stream::iter([Ok::<_, std::io::Error>("one")]);
    let once = client.transcribe("whisper", Upload::stream("talk.wav", pieces));
    let error = once.send().await.unwrap_err();
    assert_eq!((error.kind(), emulator.requests()), (ErrorKind::Authentication, 1));

    emulator.reply(refused());
    let answer = client.transcribe("whisper", talk()).send().await.unwrap();
    assert_eq!((answer.retries_taken(), emulator.requests()), (1, 3));
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_stream_that_fails_is_a_failed_call() {
    let (_emulator, client) = service().await;
    let pieces = stream::iter([Ok("one"), Err(std::io::Error::other("the disk is gone"))]);
    let upload = Upload::stream("talk.wav", pieces);
    let error = client.transcribe("whisper", upload).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
}

#[tokio::test]
async fn what_cannot_be_heard_or_spoken_is_refused_before_anything_is_sent() {
    let (emulator, client) = service().await;
    let large = vec![0; (25 << 20) + 1];
    for (file, word) in [
        (Upload::path("no/such/talk.mp3"), "talk.mp3 cannot be read"),
        (Upload::bytes("talk.mp3", ""), "talk.mp3 is empty"),
        (Upload::bytes("talk.mp3", large), "26214401 bytes"),
        (
            Upload::stream("a", stream::empty::<std::io::Result<Bytes>>()).length(1 << 30),
            "1073741824",
        ),
    ] {
        let transcription = client.transcribe("whisper", file.clone()).send().await;
        let translation = client.translate("whisper", file).vtt().send().await;
        for error in [transcription.unwrap_err(), translation.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::Config);
            assert!(error.to_string().contains(word), "{error}");
        }
    }
    let hot = client.transcribe("whisper", talk()).temperature(1.5).send().await;
    assert_eq!(hot.unwrap_err().kind(), ErrorKind::Config);
    let odd = client.transcribe("whisper", talk()).extra("a\"b", 1).send().await;
    assert_eq!(odd.unwrap_err().kind(), ErrorKind::Config);
    for speech in [
        client.speak("tts", ""),
        client.speak("tts", "ä".repeat(4097)),
        client.speak("tts", "x").speed(0.2),
        client.speak("tts", "x").speed(4.1),
        client.speak("tts", "x").speed(f64::NAN),
    ] {
        assert_eq!(speech.clone().send().await.unwrap_err().kind(), ErrorKind::Config);
        assert_eq!(speech.stream().await.unwrap_err().kind(), ErrorKind::Config);
    }
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn v1_without_its_preview_says_which_versions_have_it() {
    let endpoint = Endpoint::v1("https://example.openai.azure.com").unwrap();
    let client = planted::builder().endpoint(endpoint).api_key("key").api_version("v1");
    let client = client.build().unwrap();
    let errors = [
        client.transcribe("whisper", talk()).send().await.unwrap_err(),
        client.translate("whisper", talk()).send().await.unwrap_err(),
        client.speak("tts", "x").send().await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("v1-preview"), "{error}");
    }
    let (emulator, client) = service().await;
    let ga = CallOptions::new().api_version("2024-10-21");
    let error = client.speak("tts", "x").options(ga).send().await.unwrap_err();
    assert!(error.to_string().contains("has no speech_create"), "{error}");
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn speech_is_whole_streamed_or_a_file() {
    let (emulator, client) = service().await;
    let request = client.speak("tts", "The train leaves at ten.").voice("nova");
    let request = request.response_format(SpeechFormat::Wav).speed(1.25);
    let sound = request.clone().send().await.unwrap();
    assert!(sound.starts_with(b"RIFF"));
    let body = json!({"input": "The train leaves at ten.", "voice": "nova",
        "response_format": "wav", "speed": 1.25});
    assert_eq!(emulator.last().unwrap().json(), body);

    let stream = request.clone().stream().await.unwrap();
    assert!(stream.request_ids().request_id().is_some());
    let pieces: Vec<Bytes> = stream.into_inner().try_collect().await.unwrap();
    assert_eq!(pieces.concat(), **sound);

    let folder = folder("speech");
    let path = folder.join("train.wav");
    // Calls can be spawned.
    let saving = request.save(path.clone());
    let saved = tokio::spawn(saving).await.unwrap().unwrap();
    assert_eq!(*saved, sound.len() as u64);
    assert_eq!(std::fs::read(&path).unwrap(), **sound);
    assert_eq!(names(&folder), ["train.wav"]);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn voices_that_are_not_known_are_sent_as_they_are() {
    let (emulator, client) = service().await;
    emulator.reply(Reply::status(200).body("sound"));
    let request = client.speak("tts", "Hi").voice("marin").instructions("Cheerfully.");
    request.extra("stream_format", "audio").send().await.unwrap();
    let body = json!({"input": "Hi", "voice": "marin", "instructions": "Cheerfully.",
        "stream_format": "audio"});
    assert_eq!(emulator.last().unwrap().json(), body);
    client.speak("tts", "Hi").voice(Voice::Onyx).send().await.unwrap();
    assert_eq!(emulator.last().unwrap().json(), json!({"input": "Hi", "voice": "onyx"}));
    client.speak("tts", "Hi").send().await.unwrap();
    assert_eq!(emulator.last().unwrap().json()["voice"], "alloy");
}

#[tokio::test]
async fn a_file_is_saved_whole_or_not_at_all() {
    let (emulator, client) = service().await;
    let folder = folder("broken");
    let path = folder.join("train.mp3");
    std::fs::write(&path, "old").unwrap();
    let broken = || Reply::status(200).header("content-length", "9000").body(vec![7; 9000]);
    emulator.reply(broken().cut_after(5000).times(3));
    let error = client.speak("tts", "Hi").save(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error:?}");
    assert_eq!(error.retries_taken(), 2);
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(names(&folder), ["train.mp3"]);

    emulator.reply(broken().cut_after(5000));
    let saved = client.speak("tts", "Hi").save(&path).await.unwrap();
    assert_eq!(saved.retries_taken(), 1);
    let written = std::fs::read(&path).unwrap();
    assert_eq!(written.len() as u64, *saved);
    assert!(written.starts_with(b"RIFF"));

    let requests = emulator.requests();
    let error = client.speak("tts", "Hi").save(folder.join("no/such.mp3")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(emulator.requests(), requests);
    assert_eq!(names(&folder), ["train.mp3"]);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_streamed_speech_that_breaks_or_falls_silent_is_an_error() {
    let (emulator, client) = service().await;
    let pieces = vec![vec![1_u8; 100]; 3];
    let half = Reply::status(200).chunks(pieces.clone()).cut_after(250);
    emulator.reply(half);
    let mut stream = client.speak("tts", "Hi").stream().await.unwrap();
    let mut error = None;
    for _ in 0..5 {
        match stream.try_next().await {
            Ok(_) => {}
            Err(e) => error = error.or(Some(e)),
        }
    }
    assert_eq!(error.unwrap().kind(), ErrorKind::Connection);

    emulator.reply(Reply::status(200).chunks(pieces).pause(Duration::from_secs(5)));
    let options = CallOptions::new().idle_timeout(Duration::from_millis(50));
    let mut stream = client.speak("tts", "Hi").options(options).stream().await.unwrap();
    assert!(stream.try_next().await.unwrap().is_some());
    let error = stream.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(stream.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn before_the_first_bytes_of_speech_only_the_timeout_counts() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n".to_vec();
    let late = Step::Wait(Duration::from_millis(200));
    let steps = vec![Step::Write(head), late, Step::Write(b"audio".to_vec())];
    let wire = Wire::always(steps).await;
    let endpoint = planted::dated(&wire.endpoint());
    let builder = planted::builder().endpoint(endpoint).api_key(planted::KEY);
    let client = builder.api_version(PREVIEW).build().unwrap();
    let options = CallOptions::new().idle_timeout(Duration::from_millis(50));
    let mut stream = client.speak("tts", "Hi").options(options).stream().await.unwrap();
    assert_eq!(stream.try_next().await.unwrap().unwrap(), "audio");
    assert_eq!(wire.requests().len(), 1);
}

#[tokio::test]
async fn transcripts_of_speakers_and_speech_as_events_on_v1() {
    let emulator = Emulator::start().await.unwrap();
    let builder = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    let client = builder.build().unwrap();
    let model = "gpt-4o-transcribe-diarize";
    let vad = ServerVad { threshold: Some(0.5), ..ServerVad::default() };
    let request = client.transcribe(model, talk()).diarized().chunking_strategy(vad);
    let mut stream = request.stream().await.unwrap();
    let sent = emulator.last().unwrap();
    let text = |name: &str| sent.part(name).map(openai_azure_emulator::Part::text);
    assert_eq!(text("chunking_strategy[type]").as_deref(), Some("server_vad"));
    assert_eq!(text("chunking_strategy[threshold]").as_deref(), Some("0.5"));
    let (mut segments, mut done) = (Vec::new(), None);
    while let Some(event) = stream.try_next().await.unwrap() {
        match event {
            TranscriptEvent::Segment(segment) => segments.push(segment),
            TranscriptEvent::Done(whole) => done = Some(whole),
            _ => {}
        }
    }
    assert!(segments.len() >= 2 && segments.iter().all(|it| !it.speaker.is_empty()));
    assert!(!done.unwrap().text.is_empty());

    let request = client.transcribe("gpt-4o-mini-transcribe", talk()).include("logprobs");
    let transcript = request.send().await.unwrap();
    assert!(!transcript.logprobs.is_empty() && transcript.usage.is_some());

    let speech = client.speak("gpt-4o-mini-tts", "Hello").response_format(SpeechFormat::Wav);
    let mut events = speech.clone().stream_events().await.unwrap();
    assert_eq!(emulator.last().unwrap().json()["stream_format"], "sse");
    let (mut audio, mut usage) = (Vec::new(), None);
    while let Some(event) = events.try_next().await.unwrap() {
        match event {
            SpeechEvent::Delta(bytes) => audio.extend_from_slice(&bytes),
            SpeechEvent::Done(tokens) => usage = Some(tokens),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(audio, speech.send().await.unwrap().to_vec());
    assert!(usage.unwrap().output_tokens > 0);
}
