//! Fetching a file's bytes again.

use crate::{
    answer::{ApiError, needs_reauth},
    model::{Clock, Connection, ConnectionStatus, Content, Item, Lane, NotFetched, Rev, WalkReason},
    queue::Requests,
    store::{Items, Transfers},
};

/// Requests to fetch files again.
#[derive(Clone, Copy)]
pub struct Refetch<'a> {
    /// Store of items.
    pub items: &'a dyn Items,
    /// Store of transfers.
    pub transfers: &'a dyn Transfers,
    /// Requests for walks and transfers.
    pub requests: &'a Requests,
    /// The clock.
    pub clock: &'a dyn Clock,
}

impl Refetch<'_> {
    /// Queues a file's bytes again, and a walk that looks for a newer revision at Dropbox. Returns the new
    /// state of the content; `None` if the file is queued already, or the project's rules exclude its bytes.
    ///
    /// # Errors
    /// 409 if the user has to connect again; 503 if the store or the queue cannot be reached.
    pub async fn refetch(&self, connection: &Connection, item: &Item) -> Result<Option<Content>, ApiError> {
        if connection.status != ConnectionStatus::Active {
            return Err(needs_reauth());
        }
        let Some(rev) = tried(&item.content) else { return Ok(None) };
        let (id, pending) = (&item.metadata.id, Content::Pending { rev: rev.clone() });
        if !self.items.record_content(connection.id, id, &pending, self.clock.now()).await? {
            // It has changed meanwhile: the new revision is queued.
            return Ok(None);
        }
        self.transfers.add_transfers(connection.id, &[(id.clone(), rev)]).await?;
        self.requests.transfers(connection.into()).await?;
        self.requests.walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
        Ok(Some(pending))
    }
}

/// Returns the revision that was tried last, if its bytes are wanted and no transfer is pending.
fn tried(content: &Content) -> Option<Rev> {
    match content {
        Content::Ready { rev, .. }
        | Content::Failed { rev, .. }
        | Content::Skipped { rev, reason: NotFetched::Removed } => Some(rev.clone()),
        Content::None | Content::Pending { .. } | Content::Skipped { .. } => None,
    }
}
