//! Conversations that the service stores.

use openai_azure::responses::Item;
use openai_azure::{Client, Endpoint, ErrorKind};
use openai_azure_emulator::Emulator;
use openai_azure_tests::planted;
use serde_json::json;

async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let endpoint = Endpoint::v1(emulator.endpoint()).unwrap();
    let client = planted::builder().endpoint(endpoint).api_key(emulator.api_key());
    let client = client.build().unwrap();
    (emulator, client)
}

async fn texts(client: &Client, id: &str) -> Vec<String> {
    let mut items = client.conversations().items(id).order("asc").limit(3).stream();
    let mut texts = Vec::new();
    while let Some(item) = items.try_next().await.unwrap() {
        if let Item::Message(message) = item {
            texts.push(message.text());
        }
    }
    texts
}

#[tokio::test]
async fn responses_read_from_a_conversation_and_add_to_it() {
    let (emulator, client) = service().await;
    let request = client.conversations().create().item("Hello.").metadata("topic", "crabs");
    let conversation = request.send().await.unwrap();
    assert_eq!(conversation.metadata["topic"], "crabs");
    let request = client.respond("gpt-4o").conversation(&conversation.id);
    let response = request.user("Tell a joke.").send().await.unwrap();
    assert_eq!(response.conversation.as_ref().unwrap().id, conversation.id);
    let expected = ["Hello.".to_owned(), "Tell a joke.".to_owned(), response.text()];
    assert_eq!(texts(&client, &conversation.id).await, expected);
    assert!(emulator.journal().iter().all(|sent| sent.violations.is_empty()));
}

#[tokio::test]
async fn a_conversation_is_got_updated_and_deleted() {
    let (_emulator, client) = service().await;
    let conversations = client.conversations();
    let id = conversations.create().await.unwrap().id.clone();
    assert_eq!(conversations.get(&id).await.unwrap().id, id);
    conversations.update(&id).metadata("a", "b").await.unwrap();
    assert_eq!(conversations.get(&id).await.unwrap().metadata["a"], "b");
    conversations.delete(&id).await.unwrap();
    assert_eq!(conversations.get(&id).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn items_are_created_got_and_deleted() {
    let (_emulator, client) = service().await;
    let conversations = client.conversations();
    let id = conversations.create().await.unwrap().id.clone();
    let items = (0..7).map(|n| Item::message("user", format!("Message {n}")));
    let added = conversations.create_items(&id).items(items).await.unwrap();
    assert_eq!(added.data.len(), 7);
    let third = added.data[2].id().unwrap();
    assert_eq!(&conversations.get_item(&id, third).await.unwrap().into_inner(), &added.data[2]);
    conversations.delete_item(&id, third).await.unwrap();
    let left: Vec<String> = [0, 1, 3, 4, 5, 6].map(|n| format!("Message {n}")).into();
    assert_eq!(texts(&client, &id).await, left);
}

#[tokio::test]
async fn what_the_service_refuses_is_not_sent() {
    let (emulator, client) = service().await;
    let many = || (0..21).map(|n| Item::message("user", n.to_string()));
    let errors = [
        client.conversations().create().items(many()).send().await.unwrap_err(),
        client.conversations().create_items("conv_1").items(many()).send().await.unwrap_err(),
        client.conversations().create_items("conv_1").send().await.unwrap_err(),
        (0..17)
            .fold(client.conversations().update("conv_1"), |u, n| u.metadata(n.to_string(), ""))
            .send()
            .await
            .unwrap_err(),
        client
            .respond("gpt-4o")
            .conversation("conv_1")
            .previous_response_id("resp_1")
            .user("Hello")
            .send()
            .await
            .unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    }
    assert_eq!(emulator.requests(), 0);
}

#[tokio::test]
async fn the_conversation_is_sent_by_its_id() {
    let (emulator, client) = service().await;
    let missing = client.respond("gpt-4o").conversation("conv_missing").user("Hello");
    assert_eq!(missing.send().await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(emulator.last().unwrap().json()["conversation"], json!("conv_missing"));
}
