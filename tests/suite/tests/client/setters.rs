//! Setters have the names of the fields and parameters that they set, by the specs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A folder of builders: the operations that it calls, and setters that are no field.
struct Api {
    source: &'static str,
    /// How the paths of its operations begin, behind a deployment.
    paths: &'static [&'static str],
    exceptions: &'static [&'static str],
}

const fn api(
    source: &'static str,
    paths: &'static [&'static str],
    exceptions: &'static [&'static str],
) -> Api {
    Api { source, paths, exceptions }
}

const APIS: &[Api] = &[
    api(
        "chat",
        &["/chat/completions"],
        &[
            // Roles of messages, and one entry of a list.
            "system",
            "developer",
            "user",
            "assistant",
            "tool_result",
            "function_result",
            "message",
            "data_source",
            // Everywhere `user` of other builders.
            "end_user",
            "respond_as",
            // Sent by the service, not in a document of it.
            "service_tier",
        ],
    ),
    api("completions", &["/completions"], &["end_user"]),
    api("embeddings", &["/embeddings"], &["end_user"]),
    api("images", &["/images/"], &["end_user", "base64"]),
    // The format is a type, and a speaker is a name with audio.
    api(
        "audio",
        &["/audio/"],
        &["verbose", "diarized", "text", "srt", "vtt", "words", "known_speaker"],
    ),
    api(
        "responses",
        &["/responses"],
        &[
            "user",
            "system",
            "developer",
            "assistant",
            "end_user",
            "message",
            "respond_as",
            "function_output",
            "items",
            // Fields of `text` and `reasoning`, a header, and what no document has.
            "text_format",
            "reasoning_effort",
            "reasoning_summary",
            "image_generation_deployment",
            "context_management",
            "compaction",
            "encrypted_reasoning",
            "service_tier",
            "item",
        ],
    ),
    api("files", &["/files"], &["on_progress"]),
    api(
        "uploads",
        &["/uploads"],
        &["part_bytes", "concurrency", "checkpoint", "on_progress", "expires_after"],
    ),
    api(
        "batches",
        &["/batches"],
        &["dir", "limits", "input_expires_after", "wait_for_quota", "on_progress"],
    ),
    api("fine_tuning", &["/fine_tuning"], &["hyperparameter"]),
    api(
        "vector_stores",
        &["/vector_stores"],
        &["attribute", "expires_after_days", "and_query", "concurrency", "on_progress"],
    ),
    api("containers", &["/containers"], &["expires_after_minutes"]),
];

/// What all builders have: settings of the call.
const EVERYWHERE: [&str; 7] =
    ["options", "header", "query", "timeout", "extra", "polling", "from_json"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The names of the fields, at any depth, and of the query parameters of all operations by path.
fn names_by_path() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("spec")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let spec: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for (path, item) in spec["paths"].as_object().unwrap() {
            let path = path.trim_start_matches("/deployments/{deployment-id}").to_owned();
            let names = found.entry(path).or_default();
            for operation in item.as_object().unwrap().values() {
                fields(&spec, &operation["requestBody"]["content"], names, &mut BTreeSet::new());
                for parameter in operation["parameters"].as_array().into_iter().flatten() {
                    let parameter = resolved(&spec, parameter);
                    if let Some(name) = parameter["name"].as_str() {
                        names.insert(name.trim_start_matches('$').to_owned());
                    }
                }
            }
        }
    }
    found
}

fn resolved<'a>(spec: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => spec.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

fn fields(
    spec: &Value,
    value: &Value,
    names: &mut BTreeSet<String>,
    visited: &mut BTreeSet<String>,
) {
    match value {
        Value::Object(object) => {
            if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                if visited.insert(reference.to_owned()) {
                    fields(spec, resolved(spec, value), names, visited);
                }
                return;
            }
            if let Some(Value::Object(properties)) = object.get("properties") {
                names.extend(properties.keys().map(|name| name.trim_end_matches("[]").to_owned()));
            }
            object.values().for_each(|value| fields(spec, value, names, visited));
        }
        Value::Array(items) => items.iter().for_each(|value| fields(spec, value, names, visited)),
        _ => {}
    }
}

