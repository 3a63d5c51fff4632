//! Merges the documents of one date, and takes one of them out again.
//!
//! Each operation and schema says in `x-document` where it comes from. So an import of one
//! document replaces its own part and keeps the other.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::json::{array, object, sorted, text};
use crate::naming::pascal;

use super::facts::Facts;

/// The parts of an api-version, by the name of the document that each is from.
pub(crate) type Parts = BTreeMap<String, Facts>;

/// The document's name: `inference` if it has the data plane, `authoring` otherwise.
pub(crate) fn document_name(facts: &Facts) -> &'static str {
    let data_plane = facts.paths.iter().any(|(path, item)| {
        item.get("post").is_some()
            && (path.ends_with("/completions") || path.ends_with("/embeddings"))
    });
    if data_plane { "inference" } else { "authoring" }
}

/// Merges the parts. Where two have different schemas under names that would be one in Rust, the
/// one of the document that comes first in the alphabet gets that document's name in front:
/// inference keeps its names.
pub(crate) fn merge(parts: &Parts, version: &str) -> (Value, Vec<String>) {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas: Map<String, Value> = Map::new();
    let mut renamed = Vec::new();
    for (document, facts) in parts.iter().rev() {
        let names = new_names(document, facts, &schemas);
        renamed.extend(names.iter().map(|(old, new)| format!("{document}: {old} → {new}")));
        for (path, item) in &facts.paths {
            let merged = paths.entry(path.clone()).or_insert_with(|| json!({}));
            for (method, operation) in object(Some(item)) {
                if merged.get(method).is_none() {
                    let mut operation = rename_references(operation.clone(), &names);
                    operation["x-document"] = json!([document]);
                    merged[method.as_str()] = operation;
                } else if let Some(owners) = merged[method]["x-document"].as_array_mut() {
                    owners.push(json!(document));
                }
            }
        }
        for (name, schema) in &facts.schemas {
            let mut schema = rename_references(schema.clone(), &names);
            let new_name = names.get(name).unwrap_or(name);
            if let Some(owners) = schemas
                .get_mut(new_name)
                .and_then(|same| same.get_mut("x-document"))
                .and_then(Value::as_array_mut)
            {
                owners.push(json!(document));
                continue;
            }
            schema["x-document"] = json!([document]);
            if new_name != name {
                schema["x-name"] = json!(name);
            }
            schemas.insert(new_name.clone(), schema);
        }
    }
    let base = if version.starts_with('v') { "{endpoint}/openai/v1" } else { "{endpoint}/openai" };
    let merged = sorted(json!({
        "openapi": "3.0.3",
        "info": {"title": format!("Azure OpenAI {version}"), "version": version},
        "servers": [{
            "url": base,
            "variables": {"endpoint": {"default": "https://localhost"}},
        }],
        "paths": paths,
        "components": {"schemas": schemas},
    }));
    (merged, renamed)
}

/// Which schemas of `facts` need another name beside `taken`.
fn new_names(
    document: &str,
    facts: &Facts,
    taken: &Map<String, Value>,
) -> BTreeMap<String, String> {
    let rust_names: BTreeMap<String, &String> =
        taken.keys().map(|name| (pascal(name), name)).collect();
    let mut names = BTreeMap::new();
    // A schema that refers to a renamed one differs too, so this goes on until nothing changes.
    loop {
        let before = names.len();
        for (name, schema) in &facts.schemas {
            let Some(other) = rust_names.get(&pascal(name)) else { continue };
            let same = *other == name
                && without_order(without_owner(&taken[name.as_str()]))
                    == without_order(rename_references(schema.clone(), &names));
            if !same {
                names.insert(name.clone(), pascal(&format!("{document} {name}")));
            }
        }
        if names.len() == before {
            return names;
        }
    }
}

fn without_owner(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(members) = schema.as_object_mut() {
        members.remove("x-document");
        members.remove("x-name");
    }
    schema
}

/// The same schema but for the order of its properties, which makes no other schema of it.
fn without_order(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            members.retain(|name, order| name != "x-order" || !order.is_array());
            members.values_mut().for_each(|member| *member = without_order(member.take()));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| *item = without_order(item.take()));
        }
        _ => {}
    }
    value
}

fn rename_references(mut value: Value, names: &BTreeMap<String, String>) -> Value {
    fn walk(value: &mut Value, names: &BTreeMap<String, String>) {
        match value {
            Value::Object(members) => {
                for member in members.values_mut() {
                    if let Value::String(place) = member
                        && let Some(new) = place
                            .strip_prefix("#/components/schemas/")
                            .and_then(|name| names.get(name))
                    {
                        *place = format!("#/components/schemas/{new}");
                    }
                    walk(member, names);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, names)),
            _ => {}
        }
    }
    if !names.is_empty() {
        walk(&mut value, names);
    }
    value
}

/// Takes the parts of a merged document apart: the inverse of [`merge`].
pub(crate) fn split(merged: &Value) -> Parts {
    let mut parts = Parts::new();
    let mut old_names: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (name, schema) in object(merged.pointer("/components/schemas")) {
        for owner in array(schema.get("x-document")).filter_map(Value::as_str) {
            let old = text(Some(schema), "x-name").unwrap_or(name);
            old_names.entry(owner.to_owned()).or_default().insert(name.clone(), old.to_owned());
            let facts = parts.entry(owner.to_owned()).or_default();
            facts.schemas.insert(old.to_owned(), without_owner(schema));
        }
    }
    for (path, method, operation) in crate::json::operations(merged) {
        for owner in array(operation.get("x-document")).filter_map(Value::as_str) {
            let facts = parts.entry(owner.to_owned()).or_default();
            let item = facts.paths.entry(path.to_owned()).or_insert_with(|| json!({}));
            item[method] = without_owner(operation);
        }
    }
    for (owner, facts) in &mut parts {
        let names = old_names.remove(owner).unwrap_or_default();
        for value in facts.schemas.values_mut().chain(facts.paths.values_mut()) {
            *value = rename_references(value.take(), &names);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Facts, Parts, merge, split};

    fn facts(path: &str, schemas: &Value) -> Facts {
        let reference = json!({"$ref": "#/components/schemas/Error"});
        Facts {
            paths: json!({path: {"post": {"x": reference}}}).as_object().unwrap().clone(),
            schemas: schemas.as_object().unwrap().clone(),
            problems: Vec::new(),
        }
    }

    #[test]
    fn differing_schemas_get_distinct_names_and_come_apart_again() {
        let mut parts = Parts::new();
        parts.insert(
            "authoring".to_owned(),
            facts("/files", &json!({"Error": {"type": "object"}, "Same": {"type": "string"}})),
        );
        parts.insert(
            "inference".to_owned(),
            facts(
                "/x/completions",
                &json!({"error": {"type": "string"}, "Same": {"type": "string"}}),
            ),
        );
        let (merged, renamed) = merge(&parts, "2024-06-01");
        assert_eq!(renamed, ["authoring: Error → AuthoringError"]);
        assert_eq!(
            merged["paths"]["/files"]["post"]["x"]["$ref"],
            "#/components/schemas/AuthoringError"
        );
        let again = split(&merged);
        for (name, part) in &parts {
            assert_eq!(part.paths, again[name].paths);
            assert_eq!(part.schemas, again[name].schemas);
        }
    }
}
