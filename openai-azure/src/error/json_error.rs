//! Why JSON did not decode, without the text that it held.

use std::error::Error as StdError;
use std::fmt;

type Source = Box<dyn StdError + Send + Sync + 'static>;

/// An error of decoding JSON: what was expected and where, but no text of a prompt or completion
/// there.
#[derive(Debug, PartialEq, Eq)]
struct JsonError(String);

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for JsonError {}

/// Takes the text out of an error of `serde_json`; other errors stay as they are.
pub(super) fn without_text(source: Source) -> Source {
    match source.downcast::<serde_json::Error>() {
        Ok(error) => Box::new(JsonError(shortened(&error.to_string()))),
        Err(other) => other,
    }
}

/// `string "…", expected` becomes `string, expected`.
fn shortened(message: &str) -> String {
    const TEXT: &str = "string \"";
    let Some(start) = message.find(TEXT) else { return message.to_owned() };
    let from = start + TEXT.len();
    let end = message[from..].rfind('"').map_or(message.len(), |at| from + at + 1);
    format!("{}{}", &message[..start + "string".len()], &message[end..])
}

#[cfg(test)]
mod tests {
    use super::without_text;

    #[test]
    fn what_was_said_is_not_repeated_and_the_place_is_told() {
        let error = serde_json::from_str::<u8>("\"hunter2 \\\"and\\\" more\"").unwrap_err();
        assert!(error.to_string().contains("hunter2"));
        let shown = without_text(Box::new(error));
        let (text, debug) = (shown.to_string(), format!("{shown:?}"));
        assert_eq!(text, "invalid type: string, expected u8 at line 1 column 22");
        assert!(!debug.contains("hunter2"), "{debug}");
        let missing = serde_json::from_str::<u8>("").unwrap_err();
        assert_eq!(
            without_text(Box::new(missing)).to_string(),
            "EOF while parsing a value at line 1 column 0"
        );
    }
}
