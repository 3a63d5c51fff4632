//! `spec/sources.toml`: where the facts of each api-version are from.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::{Deserialize, Serialize};

/// What each api-version was made from, by its name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sources {
    #[serde(flatten)]
    pub(crate) versions: BTreeMap<String, Version>,
}

/// What one api-version was made from.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Version {
    /// `GA` or `preview`.
    pub(crate) stage: String,
    /// The documents, by `inference` or `authoring`.
    pub(crate) documents: BTreeMap<String, Document>,
}

/// One upstream document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Document {
    /// The name of the file.
    pub(crate) file: String,
    /// The public repository that it is from, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repository: Option<String>,
    /// The path in that repository, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upstream: Option<String>,
    /// The commit of that repository, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) commit: Option<String>,
    /// The day of that revision upstream, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<String>,
    /// `Swagger 2.0`, or `OpenAPI` with its version.
    pub(crate) format: String,
    /// The SHA-256 of its bytes.
    pub(crate) sha256: String,
    /// The day of the import that brought these bytes, in UTC.
    pub(crate) imported: String,
}

impl Sources {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        Ok(toml::from_str(text)?)
    }

    pub(crate) fn to_text(&self) -> Result<String> {
        let header =
            "# Where the facts of each api-version are from. Written by `cargo xtask import`.\n\n";
        Ok(format!("{header}{}", toml::to_string(self)?))
    }

    /// Records `document`; one with the same bytes keeps its day and what is known of upstream.
    pub(crate) fn record(&mut self, version: &str, part: &str, mut document: Document) {
        let entry = self.versions.entry(version.to_owned()).or_default();
        entry.stage = stage(version).to_owned();
        if let Some(before) = entry.documents.get(part) {
            document.repository.clone_from(&before.repository);
            document.upstream.clone_from(&before.upstream);
            if before.sha256 == document.sha256 {
                document.commit.clone_from(&before.commit);
                document.revision.clone_from(&before.revision);
                document.imported.clone_from(&before.imported);
            }
        }
        entry.documents.insert(part.to_owned(), document);
    }
}

/// `GA` or `preview`, as the name of the api-version says.
pub(crate) fn stage(version: &str) -> &'static str {
    if version.contains("preview") || version.contains("alpha") { "preview" } else { "GA" }
}

/// The date of `seconds` since 1970 in UTC, as `YYYY-MM-DD`.
pub(crate) fn date(seconds: u64) -> String {
    // Days are counted from 0000-03-01, so that the leap day is the last of its year.
    let days = seconds / 86_400 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::{date, stage};

    #[test]
    fn days_have_their_dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_729_468_800), "2024-10-21");
    }

    #[test]
    fn the_name_tells_the_stage() {
        assert_eq!(stage("2024-10-21"), "GA");
        assert_eq!(stage("v1"), "GA");
        assert_eq!(stage("2024-10-01-preview"), "preview");
    }
}
