//! Violations that are planted into a good request, one at a time: each has to be noticed, in
//! every operation of every api-version.

use bytes::Bytes;
use hyper::Request;
use serde_json::{Value, json};

use super::document::Operation;
use super::example::Examples;
use super::{Document, Library};
use crate::journal::Recorded;

const BOUNDARY: &str = "planted";

/// A request with everything that can be changed about it.
#[derive(Clone)]
pub(super) struct Plan<'a> {
    pub(super) operation: &'a Operation,
    query: Vec<(String, String)>,
    media: String,
    body: Value,
}

impl Plan<'_> {
    fn violations(&self, document: &Document) -> Vec<String> {
        document.violations(self.operation, &self.request(document), false)
    }

    pub(super) fn request(&self, document: &Document) -> Recorded {
        let pair = |(name, value): &(String, String)| format!("{name}={value}");
        let query: Vec<_> = self.query.iter().map(pair).collect();
        let uri = format!("/{}?{}", self.operation.segments.join("/"), query.join("&"));
        let uri = uri.replace(['{', '}'], "");
        let is_form = self.media.starts_with("multipart/");
        let media = if is_form {
            format!("{}; boundary={BOUNDARY}", self.media)
        } else {
            self.media.clone()
        };
        let mut request = Request::builder().method(self.operation.method.as_str()).uri(uri);
        for parameter in &self.operation.parameters {
            if parameter.place == "header" && parameter.is_required {
                let value = parameter.schema["enum"][0].as_str().unwrap_or("text");
                request = request.header(&parameter.name, value);
            }
        }
        let body = if self.body.is_null() {
            Bytes::new()
        } else if is_form {
            form(document, &self.operation.content[&self.media], &self.body)
        } else {
            self.body.to_string().into()
        };
        let (head, ()) = request.header("content-type", media).body(()).unwrap().into_parts();
        Recorded::new(0, 0, &head, body)
    }
}

/// The fields as parts; what the schema calls bytes is sent as a file.
fn form(document: &Document, schema: &Value, body: &Value) -> Bytes {
    let mut text = String::new();
    let mut part = |name: &str, value: &Value, is_file: bool| {
        let file = if is_file { "; filename=\"a.bin\"" } else { "" };
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text += &format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
        );
    };
    let schema = document.resolve(schema);
    for (name, value) in body.as_object().into_iter().flatten() {
        let property = document.resolve(&schema["properties"][name]);
        let is_binary =
            |schema: &Value| document.resolve(schema).get(super::lower::BINARY).is_some();
        let alternatives = property["anyOf"].as_array().into_iter().flatten();
        let is_file = is_binary(property) || alternatives.into_iter().any(is_binary);
        match value {
            Value::Array(items) => {
                let is_file = is_file || is_binary(&property["items"]);
                let name = if name.ends_with("[]") { name.clone() } else { format!("{name}[]") };
                items.iter().for_each(|item| part(&name, item, is_file));
            }
            value => part(name, value, is_file),
        }
    }
    Bytes::from(text + &format!("--{BOUNDARY}--\r\n"))
}

/// A good request with its required fields, or with optional ones too.
pub(super) fn plan<'a>(
    document: &'a Document,
    operation: &'a Operation,
    optional: usize,
) -> Vec<Plan<'a>> {
    let examples = Examples { components: document.components(), optional, is_request: true };
    let required = operation.parameters.iter().filter(|parameter| {
        parameter.place == "query" && parameter.is_required && parameter.name != "api-version"
    });
    let query: Vec<_> =
        required.map(|parameter| (parameter.name.clone(), value_of(&parameter.schema))).collect();
    let plan = |media: &str, body: Value| Plan {
        operation,
        query: query.clone(),
        media: media.to_owned(),
        body,
    };
    if operation.content.is_empty() {
        return vec![plan("", Value::Null)];
    }
    let bodies =
        operation.bodies.iter().filter(|(media, _)| operation.content.contains_key(*media));
    bodies.map(|(media, schema)| plan(media, examples.of(schema))).collect()
}

