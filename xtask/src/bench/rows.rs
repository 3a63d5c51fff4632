//! What is measured, and the targets.

/// A line of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) title: &'static str,
    /// The first argument of the program.
    pub(super) work: &'static str,
    /// Which of the three ways can do it.
    pub(super) ways: &'static [&'static str],
    pub(super) sizes: (usize, usize),
    pub(super) figure: Figure,
    pub(super) targets: &'static [Target],
}

/// What is read off a run.
#[derive(Debug)]
pub(super) enum Figure {
    /// Instructions for one more unit.
    Instructions,
    /// Instructions of one unit at the large size, in relation to one at the small size.
    Growth,
    /// The difference of a printed figure for one more unit.
    Difference(&'static str),
    /// A printed figure for each unit of the large size.
    Each(&'static str),
    /// A printed figure of the whole large run.
    Whole(&'static str),
    /// A printed rate; more is better.
    Rate(&'static str),
}

impl Figure {
    pub(super) fn unit(&self, has_valgrind: bool) -> &'static str {
        match self {
            Self::Instructions if has_valgrind => "instructions",
            Self::Instructions => "ns",
            Self::Growth => "×",
            Self::Difference("allocations") => "allocations",
            Self::Rate(_) => "bytes/s",
            Self::Whole("processor_ns") => "ns of processor time",
            Self::Difference(_) | Self::Each(_) | Self::Whole(_) => "bytes",
        }
    }
}

/// What this crate should reach.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    /// At most this.
    Most(f64),
    /// At least this.
    Least(f64),
    /// At most this share of bare reqwest.
    OfFloor(f64),
    /// At most this share of async-openai.
    OfPeer(f64),
}

const ALL: &[&str] = &["floor", "peer", "ours"];
const PEER: &[&str] = &["peer", "ours"];
const OURS: &[&str] = &["ours"];

pub(super) const ROWS: &[Row] = &[
    Row {
        title: "streamed chat chunk of 470 bytes",
        work: "chunk",
        ways: ALL,
        sizes: (1_000, 3_000),
        figure: Figure::Instructions,
        targets: &[Target::Most(15_000.0), Target::OfFloor(0.91), Target::OfPeer(0.55)],
    },
    Row {
        title: "the same chunk, decoded from memory",
        work: "decode-chunk",
        ways: ALL,
        sizes: (500, 1_500),
        figure: Figure::Instructions,
        targets: &[],
    },
    Row {
        title: "unary chat call, kept-alive connection",
        work: "call",
        ways: ALL,
        sizes: (50, 250),
        figure: Figure::Instructions,
        targets: &[Target::Most(115_000.0), Target::OfPeer(0.98)],
    },
    Row {
        title: "chat completion, decoded from memory",
        work: "decode-completion",
        ways: PEER,
        sizes: (500, 1_500),
        figure: Figure::Instructions,
        targets: &[],
    },
    Row {
        title: "embedding call, 1,536 dimensions, base64",
        work: "embed",
        ways: ALL,
        sizes: (50, 250),
        figure: Figure::Instructions,
        targets: &[Target::Most(185_000.0)],
    },
    Row {
        title: "one more vector in the same call",
        work: "vector",
        ways: ALL,
        sizes: (10, 110),
        figure: Figure::Instructions,
        targets: &[Target::Most(100_000.0)],
    },
    Row {
        title: "Responses event (`response.output_text.delta`)",
        work: "event",
        ways: ALL,
        sizes: (1_000, 3_000),
        figure: Figure::Instructions,
        targets: &[Target::Most(7_500.0)],
    },
    Row {
        title: "chunk with a part of a tool call",
        work: "tools",
        ways: ALL,
        sizes: (1_000, 3_000),
        figure: Figure::Instructions,
        targets: &[Target::OfPeer(1.0)],
    },
    Row {
        title: "`Client::build` after the first, with TLS",
        work: "build",
        ways: ALL,
        sizes: (1, 6),
        figure: Figure::Instructions,
        targets: &[Target::Most(200_000.0)],
    },
    Row {
        title: "tool arguments through `events()`: a delta of 16,000 beside one of 1,000",
        work: "arguments",
        ways: OURS,
        sizes: (1_000, 16_000),
        figure: Figure::Growth,
        targets: &[Target::Most(1.2)],
    },
    Row {
        title: "decoder of event streams alone",
        work: "sse",
        ways: PEER,
        sizes: (0, 20_000),
        figure: Figure::Rate("bytes_per_second"),
        targets: &[Target::Least(1.5e9)],
    },
    Row {
        title: "allocations for a chunk",
        work: "chunk",
        ways: ALL,
        sizes: (1_000, 3_000),
        figure: Figure::Difference("allocations"),
        targets: &[Target::Most(8.0)],
    },
    Row {
        title: "bytes allocated for a chunk",
        work: "chunk",
        ways: ALL,
        sizes: (1_000, 3_000),
        figure: Figure::Difference("allocated"),
        targets: &[],
    },
    Row {
        title: "allocations for a unary call",
        work: "call",
        ways: ALL,
        sizes: (50, 250),
        figure: Figure::Difference("allocations"),
        targets: &[Target::Most(110.0)],
    },
    Row {
        title: "bytes allocated for a unary call",
        work: "call",
        ways: ALL,
        sizes: (50, 250),
        figure: Figure::Difference("allocated"),
        targets: &[],
    },
    Row {
        title: "heap of a kept chat completion with its headers",
        work: "kept",
        ways: ALL,
        sizes: (0, 500),
        figure: Figure::Each("live"),
        targets: &[Target::Most(4_096.0)],
    },
    Row {
        title: "idle stream, resident (of 9,000)",
        work: "idle",
        ways: ALL,
        sizes: (0, 9_000),
        figure: Figure::Each("resident"),
        targets: &[Target::Most(26_624.0)],
    },
    Row {
        title: "upload of 100 MB from a path",
        work: "upload",
        ways: ALL,
        sizes: (0, 100_000_000),
        figure: Figure::Whole("processor_ns"),
        targets: &[Target::OfPeer(0.15)],
    },
];
