//! The words of a completion.

use super::prompt::Prompt;

/// Numbers in words, for those who ask to count.
const NUMBERS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// Questions that it knows, by words that must all be there.
const KNOWN: [(&[&str], &str); 8] = [
    (
        &["sky", "blue"],
        "Air scatters the short, blue waves of sunlight far more than the long, red ones, so blue \
         reaches your eyes from every side.",
    ),
    (&["capital", "france"], "The capital of France is Paris."),
    (&["ownership", "rust"], "Each value has one owner, and is dropped when that owner goes."),
    (&["joke"], "A byte walks into a bar and asks for a pint: the barkeeper gives it eight bits."),
    (&["haiku"], "Green leaves in the wind,\nquiet water under them,\nthe evening comes home."),
    (&["who are you"], "I am an emulator on this machine: no model thinks here."),
    (&["translate", "good morning"], "Bonjour."),
    (&["hello"], "Hello! What can I do for you?"),
];

/// A completion for the text of the user.
pub(crate) fn answer(prompt: &Prompt) -> String {
    if !prompt.tool_outputs.is_empty() {
        return format!("The tools say: {}", prompt.tool_outputs.join("; "));
    }
    let text = prompt.user.to_lowercase();
    if let Some((_, to)) = text.split_once("count to ") {
        return count(to);
    }
    if prompt.images > 0 {
        let pictures = if prompt.images == 1 { "a picture" } else { "some pictures" };
        return format!("I see {pictures}, with light and shade and something in the middle.");
    }
    for (words, answer) in KNOWN {
        if words.iter().all(|word| text.contains(word)) {
            return answer.to_owned();
        }
    }
    let said: String = prompt.user.trim().chars().take(200).collect();
    if said.is_empty() {
        return "I am listening.".to_owned();
    }
    format!("You said: “{said}” That is all I can say to it, for I only emulate.")
}

fn count(to: &str) -> String {
    let word: String = to.chars().take_while(|c| c.is_alphanumeric()).collect();
    let named = NUMBERS.iter().position(|name| *name == word);
    let last = word.parse().ok().or(named).unwrap_or(3).min(200);
    let name = |n: usize| NUMBERS.get(n).map_or_else(|| n.to_string(), |&name| name.to_owned());
    let mut text = (1..=last).map(name).collect::<Vec<_>>().join(", ");
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text + "."
}

/// The text in tokens such as a model makes them: a word with the space before it. JSON is cut
/// behind its commas and colons.
pub(crate) fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let is_next = c.is_whitespace() || text[..at].ends_with([',', ':']);
        if at > from && is_next {
            pieces.push(&text[from..at]);
            from = at;
        }
    }
    if from < text.len() {
        pieces.push(&text[from..]);
    }
    pieces
}

/// The first tokens, and whether some were left out.
pub(crate) fn limited(text: &str, tokens: Option<u64>) -> (String, bool) {
    let pieces = pieces(text);
    let most = tokens.map_or(usize::MAX, |tokens| usize::try_from(tokens).unwrap_or(usize::MAX));
    (pieces.iter().take(most).copied().collect(), pieces.len() > most)
}

#[cfg(test)]
mod tests {
    use super::super::prompt::Prompt;

    fn ask(user: &str) -> String {
        super::answer(&Prompt { user: user.into(), ..Prompt::default() })
    }

    #[test]
    fn it_counts_and_it_echoes() {
        assert_eq!(ask("Count to three."), "One, two, three.");
        assert!(ask("Count to 22!").ends_with("twenty, 21, 22."));
        assert!(ask("Why is the sky blue?").contains("blue"));
        assert!(ask("Grüße").contains("“Grüße”"));
        assert!(!ask("").is_empty());
    }

    #[test]
    fn pieces_join_to_the_text() {
        for text in ["One, two.", "", " a  b\n c ", "Grüße, 世界 ok", "{\"a\":[1,2]}"] {
            assert_eq!(super::pieces(text).concat(), text);
        }
        assert_eq!(super::limited("a b c", Some(2)), ("a b".into(), true));
    }
}
