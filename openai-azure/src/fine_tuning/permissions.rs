//! Which projects may use a checkpoint.

use openai_azure_sys::{open_struct, raw};
use serde::Serialize;
use serde_json::Map;

use super::FineTuningJobs;
use crate::engine::call::Call;
use crate::engine::client::Client;
use crate::engine::options::CallOptions;
use crate::engine::pagination::list_methods;
use crate::engine::request_body;
use crate::error::Error;
use crate::files::Deleted;
use crate::page::{ListItem, Page};
use crate::response::Response;

open_struct! {
    /// A permission of a project to use a checkpoint.
    #[derive(Eq)]
    pub struct CheckpointPermission {
        /// Unique ID.
        pub id: String,
        /// When it was created, in seconds since 1970.
        pub created_at: i64,
        /// The project.
        pub project_id: String,
    }
}

impl ListItem for CheckpointPermission {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The permissions of a checkpoint; made by [`FineTuningJobs::permissions`].
#[derive(Debug, Clone)]
#[must_use]
pub struct CheckpointPermissions {
    client: Client,
    options: CallOptions,
    checkpoint: String,
}

impl FineTuningJobs {
    /// The permissions of a checkpoint, which is named by its model:
    /// `/fine_tuning/checkpoints/{checkpoint}/permissions`, in `v1`.
    pub fn permissions(
        &self,
        fine_tuned_model_checkpoint: impl Into<String>,
    ) -> CheckpointPermissions {
        let (client, options) = (self.client.clone(), self.options.clone());
        CheckpointPermissions { client, options, checkpoint: fine_tuned_model_checkpoint.into() }
    }
}

impl CheckpointPermissions {
    /// Lets projects use the checkpoint.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn create<I: IntoIterator<Item: Into<String>>>(
        &self,
        project_ids: I,
    ) -> Result<Response<Page<CheckpointPermission>>, Error> {
        #[derive(Serialize)]
        struct CreateBody {
            project_ids: Vec<String>,
        }
        let project_ids = project_ids.into_iter().map(Into::into).collect();
        let body = request_body::json(&CreateBody { project_ids }, &Map::new())?;
        let (checkpoint, call) = (&self.checkpoint, Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| {
            api.fine_tuning_checkpoints_permissions_create(checkpoint, body).await
        })
        .await
    }

    /// Lists the permissions.
    pub fn list(&self) -> CheckpointPermissionListRequest {
        CheckpointPermissionListRequest {
            client: self.client.clone(),
            options: self.options.clone(),
            checkpoint: self.checkpoint.clone(),
            after: None,
            limit: None,
            order: None,
            project_id: None,
        }
    }

    /// Takes a permission back.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status 404 when there is no such permission, and any other [`Error`].
    pub async fn delete(&self, permission_id: impl AsRef<str>) -> Result<Response<Deleted>, Error> {
        let (checkpoint, id) = (&self.checkpoint, permission_id.as_ref());
        let call = Call::new(&self.client, &self.options);
        call.json(async |api: raw::Client| {
            api.fine_tuning_checkpoints_permissions_delete(checkpoint, id).await
        })
        .await
    }
}

/// A list of permissions of a checkpoint; made by [`CheckpointPermissions::list`].
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `send`, `stream` or `pages`"]
pub struct CheckpointPermissionListRequest {
    client: Client,
    options: CallOptions,
    checkpoint: String,
    after: Option<String>,
    limit: Option<u32>,
    order: Option<String>,
    project_id: Option<String>,
}

impl CheckpointPermissionListRequest {
    /// The order, by creation: `ascending` or `descending`, the default.
    pub fn order(mut self, order: impl Into<String>) -> Self {
        self.order = Some(order.into());
        self
    }

    /// Permissions of this project alone.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    async fn fetch(self) -> Result<Response<Page<CheckpointPermission>>, Error> {
        let mut params = raw::FineTuningCheckpointsPermissionsListParams::new();
        (params.after, params.limit) = (self.after, self.limit.map(Into::into));
        (params.order, params.project_id) = (self.order, self.project_id);
        let (checkpoint, call) = (&self.checkpoint, Call::new(&self.client, &self.options));
        call.json(async |api: raw::Client| {
            api.fine_tuning_checkpoints_permissions_list(checkpoint, &params).await
        })
        .await
    }
}

list_methods!(CheckpointPermissionListRequest => CheckpointPermission);
