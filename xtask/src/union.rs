//! Every operation of every api-version once, and the one name that it has in all of them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::json::{array, flag, object, operations, text};
use crate::model::Type;
use crate::naming::{snake, unique};
use crate::operation_name::canonical;
use crate::operations::{Body, DEPLOYMENT, Operation, Parameter, accept_of, is_json, is_ours};
use crate::tables;

/// What tells an operation apart in every version: its path without deployment and without the
/// names of the parameters, and its method.
type Key = (String, String);

/// One operation over all versions.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) operation: Operation,
    /// Whether a dated version puts the deployment in front of its path.
    pub(crate) is_deployment_scoped: bool,
    /// The documents that it is in, over all versions, as variants of `Document`.
    pub(crate) documents: BTreeSet<&'static str>,
    /// The api-versions that have it.
    pub(crate) versions: Vec<String>,
    /// The media types of its successful responses.
    kinds: BTreeSet<String>,
}

impl Union {
    /// The path behind the base URL, without the deployment.
    pub(crate) fn path(&self) -> &str {
        self.operation.path.strip_prefix(DEPLOYMENT).unwrap_or(&self.operation.path)
    }
}

/// What operations have in common over all versions.
#[derive(Debug)]
pub(crate) struct Names(BTreeMap<Key, Common>);

/// What an operation has in common over all versions.
#[derive(Debug, Default)]
struct Common {
    /// The name of the method.
    name: String,
    /// Its optional query parameters.
    optional: BTreeSet<String>,
}

impl Names {
    /// The names of the operations of these documents.
    pub(crate) fn of<'a>(documents: impl Iterator<Item = &'a Value>) -> Self {
        let mut found: BTreeMap<Key, Common> = BTreeMap::new();
        for (path, method, operation) in documents.flat_map(operations) {
            let common = found.entry(key(method, path)).or_default();
            let optional = array(operation.get("parameters")).filter(|parameter| {
                text(Some(parameter), "in") == Some("query") && !flag(parameter, "required")
            });
            let names = optional.filter_map(|parameter| text(Some(parameter), "name"));
            common.optional.extend(names.filter(|n| !is_ours(n)).map(str::to_owned));
        }
        let mut taken = BTreeSet::new();
        for ((path, method), common) in &mut found {
            common.name = unique(canonical(method, path), |name| taken.contains(name));
            taken.insert(common.name.clone());
        }
        Self(found)
    }

    /// The name of an operation.
    pub(crate) fn get(&self, method: &str, path: &str) -> String {
        let key = key(method, path);
        let known = self.0.get(&key).map(|common| common.name.clone());
        known.unwrap_or_else(|| canonical(&key.1, &key.0))
    }

    /// Whether the optional query parameters of an operation are one struct, in all versions
    /// alike: there are two or more.
    pub(crate) fn has_params(&self, method: &str, path: &str) -> bool {
        self.0.get(&key(method, path)).is_some_and(|common| common.optional.len() > 1)
    }
}

fn key(method: &str, path: &str) -> Key {
    let path = plain_path(path);
    let path = path.strip_prefix(DEPLOYMENT).unwrap_or(&path);
    let shape: Vec<&str> = path
        .split('/')
        .map(|segment| if segment.starts_with('{') { "{}" } else { segment })
        .collect();
    (shape.join("/"), method.to_owned())
}

