//! Which api-versions have an operation: what the chosen one is known to lack is refused before
//! anything is sent.

use openai_azure_sys::RawOperation;

use crate::endpoint::Mode;
use crate::error::Error;

/// The generated operation behind the name that OpenTelemetry gives to a call.
fn generated(name: &str) -> &str {
    match name {
        "chat" => "chat_completions_create",
        "embeddings" => "embeddings_create",
        "text_completion" => "completions_create",
        other => other,
    }
}

/// # Errors
///
/// [`Error::Config`] when the api-version is known to lack the operation. Nothing is said of an
/// api-version or an operation that this crate does not know.
pub(crate) fn check(name: &str, mode: Mode, version: Option<&str>) -> Result<(), Error> {
    let name = generated(name);
    let dated = RawOperation::find("dated", name);
    let v1 = RawOperation::find("v1", name);
    let (version, found) = match (mode, version) {
        (Mode::V1, _) => ("v1", v1.and_then(|operation| operation.is_in("v1"))),
        (_, Some(version)) => (version, dated.and_then(|operation| operation.is_in(version))),
        (_, None) => return Ok(()),
    };
    // An operation that no dated document has may still be in `v1`, and the other way round.
    let is_in_other_form = if mode == Mode::V1 { dated.is_some() } else { v1.is_some() };
    let is_in_own_form = if mode == Mode::V1 { v1.is_some() } else { dated.is_some() };
    if found != Some(false) && (is_in_own_form || !is_in_other_form) {
        return Ok(());
    }
    let have: Vec<&str> = [dated, v1]
        .into_iter()
        .flatten()
        .flat_map(|operation| operation.versions)
        .copied()
        .collect();
    let how = match mode {
        Mode::V1 => "use an endpoint of the dated form, see `Endpoint::dated`",
        _ => "choose one by `api_version`",
    };
    Err(Error::config(format!(
        "api-version {version} has no {name}; it is in {}: {how}, or send it all the same with \
         `CallOptions::any_version`",
        have.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::endpoint::Mode;

    fn refusal(name: &str, mode: Mode, version: &str) -> Option<String> {
        check(name, mode, Some(version)).err().map(|error| error.to_string())
    }

    #[test]
    fn what_a_version_lacks_is_refused_with_those_that_have_it() {
        let speech = refusal("speech_create", Mode::Dated, "2024-10-21").unwrap();
        assert!(speech.contains("2024-10-21 has no speech_create"), "{speech}");
        assert!(speech.contains("2024-08-01-preview, "), "{speech}");
        let responses = refusal("responses_create", Mode::Gateway, "2025-01-01-preview").unwrap();
        assert!(responses.contains("2025-03-01-preview, v1"), "{responses}");
    }

    #[test]
    fn what_a_version_has_and_what_nobody_knows_passes() {
        for (name, version) in [
            ("chat", "2024-02-01"),
            ("speech_create", "2025-01-01-preview"),
            ("speech_create", "2099-01-01"),
            // Only its authoring document is known.
            ("speech_create", "2025-04-01-preview"),
            ("no_such_operation", "2024-10-21"),
        ] {
            assert_eq!(refusal(name, Mode::Dated, version), None, "{name} {version}");
        }
        assert_eq!(refusal("responses_create", Mode::V1, "v1"), None);
    }

    #[test]
    fn the_other_form_of_endpoint_is_named_when_only_that_has_it() {
        let speech = refusal("speech_create", Mode::V1, "v1").unwrap();
        assert!(speech.contains("v1 has no speech_create"), "{speech}");
    }

    #[test]
    fn every_call_of_this_crate_is_known_by_its_name() {
        for name in ["chat", "embeddings", "text_completion"] {
            assert!(
                openai_azure_sys::RawOperation::find("dated", super::generated(name)).is_some()
            );
        }
    }
}
