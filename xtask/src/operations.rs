//! The operations of a document, with their types.

use std::collections::BTreeSet;

use anyhow::Result;
use serde_json::Value;

use crate::json::{array, flag, object, operations, text};
use crate::lower::Lowering;
use crate::model::Type;
use crate::naming::{pascal, snake, unique};
use crate::union::{Names, plain_path};

/// What stands in front of the path of an operation of a deployment.
pub(crate) const DEPLOYMENT: &str = "/deployments/{deployment}";

/// The media type of server-sent events.
const EVENT_STREAM: &str = "text/event-stream";

/// An operation, ready to be written.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// The name of the method.
    pub(crate) id: String,
    /// The name of the operation that it calls, which twins share.
    pub(crate) of: String,
    /// The upstream operationId; the texts of `spec/docs.toml` are by it.
    pub(crate) upstream: Option<String>,
    pub(crate) method: String,
    /// With parameter names as Rust has them, and [`DEPLOYMENT`] in front if it is of one.
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    /// Headers with their only value.
    pub(crate) constant_headers: Vec<(String, String)>,
    pub(crate) body: Body,
    pub(crate) answer: Answer,
    /// The header `accept`, where the answer is bytes.
    pub(crate) accept: String,
    /// The media type of its answer, if it is the twin of another one.
    pub(crate) twin: Option<&'static str>,
    /// Whether its optional query parameters are one struct.
    pub(crate) has_params: bool,
}

/// A parameter in the path, the query or a header.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) required: bool,
    pub(crate) ty: Type,
    /// What the service takes when it is absent, as a comment shows it.
    pub(crate) default: Option<String>,
}

impl Operation {
    /// An operation that sends nothing and answers with bytes.
    pub(crate) fn new(id: String, method: &str, path: &str) -> Self {
        Self {
            of: id.clone(),
            id,
            upstream: None,
            method: method.to_owned(),
            path: path.to_owned(),
            parameters: Vec::new(),
            constant_headers: Vec::new(),
            body: Body::None,
            answer: Answer::Bytes,
            accept: String::new(),
            twin: None,
            has_params: false,
        }
    }

    /// The optional query parameters, if they are one struct.
    pub(crate) fn params(&self) -> Vec<&Parameter> {
        let is_one = |p: &&Parameter| self.has_params && p.place == "query" && !p.required;
        self.parameters.iter().filter(is_one).collect()
    }

    /// The name of that struct.
    pub(crate) fn params_name(&self) -> String {
        format!("{}Params", pascal(&self.of))
    }

    /// The names under which the generator gets to see the parameters: their own ones, but no two
    /// that would be one in Rust, such as `include` and `include[]`.
    pub(crate) fn parameter_names(&self) -> Vec<String> {
        let mut taken: BTreeSet<String> = ["body".to_owned(), "form".to_owned()].into();
        if self.body == Body::None {
            taken.clear();
        }
        let in_path = |parameter: &&Parameter| parameter.place == "path";
        // The path keeps its names: they stand in its template.
        taken.extend(self.parameters.iter().filter(in_path).map(|p| snake(&p.name)));
        let mut names = Vec::new();
        for parameter in &self.parameters {
            let name = snake(&parameter.name);
            if in_path(&parameter) || !taken.contains(&name) {
                names.push(parameter.name.clone());
            } else {
                names.push(unique(format!("{name}_{}", parameter.place), |n| taken.contains(n)));
            }
            taken.extend(names.last().map(|name| snake(name)));
        }
        names
    }
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    None,
    Json(Type),
    /// A typed form.
    Form(Type),
    /// Bytes of this media type.
    Bytes(String),
    /// A form that the caller makes.
    RawForm,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Empty,
    Json(Type),
    Bytes,
    /// Server-sent events: what the data of each one holds.
    Events(Type),
}

/// Headers and parameters that the transport or the client takes care of.
const OURS: [&str; 6] =
    ["api-version", "accept", "content-type", "authorization", "api-key", "user-agent"];

/// Whether the transport or the client takes care of a header or a parameter.
pub(crate) fn is_ours(name: &str) -> bool {
    OURS.contains(&name.to_ascii_lowercase().as_str())
}

/// Names that a client has already, or progenitor's.
const RESERVED: [&str; 10] = [
    "api_version",
    "baseurl",
    "bind",
    "client",
    "exec",
    "inner",
    "new",
    "new_with_client",
    "post",
    "pre",
];

