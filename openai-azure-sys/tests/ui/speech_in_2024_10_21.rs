//! 2024-10-21 has no speech.

use openai_azure_sys::v2024_10_21::Client;

fn main() {
    let _ = Client::speech_create;
}
