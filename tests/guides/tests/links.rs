//! Every link of the READMEs and the guides leads somewhere.
//!
//! A link whose text is `file.rs::name` names a function of that file.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The READMEs, the guides and what else is written for people.
fn texts() -> Vec<PathBuf> {
    let mut texts: Vec<PathBuf> = [
        "README.md",
        "CONTRIBUTING.md",
        "openai-azure/README.md",
        "openai-azure-sys/README.md",
        "tests/emulator/README.md",
    ]
    .iter()
    .map(|name| root().join(name))
    .collect();
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            texts.push(path);
        }
    }
    texts
}

/// The text without its blocks of code.
fn prose(text: &str) -> String {
    let mut is_code = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// The links as text and target.
fn links(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("](") {
        let Some((target, _)) = text[at + 2..].split_once(')') else { continue };
        let label = text[..at].rsplit_once('[').map_or("", |(_, label)| label);
        found.push((label.trim_matches('`').to_owned(), target.to_owned()));
    }
    found
}

/// The anchors of headings, as GitHub makes them.
fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text);
    let headings = headings.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let letters = heading.trim_start_matches('#').trim().to_lowercase();
        let letters =
            letters.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        letters.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

/// What is wrong with a link of a text, if anything.
fn fault(file: &Path, text: &str, label: &str, target: &str) -> Option<String> {
    if target.starts_with("https://") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let linked = if path.is_empty() { file.to_owned() } else { file.parent()?.join(path) };
    if linked.is_dir() && anchor.is_empty() {
        return None;
    }
    let linked = match std::fs::read_to_string(&linked) {
        Ok(_) if path.is_empty() => text.to_owned(),
        Ok(linked) => linked,
        Err(_) => return Some("there is no such file".to_owned()),
    };
    if !anchor.is_empty() && !anchors(&linked).iter().any(|known| known == anchor) {
        return Some(format!("there is no heading `{anchor}`"));
    }
    let (_, name) = label.split_once("::")?;
    (!linked.contains(&format!("fn {name}("))).then(|| format!("there is no function `{name}`"))
}

#[test]
fn every_link_leads_somewhere() {
    let (mut faults, mut count) = (Vec::new(), 0);
    for file in texts() {
        let text = std::fs::read_to_string(&file).unwrap();
        for (label, target) in links(&prose(&text)) {
            count += 1;
            if let Some(fault) = fault(&file, &text, &label, &target) {
                let name = file.strip_prefix(root()).unwrap().display().to_string();
                faults.push(format!("{name}: [{label}]({target}): {fault}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count >= 150, "{count} links");
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let file = root().join("README.md");
    let text = "# A heading, with `code`\n[x](nowhere.md) [`lib.rs::gone`](xtask/src/lib.rs)\n";
    let faults: Vec<Option<String>> =
        links(text).iter().map(|(label, target)| fault(&file, text, label, target)).collect();
    assert!(faults.len() == 2 && faults.iter().all(Option::is_some), "{faults:?}");
    assert_eq!(fault(&file, text, "", "#a-heading-with-code"), None);
    assert!(fault(&file, text, "", "#another-heading").is_some());
    assert_eq!(fault(&file, text, "main.rs::main", "xtask/src/main.rs"), None);
}

#[test]
fn every_guide_is_in_the_index() {
    let index = std::fs::read_to_string(root().join("docs/README.md")).unwrap();
    for file in texts() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let is_guide = file.parent().is_some_and(|folder| folder.ends_with("docs"));
        assert!(
            !is_guide || name == "README.md" || index.contains(&format!("]({name})")),
            "{name}"
        );
    }
}
