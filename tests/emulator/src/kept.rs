//! Requests kept in a folder, so that those of many test programs can be looked at together.
//!
//! A file holds one request as HTTP/1.1 writes it: line, headers, empty line, body. Credentials are
//! left out. Its name is made of the content, so that equal requests are kept once.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, io};

use bytes::Bytes;
use hyper::http::request;
use hyper::{Method, Request, Uri};

use crate::journal::Recorded;

/// Names the folder where every emulator keeps what it receives.
pub(crate) const VARIABLE: &str = "OPENAI_AZURE_EMULATOR_KEEP";

/// The headers that tell what a request is.
const HEADERS: [&str; 4] = ["content-type", "user-agent", "aoai-evals", "aoai-copy-ft-checkpoints"];

/// Writes a request into `folder`.
pub(crate) fn keep(folder: &Path, head: &request::Parts, body: &[u8]) -> io::Result<()> {
    let mut text = format!("{} {} HTTP/1.1\r\n", head.method, head.uri).into_bytes();
    for name in HEADERS {
        for value in head.headers.get_all(name) {
            text.extend_from_slice(&[name.as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
    }
    text.extend_from_slice(b"\r\n");
    text.extend_from_slice(body);
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let file = folder.join(format!("{:016x}.http", hasher.finish()));
    if file.exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    // Several programs, and several emulators of one, may write the same request at once.
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let partial = folder.join(format!("{:016x}.{}-{number}", hasher.finish(), std::process::id()));
    fs::write(&partial, text)?;
    fs::rename(partial, file)
}

impl Recorded {
    /// Reads the requests that emulators kept in a folder, in the order of their names.
    ///
    /// Where the environment of a program names a folder in `OPENAI_AZURE_EMULATOR_KEEP`, each of
    /// its emulators writes there what it receives.
    ///
    /// # Errors
    ///
    /// The folder cannot be read, or holds something else.
    pub fn kept_in(folder: &Path) -> io::Result<Vec<Self>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "http") {
                files.push(path);
            }
        }
        files.sort();
        let read = |(number, path): (usize, &std::path::PathBuf)| {
            let text = Bytes::from(fs::read(path)?);
            parse(number as u64, &text).ok_or_else(|| {
                io::Error::other(format!("{}: this is no kept request", path.display()))
            })
        };
        files.iter().enumerate().map(read).collect()
    }
}

fn parse(number: u64, text: &Bytes) -> Option<Recorded> {
    let end = text.windows(4).position(|window| window == b"\r\n\r\n")?;
    let mut lines = std::str::from_utf8(&text[..end]).ok()?.split("\r\n");
    let mut line = lines.next()?.split(' ');
    let (method, uri) = (line.next()?.parse::<Method>().ok()?, line.next()?.parse::<Uri>().ok()?);
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        request = request.header(name, value);
    }
    let (head, ()) = request.body(()).ok()?.into_parts();
    Some(Recorded::new(number, 0, &head, text.slice(end + 4..)))
}

#[cfg(test)]
mod tests {
    use super::keep;
    use crate::journal::Recorded;
    use hyper::Request;

    #[test]
    fn a_kept_request_is_read_again_without_its_credential_and_equal_ones_are_one() {
        let folder = std::env::temp_dir().join(format!("kept-requests-{}", std::process::id()));
        let request = Request::post("/openai/deployments/gpt-4o/chat/completions?api-version=v")
            .header("content-type", "application/json")
            .header("api-key", "secret")
            .body(())
            .unwrap();
        let (head, ()) = request.into_parts();
        keep(&folder, &head, b"{\"a\":1}").unwrap();
        keep(&folder, &head, b"{\"a\":1}").unwrap();
        let kept = Recorded::kept_in(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].json()["a"], 1);
        assert_eq!(kept[0].query("api-version"), Some("v"));
        assert_eq!(kept[0].header("api-key"), None);
    }

    #[test]
    fn requests_that_are_equal_may_be_kept_at_the_same_time() {
        let folder = std::env::temp_dir().join(format!("kept-at-once-{}", std::process::id()));
        let (head, ()) = Request::get("/openai/v1/models").body(()).unwrap().into_parts();
        for _ in 0..50 {
            std::thread::scope(|scope| {
                let keep = || keep(&folder, &head, b"");
                let threads: Vec<_> = (0..8).map(|_| scope.spawn(keep)).collect();
                for thread in threads {
                    thread.join().unwrap().unwrap();
                }
            });
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }
}