/// Why an operation cannot be written, if so.
pub(crate) fn refusal(path: &str, operation: &Value) -> Option<String> {
    if parameter_names(path).is_none() {
        return Some(format!("the path {path:?} is malformed"));
    }
    let kinds: Vec<&String> =
        object(operation.pointer("/requestBody/content")).map(|(kind, _)| kind).collect();
    if !kinds.is_empty() && kinds.iter().all(|kind| kind.contains("urlencoded")) {
        return Some(format!("a request body of {kinds:?}"));
    }
    None
}

/// The names in braces; `None` if the template is malformed.
pub(crate) fn parameter_names(path: &str) -> Option<Vec<&str>> {
    let mut names: Vec<&str> = Vec::new();
    let mut rest = path.strip_prefix('/')?;
    if path.contains(['?', '#', '"', '\\', ' ']) || path.chars().any(char::is_control) {
        return None;
    }
    while let Some((constant, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let valid = !name.is_empty() && !name.contains(['{', '/']) && !constant.contains('}');
        if !valid || !(constant.is_empty() || constant.ends_with('/')) {
            return None;
        }
        if names.iter().any(|other| snake(other) == snake(name))
            || !(after.is_empty() || after.starts_with('/'))
        {
            return None;
        }
        names.push(name);
        rest = after;
    }
    (!rest.contains('}')).then_some(names)
}

pub(crate) fn is_json(kind: &str) -> bool {
    kind.contains("json") || kind == "*/*"
}

/// The schema of the media type that `wanted` accepts.
fn media(content: Option<&Value>, wanted: impl Fn(&str) -> bool) -> Option<(&str, &Value)> {
    object(content)
        .find(|(kind, _)| wanted(kind))
        .map(|(kind, media)| (kind.as_str(), media.get("schema").unwrap_or(&Value::Null)))
}

/// The names of the schemas that are sent as forms.
pub(crate) fn form_schemas(document: &Value) -> BTreeSet<String> {
    operations(document)
        .filter_map(|(_, _, operation)| {
            let content = operation.pointer("/requestBody/content");
            if media(content, is_json).is_some() {
                return None;
            }
            let (_, schema) = media(content, |kind| kind == "multipart/form-data")?;
            crate::json::referenced(schema).map(str::to_owned)
        })
        .collect()
}

/// The header `accept` for these media types; any bytes are anything.
pub(crate) fn accept_of<'a>(kinds: impl Iterator<Item = &'a str>) -> String {
    let kinds: BTreeSet<&str> =
        kinds.map(|kind| if is_json(kind) { "application/json" } else { kind }).collect();
    if kinds.is_empty() || kinds.contains("application/octet-stream") || kinds.contains("*/*") {
        return "*/*".to_owned();
    }
    kinds.into_iter().collect::<Vec<_>>().join(", ")
}

/// Makes the operations of a document, twins included.
pub(crate) fn lower(
    document: &Value,
    names: &Names,
    lowering: &mut Lowering<'_>,
) -> Result<Vec<Operation>> {
    let mut ids: BTreeSet<String> = RESERVED.map(str::to_owned).into();
    let mut found = Vec::new();
    for (path, method, operation) in operations(document) {
        if let Some(reason) = refusal(path, operation) {
            anyhow::bail!("{method} {path}: {reason}");
        }
        let upstream = text(Some(operation), "operationId").map(str::to_owned);
        let of = names.get(method, path);
        let id = unique(of.clone(), |id| ids.contains(id));
        ids.insert(id.clone());
        let name = pascal(&id);
        let has_params = names.has_params(method, path);
        let path = plain_path(path);
        let (parameters, constant_headers) = parameters(&path, operation, &name, lowering);
        let body = body(operation, &name, lowering);
        let (answer, text, event_stream) = answer(operation, &name, lowering);
        let streams = event_stream || has_stream_member(operation, lowering);
        let events = events(operation, &name, lowering);
        // What comes as events has a method of its own.
        let kinds = success_contents(operation)
            .flat_map(|content| object(Some(content)))
            .filter(|(kind, _)| !streams || *kind != EVENT_STREAM);
        let first = Operation {
            of,
            upstream,
            parameters,
            constant_headers,
            body,
            answer,
            accept: accept_of(kinds.map(|(kind, _)| kind.as_str())),
            has_params,
            ..Operation::new(id.clone(), method, &path)
        };
        let mut twin = |suffix: &str, kind: &'static str| {
            let id = unique(format!("{id}_{suffix}"), |id| ids.contains(id));
            ids.insert(id.clone());
            let accept = kind.to_owned();
            let answer = match &events {
                Some(item) if kind == EVENT_STREAM => Answer::Events(item.clone()),
                _ => Answer::Bytes,
            };
            Operation { id, answer, accept, twin: Some(kind), ..first.clone() }
        };
        let text_twin = text.then(|| twin("text", "text/plain"));
        let stream_twin = streams.then(|| twin("stream", EVENT_STREAM));
        found.push(first);
        found.extend(text_twin);
        found.extend(stream_twin);
    }
    Ok(found)
}

