//! The `raw` module: every operation of every version once, without types.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use quote::quote;
use serde_json::Value;

use crate::generate::{FOLDER, Files, client_text};
use crate::json::{array, flag, object, operations, text};
use crate::model::Type;
use crate::naming::{snake, unique};
use crate::operations::{Answer, Body, Operation, Parameter, is_json};
use crate::raw_names::canonical;
use crate::{rewrite, stub, tables};

/// One operation over all versions.
#[derive(Debug)]
pub(crate) struct Union {
    pub(crate) operation: Operation,
    /// The documents that it is in, over all versions, as variants of `Document`.
    pub(crate) documents: BTreeSet<&'static str>,
    /// The api-versions that have it.
    pub(crate) versions: Vec<String>,
}

/// Whether an api-version is one of the dated ones.
fn dated(version: &str) -> bool {
    !version.starts_with('v')
}

/// The union of the operations of these documents, in the order of path and method.
pub(crate) fn union<'a>(documents: impl Iterator<Item = &'a (String, Value)>) -> Vec<Union> {
    let mut found: BTreeMap<(String, String), Union> = BTreeMap::new();
    for (version, document) in documents {
        for (path, method, operation) in operations(document) {
            let path = plain_path(path);
            let entry = found.entry((path.clone(), method.to_owned())).or_insert_with(|| Union {
                operation: Operation {
                    id: canonical(method, &path),
                    upstream: None,
                    method: method.to_owned(),
                    path,
                    parameters: Vec::new(),
                    constant_headers: Vec::new(),
                    body: Body::None,
                    answer: Answer::Bytes,
                    accept: None,
                },
                documents: BTreeSet::new(),
                versions: Vec::new(),
            });
            entry.versions.push(version.clone());
            entry.documents.extend(tables::documents_of(version, operation));
            add(&mut entry.operation, operation, entry.versions.len() == 1);
        }
    }
    let mut ids = BTreeSet::new();
    let mut unions: Vec<Union> = found.into_values().collect();
    for union in &mut unions {
        union.operation.id = unique(union.operation.id.clone(), |id| ids.contains(id));
        ids.insert(union.operation.id.clone());
    }
    unions
}