fn value_of(schema: &Value) -> String {
    match schema["type"].as_str() {
        Some("integer" | "number") => "1".to_owned(),
        Some("boolean") => "true".to_owned(),
        _ => schema["enum"][0].as_str().unwrap_or("text").to_owned(),
    }
}

/// Every object of a value, by its place.
fn objects(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(place.to_owned());
            fields
                .iter()
                .for_each(|(name, value)| objects(value, &format!("{place}/{name}"), found));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(at, value)| objects(value, &format!("{place}/{at}"), found));
        }
        _ => {}
    }
}

/// Every planted violation of a good request, with what it is.
fn planted<'a>(document: &Document, good: &Plan<'a>) -> Vec<(String, Plan<'a>)> {
    let mut bad = Vec::new();
    let mut plant = |what: String, change: &dyn Fn(&mut Plan<'a>)| {
        let mut plan = good.clone();
        change(&mut plan);
        bad.push((what, plan));
    };
    plant("unknown query".into(), &|plan| plan.query.push(("no_such_query".into(), "1".into())));
    for parameter in &good.operation.parameters {
        if parameter.place != "query" || parameter.name == "api-version" {
            continue;
        }
        let name = &parameter.name;
        let schema = document.resolve(&parameter.schema);
        if matches!(schema["type"].as_str(), Some("integer" | "number" | "boolean")) {
            plant(format!("query {name} of another type"), &|plan| {
                plan.query.push((name.clone(), "no-number".into()));
            });
        }
        if schema.get("enum").is_some() {
            plant(format!("query {name} outside its enum"), &|plan| {
                plan.query.push((name.clone(), "no-such-value".into()));
            });
        }
    }
    let is_form = good.media.starts_with("multipart/");
    let schema = good.operation.content.get(&good.media).cloned().unwrap_or_default();
    let mut places = Vec::new();
    objects(&good.body, "", &mut places);
    for place in places.iter().filter(|place| !is_form || place.is_empty()) {
        if is_open(document, &schema, &good.body, place) {
            continue;
        }
        plant(format!("unknown field in {place:?}"), &|plan| {
            plan.body.pointer_mut(place).unwrap()["no_such_field"] = json!("x");
        });
        let fields = good.body.pointer(place).and_then(Value::as_object).unwrap();
        for (name, value) in fields {
            plant(format!("{place}/{name} misspelled"), &|plan| {
                let fields = plan.body.pointer_mut(place).unwrap().as_object_mut().unwrap();
                fields.remove(name);
                fields.insert(format!("{name}x"), value.clone());
            });
        }
    }
    // The value of another type: of no type that any alternative has.
    let root = document.resolve(&schema);
    for (name, property) in root["properties"].as_object().into_iter().flatten() {
        if good.body.get(name).is_none() {
            continue;
        }
        let kinds = kinds(document, property, 0);
        let wrong = [
            ("object", json!({"a": [1]})),
            ("array", json!([[[1]]])),
            ("number", json!(4.5)),
            ("string", json!("no-such-value")),
        ];
        let wrong = wrong.iter().find(|(kind, value)| {
            !kinds.iter().any(|own| own == kind || (own == "integer" && *kind == "number"))
                && (!is_form || (value.is_string() && !kinds.contains(&"array".to_owned())))
        });
        if let (Some((_, wrong)), false) = (wrong, kinds.is_empty()) {
            plant(format!("{name} of another type"), &|plan| plan.body[name] = wrong.clone());
        }
        if document.resolve(property).get("enum").is_some() {
            plant(format!("{name} outside its enum"), &|plan| {
                plan.body[name] = json!("no-such-value");
            });
        }
        if root["required"].as_array().is_some_and(|required| required.contains(&json!(name))) {
            plant(format!("{name} missing"), &|plan| {
                plan.body.as_object_mut().unwrap().remove(name);
            });
        }
    }
    if good.operation.is_body_required {
        plant("no body".into(), &|plan| plan.body = Value::Null);
    }
    bad
}

