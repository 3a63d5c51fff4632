//! Which file of `types/` a type stands in: that of the operations that reach it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Definitions, Type};
use crate::naming::snake;
use crate::operations::{Answer, Body, DEPLOYMENT, Operation};

/// Types that no operation reaches, and those of several areas without a word in their name.
const COMMON: &str = "common";

/// First segments of paths that share an area with others.
const SAME: [(&str, &str); 3] =
    [("threads", "assistants"), ("video", "videos"), ("realtimeapi", "realtime")];

/// Words in the names of types, by area; the first that fits decides.
const WORDS: [(&str, &str); 26] = [
    ("realtime", "realtime"),
    ("finetun", "fine_tuning"),
    ("finetune", "fine_tuning"),
    ("vectorstore", "vector_stores"),
    ("eval", "evals"),
    ("grader", "evals"),
    ("assistant", "assistants"),
    ("thread", "assistants"),
    ("runstep", "assistants"),
    ("run", "assistants"),
    ("message", "assistants"),
    ("chat", "chat"),
    ("conversation", "conversations"),
    ("response", "responses"),
    ("embedding", "embeddings"),
    ("transcription", "audio"),
    ("transcript", "audio"),
    ("translation", "audio"),
    ("speech", "audio"),
    ("image", "images"),
    ("video", "videos"),
    ("batch", "batches"),
    ("upload", "uploads"),
    ("container", "containers"),
    ("completion", "completions"),
    ("file", "files"),
];

/// The area of each type.
pub(crate) fn areas(
    definitions: &Definitions,
    operations: &[Operation],
) -> BTreeMap<String, String> {
    let mut reached: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for operation in operations {
        let area = area_of(&operation.path);
        let mut open: Vec<String> = Vec::new();
        let mut see = |ty: &Type| {
            if let Type::Named(name) = ty {
                open.push(name.clone());
            }
        };
        if let Body::Json(ty) | Body::Form(ty) = &operation.body {
            ty.visit(&mut see);
        }
        if let Answer::Json(ty) | Answer::Events(ty) = &operation.answer {
            ty.visit(&mut see);
        }
        operation.parameters.iter().for_each(|parameter| parameter.ty.visit(&mut see));
        while let Some(name) = open.pop() {
            let Some((name, definition)) = definitions.get_key_value(&name) else { continue };
            if !reached.entry(name).or_default().insert(area.clone()) {
                continue;
            }
            for ty in definition.shape.types() {
                ty.visit(&mut |ty| {
                    if let Type::Named(name) = ty {
                        open.push(name.clone());
                    }
                });
            }
        }
    }
    let none = BTreeSet::new();
    let all: BTreeSet<String> = reached.values().flatten().cloned().collect();
    definitions
        .keys()
        .map(|name| {
            let by = reached.get(name.as_str()).unwrap_or(&none);
            let area = match by.len() {
                0 => by_name(name, &all),
                1 => by.first().cloned(),
                _ => by_name(name, by).or_else(|| shared_with_responses(by)),
            };
            (name.clone(), area.unwrap_or_else(|| COMMON.to_owned()))
        })
        .collect()
}

/// What a path is about: its first segment, behind that of a deployment.
pub(crate) fn area_of(path: &str) -> String {
    let path = path.strip_prefix(DEPLOYMENT).unwrap_or(path);
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let first = snake(first);
    let first = first.trim_end_matches('_');
    let same = SAME.iter().find(|(segment, _)| *segment == first);
    same.map_or(first, |(_, area)| area).to_owned()
}

/// Conversations hold, and evaluations and realtime sessions speak of, what Responses define.
fn shared_with_responses(areas: &BTreeSet<String>) -> Option<String> {
    let others = ["conversations", "evals", "realtime", "responses"];
    let found = areas.contains("responses") && areas.iter().all(|a| others.contains(&a.as_str()));
    found.then(|| "responses".to_owned())
}

/// The area that a word of the name belongs to, if it is one of these.
fn by_name(name: &str, areas: &BTreeSet<String>) -> Option<String> {
    let name = name.to_lowercase();
    let found = WORDS.iter().find(|(word, area)| name.contains(word) && areas.contains(*area));
    found.map(|(_, area)| (*area).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{area_of, areas};
    use crate::model::{Definition, Definitions, Field, Shape, Struct, Type};
    use crate::operations::{Body, Operation};

    fn object(of: &[&str]) -> Definition {
        let fields = of.iter().map(|name| Field {
            name: (*name).to_owned(),
            rust: (*name).to_owned(),
            ty: Type::List(Box::new(Type::Named((*name).to_owned()))),
            required: false,
            nullable: false,
            constant: None,
            default: None,
        });
        let shape = Shape::Struct(Struct { fields: fields.collect(), rest: None, form: false });
        Definition { schema: None, place: String::new(), shape }
    }

    #[test]
    fn a_type_stands_with_the_operations_that_reach_it() {
        let definitions: Definitions = [
            ("Request", object(&["Part", "ChatPart", "Shared"])),
            ("Part", object(&["Request"])),
            ("ChatPart", object(&[])),
            ("Shared", object(&[])),
            ("EvalRun", object(&["ChatPart", "Shared"])),
            ("ChatChunk", object(&[])),
            ("ErrorBody", object(&[])),
        ]
        .map(|(name, definition)| (name.to_owned(), definition))
        .into();
        let operation = |path: &str, ty: &str| Operation {
            body: Body::Json(Type::Named(ty.to_owned())),
            ..Operation::new("x".to_owned(), "post", path)
        };
        let operations = [
            operation("/deployments/{deployment}/chat/completions", "Request"),
            operation("/evals", "EvalRun"),
        ];
        let areas = areas(&definitions, &operations);
        for (name, area) in [
            ("Request", "chat"),
            ("Part", "chat"),
            ("ChatPart", "chat"),
            ("Shared", "common"),
            ("EvalRun", "evals"),
            ("ChatChunk", "chat"),
            ("ErrorBody", "common"),
        ] {
            assert_eq!(areas[name], area, "{name}");
        }
        assert_eq!(area_of("/threads/{thread_id}/runs"), "assistants");
    }
}
