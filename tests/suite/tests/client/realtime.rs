//! Realtime sessions against the emulator.

use std::future::Future;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use openai_azure::realtime::{
    AudioFormat, ClientEvent, ConversationItem, Playback, RealtimeConnection, ResponseSettings,
    ResponseStatus, ServerEvent, Session, SessionKind, TurnDetection, Voice,
};
use openai_azure::{Client, Credential, Endpoint, Error, ErrorKind};
use openai_azure_emulator::{Emulator, RealtimeScript};
use openai_azure_tests::planted;
use serde_json::{Value, json};

const MODEL: &str = "gpt-realtime-1.5";

fn v1(emulator: &Emulator) -> Client {
    planted::builder()
        .endpoint(Endpoint::v1(emulator.endpoint()).unwrap())
        .api_key(emulator.api_key())
        .build()
        .unwrap()
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), what).await.expect("it hangs")
}

async fn until(
    session: &mut RealtimeConnection,
    mut is_it: impl FnMut(&ServerEvent) -> bool,
) -> ServerEvent {
    soon(async {
        loop {
            let event = session.try_next().await.unwrap().expect("no end");
            if is_it(&event) {
                return event;
            }
        }
    })
    .await
}

/// A tone as loud as speech, and silence behind it.
fn speech() -> Vec<u8> {
    let tone = (0..24_000).map(|at: i32| if at / 60 % 2 == 0 { 8000_i16 } else { -8000 });
    let silence = std::iter::repeat_n(0_i16, 24_000 * 7 / 10);
    tone.chain(silence).flat_map(i16::to_le_bytes).collect()
}

