//! Requests that are no chats. Embeddings without `encoding_format` are none of ours: it is always
//! said.

use openai_azure::images::{ImageQuality, ImageResponse, ImageSize};

use super::recorded::Rebuilt::{Completion, EmbeddingRequest, Image};
use super::recorded::Row;

pub(crate) const ROWS: &[Row] = &[
    (&["openllmetry/embeddings-01.json", "openllmetry/embeddings-err401-01.json"], |r| {
        EmbeddingRequest(r.client.embed("d").input(r.text("/input")).extra("model", "embedding"))
    }),
    (&["dd-trace-py/embeddings-01.json"], |r| {
        let embeddings = r.client.embed("d").input(r.text("/input")).end_user("ddtrace-test");
        EmbeddingRequest(embeddings.extra("model", "text-embedding-ada-002"))
    }),
    (&["dd-trace-py/embeddings-02.json", "dd-trace-py/embeddings-03.json"], |r| {
        let embeddings = r.client.embed("d").input(r.text("/input")).end_user("ddtrace-test");
        EmbeddingRequest(embeddings.extra("temperature", 0))
    }),
    (&["dd-trace-py/completions-01.json"], |r| {
        let completion = r.client.complete("d", r.text("/prompt")).max_tokens(20).n(1);
        let completion = completion.temperature(0.0).end_user("ddtrace-test");
        Completion(completion.extra("model", "gpt-35-turbo"))
    }),
    (&["dd-trace-py/completions-02.json", "dd-trace-py/completions-03.json"], |r| {
        let completion = r.client.complete("d", r.text("/prompt")).max_tokens(20).n(1);
        Completion(completion.temperature(0.0).end_user("ddtrace-test"))
    }),
    (&["azure-sdk-assets/images-01.json"], |r| {
        let image = r.client.generate_image("dall-e-3", "a tabby cat").size(ImageSize::S1024x1024);
        let image = image.quality(ImageQuality::Standard).response_format(ImageResponse::Url);
        Image(image.end_user("test_user").extra("model", "dall-e-3"))
    }),
    (&["azure-sdk-assets/images-submit-01.json"], |r| {
        let image = r.client.generate_image("d", "a cat").size(ImageSize::S256x256);
        Image(image.response_format(ImageResponse::Url))
    }),
];
