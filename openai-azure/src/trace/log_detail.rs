//! How much is logged.

use std::str::FromStr;

use crate::error::Error;

/// How much of each attempt is logged, beside the span of the call.
///
/// See [`trace`](crate::trace) for the events, their targets and levels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LogDetail {
    /// Nothing but the span.
    None,
    /// One event for each attempt.
    #[default]
    Basic,
    /// Attempts, and the headers of requests and responses.
    Headers,
    /// Attempts, and the bodies of requests and responses. They hold what people and models say.
    Body,
    /// Attempts, headers and bodies.
    BodyAndHeaders,
}

impl LogDetail {
    pub(super) fn attempts(self) -> bool {
        self != Self::None
    }

    pub(super) fn headers(self) -> bool {
        matches!(self, Self::Headers | Self::BodyAndHeaders)
    }

    pub(crate) fn bodies(self) -> bool {
        matches!(self, Self::Body | Self::BodyAndHeaders)
    }
}

/// Reads `none`, `basic`, `headers`, `body` or `body_and_headers`, in small or capital letters.
///
/// ```
/// use openai_azure::LogDetail;
///
/// assert_eq!("BODY_AND_HEADERS".parse::<LogDetail>()?, LogDetail::BodyAndHeaders);
/// # Ok::<(), openai_azure::Error>(())
/// ```
impl FromStr for LogDetail {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let plain = text.trim().replace(['_', '-'], "").to_ascii_lowercase();
        Ok(match plain.as_str() {
            "none" => Self::None,
            "basic" => Self::Basic,
            "headers" => Self::Headers,
            "body" => Self::Body,
            "bodyandheaders" => Self::BodyAndHeaders,
            _ => {
                return Err(Error::config(
                    "the log detail is one of none, basic, headers, body, body_and_headers",
                ));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::LogDetail;

    #[test]
    fn every_spelling_of_a_detail_is_read_and_others_are_refused() {
        for (text, detail) in [
            ("none", LogDetail::None),
            (" Basic ", LogDetail::Basic),
            ("HEADERS", LogDetail::Headers),
            ("body", LogDetail::Body),
            ("body_and_headers", LogDetail::BodyAndHeaders),
            ("body-and-headers", LogDetail::BodyAndHeaders),
            ("BodyAndHeaders", LogDetail::BodyAndHeaders),
        ] {
            assert_eq!(text.parse::<LogDetail>().unwrap(), detail);
        }
        assert!("everything".parse::<LogDetail>().is_err());
        assert!("".parse::<LogDetail>().is_err());
    }
}
