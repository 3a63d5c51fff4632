//! Strict JSON schemas of Rust types, as the service accepts them.
//!
//! [`ChatRequest::respond_as`](crate::chat::ChatRequest::respond_as) and [`Tools`](crate::tools::Tools) make
//! them by themselves. [`StrictSchema`] is for everything else.
//!
//! ```
//! use openai_azure::chat::{JsonSchema, ResponseFormat};
//! use openai_azure::schema::StrictSchema;
//!
//! #[derive(schemars::JsonSchema, serde::Deserialize)]
//! struct Person {
//!     /// Without the family name.
//!     name: String,
//!     age: Option<u8>,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let schema = StrictSchema::<Person>::new()?;
//! assert_eq!(schema.name(), "Person");
//! assert_eq!(schema.as_value()["required"], serde_json::json!(["age", "name"]));
//! assert_eq!(schema.as_value()["additionalProperties"], false);
//! let format = ResponseFormat::from(JsonSchema::from(&schema));
//!
//! let person = schema.parse(r#"{"name": "Ada", "age": null}"#)?;
//! assert_eq!(person.name, "Ada");
//! # Ok(())
//! # }
//! ```
//!
//! The traits are those of schemars 1. A program that does not name schemars itself derives with
//! [`openai_azure::schemars`](crate::schemars) and `#[schemars(crate = "openai_azure::schemars")]`.
//!
//! # What becomes of a type
//!
//! | in Rust | in the schema |
//! |---|---|
//! | struct | an object with `additionalProperties: false`, all fields required |
//! | `Option<T>` | a required field that may be null |
//! | a field with `#[serde(default)]` | a required field: the model always writes it |
//! | enum, flattened enum | `anyOf` |
//! | recursive type | `$defs` and `$ref` |
//! | limits, `format`, `pattern` | words in the description, because the service refuses the keywords |
//! | doc comment | the description, which the model reads |
//! | anything but a struct as the whole output | an object with the one field `value` |
//! | `()` as arguments | an object without fields |
//!
//! Maps with free keys, `serde_json::Value` and tuples have no strict schema and are
//! [`Error::Config`]: use a list of entries, an enum, a struct.
//!
//! The fields are sorted by name, and the model writes them in that order. With the feature
//! `preserve_order` of schemars they stand as in the struct, so that a field `reasoning` can come
//! before the `answer`.
//!
//! The documents of the service name 100 fields in all, five levels of nesting and 500 values
//! of enums. They are not checked here, because newer models take more.

mod flatten;
mod keywords;
mod strict;
#[cfg(test)]
mod tests;

use std::fmt;
use std::marker::PhantomData;

use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::error::Error;
use crate::json_schema::JsonSchema;

/// The longest name of a schema or function.
const MAX_NAME: usize = 64;

/// The field of the object around an output that is none itself.
const WRAPPED: &str = "value";

/// The strict schema of `T`, and how to read what fits it. See the [module](self).
pub struct StrictSchema<T: ?Sized> {
    name: String,
    description: Option<String>,
    schema: Value,
    root: Root,
    of: PhantomData<fn() -> T>,
}

/// What the JSON around a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    /// The value is an object itself.
    Plain,
    /// The value is the only field of an object.
    Wrapped,
    /// The value is `null`, and the object is empty.
    Nothing,
}

/// A strict schema without its type.
#[derive(Debug)]
pub(crate) struct Strict {
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) schema: Value,
    pub(crate) root: Root,
}

impl<T: schemars::JsonSchema + ?Sized> StrictSchema<T> {
    /// Makes the schema.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for a type that no strict schema can describe; its text shows where and why.
    pub fn new() -> Result<Self, Error> {
        let Strict { name, description, schema, root } = of::<T>()?;
        Ok(Self { name, description, schema, root, of: PhantomData })
    }
}

impl<T: ?Sized> StrictSchema<T> {
    /// The name of the type, of letters, digits, `_` and `-`, at most 64.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The doc comment of the type.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The schema.
    #[must_use]
    pub fn as_value(&self) -> &Value {
        &self.schema
    }

    pub(crate) fn root(&self) -> Root {
        self.root
    }
}

impl<T: DeserializeOwned> StrictSchema<T> {
    /// Reads JSON text that fits the schema.
    ///
    /// # Errors
    ///
    /// The text is no JSON, or no `T`.
    pub fn parse(&self, text: &str) -> Result<T, serde_json::Error> {
        self.root.parse(text)
    }
}

