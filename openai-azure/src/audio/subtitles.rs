//! Responses that are text: as it is, or as subtitles.

use std::fmt;
use std::ops::Deref;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The words of a recording and nothing else (`text`). It dereferences to the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlainText(String);

/// Subtitles as SubRip (`srt`). It dereferences to the text of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Srt(String);

/// Subtitles as WebVTT (`vtt`). It dereferences to the text of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Vtt(String);

/// One subtitle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cue {
    /// When it appears.
    pub start: Duration,
    /// When it goes.
    pub end: Duration,
    /// Its text, in one or several lines.
    pub text: String,
}

impl PlainText {
    /// The text as a `String`.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Srt {
    /// The text of the file as a `String`.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// The subtitles one by one. What is no subtitle is left out.
    #[must_use]
    pub fn cues(&self) -> Vec<Cue> {
        cues(&self.0)
    }
}

impl Vtt {
    /// The text of the file as a `String`.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    /// The subtitles one by one. What is no subtitle is left out.
    #[must_use]
    pub fn cues(&self) -> Vec<Cue> {
        cues(&self.0)
    }
}

impl From<String> for PlainText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<String> for Srt {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<String> for Vtt {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Deref for PlainText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Deref for Srt {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Deref for Vtt {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlainText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Srt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Vtt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Both formats: a line with times, then text up to an empty line.
fn cues(file: &str) -> Vec<Cue> {
    let mut lines = file.lines();
    let mut cues = Vec::new();
    while let Some(line) = lines.next() {
        let Some((start, end)) = times(line) else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|line| !line.trim().is_empty()).collect();
        cues.push(Cue { start, end, text: text.join("\n") });
    }
    cues
}

/// `00:01:02,500 --> 00:01:04.250 align:start`.
fn times(line: &str) -> Option<(Duration, Duration)> {
    let (start, end) = line.split_once("-->")?;
    Some((time(start.trim())?, time(end.split_whitespace().next()?)?))
}

/// Hours may be missing; the point may be a comma.
fn time(text: &str) -> Option<Duration> {
    let (clock, fraction) = text.split_once([',', '.']).unwrap_or((text, "0"));
    let mut seconds = 0_u64;
    for number in clock.split(':') {
        seconds = seconds.checked_mul(60)?.checked_add(number.parse().ok()?)?;
    }
    let millis: u64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some(Duration::from_secs(seconds) + Duration::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::{Srt, Vtt};
    use proptest::prelude::*;
    use std::time::Duration;

    #[test]
    fn both_formats_have_the_same_cues() {
        let srt = "1\r\n00:00:00,000 --> 00:00:02,500\r\nOne.\r\n\r\n2\r\n01:00:02,500 --> 01:00:04,25\r\nTwo,\r\nthree.\r\n\r\n";
        let vtt = "WEBVTT\n\n00:00.000 --> 00:02.500 align:start\nOne.\n\nNOTE no cue\n\n01:00:02.500 --> 01:00:04.250\nTwo,\nthree.";
        let cues = Srt::from(srt.to_owned()).cues();
        assert_eq!(cues, Vtt::from(vtt.to_owned()).cues());
        assert_eq!(cues.len(), 2);
        assert_eq!(cues[1].start, Duration::from_millis(3_602_500));
        assert_eq!((cues[1].end - cues[1].start).as_millis(), 1750);
        assert_eq!(cues[1].text, "Two,\nthree.");
    }

    #[test]
    fn odd_files_have_no_cues_and_do_no_harm() {
        for file in ["", "-->", "a --> b", "1:2:3:4:99999999999999999999 --> 0", "0,ä --> 1\nx"] {
            assert!(Srt::from(file.to_owned()).cues().is_empty(), "{file}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(
            text in "[0-9:.,ä \n]{0,24}(-->)?[0-9:.,ä \n]{0,24}(-->)?[0-9:.,ä \n]{0,24}",
        ) {
            for cue in Vtt::from(text.clone()).cues() {
                prop_assert!(text.contains("-->"), "{cue:?}");
            }
        }
    }
}
