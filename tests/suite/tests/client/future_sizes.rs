//! The futures of calls are small: a program that holds thousands of calls holds thousands of them.

use openai_azure::{Client, Method, Upload};
use serde_json::json;

/// The most bytes of a future of a call.
const MOST: usize = 4 << 10;

#[test]
fn the_future_of_a_call_has_at_most_4_kib() {
    let client = Client::builder().endpoint("http://127.0.0.1:1").api_key("key").build().unwrap();
    let file = || Upload::bytes("a.bin", "x");
    let chat = || client.chat("d").user("u");
    let response = || client.respond("d").user("u");
    let (files, batches, responses) = (client.files(), client.batches(), client.responses());
    let (stores, models) = (client.vector_stores(), client.models());
    let (jobs, conversations) = (client.fine_tuning_jobs(), client.conversations());
    macro_rules! sizes {
        ($($call:expr,)*) => { [$((stringify!($call), size_of_val(&$call)),)*] };
    }
    let sizes = sizes![
        chat().send(),
        chat().stream(),
        response().send(),
        response().stream(),
        client.embed("d").input("i").send(),
        client.complete("d", "p").send(),
        client.complete("d", "p").stream(),
        client.transcribe("d", file()).send(),
        client.translate("d", file()).send(),
        client.speak("d", "i").send(),
        client.speak("d", "i").stream(),
        client.generate_image("d", "p").send(),
        client.generate_image("d", "p").stream(),
        client.request(Method::POST, "/x").json(&json!({})).send(),
        client.request(Method::POST, "/x").stream(),
        files.upload(file(), "batch").send(),
        files.get("f"),
        files.list().send(),
        files.content("f").send(),
        files.delete("f"),
        batches.get("b"),
        responses.get("r"),
        responses.cancel("r"),
        stores.create().send(),
        stores.search("v", "q").send(),
        models.list(),
        jobs.get("j"),
        conversations.get("c"),
    ];
    let large: Vec<_> = sizes.into_iter().filter(|(_, size)| *size > MOST).collect();
    assert!(large.is_empty(), "{large:#?}");
}
