//! Rewrites, as syntax, the operations that progenitor wrote.
//!
//! progenitor decides which arguments a method has, in which order and of which types, and what
//! goes into path, query, headers and body. Its body, which sends over reqwest with hidden items
//! of its run-time crate, becomes a few lines on the items of `openai-azure-sys`: a `Request` is
//! built and handed to the client's core.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, FnArg, Ident, ImplItem, ImplItemFn, Item, Lit, Token, Type as SynType};
use syn::{parse_quote, parse2};

use crate::model::Type;
use crate::operations::{Answer, Body, DEPLOYMENT, Operation};
use crate::stub::Table;
use crate::write::rust_type;

/// The methods of these operations, in the order in which progenitor wrote them.
///
/// `params` is the module of the structs of query parameters.
pub(crate) fn methods(
    file: syn::File,
    table: &Table,
    operations: &[Operation],
    docs: &BTreeMap<String, Vec<String>>,
    params: &TokenStream,
) -> Result<Vec<ImplItemFn>> {
    let by_id: BTreeMap<&str, &Operation> =
        operations.iter().map(|operation| (operation.id.as_str(), operation)).collect();
    let mut methods = Vec::new();
    for item in file.items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_some() {
            continue;
        }
        for item in block.items {
            let ImplItem::Fn(mut function) = item else { continue };
            if function.sig.asyncness.is_none() {
                continue;
            }
            let name = function.sig.ident.to_string();
            let operation = by_id
                .get(name.trim_start_matches("r#"))
                .with_context(|| format!("progenitor wrote `{name}`, which is unknown"))?;
            let lines = docs.get(&operation.id).cloned().unwrap_or_default();
            function.attrs = doc_attributes(&lines);
            rewrite(&mut function, operation, table, params)
                .with_context(|| operation.id.clone())?;
            methods.push(function);
        }
    }
    ensure!(methods.len() == operations.len(), "progenitor left out operations");
    Ok(methods)
}

