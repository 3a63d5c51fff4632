//! Documents that nobody has seen before, through the whole command: import, then generate.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::{Args, run};
use crate::generate;
use crate::json::operations;
use crate::layout::Layout;

/// A workspace of one known version in a folder of its own, gone at the end.
struct Workspace {
    root: PathBuf,
    layout: Layout,
}

impl Workspace {
    fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        let here = Layout::find().unwrap();
        for file in [
            "openai-azure-sys/Cargo.toml",
            "openai-azure/Cargo.toml",
            "openai-azure-sys/README.md",
            "openai-azure-sys/src/lib.rs",
            "spec/2024-02-01.json",
            "spec/docs.toml",
            "spec/sources.toml",
        ] {
            let target = root.join(file);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::copy(here.at(file), target).unwrap();
        }
        let layout = Layout::of(&root);
        Self { root, layout }
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.root.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn import(&self, version: &str, files: &[&str]) -> Result<(), String> {
        self.import_with(version, files, false, false)
    }

    fn import_with(
        &self,
        version: &str,
        files: &[&str],
        dry_run: bool,
        allow_skips: bool,
    ) -> Result<(), String> {
        let files = files.iter().map(|file| (*file).to_owned()).collect();
        let args = Args {
            api_version: version.to_owned(),
            files,
            dry_run,
            allow_skips,
            keep_going: false,
        };
        run(&self.layout, &args).map_err(|error| format!("{error:#}"))
    }

    fn generate(&self) {
        generate::run(&self.layout, &generate::Args::default()).unwrap();
    }

    fn text(&self, path: &str) -> String {
        self.layout.read(path).unwrap().unwrap_or_default()
    }

    /// Every file below `folder` with its text.
    fn files(&self, folder: &str) -> BTreeMap<String, String> {
        let files = self.layout.files(Path::new(folder), "").unwrap();
        files
            .iter()
            .map(|path| (self.layout.relative(path), std::fs::read_to_string(path).unwrap()))
            .collect()
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

fn version_parameter() -> Value {
    json!({"$ref": "#/parameters/ApiVersion"})
}

/// What the data plane looked like at the end of 2022: Swagger 2.0, dots in names, a type that only
/// an extension names, examples in files that are elsewhere.
fn first_inference() -> Value {
    let operation = |id: &str, request: &str, answer: &str| {
        json!({"post": {
            "operationId": id,
            "deprecated": true,
            "parameters": [
                version_parameter(),
                {"name": "deploymentId", "in": "path", "required": true, "type": "string"},
                {"name": "body", "in": "body", "required": true,
                 "schema": {"$ref": format!("#/definitions/{request}")}}],
            "responses": {
                "200": {"schema": {"$ref": format!("#/definitions/{answer}")}},
                "default": {"headers": {"x-ms-error-code": {"type": "string"}},
                    "schema": {"$ref": "#/definitions/Core.ErrorResponse"}}},
            "x-ms-examples": {"One": {"$ref": "./examples/nowhere.json"}}}})
    };
    json!({
        "swagger": "2.0",
        "x-ms-parameterized-host": {"hostTemplate": "{endpoint}/openai", "useSchemePrefix": false},
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "paths": {
            "/deployments/{deploymentId}/completions":
                operation("GetCompletions", "CompletionsOptions", "Completions"),
            "/deployments/{deploymentId}/embeddings":
                operation("GetEmbeddings", "EmbeddingsOptions", "Completions"),
        },
        "parameters": {"ApiVersion": {"name": "api-version", "in": "query", "required": true,
            "type": "string", "minLength": 1, "x-ms-parameter-location": "method"}},
        "definitions": {
            "CompletionsOptions": {"type": "object", "required": ["prompt"], "properties": {
                "prompt": {"type": "array", "items": {"type": "string"}, "x-typespec-name": "x[]"},
                "max_tokens": {"type": "integer", "format": "int32", "x-ms-client-name": "max"},
                "logit_bias": {"type": "object", "additionalProperties":
                    {"type": "integer", "format": "int32"}},
                "stream": {"type": "boolean"}}},
            "EmbeddingsOptions": {"type": "object", "required": ["input"],
                "properties": {"input": {"x-typespec-name": "string | string[]"}}},
            "Completions": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string"},
                "finish_reason": {"$ref": "#/definitions/FinishReason", "x-nullable": true}}},
            "FinishReason": {"type": "string", "enum": ["stop", "length"],
                "x-ms-enum": {"name": "FinishReason", "modelAsString": true}},
            "Core.ErrorResponse": {"type": "object",
                "properties": {"error": {"$ref": "#/definitions/Core.Error"}}},
            "Core.Error": {"type": "object", "properties": {
                "code": {"type": "string"},
                "innererror": {"$ref": "#/definitions/Core.Error"}}},
        }
    })
}

