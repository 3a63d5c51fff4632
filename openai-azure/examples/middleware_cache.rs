//! A cache as middleware: the same request again is answered from memory, without the service.

mod offline;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use openai_azure::Error;
use openai_azure::middleware::{AttemptRequest, AttemptResponse, BoxFuture, Middleware, Next};

/// The most responses that are kept.
const MOST: usize = 1000;

/// Responses by URL and body of their request.
#[derive(Default)]
struct Cache {
    responses: Mutex<HashMap<(String, Vec<u8>), Bytes>>,
    hits: AtomicUsize,
}

impl Middleware for Cache {
    fn handle<'a>(
        &'a self,
        request: AttemptRequest<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<AttemptResponse, Error>> {
        Box::pin(async move {
            // Streams pass: reading them as a whole would keep them from the caller.
            let body = request.body().filter(|_| !request.is_streaming());
            let Some(body) = body else { return next.run(request).await };
            let key = (request.url().to_string(), body.to_vec());
            if let Some(body) = self.get(&key) {
                self.hits.fetch_add(1, Ordering::Relaxed);
                return Ok(AttemptResponse::json(body));
            }
            let mut response = next.run(request).await?;
            if response.status() == 200 {
                let body = response.bytes().await?;
                self.put(key, body);
            }
            Ok(response)
        })
    }
}

impl Cache {
    fn get(&self, key: &(String, Vec<u8>)) -> Option<Bytes> {
        self.responses.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn put(&self, key: (String, Vec<u8>), body: Bytes) {
        let mut responses = self.responses.lock().unwrap_or_else(PoisonError::into_inner);
        if responses.len() == MOST {
            responses.clear();
        }
        responses.insert(key, body);
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (builder, emulator) = offline::service().await?;
    let cache = Arc::new(Cache::default());
    let client = builder.middleware(Arc::clone(&cache)).build()?;
    let deployment = offline::deployment("text-embedding-3-large");

    for text in ["a red bicycle", "a blue car", "a red bicycle", "a red bicycle"] {
        let embedding = client.embed(&deployment).input(text).send().await?;
        let vector = embedding.vectors().next().unwrap_or_default();
        println!("  {text}: {} dimensions", vector.len());
    }
    let hits = cache.hits.load(Ordering::Relaxed);
    assert_eq!(hits, 2, "the second and the third red bicycle");
    if let Some(emulator) = &emulator {
        assert_eq!(emulator.requests(), 2, "the service has seen each text once");
    }
    println!("4 calls, {hits} of them answered by the cache");
    Ok(())
}
