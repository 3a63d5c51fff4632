//! Reading JSON objects in one pass, with unknown fields kept.
//!
//! The run-time half of `open_struct!` and
//! `open_union!`: known fields are matched on the borrowed key, everything
//! else goes into `extra`. Nothing is buffered, unlike with `#[serde(flatten)]`.
//!
//! Not part of the public interface, except for [`SharedStr`].

mod integer;
mod key;
mod lenient;
mod list;
mod object;
mod shared_str;
mod slot;
mod text;
mod union;

pub use key::Key;
pub use lenient::{Lenient, Loose, read_lenient};
pub use object::{ObjectSeed, Open};
pub use serde;
pub use serde_json;
pub use shared_str::SharedStr;
pub use slot::{ReadAny, ReadAs, ReadList, Slot, UnsetAny, UnsetAs};
pub use text::TextVisitor;
pub use union::{Tagged, read_union};
