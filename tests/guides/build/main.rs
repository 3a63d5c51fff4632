//! Turns the Rust code of the texts for users into functions of this crate.
//!
//! | in the text | becomes |
//! |---|---|
//! | a block of Rust | a function that the test `snippets` calls |
//! | a block after `<!-- compiled only: WHY -->` | a function that nothing calls |
//! | a block with `fn main` | a module whose `main` is called |
//! | code in a column `openai-azure` of a table | an expression that is compiled |
//! | `<!-- setup: CODE -->` before a block or a table | code before it that readers need not see |
//!
//! Where code names `client` and makes none, it gets the client of the environment. Lines that
//! rustdoc hides (`# …`) are left out.

mod code;
mod markdown;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The texts beside the guides.
const TEXTS: [&str; 6] = [
    "README.md",
    "openai-azure/README.md",
    "openai-azure-sys/README.md",
    "tests/emulator/README.md",
    "openai-azure/src/lib.rs",
    "openai-azure-sys/src/lib.rs",
];

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut texts: Vec<String> = TEXTS.iter().map(|&name| name.to_owned()).collect();
    let mut guides = Vec::new();
    for entry in fs::read_dir(root.join("docs"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") {
            guides.push(format!("docs/{name}"));
        }
    }
    guides.sort();
    texts.extend(guides);
    println!("cargo::rerun-if-changed={}", root.join("docs").display());
    let mut found = Vec::new();
    for name in &texts {
        let path = root.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        let text = fs::read_to_string(&path)?;
        let text = if name.ends_with(".rs") { markdown::of_crate_page(&text) } else { text };
        found.extend(markdown::snippets(name, &text).map_err(io::Error::other)?);
    }
    let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    fs::write(out.join("snippets.rs"), code::module(&found))
}
