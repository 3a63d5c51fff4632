//! Holds one request against one operation.

use serde_json::Value;

use super::document::{Operation, Parameter};
use super::{Document, explain, form};
use crate::journal::Recorded;

/// Headers that a document may name but that OpenAPI leaves to the transport.
const TRANSPORT: [&str; 3] = ["accept", "content-type", "authorization"];

impl Document {
    /// Everything about the request that is not as the document says.
    pub(crate) fn violations(&self, operation: &Operation, request: &Recorded) -> Vec<String> {
        let mut found = Vec::new();
        for parameter in &operation.parameters {
            self.parameter(parameter, request, &mut found);
        }
        if !operation.content.is_empty() {
            self.body(operation, request, &mut found);
        }
        found
    }

    fn parameter(&self, parameter: &Parameter, request: &Recorded, found: &mut Vec<String>) {
        let Parameter { place, name, is_required, schema } = parameter;
        let given = match place.as_str() {
            // The api-version chose the document.
            "query" if name == "api-version" => return,
            "query" => request.query(name).or_else(|| request.query(&format!("{name}[]"))),
            "header" if TRANSPORT.contains(&name.to_ascii_lowercase().as_str()) => return,
            "header" => request.header(&name.to_ascii_lowercase()),
            _ => return,
        };
        let Some(text) = given else {
            if *is_required {
                found.push(format!("{place} {name}: is required"));
            }
            return;
        };
        let kind = self.resolve(schema)["type"].as_str();
        let value = match kind {
            Some("integer" | "number" | "boolean") => {
                serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
            }
            // Each is a list of one; that they are repeated is not looked at.
            Some("array") => Value::from(vec![text]),
            _ => Value::from(text),
        };
        match self.validator(schema) {
            Ok(validator) => {
                let errors = validator.iter_errors(&value);
                found.extend(errors.map(|error| format!("{place} {name}: {error}")));
            }
            Err(fault) => found.push(format!("{place} {name}: the document is broken: {fault}")),
        }
    }

    fn body(&self, operation: &Operation, request: &Recorded, found: &mut Vec<String>) {
        if request.body.is_empty() {
            if operation.is_body_required {
                found.push("body: is required".to_owned());
            }
            return;
        }
        let media = request.header("content-type").unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let Some(schema) = operation.content.get(&media) else {
            let known = operation.content.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            found.push(format!("header content-type: {media:?} is none of {known}"));
            return;
        };
        let value = if media == "multipart/form-data" {
            form::object(self, schema, &request.parts)
        } else {
            request.json()
        };
        match self.validator(schema) {
            Ok(validator) => {
                validator.iter_errors(&value).for_each(|e| explain::explain(&e, found));
            }
            Err(fault) => found.push(format!("body: the document is broken: {fault}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::spec::Library;

    #[test]
    fn every_body_of_every_document_has_a_validator() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec"));
        let library = Library::open(folder).unwrap();
        for version in library.versions() {
            let document = library.document(version).unwrap();
            for (operation, schema) in document.bodies() {
                let validator = document.validator(schema);
                assert!(validator.is_ok(), "{version} {operation}: {validator:?}");
            }
        }
    }
}
