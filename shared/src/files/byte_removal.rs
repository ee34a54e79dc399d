//! Removing the bytes of files and keeping the records.

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    answer::ApiError,
    model::{Clock, Connection, Content, Item, ItemId, NotFetched, Rev},
    queue::Requests,
    store::{Items, StoreError, Transfers},
};

/// Maximum number of items that are written in parallel.
const PARALLEL: usize = 16;

/// Removes the bytes of files and keeps the records. They are fetched again when the file changes in Dropbox,
/// or on request.
#[derive(Clone, Copy)]
pub struct ByteRemoval<'a> {
    /// Items.
    pub items: &'a dyn Items,
    /// Pending transfers.
    pub transfers: &'a dyn Transfers,
    /// Requests for transfers.
    pub requests: &'a Requests,
    /// Clock.
    pub clock: &'a dyn Clock,
}

impl ByteRemoval<'_> {
    /// Removes the bytes of items of a connection, as far as they are wanted. HEAD's counts follow with the next
    /// resync. Idempotent, so an interrupted call can be repeated.
    ///
    /// # Errors
    /// 503 if store or queue cannot be reached.
    pub async fn remove(&self, connection: &Connection, items: &[&Item]) -> Result<(), ApiError> {
        let revisions: Vec<(ItemId, Rev)> = items.iter().filter_map(|item| revision(item)).collect();
        if revisions.is_empty() {
            return Ok(());
        }
        let writes = stream::iter(revisions.clone()).map(|(id, rev)| self.forget(connection, id, rev));
        writes.buffer_unordered(PARALLEL).try_collect::<Vec<()>>().await?;
        // The transfer of a revision that its item does not want removes the bytes.
        self.transfers.add_transfers(connection.id, &revisions).await?;
        self.requests.transfers(connection.into()).await?;
        Ok(())
    }

    /// A file that has another revision meanwhile keeps it.
    async fn forget(&self, connection: &Connection, id: ItemId, rev: Rev) -> Result<(), StoreError> {
        let removed = Content::Skipped { rev, reason: NotFetched::Removed };
        self.items.record_content(connection.id, &id, &removed, self.clock.now()).await.map(drop)
    }
}

/// Returns the revision whose bytes are wanted, or were removed before.
fn revision(item: &Item) -> Option<(ItemId, Rev)> {
    let is_removed = matches!(item.content, Content::Skipped { reason: NotFetched::Removed, .. });
    let rev = item.content.rev().filter(|_| item.content.is_wanted() || is_removed)?;
    Some((item.metadata.id.clone(), rev.clone()))
}