/// The path with parameter names as Rust has them: the dates do not agree on `file-id` or
/// `file_id`. The deployment in front of a path is `{deployment}`.
pub(crate) fn plain_path(path: &str) -> String {
    let plain = path
        .split('/')
        .map(|segment| match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            Some(name) => format!("{{{}}}", snake(name)),
            None => segment.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/");
    let mut segments = plain.splitn(4, '/');
    match (segments.next(), segments.next(), segments.next(), segments.next()) {
        (Some(""), Some("deployments"), Some(name), Some(rest)) if name.starts_with('{') => {
            format!("{DEPLOYMENT}/{rest}")
        }
        _ => plain,
    }
}

/// The union of the operations of these documents, in the order of path and method.
pub(crate) fn union<'a>(
    documents: impl Iterator<Item = &'a (String, Value)> + Clone,
) -> Vec<Union> {
    let names = Names::of(documents.clone().map(|(_, document)| document));
    let mut found: BTreeMap<Key, Union> = BTreeMap::new();
    for (version, document) in documents {
        for (path, method, operation) in operations(document) {
            let plain = plain_path(path);
            let scoped = plain.starts_with(DEPLOYMENT);
            let entry = found.entry(key(method, path)).or_insert_with(|| Union {
                operation: Operation {
                    has_params: names.has_params(method, path),
                    ..Operation::new(names.get(method, path), method, &plain)
                },
                is_deployment_scoped: false,
                documents: BTreeSet::new(),
                versions: Vec::new(),
                kinds: BTreeSet::new(),
            });
            if scoped && !entry.is_deployment_scoped {
                entry.is_deployment_scoped = true;
                entry.operation.path = format!("{DEPLOYMENT}{}", entry.path());
            }
            if !entry.versions.contains(version) {
                entry.versions.push(version.clone());
            }
            entry.documents.extend(tables::documents_of(version, operation));
            let first = entry.versions.len() == 1;
            add(&mut entry.operation, operation, first);
            entry.kinds.extend(response_kinds(operation, document));
        }
    }
    let mut unions: Vec<Union> = found.into_values().collect();
    for union in &mut unions {
        union.operation.accept = accept_of(union.kinds.iter().map(String::as_str));
    }
    unions
}

/// Adds what one version reports of an operation.
fn add(operation: &mut Operation, facts: &Value, first: bool) {
    let names: Vec<String> = crate::operations::parameter_names(&operation.path)
        .unwrap_or_default()
        .into_iter()
        .map(str::to_owned)
        .collect();
    for name in names {
        if operation.parameters.iter().all(|p| p.place != "path" || p.name != name) {
            let place = "path".to_owned();
            let (required, ty, default) = (true, Type::Text, None);
            operation.parameters.push(Parameter { name, place, required, ty, default });
        }
    }
    let mut stated = BTreeSet::new();
    for parameter in array(facts.get("parameters")) {
        let name = text(Some(parameter), "name").unwrap_or_default();
        let place = text(Some(parameter), "in").unwrap_or_default();
        if place == "path" || is_ours(name) {
            continue;
        }
        let schema = parameter.get("schema").cloned().unwrap_or_default();
        let required = flag(parameter, "required");
        if place == "header"
            && required
            && let Some(value) = array(schema.get("enum")).next().and_then(Value::as_str)
        {
            let header = (name.to_owned(), value.to_owned());
            if !operation.constant_headers.contains(&header) {
                operation.constant_headers.push(header);
            }
            continue;
        }
        stated.insert(name.to_owned());
        let ty = match text(Some(&schema), "type") {
            _ if place == "header" => Type::Text,
            Some("integer") => Type::I64,
            Some("boolean") => Type::Bool,
            Some("array") => Type::List(Box::new(Type::Text)),
            _ => Type::Text,
        };
        match operation.parameters.iter_mut().find(|other| other.name == name) {
            // What one version does without is optional.
            Some(other) => {
                other.required &= required;
                if other.default != crate::lower::default_of(&schema) {
                    other.default = None;
                }
            }
            None => operation.parameters.push(Parameter {
                name: name.to_owned(),
                place: place.to_owned(),
                required: required && first,
                ty,
                default: crate::lower::default_of(&schema),
            }),
        }
    }
    for parameter in &mut operation.parameters {
        if parameter.place != "path" && !stated.contains(&parameter.name) {
            parameter.required = false;
        }
    }
    // Bodies: a version that has one decides; a form loses against JSON, as a fault would be.
    let kinds: Vec<&str> =
        object(facts.pointer("/requestBody/content")).map(|(k, _)| k.as_str()).collect();
    if kinds.iter().any(|kind| is_json(kind)) {
        operation.body = Body::Bytes("application/json".to_owned());
    } else if kinds.contains(&"multipart/form-data") && operation.body == Body::None {
        operation.body = Body::RawForm;
    } else if let (Some(kind), Body::None) = (kinds.first(), &operation.body) {
        operation.body = Body::Bytes((*kind).to_owned());
    }
}