fn parameters(
    path: &str,
    operation: &Value,
    name: &str,
    lowering: &mut Lowering<'_>,
) -> (Vec<Parameter>, Vec<(String, String)>) {
    let mut found: Vec<Parameter> = Vec::new();
    let mut constant_headers = Vec::new();
    let in_path = parameter_names(path).unwrap_or_default();
    for name in &in_path {
        let (name, place) = ((*name).to_owned(), "path".to_owned());
        found.push(Parameter { name, place, required: true, ty: Type::Text, default: None });
    }
    for parameter in array(operation.get("parameters")) {
        let place = text(Some(parameter), "in").unwrap_or_default().to_owned();
        let wire = text(Some(parameter), "name").unwrap_or_default().to_owned();
        if place == "path" || is_ours(&wire) {
            continue;
        }
        let schema = parameter.get("schema").cloned().unwrap_or_default();
        let required = flag(parameter, "required");
        if place == "header"
            && required
            && let [value] = array(schema.get("enum")).collect::<Vec<_>>().as_slice()
            && let Some(value) = value.as_str()
        {
            constant_headers.push((wire, value.to_owned()));
            continue;
        }
        let ty = if place == "query" {
            let short = pascal(&wire);
            lowering.parameter(&schema, &short, &format!("{name}{short}"))
        } else {
            Type::Text
        };
        let default = crate::lower::default_of(&schema);
        found.push(Parameter { name: wire, place, required, ty, default });
    }
    (found, constant_headers)
}

fn body(operation: &Value, name: &str, lowering: &mut Lowering<'_>) -> Body {
    let content = operation.pointer("/requestBody/content");
    let hint = format!("{name}Request");
    if let Some((_, schema)) = media(content, is_json) {
        Body::Json(lowering.ty(schema, &hint, &hint))
    } else if let Some((_, schema)) = media(content, |kind| kind == "multipart/form-data") {
        match lowering.form(schema, &hint, &hint) {
            named @ Type::Named(_) => Body::Form(named),
            _ => Body::RawForm,
        }
    } else if let Some((kind, _)) = media(content, |kind| !kind.contains("urlencoded")) {
        Body::Bytes(kind.to_owned())
    } else {
        Body::None
    }
}

/// The contents of the successful responses.
fn success_contents(operation: &Value) -> impl Iterator<Item = &Value> {
    object(operation.get("responses"))
        .filter(|(status, _)| status.starts_with('2'))
        .filter_map(|(_, response)| response.get("content"))
}

/// The answer, whether it may be text too, and whether it may be a stream of events.
fn answer(operation: &Value, name: &str, lowering: &mut Lowering<'_>) -> (Answer, bool, bool) {
    let contents: Vec<&Value> = success_contents(operation).collect();
    let has = |wanted: &str| contents.iter().any(|content| content.get(wanted).is_some());
    let hint = format!("{name}Response");
    let json = contents.iter().find_map(|content| media(Some(content), is_json));
    match json {
        Some((_, schema)) => {
            let whole = without_chunks(schema).filter(|_| has_stream_member(operation, lowering));
            let schema = whole.as_ref().unwrap_or(schema);
            let answer = Answer::Json(lowering.ty(schema, &hint, &hint));
            (answer, has("text/plain"), has(EVENT_STREAM))
        }
        None if contents.iter().any(|content| object(Some(content)).next().is_some()) => {
            let others = contents.iter().any(|content| {
                object(Some(content)).any(|(kind, _)| kind.as_str() != EVENT_STREAM)
            });
            (Answer::Bytes, false, others && has(EVENT_STREAM))
        }
        None => (Answer::Empty, false, false),
    }
}

