//! `required` is only about properties that exist.

use serde_json::Value;

use super::{Schemas, every_schema};

/// Drops the names of `required` that no property has.
pub(crate) fn drop_ghosts(schemas: &mut Schemas) {
    schemas.values_mut().for_each(drop_inline);
}

/// The same for one schema and all below it.
pub(super) fn drop_inline(schema: &mut Value) {
    every_schema(schema, &mut |schema| {
        let properties = schema.get("properties").cloned().unwrap_or_default();
        if let Some(Value::Array(required)) = schema.get_mut("required") {
            required.retain(|name| name.as_str().is_some_and(|n| properties.get(n).is_some()));
        }
    });
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn names_without_a_property_go() {
        let schema = json!({"properties": {"a": {}}, "required": ["a", "b", 1]});
        let mut schemas = [("A".to_owned(), schema)].into_iter().collect();
        super::drop_ghosts(&mut schemas);
        assert_eq!(schemas["A"]["required"], json!(["a"]));
    }
}
