//! Shell commands and patches that the model asks for, and their results.

use openai_azure_sys::{open_struct, open_union};
use serde_json::{Map, Value};

use super::ItemStatus;
use super::computer::NoFields;

open_struct! {
    /// The model wants to run a command on your machine.
    pub struct LocalShellCallItem {
        /// Unique ID of the item.
        pub id: Option<String>,
        /// ID of the call; its output refers to it.
        pub call_id: String,
        /// The command.
        pub action: LocalShellAction,
        /// How far it is.
        pub status: Option<ItemStatus>,
    }
}

open_struct! {
    /// A command for your machine.
    pub struct LocalShellAction {
        /// `exec`.
        pub kind: Option<String> = "type",
        /// The program and its arguments.
        pub command: Vec<String> as always,
        /// Environment variables.
        pub env: Map<String, Value> as always,
        /// The limit on its time, in milliseconds.
        pub timeout_ms: Option<u64>,
        /// The user who runs it.
        pub user: Option<String>,
        /// The directory that it runs in.
        pub working_directory: Option<String>,
    }
}

open_struct! {
    /// The output of a command on your machine.
    pub struct LocalShellCallOutputItem {
        /// ID of the call, in this item.
        pub id: Option<String>,
        /// ID of the call, where the service has it in a field of its own.
        pub call_id: Option<String>,
        /// JSON with what the command wrote.
        pub output: String,
        /// How far it is.
        pub status: Option<ItemStatus>,
    }
}

open_struct! {
    /// The model wants to run shell commands.
    pub struct ShellCallItem {
        /// Unique ID of the item.
        pub id: Option<String>,
        /// ID of the call; its output refers to it.
        pub call_id: String,
        /// The commands.
        pub action: ShellAction,
        /// How far it is.
        pub status: Option<ItemStatus>,
        /// Where they run.
        pub environment: Option<Value>,
    }
}

open_struct! {
    /// Shell commands and their limits.
    pub struct ShellAction {
        /// The commands.
        pub commands: Vec<String> as always,
        /// The limit on their time, in milliseconds.
        pub timeout_ms: Option<u64>,
        /// The most characters of output to return.
        pub max_output_length: Option<u64>,
    }
}

open_struct! {
    /// The output of shell commands.
    pub struct ShellCallOutputItem {
        /// Unique ID of the item.
        pub id: Option<String>,
        /// ID of the call.
        pub call_id: String,
        /// What each command wrote.
        pub output: Vec<ShellOutput> as always,
        /// The limit of the call.
        pub max_output_length: Option<u64>,
        /// How far it is.
        pub status: Option<ItemStatus>,
    }
}

open_struct! {
    /// What a command wrote.
    pub struct ShellOutput {
        /// Standard output.
        pub stdout: String,
        /// Standard error.
        pub stderr: String,
        /// How it ended.
        pub outcome: ShellOutcome,
    }
}

open_union! {
    /// How a command ended.
    pub enum ShellOutcome by "type" {
        /// By itself.
        Exit(ShellExit) = "exit",
        /// By the limit on its time.
        Timeout(NoFields) = "timeout",
        ..Other
    }
}

open_struct! {
    /// The end of a command.
    pub struct ShellExit {
        /// Exit code.
        pub exit_code: i64,
    }
}

open_struct! {
    /// The model wants to change a file.
    pub struct ApplyPatchCallItem {
        /// Unique ID of the item.
        pub id: Option<String>,
        /// ID of the call; its output refers to it.
        pub call_id: String,
        /// The change.
        pub operation: PatchOperation,
        /// How far it is.
        pub status: Option<ItemStatus>,
    }
}

open_union! {
    /// A change of a file.
    pub enum PatchOperation by "type" {
        /// Creates it.
        CreateFile(PatchedFile) = "create_file",
        /// Changes it.
        UpdateFile(PatchedFile) = "update_file",
        /// Deletes it.
        DeleteFile(DeletedFile) = "delete_file",
        ..Other
    }
}

open_struct! {
    /// A file that is created or changed.
    pub struct PatchedFile {
        /// Path of the file.
        pub path: String,
        /// The change, as a unified diff.
        pub diff: String,
    }
}

open_struct! {
    /// A file that is deleted.
    pub struct DeletedFile {
        /// Path of the file.
        pub path: String,
    }
}

open_struct! {
    /// Whether a file was changed.
    pub struct ApplyPatchCallOutputItem {
        /// Unique ID of the item.
        pub id: Option<String>,
        /// ID of the call.
        pub call_id: String,
        /// `completed` or `failed`.
        pub status: Option<ItemStatus>,
        /// What happened, for the model.
        pub output: Option<String>,
    }
}

impl ShellCallOutputItem {
    /// Creates the result of a call from what each command wrote.
    pub fn new(call_id: impl Into<String>, output: impl IntoIterator<Item = ShellOutput>) -> Self {
        let output = output.into_iter().collect();
        Self { call_id: call_id.into(), output, ..Self::default() }
    }
}

impl ShellOutput {
    /// Creates what a command wrote, with its exit code.
    pub fn new(stdout: impl Into<String>, stderr: impl Into<String>, exit_code: i64) -> Self {
        let outcome = ShellOutcome::Exit(ShellExit { exit_code, ..ShellExit::default() });
        let (stdout, stderr) = (stdout.into(), stderr.into());
        Self { stdout, stderr, outcome, ..Self::default() }
    }
}

impl LocalShellCallOutputItem {
    /// Creates the result of a call.
    pub fn new(call_id: impl Into<String>, output: impl Into<String>) -> Self {
        let call_id: String = call_id.into();
        let id = Some(call_id.clone());
        Self { id, call_id: Some(call_id), output: output.into(), ..Self::default() }
    }
}

impl ApplyPatchCallOutputItem {
    /// Creates the result of a call.
    pub fn new(call_id: impl Into<String>, is_applied: bool) -> Self {
        let status = if is_applied { ItemStatus::Completed } else { ItemStatus::Failed };
        Self { call_id: call_id.into(), status: Some(status), ..Self::default() }
    }
}
