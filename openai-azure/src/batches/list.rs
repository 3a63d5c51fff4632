//! `GET /batches`.

use openai_azure_sys::raw;

use super::batch::Batch;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::pagination::list_methods;
use crate::error::Error;
use crate::page::Page;
use crate::response::Response;

/// A list of batches, newest first; made by [`Batches::list`](super::Batches::list).
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `pages`"]
pub struct BatchListRequest {
    client: Client,
    options: CallOptions,
    after: Option<String>,
    limit: Option<u32>,
    filter: Option<String>,
    order_by: Option<String>,
}

impl BatchListRequest {
    pub(super) fn new(client: &Client, options: &CallOptions) -> Self {
        let (client, options) = (client.clone(), options.clone());
        Self { client, options, after: None, limit: None, filter: None, order_by: None }
    }

    /// Batches that match an OData expression alone, such as `status eq 'Completed'` (`$filter`).
    /// For api-versions that have it.
    pub fn filter(mut self, expression: impl Into<String>) -> Self {
        self.filter = Some(expression.into());
        self
    }

    /// The order as an OData expression, such as `created_at asc` (`$orderby`). For api-versions
    /// that have it.
    pub fn orderby(mut self, expression: impl Into<String>) -> Self {
        self.order_by = Some(expression.into());
        self
    }

    async fn fetch(self) -> Result<Response<Page<Batch>>, Error> {
        let mut params = raw::BatchesListParams::new();
        (params.after, params.limit) = (self.after, self.limit.map(Into::into));
        (params.filter, params.orderby) = (self.filter, self.order_by);
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| api.batches_list(&params).await).await
    }
}

list_methods!(BatchListRequest => Batch);
