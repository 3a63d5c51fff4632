//! What was uploaded and made: files, batches and responses, in memory.

/// What the operations with a memory have stored.
#[derive(Debug, Default)]
pub(crate) struct Store {}