/// What the data of one event holds, if the document says it.
fn events(operation: &Value, name: &str, lowering: &mut Lowering<'_>) -> Option<Type> {
    let media = success_contents(operation).find_map(|content| content.get(EVENT_STREAM))?;
    let schema = media.get("itemSchema").or_else(|| media.get("schema"))?.clone();
    let hint = format!("{name}Event");
    match lowering.ty(&schema, &hint, &hint) {
        item @ Type::Named(_) => Some(item),
        _ => None,
    }
}

/// The alternatives that come in one piece; the others are what the twin streams.
fn without_chunks(schema: &Value) -> Option<Value> {
    let alternatives: Vec<&Value> = array(schema.get("oneOf")).collect();
    let is_chunk =
        |schema: &&Value| crate::json::referenced(schema).is_some_and(|n| n.contains("Stream"));
    let (chunks, whole): (Vec<&Value>, Vec<&Value>) =
        alternatives.iter().partition(|schema| is_chunk(schema));
    match whole.as_slice() {
        [one] if !chunks.is_empty() => Some((*one).clone()),
        _ => None,
    }
}

fn has_stream_member(operation: &Value, lowering: &Lowering<'_>) -> bool {
    object(operation.pointer("/requestBody/content")).any(|(_, media)| {
        media.get("schema").is_some_and(|schema| {
            lowering.follow(schema).pointer("/properties/stream").is_some_and(|stream| {
                text(Some(lowering.follow(stream)), "type") == Some("boolean")
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::{Answer, Body, accept_of, lower, parameter_names};
    use crate::lower::Lowering;
    use crate::normalise::Schemas;
    use crate::union::Names;

    #[test]
    fn an_operation_with_a_stream_member_has_a_twin() {
        let document = json!({"paths": {"/deployments/{deployment-id}/x": {"post": {
            "operationId": "X_Create",
            "parameters": [{"in": "query", "name": "api-version", "schema": {"type": "string"}}],
            "requestBody": {"content": {"application/json": {"schema": {"type": "object",
                "properties": {"stream": {"type": "boolean"}}}}}},
            "responses": {"200": {"content": {"application/json": {"schema": {"type": "string"}}}}}
        }}}});
        let schemas = Schemas::new();
        let mut lowering = Lowering::new(&schemas, BTreeSet::new());
        let names = Names::of([&document].into_iter());
        let operations = lower(&document, &names, &mut lowering).unwrap();
        let ids: Vec<&str> = operations.iter().map(|operation| operation.id.as_str()).collect();
        assert_eq!(ids, ["x_create", "x_create_stream"]);
        assert_eq!(operations[0].parameters.len(), 1, "the path parameter alone");
        assert_eq!(operations[0].path, "/deployments/{deployment}/x");
        assert_eq!(operations[1].of, "x_create");
        assert_eq!(operations[1].accept, "text/event-stream");
        assert!(matches!(operations[0].body, Body::Json(_)));
        assert_eq!(operations[1].answer, Answer::Bytes);
    }

    #[test]
    fn an_operation_that_streams_answers_in_one_piece_without_its_chunks() {
        let reference = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        let union = json!({"oneOf": [reference("xResponse"), reference("xStreamResponse")]});
        assert_eq!(super::without_chunks(&union), Some(reference("xResponse")));
        assert_eq!(super::without_chunks(&reference("xStreamResponse")), None);
    }

    #[test]
    fn an_operation_accepts_what_it_may_answer_with() {
        for (kinds, accept) in [
            (&["text/json", "application/json"][..], "application/json"),
            (&["text/plain", "application/json"], "application/json, text/plain"),
            (&["application/octet-stream", "application/json"], "*/*"),
            (&["text/event-stream"], "text/event-stream"),
            (&[], "*/*"),
        ] {
            assert_eq!(accept_of(kinds.iter().copied()), accept);
        }
    }

    #[test]
    fn malformed_paths_are_told_from_good_ones() {
        assert_eq!(parameter_names("/a/{b-c}/d"), Some(vec!["b-c"]));
        for path in
            ["a", "/{", "/}", "/{}", "/{a}/{a}", "/{a-b}/{a_b}", "/{a}b", "/a{b}", "/a?b", "/{a{b}"]
        {
            assert_eq!(parameter_names(path), None, "{path}");
        }
    }
}
