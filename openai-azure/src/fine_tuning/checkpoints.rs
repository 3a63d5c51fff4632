//! Copies of checkpoints.

use openai_azure_sys::raw;
use serde::Serialize;
use serde_json::Map;

use super::FineTuningJobs;
use super::job::CheckpointCopy;
use crate::engine::call::Call;
use crate::engine::options::CallOptions;
use crate::engine::request_body;
use crate::error::Error;
use crate::response::Response;

/// The header without which the service refuses copies.
const PREVIEW: (&str, &str) = ("aoai-copy-ft-checkpoints", "preview");

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CopyBody<'a> {
    destination_resource_id: &'a str,
    region: &'a str,
}

impl FineTuningJobs {
    /// Copies a checkpoint to another resource:
    /// `POST /fine_tuning/jobs/{id}/checkpoints/{checkpoint}/copy`, with its preview header.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for an api-version without the operation, and any other [`Error`].
    pub async fn copy_checkpoint(
        &self,
        id: impl AsRef<str>,
        checkpoint_id: impl AsRef<str>,
        destination_resource_id: impl AsRef<str>,
        region: impl AsRef<str>,
    ) -> Result<Response<CheckpointCopy>, Error> {
        let (destination_resource_id, region) = (destination_resource_id.as_ref(), region.as_ref());
        let body = CopyBody { destination_resource_id, region };
        let body = request_body::json(&body, &Map::new())?;
        let (id, checkpoint) = (id.as_ref(), checkpoint_id.as_ref());
        let options = self.copy_options();
        Call::new(&self.client, &options)
            .json(async |api: raw::Client| {
                api.fine_tuning_jobs_checkpoints_copy(id, checkpoint, body).await
            })
            .await
    }

    /// Returns the copies of a checkpoint:
    /// `GET /fine_tuning/jobs/{id}/checkpoints/{checkpoint}/copy`, with its preview header.
    ///
    /// Api-versions: v1.
    ///
    /// # Errors
    ///
    /// As for [`copy_checkpoint`](Self::copy_checkpoint).
    pub async fn checkpoint_copies(
        &self,
        id: impl AsRef<str>,
        checkpoint_id: impl AsRef<str>,
    ) -> Result<Response<CheckpointCopy>, Error> {
        let (id, checkpoint) = (id.as_ref(), checkpoint_id.as_ref());
        let options = self.copy_options();
        Call::new(&self.client, &options)
            .json(async |api: raw::Client| {
                api.fine_tuning_jobs_checkpoints_get_copy(id, checkpoint).await
            })
            .await
    }

    fn copy_options(&self) -> CallOptions {
        self.options.clone().header(PREVIEW.0, PREVIEW.1)
    }
}
