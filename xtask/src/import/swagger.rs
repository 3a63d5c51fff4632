//! Swagger 2.0 → OpenAPI 3.0.

use serde_json::{Map, Value, json};

use super::facts::Problem;
use crate::json::{METHODS, object, text};

/// What a non-body parameter says about its value.
const VALUE_KEYWORDS: [&str; 16] = [
    "type",
    "format",
    "enum",
    "default",
    "items",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "pattern",
    "multipleOf",
    "uniqueItems",
    "exclusiveMinimum",
    "exclusiveMaximum",
];

/// What a document, an operation and a parameter may say; the rest is reported.
const DOCUMENT: [&str; 16] = [
    "swagger",
    "info",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "paths",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
    "security",
    "tags",
    "externalDocs",
    "description",
];
const OPERATION: [&str; 12] = [
    "operationId",
    "tags",
    "summary",
    "description",
    "externalDocs",
    "consumes",
    "produces",
    "parameters",
    "responses",
    "schemes",
    "deprecated",
    "security",
];
const PARAMETER: [&str; 8] = [
    "name",
    "in",
    "required",
    "schema",
    "description",
    "collectionFormat",
    "allowEmptyValue",
    "$ref",
];

/// Converts a Swagger 2.0 document.
///
/// `definitions` become components, `body` and `formData` parameters the request body, `schema` of
/// an answer its content, a discriminator's name an object. References stay as they are but for
/// their place.
pub(crate) fn convert(document: &Value) -> Value {
    let produces = media_types(document.get("produces"));
    let consumes = media_types(document.get("consumes"));
    let mut paths = Map::new();
    for (path, item) in object(document.get("paths")) {
        let mut converted = Map::new();
        let common = item.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
        for (method, operation) in object(Some(item)) {
            if METHODS.contains(&method.as_str()) && operation.is_object() {
                converted.insert(
                    method.clone(),
                    convert_operation(document, operation, &common, &consumes, &produces),
                );
            }
        }
        paths.insert(path.clone(), Value::Object(converted));
    }
    let host = text(document.get("x-ms-parameterized-host"), "hostTemplate");
    let base = text(Some(document), "basePath");
    let mut converted = json!({
        "openapi": "3.0.3",
        "servers": [{"url": format!("{}{}", host.unwrap_or("{endpoint}"), base.unwrap_or(""))}],
        "paths": paths,
        "components": {"schemas": document.get("definitions").cloned().unwrap_or(json!({}))},
    });
    schema_keywords(&mut converted);
    converted
}

/// The words of the document that [`convert`] drops and that are neither prose nor extensions.
pub(crate) fn unknown(document: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut see = |place: &str, kind: &str, value: &Value, known: &[&str]| {
        for (word, _) in object(Some(value)) {
            if !word.starts_with("x-") && !known.contains(&word.as_str()) {
                let what = format!("`{word}` of {kind}");
                problems.push(Problem { place: place.to_owned(), at: String::new(), what });
            }
        }
    };
    see("the document", "the document", document, &DOCUMENT);
    for (path, method, operation) in crate::json::operations(document) {
        let id = text(Some(operation), "operationId");
        let place = id.map_or_else(|| format!("{method} {path}"), str::to_owned);
        see(&place, "an operation", operation, &OPERATION);
        let known: Vec<&str> = VALUE_KEYWORDS.into_iter().chain(PARAMETER).collect();
        for parameter in crate::json::array(operation.get("parameters")) {
            see(&place, "a parameter", resolve(document, parameter), &known);
        }
    }
    problems
}

fn convert_operation(
    document: &Value,
    operation: &Value,
    common: &[Value],
    consumes: &[String],
    produces: &[String],
) -> Value {
    let own = operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut parameters = Vec::new();
    let mut form = Map::new();
    let mut form_required = Vec::new();
    let mut body = None;
    for parameter in common.iter().chain(&own) {
        let parameter = resolve(document, parameter);
        let name = text(Some(parameter), "name").unwrap_or_default();
        let required = parameter.get("required").cloned().unwrap_or(json!(false));
        match text(Some(parameter), "in") {
            Some("body") => {
                let types = or_json(media_types(operation.get("consumes")), consumes);
                let schema = parameter.get("schema").cloned().unwrap_or(json!({}));
                let content: Map<String, Value> =
                    types.into_iter().map(|kind| (kind, json!({"schema": schema}))).collect();
                body = Some(json!({"required": required, "content": content}));
            }
            Some("formData") => {
                if required == json!(true) {
                    form_required.push(json!(name));
                }
                form.insert(name.to_owned(), value_schema(parameter));
            }
            Some(place) => parameters.push(json!({
                "name": name,
                "in": place,
                "required": required,
                "schema": value_schema(parameter),
                // A list is joined by commas unless it says otherwise.
                "explode": text(Some(parameter), "collectionFormat") == Some("multi"),
            })),
            None => parameters.push(parameter.clone()),
        }
    }
    if !form.is_empty() {
        let schema = json!({"type": "object", "properties": form, "required": form_required});
        body = Some(json!({
            "required": true,
            "content": {"multipart/form-data": {"schema": schema}},
        }));
    }
    let types = or_json(media_types(operation.get("produces")), produces);
    let responses: Map<String, Value> = object(operation.get("responses"))
        .map(|(status, response)| {
            (status.clone(), convert_response(resolve(document, response), &types))
        })
        .collect();
    let mut converted = Map::new();
    for name in ["operationId", "deprecated"] {
        if let Some(value) = operation.get(name) {
            converted.insert(name.to_owned(), value.clone());
        }
    }
    converted.insert("parameters".to_owned(), Value::Array(parameters));
    if let Some(body) = body {
        converted.insert("requestBody".to_owned(), body);
    }
    converted.insert("responses".to_owned(), Value::Object(responses));
    Value::Object(converted)
}

