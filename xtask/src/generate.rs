//! `cargo xtask generate`: `spec/` → `openai-azure-sys/src/generated`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::docs::Docs;
use crate::json::object;
use crate::layout::{Layout, module_name};
use crate::lower::Lowering;
use crate::model::{Definitions, Shape, Type};
use crate::normalise::{self, Schemas};
use crate::operations::{self, Answer, Body, Operation};
use crate::union::Names;
use crate::{areas, cycles, naming, operation_table, raw, rewrite, stub, tables, write};

/// What the command line asks for.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Args {
    /// The api-versions; without any, all that `spec/` has.
    versions: Vec<String>,
    /// Writes nothing and fails with a diff if a file is not as it would be written.
    #[arg(long)]
    check: bool,
    /// Prints the unions that are told apart by trying, and why.
    #[arg(long)]
    report: bool,
}

/// The folder of everything generated.
pub(crate) const FOLDER: &str = "openai-azure-sys/src/generated";

/// The folder of the tables that the round-trip test goes through.
const ROUND_TRIP: &str = "openai-azure-sys/tests/round_trip/generated";

/// No file may be larger than this.
const LARGEST: usize = 600_000;

/// How large the types of one area may grow before they go on in a second file.
const AREA: usize = 500_000;

/// Files by path.
pub(crate) type Files = BTreeMap<String, String>;

