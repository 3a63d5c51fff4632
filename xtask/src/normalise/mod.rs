//! Passes over the schemas of a document, before they become types.
//!
//! Their order is the documentation:
//!
//! 1. [`discriminator`]: a base class with a discriminator becomes the union of its children, each
//!    with its constant tag.
//! 2. [`all_of`]: `allOf` is one flat schema.
//! 3. [`union`]: `anyOf` is `oneOf`; null, mere conditions, doubles and single alternatives go.
//! 4. [`required`]: names without a property go.

pub(crate) mod all_of;
pub(crate) mod discriminator;
pub(crate) mod required;
pub(crate) mod union;

use std::collections::BTreeMap;

use serde_json::Value;

/// Schemas by their upstream names.
pub(crate) type Schemas = BTreeMap<String, Value>;

/// Runs every pass.
pub(crate) fn run(schemas: &mut Schemas) {
    discriminator::bases_become_unions(schemas);
    all_of::flatten(schemas);
    union::simplify(schemas);
    required::drop_ghosts(schemas);
}

/// Runs `change` on a schema and everything below it, the innermost first.
fn every_schema(schema: &mut Value, change: &mut impl FnMut(&mut Value)) {
    let Some(members) = schema.as_object_mut() else { return };
    for (word, value) in members.iter_mut() {
        match (word.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(|schema| every_schema(schema, change));
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(alternatives)) => {
                alternatives.iter_mut().for_each(|schema| every_schema(schema, change));
            }
            ("items" | "additionalProperties" | "not", schema @ Value::Object(_)) => {
                every_schema(schema, change);
            }
            _ => {}
        }
    }
    change(schema);
}

/// Shows a schema and everything below it, each with its JSON pointer.
pub(crate) fn every_place(schema: &Value, at: &str, see: &mut impl FnMut(&Value, &str)) {
    see(schema, at);
    for (word, value) in crate::json::object(Some(schema)) {
        let at = format!("{at}/{word}");
        match (word.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (name, schema) in properties {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    every_place(schema, &format!("{at}/{name}"), see);
                }
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(alternatives)) => {
                for (index, schema) in alternatives.iter().enumerate() {
                    every_place(schema, &format!("{at}/{index}"), see);
                }
            }
            ("items" | "additionalProperties" | "not", schema @ Value::Object(_)) => {
                every_place(schema, &at, see);
            }
            _ => {}
        }
    }
}

/// The passes for a schema that stands in an operation.
pub(crate) fn inline(schema: &mut Value, schemas: &Schemas) {
    every_schema(schema, &mut |schema| {
        all_of::flatten_one(schema, schemas, &[]);
        union::simplify_inline(schema, schemas);
    });
    required::drop_inline(schema);
}
