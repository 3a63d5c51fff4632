//! From any schema that schemars writes to one that the service accepts as strict.

use serde_json::{Map, Value, json};

use super::flatten;
use super::keywords::{self, Keyword};

/// Why a schema cannot be strict, with the place.
pub(super) type Unfit = String;

type Node = Map<String, Value>;

/// The strict form of a whole schema with its `$defs`.
///
/// # Errors
///
/// The place and the reason, for what has no strict form.
pub(super) fn of(root: &Value) -> Result<Value, Unfit> {
    let strict = Rewrite { root };
    let mut whole = strict.schema(&without_alias(root), "")?;
    let mut definitions = Node::new();
    let mut used = Vec::new();
    references(&whole, &mut used);
    let mut at = 0;
    while let Some(name) = used.get(at).cloned() {
        let place = format!("#/$defs/{name}");
        let node = root.pointer(&place[1..]).ok_or_else(|| format!("there is no {place}"))?;
        let definition = strict.schema(node, &name)?;
        references(&definition, &mut used);
        // In a reference a slash is written as `~1`.
        definitions.insert(name.replace("~1", "/").replace("~0", "~"), definition);
        at += 1;
    }
    if !definitions.is_empty() {
        whole["$defs"] = Value::Object(definitions);
    }
    Ok(whole)
}

/// The whole may be only another name of one of its definitions, as for `struct New(Old)`.
fn without_alias(root: &Value) -> Value {
    let target = root.get("$ref").and_then(Value::as_str).filter(|target| *target != "#");
    let is_alias = root.as_object().is_some_and(|node| !flatten::is_composed(node));
    let target = target.filter(|_| is_alias).and_then(|target| root.pointer(&target[1..]));
    let Some(mut whole) = target.cloned() else { return root.clone() };
    if let Some(text) = root.get("description") {
        whole["description"] = text.clone();
    }
    whole
}

/// An object without fields.
pub(super) fn empty_object() -> Value {
    object(Node::new())
}

/// An object with one field.
pub(super) fn object_of(name: &str, member: Value) -> Value {
    object(Node::from_iter([(name.to_owned(), member)]))
}

