//! Which api-version a call asks for, and whether that version has the operation.

use openai_azure_sys::Operation;

use crate::endpoint::{Mode, is_v1};
use crate::error::Error;

/// The api-version of [`Endpoint::dated`](crate::Endpoint::dated) and of gateways unless one is
/// set. All other endpoints use v1 unless one is set.
pub const DEFAULT_API_VERSION: &str = "2024-10-21";

/// The version of v1 that has the operations in preview.
const V1_PREVIEW: &str = "v1-preview";

/// What `v1-preview` is called on the wire.
const PREVIEW: &str = "preview";

/// What decides about the version of one call. The first that is set wins, in this order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Choice<'a> {
    /// From a query parameter `api-version` of the caller.
    pub(super) query: Option<&'a str>,
    /// From the options of the call.
    pub(super) call: Option<&'a str>,
    /// From the type of a generated client of one version.
    pub(super) typed: Option<&'a str>,
    /// From the options of the client.
    pub(super) client: Option<&'a str>,
}

/// The version of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chosen<'a> {
    /// As the specs spell it, such as `2024-10-21` or `v1`.
    pub(super) name: &'a str,
    /// The value of the query parameter `api-version`; `None` to send none.
    pub(super) sent: Option<&'a str>,
    /// It was chosen because only the preview has the operation.
    pub(super) is_automatic: bool,
}

/// Chooses the version of a call.
///
/// On v1 no `api-version` is sent. An operation that only the preview of v1 has is sent with
/// `api-version=preview`, unless the caller named a version.
///
/// # Errors
///
/// [`Error::Config`] when the options of the call name a version of the other form of URL.
pub(super) fn choose<'a>(
    mode: Mode,
    operation: Option<&'static Operation>,
    choice: Choice<'a>,
) -> Result<Chosen<'a>, Error> {
    if let (None, Some(version)) = (choice.query, choice.call) {
        check_form(mode, version)?;
    }
    let named = choice.query.or(choice.call).or(choice.typed).or(choice.client);
    if mode != Mode::V1 {
        let name = named.unwrap_or(DEFAULT_API_VERSION);
        return Ok(Chosen { name, sent: Some(name), is_automatic: false });
    }
    Ok(match named {
        Some(PREVIEW | V1_PREVIEW) => {
            Chosen { name: V1_PREVIEW, sent: Some(PREVIEW), is_automatic: false }
        }
        Some("v1") => Chosen { name: "v1", sent: choice.query, is_automatic: false },
        // Only a parameter of the query names another one; it is sent as it is.
        Some(name) => Chosen { name, sent: Some(name), is_automatic: false },
        None if operation.is_some_and(is_in_preview_of_v1_only) => {
            Chosen { name: V1_PREVIEW, sent: Some(PREVIEW), is_automatic: true }
        }
        None => Chosen { name: "v1", sent: None, is_automatic: false },
    })
}

fn is_in_preview_of_v1_only(operation: &Operation) -> bool {
    operation.is_in("v1") == Some(false) && operation.is_in(V1_PREVIEW) == Some(true)
}

/// # Errors
///
/// [`Error::Config`] when the version is one of the other form of URL.
pub(super) fn check_form(mode: Mode, version: &str) -> Result<(), Error> {
    if is_v1(version) == (mode == Mode::V1) { Ok(()) } else { Err(contradiction(mode, version)) }
}

fn contradiction(mode: Mode, version: &str) -> Error {
    Error::config(match mode {
        Mode::V1 => format!(
            "the client uses v1, and the options of the call name the api-version {version}: name \
             `v1` or `preview`, or make another client with that api-version"
        ),
        _ => format!(
            "the client uses dated api-versions, and the options of the call name {version}: make \
             another client without an api-version, which uses v1"
        ),
    })
}

