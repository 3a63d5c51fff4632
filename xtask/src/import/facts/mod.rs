//! Keeps the facts of a document and drops every sentence.
//!
//! What is kept is listed in [`words`], so that nothing unknown comes through. What is neither kept
//! nor prose is a [`Problem`] with its place.

mod events;
mod schema;
mod words;

use serde_json::{Map, Value, json};

use crate::json::{METHODS, array, flag, object, text};
use words::Place;

/// Something of the document that its facts cannot say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    /// The operation or schema, as upstream names it.
    pub(crate) place: String,
    /// Where in the facts it would stand, as a JSON pointer; patches take it by this.
    pub(crate) at: String,
    /// What is left out.
    pub(crate) what: String,
}

impl Problem {
    /// What went wrong at `place`.
    pub(crate) fn new(place: &str, error: &anyhow::Error) -> Self {
        Self { place: place.to_owned(), at: String::new(), what: format!("{error:#}") }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        if self.at.is_empty() { Ok(()) } else { write!(f, " (at {})", self.at) }
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
    let mut extractor = Extractor::new(document);
    let mut facts = Facts::default();
    let prefix = base_path(document);
    extractor.place = "the document".to_owned();
    extractor.words(Place::Document, document);
    for paths in [document.get("paths"), document.get("x-ms-paths")] {
        for (path, item) in object(paths) {
            let item = extractor.resolve(item).clone();
            let path = format!("{prefix}{path}");
            let converted =
                extractor.inside(&["paths", &path], |extractor| extractor.path_item(&path, &item));
            if !converted.is_empty() {
                facts.paths.insert(path, Value::Object(converted));
            }
        }
    }
    for (name, schema) in object(document.pointer("/components/schemas")) {
        extractor.place.clone_from(name);
        let schema = extractor.inside(&["schemas", name], |extractor| extractor.schema(schema, 0));
        facts.schemas.insert(name.clone(), schema);
    }
    facts.problems = extractor.problems;
    facts.problems.sort();
    facts.problems.dedup();
    let schemas = &facts.schemas;
    facts.paths.values_mut().for_each(|item| name_inline(item, schemas));
    facts
}

/// An object that stands inline in an operation and is equal to one schema is that schema.
fn name_inline(value: &mut Value, schemas: &Map<String, Value>) {
    match value {
        Value::Object(members) => {
            for (word, value) in members.iter_mut() {
                let many = object(value.get("properties")).count() > 2;
                let equal: Vec<&String> = if word == "schema" && many {
                    schemas.iter().filter(|(_, other)| *other == value).map(|(n, _)| n).collect()
                } else {
                    Vec::new()
                };
                match equal.as_slice() {
                    [name] => *value = json!({"$ref": format!("#/components/schemas/{name}")}),
                    _ => name_inline(value, schemas),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| name_inline(item, schemas)),
        _ => {}
    }
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
    at: Vec<String>,
}

impl<'a> Extractor<'a> {
    fn new(document: &'a Value) -> Self {
        Self { document, problems: Vec::new(), place: String::new(), at: Vec::new() }
    }

    fn report(&mut self, what: impl Into<String>) {
        let at = self.at.iter().map(|word| format!("/{}", escaped(word))).collect();
        self.problems.push(Problem { place: self.place.clone(), at, what: what.into() });
    }

    /// Runs `see` with `steps` added to the pointer.
    fn inside<T>(&mut self, steps: &[&str], see: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.at.len();
        self.at.extend(steps.iter().map(|step| (*step).to_owned()));
        let seen = see(self);
        self.at.truncate(before);
        seen
    }

    /// Reports the words that have no meaning at this kind of place.
    fn words(&mut self, kind: Place, value: &Value) {
        for what in value.as_object().map(|members| kind.unknown(members)).unwrap_or_default() {
            self.report(what);
        }
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
        self.place = path.to_owned();
        self.words(Place::PathItem, item);
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
            let operation = self.inside(&[method], |extractor| {
                extractor.operation(operation, item.get("parameters"))
            });
            converted.extend(operation.map(|operation| (method.clone(), operation)));
        }
        converted
    }

    fn operation(&mut self, operation: &Value, common: Option<&Value>) -> Option<Value> {
        self.words(Place::Operation, operation);
        let mut converted = Map::new();
        if let Some(id) = text(Some(operation), "operationId") {
            converted.insert("operationId".to_owned(), json!(id));
        }
        if flag(operation, "deprecated") {
            converted.insert("deprecated".to_owned(), json!(true));
        }
        let parameters = self.inside(&["parameters"], |extractor| {
            extractor.parameters(common, operation.get("parameters"))
        });
        if !parameters.is_empty() {
            converted.insert("parameters".to_owned(), Value::Array(parameters));
        }
        if let Some(body) = operation.get("requestBody") {
            let body = follow(self.document, body);
            self.words(Place::RequestBody, body);
            let content = self.inside(&["requestBody", "content"], |extractor| {
                extractor.content(body.get("content"))
            });
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
            let response = follow(self.document, response).clone();
            let response =
                self.inside(&["responses", status], |extractor| extractor.response(&response));
            responses.insert(status.clone(), response);
        }
        if responses.is_empty() {
            responses.insert("200".to_owned(), json!({"description": ""}));
        }
        converted.insert("responses".to_owned(), Value::Object(responses));
        Some(Value::Object(converted))
    }

    fn response(&mut self, response: &Value) -> Value {
        self.words(Place::Response, response);
        let mut converted = json!({"description": ""});
        let content =
            self.inside(&["content"], |extractor| extractor.content(response.get("content")));
        if !content.is_empty() {
            converted["content"] = Value::Object(content);
        }
        let headers = self.headers(response.get("headers"));
        if !headers.is_empty() {
            converted["headers"] = Value::Object(headers);
        }
        converted
    }

    fn headers(&mut self, headers: Option<&Value>) -> Map<String, Value> {
        let mut converted = Map::new();
        for (name, header) in object(headers) {
            let header = follow(self.document, header).clone();
            self.words(Place::Header, &header);
            let schema = self.inside(&["headers", name, "schema"], |extractor| {
                extractor.schema(header.get("schema").unwrap_or(&json!({})), 0)
            });
            converted.insert(name.clone(), json!({"schema": schema}));
        }
        converted
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
            self.words(Place::Parameter, parameter);
            let schema = match parameter.get("schema") {
                Some(schema) => self.schema(schema, 0),
                None => json!({"type": "string"}),
            };
            let required = place == "path" || flag(parameter, "required");
            let mut converted =
                json!({"in": place, "name": name, "required": required, "schema": schema});
            // One value is the same in every style; a list is repeated or joined by commas.
            let list = self.follow_schema(&schema);
            let list = matches!(text(Some(list), "type"), Some("array" | "object"));
            if list && parameter.get("explode") == Some(&json!(false)) {
                converted["explode"] = json!(false);
            }
            let style = text(Some(parameter), "style");
            if style.is_some_and(|style| !matches!(style, "form" | "simple") && list) {
                self.report(format!("the style of the parameter `{name}`"));
            }
            found.retain(|other| other["name"] != name || other["in"] != place);
            found.push(converted);
        }
        found
    }

    /// The schema that a reference to a component stands for.
    fn follow_schema<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let name = crate::json::referenced(schema);
        let schemas = self.document.pointer("/components/schemas");
        name.and_then(|name| schemas?.get(name)).unwrap_or(schema)
    }

