//! Differences of two schemas, all the way down.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Change;
use crate::json::{array, flag, object, referenced, text};

/// Adds what differs between `a` and `b`, which both stand at `place`.
pub(super) fn diff(place: &str, a: &Value, b: &Value, changes: &mut Vec<Change>) {
    let (before, after) = (kind(a), kind(b));
    if before != after {
        let detail = format!("{before} → {after}");
        changes.push(Change::new(true, "property", "changed", place).detail(detail));
    }
    if flag(a, "nullable") != flag(b, "nullable") {
        let detail = if flag(b, "nullable") { "now nullable" } else { "no longer nullable" };
        changes.push(Change::new(false, "property", "changed", place).detail(detail));
    }
    values(place, a, b, changes);
    properties(place, a, b, changes);
    alternatives(place, a, b, changes);
    for word in ["items", "additionalProperties"] {
        if let (Some(a), Some(b)) = (a.get(word), b.get(word)) {
            let place = if word == "items" { format!("{place}[]") } else { format!("{place}.*") };
            diff(&place, a, b, changes);
        }
    }
}

fn kind(schema: &Value) -> String {
    if let Some(name) = referenced(schema) {
        return name.to_owned();
    }
    if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() {
        return "alternatives".to_owned();
    }
    let kind = match text(Some(schema), "type") {
        Some(kind) => kind,
        None if schema.get("properties").is_some() => "object",
        None => "any",
    };
    kind.to_owned()
}

fn values(place: &str, a: &Value, b: &Value, changes: &mut Vec<Change>) {
    let set = |schema: &Value| -> BTreeSet<String> {
        array(schema.get("enum")).map(Value::to_string).collect()
    };
    let (before, after) = (set(a), set(b));
    if before.is_empty() || after.is_empty() {
        return;
    }
    for value in before.difference(&after) {
        changes.push(Change::new(true, "value", "removed", place).detail(value.clone()));
    }
    for value in after.difference(&before) {
        changes.push(Change::new(false, "value", "added", place).detail(value.clone()));
    }
}

fn properties(place: &str, a: &Value, b: &Value, changes: &mut Vec<Change>) {
    let required = |schema: &Value, name: &str| array(schema.get("required")).any(|n| n == name);
    for (name, property) in object(a.get("properties")) {
        let place = format!("{place}.{name}");
        let Some(new) =
            b.pointer(&format!("/properties/{}", name.replace('~', "~0").replace('/', "~1")))
        else {
            changes.push(Change::new(true, "property", "removed", place));
            continue;
        };
        match (required(a, name), required(b, name)) {
            (false, true) => changes.push(
                Change::new(true, "property", "changed", place.clone()).detail("now required"),
            ),
            // The field becomes an `Option`, unless it was one for being nullable.
            (true, false) => changes.push(
                Change::new(!flag(property, "nullable"), "property", "changed", place.clone())
                    .detail("no longer required"),
            ),
            _ => {}
        }
        diff(&place, property, new, changes);
    }
    for (name, _) in object(b.get("properties")) {
        if a.get("properties").is_none_or(|properties| properties.get(name).is_none()) {
            let place = format!("{place}.{name}");
            let change = Change::new(required(b, name), "property", "added", place);
            changes.push(if required(b, name) { change.detail("required") } else { change });
        }
    }
}

fn alternatives(place: &str, a: &Value, b: &Value, changes: &mut Vec<Change>) {
    let set = |schema: &Value| -> BTreeSet<String> {
        array(schema.get("oneOf")).chain(array(schema.get("anyOf"))).map(kind).collect()
    };
    let (before, after) = (set(a), set(b));
    if before.is_empty() || after.is_empty() {
        return;
    }
    for alternative in before.difference(&after) {
        changes
            .push(Change::new(true, "alternative", "removed", place).detail(alternative.clone()));
    }
    for alternative in after.difference(&before) {
        changes.push(Change::new(false, "alternative", "added", place).detail(alternative.clone()));
    }
}
