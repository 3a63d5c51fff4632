//! Holds one request against one operation.

use serde_json::Value;

use super::document::{Operation, Parameter};
use super::{Document, explain, form, items, undeclared, undocumented};
use crate::journal::Recorded;

/// Headers that a document may name but that OpenAPI leaves to the transport.
const TRANSPORT: [&str; 3] = ["accept", "content-type", "authorization"];

impl Document {
    /// Everything about the request that does not fit the document. Fields and parameters
    /// that the document does not declare count unless the check is `lenient`.
    pub(crate) fn violations(
        &self,
        operation: &Operation,
        request: &Recorded,
        lenient: bool,
    ) -> Vec<String> {
        let mut found = Vec::new();
        for parameter in &operation.parameters {
            self.parameter(parameter, request, &mut found);
        }
        if !lenient {
            operation.undeclared_queries(&self.version, request, &mut found);
        }
        if !operation.content.is_empty() {
            self.body(operation, request, lenient, &mut found);
        } else if !lenient && !is_empty(&request.body) {
            found.push("body: none is declared".to_owned());
        }
        found
    }

    fn parameter(&self, parameter: &Parameter, request: &Recorded, found: &mut Vec<String>) {
        let Parameter { place, name, is_required, schema, .. } = parameter;
        let given: Vec<&str> = match place.as_str() {
            // The api-version chose the document.
            "query" if name == "api-version" => return,
            "query" => parameter.values(request),
            "header" if TRANSPORT.contains(&name.to_ascii_lowercase().as_str()) => return,
            "header" => request.header(&name.to_ascii_lowercase()).into_iter().collect(),
            _ => return,
        };
        let Some(first) = given.first() else {
            if *is_required {
                found.push(format!("{place} {name}: is required"));
            }
            return;
        };
        let wanted = self.resolve(schema);
        let is_list = kinds(wanted).contains(&"array");
        let value = if is_list {
            let item = self.resolve(&wanted["items"]);
            let split = |text: &&str| match parameter.is_exploded {
                true => vec![(*text).to_owned()],
                false => text.split(',').map(str::to_owned).collect(),
            };
            given.iter().flat_map(split).map(|text| typed(item, &text)).collect()
        } else {
            if given.len() > 1 {
                found.push(format!("{place} {name}: stands there {} times", given.len()));
            }
            typed(wanted, first)
        };
        match self.validator(schema) {
            Ok(validator) => {
                let errors = validator.iter_errors(&value);
                found.extend(errors.map(|error| format!("{place} {name}: {error}")));
            }
            Err(fault) => found.push(format!("{place} {name}: the document is broken: {fault}")),
        }
    }

    fn body(
        &self,
        operation: &Operation,
        request: &Recorded,
        lenient: bool,
        found: &mut Vec<String>,
    ) {
        if request.body.is_empty() {
            if operation.is_body_required {
                found.push("body: is required".to_owned());
            }
            return;
        }
        let media = request.header("content-type").unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let Some(schema) = operation.content_of(&media) else {
            let known = operation.content.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            found.push(format!("header content-type: {media:?} is none of {known}"));
            return;
        };
        let is_form = media == "multipart/form-data";
        let mut value = if is_form {
            form::object(self, schema, &request.parts, found)
        } else if media.ends_with("json") {
            request.json()
        } else {
            // Text or bytes; there is nothing to look into.
            return;
        };
        let (version, segments) = (&self.version, &operation.segments);
        items::complete(version, segments, &mut value);
        undocumented::strip(version, segments, &mut value);
        match self.validator(schema) {
            Ok(validator) => {
                validator.iter_errors(&value).for_each(|e| explain::explain(&e, found));
            }
            Err(fault) => found.push(format!("body: the document is broken: {fault}")),
        }
        items::check(version, segments, &value, found);
        if !lenient {
            let undeclared = undeclared::fields(self, schema, &value);
            let undeclared = undeclared.iter().filter(|place| {
                !undocumented::is_field(version, segments, place)
                    && !items::is_field(version, segments, &value, place)
            });
            found.extend(undeclared.map(|place| format!("body{place}: is not declared")));
        }
    }
}

impl Operation {
    /// The schema of a media type, also one that a range such as `image/*` stands for.
    fn content_of(&self, media: &str) -> Option<&Value> {
        let range = media.split_once('/').map(|(kind, _)| format!("{kind}/*"));
        self.content
            .get(media)
            .or_else(|| self.content.get(&range?))
            .or_else(|| self.content.get("*/*"))
    }

    fn undeclared_queries(&self, version: &str, request: &Recorded, found: &mut Vec<String>) {
        for (name, _) in &request.query {
            let is_declared =
                |parameter: &Parameter| parameter.place == "query" && parameter.is_meant_by(name);
            let is_known = name == "api-version"
                || self.parameters.iter().any(is_declared)
                || undocumented::is_query(version, &self.segments, name);
            if !is_known {
                found.push(format!("query {name}: is not declared"));
            }
        }
    }
}

impl Parameter {
    /// Every value of the query; a list may be written with `[]` behind the name.
    fn values<'a>(&self, request: &'a Recorded) -> Vec<&'a str> {
        let own = request.query.iter().filter(|(name, _)| self.is_list_named(name));
        own.map(|(_, value)| value.as_str()).collect()
    }

    fn is_list_named(&self, name: &str) -> bool {
        name == self.name || name.strip_suffix("[]") == Some(&self.name)
    }

    /// Whether a name of the query stands for this parameter, or for a field of it.
    fn is_meant_by(&self, name: &str) -> bool {
        let outer = name.split_once('[').map(|(outer, _)| outer);
        self.is_list_named(name) || (self.is_deep && outer == Some(&self.name))
    }
}

/// Whether a body is empty: clients send an empty object where none is needed.
fn is_empty(body: &[u8]) -> bool {
    matches!(body.trim_ascii(), b"" | b"{}")
}

fn kinds(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A text of the query or a header as its schema wants it.
fn typed(schema: &Value, text: &str) -> Value {
    let is_text = !kinds(schema).iter().any(|kind| ["integer", "number", "boolean"].contains(kind));
    let parsed = serde_json::from_str(text)
        .ok()
        .filter(|value: &Value| !is_text && (value.is_number() || value.is_boolean()));
    parsed.unwrap_or_else(|| Value::from(text))
}

#[cfg(test)]
mod tests {
    use crate::spec::Library;

    #[test]
    fn every_body_of_every_document_has_a_validator() {
        let library = Library::built_in();
        for version in library.versions() {
            let document = library.document(version).unwrap();
            for (operation, schema) in document.bodies() {
                let validator = document.validator(schema);
                assert!(validator.is_ok(), "{version} {operation}: {validator:?}");
            }
        }
    }
}
