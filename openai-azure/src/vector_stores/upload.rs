//! Many files into a vector store, with a result for each.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use serde_json::{Map, Value};

use super::file::VectorStoreFile;
use super::files::VectorStoreFiles;
use super::store::{Attributes, ChunkingStrategy};
use crate::error::Error;
use crate::upload::Upload;

/// How many files are worked on at once by default.
const CONCURRENCY: usize = 5;

type Report = Arc<dyn Fn(&UploadProgress) + Send + Sync>;

/// Files to be uploaded and added to a vector store; made by
/// [`VectorStoreFiles::upload_and_wait`].
#[derive(Clone)]
#[must_use = "nothing is sent before `send`"]
pub struct UploadAndWaitRequest {
    files: VectorStoreFiles,
    uploads: Vec<Upload>,
    concurrency: usize,
    attributes: Attributes,
    chunking_strategy: Option<ChunkingStrategy>,
    report: Option<Report>,
}

/// What became of a file.
#[derive(Debug)]
#[non_exhaustive]
pub struct FileOutcome {
    /// Name of the file.
    pub filename: String,
    /// ID of the file, if it was uploaded.
    pub file_id: Option<String>,
    /// The file of the vector store, whose status shows whether it is searchable, or the error that
    /// ended its way there.
    pub result: Result<VectorStoreFile, Error>,
}

/// How many files have come to their end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadProgress {
    /// Files that are searchable, failed, or could not be uploaded.
    pub done: usize,
    /// Those of them that are not searchable.
    pub failed: usize,
    /// All files.
    pub total: usize,
}

impl FileOutcome {
    /// Whether the file can be searched.
    #[must_use]
    pub fn is_searchable(&self) -> bool {
        let completed = super::file::VectorStoreFileStatus::Completed;
        self.result.as_ref().is_ok_and(|file| file.status.as_ref() == Some(&completed))
    }
}

impl UploadAndWaitRequest {
    pub(super) fn new(files: VectorStoreFiles, uploads: Vec<Upload>) -> Self {
        Self {
            files,
            uploads,
            concurrency: CONCURRENCY,
            attributes: Map::new(),
            chunking_strategy: None,
            report: None,
        }
    }

    /// How many files are worked on at once, at least 1; 5 by default.
    pub fn concurrency(mut self, files: usize) -> Self {
        self.concurrency = files.max(1);
        self
    }

    /// Adds an attribute of all files, for the filters of a search.
    pub fn attribute(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.insert(key.into(), value.into());
        self
    }

    /// How the files are cut into chunks.
    pub fn chunking_strategy(mut self, strategy: ChunkingStrategy) -> Self {
        self.chunking_strategy = Some(strategy);
        self
    }

    /// Calls `report` after each file.
    pub fn on_progress(mut self, report: impl Fn(&UploadProgress) + Send + Sync + 'static) -> Self {
        self.report = Some(Arc::new(report));
        self
    }

    /// Uploads the files with the purpose `assistants`, adds each and waits for it. One that fails
    /// does not end the others: the results come in the order of the files.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] for no files; what happens to a file is in its result.
    pub async fn send(self) -> Result<Vec<FileOutcome>, Error> {
        let total = self.uploads.len();
        if total == 0 {
            return Err(Error::config("there are no files to upload"));
        }
        let mut progress = UploadProgress { total, ..UploadProgress::default() };
        let mut outcomes = BTreeMap::new();
        let request = &self;
        let work = self
            .uploads
            .iter()
            .enumerate()
            .map(|(number, upload)| async move { (number, request.add(upload.clone()).await) });
        let mut running = stream::iter(work).buffer_unordered(self.concurrency);
        while let Some((number, outcome)) = running.next().await {
            progress.done += 1;
            progress.failed += usize::from(!outcome.is_searchable());
            outcomes.insert(number, outcome);
            if let Some(report) = &self.report {
                report(&progress);
            }
        }
        drop(running);
        Ok(outcomes.into_values().collect())
    }

    async fn add(&self, upload: Upload) -> FileOutcome {
        let filename = upload.name();
        let files = &self.files;
        let uploaded = files.client.files().options(files.options.clone());
        let file_id = match uploaded.upload(upload, "assistants").send().await {
            Ok(file) => file.into_inner().id,
            Err(error) => return FileOutcome { filename, file_id: None, result: Err(error) },
        };
        let added = async {
            let mut request = files.add(&file_id);
            for (key, value) in &self.attributes {
                request = request.attribute(key, value.clone());
            }
            if let Some(strategy) = self.chunking_strategy {
                request = request.chunking_strategy(strategy);
            }
            let file = request.send().await?;
            let file = if file.is_done() { file } else { files.wait(&file_id).await? };
            Ok(file.into_inner())
        };
        let result = added.await;
        FileOutcome { filename, file_id: Some(file_id), result }
    }
}

impl std::fmt::Debug for UploadAndWaitRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UploadAndWaitRequest")
            .field("files", &self.uploads.len())
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
