//! Writes the five shapes.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::rust_type;
use crate::docs::Docs;
use crate::model::{Definition, Definitions, Field, Row, Shape, Struct, Type};
use crate::rewrite::doc_attributes;

/// Writes one type with its comment.
pub(crate) fn definition(
    name: &str,
    definition: &Definition,
    definitions: &Definitions,
    docs: &Docs,
) -> Result<String> {
    let lines = docs.definition(name, definition);
    let attributes = doc_attributes(&lines);
    let ident = format_ident!("{name}");
    let tokens = match &definition.shape {
        Shape::Struct(object) => {
            let place = definition.place.as_str();
            structure(name, object, place, definitions, docs, &quote!(#(#attributes)*))
        }
        Shape::Open(values) => {
            let rows = values.iter().map(|(variant, value)| format!("{variant} = {value:?}"));
            return Ok(invocation("open_enum", &lines, name, rows));
        }
        Shape::Tagged { tag, rows } => {
            let rows = rows.iter().map(|Row { variant, ty, values }| {
                let values: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
                format!("{variant}({ty}) = {}", values.join(" | "))
            });
            return Ok(invocation("tagged_union", &lines, &format!("{name} by {tag:?}"), rows));
        }
        Shape::Untagged(arms) => untagged(&ident, arms, &quote!(#(#attributes)*)),
        Shape::Alias(ty) => {
            let ty = rust_type(ty, false);
            quote!(#(#attributes)* pub type #ident = #ty;)
        }
    };
    let file = syn::parse2(tokens).with_context(|| format!("the type {name} is no Rust"))?;
    Ok(prettyplease::unparse(&file))
}

/// A call of one of the crate's macros; prettyplease does not know their grammar.
fn invocation(
    name: &str,
    docs: &[String],
    head: &str,
    rows: impl Iterator<Item = String>,
) -> String {
    let docs: String = docs.iter().map(|line| format!("    /// {line}\n")).collect();
    let rows: String = rows.map(|row| format!("        {row},\n")).collect();
    format!("{name}! {{\n{docs}    pub enum {head} {{\n{rows}    }}\n}}\n")
}

fn structure(
    name: &str,
    object: &Struct,
    place: &str,
    definitions: &Definitions,
    docs: &Docs,
    attributes: &TokenStream,
) -> TokenStream {
    let ident = format_ident!("{name}");
    let fields = object.fields.iter().map(|field| {
        let attributes = doc_attributes(&docs.field(place, field));
        let serde = (!object.form).then(|| serde_attribute(name, field));
        let (ident, ty) = (format_ident!("{}", field.rust), field_type(field));
        quote!(#(#attributes)* #serde pub #ident: #ty,)
    });
    let rest_name = rest_name(object);
    let rest = object.rest.as_ref().filter(|_| !object.form).map(|ty| {
        let ty = rust_type(&Type::Map(Box::new(ty.clone())), false);
        quote! {
            /// Fields that are not listed.
            #[serde(flatten)]
            pub #rest_name: #ty,
        }
    });
    let needs_nothing = object.fields.iter().all(|field| field.optional());
    let default = needs_nothing.then(|| quote!(, Default));
    let serde = (!object.form).then(|| quote!(, serde::Serialize, serde::Deserialize));
    let methods = methods(&ident, object, rest.is_some(), definitions);
    quote! {
        #attributes
        #[derive(Debug, Clone, PartialEq #default #serde)]
        pub struct #ident { #(#fields)* #rest }
        #methods
    }
}

fn rest_name(object: &Struct) -> syn::Ident {
    let taken = |name: &str| object.fields.iter().any(|field| field.rust == name);
    format_ident!("{}", crate::naming::unique("additional".to_owned(), taken))
}

fn field_type(field: &Field) -> TokenStream {
    let ty = rust_type(&field.ty, false);
    if field.optional() { quote!(Option<#ty>) } else { ty }
}

fn serde_attribute(owner: &str, field: &Field) -> TokenStream {
    let mut words = Vec::new();
    if field.rust != field.name {
        let name = &field.name;
        words.push(quote!(rename = #name));
    }
    if field.optional() {
        words.push(quote!(skip_serializing_if = "Option::is_none"));
    } else if field.constant.is_some() {
        let place = format!("{owner}::{}", constant_name(field));
        words.push(quote!(default = #place));
    }
    if words.is_empty() { quote!() } else { quote!(#[serde(#(#words),*)]) }
}

fn constant_name(field: &Field) -> syn::Ident {
    format_ident!("constant_{}", field.rust.trim_end_matches('_'))
}

/// `new` with what is required, the constants, and how a form is sent.
fn methods(
    ident: &syn::Ident,
    object: &Struct,
    has_rest: bool,
    definitions: &Definitions,
) -> TokenStream {
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    let mut constants = Vec::new();
    let needs_nothing = object.fields.iter().all(Field::optional);
    for field in &object.fields {
        let name = format_ident!("{}", field.rust);
        let ty = rust_type(&field.ty, false);
        if field.optional() {
            values.push(quote!(#name: None,));
        } else if let Some(constant) = &field.constant {
            let function = constant_name(field);
            constants.push(quote!(fn #function() -> String { #constant.to_owned() }));
            values.push(quote!(#name: Self::#function(),));
        } else if into(&field.ty, definitions) {
            arguments.push(quote!(#name: impl Into<#ty>));
            values.push(quote!(#name: #name.into(),));
        } else {
            arguments.push(quote!(#name: #ty));
            values.push(quote!(#name,));
        }
    }
    if has_rest {
        let rest = rest_name(object);
        values.push(quote!(#rest: Default::default(),));
    }
    let about =
        format!(" Creates {} `{ident}` from its required fields.", article(&ident.to_string()));
    let new = (!needs_nothing).then(|| {
        quote! {
            #[doc = #about]
            #[must_use]
            pub fn new(#(#arguments),*) -> Self { Self { #(#values)* } }
            #(#constants)*
        }
    });
    let default = (!needs_nothing && arguments.is_empty()).then(|| {
        quote! {
            impl Default for #ident {
                fn default() -> Self { Self::new() }
            }
        }
    });
    let form = object.form.then(|| to_form(object));
    if new.is_none() && form.is_none() {
        return quote!();
    }
    quote!(impl #ident { #new #form } #default)
}

/// The article before a name.
fn article(name: &str) -> &'static str {
    if name.starts_with(['A', 'E', 'I', 'O']) { "an" } else { "a" }
}

/// Whether callers may pass anything that becomes the type.
fn into(ty: &Type, definitions: &Definitions) -> bool {
    match ty {
        Type::Text | Type::File => true,
        Type::Named(name) => match definitions.get(name).map(|definition| &definition.shape) {
            Some(Shape::Open(_) | Shape::Tagged { .. } | Shape::Untagged(_)) => true,
            Some(Shape::Alias(ty)) => into(ty, definitions),
            _ => false,
        },
        _ => false,
    }
}

fn to_form(object: &Struct) -> TokenStream {
    let steps = object.fields.iter().map(|field| {
        let (ident, name) = (format_ident!("{}", field.rust), &field.name);
        match (&field.ty, field.optional()) {
            (Type::File, false) => {
                quote!(let form = form.part(#name, self.#ident.clone());)
            }
            (Type::File, true) => quote! {
                let form = self.#ident.iter().fold(form, |form, part| form.part(#name, part.clone()));
            },
            (Type::List(item), optional) if **item == Type::File => {
                let name = if name.ends_with("[]") { name.clone() } else { format!("{name}[]") };
                let parts = if optional {
                    quote!(self.#ident.iter().flatten())
                } else {
                    quote!(self.#ident.iter())
                };
                quote! {
                    let form = #parts.fold(form, |form, part| form.part(#name, part.clone()));
                }
            }
            _ => quote!(let form = form.value(#name, &self.#ident)?;),
        }
    });
    quote! {
        /// The form as a body, which can also be sent by the raw client.
        ///
        /// # Errors
        ///
        /// A value that cannot be JSON.
        pub fn to_form(&self) -> Result<crate::multipart::Form, crate::Error> {
            let form = crate::multipart::Form::new();
            #(#steps)*
            Ok(form)
        }
    }
}

fn untagged(ident: &syn::Ident, arms: &[(String, Type)], attributes: &TokenStream) -> TokenStream {
    let mut seen = BTreeSet::new();
    let mut variants = Vec::new();
    let mut conversions = Vec::new();
    for (name, ty) in arms {
        let doc = format!(" As {}.", super::plain_name(ty));
        let (variant, rust) = (format_ident!("{name}"), rust_type(ty, false));
        variants.push(quote!(#[doc = #doc] #variant(#rust),));
        if seen.insert(rust.to_string()) && *ty != Type::Json {
            conversions.push(quote! {
                impl From<#rust> for #ident {
                    fn from(value: #rust) -> Self { Self::#variant(value) }
                }
            });
        }
        if *ty == Type::Text {
            conversions.push(quote! {
                impl From<&str> for #ident {
                    fn from(value: &str) -> Self { Self::#variant(value.to_owned()) }
                }
            });
        }
    }
    quote! {
        #attributes
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(untagged)]
        #[non_exhaustive]
        pub enum #ident {
            #(#variants)*
            /// Anything else.
            Unknown(serde_json::Value),
        }
        #(#conversions)*
    }
}
