//! Writes the functions.

use std::fmt::Write as _;

use crate::markdown::{Kind, Snippet};

/// The list `SNIPPETS`, and a function for each.
pub(crate) fn module(snippets: &[Snippet]) -> String {
    let (mut list, mut functions) = (String::new(), String::new());
    for (number, snippet) in snippets.iter().enumerate() {
        let name = format!("s{number}");
        let (place, is_run) = (&snippet.place, snippet.kind == Kind::Run);
        let _ = writeln!(functions, "// {place}\n{}", function(&name, snippet));
        if snippet.kind != Kind::Expression {
            let _ =
                writeln!(list, "Snippet {{ place: {place:?}, is_run: {is_run}, run: {name} }},");
        }
    }
    format!("pub static SNIPPETS: &[Snippet] = &[\n{list}];\n\n{functions}")
}

fn function(name: &str, snippet: &Snippet) -> String {
    let Snippet { setup, code, kind, .. } = snippet;
    if code.contains("fn main(") {
        return format!(
            "mod program_{name} {{\n{setup}{code}\n\
             pub(super) fn run() -> super::Outcome {{ super::IntoOutcome::outcome(main()) }}\n}}\n\
             fn {name}() -> Outcome {{ program_{name}::run() }}\n"
        );
    }
    let all = format!("{setup}{code}");
    let mut words = all.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let names_client = words.any(|word| word == "client");
    let client = if names_client && !all.contains("let client") {
        "let client = openai_azure::Client::from_env()?;\n"
    } else {
        ""
    };
    match kind {
        Kind::Expression => {
            format!("async fn {name}() -> Outcome {{\n{client}{setup}let _ = {code};\nOk(())\n}}\n")
        }
        Kind::Run | Kind::Compile => format!(
            "fn {name}() -> Outcome {{\nasync fn body() -> Outcome {{\n{client}{setup}{code};\n\
             Ok(())\n}}\nblock_on(body())\n}}\n"
        ),
    }
}
