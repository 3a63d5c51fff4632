//! What is measured, and the targets.

/// A line of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) title: &'static str,
    /// The program that does it.
    pub(super) program: Program,
    /// Its first argument.
    pub(super) work: &'static str,
    /// Which of the three ways can do it.
    pub(super) ways: &'static [&'static str],
    pub(super) sizes: (usize, usize),
    pub(super) figure: Figure,
    pub(super) targets: &'static [Target],
    /// Why a target cannot be reached, for a row that misses one.
    pub(super) reason: &'static str,
}

/// The programs of `tests/bench`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    /// `openai-azure-bench`.
    Http,
    /// `realtime`, built with the feature of that name.
    Realtime,
}

impl Program {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Http => "openai-azure-bench",
            Self::Realtime => "realtime",
        }
    }
}

/// What is read off a run.
#[derive(Debug)]
pub(super) enum Figure {
    /// Instructions for one more unit.
    Instructions,
    /// Instructions of one unit at the large size, in relation to one at the small size.
    Growth,
    /// Instructions of one unit between 10 and 100 times the small size, in relation to one between
    /// 1 and 10 times; the large size is 100 times the small one.
    Scale,
    /// The difference of a printed figure for one more unit.
    Difference(&'static str),
    /// A printed figure for each unit of the large size.
    Each(&'static str),
    /// A printed figure of the whole large run, the least of a few.
    Whole(&'static str),
    /// A printed rate; more is better.
    Rate(&'static str),
}

impl Figure {
    pub(super) fn unit(&self, has_valgrind: bool) -> &'static str {
        match self {
            Self::Instructions if has_valgrind => "instructions",
            Self::Instructions => "ns",
            Self::Growth | Self::Scale => "×",
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
const FLOOR: &[&str] = &["floor", "ours"];

pub(super) const ROWS: &[Row] = &[
    Row {
        title: "streamed chat chunk of 470 bytes",
        program: Program::Http,
        work: "chunk",
        ways: ALL,
        sizes: (1_000, 3_000),
        figure: Figure::Instructions,
        targets: &[Target::Most(15_000.0), Target::OfFloor(0.91), Target::OfPeer(0.55)],
        reason: "What is left is reading the socket, finding the lines, and the completion so far, which grows with each chunk.",
    },
    Row {
        title: "the same chunk, decoded from memory",
        program: Program::Http,
        work: "decode-chunk",
        ways: ALL,
        sizes: (500, 1_500),
        figure: Figure::Instructions,
        targets: &[],
        reason: "",
    },
    Row {
        title: "unary chat call, kept-alive connection",
        program: Program::Http,
        work: "call",
        ways: ALL,
        sizes: (50, 250),
        figure: Figure::Instructions,
        targets: &[Target::Most(115_000.0), Target::OfPeer(0.98)],
        reason: "Nearly all of it is spent below this crate: the connection pool, hyper and the header maps of reqwest take what the \
                 bare client takes in the same run. What is above that is the decoding of every field, the IDs of the request, \
                 the timeout of the attempt, and a copy of the headers that holds no read buffer.",
    },
    Row {
        title: "the same through three middlewares",
        program: Program::Http,
        work: "hooked",
        ways: OURS,
        sizes: (50, 250),
        figure: Figure::Instructions,
        targets: &[],
        reason: "",
    },
    Row {
        title: "chat completion, decoded from memory",
        program: Program::Http,
        work: "decode-completion",
        ways: PEER,
        sizes: (500, 1_500),
        figure: Figure::Instructions,
        targets: &[],
        reason: "",
    },
    Row {
        title: "embedding call, 1,536 dimensions, base64",
        program: Program::Http,
        work: "embed",
        ways: ALL,
        sizes: (50, 250),
        figure: Figure::Instructions,
        targets: &[Target::Most(185_000.0)],
        reason: "",
    },
    Row {
        title: "one more vector in the same call",
        program: Program::Http,
        work: "vector",
        ways: ALL,
        sizes: (10, 110),
        figure: Figure::Instructions,
        targets: &[Target::Most(100_000.0)],
        reason: "",
    },
    Row {
        title: "Responses event (`response.output_text.delta`)",
        program: Program::Http,
        work: "event",
        ways: ALL,
        sizes: (1_000, 3_000),
        figure: Figure::Instructions,
        targets: &[Target::Most(7_500.0)],
        reason: "What is left is reading the socket, finding two lines for each event, and the response so far.",
    },
    Row {
        title: "chunk with a part of a tool call",
        program: Program::Http,
        work: "tools",
        ways: ALL,
        sizes: (1_000, 3_000),
        figure: Figure::Instructions,
        targets: &[Target::OfPeer(1.0)],
        reason: "",
    },
    Row {
        title: "`Client::build` after the first, with TLS",
        program: Program::Http,
        work: "build",
        ways: ALL,
        sizes: (1, 6),
        figure: Figure::Instructions,
        targets: &[Target::Most(200_000.0)],
        reason: "",
    },
    Row {
        title: "tool arguments through `events()`: a delta of 16,000 beside one of 1,000",
        program: Program::Http,
        work: "arguments",
        ways: OURS,
        sizes: (1_000, 16_000),
        figure: Figure::Growth,
        targets: &[Target::Most(1.2)],
        reason: "",
    },
    Row {
        title: "decoder of event streams alone",
        program: Program::Http,
        work: "sse",
        ways: PEER,
        sizes: (0, 20_000),
        figure: Figure::Rate("bytes_per_second"),
        targets: &[Target::Least(1.5e9)],
        reason: "",
    },
    Row {
        title: "allocations for a chunk",
        program: Program::Http,
        work: "chunk",
        ways: ALL,
        sizes: (1_000, 3_000),
        figure: Figure::Difference("allocations"),
        targets: &[Target::Most(8.0)],
        reason: "",
    },
    Row {
        title: "bytes allocated for a chunk",
        program: Program::Http,
        work: "chunk",
        ways: ALL,
        sizes: (1_000, 3_000),
        figure: Figure::Difference("allocated"),
        targets: &[],
        reason: "",
    },
    Row {
        title: "allocations for a unary call",
        program: Program::Http,
        work: "call",
        ways: ALL,
        sizes: (50, 250),
        figure: Figure::Difference("allocations"),
        targets: &[Target::Most(110.0)],
        reason: "",
    },
    Row {
        title: "bytes allocated for a unary call",
        program: Program::Http,
        work: "call",
        ways: ALL,
        sizes: (50, 250),
        figure: Figure::Difference("allocated"),
        targets: &[],
        reason: "",
    },
    Row {
        title: "heap of a kept chat completion with its headers",
        program: Program::Http,
        work: "kept",
        ways: ALL,
        sizes: (0, 500),
        figure: Figure::Each("live"),
        targets: &[Target::Most(4_096.0)],
        reason: "",
    },
    Row {
        title: "idle stream, resident (10,000 open on one client)",
        program: Program::Http,
        work: "idle",
        ways: ALL,
        sizes: (0, 10_000),
        figure: Figure::Each("resident"),
        targets: &[Target::Most(26_624.0)],
        reason: "",
    },
    Row {
        title: "upload of 100 MB from a path",
        program: Program::Http,
        work: "upload",
        ways: ALL,
        sizes: (0, 100_000_000),
        figure: Figure::Whole("processor_ns"),
        targets: &[Target::OfPeer(0.15)],
        reason: "The file is read once into memory and written once to the socket; the kernel takes most of both, and more \
                 where other programs run beside it.",
    },
    Row {
        title: "realtime audio delta of 4,800 bytes",
        program: Program::Realtime,
        work: "audio",
        ways: FLOOR,
        sizes: (1_000, 3_000),
        figure: Figure::Instructions,
        targets: &[],
        reason: "",
    },
    Row {
        title: "growth of chunks of a stream, 200 to 20,000",
        program: Program::Http,
        work: "chunk",
        ways: ALL,
        sizes: (200, 20_000),
        figure: Figure::Scale,
        targets: &[Target::Most(1.1)],
        reason: "",
    },
    Row {
        title: "growth of bytes of one event, 10,000 to 1,000,000",
        program: Program::Http,
        work: "event-size",
        ways: ALL,
        sizes: (10_000, 1_000_000),
        figure: Figure::Scale,
        targets: &[Target::Most(1.1)],
        reason: "",
    },
    Row {
        title: "growth of deltas of tool arguments through `events()`, 160 to 16,000",
        program: Program::Http,
        work: "arguments",
        ways: OURS,
        sizes: (160, 16_000),
        figure: Figure::Scale,
        targets: &[Target::Most(1.1)],
        reason: "",
    },
    Row {
        title: "growth of vectors of an embedding call, 2 to 200",
        program: Program::Http,
        work: "vector",
        ways: ALL,
        sizes: (2, 200),
        figure: Figure::Scale,
        targets: &[Target::Most(1.1)],
        reason: "",
    },
    Row {
        title: "growth of streams that are open at once, of 20 chunks each, 10 to 1,000",
        program: Program::Http,
        work: "streams",
        ways: ALL,
        sizes: (10, 1_000),
        figure: Figure::Scale,
        targets: &[Target::Most(1.1)],
        reason: "",
    },
];
