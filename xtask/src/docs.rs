//! Our texts: `spec/docs.toml`, and what is said where it has none.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::layout::Layout;
use crate::model::{Definition, Field, Shape};
use crate::operations::Operation;
use crate::write::plain_name;

/// The file.
pub(crate) const FILE: &str = "spec/docs.toml";

/// One-line texts by upstream names.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Docs {
    pub(crate) operations: BTreeMap<String, String>,
    pub(crate) schemas: BTreeMap<String, String>,
    pub(crate) properties: BTreeMap<String, String>,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) schema_properties: BTreeMap<String, String>,
}

impl Docs {
    /// Reads the file; without it there are no texts.
    pub(crate) fn load(layout: &Layout) -> Result<Self> {
        let text = layout.read(FILE)?.unwrap_or_default();
        toml::from_str(&text).context(FILE)
    }

    /// The comment of a type.
    pub(crate) fn definition(&self, name: &str, definition: &Definition) -> Vec<String> {
        if let Some(text) = definition.schema.as_ref().and_then(|schema| self.schemas.get(schema)) {
            return vec![safe(text)];
        }
        let kind = match &definition.shape {
            Shape::Struct(_) => "object",
            Shape::Open(_) => "value",
            Shape::Tagged { .. } | Shape::Untagged(_) => "alternatives",
            Shape::Alias(_) => "type",
        };
        let place = definition.schema.as_deref().unwrap_or(&definition.place);
        vec![match place.rsplit_once('.') {
            Some((owner, property)) if definition.schema.is_none() => {
                format!("The {kind} of `{property}` in `{owner}`.")
            }
            _ if place == name => format!("The {kind} `{place}`."),
            _ => format!("The {kind} `{place}` of the service."),
        }]
    }

    /// The comment of a member: `place` is the schema, or the path to it.
    pub(crate) fn field(&self, place: &str, field: &Field) -> Vec<String> {
        let own = self.schema_properties.get(&format!("{place}.{}", field.name));
        let text = own.or_else(|| self.properties.get(&field.name));
        let text = match (text, &field.constant) {
            (Some(text), _) => safe(text),
            (None, Some(_)) => format!("`{}`.", field.name),
            (None, None) => format!("`{}` ({}).", field.name, plain_name(&field.ty)),
        };
        match &field.constant {
            Some(value) => vec![text, String::new(), format!("Always `{value}`.")],
            None => vec![text],
        }
    }

    /// The text of a parameter, if there is one.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.parameters.get(name).map(|text| safe(text))
    }

    /// The comment of a method.
    pub(crate) fn operation(&self, operation: &Operation) -> Vec<String> {
        let text = operation.upstream.as_ref().and_then(|id| self.operations.get(id));
        let request = format!("`{} {}`", operation.method.to_uppercase(), operation.path);
        let mut lines = match text {
            Some(text) => vec![safe(text), String::new(), request],
            None => vec![format!("Calls {request}.")],
        };
        if let Some(upstream) = &operation.upstream {
            lines.push(String::new());
            lines.push(format!("Operation ID: `{upstream}`."));
        }
        let params = operation.params();
        let documented: Vec<String> = operation
            .parameters
            .iter()
            .filter(|parameter| params.iter().all(|other| other.name != parameter.name))
            .filter_map(|parameter| {
                let text = self.parameter(&parameter.name)?;
                Some(format!("- `{}`: {text}", crate::naming::snake(&parameter.name)))
            })
            .collect();
        if !documented.is_empty() {
            lines.push(String::new());
            lines.extend(documented);
        }
        match operation.twin {
            Some("text/event-stream") => {
                lines.push(String::new());
                lines.push("Returns the bytes of an event stream, if `stream` is set.".to_owned());
            }
            Some(kind) => {
                lines.push(String::new());
                lines.push(format!("Returns the bytes of `{kind}`."));
            }
            None => {}
        }
        lines
    }
}

/// A text that rustdoc shows as it is: brackets outside of code are no links.
fn safe(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut code = false;
    for letter in text.chars() {
        if letter == '`' {
            code = !code;
        }
        if !code && matches!(letter, '[' | ']' | '<' | '>') {
            shown.push('\\');
        }
        shown.push(if letter == '\n' { ' ' } else { letter });
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn brackets_are_escaped_outside_of_code() {
        assert_eq!(safe("a [b] `c[0]` <d>"), "a \\[b\\] `c[0]` \\<d\\>");
    }
}