    fn content(&mut self, content: Option<&Value>) -> Map<String, Value> {
        let mut converted = Map::new();
        for (kind, media) in object(content) {
            let media = self.inside(&[kind], |extractor| extractor.media(media));
            converted.insert(kind.clone(), media);
        }
        converted
    }

    fn media(&mut self, media: &Value) -> Value {
        self.words(Place::MediaType, media);
        let mut converted = json!({});
        let item = media.get("itemSchema");
        if item.is_none() || media.get("schema").is_some() {
            let schema = media.get("schema").cloned().unwrap_or(json!({}));
            converted["schema"] =
                self.inside(&["schema"], |extractor| extractor.schema(&schema, 0));
        }
        if let Some(item) = item {
            converted["itemSchema"] = self.inside(&["itemSchema"], |extractor| {
                let mut problems = Vec::new();
                let union = events::union(item, &mut problems);
                problems.into_iter().for_each(|what| extractor.report(what));
                extractor.schema(union.as_ref().unwrap_or(item), 0)
            });
        }
        let mut encodings = Map::new();
        for (name, encoding) in object(media.get("encoding")) {
            self.words(Place::Encoding, encoding);
            if let Some(kind) = text(Some(encoding), "contentType") {
                encodings.insert(name.clone(), json!({"contentType": kind}));
            }
        }
        if !encodings.is_empty() {
            converted["encoding"] = Value::Object(encodings);
        }
        converted
    }
}

/// A name as a step of a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn follow<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    Extractor::new(document).resolve(value)
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