/// One generated version.
#[derive(Debug)]
pub(crate) struct Generated {
    pub(crate) files: Files,
    pub(crate) untagged: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(layout: &Layout, args: &Args) -> Result<()> {
    let known = layout.versions()?;
    for version in &args.versions {
        ensure!(known.contains(version), "spec/{version}.json is not there");
    }
    let chosen = if args.versions.is_empty() { known.clone() } else { args.versions.clone() };
    let (files, reports) = everything(layout, &chosen)?;
    if args.report {
        print!("{reports}");
        return Ok(());
    }
    let stale = stale(layout, &chosen, known.len() == chosen.len())?;
    let extra: Vec<&String> = stale.iter().filter(|path| !files.contains_key(*path)).collect();
    if args.check {
        return compare(layout, &files, &extra);
    }
    for path in extra {
        std::fs::remove_file(layout.at(path))?;
    }
    for (path, text) in &files {
        layout.write(path, text)?;
    }
    Ok(())
}

/// Fails with a diff if anything is not as it would be written.
pub(crate) fn check(layout: &Layout) -> Result<()> {
    run(layout, &Args { versions: Vec::new(), check: true, report: false })
}

/// Every file of these versions and of what they share, and the report.
pub(crate) fn everything(layout: &Layout, chosen: &[String]) -> Result<(Files, String)> {
    of_documents(layout, &documents(layout)?, chosen)
}

/// How many generated files would differ from what is there with these documents.
pub(crate) fn differing(layout: &Layout, documents: &[(String, Value)]) -> Result<usize> {
    let chosen: Vec<String> = documents.iter().map(|(version, _)| version.clone()).collect();
    let (files, _) = of_documents(layout, documents, &chosen)?;
    let mut count = 0;
    for (path, text) in &files {
        count += usize::from(layout.read(path)?.as_ref() != Some(text));
    }
    Ok(count)
}

fn of_documents(
    layout: &Layout,
    documents: &[(String, Value)],
    chosen: &[String],
) -> Result<(Files, String)> {
    let docs = Docs::load(layout)?;
    let mut files = Files::new();
    let mut report = String::new();
    let names = Names::of(documents.iter().map(|(_, document)| document));
    for (name, document) in documents.iter().filter(|(name, _)| chosen.contains(name)) {
        let generated =
            version_named(document, name, &names, &docs).with_context(|| name.clone())?;
        files.extend(generated.files);
        report += &format!("## {name}: {} left untagged\n\n", generated.untagged.len());
        for line in &generated.untagged {
            report += &format!("- {line}\n");
        }
        report.push('\n');
    }
    files.extend(events(layout, &docs)?);
    files.extend(raw::write(documents, &docs)?);
    files.insert(format!("{FOLDER}/operations.rs"), operation_table::write(documents));
    files.extend(tables::write(layout, documents, &files)?);
    for (path, text) in &files {
        ensure!(text.len() <= LARGEST, "{path} has {} bytes", text.len());
    }
    Ok((files, report))
}

/// Every api-version with its document, oldest first.
fn documents(layout: &Layout) -> Result<Vec<(String, Value)>> {
    crate::coverage::documents(layout)
}

/// The files that are there now; all of them, or those of the chosen versions.
fn stale(layout: &Layout, chosen: &[String], all: bool) -> Result<BTreeSet<String>> {
    let mut files = layout.files(Path::new(FOLDER), ".rs")?;
    if all {
        files.extend(layout.files(Path::new(ROUND_TRIP), ".rs")?);
    }
    let files = files.iter().map(|path| layout.relative(path));
    let folders: Vec<String> =
        chosen.iter().map(|version| format!("{FOLDER}/{}/", module_name(version))).collect();
    Ok(files.filter(|path| all || folders.iter().any(|folder| path.starts_with(folder))).collect())
}

fn compare(layout: &Layout, files: &Files, extra: &[&String]) -> Result<()> {
    let mut different = extra.len();
    for path in extra {
        println!("{path} is no longer generated");
    }
    for (path, text) in files {
        let before = layout.read(path)?.unwrap_or_default();
        if before == *text {
            continue;
        }
        different += 1;
        let diff = similar::TextDiff::from_lines(&before, text);
        print!("{}", diff.unified_diff().header(path, &format!("{path} (generated)")));
    }
    ensure!(different == 0, "{different} files are not current; run `cargo xtask generate`");
    Ok(())
}

/// Generates one version by itself.
pub(crate) fn version(document: &Value, version: &str, docs: &Docs) -> Result<Generated> {
    version_named(document, version, &Names::of([document].into_iter()), docs)
}

/// Generates one version; its operations have these names.
fn version_named(document: &Value, version: &str, names: &Names, docs: &Docs) -> Result<Generated> {
    let (definitions, operations, untagged) = lowered(document, names)?;
    let folder = format!("{FOLDER}/{}", module_name(version));
    let mut files = type_files(&folder, &definitions, &operations, docs)?;
    files.insert(format!("{folder}/client.rs"), client_file(&operations, version, docs)?);
    let head = format!(
        "//! The api-version `{version}`: {} operations. Generated by `cargo xtask generate`.\n\n",
        operations.iter().filter(|operation| operation.twin.is_none()).count()
    );
    let module = "mod client;\npub mod types;\n\npub use client::Client;\n";
    files.insert(format!("{folder}/mod.rs"), head + module);
    let types = format!("{}::types", module_name(version));
    let table = round_trip_table(version, &types, &definitions);
    files.insert(format!("{ROUND_TRIP}/{}.rs", module_name(version)), table);
    Ok(Generated { files, untagged })
}

/// The types and the operations of a document, and the unions that are told apart by trying.
pub(crate) fn lowered(
    document: &Value,
    names: &Names,
) -> Result<(Definitions, Vec<Operation>, Vec<String>)> {
    let mut schemas: Schemas = object(document.pointer("/components/schemas"))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    normalise::run(&mut schemas);
    let mut document = document.clone();
    normalise_operations(&mut document, &schemas);

    let mut lowering = Lowering::new(&schemas, operations::form_schemas(&document));
    lowering.components();
    let operations = operations::lower(&document, names, &mut lowering)?;
    let Lowering { mut definitions, untagged, .. } = lowering;
    drop_unused_enums(&mut definitions, &operations);
    cycles::break_cycles(&mut definitions);
    Ok((definitions, operations, untagged))
}

/// The types of events that no document of Azure has: `spec/events`.
fn events(layout: &Layout, docs: &Docs) -> Result<Files> {
    let path = crate::import::events::FILE;
    let Some(text) = layout.read(path)? else { return Ok(Files::new()) };
    let document: Value = serde_json::from_str(&text).with_context(|| path.to_owned())?;
    let mut schemas: Schemas = object(document.pointer("/components/schemas"))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    normalise::run(&mut schemas);
    let mut lowering = Lowering::new(&schemas, BTreeSet::new());
    lowering.components();
    let Lowering { mut definitions, .. } = lowering;
    // Each union is as if an operation returned it, so that types are split by area.
    let roots = crate::import::events::ROOTS.iter();
    let operations: Vec<Operation> = roots
        .map(|(root, area)| Operation {
            answer: Answer::Events(Type::Named(naming::pascal(root))),
            ..Operation::new(String::new(), "get", &format!("/{area}"))
        })
        .collect();
    drop_unused_enums(&mut definitions, &operations);
    cycles::break_cycles(&mut definitions);
    let folder = format!("{FOLDER}/events");
    let mut files = type_files(&folder, &definitions, &operations, docs)?;
    let module = "//! Realtime events, webhook payloads and events of streams. Generated by \
        `cargo xtask generate`.\n\nmod types;\n\npub use types::*;\n";
    files.insert(format!("{folder}/mod.rs"), module.to_owned());
    let table = round_trip_table("events", "events as types", &definitions);
    files.insert(format!("{ROUND_TRIP}/events.rs"), table);
    Ok(files)
}

/// Every schema with the type that it became; forms are sent and never decoded.
fn round_trip_table(version: &str, types: &str, definitions: &Definitions) -> String {
    let mut text = format!(
        "//! The schemas of `{version}` and their types. Generated by `cargo xtask generate`.\n\n\
         use openai_azure_sys::{types};\n\nuse crate::Row;\n\n\
         pub(crate) const ROWS: &[Row] = &[\n"
    );
    for (name, definition) in definitions {
        let Some(schema) = &definition.schema else { continue };
        if !matches!(&definition.shape, Shape::Struct(object) if object.form) {
            text += &format!("    ({schema:?}, crate::again::<types::{name}>),\n");
        }
    }
    text + "];\n"
}

/// Inline schemas in operations get the passes of the components.
fn normalise_operations(document: &mut Value, schemas: &Schemas) {
    fn walk(value: &mut Value, schemas: &Schemas) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    if name == "schema" || name == "itemSchema" {
                        normalise::inline(value, schemas);
                    } else {
                        walk(value, schemas);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, schemas)),
            _ => {}
        }
    }
    if let Some(paths) = document.get_mut("paths") {
        walk(paths, schemas);
    }
}

