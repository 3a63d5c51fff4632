//! Approving calls of MCP servers.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::run::ToolRun;
use crate::responses::{McpApprovalRequestItem, ModelResponse};

/// Whether the service may call a tool of an MCP server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Approval {
    /// It may.
    Approve,
    /// It may not.
    Deny {
        /// Why, for the model.
        reason: Option<String>,
    },
}

impl Approval {
    /// Denies a call, with the reason for the model.
    pub fn deny(reason: impl Into<String>) -> Self {
        Self::Deny { reason: Some(reason.into()) }
    }
}

impl From<bool> for Approval {
    fn from(approve: bool) -> Self {
        if approve { Self::Approve } else { Self::Deny { reason: None } }
    }
}

/// Decides each request.
#[derive(Clone)]
pub(super) struct Approver(Arc<Decide>);

type Decide = dyn Fn(McpApprovalRequestItem) -> BoxFuture<'static, Approval> + Send + Sync;

impl Approver {
    pub(super) fn decide(&self, request: McpApprovalRequestItem) -> BoxFuture<'static, Approval> {
        (self.0)(request)
    }
}

impl fmt::Debug for Approver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Approver")
    }
}

impl ToolRun<ModelResponse> {
    /// Decides which calls of MCP servers are made. Without it, a response that asks for an
    /// approval ends the run; see
    /// [`approval_requests`](ModelResponse::approval_requests).
    ///
    /// ```no_run
    /// # async fn example(client: openai_azure::Client) -> Result<(), openai_azure::Error> {
    /// use openai_azure::responses::ResponseTool;
    /// use openai_azure::tools::{Approval, Tools};
    ///
    /// let docs = ResponseTool::mcp("docs", "https://learn.microsoft.com/api/mcp");
    /// let request = client.respond("gpt-5.6-terra").tool(docs).user("What is new in Azure?");
    /// let run = request.run_tools(Tools::new()).on_approval(|request| async move {
    ///     match request.name.as_str() {
    ///         "search" => Approval::Approve,
    ///         _ => Approval::deny("only searches are allowed"),
    ///     }
    /// });
    /// println!("{}", run.send().await?.text());
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_approval<F, Fut, A>(mut self, decide: F) -> Self
    where
        F: Fn(McpApprovalRequestItem) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = A> + Send + 'static,
        A: Into<Approval>,
    {
        let decide = move |request| -> BoxFuture<'static, Approval> {
            let decision = decide(request);
            Box::pin(async move { decision.await.into() })
        };
        self.settings.approver = Some(Approver(Arc::new(decide)));
        self
    }
}