fn object(properties: Node) -> Value {
    let required: Vec<&String> = properties.keys().collect();
    let required = json!(required);
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Whether a schema refers to the whole.
pub(super) fn points_to_root(node: &Value) -> bool {
    match node {
        Value::Object(members) => {
            members.get("$ref").is_some_and(|target| target == "#")
                || members.values().any(points_to_root)
        }
        Value::Array(list) => list.iter().any(points_to_root),
        _ => false,
    }
}

/// Lets what refers to the whole refer to `place`.
pub(super) fn move_root(node: &mut Value, place: &str) {
    match node {
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                match value {
                    Value::String(target) if name == "$ref" && target == "#" => {
                        place.clone_into(target);
                    }
                    value => move_root(value, place),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| move_root(value, place)),
        _ => {}
    }
}

/// Adds the names of the definitions that a schema refers to.
fn references(node: &Value, found: &mut Vec<String>) {
    match node {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str);
            let name = target.and_then(|target| target.strip_prefix("#/$defs/"));
            if let Some(name) = name.map(str::to_owned).filter(|name| !found.contains(name)) {
                found.push(name);
            }
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

struct Rewrite<'a> {
    root: &'a Value,
}

impl Rewrite<'_> {
    fn schema(&self, node: &Value, place: &str) -> Result<Value, Unfit> {
        let node = node.as_object().filter(|node| has_shape(node)).ok_or_else(|| {
            at(place, "any JSON may stand there; use a type that says what it is")
        })?;
        let is_essential = |keyword: &&String| keywords::sort(keyword) == Keyword::Essential;
        if let Some(keyword) = node.keys().find(is_essential) {
            return Err(at(place, why(keyword)));
        }
        if flatten::is_composed(node) {
            let mut parts = flatten::alternatives(node, self.root).map_err(|e| at(place, &e))?;
            if parts.len() == 1 {
                return self.plain(&parts.remove(0), place);
            }
            let parts = parts.into_iter().map(Value::Object).collect::<Vec<_>>();
            return self.any_of(&parts, keywords::description(node), place);
        }
        self.plain(node, place)
    }

    fn plain(&self, node: &Node, place: &str) -> Result<Value, Unfit> {
        let description = keywords::description(node);
        if let Some(target) = node.get("$ref") {
            let reference = json!({"$ref": target});
            // Nothing may stand beside a reference.
            return Ok(match description {
                Some(text) => json!({"anyOf": [reference], "description": text}),
                None => reference,
            });
        }
        let group = node.get("anyOf").or_else(|| node.get("oneOf")).and_then(Value::as_array);
        if let Some(parts) = group {
            return self.any_of(parts, description, place);
        }
        let mut strict = Node::new();
        if let Some(text) = description {
            strict.insert("description".to_owned(), text.into());
        }
        for keyword in ["type", "enum", "const"] {
            if let Some(value) = node.get(keyword) {
                strict.insert(keyword.to_owned(), value.clone());
            }
        }
        if !strict.contains_key("type") {
            strict.insert("type".to_owned(), type_of_values(node));
        }
        if has_type(node, "array") {
            let items = node.get("items").unwrap_or(&Value::Null);
            strict.insert("items".to_owned(), self.schema(items, &format!("{place}/items"))?);
        }
        if has_type(node, "object") {
            let whole = self.object(node, place)?;
            strict.extend(whole.as_object().cloned().unwrap_or_default());
            // It may be a list with `null`.
            strict["type"] = node["type"].clone();
        }
        Ok(Value::Object(strict))
    }

    fn object(&self, node: &Node, place: &str) -> Result<Value, Unfit> {
        let properties = node.get("properties").and_then(Value::as_object);
        let rest = node.get("additionalProperties").unwrap_or(&Value::Bool(false));
        if properties.is_none() && rest != &Value::Bool(false) {
            return Err(at(place, why("patternProperties")));
        }
        let member = |(name, node): (&String, &Value)| {
            Ok((name.clone(), self.schema(node, &format!("{place}/{name}"))?))
        };
        Ok(object(properties.into_iter().flatten().map(member).collect::<Result<_, Unfit>>()?))
    }

    fn any_of(
        &self,
        parts: &[Value],
        description: Option<String>,
        place: &str,
    ) -> Result<Value, Unfit> {
        let parts = parts.iter().map(|part| self.schema(part, place));
        let parts = parts.collect::<Result<Vec<_>, Unfit>>()?;
        let mut strict = json!({"anyOf": parts});
        if let Some(text) = description {
            strict["description"] = text.into();
        }
        Ok(strict)
    }
}

/// Whether a schema constrains the value.
fn has_shape(node: &Node) -> bool {
    let shapes = |name: &str| keywords::sort(name) == Keyword::Shape && name != "description";
    node.keys().any(|name| shapes(name) || keywords::sort(name) == Keyword::Essential)
}

pub(super) fn has_type(node: &Node, kind: &str) -> bool {
    match node.get("type") {
        Some(Value::String(found)) => found == kind,
        Some(Value::Array(list)) => list.iter().any(|found| found == kind),
        _ => false,
    }
}

/// The type of `const` or `enum`, which the service wants to be told.
fn type_of_values(node: &Node) -> Value {
    let name = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let list = node.get("enum").and_then(Value::as_array);
    let mut names: Vec<&str> = Vec::new();
    for value in list.into_iter().flatten().chain(node.get("const")) {
        if !names.contains(&name(value)) {
            names.push(name(value));
        }
    }
    match names.as_slice() {
        [] => "object".into(),
        [one] => (*one).into(),
        many => json!(many),
    }
}

fn at(place: &str, why: &str) -> Unfit {
    if place.is_empty() { why.to_owned() } else { format!("at {place}: {why}") }
}

fn why(keyword: &str) -> &'static str {
    match keyword {
        "prefixItems" => "tuples have none; use a struct",
        "patternProperties" | "propertyNames" | "minProperties" | "maxProperties" => {
            "maps have none; use a list of entries with key and value"
        }
        "not" => "it excludes values",
        _ => "it depends on other members",
    }
}