/// Whether an object may have any field: the schema of it names none, or allows more.
fn is_open(document: &Document, schema: &Value, value: &Value, place: &str) -> bool {
    let probe = |name: &str| {
        let mut value = value.clone();
        value.pointer_mut(place).unwrap()[name] = json!("x");
        let found = super::undeclared::fields(document, schema, &value);
        found.is_empty()
    };
    // Told by the raw schema where it is at hand; a place that alternatives share by the walk.
    probe("no_such_field") && free(document, schema, place)
}

/// Whether the schema at a place is a free object, read without the walk.
fn free(document: &Document, schema: &Value, place: &str) -> bool {
    let mut here = vec![schema];
    for step in place.split('/').skip(1) {
        let mut next = Vec::new();
        for schema in here {
            below(document, schema, step, 0, &mut next);
        }
        here = next;
    }
    here.iter().any(|schema| says_free(document, schema, 0))
}

fn below<'a>(
    document: &'a Document,
    schema: &'a Value,
    step: &str,
    depth: usize,
    found: &mut Vec<&'a Value>,
) {
    let schema = document.resolve(schema);
    found.extend(schema["properties"].get(step));
    found.extend(schema.get("additionalProperties").filter(|more| more.is_object()));
    found.extend(schema.get("items").filter(|_| step.parse::<usize>().is_ok()));
    for part in ["allOf", "anyOf"].iter().filter_map(|list| schema[list].as_array()).flatten() {
        if depth < 8 {
            below(document, part, step, depth + 1, found);
            below(document, &part["then"], step, depth + 1, found);
        }
    }
}

fn says_free(document: &Document, schema: &Value, depth: usize) -> bool {
    let schema = document.resolve(schema);
    if schema.get("additionalProperties").is_some_and(|more| more != false) {
        return true;
    }
    let is_bare =
        ["properties", "allOf", "anyOf", "$ref"].iter().all(|key| schema.get(key).is_none());
    let own = kinds(document, schema, 0);
    let is_object = own.is_empty() || own.iter().any(|kind| kind == "object");
    let parts = ["allOf", "anyOf"].iter().filter_map(|list| schema[list].as_array()).flatten();
    (is_bare && is_object && schema.get("required").is_none())
        || (depth < 8 && parts.into_iter().any(|part| says_free(document, part, depth + 1)))
}

/// The types that a schema allows; empty when it allows all.
fn kinds(document: &Document, schema: &Value, depth: usize) -> Vec<String> {
    let schema = document.resolve(schema);
    let own: Vec<String> = match &schema["type"] {
        Value::String(kind) => vec![kind.clone()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let mut all = own;
    for part in ["allOf", "anyOf"].iter().filter_map(|list| schema[list].as_array()).flatten() {
        if depth > 8 {
            return Vec::new();
        }
        let part = kinds(document, part, depth + 1);
        if part.is_empty() && schema.get("anyOf").is_some() {
            return Vec::new();
        }
        all.extend(part);
    }
    if all.is_empty() && schema.get("properties").is_some() {
        all.push("object".to_owned());
    }
    all
}

#[test]
fn every_planted_violation_is_noticed_in_every_operation_of_every_version() {
    let library = Library::built_in();
    let (mut operations, mut count) = (0, 0);
    let (mut refused, mut missed) = (Vec::new(), Vec::new());
    for version in library.versions() {
        let document = library.document(version).unwrap();
        for operation in document.operations() {
            operations += 1;
            let name = format!("{version} {}", operation.name());
            for optional in [0, 3] {
                for good in plan(&document, operation, optional) {
                    let violations = good.violations(&document);
                    if !violations.is_empty() {
                        refused.push(format!("{name} ({optional}): {violations:?} {}", good.body));
                        continue;
                    }
                    for (what, bad) in planted(&document, &good) {
                        count += 1;
                        if bad.violations(&document).is_empty() {
                            missed.push(format!("{name} ({optional}): {what}"));
                        }
                    }
                }
            }
        }
    }
    println!("{operations} operations, {count} planted violations, {} missed", missed.len());
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused.join("\n"));
    assert!(missed.is_empty(), "{} of {count} missed:\n{}", missed.len(), missed.join("\n"));
}