/// The path with parameter names as Rust has them: the dates do not agree on `file-id` or `file_id`.
fn plain_path(path: &str) -> String {
    path.split('/')
        .map(|segment| match segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            Some(name) => format!("{{{}}}", snake(name)),
            None => segment.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// Adds what one version says of an operation.
fn add(operation: &mut Operation, facts: &Value, first: bool) {
    let names: Vec<String> = crate::operations::parameter_names(&operation.path)
        .unwrap_or_default()
        .into_iter()
        .map(str::to_owned)
        .collect();
    for name in names {
        if operation.parameters.iter().all(|p| p.place != "path" || p.name != name) {
            let place = "path".to_owned();
            operation.parameters.push(Parameter { name, place, required: true, ty: Type::Text });
        }
    }
    let mut said = BTreeSet::new();
    for parameter in array(facts.get("parameters")) {
        let name = text(Some(parameter), "name").unwrap_or_default();
        let place = text(Some(parameter), "in").unwrap_or_default();
        let ours =
            matches!(name.to_ascii_lowercase().as_str(), "api-version" | "accept" | "content-type");
        if place == "path" || ours {
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
        said.insert(name.to_owned());
        let ty = match text(Some(&schema), "type") {
            _ if place == "header" => Type::Text,
            Some("integer") => Type::I64,
            Some("boolean") => Type::Bool,
            Some("array") => Type::List(Box::new(Type::Text)),
            _ => Type::Text,
        };
        match operation.parameters.iter_mut().find(|other| other.name == name) {
            // What one version does without is optional.
            Some(other) => other.required &= required,
            None => operation.parameters.push(Parameter {
                name: name.to_owned(),
                place: place.to_owned(),
                required: required && first,
                ty,
            }),
        }
    }
    for parameter in &mut operation.parameters {
        if parameter.place != "path" && !said.contains(&parameter.name) {
            parameter.required = false;
        }
    }
    // Bodies: a version that has one gives it; a form loses against JSON, as a fault would be.
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

/// Writes the module.
pub(crate) fn write(documents: &[(String, Value)]) -> Result<Files> {
    let mut files = Files::new();
    let mut tables = Vec::new();
    for (module, wanted, what) in [("dated", true, "the dated api-versions"), ("v1", false, "`v1`")]
    {
        let unions = union(documents.iter().filter(|(version, _)| dated(version) == wanted));
        if unions.is_empty() {
            continue;
        }
        let operations: Vec<Operation> =
            unions.iter().map(|union| union.operation.clone()).collect();
        let (file, table) = stub::client(&operations, module)?;
        let docs = unions.iter().map(|union| (union.operation.id.clone(), docs(union))).collect();
        let client = vec![
            format!("Every operation of {what}, bytes in and bytes out."),
            String::new(),
            "The api-version is what the [`CallContext`](crate::context::CallContext) says."
                .to_owned(),
        ];
        let items = rewrite::client(file, &table, &operations, &docs, &client)?;
        let head = format!(
            "//! Every operation of {what}, without types. Generated by `cargo xtask generate`.\n\n"
        );
        // The dated client has no version of its own: it is what the caller asks for.
        let version = (module == "v1").then(|| quote!(, "v1"));
        let registration = quote!(crate::api::generated_client!(Client #version););
        let text = client_text(&head, items, registration, false)?;
        files.insert(format!("{FOLDER}/raw/{module}.rs"), text);
        tables.push((module, unions));
    }
    files.insert(format!("{FOLDER}/raw/mod.rs"), module(&tables));
    Ok(files)
}

fn docs(union: &Union) -> Vec<String> {
    let Operation { method, path, .. } = &union.operation;
    vec![
        format!("`{} {path}`", method.to_uppercase()),
        String::new(),
        format!("In {}.", union.versions.join(", ")),
    ]
}

fn module(tables: &[(&str, Vec<Union>)]) -> String {
    let mut text = "//! Every operation of every api-version, bytes in and bytes out.\n//!\n\
        //! Generated by `cargo xtask generate`. The name of an operation comes from its method and\n\
        //! path and is the same in each version; [`OPERATIONS`] says which versions have it.\n\n"
        .to_owned();
    for (module, _) in tables {
        text += &format!("pub mod {module};\n");
    }
    text += "\nuse crate::raw_operation::RawOperation;\nuse crate::version::Document;\n\n\
        /// All operations, those of [`dated`] first, in the order of their paths.\n\
        pub static OPERATIONS: &[RawOperation] = &[\n";
    for (module, unions) in tables {
        for Union { operation, documents, versions } in unions {
            let documents = tables::list(documents);
            text += &format!(
                "    RawOperation {{\n        module: {module:?},\n        name: {:?},\n        \
                 method: {:?},\n        path: {:?},\n        documents: &{documents},\n        versions: &{versions:?},\n    }},\n",
                operation.id,
                operation.method.to_uppercase(),
                operation.path,
            );
        }
    }
    text + "];\n"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn versions_that_spell_a_path_differently_share_its_operation() {
        let document = |path: &str, parameters: serde_json::Value| json!({"paths": {path: {"get": {"parameters": parameters}}}});
        let limit = json!([{"name": "limit", "in": "query", "required": true, "schema": {"type": "integer"}}]);
        let documents = [
            ("2024-02-01".to_owned(), document("/files/{file-id}", limit)),
            ("2024-06-01".to_owned(), document("/files/{file_id}", json!([]))),
        ];
        let unions = super::union(documents.iter());
        assert_eq!(unions.len(), 1);
        assert_eq!(unions[0].operation.id, "files_get");
        assert_eq!(unions[0].versions, ["2024-02-01", "2024-06-01"]);
        assert!(!unions[0].operation.parameters[1].required, "one version does without");
    }
}
