//! What the generator writes: types in five shapes.

use std::collections::BTreeMap;

/// The type of a member, an item or a parameter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Type {
    Bool,
    Text,
    I32,
    I64,
    U32,
    U64,
    F64,
    /// Any JSON value.
    Json,
    /// The bytes of a file in a form.
    File,
    List(Box<Type>),
    Map(Box<Type>),
    /// A type of the same module.
    Named(String),
    Boxed(Box<Type>),
}

/// A named type.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    /// The upstream name of the schema; `None` for one that has none, being written inline.
    pub(crate) schema: Option<String>,
    /// Where an inline one stands: `Schema.property`.
    pub(crate) place: String,
    pub(crate) shape: Shape,
}

/// The five shapes.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Struct(Struct),
    /// A string with known values: variant, value.
    Open(Vec<(String, String)>),
    /// A union by a constant member.
    Tagged {
        tag: String,
        rows: Vec<Row>,
    },
    /// A union that is told apart by trying: arm, type.
    Untagged(Vec<(String, Type)>),
    Alias(Type),
}

/// An object with known members.
#[derive(Debug, Clone, Default)]
pub(crate) struct Struct {
    pub(crate) fields: Vec<Field>,
    /// The type of all other members, if any are allowed by name.
    pub(crate) rest: Option<Type>,
    /// Whether it is sent as a form.
    pub(crate) form: bool,
}

/// A member of a struct.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// The name on the wire.
    pub(crate) name: String,
    /// The name in Rust.
    pub(crate) rust: String,
    pub(crate) ty: Type,
    pub(crate) required: bool,
    pub(crate) nullable: bool,
    /// The only value that it can have.
    pub(crate) constant: Option<String>,
    /// What the service takes when it is absent, as a comment shows it.
    pub(crate) default: Option<String>,
}

impl Field {
    /// Whether the member is an `Option`.
    pub(crate) fn optional(&self) -> bool {
        !self.required || self.nullable
    }
}

/// One variant of a tagged union.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) variant: String,
    pub(crate) ty: String,
    pub(crate) values: Vec<String>,
}

/// All types of a module, by name.
pub(crate) type Definitions = BTreeMap<String, Definition>;

impl Type {
    /// The type itself and everything inside it.
    pub(crate) fn visit(&self, see: &mut impl FnMut(&Self)) {
        see(self);
        if let Self::List(inner) | Self::Map(inner) | Self::Boxed(inner) = self {
            inner.visit(see);
        }
    }

    /// The name of the type that a value of this one holds in itself, without a pointer between.
    pub(crate) fn held(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            _ => None,
        }
    }
}

impl Shape {
    /// The types that stand in it.
    pub(crate) fn types(&self) -> Vec<Type> {
        match self {
            Self::Struct(object) => object
                .fields
                .iter()
                .map(|field| field.ty.clone())
                .chain(object.rest.clone())
                .collect(),
            Self::Open(_) => Vec::new(),
            Self::Tagged { rows, .. } => {
                rows.iter().map(|row| Type::Named(row.ty.clone())).collect()
            }
            Self::Untagged(arms) => arms.iter().map(|(_, ty)| ty.clone()).collect(),
            Self::Alias(ty) => vec![ty.clone()],
        }
    }
}
