//! Base classes: `discriminator` at an object, children that take it up by `allOf`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::json::{array, object, referenced, text};
use crate::naming::snake;

use super::{Schemas, every_schema};

/// The mark behind the name of a base class's own members; such schemas are no types.
pub(crate) const OWN: &str = "#own";

/// Makes each base class the union of its children.
///
/// The base's own members move to `NAME#own`, which the children take up instead, and each child
/// gets the tag with its constant value. A child that is itself a base passes its tag on.
pub(crate) fn bases_become_unions(schemas: &mut Schemas) {
    let bases: BTreeMap<String, (String, BTreeMap<String, Vec<String>>)> = schemas
        .iter()
        .filter(|(_, schema)| schema.get("oneOf").is_none() && schema.get("anyOf").is_none())
        .filter_map(|(name, schema)| {
            let tag = text(schema.get("discriminator"), "propertyName")?.to_owned();
            let children = children(schemas, name, schema, &tag);
            (!children.is_empty()).then(|| (name.clone(), (tag, children)))
        })
        .collect();
    for name in bases.keys() {
        if let Some(mut own) = schemas.get(name).cloned() {
            if let Some(members) = own.as_object_mut() {
                members.remove("discriminator");
            }
            schemas.insert(format!("{name}{OWN}"), own);
        }
    }
    for (name, schema) in schemas.iter_mut() {
        if bases.values().any(|(_, children)| children.contains_key(name)) {
            take_up_own_members(schema, &bases);
        }
        every_schema(schema, &mut |schema| {
            if !is_plain_reference(schema) {
                take_up_own_members(schema, &bases);
            }
        });
    }
    for (name, (tag, children)) in &bases {
        for (child, values) in children {
            let own = format!("{child}{OWN}");
            let place = if schemas.contains_key(&own) { &own } else { child };
            if let Some(schema) = schemas.get_mut(place) {
                add_tag(schema, tag, values);
            }
        }
        let alternatives: Vec<Value> = children
            .keys()
            .map(|child| json!({"$ref": format!("#/components/schemas/{child}")}))
            .collect();
        let mut union = Map::new();
        union.insert("oneOf".to_owned(), Value::Array(alternatives));
        union.insert("discriminator".to_owned(), json!({"propertyName": tag}));
        if let Some(document) = schemas.get(name).and_then(|schema| schema.get("x-document")) {
            union.insert("x-document".to_owned(), document.clone());
        }
        schemas.insert(name.clone(), Value::Object(union));
    }
}

/// The children of a base and the tag values of each.
fn children(
    schemas: &Schemas,
    base: &str,
    schema: &Value,
    tag: &str,
) -> BTreeMap<String, Vec<String>> {
    let mut children: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (value, target) in object(schema.pointer("/discriminator/mapping")) {
        let target = target.as_str().unwrap_or_default();
        let name = target.strip_prefix("#/components/schemas/").unwrap_or(target);
        if schemas.contains_key(name) && name != base {
            children.entry(name.to_owned()).or_default().push(value.clone());
        }
    }
    for (name, child) in schemas {
        let takes_up = array(child.get("allOf")).any(|part| referenced(part) == Some(base));
        if !takes_up || children.contains_key(name) {
            continue;
        }
        if let Some(value) = tag_value(schemas, schema, name, child, tag) {
            children.entry(name.clone()).or_default().push(value);
        }
    }
    children
}

/// The value of `tag` that a child of `base` has: what it says, or else what its name or one of its
/// own properties leaves no doubt about.
fn tag_value(
    schemas: &Schemas,
    base: &Value,
    name: &str,
    child: &Value,
    tag: &str,
) -> Option<String> {
    let said = text(Some(child), "x-ms-discriminator-value")
        .or_else(|| constant(child, tag))
        .or_else(|| array(child.get("allOf")).find_map(|part| constant(part, tag)));
    if let Some(value) = said {
        return Some(value.to_owned());
    }
    let property = base.pointer(&format!("/properties/{tag}"))?;
    let property = referenced(property).and_then(|name| schemas.get(name)).unwrap_or(property);
    let values: Vec<&str> = array(property.get("enum")).filter_map(Value::as_str).collect();
    let only = |fits: &dyn Fn(&str) -> bool| match values
        .iter()
        .filter(|value| fits(value))
        .collect::<Vec<_>>()[..]
    {
        [value] => Some((*value).to_owned()),
        _ => None,
    };
    let own = child.get("properties");
    let words = format!("_{}_", snake(name));
    only(&|value| value != tag && own.is_some_and(|own| own.get(value).is_some()))
        .or_else(|| only(&|value| words.contains(&format!("_{}_", snake(value)))))
}

/// Children of a base that are known by no value of its tag: child, base, tag.
pub(crate) fn without_a_value(schemas: &Schemas) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for (base, schema) in schemas {
        let Some(tag) = text(schema.get("discriminator"), "propertyName") else { continue };
        if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() {
            continue;
        }
        let known = children(schemas, base, schema, tag);
        for (name, child) in schemas {
            let takes_up = array(child.get("allOf")).any(|part| referenced(part) == Some(base));
            if takes_up && !is_plain_reference(child) && !known.contains_key(name) {
                found.push((name.clone(), base.clone(), tag.to_owned()));
            }
        }
    }
    found
}

