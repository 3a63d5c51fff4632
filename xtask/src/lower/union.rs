//! Unions: told apart by a member where that can be, else by trying.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Lowering, strings};
use crate::json::{object, text};
use crate::model::{Row, Shape, Type};
use crate::naming::{pascal, unique};

/// Members that may tell the alternatives of a union apart, most telling first.
const TAGS: [&str; 5] = ["type", "role", "object", "event", "kind"];

impl Lowering<'_> {
    /// The union of `alternatives`; `declared` is the document's discriminator, if it has one.
    pub(super) fn union(
        &mut self,
        alternatives: &[Value],
        declared: Option<&Value>,
        name: &str,
        place: &str,
    ) -> Shape {
        let declared_tag = text(declared, "propertyName");
        let mapping = declared.and_then(|declared| declared.get("mapping"));
        let tags: Vec<&str> = declared_tag.into_iter().chain(TAGS).collect();
        for tag in &tags {
            let mapping = mapping.filter(|_| declared_tag == Some(tag));
            let values: Option<Vec<Vec<String>>> = alternatives
                .iter()
                .map(|schema| mapped(schema, mapping).or_else(|| self.tag_values(schema, tag, 0)))
                .collect();
            let Some(values) = values else { continue };
            let distinct: BTreeSet<&String> = values.iter().flatten().collect();
            if distinct.len() > 1 || alternatives.len() == 1 {
                return self.tagged(alternatives, tag, values, name, place);
            }
        }
        // Objects with a tag, beside strings, lists or other objects, are a union of their own.
        for tag in &tags {
            let (with, mut others): (Vec<Value>, Vec<Value>) = alternatives
                .iter()
                .cloned()
                .partition(|schema| self.tag_values(schema, tag, 0).is_some());
            if with.len() > 1 && !others.is_empty() {
                others.push(json!({"oneOf": with, "discriminator": {"propertyName": tag}}));
                return self.tried_in_turn(&others, name, place);
            }
        }
        self.tried_in_turn(alternatives, name, place)
    }

    /// The alternatives in the order in which they are tried, most specific first.
    fn tried_in_turn(&mut self, alternatives: &[Value], name: &str, place: &str) -> Shape {
        let mut arms: Vec<(u8, usize, usize, Type)> = Vec::new();
        for schema in alternatives {
            let hint = format!("{name}{}", self.alternative_hint(schema));
            let ty = self.ty(schema, &hint, place);
            let target = self.follow(schema);
            let (required, constants) = self.demands(target);
            let known = object(target.get("properties")).count();
            let demands = usize::MAX - (required * 1000 + known);
            if arms.iter().all(|(_, _, _, other)| *other != ty) {
                arms.push((order(target), demands, constants, ty));
            }
        }
        arms.sort_by_key(|arm| (arm.0, arm.1, arm.2));
        let arms: Vec<Type> = arms.into_iter().map(|(_, _, _, ty)| ty).collect();
        if let [only] = arms.as_slice() {
            return Shape::Alias(only.clone());
        }
        let mut used = BTreeSet::from(["Unknown".to_owned()]);
        let arms = arms
            .into_iter()
            .map(|ty| {
                let arm = unique(arm_name(&ty, name), |name| used.contains(name));
                used.insert(arm.clone());
                (arm, ty)
            })
            .collect();
        self.untagged
            .push(format!("{name}: {}", reason(alternatives.iter().map(|s| self.follow(s)))));
        Shape::Untagged(arms)
    }

    /// How many fields an object requires, and how many constants beside them.
    ///
    /// A constant is added where it is absent, so that it demands nothing: among equals the one
    /// that requires no constant is tried first, and adds none.
    fn demands(&self, schema: &Value) -> (usize, usize) {
        let required = strings(schema.get("required"));
        let is_constant = |name: &String| {
            let property = schema.get("properties").and_then(|all| all.get(name.as_str()));
            property.is_some_and(|property| self.constant(property).is_some())
        };
        let constants = required.iter().filter(|name| is_constant(name)).count();
        (required.len() - constants, constants)
    }

    /// The values of `tag` by which an alternative is known; `None` if it has no such constant.
    fn tag_values(&self, schema: &Value, tag: &str, depth: usize) -> Option<Vec<String>> {
        let schema = self.follow(schema);
        if let Some(Value::Array(alternatives)) = schema.get("oneOf")
            && depth < 8
        {
            let values: Option<Vec<Vec<String>>> =
                alternatives.iter().map(|schema| self.tag_values(schema, tag, depth + 1)).collect();
            let mut values: Vec<String> = values?.concat();
            values.sort();
            values.dedup();
            return Some(values);
        }
        let property = self.follow(schema.get("properties")?.get(tag)?);
        let values = strings(property.get("enum"));
        (!values.is_empty()).then_some(values)
    }

    fn tagged(
        &mut self,
        alternatives: &[Value],
        tag: &str,
        values: Vec<Vec<String>>,
        name: &str,
        place: &str,
    ) -> Shape {
        let mut rows: Vec<((usize, usize), Row)> = Vec::new();
        let mut used = BTreeSet::from(["Unknown".to_owned()]);
        for (schema, values) in self.grouped(alternatives, tag, values) {
            let word = values.first().map(|value| pascal(value)).unwrap_or_default();
            let ty = self.ty(&schema, &format!("{name}{word}"), place);
            let Type::Named(ty) = ty else { continue };
            let wanted = if values.len() > 1 || used.contains(&word) {
                arm_name(&Type::Named(ty.clone()), name)
            } else {
                word
            };
            let variant = unique(wanted, |name| used.contains(name));
            used.insert(variant.clone());
            let (required, constants) = self.demands(self.follow(&schema));
            rows.push(((required, usize::MAX - constants), Row { variant, ty, values }));
        }
        // Where two rows share a value, the one that asks for more is tried first.
        rows.sort_by(|a, b| {
            let (first, second) = (a.1.values.first(), b.1.values.first());
            first.cmp(&second).then(b.0.cmp(&a.0))
        });
        Shape::Tagged { tag: tag.to_owned(), rows: rows.into_iter().map(|(_, row)| row).collect() }
    }

    /// Alternatives that share their values become one, if another member tells them apart.
    fn grouped(
        &self,
        alternatives: &[Value],
        tag: &str,
        values: Vec<Vec<String>>,
    ) -> Vec<(Value, Vec<String>)> {
        let mut groups: Vec<(Vec<Value>, Vec<String>)> = Vec::new();
        for (schema, values) in alternatives.iter().zip(values) {
            match groups.iter_mut().find(|(_, others)| *others == values) {
                Some((schemas, _)) => schemas.push(schema.clone()),
                None => groups.push((vec![schema.clone()], values)),
            }
        }
        let mut found = Vec::new();
        for (schemas, values) in groups {
            let other = TAGS.iter().find(|other| **other != tag && self.distinct(&schemas, other));
            match other {
                Some(other) if schemas.len() > 1 => {
                    let union = json!({"oneOf": schemas, "discriminator": {"propertyName": other}});
                    found.push((union, values));
                }
                _ => found.extend(schemas.into_iter().map(|schema| (schema, values.clone()))),
            }
        }
        found
    }

    /// Whether each of the schemas has values of `tag` that no other one has.
    fn distinct(&self, schemas: &[Value], tag: &str) -> bool {
        let mut seen = BTreeSet::new();
        schemas.iter().all(|schema| {
            let values = self.tag_values(schema, tag, 0);
            values.is_some_and(|values| values.into_iter().all(|value| seen.insert(value)))
        })
    }

    /// What an inline alternative may be called, behind the name of its union.
    fn alternative_hint(&self, schema: &Value) -> String {
        if schema.get("enum").is_some() {
            return "Mode".to_owned();
        }
        for tag in TAGS {
            if let Some(value) = schema.get("properties").and_then(|p| self.constant(p.get(tag)?)) {
                return pascal(&value);
            }
        }
        let required = strings(schema.get("required"));
        match (required.as_slice(), text(Some(schema), "type")) {
            ([one], _) => pascal(one),
            (_, Some("array")) => "List".to_owned(),
            _ => "Object".to_owned(),
        }
    }
}

