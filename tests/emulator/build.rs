//! Lists the documents of the api-versions, which are built into the crate.

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = folder()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let place = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    let place = PathBuf::from(place);
    let mut versions = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let version = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        if let (Some(version), Some("json")) =
            (version, path.extension().and_then(|it| it.to_str()))
        {
            println!("cargo::rerun-if-changed={}", path.display());
            fs::write(place.join(format!("{version}.json")), without_spaces(&fs::read(&path)?))?;
            versions.push(version);
        }
    }
    versions.sort();
    let mut list = "&[\n".to_owned();
    for version in versions {
        let file = format!("concat!(env!(\"OUT_DIR\"), \"/{version}.json\")");
        list += &format!("    ({version:?}, include_bytes!({file})),\n");
    }
    fs::write(place.join("documents.rs"), list + "]\n")
}

/// JSON without the white space between its values, which is half of a document.
fn without_spaces(json: &[u8]) -> Vec<u8> {
    let (mut is_text, mut is_escaped) = (false, false);
    let mut short = json.to_vec();
    short.retain(|byte| {
        let is_kept = is_text || !byte.is_ascii_whitespace();
        is_text ^= *byte == b'"' && !is_escaped;
        is_escaped = is_text && *byte == b'\\' && !is_escaped;
        is_kept
    });
    short
}

/// `spec/` of the package, which in the repository is a link to that of the workspace; where
/// links are not checked out, the latter itself.
fn folder() -> io::Result<PathBuf> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR");
    let root = PathBuf::from(manifest.ok_or_else(|| io::Error::other("no manifest"))?);
    let own = root.join("spec");
    fs::canonicalize(if own.is_dir() { own } else { root.join("../../spec") })
}
