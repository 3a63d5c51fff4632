//! The fields of a request that a builder has no setter for.

use std::fmt;
use std::ops::{Deref, DerefMut};

use serde_json::{Map, Value};

/// Fields by name. Their values may be secrets, so `Debug` shows the names only.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Extra(Map<String, Value>);

impl Deref for Extra {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Extra {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Extra;

    #[test]
    fn values_are_not_printed() {
        let mut extra = Extra::default();
        extra.insert("authorization".into(), "hunter2".into());
        assert_eq!(format!("{extra:?}"), r#"["authorization"]"#);
    }
}
