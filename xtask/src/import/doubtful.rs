//! What the facts say and cannot mean.

use serde_json::{Map, Value};

use super::facts::{Problem, escaped};
use crate::normalise::{Schemas, all_of, discriminator, every_place};

/// Schemas that no value fits, and children of a base that nothing tells apart.
pub(crate) fn find(schemas: &Map<String, Value>) -> Vec<Problem> {
    let schemas: Schemas =
        schemas.iter().map(|(name, schema)| (name.clone(), schema.clone())).collect();
    let mut problems = Vec::new();
    for (name, schema) in &schemas {
        every_place(schema, &format!("/schemas/{}", escaped(name)), &mut |schema, at| {
            if all_of::contradicts_itself(schema, &schemas) {
                problems.push(Problem {
                    place: name.clone(),
                    at: at.to_owned(),
                    what: "no value fits its `allOf`".to_owned(),
                });
            }
        });
    }
    for (child, base, tag) in discriminator::without_a_value(&schemas) {
        problems.push(Problem {
            at: format!("/schemas/{}", escaped(&child)),
            place: child,
            what: format!("a child of `{base}` without a value of `{tag}`"),
        });
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn parts_that_exclude_each_other_and_children_without_a_tag_are_named() {
        let schemas = json!({
            "A": {"type": "object", "properties": {"x": {"allOf": [
                {"type": "string"}, {"type": "object"}]}}},
            "B": {"properties": {"kind": {"type": "string"}},
                "discriminator": {"propertyName": "kind"}},
            "C": {"allOf": [{"$ref": "#/components/schemas/B"}], "properties": {"y": {}}},
        });
        let found = super::find(schemas.as_object().unwrap());
        let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "A: no value fits its `allOf` (at /schemas/A/properties/x)",
                "C: a child of `B` without a value of `kind` (at /schemas/C)",
            ]
        );
    }
}