/// What was around it: deployments, files by form, merge patches, answers without a body.
fn first_authoring() -> Value {
    let answer = json!({"schema": {"$ref": "#/definitions/Deployment"}});
    let id = json!({"name": "deployment-id", "in": "path", "required": true, "type": "string"});
    json!({
        "swagger": "2.0",
        "x-ms-parameterized-host": {"hostTemplate": "{endpoint}/openai", "useSchemePrefix": false},
        "paths": {
            "/deployments/{deployment-id}": {
                "get": {"operationId": "Deployments_Get", "produces": ["application/json"],
                    "parameters": [id, version_parameter()], "responses": {"200": answer}},
                "patch": {"operationId": "Deployments_Update",
                    "consumes": ["application/merge-patch+json"],
                    "parameters": [id, version_parameter(), {"in": "body", "name": "deployment",
                        "required": true, "schema": {"$ref": "#/definitions/Deployment"}}],
                    "responses": {"200": answer}},
                "delete": {"operationId": "Deployments_Delete",
                    "parameters": [id, version_parameter()], "responses": {"204": {}}},
            },
            "/files": {"post": {"operationId": "Files_Upload",
                "consumes": ["multipart/form-data"],
                "parameters": [version_parameter(),
                    {"in": "formData", "name": "purpose", "required": true, "type": "string",
                     "enum": ["fine-tune"]},
                    {"in": "formData", "name": "file", "required": true, "type": "file"}],
                "responses": {"201": {"headers": {"Location": {"type": "string"}}}}}},
            "/files/{file-id}/content": {"get": {"operationId": "Files_GetContent",
                "produces": ["application/octet-stream", "application/json"],
                "parameters": [version_parameter(),
                    {"name": "file-id", "in": "path", "required": true, "type": "string"}],
                "responses": {"200": {"schema": {"type": "file"}}}}},
            "/images/generations:submit": {"post": {"operationId": "ImageGenerations_Create",
                "x-ms-long-running-operation": true,
                "parameters": [version_parameter()], "responses": {"202": answer}}},
        },
        "parameters": {"ApiVersion": {"name": "api-version", "in": "query", "required": true,
            "type": "string"}},
        "definitions": {
            "Deployment": {"type": "object", "required": ["model"],
                "allOf": [{"$ref": "#/definitions/Item"}],
                "properties": {
                    "model": {"type": "string"},
                    "scale_settings": {"$ref": "#/definitions/Scale"}}},
            "Item": {"type": "object", "properties": {"id": {"type": "string", "readOnly": true}}},
            "Scale": {"type": "object", "required": ["scale_type"], "discriminator": "scale_type",
                "properties": {"scale_type": {"type": "string"}}},
            "Manual": {"type": "object", "x-ms-discriminator-value": "manual",
                "allOf": [{"$ref": "#/definitions/Scale"}],
                "properties": {"capacity": {"type": "integer", "format": "int32"}}},
        }
    })
}

#[test]
fn the_first_dates_are_imported_and_generated() {
    let workspace = Workspace::new("first");
    let inference = workspace.write("inference.json", &first_inference().to_string());
    let authoring = workspace.write("authoring.json", &first_authoring().to_string());
    workspace.import("2022-12-01", &[&inference, &authoring]).unwrap();
    workspace.generate();
    generate::check(&workspace.layout).unwrap();
    let client = workspace.text("openai-azure-sys/src/generated/v2022_12_01/client.rs");
    for method in [
        "completions_create",
        "completions_create_stream",
        "embeddings_create",
        "deployments_get",
        "deployments_update",
        "deployments_delete",
        "files_upload",
        "files_get_content",
        "images_generations_submit",
    ] {
        assert!(client.contains(&format!("pub async fn {method}(")), "{method}");
    }
    let operations = workspace.text("openai-azure-sys/src/generated/operations.rs");
    assert!(operations.contains("path: \"/images/generations:submit\""), "the colon stays");
    let types = workspace.files("openai-azure-sys/src/generated/v2022_12_01/types");
    let types = types.into_values().collect::<String>();
    for text in [
        "pub enum Scale by \"scale_type\"",
        "pub innererror: Option<Box<Error>>",
        "pub finish_reason: Option<FinishReason>",
        "pub input: serde_json::Value",
        "pub file: crate::multipart::Part",
        "pub id: Option<String>",
    ] {
        assert!(types.contains(text), "{text} in {types}");
    }
    assert!(workspace.text("openai-azure-sys/Cargo.toml").contains("\"2022-12-01\" = []"));
    assert!(workspace.text("openai-azure-sys/src/lib.rs").contains("generated::v2022_12_01;"));
    let spec = workspace.files("spec");
    workspace.import("2022-12-01", &[&authoring]).unwrap();
    assert_eq!(workspace.files("spec"), spec, "one document again changes nothing");
}

