//! Imports the service's documents and generates `openai-azure-sys` from them.

fn main() {}
