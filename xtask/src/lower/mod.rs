//! Schemas → the five shapes.

mod order;
mod union;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::json::{array, flag, object, referenced, text};
use crate::model::{Definition, Definitions, Field, Shape, Struct, Type};
use crate::naming::{pascal, snake, unique};
use crate::normalise::Schemas;

/// Names that the generated code uses itself.
const RESERVED: [&str; 15] = [
    "Result", "Self", "Vec", "Box", "Clone", "Debug", "Default", "Err", "From", "Into", "None",
    "Ok", "Option", "Some", "String",
];

/// Makes types of schemas. Inline schemas get names of their own, in a fixed order.
#[derive(Debug)]
pub(crate) struct Lowering<'a> {
    schemas: &'a Schemas,
    /// Upstream name → Rust name.
    names: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    forms: BTreeSet<String>,
    pub(crate) definitions: Definitions,
    /// Unions that could not be told apart by a member, with the reason.
    pub(crate) untagged: Vec<String>,
}

impl<'a> Lowering<'a> {
    /// Prepares the names of `schemas`; those in `forms` are sent as forms.
    pub(crate) fn new(schemas: &'a Schemas, forms: BTreeSet<String>) -> Self {
        let mut taken: BTreeSet<String> = RESERVED.map(str::to_owned).into();
        let mut names = BTreeMap::new();
        for name in schemas.keys() {
            let short = pascal(name.rsplit('.').next().unwrap_or(name));
            let rust = if taken.contains(&short) { pascal(name) } else { short };
            let rust = unique(rust, |name| taken.contains(name));
            taken.insert(rust.clone());
            names.insert(name.clone(), rust);
        }
        Self { schemas, names, taken, forms, definitions: Definitions::new(), untagged: Vec::new() }
    }

    /// Lowers every component.
    pub(crate) fn components(&mut self) {
        for (name, schema) in self.schemas {
            let rust = self.names[name].clone();
            let form = self.forms.contains(name);
            let shape = self.shape(schema, &rust, name, form);
            let definition = Definition { schema: Some(name.clone()), place: name.clone(), shape };
            self.definitions.insert(rust, definition);
        }
    }

