//! What must hold of `spec/docs.toml`: everything has a text, and a text has one meaning.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::Value;

use crate::coverage;
use crate::docs::{Docs, FILE};
use crate::import::events;
use crate::json::{array, object, operations, text};
use crate::layout::Layout;

/// Prints how much has a text of ours, and returns what has none.
pub(crate) fn missing(layout: &Layout, docs: &Docs) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let (mut operation_ids, mut schemas) = (BTreeSet::new(), BTreeSet::new());
    let mut properties: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut documents = coverage::documents(layout)?;
    if let Some(text) = layout.read(events::FILE)? {
        documents.push(("events".to_owned(), serde_json::from_str(&text)?));
    }
    for (_, document) in documents {
        for (_, _, operation) in operations(&document) {
            operation_ids.extend(text(Some(operation), "operationId").map(str::to_owned));
        }
        for (name, schema) in object(document.pointer("/components/schemas")) {
            let name = text(Some(schema), "x-name").unwrap_or(name);
            schemas.insert(name.to_owned());
            places(schema, name, &mut properties);
        }
    }
    let without: BTreeSet<String> = properties
        .iter()
        .filter(|(name, places)| places.iter().any(|place| docs.property(place, name).is_none()))
        .map(|(name, _)| name.clone())
        .collect();
    let has_text = |names: &BTreeSet<String>, texts: &BTreeMap<String, String>| {
        names.iter().filter(|name| !texts.contains_key(*name)).cloned().collect::<BTreeSet<_>>()
    };
    for (what, all, missing) in [
        ("operations", operation_ids.len(), has_text(&operation_ids, &docs.operations)),
        ("schemas", schemas.len(), has_text(&schemas, &docs.schemas)),
        ("properties", properties.len(), without),
    ] {
        println!("documentation: {} of {all} {what}", all - missing.len());
        if !missing.is_empty() {
            let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
            found.push(format!("{FILE}: {what} without a text: {}", missing.join(", ")));
        }
    }
    Ok(found)
}

/// The schemas, or the places in them, that have a property of each name.
fn places(schema: &Value, place: &str, found: &mut BTreeMap<String, BTreeSet<String>>) {
    for (name, property) in object(schema.get("properties")) {
        found.entry(name.clone()).or_default().insert(place.to_owned());
        places(property, &format!("{place}.{name}"), found);
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        array(schema.get(word)).for_each(|schema| places(schema, place, found));
    }
    for word in ["items", "additionalProperties"] {
        if let Some(schema) = schema.get(word) {
            places(schema, place, found);
        }
    }
}

/// Texts for every schema that has a property or a parameter of a name, and that mean two things.
///
/// "…, or …" is how two meanings are written; alternatives of one thing can do without the comma.
pub(crate) fn ambiguous(docs: &Docs) -> Vec<String> {
    [("properties", &docs.properties), ("parameters", &docs.parameters)]
        .into_iter()
        .flat_map(|(table, texts)| texts.iter().map(move |(name, text)| (table, name, text)))
        .filter(|(_, _, text)| [", or ", "; or ", ". Or "].iter().any(|sign| text.contains(sign)))
        .map(|(table, name, text)| {
            format!("{FILE}: {table}: `{name}` means two things, each schema needs its own: {text}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::ambiguous;
    use crate::docs::Docs;

    #[test]
    fn a_text_with_two_meanings_is_refused_where_it_is_for_all_schemas() {
        let docs: Docs = toml::from_str(
            r#"
            [properties]
            code = "Program text, or a short error code."
            kind = "Kind: `a` or `b`."
            [schema_properties]
            "A.code" = "Exact, or not."
            "#,
        )
        .unwrap();
        let found = ambiguous(&docs);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("`code`"), "{found:?}");
    }
}
