//! The Azure OpenAI client for Rust.
