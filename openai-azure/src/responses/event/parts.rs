//! What events carry.

use openai_azure_sys::decode::SharedStr;
use openai_azure_sys::open_struct;
use serde_json::Value;

use super::super::item::{Annotation, ContentPart, Item};
use super::super::response::ModelResponse;

open_struct! {
    /// The response as it is now.
    pub struct SnapshotEvent {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// The response; its output is empty before the last event.
        pub response: Box<ModelResponse> as required,
    }
}

open_struct! {
    /// An item that begins or is done.
    pub struct ItemEvent {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// The item.
        pub item: Item as required,
    }
}

open_struct! {
    /// A part that begins or is done.
    pub struct PartEvent {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the part in the item, from 0.
        pub content_index: usize,
        /// The part.
        pub part: ContentPart as required,
    }
}

open_struct! {
    /// More of a text.
    pub struct TextDelta {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the part in the item, from 0.
        pub content_index: usize,
        /// The text.
        pub delta: String,
        /// Log probabilities of the tokens; see the field `include` of the request.
        pub logprobs: Option<Vec<Value>>,
        /// Random padding that hides the length of the text.
        pub obfuscation: Option<SharedStr>,
    }
}

open_struct! {
    /// A text that is done.
    pub struct TextDone {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the part in the item, from 0.
        pub content_index: usize,
        /// The whole text.
        pub text: String,
        /// Log probabilities of the tokens; see the field `include` of the request.
        pub logprobs: Option<Vec<Value>>,
    }
}

open_struct! {
    /// The explanation of a refusal that is done.
    pub struct RefusalDone {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the part in the item, from 0.
        pub content_index: usize,
        /// The whole explanation.
        pub refusal: String,
    }
}

open_struct! {
    /// What a text cites.
    pub struct AnnotationEvent {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the part in the item, from 0.
        pub content_index: usize,
        /// Position of the annotation in the part, from 0.
        pub annotation_index: usize,
        /// The annotation.
        pub annotation: Annotation,
    }
}

open_struct! {
    /// More of the input of a tool: arguments, text or code.
    pub struct InputDelta {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// The text.
        pub delta: String,
        /// Random padding that hides the length of the text.
        pub obfuscation: Option<SharedStr>,
    }
}

open_struct! {
    /// Arguments that are done.
    pub struct ArgumentsDone {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Name of the function; newer models.
        pub name: Option<String>,
        /// All arguments, as JSON.
        pub arguments: String,
    }
}

open_struct! {
    /// Input of a custom tool that is done.
    pub struct InputDone {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// The whole input.
        pub input: String,
    }
}

open_struct! {
    /// Code that is written.
    pub struct CodeDone {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// The whole code.
        pub code: String,
    }
}

open_struct! {
    /// A part of a summary of the reasoning.
    pub struct SummaryPart {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the part in the summary, from 0.
        pub summary_index: usize,
        /// The part.
        pub part: ContentPart,
    }
}

open_struct! {
    /// More of a summary of the reasoning.
    pub struct SummaryDelta {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the part in the summary, from 0.
        pub summary_index: usize,
        /// The text.
        pub delta: String,
        /// Random padding that hides the length of the text.
        pub obfuscation: Option<SharedStr>,
    }
}

open_struct! {
    /// A text of a summary of the reasoning that is done.
    pub struct SummaryDone {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the part in the summary, from 0.
        pub summary_index: usize,
        /// The whole text.
        pub text: String,
    }
}

open_struct! {
    /// How far a tool of the service is.
    pub struct ToolProgress {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
    }
}

open_struct! {
    /// An image as far as it is.
    pub struct PartialImage {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// ID of the item.
        pub item_id: SharedStr,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Number of the partial image, from 0.
        pub partial_image_index: u64,
        /// The image, in base64.
        pub partial_image_b64: String,
        /// Width and height in pixels, such as `1024x1024`.
        pub size: Option<String>,
        /// Such as `high`.
        pub quality: Option<String>,
        /// `transparent` or `opaque`.
        pub background: Option<String>,
        /// `png`, `jpeg` or `webp`.
        pub output_format: Option<String>,
    }
}

open_struct! {
    /// A shell command that begins or is done.
    pub struct ShellCommand {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the command in the call, from 0.
        pub command_index: usize,
        /// The command.
        pub command: String,
    }
}

open_struct! {
    /// More of a shell command.
    pub struct ShellCommandDelta {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the command in the call, from 0.
        pub command_index: usize,
        /// The text.
        pub delta: String,
        /// Random padding that hides the length of the text.
        pub obfuscation: Option<SharedStr>,
    }
}

open_struct! {
    /// More output of a shell command.
    pub struct ShellOutputDelta {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the command in the call, from 0.
        pub command_index: usize,
        /// ID of the item.
        pub item_id: Option<SharedStr>,
        /// What it wrote: `stdout` or `stderr`.
        pub delta: Value as always,
    }
}

open_struct! {
    /// Output of a shell command that is done.
    pub struct ShellOutputDone {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// Position of the item in the output, from 0.
        pub output_index: usize,
        /// Position of the command in the call, from 0.
        pub command_index: usize,
        /// ID of the item.
        pub item_id: Option<SharedStr>,
        /// What each command wrote.
        pub output: Value as always,
    }
}

open_struct! {
    /// More audio in base64, or more of its transcript.
    pub struct AudioDelta {
        /// Number of the event.
        pub sequence_number: Option<u64>,
        /// The audio or the text; absent when it is done.
        pub delta: Option<String>,
        /// ID of the response.
        pub response_id: Option<SharedStr>,
    }
}
