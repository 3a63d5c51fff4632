//! Reading JSON that is still being written.

use serde_json::Value;

/// Reads as much as stands in the beginning of a JSON text: open strings, lists and objects are
/// closed, and what has no value yet is left out.
pub(crate) fn read(text: &str) -> Option<Value> {
    let scan = Scan::of(text);
    // The end may be in the middle of an escape, of a pair of escapes, or of a name, a number or a
    // word: then what stands before that is read.
    let [last, before] = scan.escapes;
    let ends = [Some(text.len()), last, before, scan.complete];
    ends.into_iter().flatten().find_map(|end| {
        let head = &text[..end];
        serde_json::from_str(&Scan::of(head).closed(head)).ok()
    })
}

/// What is open at the end of a text.
#[derive(Default)]
struct Scan {
    closers: Vec<char>,
    in_string: bool,
    /// Where the last two escapes of the open string start, the last one first.
    escapes: [Option<usize>; 2],
    /// The last place behind a complete field, item or opening bracket.
    complete: Option<usize>,
}

impl Scan {
    fn of(text: &str) -> Self {
        let mut scan = Self::default();
        let mut is_escaped = false;
        for (at, c) in text.char_indices() {
            if scan.in_string {
                match c {
                    _ if is_escaped => is_escaped = false,
                    '\\' => {
                        is_escaped = true;
                        scan.escapes = [Some(at), scan.escapes[0]];
                    }
                    '"' => {
                        scan.in_string = false;
                        scan.escapes = [None, None];
                    }
                    _ => {}
                }
                continue;
            }
            match c {
                '"' => scan.in_string = true,
                '{' | '[' => {
                    scan.closers.push(if c == '{' { '}' } else { ']' });
                    scan.complete = Some(at + 1);
                }
                '}' | ']' => {
                    scan.closers.pop();
                    scan.complete = Some(at + 1);
                }
                ',' => scan.complete = Some(at),
                _ => {}
            }
        }
        scan
    }

    fn closed(&self, text: &str) -> String {
        let mut whole = text.to_owned();
        if self.in_string {
            whole.push('"');
        }
        whole.extend(self.closers.iter().rev());
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::{Value, json};

    /// Whether `part` can become `whole` by adding to it.
    fn is_part(part: &Value, whole: &Value) -> bool {
        match (part, whole) {
            (Value::Object(part), Value::Object(whole)) => {
                part.iter().all(|(name, part)| is_part(part, &whole[name]))
            }
            (Value::Array(part), Value::Array(whole)) => {
                part.len() <= whole.len() && part.iter().zip(whole).all(|(p, w)| is_part(p, w))
            }
            (Value::String(part), Value::String(whole)) => whole.starts_with(part.as_str()),
            (Value::Number(part), Value::Number(whole)) => {
                whole.to_string().starts_with(&part.to_string())
            }
            (part, whole) => part == whole,
        }
    }

    #[test]
    fn every_beginning_of_a_text_reads_as_a_part_of_it() {
        let text = r#"{"city": "Oslo \"N\" é \ud83d\ude00 \u00e9 ", "days": [1, -2.5, {"x": null}],
            "ok": true, "e": {}, "deep": [[["\\"]]], "empty": ""} "#;
        let whole: Value = serde_json::from_str(text).unwrap();
        let mut size = 0;
        for end in (1..=text.len()).filter(|&end| text.is_char_boundary(end)) {
            let part = read(&text[..end]).unwrap_or_else(|| panic!("{}", &text[..end]));
            assert!(is_part(&part, &whole), "{part} of {}", &text[..end]);
            size = size.max(part.to_string().len());
        }
        assert_eq!(read(text).as_ref(), Some(&whole));
        assert_eq!(size, whole.to_string().len());
    }

    #[test]
    fn open_strings_are_shown_and_half_names_are_not() {
        assert_eq!(read(r#"{"a": "b "#), Some(json!({"a": "b "})));
        assert_eq!(read(r#"{"a": 1, "na"#), Some(json!({"a": 1})));
        assert_eq!(read(r#"{"a": 1, "b":"#), Some(json!({"a": 1})));
        assert_eq!(read(r#"{"a": tr"#), Some(json!({})));
        assert_eq!(read(r#"["x\"#), Some(json!(["x"])));
        assert_eq!(read(r#"["x\ud83d\ude"#), Some(json!(["x"])));
        assert_eq!(read(""), None);
        assert_eq!(read("}]"), None);
    }
}
