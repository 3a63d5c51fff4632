//! Corrections of faults in upstream documents: `spec/patches/<api-version>.toml`.
//!
//! ```toml
//! [[patch]]
//! document = "inference"
//! at = "/schemas/createThing/required"
//! remove = "type"
//! reason = "names a property that does not exist"
//!
//! [[left_out]]
//! document = "inference"
//! at = "/schemas/createThing"
//! what = "`if` of a schema"
//! reason = "says which fields go together; the service checks that"
//! ```
//!
//! `at` is a JSON pointer into the facts of one document, below `paths` or `schemas`; a step `*`
//! stands for every name, and the patch must fit somewhere. A patch does one of five things:
//! `remove` takes an item out of a list or a member out of an object, `add` puts an item into a list
//! or members into an object, `set` replaces the value, `rename` gives members of an object other
//! names, and `name` moves an inline schema, and all that are equal to it, to a schema of that name.
//!
//! `base = "v1"` at the beginning of the file takes up the patches of that api-version first.
//!
//! A patch that changes nothing is stale: upstream has been corrected, or the pointer is wrong. So
//! is a `left_out` that meets no problem. All stale ones are listed, not only the first.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::facts::{Facts, Problem};
use crate::layout::Layout;

#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Patches {
    base: Option<String>,
    #[serde(default)]
    pub(crate) patch: Vec<Patch>,
    #[serde(default)]
    left_out: Vec<LeftOut>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Patch {
    pub(crate) document: String,
    pub(crate) at: String,
    remove: Option<Value>,
    add: Option<Value>,
    set: Option<Value>,
    name: Option<String>,
    rename: Option<BTreeMap<String, String>>,
    pub(crate) reason: String,
}

/// A problem that is known and meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftOut {
    document: String,
    #[serde(default)]
    at: String,
    what: String,
    reason: String,
}

impl Patches {
    /// Reads the text of a patch file.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let patches: Self = toml::from_str(text)?;
        let reasons = patches.patch.iter().map(|patch| (&patch.at, &patch.reason));
        for (at, reason) in reasons.chain(patches.left_out.iter().map(|one| (&one.at, &one.reason)))
        {
            ensure!(!reason.trim().is_empty(), "the patch at {at} has no reason");
        }
        Ok(patches)
    }

    /// Reads the patches of an api-version, those of its base first.
    pub(crate) fn load(layout: &Layout, version: &str) -> Result<Self> {
        let file = format!("spec/patches/{version}.toml");
        let own = Self::parse(&layout.read(&file)?.unwrap_or_default()).context(file)?;
        let Some(base) = own.base.as_deref().filter(|base| *base != version) else {
            return Ok(own);
        };
        let mut all = Self::load(layout, base)?;
        all.patch.extend(own.patch);
        all.left_out.extend(own.left_out);
        Ok(all)
    }

    /// The documents that patches are for.
    pub(crate) fn documents(&self) -> impl Iterator<Item = (&str, &str)> {
        let patches = self.patch.iter().map(|patch| (patch.document.as_str(), patch.at.as_str()));
        patches.chain(self.left_out.iter().map(|one| (one.document.as_str(), one.at.as_str())))
    }

    /// Applies those that are for `document`, and returns the stale ones.
    ///
    /// A problem where a patch has replaced the value is none any more.
    pub(crate) fn apply(&self, document: &str, facts: &mut Facts) -> Vec<Problem> {
        let mut root = json!({
            "paths": std::mem::take(&mut facts.paths),
            "schemas": std::mem::take(&mut facts.schemas),
        });
        let mut stale = Vec::new();
        for patch in self.patch.iter().filter(|patch| patch.document == document) {
            match patch.apply(&mut root) {
                Ok(()) => facts.problems.retain(|problem| !patch.replaces(&problem.at)),
                Err(error) => stale.push(Problem::new("a stale patch", &error)),
            }
        }
        if let Some(Value::Object(paths)) = root.get_mut("paths").map(Value::take) {
            facts.paths = paths;
        }
        if let Some(Value::Object(schemas)) = root.get_mut("schemas").map(Value::take) {
            facts.schemas = schemas;
        }
        stale
    }

    /// Takes out the problems of `document` that are meant, and returns the `left_out` that meet none.
    pub(crate) fn forgive(&self, document: &str, problems: &mut Vec<Problem>) -> Vec<Problem> {
        let mut stale = Vec::new();
        for meant in self.left_out.iter().filter(|meant| meant.document == document) {
            let before = problems.len();
            problems
                .retain(|problem| problem.what != meant.what || !matches(&meant.at, &problem.at));
            if problems.len() == before {
                stale.push(Problem {
                    place: "a stale `left_out`".to_owned(),
                    at: meant.at.clone(),
                    what: format!("nothing is wrong with {}", meant.what),
                });
            }
        }
        stale
    }
}

