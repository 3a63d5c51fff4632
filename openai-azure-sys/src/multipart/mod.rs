//! Forms with files: what the typed forms hold, and how they become `multipart/form-data`.

mod form;
mod part;

pub use form::Form;
pub use part::Part;