/// # Errors
///
/// [`Error::Config`] when the api-version is known to lack the operation. Nothing is checked for an
/// api-version that this crate does not know.
pub(super) fn check(operation: &Operation, mode: Mode, version: &str) -> Result<(), Error> {
    if operation.is_in(version) != Some(false) {
        return Ok(());
    }
    let have: Vec<&str> = operation.versions().map(|version| version.name).collect();
    let in_this_form = have.iter().any(|name| is_v1(name) == (mode == Mode::V1));
    let how = match (mode, in_this_form) {
        (Mode::V1, true) => "leave `api_version` out, or set it to `preview`",
        (Mode::V1, false) => "set one of these with `ClientBuilder::api_version`",
        (_, true) => "set one with `ClientBuilder::api_version` or `CallOptions::api_version`",
        (_, false) => "make the client without an api-version, so that it uses v1",
    };
    Err(Error::config(format!(
        "api-version {version} has no {}; it is in {}: {how}; `CallOptions::any_version` sends it \
         all the same",
        operation.name,
        have.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::{Choice, Chosen, check, choose};
    use crate::endpoint::Mode;
    use openai_azure_sys::Operation;

    fn operation(name: &str) -> &'static Operation {
        Operation::find(name).unwrap_or_else(|| panic!("no {name}"))
    }

    fn refusal(name: &str, mode: Mode, version: &str) -> Option<String> {
        check(operation(name), mode, version).err().map(|error| error.to_string())
    }

    #[test]
    fn what_a_version_lacks_is_refused_with_those_that_have_it() {
        let speech = refusal("speech_create", Mode::Dated, "2024-10-21").unwrap();
        assert!(speech.contains("2024-10-21 has no speech_create"), "{speech}");
        assert!(speech.contains("2024-08-01-preview, "), "{speech}");
        let responses = refusal("responses_create", Mode::Gateway, "2025-01-01-preview").unwrap();
        assert!(responses.contains("2025-03-01-preview, "), "{responses}");
        for (name, mode, version, how) in [
            ("speech_create", Mode::Dated, "2024-10-21", "set one with `ClientBuilder"),
            ("conversations_create", Mode::Dated, "2024-10-21", "without an api-version"),
            ("speech_create", Mode::V1, "v1", "leave `api_version` out"),
            ("uploads_add_part", Mode::V1, "v1", "set one of these with"),
        ] {
            let refused = refusal(name, mode, version).unwrap();
            assert!(refused.contains(how), "{refused}");
        }
    }

    #[test]
    fn what_a_version_has_and_what_nobody_knows_passes() {
        for (name, version) in [
            ("chat_completions_create", "2024-02-01"),
            ("speech_create", "2025-01-01-preview"),
            ("speech_create", "2099-01-01"),
        ] {
            assert_eq!(refusal(name, Mode::Dated, version), None, "{name} {version}");
        }
        assert_eq!(refusal("responses_create", Mode::V1, "v1"), None);
    }

    fn chosen<'a>(mode: Mode, name: &str, choice: Choice<'a>) -> Chosen<'a> {
        choose(mode, Some(operation(name)), choice).unwrap()
    }

    #[test]
    fn the_nearest_setting_wins_on_a_dated_endpoint() {
        let all = Choice {
            query: Some("query"),
            call: Some("call"),
            typed: Some("typed"),
            client: Some("client"),
        };
        let sent = |choice| chosen(Mode::Dated, "models_list", choice).sent.unwrap().to_owned();
        assert_eq!(sent(all), "query");
        assert_eq!(sent(Choice { query: None, ..all }), "call");
        assert_eq!(sent(Choice { query: None, call: None, ..all }), "typed");
        assert_eq!(sent(Choice { client: Some("client"), ..Choice::default() }), "client");
        assert_eq!(sent(Choice::default()), "2024-10-21");
    }

    #[test]
    fn v1_sends_no_version_unless_the_preview_is_named() {
        let sent = |call| {
            let choice = Choice { call, ..Choice::default() };
            chosen(Mode::V1, "models_list", choice).sent
        };
        assert_eq!(sent(None), None);
        assert_eq!(sent(Some("v1")), None);
        assert_eq!(sent(Some("preview")), Some("preview"));
        assert_eq!(sent(Some("v1-preview")), Some("preview"));
    }

    #[test]
    fn what_only_the_preview_of_v1_has_is_sent_with_it() {
        let chose = |name, client| {
            let choice = Choice { client, ..Choice::default() };
            let chosen = chosen(Mode::V1, name, choice);
            (chosen.sent, chosen.is_automatic)
        };
        for name in ["speech_create", "transcriptions_create", "images_generate", "images_edit"] {
            assert_eq!(chose(name, None), (Some("preview"), true), "{name}");
            assert_eq!(chose(name, Some("v1")), (None, false), "{name}");
            assert_eq!(chose(name, Some("preview")), (Some("preview"), false), "{name}");
        }
        assert_eq!(chose("chat_completions_create", None), (None, false));
        let refused = refusal("speech_create", Mode::V1, "v1").unwrap();
        assert!(refused.contains("v1-preview: leave `api_version` out"), "{refused}");
    }

    #[test]
    fn a_parameter_of_the_query_is_sent_as_it_is() {
        let sent = |mode, query| {
            let choice =
                Choice { query: Some(query), call: Some("2024-06-01"), ..Choice::default() };
            chosen(mode, "models_list", choice).sent
        };
        for query in ["v1", "preview", "2099-01-01"] {
            assert_eq!(sent(Mode::V1, query), Some(query));
            assert_eq!(sent(Mode::Dated, query), Some(query));
        }
    }

    #[test]
    fn options_of_a_call_stay_within_the_form_of_the_client() {
        for (mode, call, word) in [
            (Mode::V1, "2024-10-21", "`preview`"),
            (Mode::Dated, "preview", "uses v1"),
            (Mode::Gateway, "v1", "uses v1"),
        ] {
            let choice = Choice { call: Some(call), ..Choice::default() };
            let error = choose(mode, None, choice).unwrap_err().to_string();
            assert!(error.contains(word) && error.contains(call), "{error}");
        }
    }
}
