//! One document: its operations by method and path, and its schemas, ready to validate.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::example::Examples;
use super::lower;
use crate::reply::Reply;
use crate::shared::locked;

/// The operations of an api-version.
#[derive(Debug)]
pub(crate) struct Document {
    pub(super) version: String,
    operations: Vec<Operation>,
    schemas: Map<String, Value>,
    /// The components as the document has them.
    components: Map<String, Value>,
    /// Validators by the schema that they are of; each is made when it is first needed.
    validators: Mutex<HashMap<String, Result<Arc<Validator>, String>>>,
}

/// One method of one path.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(super) method: String,
    pub(crate) segments: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    /// Schemas of the body by media type.
    pub(crate) content: Map<String, Value>,
    pub(crate) is_body_required: bool,
    /// What it returns when all is well: status, and media type with the schema as it stands.
    pub(super) success: Option<(u16, Option<(String, Value)>)>,
    /// The schemas of the body as they stand.
    #[cfg(test)]
    pub(super) bodies: Map<String, Value>,
}

/// A query parameter, a header or a segment of the path.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) place: String,
    pub(crate) name: String,
    pub(crate) is_required: bool,
    pub(crate) schema: Value,
    /// Whether each item of a list has the name again; otherwise commas are between them.
    pub(crate) is_exploded: bool,
    /// Whether fields of it are parameters themselves, as in `metadata[key]`.
    pub(crate) is_deep: bool,
}

impl Document {
    #[cfg(test)]
    pub(crate) fn new(document: &Value) -> Self {
        Self::of("", document)
    }

    /// The document of an api-version.
    pub(crate) fn of(version: &str, document: &Value) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation.is_object() {
                    operations.push(Operation::new(path, method, item, operation));
                }
            }
        }
        Self {
            version: version.to_owned(),
            operations,
            schemas: schemas.map(lower::components).unwrap_or_default(),
            components: schemas.cloned().unwrap_or_default(),
            validators: Mutex::default(),
        }
    }

    /// The operation of a path; one with more fixed segments goes first.
    pub(crate) fn find(&self, method: &str, segments: &[impl AsRef<str>]) -> Option<&Operation> {
        self.operations.iter().filter(|operation| operation.matches(method, segments)).max_by_key(
            |operation| operation.segments.iter().filter(|segment| !is_variable(segment)).count(),
        )
    }

    /// A lowered component, followed through its references.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let mut schema = schema;
        for _ in 0..8 {
            match reference(schema).and_then(|name| self.schemas.get(name)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    /// The validator of a lowered schema, with the components that it needs.
    pub(crate) fn validator(&self, schema: &Value) -> Result<Arc<Validator>, String> {
        let key = schema.to_string();
        if let Some(validator) = locked(&self.validators).get(&key) {
            return validator.clone();
        }
        let mut components = Map::new();
        let mut wanted: Vec<String> = Vec::new();
        references(schema, &mut wanted);
        let mut seen = BTreeSet::new();
        while let Some(name) = wanted.pop() {
            if let Some(component) = self.schemas.get(&name)
                && seen.insert(name.clone())
            {
                references(component, &mut wanted);
                components.insert(name, component.clone());
            }
        }
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [schema],
            "components": {"schemas": components},
        });
        let made = jsonschema::validator_for(&whole).map(Arc::new).map_err(|e| e.to_string());
        locked(&self.validators).insert(key, made.clone());
        made
    }

    /// A response of success with every required field, made from the schema alone.
    pub(crate) fn example(&self, operation: &Operation, segments: &[impl AsRef<str>]) -> Reply {
        let Some((status, body)) = &operation.success else { return Reply::status(200) };
        let reply = Reply::status(*status);
        let Some((media, schema)) = body else { return reply };
        if !media.ends_with("json") {
            return reply.header("content-type", media).body("example");
        }
        let examples = Examples { components: &self.components, optional: 0, is_request: false };
        let mut body = examples.of(schema);
        // What is asked for by its id has that id.
        if let (Some(id), Some(pattern)) = (segments.last(), operation.segments.last())
            && is_variable(pattern)
            && body["id"].is_string()
        {
            body["id"] = json!(id.as_ref());
        }
        reply.json(body)
    }

    #[cfg(test)]
    pub(super) fn operations(&self) -> &[Operation] {
        &self.operations
    }

    #[cfg(test)]
    pub(super) fn components(&self) -> &Map<String, Value> {
        &self.components
    }

    #[cfg(test)]
    pub(super) fn bodies(&self) -> impl Iterator<Item = (String, &Value)> {
        self.operations.iter().flat_map(|operation| {
            let name = operation.name();
            operation.content.values().map(move |schema| (name.clone(), schema))
        })
    }
}

impl Operation {
    fn new(path: &str, method: &str, item: &Value, operation: &Value) -> Self {
        let parameters = [item, operation]
            .into_iter()
            .flat_map(|owner| owner["parameters"].as_array().into_iter().flatten())
            .filter_map(Parameter::new)
            .collect();
        let body = &operation["requestBody"];
        let content = body["content"].as_object().into_iter().flatten();
        Self {
            method: method.to_ascii_uppercase(),
            segments: path.trim_matches('/').split('/').map(str::to_owned).collect(),
            parameters,
            content: content
                .map(|(media, content)| (media.clone(), lower::schema(&content["schema"])))
                .collect(),
            is_body_required: body["required"] == true,
            success: success(operation),
            #[cfg(test)]
            bodies: body["content"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(media, content)| (media.clone(), content["schema"].clone()))
                .collect(),
        }
    }

    /// Method and path, as in `POST chat/completions`.
    #[cfg(test)]
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.segments.join("/"))
    }

    fn matches(&self, method: &str, segments: &[impl AsRef<str>]) -> bool {
        self.method == method
            && self.segments.len() == segments.len()
            && self.segments.iter().zip(segments).all(|(pattern, segment)| {
                is_variable(pattern) || pattern.as_str() == segment.as_ref()
            })
    }
}

impl Parameter {
    fn new(parameter: &Value) -> Option<Self> {
        Some(Self {
            place: parameter["in"].as_str()?.to_owned(),
            name: parameter["name"].as_str()?.to_owned(),
            is_required: parameter["required"] == true,
            schema: lower::schema(&parameter["schema"]),
            is_exploded: parameter["explode"] != false,
            is_deep: parameter["style"] == "deepObject",
        })
    }
}

/// The first status of success with its body; JSON goes before other media types.
fn success(operation: &Value) -> Option<(u16, Option<(String, Value)>)> {
    let responses = operation["responses"].as_object()?;
    let (status, response) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
    let content = response["content"].as_object();
    let body = content.and_then(|content| {
        let json = content.get_key_value("application/json");
        let (media, body) = json.or_else(|| content.iter().next())?;
        Some((media.clone(), body["schema"].clone()))
    });
    Some((status.parse().unwrap_or(200), body))
}

fn is_variable(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

/// The component that a schema refers to.
fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix(lower::COMPONENTS)
}

/// Collects the components that a schema names.
fn references(schema: &Value, found: &mut Vec<String>) {
    found.extend(reference(schema).map(str::to_owned));
    match schema {
        Value::Object(members) => members.values().for_each(|value| references(value, found)),
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}
