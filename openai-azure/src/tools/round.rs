//! The tools of one round, which run side by side.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tracing::Instrument as _;

use super::approval::Approval;
use super::error::ToolError;
use super::event::{ToolEvent, ToolResult};
use super::invocation::{InvocationKind, ToolInvocation};
use super::output::ModelOutput;
use super::registry::Tools;
use super::run::Settings;
use crate::responses::McpApprovalRequestItem;
use crate::trace::ToolSpan;

/// The tools that a response calls.
pub(super) struct Round<O> {
    pub(super) response: Box<O>,
    /// Those that have not begun, with their position among the calls.
    to_start: VecDeque<(usize, ToolInvocation)>,
    running: FuturesUnordered<BoxFuture<'static, (usize, ToolResult)>>,
    /// The results, by the position of the call.
    results: Vec<Option<ToolResult>>,
}

impl<O: ModelOutput> Round<O> {
    pub(super) fn new(response: Box<O>, calls: Vec<ToolInvocation>) -> Self {
        Self {
            response,
            results: calls.iter().map(|_| None).collect(),
            to_start: calls.into_iter().enumerate().collect(),
            running: FuturesUnordered::new(),
        }
    }

    /// Starts as many as there may be.
    pub(super) fn start(
        &mut self,
        tools: &Tools,
        settings: &Settings,
        events: &mut VecDeque<ToolEvent<O>>,
    ) {
        while self.running.len() < settings.concurrency {
            let Some((at, call)) = self.to_start.pop_front() else { return };
            events.push_back(ToolEvent::Started(call.clone()));
            self.running.push(run(at, call, tools, settings));
        }
    }

    /// The next result; `None` when all are there.
    pub(super) fn poll_result(&mut self, cx: &mut Context<'_>) -> Poll<Option<ToolResult>> {
        let Some((at, result)) = ready!(self.running.poll_next_unpin(cx)) else {
            return Poll::Ready(None);
        };
        if let Some(place) = self.results.get_mut(at) {
            *place = Some(result.clone());
        }
        Poll::Ready(Some(result))
    }

    /// The response, and the results in the order of the calls.
    pub(super) fn into_parts(self) -> (Box<O>, Vec<ToolResult>) {
        (self.response, self.results.into_iter().flatten().collect())
    }
}

pub(super) fn run(
    at: usize,
    call: ToolInvocation,
    tools: &Tools,
    settings: &Settings,
) -> BoxFuture<'static, (usize, ToolResult)> {
    if let InvocationKind::McpApproval { server_label } = &call.kind {
        let server_label = server_label.clone();
        return decide(at, call, server_label, settings);
    }
    let name = &call.name;
    let found = tools.find(name, &call.kind).map(Arc::clone).ok_or_else(|| {
        let known = tools.names().map(str::to_owned).collect();
        ToolError::Unknown { name: name.clone(), known }
    });
    let limit = settings.tool_timeout;
    let span = ToolSpan::start(name, &call.id);
    let inside = span.inner().clone();
    let running = async move {
        // The function is called here, so that it is part of what is waited for.
        let outcome = match (found, limit) {
            (Err(unknown), _) => Err(unknown),
            (Ok(tool), None) => (tool.call)(&call.arguments).await,
            (Ok(tool), Some(limit)) => {
                let running = (tool.call)(&call.arguments);
                let in_time = tokio::time::timeout(limit, running).await;
                in_time.unwrap_or(Err(ToolError::Timeout { limit }))
            }
        };
        let (content, error) = match outcome {
            Ok(content) => (content, None),
            Err(error) => {
                span.failed(error.kind());
                (error.to_content(), Some(error))
            }
        };
        (at, ToolResult { call, content, error, approved: None })
    };
    Box::pin(running.instrument(inside))
}

fn decide(
    at: usize,
    call: ToolInvocation,
    server_label: String,
    settings: &Settings,
) -> BoxFuture<'static, (usize, ToolResult)> {
    let mut request = McpApprovalRequestItem::default();
    request.id.clone_from(&call.id);
    request.name.clone_from(&call.name);
    request.arguments.clone_from(&call.arguments);
    request.server_label = server_label;
    let decision = settings.approver.as_ref().map(|approver| approver.decide(request));
    Box::pin(async move {
        let decision = match decision {
            Some(decision) => decision.await,
            None => Approval::Deny { reason: None },
        };
        let (approved, content) = match decision {
            Approval::Approve => (true, String::new()),
            Approval::Deny { reason } => (false, reason.unwrap_or_default()),
        };
        (at, ToolResult { call, content, error: None, approved: Some(approved) })
    })
}
