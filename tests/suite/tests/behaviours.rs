//! Every behaviour that the design promises has a test, and the test is there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How many rows each section of the table has at least: none gets lost unnoticed.
const ROWS: [usize; 12] = [7, 10, 9, 3, 5, 8, 6, 12, 14, 9, 11, 9];

/// Where the files of the tests are.
const FOLDERS: [&str; 5] = [
    "tests/suite/tests",
    "openai-azure/src",
    "openai-azure-sys/src",
    "openai-azure-sys/tests",
    "xtask/src",
];

struct Row {
    id: String,
    tests: Vec<String>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The rows of the tables of `tests/BEHAVIOURS.md`.
fn rows() -> Vec<Row> {
    let text = std::fs::read_to_string(root().join("tests/BEHAVIOURS.md")).unwrap();
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [id, _, proofs] = cells[..] else { panic!("{line} has no three cells") };
        if id != "row" {
            let tests = proofs.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            rows.push(Row { id: id.to_owned(), tests });
        }
    }
    rows
}

#[test]
fn every_row_of_the_behaviours_has_a_test_that_exists() {
    let mut missing = Vec::new();
    let mut read = BTreeMap::new();
    for Row { id, tests } in rows() {
        if tests.is_empty() {
            missing.push(format!("{id} has no test"));
        }
        for test in tests {
            let Some((file, name)) = test.split_once("::") else {
                missing.push(format!("{id}: `{test}` is no file::name"));
                continue;
            };
            let text = read.entry(file.to_owned()).or_insert_with(|| {
                let paths = FOLDERS.iter().map(|folder| root().join(folder).join(file));
                paths.filter_map(|path| std::fs::read_to_string(path).ok()).collect::<String>()
            });
            if !is_a_test(text, name) {
                missing.push(format!("{id}: {test} does not exist"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Whether the text has a function of this name that is marked as a test.
fn is_a_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let declared = |line: &str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.strip_prefix("fn ")
            .is_some_and(|rest| rest.strip_prefix(name).is_some_and(|end| end.starts_with('(')))
    };
    let marked = |at: usize| lines[..at].iter().rev().take(4).any(|line| line.contains("test"));
    lines.iter().enumerate().any(|(at, line)| declared(line) && marked(at))
}

#[test]
fn no_row_of_the_behaviours_is_lost() {
    let ids: Vec<String> = rows().into_iter().map(|row| row.id).collect();
    let mut expected = Vec::new();
    for (section, rows) in ROWS.iter().enumerate() {
        let own = ids.iter().filter(|id| id.starts_with(&format!("{}.", section + 1))).count();
        assert!(own >= *rows, "section {} has {own} rows, less than {rows}", section + 1);
        expected.extend((1..=own).map(|row| format!("{}.{row}", section + 1)));
    }
    assert_eq!(ids, expected, "the rows are numbered in their order");
}
