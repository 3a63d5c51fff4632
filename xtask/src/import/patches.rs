//! Corrections of faults in upstream documents: `spec/patches/<api-version>.toml`.
//!
//! ```toml
//! [[patch]]
//! document = "inference"
//! at = "/schemas/createThing/required"
//! remove = "type"
//! reason = "names a property that does not exist"
//! ```
//!
//! `at` is a JSON pointer into the facts of one document, below `paths` or `schemas`. A patch
//! does one of three things: `remove` takes an item out of a list or a member out of an object,
//! `add` puts an item into a list or members into an object, `set` replaces the value. A patch that
//! changes nothing is an error: upstream has been corrected, or the pointer is wrong.

use anyhow::{Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::facts::Facts;

#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Patches {
    #[serde(default)]
    pub(crate) patch: Vec<Patch>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Patch {
    pub(crate) document: String,
    pub(crate) at: String,
    remove: Option<Value>,
    add: Option<Value>,
    set: Option<Value>,
    pub(crate) reason: String,
}

impl Patches {
    /// Reads the text of a patch file.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let patches: Self = toml::from_str(text)?;
        for patch in &patches.patch {
            ensure!(!patch.reason.trim().is_empty(), "the patch at {} has no reason", patch.at);
        }
        Ok(patches)
    }

    /// Applies those that are for `document`.
    pub(crate) fn apply(&self, document: &str, facts: &mut Facts) -> Result<usize> {
        let mut root = json!({
            "paths": std::mem::take(&mut facts.paths),
            "schemas": std::mem::take(&mut facts.schemas),
        });
        let mut applied = 0;
        for patch in self.patch.iter().filter(|patch| patch.document == document) {
            patch.apply(&mut root)?;
            applied += 1;
        }
        if let Some(Value::Object(paths)) = root.get_mut("paths").map(Value::take) {
            facts.paths = paths;
        }
        if let Some(Value::Object(schemas)) = root.get_mut("schemas").map(Value::take) {
            facts.schemas = schemas;
        }
        Ok(applied)
    }
}

impl Patch {
    fn apply(&self, root: &mut Value) -> Result<()> {
        let at = &self.at;
        if let Some(value) = &self.set {
            let Some((parent, name)) = at.rsplit_once('/') else { bail!("{at} is no pointer") };
            let name = name.replace("~1", "/").replace("~0", "~");
            let Some(parent) = root.pointer_mut(parent) else { bail!("nothing is at {at}") };
            let Some(parent) = parent.as_object_mut() else { bail!("{at} is in no object") };
            ensure!(parent.get(&name) != Some(value), "{at} has that value already");
            parent.insert(name, value.clone());
            return Ok(());
        }
        let Some(target) = root.pointer_mut(at) else { bail!("nothing is at {at}") };
        match (target, &self.remove, &self.add) {
            (Value::Array(items), Some(item), None) => {
                let before = items.len();
                items.retain(|other| other != item);
                ensure!(items.len() < before, "{at} does not have {item}");
            }
            (Value::Object(members), Some(Value::String(name)), None) => {
                ensure!(members.remove(name).is_some(), "{at} does not have `{name}`");
            }
            (Value::Array(items), None, Some(item)) => {
                ensure!(!items.contains(item), "{at} has {item} already");
                items.push(item.clone());
            }
            (Value::Object(members), None, Some(Value::Object(added))) => {
                for (name, value) in added {
                    let before = members.insert(name.clone(), value.clone());
                    ensure!(before.is_none(), "{at} has `{name}` already");
                }
            }
            _ => bail!("the patch at {at} needs one fitting `remove`, `add` or `set`"),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Facts, Patches};

    fn facts() -> Facts {
        let schemas = json!({"A": {"required": ["x", "y"], "properties": {"x": {}}}});
        Facts { schemas: schemas.as_object().unwrap().clone(), ..Facts::default() }
    }

    #[test]
    fn patches_remove_add_and_set() {
        let patches = Patches::parse(
            r#"
            [[patch]]
            document = "inference"
            at = "/schemas/A/required"
            remove = "y"
            reason = "there is no such property"
            [[patch]]
            document = "inference"
            at = "/schemas/A/properties"
            add = { z = { type = "string" } }
            reason = "the service sends it"
            [[patch]]
            document = "inference"
            at = "/schemas/A/properties/x"
            set = { type = "integer" }
            reason = "the service sends a number"
            "#,
        )
        .unwrap();
        let mut facts = facts();
        assert_eq!(patches.apply("inference", &mut facts).unwrap(), 3);
        assert_eq!(
            facts.schemas["A"],
            json!({"required": ["x"],
                   "properties": {"x": {"type": "integer"}, "z": {"type": "string"}}})
        );
        assert!(patches.apply("inference", &mut facts).is_err(), "they no longer apply");
    }

    #[test]
    fn a_patch_without_a_reason_is_refused() {
        let text = "[[patch]]\ndocument = 'inference'\nat = '/a'\nremove = 'b'\nreason = ''";
        assert!(Patches::parse(text).is_err());
    }
}