impl Root {
    /// The value inside JSON that is not complete yet.
    pub(crate) fn partial(self, mut json: Value) -> Option<Value> {
        match self {
            Self::Plain => Some(json),
            Self::Nothing => Some(Value::Null),
            Self::Wrapped => json.get_mut(WRAPPED).map(Value::take),
        }
    }

    pub(crate) fn parse<T: DeserializeOwned>(self, text: &str) -> Result<T, serde_json::Error> {
        match self {
            Self::Plain => serde_json::from_str(text),
            Self::Nothing => {
                serde_json::from_str::<Map<String, Value>>(text)?;
                serde_json::from_value(Value::Null)
            }
            Self::Wrapped => {
                let mut members: Map<String, Value> = serde_json::from_str(text)?;
                let value = members.remove(WRAPPED).ok_or_else(|| {
                    <serde_json::Error as serde::de::Error>::missing_field(WRAPPED)
                })?;
                serde_json::from_value(value)
            }
        }
    }
}

/// The strict schema of a type.
///
/// # Errors
///
/// [`Error::Config`] for a type that no strict schema can describe.
pub(crate) fn of<T: schemars::JsonSchema + ?Sized>() -> Result<Strict, Error> {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.meta_schema = None);
    let loose = settings.into_generator().into_root_schema_for::<T>().to_value();
    let name = name(&T::schema_name());
    let description = loose["description"].as_str().map(str::to_owned);
    let unfit = |why| {
        Error::config(format!("the type {} has no strict JSON schema: {why}", T::schema_name()))
    };
    let (schema, root) = match &loose["type"] {
        Value::String(kind) if kind == "null" => (strict::empty_object(), Root::Nothing),
        _ => rooted(strict::of(&loose).map_err(unfit)?, &name),
    };
    Ok(Strict { name, description, schema, root })
}

/// Puts a schema that is no object into one.
fn rooted(mut schema: Value, name: &str) -> (Value, Root) {
    let definitions = schema.as_object_mut().and_then(|members| members.remove("$defs"));
    let (mut schema, mut definitions, root) = if schema["type"] == "object" {
        (schema, definitions, Root::Plain)
    } else {
        // What is recursive points to its own place, which is another one now.
        let is_recursive = strict::points_to_root(&schema)
            || definitions.as_ref().is_some_and(strict::points_to_root);
        if !is_recursive {
            (strict::object_of(WRAPPED, schema), definitions, Root::Wrapped)
        } else {
            let mut definitions = definitions.unwrap_or_else(|| json!({}));
            let free = |name: &String| definitions.get(name).is_none();
            let name =
                std::iter::successors(Some(name.to_owned()), |name| Some(format!("{name}_")))
                    .find(free)
                    .unwrap_or_default();
            let place = format!("#/$defs/{name}");
            strict::move_root(&mut schema, &place);
            strict::move_root(&mut definitions, &place);
            definitions[&name] = schema;
            let whole = strict::object_of(WRAPPED, json!({"$ref": place}));
            (whole, Some(definitions), Root::Wrapped)
        }
    };
    if let Some(definitions) = definitions.take().filter(|list| list != &json!({})) {
        schema["$defs"] = definitions;
    }
    (schema, root)
}

/// A name that the service takes.
fn name(of: &str) -> String {
    let is_fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let name: String =
        of.chars().map(|c| if is_fine(c) { c } else { '_' }).take(MAX_NAME).collect();
    if name.is_empty() { "answer".to_owned() } else { name }
}

/// The form of a completion that fits the schema exactly.
impl<T: ?Sized> From<&StrictSchema<T>> for JsonSchema {
    fn from(schema: &StrictSchema<T>) -> Self {
        let format = Self::new(&schema.name, schema.schema.clone());
        match &schema.description {
            Some(text) => format.description(text),
            None => format,
        }
    }
}

impl<T: ?Sized> Clone for StrictSchema<T> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            description: self.description.clone(),
            schema: self.schema.clone(),
            root: self.root,
            of: PhantomData,
        }
    }
}

impl<T: ?Sized> fmt::Debug for StrictSchema<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StrictSchema")
            .field("name", &self.name)
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}
