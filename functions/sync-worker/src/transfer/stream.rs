//! Streams bytes into the bucket in constant memory. They become visible only if their hash is the one that
//! Dropbox named.

use reqwest::Response;
use shared::{
    content::Upload,
    dropbox::{ContentHasher, DropboxError},
    dropbox_calls::CallError,
    metrics::Metric,
    model::{Connection, Exported, Resume, Transfer},
};
use tokio::time::Instant;

use super::fetch::Fetched;
use crate::{Failure, Worker};

/// Number of bytes between two checks that the file still wants this revision.
const LOOK: u64 = 64 * 1024 * 1024;

/// A download that is being written to an upload.
pub(super) struct Download<'a> {
    worker: &'a Worker,
    connection: &'a Connection,
    transfer: &'a Transfer,
    upload: Box<dyn Upload>,
    pub(super) hasher: ContentHasher,
    deadline: Instant,
    /// Number of bytes at the last check that they are wanted.
    looked_at: u64,
}

/// Reason why writing ended without a failure.
pub(super) enum Streamed {
    /// The response ended.
    All,
    /// The file wants another revision by now.
    Unwanted,
    /// The time was up.
    OutOfTime,
}

impl<'a> Download<'a> {
    /// Begins, or continues, an upload whose bytes so far have the hasher's state.
    pub(super) fn new(
        worker: &'a Worker,
        connection: &'a Connection,
        transfer: &'a Transfer,
        (upload, hasher): (Box<dyn Upload>, ContentHasher),
        deadline: Instant,
    ) -> Self {
        Self { worker, connection, transfer, upload, hasher, deadline, looked_at: 0 }
    }
}

impl Download<'_> {
    /// Writes the response's bytes to the upload.
    pub(super) async fn stream(&mut self, mut response: Response) -> Result<Streamed, Failure> {
        while let Some(bytes) = response.chunk().await.map_err(cut)? {
            self.worker.count(self.connection, Metric::BytesTransferred, bytes.len() as u64);
            self.hasher.update(&bytes);
            self.upload.write(bytes).await?;
            if Instant::now() >= self.deadline {
                return Ok(Streamed::OutOfTime);
            }
            if !self.is_wanted().await? {
                return Ok(Streamed::Unwanted);
            }
        }
        Ok(Streamed::All)
    }

    async fn is_wanted(&mut self) -> Result<bool, Failure> {
        let bytes = self.hasher.bytes();
        if bytes < self.looked_at + LOOK {
            return Ok(true);
        }
        self.looked_at = bytes;
        let id = std::slice::from_ref(&self.transfer.item);
        let stored = self.worker.store.items(self.connection.id, id).await?;
        Ok(stored.values().any(|item| item.content.rev() == Some(&self.transfer.rev)))
    }

    /// Completes an export's upload if the bytes match what Dropbox named, and returns their size and hash.
    pub(super) async fn finish_export(self, named: Option<&str>, as_named: bool) -> Result<Fetched, Failure> {
        let exported = Exported { size: self.hasher.bytes(), content_hash: self.hasher.clone().finish() };
        let exported = Some(exported);
        let finished = self.finish_download(named, as_named).await?;
        Ok(if let Fetched::Whole { .. } = finished { Fetched::Whole { exported } } else { finished })
    }

    /// Completes a download's upload if the bytes match what Dropbox named; its size and hash are known
    /// already.
    pub(super) async fn finish_download(
        self,
        named: Option<&str>,
        as_named: bool,
    ) -> Result<Fetched, Failure> {
        let hash = self.hasher.finish();
        if as_named && named.is_none_or(|named| named == hash) {
            self.upload.complete().await?;
            return Ok(Fetched::Whole { exported: None });
        }
        self.upload.abort().await?;
        Ok(Fetched::OtherBytes)
    }

    pub(super) async fn abort(self) -> Result<(), Failure> {
        Ok(self.upload.abort().await?)
    }

    /// Saves the upload, so that a later run can resume it.
    pub(super) async fn save(self) -> Result<Option<Resume>, Failure> {
        let Some(saved) = self.upload.save().await? else { return Ok(None) };
        let hash = self.hasher.state_after(saved.bytes);
        Ok(hash.map(|hash| Resume { upload: saved.token, bytes: saved.bytes, hash }))
    }

    /// Saves the upload after a failure of Dropbox or the network; after any other failure aborts it.
    pub(super) async fn interrupt(self, failure: Failure) -> Result<Fetched, Failure> {
        match &failure {
            Failure::Call(CallError::Dropbox(DropboxError::Unavailable(_)) | CallError::Paused { .. }) => {
                Ok(Fetched::Cut(self.save().await?, failure))
            }
            _ => {
                self.upload.abort().await?;
                Err(failure)
            }
        }
    }
}

fn cut(error: reqwest::Error) -> Failure {
    DropboxError::Unavailable(error.without_url().to_string()).into()
}
