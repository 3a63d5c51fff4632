//! Finds `type` of an event without reading the event.

use memchr::memchr2;

/// The top-level field `type` of a JSON object, if it is a text without escapes.
///
/// It looks at nothing behind that field, so that most of a long event is read once, by the type
/// that is meant for it. `None` proves nothing: the text may be no JSON at all.
pub(in crate::realtime) fn event_type(text: &str) -> Option<&str> {
    let mut at = Scanner { text, at: 0 };
    at.expect(b'{')?;
    loop {
        let name = at.string()?;
        at.expect(b':')?;
        if name == "type" {
            let value = at.string()?;
            return (!value.contains('\\')).then_some(value);
        }
        at.skip_value()?;
        at.expect(b',')?;
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// The inside of a string, with its escapes as they are.
    fn string(&mut self) -> Option<&'a str> {
        self.expect(b'"')?;
        let start = self.at;
        loop {
            let bytes = self.text.as_bytes().get(self.at..)?;
            self.at += memchr2(b'"', b'\\', bytes)?;
            if self.text.as_bytes()[self.at] == b'"' {
                self.at += 1;
                return self.text.get(start..self.at - 1);
            }
            self.at += 2;
        }
    }

    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_u32;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => self.at += 1,
                b',' | b':' => return None,
                _ => self.skip_word(),
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// A number or a literal.
    fn skip_word(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let end = |byte: &u8| matches!(byte, b',' | b':' | b'}' | b']' | b'"' | b'{' | b'[');
        // At least one byte, so that no text can hold it up.
        self.at += rest.iter().position(end).unwrap_or(rest.len()).max(1);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::event_type;

    #[test]
    fn the_type_is_found_wherever_it_stands() {
        for text in [
            r#"{"type":"a.b"}"#,
            r#" { "event_id" : "x\"}" , "n":-1.5e3,"o":{"type":"no","l":[1,{"a":null}]}, "type": "a.b" }"#,
            r#"{"delta":"\\","t":true,"type":"a.b","type":"second"}"#,
        ] {
            assert_eq!(event_type(text), Some("a.b"), "{text}");
        }
        for text in ["", "[]", "{}", "null", r#"{"type":1}"#, r#"{"type":"\u0061"}"#, r#"{"a":"#] {
            assert_eq!(event_type(text), None, "{text}");
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map("[a-z\"\\\\]{0,6}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_is_what_serde_finds(before in any_json(), kind in "[a-z.]{1,12}", after in any_json()) {
            let text = format!(r#"{{"before":{before},"type":{},"z":{after}}}"#, json!(kind));
            prop_assert_eq!(event_type(&text), Some(&*kind));
        }

        #[test]
        fn no_text_holds_it_up(text in ".*", cut in 0_usize..60) {
            event_type(&text);
            let event = r#"{"a":[1,"b\"",{"c":null}],"type":"t"}"#;
            event_type(&event[..cut.min(event.len())]);
        }
    }
}
