//! The decoder of event streams: see `openai_azure::fuzzing`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| openai_azure::fuzzing::event_stream(bytes));
