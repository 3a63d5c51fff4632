//! `BENCHMARKS.md`.

use std::fmt::Write as _;

use anyhow::Result;

use super::rows::Target;

/// A measured line.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) title: &'static str,
    pub(super) unit: &'static str,
    /// Bare reqwest, async-openai, this crate.
    pub(super) figures: [Option<f64>; 3],
    pub(super) targets: &'static [Target],
    pub(super) command: String,
    /// Why a target is missed, if one is.
    pub(super) reason: &'static str,
    /// The functions of this crate's run by their share in percent, if a target is missed.
    pub(super) profile: Vec<(f64, String)>,
}

impl Line {
    /// The line of the table.
    pub(super) fn row(&self) -> String {
        let [floor, peer, ours] = self.figures;
        let ratio = |of: Option<f64>| match (ours, of) {
            (Some(ours), Some(of)) => format!("{:.2}", ours / of),
            _ => "–".to_owned(),
        };
        let figure = |figure: Option<f64>| figure.map_or_else(|| "–".to_owned(), number);
        let (targets, marks): (Vec<String>, Vec<&str>) = self
            .targets
            .iter()
            .map(|target| (target.text(), if self.meets(target) { "yes" } else { "**no**" }))
            .unzip();
        format!(
            "| {} ({}) | {} | {} | **{}** | {} | {} | {} | {} |",
            self.title,
            self.unit,
            figure(floor),
            figure(peer),
            figure(ours),
            ratio(floor),
            ratio(peer),
            targets.join("; "),
            marks.join("; "),
        )
    }

    /// Whether every target is met.
    pub(super) fn is_met(&self) -> bool {
        self.targets.iter().all(|target| self.meets(target))
    }

    fn meets(&self, target: &Target) -> bool {
        let [floor, peer, ours] = self.figures;
        let Some(ours) = ours else { return false };
        match *target {
            Target::Most(most) => ours <= most,
            Target::Least(least) => ours >= least,
            Target::OfFloor(most) => floor.is_some_and(|floor| ours / floor <= most),
            Target::OfPeer(most) => peer.is_some_and(|peer| ours / peer <= most),
        }
    }
}

impl Target {
    fn text(&self) -> String {
        match *self {
            Self::Most(most) => format!("≤ {}", number(most)),
            Self::Least(least) => format!("≥ {}", number(least)),
            Self::OfFloor(most) => format!("≤ {most} of bare"),
            Self::OfPeer(most) => format!("≤ {most} of async-openai"),
        }
    }
}

/// The whole document.
pub(super) fn document(lines: &[Line], has_valgrind: bool, machine: &str) -> Result<String> {
    let mut text = format!("{HEAD}{machine}\n");
    if !has_valgrind {
        text += "valgrind was not installed: instructions are nanoseconds of processor time.\n\n";
    }
    text +=
        "| work | bare | async-openai | this crate | of bare | of async-openai | target | met? |\n";
    text += "|---|---|---|---|---|---|---|---|\n";
    for line in lines {
        writeln!(text, "{}", line.row())?;
    }
    let missed = |line: &&Line| !line.is_met();
    if lines.iter().any(|line| missed(&line)) {
        text += "\n## Targets that are missed\n";
    }
    for line in lines.iter().filter(missed) {
        writeln!(text, "\n### {}\n\n{}", line.title, line.reason)?;
        if !line.profile.is_empty() {
            text += "\n| share of all instructions | function |\n|---|---|\n";
        }
        for (share, function) in &line.profile {
            writeln!(text, "| {share:.1} % | `{}` |", function.replace('|', "\\|"))?;
        }
    }
    text += "\n## Commands\n\n| work | command |\n|---|---|\n";
    for line in lines {
        writeln!(text, "| {} | `{}` |", line.title, line.command)?;
    }
    Ok(text)
}

const HEAD: &str = "# Benchmarks

`cargo xtask bench` writes this file. It measures this crate, async-openai 0.43 with `AzureConfig`, and bare reqwest
with serde_json, in one run, in release, over loopback, against the same canned server (`tests/bench`). The server is
a process of its own and is not counted.

The bare client is what a careful program would write by hand: it finds the ends of events with memchr, searches no byte
twice, copies no event, and decodes ID, model, index, role, text, finish reason and tool calls; it has no retries, no
limits and no logs. Events differ from each other as those of the service do: by their token, number and padding.

Instructions are counted by `valgrind --tool=callgrind` as the difference of two sizes of the same work, so that
start-up cancels out; they repeat to about 1 %. Memory and allocations are counted in the program. Ratios are those of
this crate to the others: less is better, except for bytes per second. Commands are run in the target folder of
`tests/bench`; `WAY` is `floor`, `peer` or `ours`.

";

/// A number with separators for thousands, and with decimals where it is small.
fn number(value: f64) -> String {
    if value.abs() < 100.0 {
        return format!("{value:.1}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Line, Target, document, number};

    #[test]
    fn numbers_are_written_with_separators() {
        assert_eq!(number(1.234), "1.2");
        assert_eq!(number(999.6), "1,000");
        assert_eq!(number(1_234_567.0), "1,234,567");
    }

    #[test]
    fn a_target_that_is_missed_is_named_so() {
        let line = Line {
            title: "work",
            unit: "bytes",
            figures: [Some(100.0), Some(200.0), Some(110.0)],
            targets: &[Target::Most(120.0), Target::OfFloor(1.0), Target::OfPeer(0.6)],
            command: String::new(),
            reason: "because",
            profile: vec![(12.5, "read".to_owned())],
        };
        let row = line.row();
        assert!(row.contains("| 1.10 | 0.55 |"), "{row}");
        assert!(row.contains("| ≤ 120; ≤ 1 of bare; ≤ 0.6 of async-openai |"), "{row}");
        assert!(row.ends_with("| yes; **no**; yes |"), "{row}");
        let document = document(&[line], true, "").unwrap();
        assert!(document.contains("### work\n\nbecause\n"), "{document}");
        assert!(document.contains("| 12.5 % | `read` |"), "{document}");
    }
}
