//! Rewrites, as syntax, the client that progenitor wrote.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, ImplItem, Item, Stmt, Token, Type as SynType, parse_quote};

use crate::model::Type;
use crate::operations::{Body, Operation};
use crate::stub::Table;
use crate::write::rust_type;

/// The `impl Client` blocks and the rest of the client, ours in comments and bodies.
///
/// - the `types` and `prelude` modules and `Client::new` go: the first is ours, the last would set
///   a time-out of 15 seconds;
/// - `types::T3` becomes the type that it stands for;
/// - path parameters go through [`crate::path::segment`] of the crate;
/// - the header `api-version` that progenitor adds is no part of the API and goes;
/// - forms are sent as forms, bodies with their media type.
pub(crate) fn client(
    file: syn::File,
    table: &Table,
    operations: &[Operation],
    docs: &BTreeMap<String, Vec<String>>,
    client_docs: &[String],
) -> Result<Vec<Item>> {
    let by_id: BTreeMap<&str, &Operation> =
        operations.iter().map(|operation| (operation.id.as_str(), operation)).collect();
    let mut items = Vec::new();
    for mut item in file.items {
        match &mut item {
            Item::Mod(_) | Item::Use(_) => continue,
            Item::Struct(client) => client.attrs = with_docs(&client.attrs, client_docs),
            Item::Impl(block) if block.trait_.is_none() => {
                block.attrs.clear();
                block.items.retain(|item| !matches!(item, ImplItem::Fn(f) if f.sig.ident == "new"));
                for item in &mut block.items {
                    let ImplItem::Fn(function) = item else { continue };
                    let name = function.sig.ident.to_string();
                    if name == "new_with_client" {
                        let lines = [
                            "Makes a client that sends over `client`.".to_owned(),
                            String::new(),
                            "`baseurl` is everything before the path of an operation.".to_owned(),
                        ];
                        function.attrs = with_docs(&[], &lines);
                        continue;
                    }
                    let operation = by_id
                        .get(name.trim_start_matches("r#"))
                        .with_context(|| format!("progenitor wrote `{name}`, which is unknown"))?;
                    let lines = docs.get(&operation.id).cloned().unwrap_or_default();
                    function.attrs = with_docs(&[], &lines);
                    method(function, operation, table)?;
                }
            }
            _ => {}
        }
        items.push(item);
    }
    Ok(items)
}

