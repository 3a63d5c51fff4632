//! Schemas by one name in both documents, whatever prefixes and cases the documents use.
//!
//! The dated documents say `createResponse`, v1 says `OpenAI.CreateResponse`: the same schema. What
//! stands behind the last dot, without regard to case, is its name, as far as that is unambiguous.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::json::object;

const PLACE: &str = "/components/schemas";

/// The two documents with their schemas, and all references to them, under common names.
pub(super) fn aligned(from: &Value, to: &Value) -> (Value, Value) {
    let newer = short_names(to, &BTreeMap::new());
    let shown: BTreeMap<String, String> =
        newer.values().map(|name| (name.to_lowercase(), name.clone())).collect();
    (renamed(from, &short_names(from, &shown)), renamed(to, &newer))
}

/// Each schema's name → the name to show; one of `known` where that differs only by case.
fn short_names(document: &Value, known: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let short = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in object(document.pointer(PLACE)) {
        *counts.entry(short(name).to_lowercase()).or_default() += 1;
    }
    object(document.pointer(PLACE))
        .map(|(name, _)| {
            let brief = short(name);
            let key = brief.to_lowercase();
            let shown = match known.get(&key) {
                _ if counts[&key] > 1 => name.clone(),
                Some(known) => known.clone(),
                None => brief,
            };
            (name.clone(), shown)
        })
        .collect()
}

fn renamed(document: &Value, names: &BTreeMap<String, String>) -> Value {
    let mut document = document.clone();
    if let Some(Value::Object(schemas)) = document.pointer_mut(PLACE) {
        let renamed: Map<String, Value> = std::mem::take(schemas)
            .into_iter()
            .map(|(name, schema)| (names.get(&name).cloned().unwrap_or(name), schema))
            .collect();
        *schemas = renamed;
    }
    references(&mut document, names);
    document
}

fn references(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for member in members.values_mut() {
                let target = member
                    .as_str()
                    .and_then(|place| names.get(place.strip_prefix("#/components/schemas/")?));
                match target {
                    Some(name) => *member = json!(format!("#/components/schemas/{name}")),
                    None => references(member, names),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| references(item, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::diff::diff;

    #[test]
    fn prefixes_and_cases_make_no_difference() {
        let holder = |name: &str| json!({"properties": {"x": {"$ref": format!("#/components/schemas/{name}")}}});
        let from = json!({"components": {"schemas": {
            "createThing": {"type": "string"}, "Holder": holder("createThing")}}});
        let to = json!({"components": {"schemas": {
            "OpenAI.CreateThing": {"type": "string"}, "OpenAI.Holder": holder("OpenAI.CreateThing")}}});
        assert_eq!(diff(&from, &to), []);
    }

    #[test]
    fn names_that_two_schemas_share_keep_their_prefix() {
        let document = json!({"components": {"schemas": {
            "Error": {"type": "string"}, "OpenAI.Error": {"type": "object"}}}});
        assert_eq!(diff(&document, &document), []);
    }
}
