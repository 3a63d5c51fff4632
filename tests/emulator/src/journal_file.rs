//! The journal as a file, for programs that are not written in Rust.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::journal::Recorded;
use crate::shared::locked;

/// The headers whose values are left out.
const CREDENTIALS: [&str; 3] = ["api-key", "authorization", "ocp-apim-subscription-key"];

/// A file that is written line by line.
#[derive(Debug)]
pub(crate) struct JournalFile(Mutex<File>);

impl JournalFile {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let unwritten = |error: io::Error| {
            io::Error::new(error.kind(), format!("{} cannot be written: {error}", path.display()))
        };
        Ok(Self(Mutex::new(File::create(path).map_err(unwritten)?)))
    }

    /// Writes a request at once, so that whoever reads the file after a response finds it.
    pub(crate) fn write(&self, request: &Recorded) {
        let line = format!("{}\n", line(request));
        if let Err(error) = locked(&self.0).write_all(line.as_bytes()) {
            eprintln!("a request could not be written into the journal: {error}");
        }
    }
}

fn line(request: &Recorded) -> Value {
    let header = |(name, value): &(String, String)| {
        let is_credential = CREDENTIALS.contains(&name.as_str());
        let value = if is_credential { "…" } else { value.as_str() };
        json!([name, value])
    };
    let body = match serde_json::from_slice(&request.body) {
        Ok(body) => body,
        Err(_) => Value::from(String::from_utf8_lossy(&request.body).into_owned()),
    };
    json!({
        "number": request.number,
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "headers": request.headers.iter().map(header).collect::<Vec<_>>(),
        "body": body,
        "violations": request.violations,
    })
}