/// The values that the document's discriminator gives for a referenced alternative.
fn mapped(schema: &Value, mapping: Option<&Value>) -> Option<Vec<String>> {
    let place = schema.get("$ref")?;
    let values: Vec<String> = object(mapping)
        .filter(|(_, target)| *target == place)
        .map(|(value, _)| value.clone())
        .collect();
    (!values.is_empty()).then_some(values)
}

/// The order in which the arms of an untagged union are tried.
fn order(schema: &Value) -> u8 {
    match text(Some(schema), "type") {
        Some("boolean") => 0,
        Some("integer") => 1,
        Some("number") => 2,
        Some("string") if schema.get("enum").is_some() => 3,
        Some("string") => 4,
        Some("array") => 5 + array_depth(schema),
        _ if schema.get("properties").is_some() => 20,
        // A union takes anything as `Unknown`, so it comes last.
        _ if schema.get("oneOf").is_some() => 22,
        _ => 21,
    }
}

/// Lists of numbers are tried before lists of strings, and deeper ones first.
fn array_depth(schema: &Value) -> u8 {
    match schema.get("items").and_then(|items| text(Some(items), "type")) {
        Some("array") => 0,
        Some("integer") => 1,
        Some("number") => 2,
        Some("string") => 3,
        _ => 4,
    }
}

fn reason<'s>(alternatives: impl Iterator<Item = &'s Value>) -> String {
    let kinds: BTreeSet<&str> = alternatives
        .map(|schema| {
            text(Some(schema), "type").unwrap_or(if schema.get("oneOf").is_some() {
                "union"
            } else {
                "any"
            })
        })
        .collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    match kinds.as_slice() {
        ["object"] => "objects without a common constant member".to_owned(),
        several => several.join(" or "),
    }
}

