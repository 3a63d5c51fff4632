//! Finds Rust code in texts of Markdown.

/// Code of a text.
#[derive(Debug)]
pub(crate) struct Snippet {
    /// Such as `docs/batches.md:12`.
    pub(crate) place: String,
    pub(crate) setup: String,
    pub(crate) code: String,
    pub(crate) kind: Kind,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Run,
    Compile,
    Expression,
}

/// The column of a table whose code is compiled.
const COLUMN: &str = "openai-azure";

/// The documentation at the beginning of a crate.
pub(crate) fn of_crate_page(source: &str) -> String {
    let lines = source.lines().take_while(|line| line.starts_with("//!"));
    let lines = lines.map(|line| line.trim_start_matches("//!"));
    lines.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
}

/// All code of a text.
///
/// # Errors
///
/// A block that has no end, and one that rustdoc would ignore.
pub(crate) fn snippets(name: &str, text: &str) -> Result<Vec<Snippet>, String> {
    let is_crate_page = name.ends_with(".rs");
    let mut found = Vec::new();
    let (mut setup, mut kind) = (String::new(), Kind::Run);
    let mut column = None;
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        let place = format!("{name}:{number}");
        let trimmed = line.trim();
        if let Some(info) = trimmed.strip_prefix("```") {
            let mut code = String::new();
            loop {
                let Some((_, line)) = lines.next() else {
                    return Err(format!("{place}: the block has no end"));
                };
                if line.trim() == "```" {
                    break;
                }
                // What rustdoc hides is there for rustdoc alone.
                if line.trim() != "#" && !line.trim_start().starts_with("# ") {
                    code.push_str(line);
                    code.push('\n');
                }
            }
            if info.contains("ignore") {
                return Err(format!("{place}: code is compiled or it is no Rust"));
            }
            let words: Vec<&str> = info.split(',').map(str::trim).collect();
            let is_rust = words[0] == "rust" || is_crate_page && matches!(words[0], "" | "no_run");
            if is_rust {
                found.push(Snippet { place, setup: std::mem::take(&mut setup), code, kind });
            }
            (setup, kind) = (String::new(), Kind::Run);
        } else if let Some(comment) = trimmed.strip_prefix("<!-- setup:") {
            setup.push_str(comment.trim_end_matches("-->").trim());
            setup.push('\n');
        } else if trimmed.starts_with("<!-- compiled only:") {
            kind = Kind::Compile;
        } else if let Some(cells) = cells(trimmed) {
            let column = match column {
                Some(column) => column,
                None => *column.insert(cells.iter().position(|cell| cell.trim() == COLUMN)),
            };
            let cell = column.and_then(|at| cells.get(at));
            for code in cell.into_iter().flat_map(|cell| cell.split('`').skip(1).step_by(2)) {
                let (place, setup) = (place.clone(), setup.clone());
                found.push(Snippet { place, setup, code: code.to_owned(), kind: Kind::Expression });
            }
        } else {
            if column.take().is_some() || !trimmed.is_empty() {
                (setup, kind) = (String::new(), Kind::Run);
            }
            column = None;
        }
    }
    Ok(found)
}

/// The cells of a row of a table.
fn cells(line: &str) -> Option<Vec<String>> {
    let row = line.strip_prefix('|')?;
    let row = row.strip_suffix('|').unwrap_or(row).replace("\\|", "\u{1}");
    Some(row.split('|').map(|cell| cell.replace('\u{1}', "|")).collect())
}
