//! Texts of the service inside a message of one line.

use std::fmt::{self, Write as _};

/// How much of a message is shown, in characters.
const LONGEST: usize = 1000;

/// Prints a text without line ends and other control characters, and not more than 1000
/// characters of it: it may come from anybody, and goes to logs and terminals.
pub(super) struct OneLine<'a>(pub(super) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = 0;
        let words = self.0.split(|c: char| c.is_whitespace() || c.is_control());
        for word in words.filter(|word| !word.is_empty()) {
            if written > 0 {
                f.write_char(' ')?;
            }
            for c in word.chars() {
                if written == LONGEST {
                    return f.write_char('…');
                }
                f.write_char(c)?;
                written += 1;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::OneLine;

    #[test]
    fn line_ends_and_escapes_become_spaces_and_the_rest_is_cut() {
        let text = "  no\r\nsuch\tvoice\u{1b}[31m\u{0}!\u{85}";
        assert_eq!(OneLine(text).to_string(), "no such voice [31m !");
        let long = OneLine(&"é ".repeat(3000)).to_string();
        assert!(long.ends_with('…') && long.chars().count() <= 2001, "{}", long.len());
    }
}