/// Waits until the emulator has no connection any more.
async fn no_connections(emulator: &Emulator) {
    soon(async {
        while emulator.open_connections() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_text_session_sends_its_settings_first_and_gets_a_turn() {
    let emulator = Emulator::start().await.unwrap();
    let client = v1(&emulator);
    let request = client.realtime(MODEL).session(|s| s.instructions("Be brief.").text_only());
    let mut session = soon(request.connect()).await.unwrap();
    session.user_text("Hello there").await.unwrap();
    session.create_response().await.unwrap();
    let turn = soon(session.turn()).await.unwrap().unwrap();
    assert_eq!(turn.text, "You said: Hello there");
    assert!(turn.is_completed() && turn.audio.is_empty() && turn.errors.is_empty());
    assert_eq!(turn.response.usage.as_ref().unwrap().output_tokens, 10);
    assert!(session.request_ids().request_id().is_some());
    let received = emulator.realtime_received();
    assert_eq!(received[0]["type"], "session.update");
    assert_eq!(
        received[0]["session"],
        json!({"type": "realtime", "instructions": "Be brief.", "output_modalities": ["text"]})
    );
    soon(session.close()).await.unwrap();
    no_connections(&emulator).await;
    let request = emulator.last().unwrap();
    assert_eq!(
        (request.path.as_str(), request.query("model")),
        ("/openai/v1/realtime", Some(MODEL))
    );
    assert_eq!(request.query("api-version"), None);
    assert_eq!(request.header("api-key"), Some(emulator.api_key()));
    assert!(request.header("user-agent").unwrap().starts_with("openai-azure/"));
}

#[tokio::test]
async fn audio_in_is_found_by_its_volume_and_audio_out_is_bytes() {
    let emulator = Emulator::start().await.unwrap();
    emulator.realtime_hears("What time is it?");
    let request = v1(&emulator)
        .realtime(MODEL)
        .session(|s| s.voice("marin").server_vad().transcription("gpt-4o-mini-transcribe"));
    let mut session = soon(request.connect()).await.unwrap();
    session.append_audio(speech()).await.unwrap();
    let started = until(&mut session, |e| matches!(e, ServerEvent::SpeechStarted(_))).await;
    let ServerEvent::SpeechStarted(started) = started else { unreachable!() };
    assert_eq!(started.audio_start_ms, 0);
    let turn = soon(session.turn()).await.unwrap().unwrap();
    assert_eq!(turn.input_transcript, "What time is it?");
    assert_eq!(turn.transcript, "You said: What time is it?");
    // Two deltas of 100 ms to a word.
    assert_eq!(turn.audio.len(), 6 * 2 * 4800);
    assert!(turn.text.is_empty() && turn.words() == turn.transcript);
}

#[tokio::test]
async fn audio_is_cut_into_events_of_whole_samples() {
    let emulator = Emulator::start().await.unwrap();
    let request = v1(&emulator).realtime(MODEL).session(Session::manual_turns);
    let mut session = soon(request.connect()).await.unwrap();
    session.append_audio(vec![0; (2 << 20) + 6]).await.unwrap();
    let odd: Vec<Result<Vec<u8>, std::io::Error>> =
        vec![Ok(vec![0; 5]), Ok(vec![0; 5]), Ok(vec![])];
    let stream = futures_util::stream::iter(odd);
    let total = session.append_audio_stream(stream, &AudioFormat::Pcm).await.unwrap();
    assert_eq!(total, 10);
    let broken = futures_util::stream::iter([Err::<Vec<u8>, _>("the microphone is gone")]);
    let error = session.append_audio_stream(broken, &AudioFormat::Pcm).await.unwrap_err();
    assert!(error.to_string().contains("the microphone is gone"), "{error}");
    session.commit_audio().await.unwrap();
    until(&mut session, |e| matches!(e, ServerEvent::InputAudioCommitted(_))).await;
    let sizes: Vec<usize> = emulator
        .realtime_received()
        .iter()
        .filter_map(|event| event["audio"].as_str())
        .map(|audio| audio.len() / 4 * 3 - audio.matches('=').count())
        .collect();
    assert_eq!(sizes, [1 << 20, 1 << 20, 6, 4, 6]);
}

#[tokio::test]
async fn an_interruption_cancels_and_cuts_off_what_was_not_heard() {
    let emulator = Emulator::builder().pace(Duration::from_millis(5)).start().await.unwrap();
    let mut session = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap();
    session.user_text("Tell me a long story about everything there is").await.unwrap();
    session.create_response().await.unwrap();
    let mut playback = Playback::new(AudioFormat::Pcm);
    let mut deltas = 0;
    let last = until(&mut session, |event| {
        playback.push(event);
        deltas += u32::from(matches!(event, ServerEvent::AudioDelta(_)));
        deltas == 3
    })
    .await;
    let ServerEvent::AudioDelta(last) = last else { panic!() };
    playback.played(4800 + 2400);
    assert_eq!((playback.heard().as_millis(), playback.unheard().as_millis()), (150, 150));
    session.interrupt(&mut playback).await.unwrap();
    let done = until(&mut session, |e| matches!(e, ServerEvent::ResponseDone(_))).await;
    let ServerEvent::ResponseDone(done) = done else { unreachable!() };
    assert_eq!(done.response.status, Some(ResponseStatus::Cancelled));
    let cut = until(&mut session, |e| matches!(e, ServerEvent::ItemTruncated(_))).await;
    let ServerEvent::ItemTruncated(cut) = cut else { unreachable!() };
    assert_eq!((cut.item_id, cut.audio_end_ms), (last.item_id, 150));
}

#[tokio::test]
async fn items_are_created_retrieved_and_deleted() {
    let emulator = Emulator::start().await.unwrap();
    let mut session = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap();
    session.create_item(ConversationItem::system("Speak Norwegian.")).await.unwrap();
    let added = until(&mut session, |e| matches!(e, ServerEvent::ItemAdded(_))).await;
    let ServerEvent::ItemAdded(added) = added else { unreachable!() };
    let id = added.item.id().unwrap().to_owned();
    session.send(ClientEvent::retrieve_item(&id)).await.unwrap();
    let retrieved = until(&mut session, |e| matches!(e, ServerEvent::ItemRetrieved(_))).await;
    let ServerEvent::ItemRetrieved(retrieved) = retrieved else { unreachable!() };
    assert_eq!(retrieved.item.text(), "Speak Norwegian.");
    session.send(ClientEvent::delete_item(&id)).await.unwrap();
    until(&mut session, |e| matches!(e, ServerEvent::ItemDeleted(_))).await;
    let mut again = ClientEvent::delete_item(&id);
    if let ClientEvent::ItemDelete(event) = &mut again {
        event.event_id = Some("mine".to_owned());
    }
    session.send(again).await.unwrap();
    let refused = until(&mut session, |e| matches!(e, ServerEvent::Error(_))).await;
    let ServerEvent::Error(refused) = refused else { unreachable!() };
    assert_eq!(refused.error.event_id.as_deref(), Some("mine"));
}

#[tokio::test]
async fn a_response_may_have_settings_of_its_own() {
    let emulator = Emulator::start().await.unwrap();
    let mut session = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap();
    session.user_text("One").await.unwrap();
    let settings = ResponseSettings::new().output_modality("text").metadata("topic", "numbers");
    session.create_response_with(settings.out_of_band()).await.unwrap();
    let turn = soon(session.turn()).await.unwrap().unwrap();
    assert_eq!(turn.text, "You said: One");
    assert_eq!(turn.response.metadata.unwrap()["topic"], "numbers");
}

#[tokio::test]
async fn both_halves_work_at_the_same_time() {
    let emulator = Emulator::start().await.unwrap();
    let request = v1(&emulator).realtime(MODEL).session(Session::text_only);
    let (mut sender, mut receiver) = soon(request.connect()).await.unwrap().split();
    let sending = tokio::spawn(async move {
        for number in 0..50 {
            sender.user_text(format!("number {number}")).await.unwrap();
        }
        sender.create_response().await.unwrap();
        sender
    });
    let turn = soon(receiver.turn()).await.unwrap().unwrap();
    assert_eq!(turn.text, "You said: number 49");
    let mut sender = sending.await.unwrap();
    sender.close().await.unwrap();
    assert!(soon(receiver.try_next()).await.unwrap().is_none());
    let late = sender.user_text("too late").await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Closed);
    drop((sender, receiver));
    no_connections(&emulator).await;
}

#[tokio::test]
async fn it_is_a_stream_and_a_sink() {
    let emulator = Emulator::start().await.unwrap();
    let request = v1(&emulator).realtime(MODEL).session(Session::text_only);
    let (mut sink, stream) = soon(request.connect()).await.unwrap().split();
    let events =
        [ClientEvent::create_item(ConversationItem::user("Hi")), ClientEvent::create_response()];
    let mut events = futures_util::stream::iter(events.map(Ok::<_, Error>));
    soon(sink.send_all(&mut events)).await.unwrap();
    let texts = stream.filter_map(|event| async {
        match event.unwrap() {
            ServerEvent::TextDone(event) => Some(event.text),
            _ => None,
        }
    });
    let mut texts = std::pin::pin!(texts);
    assert_eq!(soon(texts.next()).await.as_deref(), Some("You said: Hi"));
    soon(sink.close()).await.unwrap();
}

#[tokio::test]
async fn dropping_the_connection_closes_the_socket() {
    let emulator = Emulator::start().await.unwrap();
    let session = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap();
    assert!(emulator.open_connections() > 0);
    drop(session);
    no_connections(&emulator).await;
}

#[tokio::test]
async fn a_dated_endpoint_speaks_the_shapes_of_previews() {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder()
        .endpoint(Endpoint::dated(emulator.endpoint()).unwrap())
        .credential(Credential::token(emulator.bearer()))
        .build()
        .unwrap();
    let request = client.realtime(MODEL).session(|s| {
        s.voice("alloy").format(AudioFormat::Pcmu).manual_turns().output_modality("audio")
    });
    let mut session = soon(request.connect()).await.unwrap();
    let updated = until(&mut session, |e| matches!(e, ServerEvent::SessionUpdated(_))).await;
    let ServerEvent::SessionUpdated(updated) = updated else { unreachable!() };
    let settings = updated.session;
    assert_eq!(settings.output_audio_format(), AudioFormat::Pcmu);
    let audio = settings.audio.as_ref().unwrap();
    assert_eq!(audio.output.as_ref().unwrap().voice, Some(Voice::from("alloy")));
    let detection = &audio.input.as_ref().unwrap().turn_detection;
    assert_eq!(*detection, Some(TurnDetection::Manual));
    session.user_text("Hello").await.unwrap();
    session.create_response().await.unwrap();
    let turn = soon(session.turn()).await.unwrap().unwrap();
    assert_eq!(turn.transcript, "You said: Hello");
    assert_eq!(turn.audio.len(), 3 * 2 * 800);
    let request = emulator.last().unwrap();
    assert_eq!(request.path, "/openai/realtime");
    assert_eq!(request.query("api-version"), Some("2025-04-01-preview"));
    assert_eq!(request.query("deployment"), Some(MODEL));
    assert_eq!(emulator.realtime_received()[0]["session"]["input_audio_format"], "g711_ulaw");
    let sent: Vec<String> = emulator
        .realtime_events()
        .iter()
        .filter(|recorded| !recorded.from_client)
        .map(|recorded| recorded.event["type"].as_str().unwrap().to_owned())
        .collect();
    assert!(sent.contains(&"response.audio.delta".to_owned()), "{sent:?}");
}

#[tokio::test]
async fn the_longest_durations_are_no_limit() {
    let emulator = Emulator::start().await.unwrap();
    let forever = Duration::MAX;
    let request = v1(&emulator).realtime(MODEL).idle_timeout(forever).ping_interval(forever);
    let session = soon(request.connect()).await.unwrap();
    soon(session.close()).await.unwrap();
}

#[tokio::test]
async fn a_call_is_attached_by_its_id() {
    let emulator = Emulator::start().await.unwrap();
    let session = soon(v1(&emulator).realtime_call("rtc_1").connect()).await.unwrap();
    let request = emulator.last().unwrap();
    assert_eq!((request.query("call_id"), request.query("model")), (Some("rtc_1"), None));
    soon(session.close()).await.unwrap();
    let dated = planted::builder().endpoint(planted::dated(emulator.endpoint()));
    let dated = dated.api_key("k").build().unwrap();
    let error = dated.realtime_call("rtc_1").connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn a_transcription_session_transcribes_and_does_not_respond() {
    let emulator = Emulator::start().await.unwrap();
    emulator.realtime_hears("Good morning.");
    let request = v1(&emulator).realtime_transcription("gpt-4o-mini-transcribe");
    let mut session = soon(request.connect()).await.unwrap();
    let created = until(&mut session, |e| matches!(e, ServerEvent::SessionUpdated(_))).await;
    let ServerEvent::SessionUpdated(created) = created else { unreachable!() };
    assert_eq!(created.session.kind, Some(SessionKind::Transcription));
    session.append_audio(speech()).await.unwrap();
    let mut deltas = String::new();
    let done = until(&mut session, |event| {
        if let ServerEvent::InputTranscriptionDelta(event) = event {
            deltas += &event.delta;
        }
        matches!(event, ServerEvent::InputTranscriptionCompleted(_))
    })
    .await;
    let ServerEvent::InputTranscriptionCompleted(done) = done else { unreachable!() };
    assert_eq!((done.transcript.as_str(), deltas.as_str()), ("Good morning.", "Good morning."));
    assert_eq!(emulator.last().unwrap().query("intent"), Some("transcription"));
}

#[tokio::test]
async fn unknown_events_arrive_and_can_be_sent() {
    let emulator = Emulator::start().await.unwrap();
    let event = json!({"type": "session.mood", "mood": "sunny"});
    emulator.realtime(RealtimeScript::new().send(event.clone()).expect("session.cheer"));
    let mut session = soon(v1(&emulator).realtime(MODEL).connect()).await.unwrap();
    let received = soon(session.try_next()).await.unwrap().unwrap();
    assert_eq!(received, ServerEvent::Other(event));
    session.send_json(r#"{"type":"session.cheer","loud":true}"#).await.unwrap();
    until(&mut session, |e| matches!(e, ServerEvent::SessionCreated(_))).await;
    let sent: Vec<Value> = emulator.realtime_received();
    assert_eq!(sent, [json!({"type": "session.cheer", "loud": true})]);
}

#[tokio::test]
async fn pings_are_replied_to_and_sent() {
    let emulator = Emulator::start().await.unwrap();
    let script = RealtimeScript::new().ping().wait(Duration::from_millis(300));
    emulator.realtime(script);
    let request = v1(&emulator).realtime(MODEL).ping_interval(Duration::from_millis(20));
    // The emulator replies to pings only when it reads, which it begins after 300 ms.
    let mut session = soon(request.idle_timeout(Duration::from_secs(3)).connect()).await.unwrap();
    until(&mut session, |e| matches!(e, ServerEvent::SessionCreated(_))).await;
    // Nothing comes but pongs, and they are enough for longer than the idle limit.
    let quiet = Duration::from_millis(200);
    let request = v1(&emulator).realtime(MODEL).ping_interval(Duration::from_millis(40));
    let mut session = soon(request.idle_timeout(quiet).connect()).await.unwrap();
    until(&mut session, |e| matches!(e, ServerEvent::SessionCreated(_))).await;
    let waited = tokio::time::timeout(Duration::from_millis(700), session.try_next()).await;
    assert!(waited.is_err(), "{waited:?}");
}
