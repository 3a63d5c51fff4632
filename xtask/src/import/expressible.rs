//! Leaves out what cannot be generated, and says what it was.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Result, anyhow};
use serde_json::{Value, json};

use super::facts::Problem;
use crate::json::{METHODS, object, operations, text};
use crate::operations::refusal;

/// What the reason for leaving something out begins with if the generator panicked.
pub(crate) const GAVE_UP: &str = "the generator gave up";

/// Takes out the operations that the generator refuses. If `generate` fails nevertheless, those
/// that it fails at alone, and then the schemas: a schema becomes "any JSON".
///
/// # Errors
///
/// What is left cannot be generated either.
pub(crate) fn leave_out(
    document: &mut Value,
    generate: impl Fn(&Value) -> Result<()>,
) -> Result<Vec<Problem>> {
    let mut problems = without_operations(document, refusal);
    let fails = |document: &Value| attempt(|| generate(document)).err();
    if fails(document).is_none() {
        return Ok(problems);
    }
    let mut bare = document.clone();
    bare["components"]["schemas"] = json!({});
    let mut schemas: Vec<Problem> = Vec::new();
    for (name, schema) in object(document.pointer("/components/schemas")) {
        bare["paths"] = json!({});
        bare["components"]["schemas"] = json!({name: schema});
        schemas.extend(fails(&bare).map(|error| Problem::new(name, &error)));
    }
    for Problem { place, .. } in &schemas {
        let schema = &mut document["components"]["schemas"][place.as_str()];
        *schema = json!({"x-document": schema["x-document"]});
    }
    problems.extend(schemas);
    let mut alone = document.clone();
    problems.extend(without_operations(document, |path, operation| {
        alone["paths"] = json!({path: {"post": operation}});
        fails(&alone).map(|error| format!("{error:#}"))
    }));
    fails(document).map_or(Ok(problems), Err)
}

/// Runs `generate`; a panic is an error too.
pub(crate) fn attempt(generate: impl FnOnce() -> Result<()>) -> Result<()> {
    catch_unwind(AssertUnwindSafe(generate)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(anyhow!("{GAVE_UP}: {}", text.unwrap_or("no message")))
    })
}

/// Takes out the operations that `reason` has something against.
fn without_operations(
    document: &mut Value,
    mut reason: impl FnMut(&str, &Value) -> Option<String>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut refused = Vec::new();
    for (path, method, operation) in operations(document) {
        if let Some(what) = reason(path, operation) {
            let id = text(Some(operation), "operationId");
            let place = id.map_or_else(|| format!("{method} {path}"), str::to_owned);
            problems.push(Problem { place, at: String::new(), what });
            refused.push((path.to_owned(), method.to_owned()));
        }
    }
    let Some(Value::Object(paths)) = document.get_mut("paths") else { return problems };
    for (path, method) in refused {
        if let Some(item) = paths.get_mut(&path).and_then(Value::as_object_mut) {
            item.remove(&method);
        }
    }
    paths.retain(|_, item| METHODS.iter().any(|method| item.get(method).is_some()));
    problems
}

#[cfg(test)]
mod tests {
    use anyhow::{Result, ensure};
    use serde_json::{Value, json};

    use super::leave_out;

    /// A generator that cannot stand two words.
    fn generate(document: &Value) -> Result<()> {
        let text = document.to_string();
        assert!(!text.contains("panics"), "a panic");
        ensure!(!text.contains("fails"), "a failure");
        Ok(())
    }

    #[test]
    fn operations_and_schemas_that_fail_are_named_and_the_rest_stays() {
        let mut document = json!({
            "paths": {
                "/good": {"get": {"operationId": "Good"}, "post": {"operationId": "fails"}},
                "/bad": {"get": {"operationId": "panics"}},
                "/{": {"get": {"operationId": "Malformed"}},
            },
            "components": {"schemas": {
                "Good": {"type": "string"},
                "Bad": {"pattern": "fails", "x-document": ["authoring"]},
            }},
        });
        let problems = leave_out(&mut document, generate).unwrap();
        let places: Vec<&str> = problems.iter().map(|problem| problem.place.as_str()).collect();
        assert_eq!(places, ["Malformed", "Bad", "panics", "fails"]);
        assert_eq!(problems[2].what, "the generator gave up: a panic");
        assert_eq!(
            document,
            json!({
                "paths": {"/good": {"get": {"operationId": "Good"}}},
                "components": {"schemas": {
                    "Good": {"type": "string"}, "Bad": {"x-document": ["authoring"]}}},
            })
        );
    }
}