/// The setters in a file: methods of a builder, or of a macro for builders, that return it.
fn setters(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_builder = false;
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with("impl") {
            let subject = line.rsplit(" for ").next().unwrap_or(line);
            is_builder = subject.contains("Request") && !line.contains(" for ");
        } else if line.starts_with("macro_rules!") {
            is_builder = line.contains("_setters");
        }
        let Some(rest) = line.trim_start().strip_prefix("pub fn ") else { continue };
        // A signature ends with the brace of its body.
        let end = lines[at..].iter().position(|line| line.ends_with('{')).unwrap_or_default();
        let signature = lines[at..=at + end].join(" ");
        let takes_self = signature.contains("mut self") || signature.contains("(self");
        let returns = signature.rsplit("->").next().unwrap_or_default();
        if is_builder && takes_self && (returns.contains("Self") || returns.contains("Request<")) {
            let name = rest.split(['(', '<']).next().unwrap_or_default();
            // A macro that is named by its argument.
            if name.starts_with('$') {
                continue;
            }
            found.push(rest.split(['(', '<']).next().unwrap_or_default().to_owned());
        }
    }
    found
}

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push((path.clone(), std::fs::read_to_string(path).unwrap()));
        }
    }
    found
}

#[test]
fn setters_have_the_names_of_the_specs() {
    let by_path = names_by_path();
    let (mut wrong, mut count) = (Vec::new(), 0);
    let mut unused: BTreeSet<(&str, &str)> = BTreeSet::new();
    for api in APIS {
        unused.extend(api.exceptions.iter().map(|name| (api.source, *name)));
        let mut names = BTreeSet::new();
        for (path, of_path) in &by_path {
            if api.paths.iter().any(|start| path.starts_with(start)) {
                names.extend(of_path.iter().map(String::as_str));
            }
        }
        assert!(!names.is_empty(), "no operation of {}", api.source);
        for (path, text) in sources(&root().join("openai-azure/src").join(api.source)) {
            for setter in setters(&text) {
                count += 1;
                unused.retain(|(source, name)| (*source, *name) != (api.source, setter.as_str()));
                // One entry of a list has its name in the singular.
                let plural = format!("{setter}s");
                let is_known = names.contains(setter.as_str())
                    || names.contains(plural.as_str())
                    || EVERYWHERE.contains(&setter.as_str())
                    || api.exceptions.contains(&setter.as_str());
                if !is_known {
                    wrong.push(format!("{}: {setter}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{count} setters, exceptions without a setter: {unused:?}");
    assert!(count > 150, "{count}");
}

#[test]
fn one_field_has_one_type_of_argument_in_all_builders() {
    let mut types: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for api in APIS {
        for (path, text) in sources(&root().join("openai-azure/src").join(api.source)) {
            let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for setter in setters(&text) {
                let start = flat.find(&format!("pub fn {setter}(")).unwrap_or_default();
                let signature = flat[start..].split("->").next().unwrap_or_default();
                let argument = signature.split_once(": ").map_or("", |(_, rest)| rest);
                let argument = argument.trim_end_matches([' ', ')', ',']).to_owned();
                types.entry(setter).or_default().insert(argument, path.display().to_string());
            }
        }
    }
    // Fields whose type on the wire is the same in every operation that has them.
    let same = [
        "temperature",
        "top_p",
        "n",
        "logit_bias",
        "presence_penalty",
        "frequency_penalty",
        "metadata",
        "store",
        "service_tier",
        "verbosity",
        "prompt_cache_key",
        "prompt_cache_retention",
        "safety_identifier",
        "parallel_tool_calls",
        "partial_images",
        "output_compression",
        "instructions",
        "suffix",
    ];
    for name in same {
        assert!(types[name].len() == 1, "{name}: {:?}", types[name]);
    }
}