/// The media types of the successful responses of an operation, a stream of events included.
fn response_kinds(operation: &Value, document: &Value) -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    for (_, response) in object(operation.get("responses")).filter(|(s, _)| s.starts_with('2')) {
        kinds.extend(object(response.get("content")).map(|(kind, _)| kind.clone()));
    }
    let body = object(operation.pointer("/requestBody/content"));
    if body.filter_map(|(_, media)| media.get("schema")).any(|s| has_stream(s, document, 0)) {
        kinds.insert("text/event-stream".to_owned());
    }
    kinds
}

/// Whether a request has the field `stream`, which is a boolean.
fn has_stream(schema: &Value, document: &Value, depth: usize) -> bool {
    if depth > 8 {
        return false;
    }
    if let Some(name) = crate::json::referenced(schema) {
        let target = document.pointer("/components/schemas").and_then(|all| all.get(name));
        return target.is_some_and(|target| has_stream(target, document, depth + 1));
    }
    text(schema.pointer("/properties/stream"), "type") == Some("boolean")
        || ["allOf", "anyOf", "oneOf"].iter().any(|word| {
            array(schema.get(*word)).any(|schema| has_stream(schema, document, depth + 1))
        })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Common, Names, key, union};
    use crate::layout::Layout;

    fn document(path: &str, parameters: Value) -> Value {
        json!({"paths": {path: {"get": {"parameters": parameters}}}})
    }

    #[test]
    fn versions_that_spell_a_path_differently_share_its_operation() {
        let limit = json!([{"name": "limit", "in": "query", "required": true, "schema": {"type": "integer"}}]);
        let documents = [
            ("2024-02-01".to_owned(), document("/files/{file-id}", limit)),
            ("2024-06-01".to_owned(), document("/files/{id}", json!([]))),
        ];
        let unions = union(documents.iter());
        assert_eq!(unions.len(), 1);
        assert_eq!(unions[0].operation.id, "files_get");
        assert_eq!(unions[0].operation.path, "/files/{file_id}");
        assert_eq!(unions[0].versions, ["2024-02-01", "2024-06-01"]);
        assert!(!unions[0].operation.parameters[1].required, "one version does without");
    }

    #[test]
    fn an_operation_of_a_deployment_and_its_twin_in_v1_are_one() {
        let documents = [
            ("2024-02-01".to_owned(), document("/deployments/{deployment-id}/x", json!([]))),
            ("v1".to_owned(), document("/x", json!([]))),
        ];
        for documents in [documents.clone(), [documents[1].clone(), documents[0].clone()]] {
            let unions = union(documents.iter());
            assert_eq!(unions.len(), 1);
            assert!(unions[0].is_deployment_scoped);
            assert_eq!(unions[0].path(), "/x");
            assert_eq!(unions[0].operation.path, "/deployments/{deployment}/x");
        }
        assert_eq!(key("get", "/deployments/{id}").0, "/deployments/{}", "a deployment itself");
    }

    #[test]
    fn query_parameters_are_one_struct_in_all_versions_alike() {
        let optional = |names: &[&str]| -> Value {
            names.iter().map(|name| json!({"name": name, "in": "query"})).collect()
        };
        let documents = [
            document("/x", optional(&["limit", "api-version"])),
            document("/x", optional(&["after"])),
        ];
        assert!(Names::of(documents.iter()).has_params("get", "/x"));
        assert!(!Names::of(documents[..1].iter()).has_params("get", "/x"), "one is no struct");
    }

    #[test]
    fn an_operation_has_the_same_method_name_in_every_version() {
        let layout = Layout::find().unwrap();
        let documents = crate::coverage::documents(&layout).unwrap();
        let all = Names::of(documents.iter().map(|(_, document)| document));
        for Common { name, .. } in all.0.values() {
            let numbered = name.ends_with(|c: char| c.is_ascii_digit());
            assert!(!numbered, "{name}: two operations want one name, see `operation_name`");
        }
        // By pairs of versions: what both have is called the same, on its own and in the union.
        let each: Vec<_> = documents.iter().map(|(v, d)| (v, Names::of([d].into_iter()))).collect();
        let mut shared = 0;
        for (one, names) in &each {
            for (other, others) in &each {
                for (key, Common { name, .. }) in &names.0 {
                    if let Some(same) = others.0.get(key) {
                        assert_eq!(*name, same.name, "{key:?} in {one} and {other}");
                        assert_eq!(*name, all.0[key].name);
                        shared += 1;
                    }
                }
            }
        }
        assert!(shared > 1000, "{shared}");
    }
}
