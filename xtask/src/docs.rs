//! Our texts: `spec/docs.toml`, and what is said where it has none.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::layout::Layout;
use crate::model::{Definition, Field, Shape};
use crate::operations::{Answer, Operation, Parameter};
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

    /// The comment of a field: `place` is the schema, or the path to it.
    pub(crate) fn field(&self, place: &str, field: &Field) -> Vec<String> {
        let text = self.property(place, &field.name);
        let text = match (text, &field.constant) {
            (Some(text), _) => with_default(&safe(text), field.default.as_deref()),
            (None, Some(_)) => format!("`{}`.", field.name),
            (None, None) => {
                let text = format!("`{}` ({}).", field.name, plain_name(&field.ty));
                with_default(&text, field.default.as_deref())
            }
        };
        match &field.constant {
            Some(value) => vec![text, String::new(), format!("Always `{value}`.")],
            None => vec![text],
        }
    }

    /// The text of a property: that of its schema, of a pattern such as `*Error.code` that the
    /// schema fits (the longest one), or of its name.
    pub(crate) fn property(&self, place: &str, name: &str) -> Option<&String> {
        let key = format!("{place}.{name}");
        let by_pattern = || {
            self.patterns(name)
                .filter(|(pattern, _)| fits(pattern, &key))
                .max_by_key(|(pattern, _)| (pattern.len(), *pattern))
        };
        self.schema_properties
            .get(&key)
            .or_else(|| by_pattern().map(|(_, text)| text))
            .or_else(|| self.properties.get(name))
    }

    fn patterns<'a>(&'a self, name: &str) -> impl Iterator<Item = (&'a String, &'a String)> {
        let end = format!(".{name}");
        self.schema_properties
            .iter()
            .filter(move |(pattern, _)| pattern.contains('*') && pattern.ends_with(&end))
    }

    /// The text of a parameter, if there is one: that of `segment/name` for a parameter of the
    /// path, or of its name.
    pub(crate) fn parameter(&self, path: &str, parameter: &Parameter) -> Option<String> {
        let name = &parameter.name;
        let before = path.split_once(&format!("/{{{name}}}")).map_or("", |(before, _)| before);
        let segment = before.rsplit('/').next().unwrap_or_default();
        let own = self.parameters.get(&format!("{segment}/{name}"));
        let text = own.or_else(|| self.parameters.get(name))?;
        Some(with_default(&safe(text), parameter.default.as_deref()))
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
                let text = self.parameter(&operation.path, parameter)?;
                Some(format!("- `{}`: {text}", crate::naming::snake(&parameter.name)))
            })
            .collect();
        if !documented.is_empty() {
            lines.push(String::new());
            lines.extend(documented);
        }
        match operation.twin {
            Some("text/event-stream") if matches!(operation.answer, Answer::Events(_)) => {
                lines.push(String::new());
                lines.push(
                    "Returns the server-sent events; set `stream` in the request.".to_owned(),
                );
            }
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

/// The text with what the document says of the default, if it does, and not with what the text
/// itself says.
fn with_default(text: &str, default: Option<&str>) -> String {
    let Some(default) = default else { return text.to_owned() };
    let text = text.split_once(" Default: ").map_or(text, |(text, _)| text);
    format!("{text} Default: {default}.")
}

/// Whether a text fits a pattern, in which `*` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
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
    use super::{Docs, fits, safe, with_default};

    #[test]
    fn the_text_of_a_property_is_the_one_that_fits_its_schema_best() {
        let docs: Docs = toml::from_str(
            r#"
            [properties]
            "code" = "Error code."
            [schema_properties]
            "*CodeInterpreter*.code" = "Source code."
            "*CodeInterpreterError.code" = "Error code of a run."
            "A.CodeInterpreter.code" = "Exact."
            "#,
        )
        .unwrap();
        for (place, text) in [
            ("BatchError", "Error code."),
            ("X.CodeInterpreterCall", "Source code."),
            ("X.CodeInterpreterError", "Error code of a run."),
            ("A.CodeInterpreter", "Exact."),
        ] {
            assert_eq!(docs.property(place, "code").map(String::as_str), Some(text), "{place}");
        }
        assert!(fits("a*b*c", "a--b--c") && !fits("a*b*c", "a--c") && !fits("ab", "abc"));
    }

    #[test]
    fn the_default_of_the_document_wins() {
        assert_eq!(with_default("Page size. Default: 20.", Some("10")), "Page size. Default: 10.");
        assert_eq!(with_default("Page size. Default: 20.", None), "Page size. Default: 20.");
        assert_eq!(with_default("Page size.", Some("5")), "Page size. Default: 5.");
    }

    #[test]
    fn brackets_are_escaped_outside_of_code() {
        assert_eq!(safe("a [b] `c[0]` <d>"), "a \\[b\\] `c[0]` \\<d\\>");
    }
}