/// One `///` line for each.
pub(crate) fn doc_attributes(lines: &[String]) -> Vec<Attribute> {
    lines
        .iter()
        .map(|line| {
            let line = if line.is_empty() { String::new() } else { format!(" {line}") };
            parse_quote!(#[doc = #line])
        })
        .collect()
}

fn rewrite(
    function: &mut ImplItemFn,
    operation: &Operation,
    table: &Table,
    params: &TokenStream,
) -> Result<()> {
    let mut written = Written::default();
    written.visit_block(&function.block);
    if let Some(failure) = written.failure {
        bail!("{failure}");
    }
    let mut types = Types { table };
    types.visit_signature_mut(&mut function.sig);
    function.sig.generics = syn::Generics::default();
    arguments(function, operation, params);

    let mut path = written.path.into_iter();
    let constant = format_ident!("{}", operation.of.to_uppercase());
    let constant = quote!(&crate::operations::#constant);
    let mut steps = Vec::new();
    if operation.path.starts_with(DEPLOYMENT) {
        let deployment = path.next().context("the deployment is no argument")?;
        steps.push(quote!(self.core.deployment_request(#constant, #deployment, &[#(#path),*])?));
    } else {
        steps.push(quote!(self.core.request(#constant, &[#(#path),*])?));
    }
    let params = operation.params();
    let mut has_params = false;
    for (shown, ident) in written.query {
        let parameter = operation
            .parameters
            .iter()
            .zip(operation.parameter_names())
            .find(|(parameter, name)| parameter.place == "query" && *name == shown)
            .map(|(parameter, _)| parameter)
            .with_context(|| format!("`{shown}` is no query parameter"))?;
        if params.iter().any(|other| other.name == parameter.name) {
            has_params = true;
            continue;
        }
        let wire = &parameter.name;
        steps.push(quote!(request.with_query(#wire, &#ident)?));
    }
    if has_params {
        steps.push(quote!(params.write(request)?));
    }
    for (name, value) in &operation.constant_headers {
        let name = name.to_ascii_lowercase();
        steps.push(quote!(request.with_header(#name, #value)?));
    }
    for (parameter, name) in operation.parameters.iter().zip(operation.parameter_names()) {
        if parameter.place == "header" {
            let wire = parameter.name.to_ascii_lowercase();
            let ident = format_ident!("{}", crate::naming::snake(&name));
            steps.push(if parameter.required {
                quote!(request.with_header(#wire, #ident)?)
            } else {
                quote!(request.with_optional_header(#wire, #ident)?)
            });
        }
    }
    match &operation.body {
        Body::None => {}
        Body::Json(_) => steps.push(quote!(request.with_json(body)?)),
        Body::Form(_) => steps.push(quote!(request.with_form(form.to_form()?))),
        Body::Bytes(kind) => steps.push(quote!(request.with_bytes(#kind, body)?)),
        Body::RawForm => steps.push(quote!(request.with_bytes("multipart/form-data", body)?)),
    }
    let accept = &operation.accept;
    if let Answer::Events(item) = &operation.answer {
        let item = rust_type(item, true);
        function.sig.output =
            parse_quote!(-> Result<ResponseValue<crate::EventStream<#item>>, Error>);
    }
    let last = match written.answer.context("the response is not read")? {
        Read::Bytes if matches!(operation.answer, Answer::Events(_)) => {
            quote!(self.core.events(request, #accept).await)
        }
        Read::Json => quote!(self.core.json(request).await),
        Read::Bytes => quote!(self.core.bytes(request, #accept).await),
        Read::Empty => quote!(self.core.empty(request).await),
    };
    function.block = parse2(quote!({ #(let request = #steps;)* #last }))?;
    Ok(())
}

/// Forms and bytes under types of ours, and optional query parameters as one struct.
fn arguments(function: &mut ImplItemFn, operation: &Operation, module: &TokenStream) {
    let params: Vec<Ident> = operation
        .params()
        .iter()
        .filter_map(|parameter| {
            let at = operation.parameters.iter().position(|other| other.name == parameter.name)?;
            let name = operation.parameter_names().into_iter().nth(at)?;
            Some(format_ident!("{}", crate::naming::snake(&name)))
        })
        .collect();
    let mut inputs: Punctuated<FnArg, Token![,]> = Punctuated::new();
    let mut has_params = false;
    for mut input in std::mem::take(&mut function.sig.inputs) {
        if let FnArg::Typed(argument) = &mut input {
            let name = argument.pat.to_token_stream().to_string();
            if params.iter().any(|param| *param == name) {
                if !has_params {
                    let name = format_ident!("{}", operation.params_name());
                    inputs.push(parse_quote!(params: &#module #name));
                }
                has_params = true;
                continue;
            }
            if name == "body" {
                match &operation.body {
                    Body::Form(ty) => {
                        let ty = rust_type(ty, true);
                        input = parse_quote!(form: &#ty);
                    }
                    Body::Bytes(_) | Body::RawForm => {
                        input = parse_quote!(body: impl Into<crate::Body>);
                    }
                    Body::None | Body::Json(_) => {}
                }
            }
        }
        inputs.push(input);
    }
    function.sig.inputs = inputs;
}

/// How the response is read.
#[derive(Clone, Copy)]
enum Read {
    Json,
    Bytes,
    Empty,
}

/// What progenitor's method does.
#[derive(Default)]
struct Written {
    /// The arguments that stand in the path.
    path: Vec<Ident>,
    /// The query parameters: the name that progenitor saw, the argument.
    query: Vec<(String, Ident)>,
    answer: Option<Read>,
    failure: Option<String>,
}

impl Written {
    /// `encode_path(&x.to_string())` and `QueryParam::new("x", &x)` name their argument.
    fn argument(&mut self, expression: Option<&Expr>) -> Option<Ident> {
        let text = expression.to_token_stream().to_string();
        let name = text.trim_start_matches("& ").split([' ', '.']).next().unwrap_or_default();
        match syn::parse_str(name) {
            Ok(ident) => Some(ident),
            Err(_) => {
                self.failure = Some(format!("`{text}` is no argument"));
                None
            }
        }
    }
}

impl<'ast> Visit<'ast> for Written {
    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let function = call.func.to_token_stream().to_string().replace(' ', "");
        match function.as_str() {
            "encode_path" => {
                let ident = self.argument(call.args.first());
                self.path.extend(ident);
            }
            "progenitor_client::QueryParam::new" => {
                let Some(Expr::Lit(syn::ExprLit { lit: Lit::Str(name), .. })) = call.args.first()
                else {
                    self.failure = Some("a query parameter without a name".to_owned());
                    return;
                };
                if let Some(ident) = self.argument(call.args.last()) {
                    self.query.push((name.value(), ident));
                }
            }
            "ResponseValue::from_response" => self.answer = Some(Read::Json),
            "ResponseValue::stream" => self.answer = Some(Read::Bytes),
            "ResponseValue::empty" => self.answer = Some(Read::Empty),
            _ => visit::visit_expr_call(self, call),
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if !call.path.is_ident("format") {
            return;
        }
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        match call.parse_body_with(parser) {
            Ok(arguments) => arguments.iter().for_each(|argument| self.visit_expr(argument)),
            Err(error) => self.failure = Some(error.to_string()),
        }
    }
}

/// `types::T3` becomes the type that it stands for, lifetimes go, and there is one error type.
struct Types<'a> {
    table: &'a Table,
}

impl Types<'_> {
    fn placeholder(&self, ty: &SynType) -> Option<&Type> {
        let SynType::Path(path) = ty else { return None };
        let segments = &path.path.segments;
        if segments.len() != 2 || segments[0].ident != "types" {
            return None;
        }
        let number = segments[1].ident.to_string();
        self.table.0.get(number.strip_prefix('T')?.parse::<usize>().ok()?)
    }
}

impl VisitMut for Types<'_> {
    fn visit_type_mut(&mut self, ty: &mut SynType) {
        visit_mut::visit_type_mut(self, ty);
        if let Some(target) = self.placeholder(ty) {
            let tokens = rust_type(target, true);
            *ty = parse_quote!(#tokens);
        }
        match ty {
            SynType::Reference(reference) => reference.lifetime = None,
            SynType::Path(path) => {
                if let Some(last) = path.path.segments.last_mut()
                    && last.ident == "Error"
                {
                    last.arguments = syn::PathArguments::None;
                }
            }
            _ => {}
        }
    }

    fn visit_receiver_mut(&mut self, receiver: &mut syn::Receiver) {
        *receiver = parse_quote!(&self);
    }
}