/// Whether the pointer `at` is the pattern's place or below it.
fn matches(pattern: &str, at: &str) -> bool {
    let mut steps = at.split('/');
    pattern
        .split('/')
        .all(|wanted| steps.next().is_some_and(|step| wanted == "*" || wanted == step))
}

/// Every pointer that the pattern stands for; a step that is not there ends it, but for the last.
fn places(root: &Value, pattern: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for wanted in pattern.split('/').skip(1) {
        found = found
            .into_iter()
            .flat_map(|place| match (wanted, root.pointer(&place)) {
                ("*", Some(Value::Object(members))) => members
                    .keys()
                    .map(|name| format!("{place}/{}", super::facts::escaped(name)))
                    .collect(),
                ("*", Some(Value::Array(items))) => {
                    (0..items.len()).map(|at| format!("{place}/{at}")).collect()
                }
                ("*", _) => Vec::new(),
                _ => vec![format!("{place}/{wanted}")],
            })
            .collect();
    }
    found
}

impl Patch {
    /// Whether it puts another value at `at` or above it.
    fn replaces(&self, at: &str) -> bool {
        match (&self.set, &self.remove) {
            (Some(_), _) => matches(&self.at, at),
            (None, Some(Value::String(name))) => {
                matches(&format!("{}/{}", self.at, super::facts::escaped(name)), at)
            }
            _ => self.rename.is_some() && matches(&self.at, at),
        }
    }

    fn apply(&self, root: &mut Value) -> Result<()> {
        if let Some(name) = &self.name {
            return self.give_name(root, name);
        }
        if !self.at.split('/').any(|step| step == "*") {
            return self.apply_at(root, &self.at);
        }
        let applied = places(root, &self.at)
            .into_iter()
            .filter(|place| self.apply_at(root, place).is_ok())
            .count();
        ensure!(applied > 0, "nothing that {} stands for fits", self.at);
        Ok(())
    }

    /// The inline schema and its equals become references to a schema of its own.
    fn give_name(&self, root: &mut Value, name: &str) -> Result<()> {
        let at = &self.at;
        let Some(schema) = root.pointer(at).cloned() else { bail!("nothing is at {at}") };
        ensure!(schema.get("$ref").is_none(), "{at} is a reference already");
        let Some(Value::Object(schemas)) = root.get_mut("schemas") else { bail!("no schemas") };
        ensure!(!schemas.contains_key(name), "the schema {name} is there already");
        replace_equal(root, &schema, &json!({"$ref": format!("#/components/schemas/{name}")}));
        if let Some(Value::Object(schemas)) = root.get_mut("schemas") {
            schemas.insert(name.to_owned(), schema);
        }
        Ok(())
    }