fn with_docs(attributes: &[Attribute], lines: &[String]) -> Vec<Attribute> {
    let others = attributes.iter().filter(|attribute| !attribute.path().is_ident("doc")).cloned();
    doc_attributes(lines).into_iter().chain(others).collect()
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

fn method(function: &mut syn::ImplItemFn, operation: &Operation, table: &Table) -> Result<()> {
    let names = operation.parameter_names().into_iter();
    let renamed = names
        .zip(operation.parameters.iter().map(|parameter| parameter.name.as_str()))
        .filter(|(name, wire)| name != wire)
        .collect();
    let mut rewriter = Rewriter { operation, table, renamed, segments: Vec::new(), failure: None };
    rewriter.visit_impl_item_fn_mut(function);
    if let Some(failure) = rewriter.failure {
        anyhow::bail!("{}: {failure}", operation.id);
    }
    function.block.stmts.splice(0..0, rewriter.segments);
    function.sig.generics.params = function
        .sig
        .generics
        .params
        .iter()
        .filter(|parameter| match parameter {
            syn::GenericParam::Lifetime(_) => false,
            _ => !matches!(operation.body, Body::Form(_) | Body::RawForm),
        })
        .cloned()
        .collect();
    let form: Option<SynType> = match &operation.body {
        Body::Form(ty) => {
            let ty = rust_type(ty, true);
            Some(parse_quote!(&#ty))
        }
        Body::RawForm => Some(parse_quote!(reqwest::multipart::Form)),
        _ => None,
    };
    if let Some(form) = form {
        for input in &mut function.sig.inputs {
            if let syn::FnArg::Typed(argument) = input
                && argument.pat.to_token_stream().to_string() == "body"
            {
                *argument.pat = parse_quote!(form);
                *argument.ty = form.clone();
            }
        }
    }
    headers(function, operation);
    Ok(())
}

/// Sets the constant headers; without any header, the map goes.
fn headers(function: &mut syn::ImplItemFn, operation: &Operation) {
    let has_header = operation.parameters.iter().any(|parameter| parameter.place == "header");
    let constant = &operation.constant_headers;
    if has_header || !constant.is_empty() {
        let at = function.block.stmts.iter().position(declares_headers).map_or(0, |at| at + 1);
        for (name, value) in constant.iter().rev() {
            let name = name.to_ascii_lowercase();
            let statement: Stmt = parse_quote! {
                header_map.append(#name, ::reqwest::header::HeaderValue::from_static(#value));
            };
            function.block.stmts.insert(at, statement);
        }
        return;
    }
    function.block.stmts.retain(|statement| !declares_headers(statement));
    struct DropHeaders;
    impl VisitMut for DropHeaders {
        fn visit_expr_mut(&mut self, expression: &mut Expr) {
            visit_mut::visit_expr_mut(self, expression);
            if let Expr::MethodCall(call) = expression
                && call.method == "headers"
                && call
                    .args
                    .first()
                    .is_some_and(|a| a.to_token_stream().to_string() == "header_map")
            {
                *expression = (*call.receiver).clone();
            }
        }
    }
    DropHeaders.visit_block_mut(&mut function.block);
}

fn declares_headers(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Local(local)
        if local.pat.to_token_stream().to_string().contains("header_map"))
}

struct Rewriter<'a> {
    operation: &'a Operation,
    table: &'a Table,
    /// Parameters that have another name in Rust, with that on the wire.
    renamed: Vec<(String, &'a str)>,
    /// Statements that make a safe segment of each path parameter.
    segments: Vec<Stmt>,
    failure: Option<String>,
}

impl Rewriter<'_> {
    fn placeholder(&self, ty: &SynType) -> Option<&Type> {
        let SynType::Path(path) = ty else { return None };
        let segments = &path.path.segments;
        if segments.len() != 2 || segments[0].ident != "types" {
            return None;
        }
        let number = segments[1].ident.to_string();
        self.table.0.get(number.strip_prefix('T')?.parse::<usize>().ok()?)
    }

    /// `format!("{}/a/{}#id", self.baseurl, encode_path(&x.to_string()))` → safe segments.
    fn url(&mut self, tokens: &TokenStream) -> Result<TokenStream> {
        let arguments = syn::parse::Parser::parse2(
            Punctuated::<Expr, Token![,]>::parse_terminated,
            tokens.clone(),
        )?;
        let mut arguments: Vec<Expr> = arguments.into_iter().collect();
        if let Some(Expr::Lit(literal)) = arguments.first_mut()
            && let syn::Lit::Str(text) = &literal.lit
        {
            let path = text.value();
            let path = path.split_once('#').map_or(path.as_str(), |(path, _)| path).to_owned();
            literal.lit = syn::Lit::Str(syn::LitStr::new(&path, text.span()));
        }
        for argument in &mut arguments {
            let Expr::Call(call) = argument else { continue };
            if call.func.to_token_stream().to_string() != "encode_path" {
                continue;
            }
            let value = call.args.first().context("encode_path has no argument")?;
            let name = value.to_token_stream().to_string();
            let name = name.trim_start_matches("& ").split([' ', '.']).next().unwrap_or_default();
            let wire = self
                .operation
                .parameters
                .iter()
                .find(|p| p.place == "path" && crate::naming::snake(&p.name) == name)
                .map_or(name, |parameter| parameter.name.as_str());
            let ident = quote::format_ident!("{name}");
            self.segments.push(parse_quote! {
                let #ident = crate::path::segment(#wire, #value)?;
            });
            *argument = parse_quote!(#ident);
        }
        Ok(quote!(#(#arguments),*))
    }
}

impl VisitMut for Rewriter<'_> {
    fn visit_type_mut(&mut self, ty: &mut SynType) {
        visit_mut::visit_type_mut(self, ty);
        if let Some(target) = self.placeholder(ty) {
            let tokens = rust_type(target, true);
            *ty = parse_quote!(#tokens);
        }
        if let SynType::Reference(reference) = ty {
            reference.lifetime = None;
        }
    }

    fn visit_receiver_mut(&mut self, receiver: &mut syn::Receiver) {
        *receiver = parse_quote!(&self);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        block.stmts.retain(|statement| {
            let text = statement.to_token_stream().to_string();
            !(text.starts_with("header_map") && text.contains("\"api-version\""))
        });
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::Macro(call) = expression
            && call.mac.path.is_ident("format")
        {
            match self.url(&call.mac.tokens) {
                Ok(tokens) => call.mac.tokens = tokens,
                Err(error) => self.failure = Some(format!("{error:#}")),
            }
        }
        let Expr::MethodCall(call) = expression else { return };
        let receiver = &call.receiver;
        let on_client = receiver.to_token_stream().to_string() == "self . client";
        if on_client && let Some(accept) = self.operation.accept {
            *expression = parse_quote! {
                #call.header(
                    ::reqwest::header::ACCEPT,
                    ::reqwest::header::HeaderValue::from_static(#accept),
                )
            };
            return;
        }
        if call.method == "body" {
            match &self.operation.body {
                Body::Form(_) => {
                    let Expr::MethodCall(inner) = receiver.as_ref() else { return };
                    let before = &inner.receiver;
                    *expression = parse_quote! {
                        #before.multipart(form.to_form().await.map_err(Error::InvalidRequest)?)
                    };
                }
                Body::RawForm => {
                    let Expr::MethodCall(inner) = receiver.as_ref() else { return };
                    let before = &inner.receiver;
                    *expression = parse_quote!(#before.multipart(form));
                }
                _ => {}
            }
        }
    }

    fn visit_lit_str_mut(&mut self, text: &mut syn::LitStr) {
        let value = text.value();
        if let Some((_, parameter)) = self.renamed.iter().find(|(name, _)| *name == value) {
            *text = syn::LitStr::new(parameter, text.span());
        }
        if text.value() == "application/octet-stream"
            && let Body::Bytes(kind) = &self.operation.body
        {
            *text = syn::LitStr::new(kind, text.span());
        }
    }
}
