//! Reading JSON that is still being written.

use serde_json::Value;

/// Reads as much as stands in the beginning of a JSON text: open strings, lists and objects are
/// closed, and what has no value yet is left out.
pub(crate) fn read(text: &str) -> Option<Value> {
    let scan = Scan::of(text);
    if let Ok(value) = serde_json::from_str(&scan.closed(text.trim_end())) {
        return Some(value);
    }
    // The end is in the middle of a name, a number, a word or an escape: go back to the last place
    // where a value was complete.
    let end = scan.complete?;
    let head = &text[..end];
    serde_json::from_str(&Scan::of(head).closed(head)).ok()
}

/// What is open at the end of a text.
struct Scan {
    closers: Vec<char>,
    in_string: bool,
    /// The last place behind a complete member, item or opening bracket.
    complete: Option<usize>,
}

impl Scan {
    fn of(text: &str) -> Self {
        let mut scan = Self { closers: Vec::new(), in_string: false, complete: None };
        let mut is_escaped = false;
        for (at, c) in text.char_indices() {
            if scan.in_string {
                match c {
                    _ if is_escaped => is_escaped = false,
                    '\\' => is_escaped = true,
                    '"' => scan.in_string = false,
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

    #[test]
    fn every_beginning_of_a_text_reads_as_a_part_of_it() {
        let text =
            r#"{"city": "Oslo \"N\" é", "days": [1, -2.5, {"x": null}], "ok": true, "e": {}}"#;
        for end in (1..=text.len()).filter(|&end| text.is_char_boundary(end)) {
            let part = read(&text[..end]).unwrap_or_else(|| panic!("{}", &text[..end]));
            assert!(part.is_object(), "{part}");
        }
        assert_eq!(read(text), serde_json::from_str::<Value>(text).ok());
    }

    #[test]
    fn open_strings_are_shown_and_half_names_are_not() {
        assert_eq!(read(r#"{"a": "b"#), Some(json!({"a": "b"})));
        assert_eq!(read(r#"{"a": 1, "na"#), Some(json!({"a": 1})));
        assert_eq!(read(r#"{"a": 1, "b":"#), Some(json!({"a": 1})));
        assert_eq!(read(r#"{"a": tr"#), Some(json!({})));
        assert_eq!(read(r#"["x\"#), Some(json!([])));
        assert_eq!(read(""), None);
    }
}