/// Enums that were only the type of a tag have no use left.
fn drop_unused_enums(definitions: &mut Definitions, operations: &[Operation]) {
    let mut used = BTreeSet::new();
    let mut see = |ty: &Type| {
        if let Type::Named(name) = ty {
            used.insert(name.clone());
        }
    };
    for ty in definitions.values().flat_map(|definition| definition.shape.types()) {
        ty.visit(&mut see);
    }
    for operation in operations {
        for parameter in &operation.parameters {
            parameter.ty.visit(&mut see);
        }
        if let Body::Json(ty) | Body::Form(ty) = &operation.body {
            ty.visit(&mut see);
        }
        if let Answer::Json(ty) | Answer::Events(ty) = &operation.answer {
            ty.visit(&mut see);
        }
    }
    definitions.retain(|name, definition| {
        !matches!(definition.shape, Shape::Open(_)) || used.contains(name)
    });
}

fn type_files(
    folder: &str,
    definitions: &Definitions,
    operations: &[Operation],
    docs: &Docs,
) -> Result<Files> {
    let areas = areas::areas(definitions, operations);
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    let mut current: BTreeMap<&str, String> = BTreeMap::new();
    for (name, definition) in definitions {
        let text = write::types::definition(name, definition, definitions, docs)?;
        let area = areas[name].as_str();
        let file = current.entry(area).or_insert_with(|| area.to_owned());
        if parts.get(file).is_some_and(|part| part.len() + text.len() > AREA) {
            *file = naming::unique(area.to_owned(), |name| parts.contains_key(name));
        }
        let part = parts.entry(file.clone()).or_default();
        part.push_str(&text);
        part.push('\n');
    }
    if let Some(params) = write::params::write(operations, "super::super::Client", docs) {
        parts.insert("params".to_owned(), params);
    }
    let mut files = Files::new();
    let mut module =
        "//! The types of this api-version. Generated by `cargo xtask generate`.\n\n".to_owned();
    for name in parts.keys() {
        module += &format!("mod {name};\n");
    }
    module.push('\n');
    for (name, part) in &parts {
        module += &format!("pub use {name}::*;\n");
        let uses: String = [
            ("open_enum!", "use crate::open_enum::open_enum;\n"),
            ("query_params!", "use crate::query::query_params;\n"),
            ("tagged_union!", "use crate::tagged_union::tagged_union;\n"),
        ]
        .iter()
        .filter(|(name, _)| part.contains(name))
        .map(|(_, line)| *line)
        .collect();
        let text = format!(
            "//! The types of `{name}`. Generated by `cargo xtask generate`.\n\n\
             #[allow(unused_imports, reason = \"not every area has types of another one\")]\n\
             use super::*;\n{uses}\n{}\n",
            part.trim_end()
        );
        files.insert(format!("{folder}/types/{name}.rs"), text);
    }
    files.insert(format!("{folder}/types/mod.rs"), module);
    Ok(files)
}

fn client_file(operations: &[Operation], version: &str, docs: &Docs) -> Result<String> {
    let (file, table) = stub::client(operations, version)?;
    let texts = operations
        .iter()
        .map(|operation| (operation.id.clone(), docs.operation(operation)))
        .collect();
    let methods = rewrite::methods(file, &table, operations, &texts, &quote!(types::))?;
    let client = format!("The operations of the api-version `{version}`.");
    let head = "//! The operations of this api-version. Generated by `cargo xtask generate`.\n\n";
    let base = if version.starts_with('v') { quote!(v1) } else { quote!(dated) };
    let sent = match tables::api_version(version) {
        Some(sent) => quote!(Some(#sent)),
        None => quote!(None),
    };
    let registration = quote!(crate::api::generated_client!(Client, #base, #version, #sent););
    client_text(head, &[client], methods, &registration, true)
}

/// The text of a client module.
pub(crate) fn client_text(
    head: &str,
    docs: &[String],
    methods: Vec<syn::ImplItemFn>,
    registration: &TokenStream,
    types: bool,
) -> Result<String> {
    let body = quote!(#(#methods)*).to_string();
    let types = (types && body.contains("types ::")).then(|| {
        quote!(
            use super::types;
        )
    });
    let names = ["ByteStream", "Error", "ResponseValue"];
    let names = names.iter().filter(|name| body.contains(**name));
    let names = names.map(|name| quote::format_ident!("{name}"));
    let docs = rewrite::doc_attributes(docs);
    let file: syn::File = syn::parse2(quote! {
        use crate::{#(#names),*};
        #types
        #(#docs)*
        #[derive(Debug, Clone)]
        pub struct Client {
            core: crate::client::Core,
        }
        #registration
        impl Client { #(#methods)* }
    })?;
    Ok(format!("{head}{}", prettyplease::unparse(&file)))
}