    fn apply_at(&self, root: &mut Value, at: &str) -> Result<()> {
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
                added_once(members, added, at)?;
            }
            (Value::Object(members), None, None) if self.rename.is_some() => {
                for (old, new) in self.rename.iter().flatten() {
                    let Some(value) = members.remove(old) else {
                        bail!("{at} does not have `{old}`")
                    };
                    ensure!(!members.contains_key(new), "{at} has `{new}` already");
                    members.insert(new.clone(), value);
                }
            }
            _ => bail!("the patch at {at} does not say one thing that fits there"),
        }
        Ok(())
    }
}

fn added_once(
    members: &mut Map<String, Value>,
    added: &Map<String, Value>,
    at: &str,
) -> Result<()> {
    for name in added.keys() {
        ensure!(!members.contains_key(name), "{at} has `{name}` already");
    }
    members.extend(added.clone());
    Ok(())
}

fn replace_equal(value: &mut Value, old: &Value, new: &Value) {
    if value == old {
        *value = new.clone();
        return;
    }
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(|value| replace_equal(value, old, new))
        }
        Value::Array(items) => items.iter_mut().for_each(|value| replace_equal(value, old, new)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Facts, Patches, Problem};

    fn facts() -> Facts {
        let schemas = json!({
            "A": {"required": ["x", "y"], "properties": {"x": {}}},
            "B": {"required": ["y"], "items": {"properties": {"z": {"type": "null"}}}},
        });
        let paths = json!({"/b": {"get": {"schema": {"properties": {"z": {"type": "null"}}}}}});
        Facts {
            schemas: schemas.as_object().unwrap().clone(),
            paths: paths.as_object().unwrap().clone(),
            problems: vec![Problem {
                place: "A".to_owned(),
                at: "/schemas/A/properties/x/items".to_owned(),
                what: "`if` of a schema".to_owned(),
            }],
        }
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
        assert_eq!(patches.apply("inference", &mut facts), []);
        assert_eq!(
            facts.schemas["A"],
            json!({"required": ["x"],
                   "properties": {"x": {"type": "integer"}, "z": {"type": "string"}}})
        );
        assert_eq!(facts.problems, [], "the value at fault was replaced");
        assert_eq!(patches.apply("inference", &mut facts).len(), 3, "all are stale now");
    }

    #[test]
    fn a_star_stands_for_every_name_and_a_name_for_every_equal_schema() {
        let patches = Patches::parse(
            r#"
            [[patch]]
            document = "inference"
            at = "/schemas/*/required"
            remove = "y"
            reason = "the service leaves it out"
            [[patch]]
            document = "inference"
            at = "/paths/~1b/get/schema"
            name = "Z"
            reason = "two places have it"
            "#,
        )
        .unwrap();
        let mut facts = facts();
        assert_eq!(patches.apply("inference", &mut facts), []);
        assert_eq!(facts.schemas["A"]["required"], json!(["x"]));
        assert_eq!(facts.schemas["B"]["required"], json!([]));
        assert_eq!(facts.schemas["B"]["items"], json!({"$ref": "#/components/schemas/Z"}));
        assert_eq!(facts.schemas["Z"], json!({"properties": {"z": {"type": "null"}}}));
    }

    #[test]
    fn what_is_meant_is_no_problem_and_what_is_gone_is_stale() {
        let text = "[[left_out]]\ndocument = 'inference'\nat = '/schemas/*/properties'\n\
            what = '`if` of a schema'\nreason = 'the service checks it'";
        let mut facts = facts();
        let patches = Patches::parse(text).unwrap();
        assert_eq!(patches.forgive("inference", &mut facts.problems), []);
        assert_eq!(facts.problems, []);
        let stale = patches.forgive("inference", &mut facts.problems);
        assert_eq!(stale[0].place, "a stale `left_out`");
    }

    #[test]
    fn a_patch_without_a_reason_is_refused() {
        let text = "[[patch]]\ndocument = 'inference'\nat = '/a'\nremove = 'b'\nreason = ''";
        assert!(Patches::parse(text).is_err());
    }
}
