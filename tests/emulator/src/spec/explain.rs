//! What is wrong, in short sentences that name the place.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;

/// How much of a value goes into a message, in characters.
const EXCERPT: usize = 160;

/// One line for each fault; a fault in one of several alternatives is reported for the alternative
/// that comes nearest.
pub(crate) fn explain(error: &ValidationError<'_>, lines: &mut Vec<String>) {
    if let ValidationErrorKind::AnyOf { context } = error.kind() {
        let depth = depth(error);
        let nearest = context
            .iter()
            .filter(|branch| !branch.is_empty())
            .min_by_key(|branch| (misses(branch, depth), branch.len()));
        if let Some(branch) = nearest
            && misses(branch, depth).0 == 0
        {
            branch.iter().for_each(|error| explain(error, lines));
            return;
        }
    }
    let mut text: String = error.to_string().chars().take(EXCERPT).collect();
    if text.len() < error.to_string().len() {
        // The kind stands at the end of a message that begins with a long value.
        text = format!("{text}… ({})", error.kind().keyword());
    }
    let line = format!("body{}: {text}", error.instance_path());
    if !lines.contains(&line) {
        lines.push(line);
    }
}

/// How far an alternative is from being the one that was meant: of another type altogether, or
/// with another constant in a field such as `type` or `role`.
fn misses(branch: &[ValidationError<'_>], at: usize) -> (usize, usize) {
    let types = branch.iter().filter(|error| {
        depth(error) == at && matches!(error.kind(), ValidationErrorKind::Type { .. })
    });
    let tags = branch.iter().filter(|error| {
        let kind = error.kind();
        depth(error) == at + 1
            && matches!(
                kind,
                ValidationErrorKind::Enum { .. } | ValidationErrorKind::Constant { .. }
            )
    });
    (types.count(), tags.count())
}

fn depth(error: &ValidationError<'_>) -> usize {
    error.instance_path().as_str().matches('/').count()
}
