//! Items of a conversation.

use bytes::Bytes;
use serde_json::Value;

use super::wire::{by_serde, open_enum, tagged, wire};

tagged! {
    /// An item of a conversation.
    pub enum ConversationItem {
        /// Message of the developer, the user or the model.
        Message(MessageItem) = "message",
        /// The model calls a function of the client.
        FunctionCall(FunctionCallItem) = "function_call",
        /// The result of that function.
        FunctionCallOutput(FunctionCallOutputItem) = "function_call_output",
        /// The tools of an MCP server.
        McpListTools(McpListToolsItem) = "mcp_list_tools",
        /// The service called a tool of an MCP server.
        McpCall(McpCallItem) = "mcp_call",
        /// A call of an MCP tool waits for approval.
        McpApprovalRequest(McpApprovalRequestItem) = "mcp_approval_request",
        /// Approval of that call.
        McpApprovalResponse(McpApprovalResponseItem) = "mcp_approval_response",
        /// An item that exists already, by its ID; for the input of a response.
        Reference(ItemReference) = "item_reference",
    }
}

by_serde!(ConversationItem);

open_enum! {
    /// Whose message it is.
    pub enum ItemRole {
        /// The developer's.
        System = "system",
        /// The user's.
        User = "user",
        /// The model's.
        Assistant = "assistant",
    }

    /// How far an item is.
    pub enum ItemStatus {
        /// Whole.
        Completed = "completed",
        /// Cut off.
        Incomplete = "incomplete",
        /// Being written.
        InProgress = "in_progress",
    }

    /// Kind of a content part.
    pub enum PartKind {
        /// Text of the user or the developer.
        InputText = "input_text",
        /// Audio of the user.
        InputAudio = "input_audio",
        /// Image of the user.
        InputImage = "input_image",
        /// Text of the model; `text` in previews.
        OutputText = "output_text",
        /// Audio of the model.
        OutputAudio = "output_audio",
        /// Text of the model, as events name it.
        Text = "text",
        /// Audio of the model, as events name it.
        Audio = "audio",
    }
}

wire! {
    /// Message of the developer, the user or the model.
    pub struct MessageItem {
        /// Unique ID. The client may choose one.
        id: Option<String>,
        /// Always `realtime.item`. Set by the service.
        object: Option<String>,
        /// How far it is.
        status: Option<ItemStatus>,
        /// Whose message it is.
        role: Option<ItemRole>,
        /// Text, audio and images.
        content: Vec<ItemPart>,
        /// `commentary` or `final_answer`. Reasoning models only.
        phase: Option<String>,
    }

    /// Part of a message.
    pub struct ItemPart {
        /// What it is.
        kind = "type": Option<PartKind>,
        /// Text.
        text: Option<String>,
        /// Audio in the format of the session. Base64 on the wire.
        audio: Option<Bytes>,
        /// Transcript of the audio.
        transcript: Option<String>,
        /// Image as a data URL.
        image_url: Option<String>,
        /// How closely the model looks at the image: `auto`, `low` or `high`.
        detail: Option<String>,
    }

    /// The model calls a function of the client.
    pub struct FunctionCallItem {
        /// Unique ID of the item.
        id: Option<String>,
        /// Always `realtime.item`. Set by the service.
        object: Option<String>,
        /// How far it is.
        status: Option<ItemStatus>,
        /// Unique ID of the call, which its output repeats.
        call_id: Option<String>,
        /// Name of the function.
        name: String,
        /// Arguments as JSON text.
        arguments: String,
    }

    /// The result of a function.
    pub struct FunctionCallOutputItem {
        /// Unique ID of the item. The client may choose one.
        id: Option<String>,
        /// Always `realtime.item`. Set by the service.
        object: Option<String>,
        /// How far it is.
        status: Option<ItemStatus>,
        /// Unique ID of the call.
        call_id: String,
        /// The result, usually JSON.
        output: String,
    }

    /// The tools of an MCP server.
    pub struct McpListToolsItem {
        /// Unique ID.
        id: Option<String>,
        /// Name of the server.
        server_label: String,
        /// Its tools, with name, description and schema.
        tools: Vec<Value>,
    }

    /// A call of an MCP tool.
    pub struct McpCallItem {
        /// Unique ID.
        id: Option<String>,
        /// Name of the server.
        server_label: String,
        /// Name of the tool.
        name: String,
        /// Arguments as JSON text.
        arguments: String,
        /// The approval that was asked for.
        approval_request_id: Option<String>,
        /// The result.
        output: Option<String>,
        /// Why it failed: `protocol_error`, `tool_execution_error` or `http_error`.
        error: Option<Value>,
    }

    /// A call of an MCP tool waits for approval.
    pub struct McpApprovalRequestItem {
        /// Unique ID, which the approval repeats.
        id: String,
        /// Name of the server.
        server_label: String,
        /// Name of the tool.
        name: String,
        /// Arguments as JSON text.
        arguments: String,
    }

    /// Approval of a call.
    pub struct McpApprovalResponseItem {
        /// Unique ID. The client may choose one.
        id: Option<String>,
        /// Unique ID of the request for approval.
        approval_request_id: String,
        /// Whether the call may be made.
        approve: bool,
        /// Why it may not.
        reason: Option<String>,
    }

    /// An item that exists already.
    pub struct ItemReference {
        /// Unique ID of the item.
        id: String,
    }
}

