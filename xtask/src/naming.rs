//! Names of the service → names of Rust.

/// Splits a name into its words: at everything that is no letter or digit, and where the case says
/// that a word begins.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        let letters: Vec<char> = part.chars().collect();
        let mut word = String::new();
        for (at, letter) in letters.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| letters[at]);
            let after = letters.get(at + 1);
            let begins = letter.is_ascii_uppercase()
                && before.is_some_and(|before| {
                    before.is_ascii_lowercase()
                        || before.is_ascii_digit()
                        || after.is_some_and(char::is_ascii_lowercase)
                });
            if begins && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            word.push(*letter);
        }
        if !word.is_empty() {
            words.push(word);
        }
    }
    words
}

/// `chatCompletionRequest` → `ChatCompletionRequest`.
pub(crate) fn pascal(name: &str) -> String {
    let name: String = words(&signs(name))
        .into_iter()
        .map(|word| {
            let mut letters = word.chars();
            match letters.next() {
                Some(first) => {
                    first.to_ascii_uppercase().to_string() + &letters.as_str().to_ascii_lowercase()
                }
                None => String::new(),
            }
        })
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("N{name}")
    } else if name.is_empty() {
        "Empty".to_owned()
    } else if name == "Self" {
        "Itself".to_owned()
    } else {
        name
    }
}

/// `chatCompletionRequest` → `chat_completion_request`; a keyword gets an underscore at its end.
pub(crate) fn snake(name: &str) -> String {
    let name = words(&signs(name)).join("_").to_ascii_lowercase();
    let keyword = syn::parse_str::<syn::Ident>(&name).is_err();
    match name.as_str() {
        "" => "empty".to_owned(),
        digits if digits.starts_with(|c: char| c.is_ascii_digit()) => format!("n{name}"),
        _ if keyword => format!("{name}_"),
        _ => name,
    }
}

/// Signs that alone make the difference between two values, such as `>` and `>=`.
fn signs(name: &str) -> String {
    if name.chars().any(|c| c.is_ascii_alphanumeric()) {
        return name.replace('+', " plus ");
    }
    name.chars()
        .map(|sign| match sign {
            '=' => " equal",
            '>' => " greater",
            '<' => " less",
            '!' => " not",
            '-' => " minus",
            '+' => " plus",
            '*' => " all",
            _ => " ",
        })
        .collect()
}

/// A name that `taken` does not have: the name itself or with a number.
pub(crate) fn unique(name: String, taken: impl Fn(&str) -> bool) -> String {
    if !taken(&name) {
        return name;
    }
    let mut number = 2_usize;
    loop {
        let candidate = format!("{name}{number}");
        if !taken(&candidate) {
            return candidate;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{pascal, snake, unique};

    #[test]
    fn names_become_names_of_rust() {
        for (name, type_name, member) in [
            ("chatCompletionRequest", "ChatCompletionRequest", "chat_completion_request"),
            ("ChatCompletions_Create", "ChatCompletionsCreate", "chat_completions_create"),
            ("azureCosmosDBChat", "AzureCosmosDbChat", "azure_cosmos_db_chat"),
            ("type", "Type", "type_"),
            ("include[]", "Include", "include"),
            ("$filter", "Filter", "filter"),
            ("1024x1024", "N1024x1024", "n1024x1024"),
            ("gpt-4o", "Gpt4o", "gpt_4o"),
            ("", "Empty", "empty"),
            (">=", "GreaterEqual", "greater_equal"),
            ("self", "Itself", "self_"),
        ] {
            assert_eq!(pascal(name), type_name);
            assert_eq!(snake(name), member);
        }
    }

    #[test]
    fn a_taken_name_gets_a_number() {
        assert_eq!(unique("A".to_owned(), |name| name == "A"), "A2");
    }
}