fn convert_response(response: &Value, types: &[String]) -> Value {
    let headers: Map<String, Value> = object(response.get("headers"))
        .map(|(name, header)| (name.clone(), json!({"schema": value_schema(header)})))
        .collect();
    let mut converted = json!({"description": "", "headers": headers});
    let Some(schema) = response.get("schema") else { return converted };
    let content: Map<String, Value> = if text(Some(schema), "type") == Some("file") {
        let schema = json!({"type": "string", "format": "binary"});
        [("application/octet-stream".to_owned(), json!({"schema": schema}))].into_iter().collect()
    } else {
        types.iter().map(|kind| (kind.clone(), json!({"schema": schema}))).collect()
    };
    converted["content"] = Value::Object(content);
    converted
}

/// Follows a reference to `#/parameters` or `#/responses`.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    text(Some(value), "$ref")
        .and_then(|place| place.strip_prefix('#'))
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(value)
}

fn media_types(value: Option<&Value>) -> Vec<String> {
    let types = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    types.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn or_json(own: Vec<String>, common: &[String]) -> Vec<String> {
    match (own.is_empty(), common.is_empty()) {
        (false, _) => own,
        (true, false) => common.to_vec(),
        (true, true) => vec!["application/json".to_owned()],
    }
}

fn value_schema(parameter: &Value) -> Value {
    let mut schema: Map<String, Value> = VALUE_KEYWORDS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), parameter.get(*name)?.clone())))
        .collect();
    if schema.get("type") == Some(&json!("file")) {
        schema.insert("type".to_owned(), json!("string"));
        schema.insert("format".to_owned(), json!("binary"));
    }
    Value::Object(schema)
}

/// The keywords that changed their form, anywhere in the document.
fn schema_keywords(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(place)) = members.get_mut("$ref")
                && let Some(name) = place.strip_prefix("#/definitions/")
            {
                *place = format!("#/components/schemas/{name}");
            }
            if let Some(tag @ Value::String(_)) = members.get_mut("discriminator") {
                *tag = json!({"propertyName": tag.clone()});
            }
            if let Some(nullable) = members.remove("x-nullable") {
                members.insert("nullable".to_owned(), nullable);
            }
            members.values_mut().for_each(schema_keywords);
        }
        Value::Array(items) => items.iter_mut().for_each(schema_keywords),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::convert;

    #[test]
    fn body_and_form_parameters_become_the_request_body() {
        let document = convert(&json!({
            "swagger": "2.0",
            "parameters": {"v": {"name": "v", "in": "query", "type": "string"}},
            "paths": {
                "/a": {"post": {"parameters": [
                    {"$ref": "#/parameters/v"},
                    {"name": "b", "in": "body", "required": true,
                     "schema": {"$ref": "#/definitions/B"}}]}},
                "/f": {"post": {"parameters": [
                    {"name": "file", "in": "formData", "type": "file", "required": true}]}}
            },
            "definitions": {"B": {"type": "object", "discriminator": "kind"}}
        }));
        let a = &document["paths"]["/a"]["post"];
        assert_eq!(a["parameters"][0]["schema"]["type"], "string");
        assert_eq!(
            a["requestBody"]["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/B"
        );
        let form = &document["paths"]["/f"]["post"]["requestBody"]["content"];
        assert_eq!(form["multipart/form-data"]["schema"]["properties"]["file"]["format"], "binary");
        let schema = &document["components"]["schemas"]["B"];
        assert_eq!(schema["discriminator"]["propertyName"], "kind");
    }

    #[test]
    fn a_file_answer_is_binary() {
        let document = convert(&json!({"swagger": "2.0", "paths": {"/c": {"get": {
            "responses": {"200": {"schema": {"type": "file"}}}}}}}));
        let content = &document["paths"]["/c"]["get"]["responses"]["200"]["content"];
        assert!(content.get("application/octet-stream").is_some());
    }
}
