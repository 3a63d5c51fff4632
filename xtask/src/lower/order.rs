//! The order of fields: required ones first, then as the document has them.

use serde_json::Value;

use crate::json::array;
use crate::model::Field;

/// Sorts the fields of `schema`.
///
/// `x-order` is the order of the document, where it is not that of the names.
pub(super) fn sort(fields: &mut [Field], schema: &Value) {
    let place = |name: &str| {
        let mut names = array(schema.get("x-order")).filter_map(Value::as_str);
        names.position(|other| other == name)
    };
    // What the generator added, such as a tag, comes first.
    fields.sort_by_cached_key(|field| (field.optional(), place(&field.name)));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::lower::tests::lower;
    use crate::model::Shape;

    fn names(schema: Value) -> Vec<String> {
        let mut names = Vec::new();
        lower(&[("a", schema)], |lowering| {
            let Shape::Struct(object) = &lowering.definitions["A"].shape else { panic!() };
            names = object.fields.iter().map(|field| field.name.clone()).collect();
        });
        names
    }

    #[test]
    fn required_fields_come_first_then_the_order_of_the_document() {
        let text = json!({"type": "string"});
        let properties = json!({"a": text, "b": text, "c": text, "d": text});
        let mut schema = json!({"properties": properties, "required": ["d", "b"]});
        assert_eq!(names(schema.clone()), ["b", "d", "a", "c"]);
        schema["x-order"] = json!(["c", "b", "a", "d"]);
        assert_eq!(names(schema), ["b", "d", "c", "a"]);
    }
}
