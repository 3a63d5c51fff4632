//! The recorded fields that the generated types lose, with the reason.

/// An api-version, a kind of exchange, and the path of a field.
type Field = (&'static str, &'static str, &'static str);

/// Fields by the reason why they are lost.
pub(crate) const FIELDS: &[(&str, &[Field])] = &[];
