//! Values of a schema, the same for the same seed.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

const DEPTH: usize = 6;

/// The children of a base class: its tag, and each child with its value.
type Children = (String, Vec<(String, String)>);

/// A document, and which of its schemas are base classes.
pub(crate) struct Document {
    schemas: Map<String, Value>,
    bases: BTreeMap<String, Children>,
}

impl Document {
    pub(crate) fn new(document: &Value) -> Self {
        let schemas = document["components"]["schemas"].as_object().unwrap().clone();
        let bases = schemas
            .keys()
            .filter_map(|name| Some((name.clone(), children(&schemas, name)?)))
            .filter(|(_, (_, children))| !children.is_empty())
            .collect();
        Self { schemas, bases }
    }

    /// Makes a value of the component `name`.
    pub(crate) fn value_of(&self, name: &str, seed: u64) -> Value {
        let mut maker =
            Maker { document: self, state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) + 1 };
        maker.component(name, 0)
    }
}

fn children(schemas: &Map<String, Value>, base: &str) -> Option<Children> {
    let schema = &schemas[base];
    if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() {
        return None;
    }
    let tag = schema.pointer("/discriminator/propertyName")?.as_str()?;
    let mut found: Vec<(String, String)> = Vec::new();
    if let Some(mapping) = schema.pointer("/discriminator/mapping").and_then(Value::as_object) {
        for (value, place) in mapping {
            let child = place.as_str()?.rsplit('/').next()?.to_owned();
            found.push((child, value.clone()));
        }
    }
    found.retain(|(child, _)| schemas.contains_key(child));
    for (name, child) in schemas {
        let takes_up = list(child, "allOf").iter().any(|part| target(part) == Some(base));
        if !takes_up || found.iter().any(|(other, _)| other == name) {
            continue;
        }
        let constant =
            std::iter::once(child.clone()).chain(list(child, "allOf")).find_map(|part| {
                let values = list(part.get("properties")?.get(tag)?, "enum");
                if let [Value::String(value)] = values.as_slice() {
                    Some(value.clone())
                } else {
                    None
                }
            });
        let declared = child.get("x-ms-discriminator-value").and_then(Value::as_str);
        if let Some(value) =
            declared.map(str::to_owned).or(constant).or_else(|| begins(schemas, schema, tag, name))
        {
            found.push((name.clone(), value));
        }
    }
    Some((tag.to_owned(), found))
}

/// The value of the base's tag that the name of a child begins with, as `DpoMethod` with `dpo`.
fn begins(schemas: &Map<String, Value>, base: &Value, tag: &str, name: &str) -> Option<String> {
    let property = base.get("properties")?.get(tag)?;
    let property = target(property).map_or(property, |name| &schemas[name]);
    let values = list(property, "enum");
    let mut values = values.iter().filter_map(Value::as_str);
    let lower = name.to_lowercase();
    values.find(|value| lower.starts_with(&value.to_lowercase())).map(str::to_owned)
}

struct Maker<'a> {
    document: &'a Document,
    state: u64,
}

fn list(schema: &Value, word: &str) -> Vec<Value> {
    schema.get(word).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn word<'a>(schema: &'a Value, name: &str) -> &'a str {
    schema.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn target(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")
}

