//! Schemas made of several, such as flattened structs and enums: one object per alternative.

use serde_json::{Map, Value, json};

type Node = Map<String, Value>;

/// The keywords that bring other schemas in.
const GROUPS: [&str; 2] = ["anyOf", "oneOf"];

/// How deep schemas may be made of others.
const DEPTH: usize = 16;

/// The most alternatives of one schema.
const MAX_ALTERNATIVES: usize = 64;

/// Whether a schema is made of several that hold together, rather than one of them at a time.
pub(super) fn is_composed(node: &Node) -> bool {
    let has = |name: &str| node.contains_key(name);
    let own = has("properties") || has("type");
    let groups = GROUPS.iter().filter(|name| has(name)).count();
    has("allOf") || groups > 1 || (has("$ref") || groups > 0) && own || has("$ref") && groups > 0
}

/// Each object that the schema allows, whole.
///
/// # Errors
///
/// Two parts disagree, or a part is no object.
pub(super) fn alternatives(node: &Node, root: &Value) -> Result<Vec<Node>, String> {
    let mut node = node.clone();
    let description = node.remove("description");
    let mut whole = expand(&node, root, 0)?;
    if let ([one], Some(text)) = (whole.as_mut_slice(), description) {
        one.insert("description".to_owned(), text);
    }
    Ok(whole)
}

fn expand(node: &Node, root: &Value, depth: usize) -> Result<Vec<Node>, String> {
    if depth > DEPTH {
        return Err("a type is flattened into itself".to_owned());
    }
    let mut own = node.clone();
    let parts = |own: &mut Node, name: &str| match own.remove(name) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    };
    let mut together = parts(&mut own, "allOf");
    if let Some(Value::String(target)) = own.remove("$ref") {
        let target = root.pointer(target.trim_start_matches('#'));
        together.push(target.cloned().unwrap_or_default());
    }
    let groups: Vec<Vec<Value>> =
        GROUPS.iter().map(|name| parts(&mut own, name)).filter(|list| !list.is_empty()).collect();
    let mut whole = vec![own];
    let expand_one = |part: &Value| match part {
        Value::Object(part) => expand(part, root, depth + 1),
        _ => Err("any JSON may stand there; use a type that says what it is".to_owned()),
    };
    for part in &together {
        whole = product(&whole, &expand_one(part)?)?;
    }
    for group in &groups {
        let parts = group.iter().map(expand_one).collect::<Result<Vec<_>, _>>()?;
        whole = product(&whole, &parts.concat())?;
    }
    Ok(whole)
}

fn product(left: &[Node], right: &[Node]) -> Result<Vec<Node>, String> {
    if left.len() * right.len() > MAX_ALTERNATIVES {
        return Err(format!("it has more than {MAX_ALTERNATIVES} alternatives"));
    }
    left.iter().flat_map(|a| right.iter().map(move |b| merge(a, b))).collect()
}

/// An object with the fields of both.
fn merge(left: &Node, right: &Node) -> Result<Node, String> {
    let mut whole = left.clone();
    for (name, value) in right {
        match name.as_str() {
            "properties" => {
                let members = whole.entry("properties").or_insert_with(|| json!({}));
                for (member, schema) in value.as_object().into_iter().flatten() {
                    if members.get(member).is_some_and(|known| known != schema) {
                        return Err(format!("two flattened types have a member {member:?}"));
                    }
                    members[member] = schema.clone();
                }
            }
            "type" => match whole.get("type") {
                Some(known) if known != value => {
                    return Err("a flattened type is no object".to_owned());
                }
                _ => {
                    whole.insert(name.clone(), value.clone());
                }
            },
            "const" | "enum" => return Err("a flattened type is no object".to_owned()),
            _ => {
                whole.entry(name).or_insert_with(|| value.clone());
            }
        }
    }
    Ok(whole)
}
