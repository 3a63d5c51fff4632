//! Values through the types as they will be written, without compiling these.
//!
//! `decode` follows the rules of the written code: required fields, open enums, unions by a tag or
//! by trying. The tests `recordings` and `round_trip` of `openai-azure-sys` say the same of the
//! code itself, after minutes of compiling; these here say it in seconds, for every patch.

#[path = "../../openai-azure-sys/tests/round_trip/values.rs"]
mod values;

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::generate::lowered;
use crate::layout::Layout;
use crate::model::{Definitions, Shape, Type};
use crate::union::Names;

/// The value that comes back when `value` has gone through the type.
fn decode(all: &Definitions, ty: &Type, value: &Value) -> Result<Value, String> {
    let fits = match ty {
        Type::Bool => value.is_boolean(),
        Type::Text => value.is_string(),
        Type::I32 | Type::I64 => value.is_i64(),
        Type::U32 | Type::U64 => value.is_u64(),
        Type::F64 => value.is_number(),
        Type::Json | Type::File => true,
        Type::Boxed(inner) => return decode(all, inner, value),
        Type::List(item) => {
            let items = value.as_array().ok_or_else(|| format!("{value} is no list"))?;
            return items.iter().map(|value| decode(all, item, value)).collect();
        }
        Type::Map(item) => {
            let members = value.as_object().ok_or_else(|| format!("{value} is no object"))?;
            return members
                .iter()
                .map(|(name, value)| Ok((name.clone(), decode(all, item, value)?)))
                .collect::<Result<Map<_, _>, String>>()
                .map(Value::Object);
        }
        Type::Named(name) => {
            return shape(all, &all[name].shape, value).map_err(|error| format!("{name}: {error}"));
        }
    };
    let shown: String = value.to_string().chars().take(80).collect();
    if fits { Ok(value.clone()) } else { Err(format!("{shown} is no {ty:?}")) }
}

fn shape(all: &Definitions, shape: &Shape, value: &Value) -> Result<Value, String> {
    match shape {
        Shape::Alias(ty) => decode(all, ty, value),
        Shape::Open(_) => decode(all, &Type::Text, value),
        Shape::Tagged { tag, rows } => {
            let Some(wanted) = value.get(tag).and_then(Value::as_str) else {
                return Ok(value.clone());
            };
            let mut failure = None;
            for row in rows.iter().filter(|row| row.values.iter().any(|value| value == wanted)) {
                match decode(all, &Type::Named(row.ty.clone()), value) {
                    Ok(value) => return Ok(value),
                    Err(error) => failure = Some(error),
                }
            }
            failure.map_or_else(|| Ok(value.clone()), Err)
        }
        Shape::Untagged(arms) => {
            let decoded = arms.iter().find_map(|(_, ty)| decode(all, ty, value).ok());
            Ok(decoded.unwrap_or_else(|| value.clone()))
        }
        Shape::Struct(object) => {
            let members = value.as_object().ok_or_else(|| format!("{value} is no object"))?;
            let mut kept = Map::new();
            for field in &object.fields {
                match members.get(&field.name) {
                    None | Some(Value::Null) if field.optional() => {}
                    None if field.constant.is_some() => {
                        kept.insert(field.name.clone(), json!(field.constant));
                    }
                    None => return Err(format!("`{}` is missing", field.name)),
                    Some(value) => {
                        let value = decode(all, &field.ty, value)
                            .map_err(|error| format!("`{}`: {error}", field.name))?;
                        kept.insert(field.name.clone(), value);
                    }
                }
            }
            if let Some(rest) = &object.rest {
                for (name, value) in members {
                    if object.fields.iter().all(|field| field.name != *name) {
                        kept.insert(name.clone(), decode(all, rest, value)?);
                    }
                }
            }
            Ok(Value::Object(kept))
        }
    }
}

/// Adds the paths of what `original` has and `kept` lacks; null and absent are the same.
fn compare(original: &Value, kept: &Value, place: &str, lost: &mut BTreeSet<String>) {
    match (original, kept) {
        (Value::Null, _) => {}
        (Value::Object(members), Value::Object(kept)) => {
            for (name, value) in members {
                let kept = kept.get(name).unwrap_or(&Value::Null);
                compare(value, kept, &format!("{place}.{name}"), lost);
            }
        }
        (Value::Array(items), Value::Array(kept)) if items.len() == kept.len() => {
            for (value, kept) in items.iter().zip(kept) {
                compare(value, kept, &format!("{place}[]"), lost);
            }
        }
        _ if original == kept => {}
        _ => {
            lost.insert(place.trim_start_matches('.').to_owned());
        }
    }
}