    pub(crate) fn follow<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let mut schema = schema;
        for _ in 0..16 {
            match referenced(schema).and_then(|name| self.schemas.get(name)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    fn nullable(&self, schema: &Value) -> bool {
        flag(schema, "nullable") || flag(self.follow(schema), "nullable")
    }

    /// The single value of a string, if it has but one.
    fn constant(&self, schema: &Value) -> Option<String> {
        let schema = self.follow(schema);
        match schema.get("enum")?.as_array()?.as_slice() {
            [Value::String(value)] => Some(value.clone()),
            _ => None,
        }
    }

    fn hoist(&mut self, hint: &str, place: &str, schema: &Value, form: bool) -> Type {
        let name = unique(hint.to_owned(), |name| self.taken.contains(name));
        self.taken.insert(name.clone());
        let shape = self.shape(schema, &name, place, form);
        if let Shape::Alias(ty) = shape {
            self.taken.remove(&name);
            return ty;
        }
        let definition = Definition { schema: None, place: place.to_owned(), shape };
        self.definitions.insert(name.clone(), definition);
        Type::Named(name)
    }

    /// The type of a schema that stands at `place` and may be called `hint`.
    pub(crate) fn ty(&mut self, schema: &Value, hint: &str, place: &str) -> Type {
        self.ty_in(schema, hint, place, false)
    }

    /// The type of a query parameter. Enums with the same name and values are one type.
    pub(crate) fn parameter(&mut self, schema: &Value, short: &str, long: &str) -> Type {
        if let Some(Value::Array(_)) = schema.get("enum")
            && let Some(definition) = self.definitions.get(short)
            && definition.schema.is_none()
            && let Shape::Open(before) = &definition.shape
            && *before == variants(strings(schema.get("enum")))
        {
            return Type::Named(short.to_owned());
        }
        let ty = if text(Some(schema), "type") == Some("array") {
            let item = schema.get("items").cloned().unwrap_or_default();
            Type::List(Box::new(self.parameter(&item, short, long)))
        } else {
            let hint = if self.taken.contains(short) { long } else { short };
            self.ty(schema, hint, short)
        };
        // A query holds texts, numbers and lists of them; anything else is sent as text.
        match &ty {
            Type::Json | Type::Map(_) | Type::File => Type::Text,
            Type::Named(name) => match self.definitions.get(name).map(|d| &d.shape) {
                Some(Shape::Alias(target)) => target.clone(),
                _ => ty,
            },
            _ => ty,
        }
    }

    /// The type of a form's schema.
    pub(crate) fn form(&mut self, schema: &Value, hint: &str, place: &str) -> Type {
        if schema.get("properties").is_some() {
            return self.hoist(hint, place, schema, true);
        }
        self.ty_in(schema, hint, place, true)
    }

    fn ty_in(&mut self, schema: &Value, hint: &str, place: &str, form: bool) -> Type {
        if let Some(name) = referenced(schema) {
            return self.names.get(name).map_or(Type::Json, |name| Type::Named(name.clone()));
        }
        let is_enum = text(Some(schema), "type") == Some("string") && schema.get("enum").is_some();
        if schema.get("oneOf").is_some() || schema.get("properties").is_some() || is_enum {
            if is_enum && self.constant(schema).is_some() {
                return Type::Text;
            }
            // Only the form itself is sent as one; what is inside it is JSON.
            return self.hoist(hint, place, schema, false);
        }
        match self.shape(schema, hint, place, form) {
            Shape::Alias(ty) => ty,
            _ => Type::Json,
        }
    }

    fn shape(&mut self, schema: &Value, name: &str, place: &str, form: bool) -> Shape {
        if let Some(Value::Array(alternatives)) = schema.get("oneOf") {
            return self.union(alternatives, schema.get("discriminator"), name, place);
        }
        if schema.get("properties").is_some_and(|p| p.as_object().is_some_and(|p| !p.is_empty())) {
            return Shape::Struct(self.object(schema, name, place, form));
        }
        if referenced(schema).is_some() {
            return Shape::Alias(self.ty(schema, name, place));
        }
        Shape::Alias(match text(Some(schema), "type") {
            Some("string") if schema.get("enum").is_some() => {
                let values = strings(schema.get("enum"));
                return Shape::Open(variants(values));
            }
            Some("string") if form && text(Some(schema), "format") == Some("binary") => Type::File,
            Some("string") => Type::Text,
            Some("boolean") => Type::Bool,
            Some("integer") => integer(schema),
            Some("number")
                if text(Some(schema), "format").is_some_and(|f| f.starts_with("int")) =>
            {
                integer(schema)
            }
            // A number whose values are whole ones is an integer, whatever it is called.
            Some("number")
                if schema.get("enum").is_some_and(|values| {
                    values.as_array().is_some_and(|v| !v.is_empty() && v.iter().all(Value::is_i64))
                }) =>
            {
                Type::I64
            }
            Some("number") => Type::F64,
            Some("array") => {
                let item = schema.get("items").cloned().unwrap_or_default();
                let hint = format!("{name}Item");
                Type::List(Box::new(self.ty_in(&item, &hint, place, form)))
            }
            Some("object") => match schema.get("additionalProperties") {
                Some(values @ Value::Object(members)) if !members.is_empty() => {
                    let hint = format!("{name}Value");
                    Type::Map(Box::new(self.ty(&values.clone(), &hint, place)))
                }
                _ => Type::Map(Box::new(Type::Json)),
            },
            _ if schema.get("enum").is_some_and(|values| {
                values.as_array().is_some_and(|v| !v.is_empty() && v.iter().all(Value::is_string))
            }) =>
            {
                return Shape::Open(variants(strings(schema.get("enum"))));
            }
            _ => Type::Json,
        })
    }

    fn object(&mut self, schema: &Value, name: &str, place: &str, form: bool) -> Struct {
        let whole = schema;
        let required: BTreeSet<String> = strings(schema.get("required")).into_iter().collect();
        let mut rust_names = BTreeSet::new();
        let mut fields = Vec::new();
        for (property, schema) in object(schema.get("properties")) {
            let rust = unique(snake(property), |name| rust_names.contains(name));
            rust_names.insert(rust.clone());
            let constant = self.constant(schema);
            let hint = format!("{name}{}", pascal(property));
            let place = format!("{place}.{property}");
            let ty = match constant {
                Some(_) => Type::Text,
                None => self.ty_in(schema, &hint, &place, form),
            };
            fields.push(Field {
                name: property.clone(),
                rust,
                ty,
                required: required.contains(property),
                nullable: self.nullable(schema),
                constant,
                default: default_of(schema),
            });
        }
        order::sort(&mut fields, whole);
        let rest = match schema.get("additionalProperties") {
            Some(Value::Bool(true)) => Some(Type::Json),
            Some(values @ Value::Object(_)) => {
                Some(self.ty(&values.clone(), &format!("{name}Value"), place))
            }
            _ => None,
        };
        Struct { fields, rest, form }
    }
}

/// What the service takes when a value is absent, as a comment shows it.
pub(crate) fn default_of(schema: &Value) -> Option<String> {
    match schema.get("default")? {
        Value::String(text) if !text.is_empty() && !text.contains('`') => Some(format!("`{text}`")),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn integer(schema: &Value) -> Type {
    let positive = schema.get("minimum").and_then(Value::as_f64).is_some_and(|least| least >= 0.0);
    match (text(Some(schema), "format"), positive) {
        (Some("int32"), true) => Type::U32,
        (Some("int32"), false) => Type::I32,
        (_, true) => Type::U64,
        (_, false) => Type::I64,
    }
}

fn strings(values: Option<&Value>) -> Vec<String> {
    array(values).filter_map(Value::as_str).map(str::to_owned).collect()
}

fn variants(values: Vec<String>) -> Vec<(String, String)> {
    let mut used = BTreeSet::from(["Unknown".to_owned()]);
    let mut seen = BTreeSet::new();
    values
        .into_iter()
        .filter(|value| seen.insert(value.clone()))
        .map(|value| {
            let wanted = match pascal(&value).as_str() {
                "Unknown" => "UnknownValue".to_owned(),
                other => other.to_owned(),
            };
            let variant = unique(wanted, |name| used.contains(name));
            used.insert(variant.clone());
            (variant, value)
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::Lowering;
    use crate::model::{Shape, Type};
    use crate::normalise::Schemas;

    pub(super) fn lower(schemas: &[(&str, Value)], see: impl FnOnce(&Lowering<'_>)) {
        let schemas: Schemas =
            schemas.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
        let mut lowering = Lowering::new(&schemas, BTreeSet::new());
        lowering.components();
        see(&lowering);
    }

    #[test]
    fn inline_types_get_distinct_names() {
        let inner =
            json!({"type": "object", "properties": {"x": {"type": "integer", "minimum": 0}}});
        let outer = json!({"type": "object", "properties": {"b": inner}});
        lower(&[("a", outer), ("aB", json!({"type": "string"}))], |lowering| {
            let Shape::Struct(object) = &lowering.definitions["A"].shape else { panic!() };
            assert_eq!(object.fields[0].ty, Type::Named("AB2".to_owned()));
            let Shape::Struct(inner) = &lowering.definitions["AB2"].shape else { panic!() };
            assert_eq!(inner.fields[0].ty, Type::U64);
        });
    }

    #[test]
    fn the_value_unknown_does_not_take_the_place_of_unknown_values() {
        let schema = json!({"type": "string", "enum": ["unknown", "a"]});
        lower(&[("e", schema)], |lowering| {
            let Shape::Open(variants) = &lowering.definitions["E"].shape else { panic!() };
            assert_eq!(variants[0].0, "UnknownValue");
        });
    }
}
