//! Keeps the facts of a document and drops every sentence.
//!
//! What is kept is listed, so that nothing unknown comes through: a new member of upstream is
//! left out until a line here names it.

use serde_json::{Map, Value, json};

use crate::json::{METHODS, array, flag, object, referenced, text};

/// The keywords of a schema whose values are plain facts.
const PLAIN: [&str; 24] = [
    "default",
    "deprecated",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "pattern",
    "readOnly",
    "required",
    "type",
    "uniqueItems",
    "writeOnly",
    "x-ms-discriminator-value",
    "discriminator",
];

/// How deep schemas may be nested; a deeper one is cut and reported.
const DEPTH: usize = 64;

/// Something of the document that its facts cannot say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// The operation or schema, as upstream names it.
    pub(crate) place: String,
    /// What is left out.
    pub(crate) what: String,
}

impl Problem {
    /// What went wrong at `place`.
    pub(crate) fn new(place: &str, error: &anyhow::Error) -> Self {
        Self { place: place.to_owned(), what: format!("{error:#}") }
    }
}

/// The facts of one document.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Path items by path, relative to the base URL of the api-version.
    pub(crate) paths: Map<String, Value>,
    /// Schemas by name.
    pub(crate) schemas: Map<String, Value>,
    /// What had to be left out.
    pub(crate) problems: Vec<Problem>,
}

/// Takes the facts out of a document in OpenAPI 3.0.
pub(crate) fn extract(document: &Value) -> Facts {
    let mut extractor = Extractor { document, problems: Vec::new(), place: String::new() };
    let mut facts = Facts::default();
    let prefix = base_path(document);
    for paths in [document.get("paths"), document.get("x-ms-paths")] {
        for (path, item) in object(paths) {
            let item = extractor.resolve(item).clone();
            let converted = extractor.path_item(path, &item);
            if !converted.is_empty() {
                facts.paths.insert(format!("{prefix}{path}"), Value::Object(converted));
            }
        }
    }
    for (name, schema) in object(document.pointer("/components/schemas")) {
        extractor.place.clone_from(name);
        facts.schemas.insert(name.clone(), extractor.schema(schema, 0));
    }
    facts.problems = extractor.problems;
    facts.problems.sort();
    facts.problems.dedup();
    facts
}

/// What a server's URL has behind `/openai` or `/openai/v1`: it belongs to the paths.
fn base_path(document: &Value) -> String {
    let url = array(document.get("servers")).next().and_then(|server| text(Some(server), "url"));
    let Some((_, rest)) = url.and_then(|url| url.trim_end_matches('/').split_once("/openai"))
    else {
        return String::new();
    };
    let rest = rest.strip_prefix("/v1").unwrap_or(rest);
    if rest.starts_with('/') { rest.to_owned() } else { String::new() }
}

struct Extractor<'a> {
    document: &'a Value,
    problems: Vec<Problem>,
    place: String,
}

impl<'a> Extractor<'a> {
    fn report(&mut self, what: impl Into<String>) {
        self.problems.push(Problem { place: self.place.clone(), what: what.into() });
    }