impl ConversationItem {
    /// Text of the user.
    #[must_use]
    pub fn user(text: impl Into<String>) -> Self {
        Self::message(ItemRole::User, PartKind::InputText, text)
    }

    /// Text of the developer.
    #[must_use]
    pub fn system(text: impl Into<String>) -> Self {
        Self::message(ItemRole::System, PartKind::InputText, text)
    }

    /// Text of the model, such as from an earlier session.
    #[must_use]
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::message(ItemRole::Assistant, PartKind::OutputText, text)
    }

    /// Audio of the user, in the format of the session.
    #[must_use]
    pub fn user_audio(audio: impl Into<Bytes>) -> Self {
        Self::user_parts([ItemPart::audio(audio)])
    }

    /// Text, audio and images of the user.
    #[must_use]
    pub fn user_parts(parts: impl IntoIterator<Item = ItemPart>) -> Self {
        let content = parts.into_iter().collect();
        Self::Message(MessageItem { role: Some(ItemRole::User), content, ..MessageItem::default() })
    }

    /// The result of a function.
    #[must_use]
    pub fn function_call_output(call_id: impl Into<String>, output: impl Into<String>) -> Self {
        Self::FunctionCallOutput(FunctionCallOutputItem {
            call_id: call_id.into(),
            output: output.into(),
            ..FunctionCallOutputItem::default()
        })
    }

    /// Approves a call of an MCP tool, or refuses it.
    #[must_use]
    pub fn mcp_approval(request_id: impl Into<String>, approve: bool) -> Self {
        Self::McpApprovalResponse(McpApprovalResponseItem {
            approval_request_id: request_id.into(),
            approve,
            ..McpApprovalResponseItem::default()
        })
    }

    /// An item that exists already, for the input of a response.
    #[must_use]
    pub fn reference(id: impl Into<String>) -> Self {
        Self::Reference(ItemReference { id: id.into(), ..ItemReference::default() })
    }

    /// Unique ID.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Message(item) => item.id.as_deref(),
            Self::FunctionCall(item) => item.id.as_deref(),
            Self::FunctionCallOutput(item) => item.id.as_deref(),
            Self::McpListTools(item) => item.id.as_deref(),
            Self::McpCall(item) => item.id.as_deref(),
            Self::McpApprovalRequest(item) => Some(&item.id),
            Self::McpApprovalResponse(item) => item.id.as_deref(),
            Self::Reference(item) => Some(&item.id),
            Self::Other(value) => value["id"].as_str(),
        }
    }

    /// Text and transcripts, joined.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Message(item) => item.content.iter().filter_map(ItemPart::words).collect(),
            _ => String::new(),
        }
    }

    fn message(role: ItemRole, kind: PartKind, text: impl Into<String>) -> Self {
        let part = ItemPart { kind: Some(kind), text: Some(text.into()), ..ItemPart::default() };
        Self::Message(MessageItem {
            role: Some(role),
            content: vec![part],
            ..MessageItem::default()
        })
    }
}

impl ItemPart {
    /// Text of the user or the developer.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { kind: Some(PartKind::InputText), text: Some(text.into()), ..Self::default() }
    }

    /// Audio of the user, in the format of the session.
    #[must_use]
    pub fn audio(audio: impl Into<Bytes>) -> Self {
        Self { kind: Some(PartKind::InputAudio), audio: Some(audio.into()), ..Self::default() }
    }

    /// Image of the user: a data URL with PNG or JPEG.
    #[must_use]
    pub fn image(url: impl Into<String>) -> Self {
        Self { kind: Some(PartKind::InputImage), image_url: Some(url.into()), ..Self::default() }
    }

    /// The text, else the transcript.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        self.text.as_deref().or(self.transcript.as_deref())
    }
}