/// What an arm of a union is called after its type.
fn arm_name(ty: &Type, union: &str) -> String {
    match ty {
        Type::Bool => "Bool".to_owned(),
        Type::Text => "Text".to_owned(),
        Type::I32 | Type::I64 | Type::U32 | Type::U64 => "Integer".to_owned(),
        Type::F64 => "Number".to_owned(),
        Type::Json => "Any".to_owned(),
        Type::File => "File".to_owned(),
        Type::Map(_) => "Object".to_owned(),
        Type::Boxed(inner) => arm_name(inner, union),
        Type::List(inner) => match inner.as_ref() {
            Type::List(_) => format!("{}Lists", arm_name(inner, union).trim_end_matches('s')),
            Type::Json => "List".to_owned(),
            other => format!("{}s", arm_name(other, union)),
        },
        Type::Named(name) => match name.strip_prefix(union) {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_uppercase()) => rest.to_owned(),
            _ => name.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::lower::tests::lower;
    use crate::model::{Shape, Type};

    fn part(tag: &str, value: &str) -> Value {
        json!({"type": "object", "properties": {tag: {"type": "string", "enum": [value]}}})
    }

    #[test]
    fn alternatives_with_a_constant_member_are_a_tagged_union() {
        let union = json!({"oneOf": [{"$ref": "#/components/schemas/a"}, part("type", "b")]});
        lower(&[("a", part("type", "a")), ("u", union)], |lowering| {
            let Shape::Tagged { tag, rows } = &lowering.definitions["U"].shape else { panic!() };
            assert_eq!(tag, "type");
            assert_eq!(rows[0].ty, "A");
            assert_eq!(rows[1].ty, "UB");
        });
    }

    #[test]
    fn other_alternatives_are_tried_most_specific_first() {
        let union = json!({"oneOf": [
            {"type": "string"}, {"type": "array", "items": {"type": "string"}},
            {"type": "array", "items": {"type": "integer"}}]});
        lower(&[("u", union)], |lowering| {
            let Shape::Untagged(arms) = &lowering.definitions["U"].shape else { panic!() };
            let names: Vec<&str> = arms.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(names, ["Text", "Integers", "Texts"]);
        });
    }

    #[test]
    fn objects_with_a_tag_beside_a_string_are_a_union_of_their_own() {
        let union = json!({"oneOf": [part("type", "a"), {"type": "string"}, part("type", "b")]});
        lower(&[("u", union)], |lowering| {
            let Shape::Untagged(arms) = &lowering.definitions["U"].shape else { panic!() };
            let object = Type::Named("UObject".to_owned());
            assert_eq!(*arms, [("Text".to_owned(), Type::Text), ("Object".to_owned(), object)]);
            let Shape::Tagged { rows, .. } = &lowering.definitions["UObject"].shape else {
                panic!()
            };
            assert_eq!(rows.len(), 2);
        });
    }

    #[test]
    fn alternatives_with_the_same_value_are_told_apart_by_another_member() {
        let message = |role: &str| {
            let mut message = part("role", role);
            message["properties"]["type"] = json!({"type": "string", "enum": ["message"]});
            message
        };
        let union = json!({"oneOf": [message("user"), part("type", "call"), message("assistant")]});
        lower(&[("u", union)], |lowering| {
            let Shape::Tagged { tag, rows } = &lowering.definitions["U"].shape else { panic!() };
            assert_eq!((tag.as_str(), rows.len()), ("type", 2));
            let inner = &lowering.definitions["UMessage"].shape;
            let Shape::Tagged { tag, rows } = inner else { panic!() };
            assert_eq!((tag.as_str(), rows.len()), ("role", 2));
        });
    }

    #[test]
    fn the_discriminator_s_mapping_decides_where_the_members_do_not() {
        let either = json!({"type": "object",
            "properties": {"type": {"type": "string", "enum": ["x", "y"]}}});
        let union = json!({
            "oneOf": [{"$ref": "#/components/schemas/a"}, {"$ref": "#/components/schemas/b"}],
            "discriminator": {"propertyName": "type", "mapping": {
                "x": "#/components/schemas/a", "y": "#/components/schemas/b"}}});
        lower(&[("a", either.clone()), ("b", either), ("u", union)], |lowering| {
            let Shape::Tagged { rows, .. } = &lowering.definitions["U"].shape else { panic!() };
            assert_eq!(rows[0].values, ["x"]);
            assert_eq!(rows[1].values, ["y"]);
        });
    }

    #[test]
    fn among_equals_the_one_that_adds_no_constant_is_tried_first() {
        let message = |required: Value| {
            json!({"type": "object", "required": required, "properties": {
                "role": {"type": "string", "enum": ["user", "system"]},
                "type": {"type": "string", "enum": ["message"]}}})
        };
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let schemas = [
            ("a", message(json!(["role", "type"]))),
            ("b", message(json!(["role"]))),
            ("u", json!({"oneOf": [reference("a"), reference("b")]})),
        ];
        lower(&schemas, |lowering| {
            let Shape::Tagged { rows, .. } = &lowering.definitions["U"].shape else { panic!() };
            assert_eq!(rows[0].ty, "B");
        });
    }
}
