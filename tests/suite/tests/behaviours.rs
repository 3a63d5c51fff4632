//! Every behaviour that the design promises has a test, and the test is there and runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use openai_azure_tests::skip::skipped;

/// How many rows each section of the table has at least: none gets lost unnoticed.
const ROWS: [usize; 14] = [7, 11, 9, 3, 5, 8, 6, 12, 14, 9, 14, 9, 6, 38];

/// The program that has most of the integration tests; its rows are named by its files.
const CLIENT: &str = "tests/suite/tests/client";

/// Where the files of the tests are.
const FOLDERS: [&str; 6] = [
    "tests/suite/tests",
    CLIENT,
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

/// Names the file with what `cargo test --workspace` has printed.
const LOG: &str = "OPENAI_AZURE_TEST_LOG";

/// The tests of this file take up to an hour and run by hand, see CONTRIBUTING.md.
const AT_FULL_SIZE: &str = "full_size.rs";

#[test]
fn every_row_of_the_behaviours_has_run() {
    let Some(log) = std::env::var_os(LOG) else {
        skipped(&format!("{LOG} is not set"));
        return;
    };
    let log = std::fs::read(log).unwrap();
    let passed = passed(&String::from_utf8_lossy(&log));
    let mut missing = Vec::new();
    for Row { id, tests } in rows() {
        for test in tests {
            let (file, name) = test.split_once("::").unwrap();
            if file == AT_FULL_SIZE {
                println!("skipped: {test}: it runs by hand");
                continue;
            }
            let module = file.trim_end_matches(".rs").replace('/', "::");
            let module = module.trim_end_matches("::mod").trim_end_matches("::main");
            let has_run = passed
                .iter()
                .filter_map(|path| path.strip_prefix(module)?.strip_suffix(name))
                .any(|between| between.starts_with("::") && between.ends_with("::"));
            if !has_run {
                missing.push(format!("{id}: {test} has not run"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    println!("{} tests have passed, those of every row among them", passed.len());
}

/// The paths of all tests that have passed; those of integration tests begin with the name of
/// their program, but for [`CLIENT`].
fn passed(log: &str) -> BTreeSet<String> {
    let (mut program, mut passed) = (String::new(), BTreeSet::new());
    for line in log.lines() {
        let line = line.trim();
        if let Some(running) = line.strip_prefix("Running ") {
            let file = running.split(' ').find(|word| word.ends_with(".rs")).unwrap_or_default();
            let file = file.trim_end_matches("/main.rs").trim_end_matches(".rs");
            program = match file.strip_prefix("tests/") {
                Some(name) if !CLIENT.ends_with(file) => format!("{name}::"),
                _ => String::new(),
            };
        } else if let Some(test) = line.strip_prefix("test ") {
            let test = test
                .strip_suffix(" ... ok")
                .or_else(|| Some(test.split_once(" - should panic ... ok")?.0));
            passed.extend(test.map(|test| format!("{program}{test}")));
        }
    }
    passed
}

#[test]
fn a_test_has_run_if_the_log_says_that_it_has_passed() {
    let log = "     Running unittests src/lib.rs (target/debug/deps/openai_azure-1)\n\
        test engine::plan::tests::one ... ok\n\
        test engine::plan::tests::two ... FAILED\n\
        test engine::plan::tests::three ... ignored\n     \
        Running tests/entra/main.rs (target/debug/deps/entra-1)\n\
        test chain::four ... ok\ntest five ... ok\n     \
        Running tests/client/main.rs (target/debug/deps/client-1)\ntest chat::six ... ok\n";
    let expected = ["chat::six", "engine::plan::tests::one", "entra::chain::four", "entra::five"];
    assert_eq!(passed(log), expected.map(str::to_owned).into());
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
fn every_file_of_the_client_tests_belongs_to_their_program() {
    let folder = root().join(CLIENT);
    let main = std::fs::read_to_string(folder.join("main.rs")).unwrap();
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let names = names.map(|name| name.to_string_lossy().trim_end_matches(".rs").to_owned());
    let lost = names.filter(|name| name != "main" && !main.contains(&format!("\nmod {name};\n")));
    assert_eq!(lost.collect::<Vec<String>>(), [""; 0]);
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
