//! The client against the emulator and recorded traffic.
//!
//! One program for all files of this folder: each program more would compile the client's generic code and
//! link all of it once again. What needs a process of its own, or minutes, is a program beside this folder.

use openai_azure::Client;
use openai_azure_emulator::Emulator;
use openai_azure_tests::planted;

mod api_versions;
mod audio;
mod batches;
mod behaviours_answers;
mod behaviours_endings;
mod behaviours_requests;
mod blocking;
mod chat;
mod chat_replay;
mod collections;
mod completions;
mod connections;
mod conversations;
mod credentials;
mod deadlines;
mod debug;
mod embeddings;
mod errors;
mod failures;
mod fine_tuning;
mod future_sizes;
mod images;
mod middleware;
mod mistakes;
mod nothing_lost;
mod one_change;
mod pool;
mod realtime;
mod realtime_calls;
mod realtime_connections;
mod realtime_faults;
mod realtime_tools;
mod realtime_trace;
mod redirects;
mod response_tools;
mod responses;
mod responses_resume;
mod responses_shapes;
mod responses_socket;
mod setters;
mod structured;
mod tools;
mod urls;
mod v1;
mod webhooks;
mod with_options;

/// An emulator, and a client of it that has no other settings.
async fn service() -> (Emulator, Client) {
    let emulator = Emulator::start().await.unwrap();
    let client = planted::builder().endpoint(emulator.endpoint()).api_key(emulator.api_key());
    (emulator, client.build().unwrap())
}