/// Serves one body on loopback, once.
fn serve(body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 4096];
        let _ = stream.read(&mut head).unwrap();
        let length = body.len();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    });
    format!("http://{address}/specs/inference.yaml?ref=main")
}

#[test]
fn yaml_by_url_gives_what_json_by_path_gives() {
    let workspace = Workspace::new("url");
    let path = workspace.write("inference.json", &first_inference().to_string());
    workspace.import("2022-12-01", &[&path]).unwrap();
    let by_path = workspace.text("spec/2022-12-01.json");
    let url = serve(serde_yaml_ng::to_string(&first_inference()).unwrap());
    workspace.import("2022-12-01", &[&url]).unwrap();
    assert_eq!(workspace.text("spec/2022-12-01.json"), by_path);
    assert!(workspace.text("spec/sources.toml").contains("file = \"inference.yaml\""));
}

#[test]
fn only_loopback_may_do_without_tls() {
    let workspace = Workspace::new("tls");
    let error = workspace.import("2022-12-01", &["http://localhost.example/x.json"]).unwrap_err();
    assert!(error.contains("is not https"), "{error}");
}

#[test]
fn what_cannot_be_expressed_is_named_and_nothing_is_written() {
    let mut document = first_inference();
    document["paths"]["/token"] = json!({"post": {
        "operationId": "Token_Get", "consumes": ["application/x-www-form-urlencoded"],
        "parameters": [{"in": "body", "name": "b", "schema": {"type": "object"}}],
        "responses": {"200": {}}}});
    document["definitions"]["Completions"]["properties"]["gone"] =
        json!({"$ref": "#/definitions/Gone"});
    let workspace = Workspace::new("skips");
    let path = workspace.write("inference.json", &document.to_string());
    let before = workspace.files("");

    for dry_run in [false, true] {
        let error = workspace.import_with("2022-12-01", &[&path], dry_run, false).unwrap_err();
        assert!(error.starts_with("2 facts cannot be expressed, 0 patches"), "{error}");
        assert_eq!(workspace.files(""), before);
    }
    workspace.import_with("2022-12-01", &[&path], true, true).unwrap();
    assert_eq!(workspace.files(""), before, "a dry run");

    workspace.import_with("2022-12-01", &[&path], false, true).unwrap();
    workspace.generate();
    let spec: Value = serde_json::from_str(&workspace.text("spec/2022-12-01.json")).unwrap();
    assert_eq!(operations(&spec).count(), 2);
    assert_eq!(spec["components"]["schemas"]["Completions"]["properties"]["gone"], json!({}));
}

/// A document with each operation and schema `times` over, under other names.
fn multiplied(document: &Value, times: usize) -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for copy in 0..times {
        let text = serde_json::to_string(document).unwrap();
        let text = text.replace("#/components/schemas/", &format!("#/components/schemas/C{copy}"));
        let document: Value = serde_json::from_str(&text).unwrap();
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            schemas.insert(format!("C{copy}{name}"), schema.clone());
        }
        for (path, item) in document["paths"].as_object().unwrap() {
            let mut item = item.clone();
            for operation in item.as_object_mut().unwrap().values_mut() {
                if let Some(id) = operation["operationId"].as_str() {
                    operation["operationId"] = json!(format!("{id}Copy{copy}"));
                }
            }
            let path = if copy == 0 { path.clone() } else { format!("/copy{copy}{path}") };
            paths.insert(path, item);
        }
    }
    json!({"openapi": "3.0.3", "paths": paths, "components": {"schemas": schemas}})
}

#[test]
fn a_later_v1_with_three_times_the_operations_is_generated_in_full() {
    let v1 = Layout::find().unwrap().spec("v1").unwrap();
    let workspace = Workspace::new("later");
    let document = multiplied(&v1, 3);
    let path = workspace.write("v1.json", &document.to_string());
    workspace.import("v1", &[&path]).unwrap();
    workspace.generate();
    let count = operations(&v1).count() * 3;
    let client = workspace.text("openai-azure-sys/src/generated/v1/client.rs");
    let names = crate::union::Names::of([&document].into_iter());
    let absent = crate::coverage::absent(&workspace.layout, "v1", &document, &names);
    assert_eq!(absent.unwrap(), [""; 0]);
    assert!(client.matches("pub async fn").count() > count, "twins too");
    let readme = workspace.text("openai-azure-sys/README.md");
    assert!(readme.contains(&format!("| `v1` | `v1` | GA | {count} |")), "{readme}");
}
