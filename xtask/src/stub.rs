//! What progenitor gets to see: the operations, with opaque names for every type.
//!
//! So typify makes no types, and progenitor has nothing to refuse: each answer is one range, each
//! body one media type, no error is declared.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Context, Result, anyhow};
use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Map, Value, json};

use crate::model::Type;
use crate::operations::{Answer, Body, Operation};

/// The types that stand behind the names `T0`, `T1`, ….
#[derive(Debug, Default)]
pub(crate) struct Table(pub(crate) Vec<Type>);

impl Table {
    fn name(&mut self, ty: &Type) -> String {
        let at = self.0.iter().position(|other| other == ty).unwrap_or_else(|| {
            self.0.push(ty.clone());
            self.0.len() - 1
        });
        format!("T{at}")
    }

    fn reference(&mut self, ty: &Type) -> Value {
        json!({"$ref": format!("#/components/schemas/{}", self.name(ty))})
    }

    /// The schema of a parameter: what a URL can hold is said, the rest is a name.
    fn parameter(&mut self, ty: &Type) -> Value {
        match ty {
            Type::Text => json!({"type": "string"}),
            Type::Bool => json!({"type": "boolean"}),
            Type::I32 => json!({"type": "integer", "format": "int32"}),
            Type::I64 => json!({"type": "integer", "format": "int64"}),
            Type::U32 => json!({"type": "integer", "format": "uint32"}),
            Type::U64 => json!({"type": "integer", "format": "uint64"}),
            Type::F64 => json!({"type": "number", "format": "double"}),
            Type::List(item) => json!({"type": "array", "items": self.parameter(item)}),
            other => self.reference(other),
        }
    }
}

/// Lets progenitor write the client of these operations.
pub(crate) fn client(operations: &[Operation], version: &str) -> Result<(syn::File, Table)> {
    let mut table = Table::default();
    let document = document(operations, version, &mut table);
    let document: openapiv3::OpenAPI = serde_json::from_value(document)?;
    let mut settings = GenerationSettings::new();
    settings.with_interface(InterfaceStyle::Positional);
    for at in 0..table.0.len() {
        let name = format!("T{at}");
        settings.with_replacement(&name, format!("types::{name}"), std::iter::empty());
    }
    // progenitor panics where it has nothing to say.
    let tokens = catch_unwind(AssertUnwindSafe(|| {
        Generator::new(&settings).generate_tokens(&document).map_err(|error| anyhow!("{error}"))
    }))
    .map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        anyhow!("progenitor gave up: {text}")
    })??;
    let file = syn::parse2(tokens).context("progenitor wrote no Rust")?;
    Ok((file, table))
}

fn document(operations: &[Operation], version: &str, table: &mut Table) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        // Twins share method and path, so each path gets a fragment; it is cut off again later.
        let key = format!("{}#{}", operation.path, operation.id);
        paths.insert(key, json!({&operation.method: stub(operation, table)}));
    }
    let schemas: Map<String, Value> = (0..table.0.len())
        .map(|at| {
            let schema = json!({"type": "object", "properties": {"it": {"type": "string"}}});
            (format!("T{at}"), schema)
        })
        .collect();
    json!({
        "openapi": "3.0.3",
        "info": {"title": "stub", "version": version},
        "paths": paths,
        "components": {"schemas": schemas},
    })
}

fn stub(operation: &Operation, table: &mut Table) -> Value {
    let parameters: Vec<Value> = operation
        .parameters
        .iter()
        .zip(operation.parameter_names())
        .map(|(parameter, name)| {
            json!({
                "name": name,
                "in": parameter.place,
                "required": parameter.required,
                "schema": table.parameter(&parameter.ty),
            })
        })
        .collect();
    let content = match &operation.answer {
        Answer::Empty => json!({}),
        Answer::Json(ty) => json!({"application/json": {"schema": table.reference(ty)}}),
        Answer::Bytes | Answer::Events(_) => json!({"application/octet-stream": {}}),
    };
    let mut stub = json!({
        "operationId": operation.id,
        "parameters": parameters,
        "responses": {"2XX": {"description": "", "content": content}},
    });
    let body = match &operation.body {
        Body::None => return stub,
        Body::Json(ty) => json!({"application/json": {"schema": table.reference(ty)}}),
        Body::Form(_) | Body::Bytes(_) | Body::RawForm => {
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}})
        }
    };
    stub["requestBody"] = json!({"required": true, "content": body});
    stub
}
