//! Where one attempt goes.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use openai_azure_sys::Request;

use super::resource::Resource;

/// The request of one attempt and the resource that it is sent to.
pub(super) struct Target<'a> {
    pub(super) request: Cow<'a, Request>,
    pub(super) resource: &'a Resource,
    /// What the deployment is called there.
    pub(super) deployment: Option<Arc<str>>,
    is_sent: AtomicBool,
}

impl<'a> Target<'a> {
    pub(super) fn new(
        request: Cow<'a, Request>,
        resource: &'a Resource,
        deployment: Option<Arc<str>>,
    ) -> Self {
        Self { request, resource, deployment, is_sent: AtomicBool::new(false) }
    }

    /// Notes that the request goes out; without it, a middleware has returned a response.
    pub(super) fn sent(&self) {
        self.is_sent.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_sent(&self) -> bool {
        self.is_sent.load(Ordering::Relaxed)
    }
}