fn constant<'a>(schema: &'a Value, tag: &str) -> Option<&'a str> {
    match schema.get("properties")?.get(tag)?.get("enum")?.as_array()?.as_slice() {
        [value] => value.as_str(),
        _ => None,
    }
}

fn take_up_own_members(
    schema: &mut Value,
    bases: &BTreeMap<String, (String, BTreeMap<String, Vec<String>>)>,
) {
    let Some(Value::Array(parts)) = schema.get_mut("allOf") else { return };
    for part in parts {
        if let Some(name) = referenced(part)
            && bases.contains_key(name)
        {
            *part = json!({"$ref": format!("#/components/schemas/{name}{OWN}")});
        }
    }
}

/// Whether `allOf` with one reference is all that is said: that is no inheritance.
fn is_plain_reference(schema: &Value) -> bool {
    let beside = ["allOf", "nullable", "default", "readOnly", "type", "x-document", "x-name"];
    array(schema.get("allOf")).count() == 1
        && schema
            .as_object()
            .is_some_and(|members| members.keys().all(|word| beside.contains(&word.as_str())))
}

/// Adds the constant tag, as a last part of `allOf` if there is one, so that it wins.
fn add_tag(schema: &mut Value, tag: &str, values: &[String]) {
    let part = json!({
        "type": "object",
        "properties": {tag: {"type": "string", "enum": values}},
        "required": [tag],
    });
    let Some(members) = schema.as_object_mut() else { return };
    if !members.contains_key("allOf") {
        let before = Value::Object(std::mem::take(members));
        members.insert("allOf".to_owned(), json!([before]));
    }
    // Members beside `allOf` come after its parts; they may not take the tag back.
    if let Some(Value::Object(properties)) = members.get_mut("properties") {
        properties.remove(tag);
    }
    if let Some(Value::Array(parts)) = members.get_mut("allOf") {
        parts.push(part);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::normalise::{Schemas, all_of};

    #[test]
    fn a_base_class_becomes_the_union_of_its_children() {
        let mut schemas: Schemas = [
            (
                "Message",
                json!({"type": "object", "properties": {"role": {"type": "string"}},
                       "required": ["role"], "discriminator": {"propertyName": "role",
                       "mapping": {"user": "#/components/schemas/User"}}}),
            ),
            (
                "User",
                json!({"allOf": [{"$ref": "#/components/schemas/Message"},
                       {"properties": {"content": {"type": "string"}}}]}),
            ),
            (
                "Holder",
                json!({"type": "object", "properties": {"last": {"type": "object",
                       "allOf": [{"$ref": "#/components/schemas/Message"}], "nullable": true}}}),
            ),
            (
                "Bot",
                json!({"allOf": [{"$ref": "#/components/schemas/Message"}],
                       "x-ms-discriminator-value": "bot"}),
            ),
        ]
        .map(|(name, schema)| (name.to_owned(), schema))
        .into();
        super::bases_become_unions(&mut schemas);
        all_of::flatten(&mut schemas);
        assert_eq!(schemas["Message"]["oneOf"].as_array().unwrap().len(), 2);
        assert_eq!(schemas["User"]["properties"]["role"]["enum"], json!(["user"]));
        assert_eq!(schemas["User"]["properties"]["content"]["type"], "string");
        assert_eq!(schemas["Bot"]["properties"]["role"]["enum"], json!(["bot"]));
        assert!(!schemas.contains_key("Message#own"));
        let last = &schemas["Holder"]["properties"]["last"];
        assert_eq!(last["$ref"], "#/components/schemas/Message", "a reference, no inheritance");
    }

    #[test]
    fn a_child_that_says_no_value_is_known_by_its_property_or_its_name() {
        let child = |own: &str| {
            json!({"allOf": [{"$ref": "#/components/schemas/Method"}],
                   "properties": {own: {"type": "object"}}})
        };
        let schemas: Schemas = [
            (
                "Method",
                json!({"properties": {"type": {"type": "string",
                "enum": ["supervised", "dpo", "new"]}}, "discriminator": {"propertyName": "type"}}),
            ),
            ("SupervisedMethod", child("settings")),
            ("PreferenceMethod", child("dpo")),
            ("Mystery", child("what")),
        ]
        .map(|(name, schema)| (name.to_owned(), schema))
        .into();
        let children = super::children(&schemas, "Method", &schemas["Method"], "type");
        assert_eq!(children["SupervisedMethod"], ["supervised"]);
        assert_eq!(children["PreferenceMethod"], ["dpo"]);
        assert_eq!(
            super::without_a_value(&schemas),
            [("Mystery".to_owned(), "Method".to_owned(), "type".to_owned())]
        );
    }
}