    /// Follows references to parameters, bodies, answers and path items.
    fn resolve(&self, value: &'a Value) -> &'a Value {
        let mut value = value;
        for _ in 0..8 {
            let target = text(Some(value), "$ref").and_then(|place| place.strip_prefix('#'));
            match target.and_then(|pointer| self.document.pointer(pointer)) {
                Some(found) => value = found,
                None => break,
            }
        }
        value
    }

    fn path_item(&mut self, path: &str, item: &Value) -> Map<String, Value> {
        let mut converted = Map::new();
        for (method, operation) in object(Some(item)) {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let id = text(Some(operation), "operationId");
            self.place = id.map_or_else(|| format!("{method} {path}"), str::to_owned);
            if !operation.is_object() {
                self.report("the operation is not an object");
                continue;
            }
            if let Some(operation) = self.operation(operation, item.get("parameters")) {
                converted.insert(method.clone(), operation);
            }
        }
        converted
    }

    fn operation(&mut self, operation: &Value, common: Option<&Value>) -> Option<Value> {
        let mut converted = Map::new();
        if let Some(id) = text(Some(operation), "operationId") {
            converted.insert("operationId".to_owned(), json!(id));
        }
        if flag(operation, "deprecated") {
            converted.insert("deprecated".to_owned(), json!(true));
        }
        let document = self.document;
        let parameters = self.parameters(common, operation.get("parameters"));
        if !parameters.is_empty() {
            converted.insert("parameters".to_owned(), Value::Array(parameters));
        }
        if let Some(body) = operation.get("requestBody") {
            let body = follow(document, body);
            let content = self.content(body.get("content"));
            if content.is_empty() {
                self.report("the request body has no media type");
                return None;
            }
            converted.insert(
                "requestBody".to_owned(),
                json!({"content": content, "required": flag(body, "required")}),
            );
        }
        let mut responses = Map::new();
        for (status, response) in object(operation.get("responses")) {
            let response = follow(document, response);
            let mut answer = json!({"description": ""});
            let content = self.content(response.get("content"));
            if !content.is_empty() {
                answer["content"] = Value::Object(content);
            }
            responses.insert(status.clone(), answer);
        }
        if responses.is_empty() {
            responses.insert("200".to_owned(), json!({"description": ""}));
        }
        converted.insert("responses".to_owned(), Value::Object(responses));
        Some(Value::Object(converted))
    }

    fn parameters(&mut self, common: Option<&Value>, own: Option<&Value>) -> Vec<Value> {
        let document = self.document;
        let mut found: Vec<Value> = Vec::new();
        for parameter in array(common).chain(array(own)) {
            let parameter = follow(document, parameter);
            let (Some(name), Some(place)) =
                (text(Some(parameter), "name"), text(Some(parameter), "in"))
            else {
                self.report("a parameter has no name or place");
                continue;
            };
            if !matches!(place, "path" | "query" | "header") {
                self.report(format!("the parameter `{name}` in {place}"));
                continue;
            }
            let schema = match parameter.get("schema") {
                Some(schema) => self.schema(schema, 0),
                None => json!({"type": "string"}),
            };
            let required = place == "path" || flag(parameter, "required");
            let parameter =
                json!({"in": place, "name": name, "required": required, "schema": schema});
            found.retain(|other| other["name"] != name || other["in"] != place);
            found.push(parameter);
        }
        found
    }

    fn content(&mut self, content: Option<&Value>) -> Map<String, Value> {
        object(content)
            .map(|(kind, media)| {
                let schema = self.schema(media.get("schema").unwrap_or(&json!({})), 0);
                (kind.clone(), json!({"schema": schema}))
            })
            .collect()
    }

    fn schema(&mut self, schema: &Value, depth: usize) -> Value {
        if depth > DEPTH {
            self.report("a schema nested too deep");
            return json!({});
        }
        let Some(members) = schema.as_object() else { return json!({}) };
        let mut converted = Map::new();
        if let Some(place) = text(Some(schema), "$ref") {
            if let Some(name) = referenced(schema)
                && !name.contains('/')
            {
                if self
                    .document
                    .pointer("/components/schemas")
                    .is_some_and(|s| s.get(name).is_some())
                {
                    converted.insert("$ref".to_owned(), json!(place));
                } else {
                    self.report(format!("a reference to `{name}`, which is not there"));
                    return json!({});
                }
            } else if let Some(target) =
                place.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer))
            {
                return self.schema(target, depth + 8);
            } else {
                self.report(format!("a reference out of the document: {place}"));
                return json!({});
            }
        }
        for (name, value) in members {
            match name.as_str() {
                "discriminator" => {
                    if let Some(discriminator) = self.discriminator(value) {
                        converted.insert(name.clone(), discriminator);
                    }
                }
                "type" | "format" | "pattern" | "x-ms-discriminator-value"
                    if !value.is_string() => {}
                "enum" | "required" if !value.is_array() => {}
                "properties" => {
                    let properties: Map<String, Value> = object(Some(value))
                        .map(|(name, schema)| (name.clone(), self.schema(schema, depth + 1)))
                        .collect();
                    converted.insert(name.clone(), Value::Object(properties));
                }
                "items" | "not" => {
                    converted.insert(name.clone(), self.schema(value, depth + 1));
                }
                "additionalProperties" => {
                    let value = if value.is_boolean() {
                        value.clone()
                    } else {
                        self.schema(value, depth + 1)
                    };
                    converted.insert(name.clone(), value);
                }
                "allOf" | "anyOf" | "oneOf" => {
                    let alternatives: Vec<Value> =
                        array(Some(value)).map(|schema| self.schema(schema, depth + 1)).collect();
                    if !alternatives.is_empty() {
                        converted.insert(name.clone(), Value::Array(alternatives));
                    }
                }
                plain if PLAIN.contains(&plain) => {
                    converted.insert(name.clone(), value.clone());
                }
                _ => {}
            }
        }
        Value::Object(converted)
    }

    fn discriminator(&mut self, value: &Value) -> Option<Value> {
        let name = text(Some(value), "propertyName")?;
        let mut mapping = Map::new();
        for (value, target) in object(value.get("mapping")) {
            let Some(place) = target.as_str() else { continue };
            let known = place.rsplit('/').next().is_some_and(|name| {
                self.document.pointer("/components/schemas").is_some_and(|s| s.get(name).is_some())
            });
            if known {
                mapping.insert(value.clone(), target.clone());
            } else {
                self.report(format!("the discriminator's target `{place}`, which is not there"));
            }
        }
        let mut converted = json!({"propertyName": name});
        if !mapping.is_empty() {
            converted["mapping"] = Value::Object(mapping);
        }
        Some(converted)
    }
}

fn follow<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    Extractor { document, problems: Vec::new(), place: String::new() }.resolve(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::extract;

    #[test]
    fn sentences_are_dropped_and_facts_are_kept() {
        let facts = extract(&json!({
            "servers": [{"url": "{endpoint}/openai/deployments"}],
            "paths": {"/x": {"get": {"operationId": "X_Get", "summary": "Gets.",
                "responses": {"200": {"description": "Fine."}}}}},
            "components": {"schemas": {"X": {
                "title": "X", "description": "A thing.", "type": "object",
                "properties": {"title": {"type": "string", "example": "t", "maxLength": 3}}}}}
        }));
        assert_eq!(
            facts.paths["/deployments/x"]["get"],
            json!({"operationId": "X_Get", "responses": {"200": {"description": ""}}})
        );
        assert_eq!(
            facts.schemas["X"],
            json!({"type": "object", "properties": {"title": {"type": "string", "maxLength": 3}}})
        );
        assert!(facts.problems.is_empty());
    }

    #[test]
    fn references_that_lead_nowhere_are_reported_with_their_schema() {
        let facts = extract(&json!({"components": {"schemas": {
            "X": {"items": {"$ref": "#/components/schemas/Gone"}},
            "Y": {"$ref": "./examples/y.json"}}}}));
        let places: Vec<&str> = facts.problems.iter().map(|p| p.place.as_str()).collect();
        assert_eq!(places, ["X", "Y"]);
    }
}