impl Maker<'_> {
    fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % limit.max(1) as u64).unwrap()
    }

    fn pick(&mut self, values: &[Value]) -> Value {
        let at = self.below(values.len());
        values[at].clone()
    }

    fn schema(&self, name: &str) -> Value {
        self.document.schemas[name].clone()
    }

    fn component(&mut self, name: &str, depth: usize) -> Value {
        if let Some((_, children)) = self.document.bases.get(name) {
            let at = self.below(children.len());
            return self.component(&children[at].0, depth);
        }
        let schema = self.schema(name);
        let is_child =
            self.document.bases.values().any(|(_, all)| all.iter().any(|(child, _)| child == name));
        let mut value =
            if is_child { self.object(&schema, depth) } else { self.value(&schema, depth) };
        self.add_tags(name, &mut value);
        value
    }

    /// A child carries the tag of its base, and of the base of that.
    fn add_tags(&self, name: &str, value: &mut Value) {
        for (base, (tag, children)) in &self.document.bases {
            let found = children.iter().find(|(child, _)| child == name);
            if let (Some((_, tag_value)), Some(members)) = (found, value.as_object_mut()) {
                members.insert(tag.clone(), json!(tag_value));
                self.add_tags(base, value);
            }
        }
    }

    fn value(&mut self, schema: &Value, depth: usize) -> Value {
        if let Some(name) = target(schema) {
            return self.component(name, depth);
        }
        let parts = list(schema, "allOf");
        if let [part] = parts.as_slice()
            && schema.get("properties").is_none()
        {
            // Where `type` contradicts the part, as for `modalities` of v1, the part is meant.
            return self.value(part, depth);
        }
        if self.contradictory(&parts) {
            // Upstream wrote `allOf` and meant one of them.
            let chosen = self.pick(&parts);
            return self.value(&chosen, depth);
        }
        if !parts.is_empty() {
            return self.object(schema, depth);
        }
        let mut alternatives = list(schema, "oneOf");
        alternatives.extend(list(schema, "anyOf"));
        alternatives.retain(|alternative| {
            alternative.as_object().is_some_and(|words| words.keys().any(|word| word != "required"))
        });
        if !alternatives.is_empty() && schema.get("properties").is_none() {
            let chosen = self.pick(&alternatives);
            return self.value(&chosen, depth);
        }
        let mut values = list(schema, "enum");
        values.retain(|value| !value.is_null());
        if !values.is_empty() {
            return self.pick(&values);
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("string") => json!(format!("text {}", self.below(100))),
            Some("boolean") => json!(self.below(2) == 0),
            Some("integer") => json!(self.below(1000)),
            Some("number") if word(schema, "format").starts_with("int") => json!(self.below(1000)),
            Some("number") => json!(self.below(1000) as f64 + 0.5),
            Some("array") => {
                let length = if depth > DEPTH { 0 } else { self.below(3) };
                let item = schema.get("items").cloned().unwrap_or_default();
                (0..length).map(|_| self.value(&item, depth + 1)).collect()
            }
            Some("object") => self.object(schema, depth),
            _ if schema.get("properties").is_some() => self.object(schema, depth),
            _ => json!({"any": self.below(10)}),
        }
    }

    fn contradictory(&self, parts: &[Value]) -> bool {
        let mut constants: BTreeMap<String, Value> = BTreeMap::new();
        let mut types: Vec<Value> = Vec::new();
        for part in parts {
            let part = target(part).map_or(part.clone(), |name| self.schema(name));
            types.extend(part.get("type").cloned());
            for (name, property) in self.members(&part, 0).0 {
                let property = target(&property).map_or(property.clone(), |name| self.schema(name));
                if let [value] = list(&property, "enum").as_slice()
                    && constants.insert(name, value.clone()).is_some_and(|before| before != *value)
                {
                    return true;
                }
            }
        }
        types.windows(2).any(|pair| pair[0] != pair[1])
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let (properties, required) = self.members(schema, 0);
        let mut members = Map::new();
        for (name, property) in &properties {
            let needed = required.contains(&json!(name));
            if needed || (depth < DEPTH && self.below(2) == 0) {
                members.insert(name.clone(), self.value(property, depth + 1));
            }
        }
        let additional = schema.get("additionalProperties").filter(|value| value.is_object());
        if properties.is_empty() && depth < DEPTH {
            let value = additional.cloned().unwrap_or(json!({"type": "string"}));
            members.insert("some".to_owned(), self.value(&value, depth + 1));
        }
        Value::Object(members)
    }

    /// The properties of an object and of what it takes up.
    fn members(&self, schema: &Value, depth: usize) -> (Map<String, Value>, Vec<Value>) {
        let mut properties = Map::new();
        let mut required = Vec::new();
        if depth > 16 {
            return (properties, required);
        }
        for part in list(schema, "allOf") {
            let part = target(&part).map_or(part.clone(), |name| self.schema(name));
            let (inherited, needed) = self.members(&part, depth + 1);
            properties.extend(inherited);
            required.extend(needed);
        }
        if let Some(own) = schema.get("properties").and_then(Value::as_object) {
            properties.extend(own.clone());
        }
        required.extend(list(schema, "required"));
        (properties, required)
    }
}
