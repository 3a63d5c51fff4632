//! The layers of `openai-azure/src`: an arrow never points up, and no circle leaves its folder.
//!
//! The arrows are the paths that begin with `crate`, `super` or `self`, in `use` lines and in
//! code. Code of tests is not read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, UseTree};

use crate::layout::Layout;

const SOURCE: &str = "openai-azure/src";

/// The layers from bottom to top, each with its modules.
const LAYERS: [(&str, &[&str]); 5] = [
    (
        "values",
        &[
            "argument_check",
            "atomic_file",
            "content_filter",
            "effort",
            "error",
            "image_detail",
            "extra",
            "json_schema",
            "model_settings",
            "page",
            "partial_json",
            "rate_limit",
            "request_ids",
            "response",
            "response_headers",
            "response_origin",
            "serde_ext",
            "upload",
            "usage",
        ],
    ),
    ("parts", &["auth", "endpoint", "retry", "schema", "sse", "trace"]),
    ("engine", &["engine"]),
    (
        "APIs",
        &[
            "audio",
            "batches",
            "chat",
            "completions",
            "containers",
            "conversations",
            "embeddings",
            "files",
            "fine_tuning",
            "images",
            "models",
            "realtime",
            "responses",
            "uploads",
            "vector_stores",
            "webhooks",
        ],
    ),
    ("over them", &["feature_off", "tools"]),
];

/// Modules beside the layers, which only values may be named in.
const BESIDE: [&str; 1] = ["blocking"];

/// Modules that may name anything and that nothing may name: they open doors for fuzzing.
const DOORS: [&str; 1] = ["fuzzing"];

/// Arrows from a file to the files whose items it names.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// What is wrong.
pub(crate) fn faults(layout: &Layout) -> Result<Vec<String>> {
    let mut sources = BTreeMap::new();
    for path in layout.files(Path::new(SOURCE), ".rs")? {
        let name = layout.relative(&path);
        let name = name.trim_start_matches(SOURCE).trim_start_matches('/').to_owned();
        sources.insert(name, std::fs::read_to_string(&path)?);
    }
    faults_of(&sources)
}

fn faults_of(sources: &BTreeMap<String, String>) -> Result<Vec<String>> {
    let (arrows, mut faults) = arrows(sources)?;
    for (from, targets) in &arrows {
        for to in targets {
            faults.extend(wrong(from, to));
        }
    }
    faults.extend(circles(&arrows));
    faults.sort();
    faults.dedup();
    Ok(faults)
}

/// The top folder, or file, that a file belongs to.
fn room(file: &str) -> &str {
    let first = file.split('/').next().unwrap_or(file);
    first.strip_suffix(".rs").unwrap_or(first)
}

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|(_, rooms)| rooms.contains(&room))
}

/// Why an arrow must not be, if so.
fn wrong(from: &str, to: &str) -> Option<String> {
    let (here, there) = (room(from), room(to));
    if here == there || here == "lib" || DOORS.contains(&here) {
        return None;
    }
    let beside = BESIDE.contains(&here) || BESIDE.contains(&there) || DOORS.contains(&there);
    match (layer(here), layer(there)) {
        (Some(below), Some(above)) if above > below => {
            Some(format!("{from} ({}) names {to} ({})", LAYERS[below].0, LAYERS[above].0))
        }
        (Some(_), Some(_)) => None,
        (None, Some(0)) if beside => None,
        _ if beside => Some(format!("{from} names {to}, which is beside the layers")),
        (None, _) => Some(format!("{from}: `{here}` is in no layer, see xtask/src/layers.rs")),
        (_, None) => Some(format!("{to}: `{there}` is in no layer, see xtask/src/layers.rs")),
    }
}

/// Circles of files with files outside of their room, as lists of the files.
fn circles(arrows: &Arrows) -> Vec<String> {
    let reach = |start: &str| -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let mut open = vec![start.to_owned()];
        while let Some(file) = open.pop() {
            for next in arrows.get(&file).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> =
        arrows.keys().map(|file| (file, reach(file))).collect();
    let mut found = BTreeSet::new();
    for (file, others) in &reached {
        let circle: BTreeSet<&String> = others
            .iter()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(*file)))
            .collect();
        let rooms: BTreeSet<&str> = circle.iter().map(|file| room(file)).collect();
        if rooms.len() > 1 {
            let files: Vec<&str> = circle.into_iter().map(String::as_str).collect();
            found.insert(format!("a circle: {}", files.join(", ")));
        }
    }
    found.into_iter().collect()
}

/// The arrows between the files, and names that are taken from the root.
fn arrows(sources: &BTreeMap<String, String>) -> Result<(Arrows, Vec<String>)> {
    let modules: BTreeMap<Vec<String>, &String> =
        sources.keys().map(|file| (module(file), file)).collect();
    let parsed: BTreeMap<&String, syn::File> = sources
        .iter()
        .map(|(name, text)| Ok((name, syn::parse_file(text).with_context(|| name.clone())?)))
        .collect::<Result<_>>()?;
    let mut tests = BTreeSet::new();
    for (file, syntax) in &parsed {
        for item in &syntax.items {
            if let Item::Mod(item) = item
                && is_test(&item.attrs)
            {
                let mut path = module(file);
                path.push(item.ident.to_string());
                tests.insert(path);
            }
        }
    }
    let mut arrows = Arrows::new();
    let mut faults = Vec::new();
    for (file, syntax) in &parsed {
        let here = module(file);
        if *file == "lib.rs" || (1..=here.len()).any(|end| tests.contains(&here[..end])) {
            continue;
        }
        let mut names = Names { here: here.clone(), found: BTreeSet::new() };
        names.visit_file(syntax);
        let targets = arrows.entry((*file).clone()).or_default();
        for path in names.found {
            let known = (0..=path.len()).rev().find_map(|end| modules.get(&path[..end]));
            match known {
                Some(target) if *target == "lib.rs" => faults.push(format!(
                    "{file} names `crate::{}`, which the root re-exports; name its module",
                    path.join("::")
                )),
                Some(target) if target != file => {
                    targets.insert((*target).clone());
                }
                _ => {}
            }
        }
    }
    Ok((arrows, faults))
}