/// The type of a kind of exchange.
fn type_of(version: &str, kind: &str) -> Option<&'static str> {
    Some(match (version, kind) {
        ("v1", "chat") => "AzureCreateChatCompletionResponse",
        ("v1", "chat-sse") => "AzureCreateChatCompletionStreamResponse",
        ("2024-02-01" | "2024-10-21", "chat") => "CreateChatCompletionResponse",
        ("2024-02-01" | "2024-10-21", "chat-sse") => "CreateChatCompletionStreamResponse",
        ("2024-10-21", "images") => "GenerateImagesResponse",
        ("2024-10-21", "transcription") => "TranscriptionsCreateResponse",
        ("2025-03-01-preview" | "v1", "responses") => "Response",
        ("2025-03-01-preview" | "v1", "responses-sse") => "ResponseStreamEvent",
        ("2024-10-01-preview", "batches-create" | "batches-get" | "batches-cancel") => "Batch",
        ("2024-10-01-preview", "files-upload" | "files-get") => "File",
        ("2024-02-01" | "2024-10-21", kind) if kind.contains("err") => "ErrorResponse",
        ("v1", kind) if kind.contains("err") => "AzureErrorResponse",
        _ => return None,
    })
}

#[test]
fn recorded_responses_fit_the_types_of_their_version_and_of_v1() {
    let Some(folder) = std::env::var_os("OPENAI_AZURE_RECORDINGS").map(PathBuf::from) else {
        println!(
            "skipped: recorded_responses_fit_the_types_of_their_version_and_of_v1: OPENAI_AZURE_RECORDINGS is not set"
        );
        return;
    };
    let read =
        |path: PathBuf| -> Value { serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap() };
    let layout = Layout::find().unwrap();
    let manifest = read(folder.join("manifest.json"));
    let (mut decoded, mut failures, mut lost) = (0, Vec::new(), BTreeSet::new());
    for version in layout.versions().unwrap() {
        let document = layout.spec(&version).unwrap();
        let names = Names::of(std::iter::once(&document));
        let (definitions, _, _) = lowered(&document, &names).unwrap();
        for entry in manifest.as_array().unwrap() {
            let word = |name: &str| entry[name].as_str().unwrap();
            let kind = word("kind");
            // v1 has what the dated Responses API has.
            let own = word("api_version") == version;
            let also = version == "v1" && kind.starts_with("responses");
            let Some(ty) = type_of(&version, kind).filter(|_| own || also) else { continue };
            let ty = Type::Named(ty.to_owned());
            let exchange = read(folder.join(word("file")));
            let text = exchange["response"]["body"].as_str().unwrap_or_default();
            let bodies: Vec<&str> = if kind.ends_with("sse") {
                let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
                data.map(str::trim).filter(|data| *data != "[DONE]").collect()
            } else {
                vec![text]
            };
            for body in bodies {
                let value: Value = serde_json::from_str(body).unwrap();
                match decode(&definitions, &ty, &value) {
                    Ok(kept) => {
                        decoded += 1;
                        let mut paths = BTreeSet::new();
                        compare(&value, &kept, "", &mut paths);
                        lost.extend(
                            paths.into_iter().map(|path| (version.clone(), kind.to_owned(), path)),
                        );
                    }
                    Err(error) => {
                        failures.push(format!("{version} {kind} {}: {error}", word("file")));
                        break;
                    }
                }
            }
        }
    }
    for (version, kind, path) in &lost {
        println!("vanishes: (\"{version}\", \"{kind}\", \"{path}\"),");
    }
    println!("{decoded} bodies and events decoded, {} exchanges failed", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(decoded > 1000);
}

/// How many values are made of each schema.
const VALUES: u64 = 32;

#[test]
fn values_of_every_schema_come_back_as_they_were() {
    let layout = Layout::find().unwrap();
    let mut documents: Vec<(String, Value)> = crate::coverage::documents(&layout).unwrap();
    let events = layout.read(crate::import::events::FILE).unwrap().unwrap();
    documents.push(("events".to_owned(), serde_json::from_str(&events).unwrap()));
    let (mut tried, mut faults) = (0, Vec::new());
    for (version, document) in documents {
        let names = Names::of(std::iter::once(&document));
        let (definitions, _, _) = lowered(&document, &names).unwrap();
        let maker = values::Document::new(&document);
        for (name, definition) in &definitions {
            let Some(schema) = &definition.schema else { continue };
            if matches!(&definition.shape, Shape::Struct(object) if object.form) {
                continue;
            }
            for seed in 0..VALUES {
                let value = maker.value_of(schema, seed);
                tried += 1;
                match decode(&definitions, &Type::Named(name.clone()), &value) {
                    Ok(kept) if kept == value => continue,
                    Ok(kept) => faults.push(format!("{version} {schema}: {value} became {kept}")),
                    Err(error) => faults.push(format!("{version} {schema}: {error} in {value}")),
                }
                break;
            }
        }
    }
    println!("{tried} values, {} faults", faults.len());
    let shown: Vec<String> = faults.iter().map(|fault| fault.chars().take(700).collect()).collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), shown.join("\n"));
}
