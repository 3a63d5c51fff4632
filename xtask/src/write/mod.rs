//! Writes types as Rust.

pub(crate) mod params;
pub(crate) mod types;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::model::Type;

/// The type as Rust; `outside` the module `types`, names are written with it.
pub(crate) fn rust_type(ty: &Type, outside: bool) -> TokenStream {
    match ty {
        Type::Bool => quote!(bool),
        Type::Text => quote!(String),
        Type::I32 => quote!(i32),
        Type::I64 => quote!(i64),
        Type::U32 => quote!(u32),
        Type::U64 => quote!(u64),
        Type::F64 => quote!(f64),
        Type::Json => quote!(serde_json::Value),
        Type::File => quote!(crate::multipart::Part),
        Type::List(item) => {
            let item = rust_type(item, outside);
            quote!(Vec<#item>)
        }
        Type::Map(value) if **value == Type::Json => {
            quote!(serde_json::Map<String, serde_json::Value>)
        }
        Type::Map(value) => {
            let value = rust_type(value, outside);
            quote!(std::collections::BTreeMap<String, #value>)
        }
        Type::Boxed(inner) => {
            let inner = rust_type(inner, outside);
            quote!(Box<#inner>)
        }
        Type::Named(name) => {
            let name = format_ident!("{name}");
            if outside { quote!(types::#name) } else { quote!(#name) }
        }
    }
}

/// What a type is called in a comment.
pub(crate) fn plain_name(ty: &Type) -> String {
    match ty {
        Type::Bool => "boolean".to_owned(),
        Type::Text => "string".to_owned(),
        Type::I32 | Type::I64 | Type::U32 | Type::U64 => "integer".to_owned(),
        Type::F64 => "number".to_owned(),
        Type::Json => "any JSON".to_owned(),
        Type::File => "file".to_owned(),
        Type::List(_) => "list".to_owned(),
        Type::Map(_) => "object".to_owned(),
        Type::Boxed(inner) => plain_name(inner),
        Type::Named(name) => format!("[`{name}`]"),
    }
}