/// `chat/mod.rs` → `chat`, `chat/request.rs` → `chat::request`, `lib.rs` → the root.
fn module(file: &str) -> Vec<String> {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" {
        return Vec::new();
    }
    path.split('/').map(str::to_owned).collect()
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && quote::ToTokens::to_token_stream(attribute).to_string().contains("test")
    })
}

/// Collects the paths of this crate that a file names, from the root on.
struct Names {
    here: Vec<String>,
    found: BTreeSet<Vec<String>>,
}

impl Names {
    /// A path from the root; `None` if it does not lead into this crate.
    fn absolute(&self, segments: &[String]) -> Option<Vec<String>> {
        let mut path = match segments.first()?.as_str() {
            "crate" => Vec::new(),
            "self" => self.here.clone(),
            "super" => self.here[..self.here.len().checked_sub(1)?].to_vec(),
            _ => return None,
        };
        for segment in &segments[1..] {
            match segment.as_str() {
                "super" => {
                    path.pop();
                }
                "self" => {}
                other => path.push(other.to_owned()),
            }
        }
        Some(path)
    }

    fn tree(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| {
            before.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>()
        };
        match tree {
            UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(tree, before)),
            UseTree::Name(name) => self.found.extend(self.absolute(&with(&name.ident))),
            UseTree::Rename(name) => self.found.extend(self.absolute(&with(&name.ident))),
            UseTree::Glob(_) => self.found.extend(self.absolute(before)),
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes: &[Attribute] = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => &[],
        };
        if is_test(attributes) {
            return;
        }
        match item {
            Item::Use(item) => self.tree(&item.tree, &[]),
            // A module in the file itself: `super` is the file.
            Item::Mod(module) if module.content.is_some() => {
                self.here.push(module.ident.to_string());
                visit::visit_item(self, item);
                self.here.pop();
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        // `crate::X` alone may be a macro, `self` a value.
        if segments.len() > 1 {
            self.found.extend(self.absolute(&segments));
        }
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::faults_of;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: BTreeMap<String, String> =
            files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        faults_of(&files).unwrap()
    }

    #[test]
    fn an_arrow_that_points_up_is_found() {
        let files = [
            ("lib.rs", "pub use chat::Chat;"),
            ("usage.rs", "use crate::endpoint::Endpoint;"),
            ("endpoint.rs", "use crate::usage::Usage;"),
            ("engine/mod.rs", "fn f() { crate::chat::send() }"),
            ("chat/mod.rs", "use crate::{engine::Client, usage::{self, Usage}}; use super::tools;"),
            ("tools/mod.rs", "use crate::chat::Chat;"),
        ];
        let found = found(&files);
        assert!(found.contains(&"usage.rs (values) names endpoint.rs (parts)".to_owned()));
        assert!(found.contains(&"engine/mod.rs (engine) names chat/mod.rs (APIs)".to_owned()));
        assert!(found.contains(&"chat/mod.rs (APIs) names tools/mod.rs (over them)".to_owned()));
        let circles: Vec<_> = found.iter().filter(|fault| fault.starts_with("a circle")).collect();
        assert_eq!(circles.len(), 2, "{found:?}");
        assert_eq!(found.len(), 5, "{found:?}");
    }

    #[test]
    fn a_circle_in_one_room_is_none_of_ours_and_tests_name_anything() {
        let files = [
            ("lib.rs", ""),
            ("chat/mod.rs", "mod request; use request::A; use self::request::B;"),
            ("chat/request.rs", "use super::Chat; use crate::engine::Client;"),
            ("engine/mod.rs", "#[cfg(test)] mod tests; #[cfg(test)] mod more { use crate::chat; }"),
            ("engine/tests.rs", "use crate::chat::Chat;"),
            ("files.rs", "use crate::engine::Client; use super::chat::Chat;"),
        ];
        assert!(found(&files).is_empty(), "{:?}", found(&files));
    }

    #[test]
    fn names_of_the_root_and_modules_of_no_layer_are_found() {
        let files = [
            ("lib.rs", "pub use usage::Usage;"),
            ("usage.rs", "use crate::Usage;"),
            ("chat.rs", "use crate::helpers::help; use crate::blocking::Wait;"),
            ("helpers.rs", ""),
            ("blocking.rs", "use crate::usage::Usage;"),
        ];
        let found = found(&files);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().any(|fault| fault.contains("`crate::Usage`")));
        assert!(found.iter().any(|fault| fault.contains("`helpers` is in no layer")));
        assert!(found.iter().any(|fault| fault.contains("beside the layers")));
    }
}
