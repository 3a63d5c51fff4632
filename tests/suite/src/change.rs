//! JSON that differs from a recording in one place.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// What was done to a field or an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// The field is null.
    Null,
    /// The field is absent.
    Absent,
    /// The text of the field is a word that nobody knows.
    UnknownWord,
    /// The object has a field that nobody knows.
    UnknownField,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Null, Self::Absent, Self::UnknownWord, Self::UnknownField];
}

/// A value that differs in one place.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The place: names of fields; an entry of a list is `[type]`, or `[]` if it has no type.
    pub path: String,
    /// What was done there.
    pub change: Change,
    /// The whole value after it.
    pub value: Value,
}

/// Every change of one place of a value, at any depth.
#[must_use]
pub fn changes(value: &Value) -> Vec<Changed> {
    let mut found = Vec::new();
    collect(value, "", &|changed| changed, &mut |_, _| true, &mut found);
    found
}

/// Of many values: each change of each place once.
#[must_use]
pub fn distinct(values: &[Value]) -> Vec<Changed> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    let mut is_new = |path: &str, change| seen.insert((path.to_owned(), change));
    for value in values {
        collect(value, "", &|changed| changed, &mut is_new, &mut found);
    }
    found
}

/// `whole` puts a changed part into the value that it is a part of; `is_wanted` chooses among the
/// changes before they are made.
fn collect(
    part: &Value,
    path: &str,
    whole: &dyn Fn(Value) -> Value,
    is_wanted: &mut dyn FnMut(&str, Change) -> bool,
    found: &mut Vec<Changed>,
) {
    match part {
        Value::Object(fields) => {
            let mut note = |path: &str, change, name: &str, value: Option<Value>| {
                if !is_wanted(path, change) {
                    return;
                }
                let mut fields: Map<String, Value> = fields.clone();
                match value {
                    Some(value) => fields.insert(name.to_owned(), value),
                    None => fields.remove(name),
                };
                let value = whole(Value::Object(fields));
                found.push(Changed { path: path.to_owned(), change, value });
            };
            note(path, Change::UnknownField, "a_new_field", Some(json!({"deep": [1]})));
            for (name, value) in fields {
                let path = format!("{path}.{name}");
                note(&path, Change::Null, name, Some(Value::Null));
                note(&path, Change::Absent, name, None);
                if value.as_str().is_some_and(|text| !text.is_empty()) {
                    note(&path, Change::UnknownWord, name, Some(json!("an_unknown_word")));
                }
            }
            for (name, value) in fields {
                let put = |part: Value| {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), part);
                    whole(Value::Object(fields))
                };
                collect(value, &format!("{path}.{name}"), &put, is_wanted, found);
            }
        }
        Value::Array(entries) => {
            for (at, entry) in entries.iter().enumerate() {
                let kind = entry["type"].as_str().unwrap_or_default();
                let put = |part: Value| {
                    let mut entries = entries.clone();
                    entries[at] = part;
                    whole(Value::Array(entries))
                };
                collect(entry, &format!("{path}[{kind}]"), &put, is_wanted, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Change, changes, distinct};

    #[test]
    fn each_place_is_changed_once_in_each_way() {
        let value = json!({"a": 1, "list": [{"type": "t", "text": "x"}, {"type": "t"}]});
        let all = changes(&value);
        let text: Vec<_> = all.iter().filter(|it| it.path == ".list[t].text").collect();
        assert_eq!(text.len(), 3);
        assert_eq!(text[1].change, Change::Absent);
        assert_eq!(text[1].value, json!({"a": 1, "list": [{"type": "t"}, {"type": "t"}]}));
        let of_types =
            |all: &[super::Changed]| all.iter().filter(|it| it.path == ".list[t].type").count();
        assert_eq!((of_types(&all), of_types(&distinct(&[value.clone(), value]))), (6, 3));
        assert_eq!(all.iter().filter(|it| it.change == Change::UnknownField).count(), 3);
    }
}
