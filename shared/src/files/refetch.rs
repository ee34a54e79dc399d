//! Fetching a file's bytes once more.

use crate::{
    answer::{ApiError, needs_reauth},
    model::{Clock, Connection, ConnectionStatus, Content, Item, Lane, Rev, WalkReason},
    queue::Requests,
    store::{Items, Transfers},
};

/// Lets files be fetched once more.
#[derive(Clone, Copy)]
pub struct Refetch<'a> {
    /// The items.
    pub items: &'a dyn Items,
    /// The transfers that wait.
    pub transfers: &'a dyn Transfers,
    /// Requests for walks and transfers.
    pub requests: &'a Requests,
    /// The time.
    pub clock: &'a dyn Clock,
}

impl Refetch<'_> {
    /// Queues a file's bytes again, and a walk that looks whether Dropbox has a newer revision. Returns the content as it is
    /// then; `None` where the file is queued already, or its bytes are not wanted by the project's rules.
    ///
    /// # Errors
    /// 409 where the connection's user has to connect again; 503 where store or queue cannot be reached.
    pub async fn refetch(&self, connection: &Connection, item: &Item) -> Result<Option<Content>, ApiError> {
        if connection.status != ConnectionStatus::Active {
            return Err(needs_reauth());
        }
        let Some(rev) = tried(&item.content) else { return Ok(None) };
        let (id, pending) = (&item.facts.id, Content::Pending { rev: rev.clone() });
        if !self.items.settle_content(connection.id, id, &pending, self.clock.now()).await? {
            // It has changed meanwhile: the new revision is queued.
            return Ok(None);
        }
        self.transfers.add_transfers(connection.id, &[(id.clone(), rev)]).await?;
        self.requests.transfers(connection.into()).await?;
        self.requests.walk(connection.into(), Lane::Changes, WalkReason::Chosen).await?;
        Ok(Some(pending))
    }
}

/// The revision that was tried last, where its bytes are wanted and nothing is under way.
fn tried(content: &Content) -> Option<Rev> {
    match content {
        Content::Ready { rev, .. } | Content::Failed { rev, .. } => Some(rev.clone()),
        Content::None | Content::Pending { .. } | Content::Skipped { .. } => None,
    }
}
