//! The reader of error bodies: see `openai_azure::fuzzing`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| openai_azure::fuzzing::error_body(bytes));
