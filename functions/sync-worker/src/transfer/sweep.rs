//! Bytes in the bucket that are nobody's: what a process left there that was stopped at the wrong moment.

use shared::model::{Connection, Content, ContentKey, Item, ItemId};

use crate::{Failure, Worker};

impl Worker {
    /// Removes every object of the connection that no item asks for. Only runs of the connection's own transfers write
    /// objects, and this is part of one, so none is being written.
    pub(super) async fn sweep(&self, connection: &Connection) -> Result<(), Failure> {
        let mut after = None;
        loop {
            let keys = self.content.list(connection.project, connection.id, after.as_ref()).await?;
            let Some(last) = keys.last() else { return Ok(()) };
            after = Some(last.clone());
            self.remove_strays(connection, &keys).await?;
        }
    }

    async fn remove_strays(&self, connection: &Connection, keys: &[ContentKey]) -> Result<(), Failure> {
        let revisions: Vec<_> = keys.iter().filter_map(|key| Some((key, key.revision()?))).collect();
        let ids: Vec<ItemId> = revisions.iter().map(|(_, (id, _))| id.clone()).collect();
        let held = self.items.items(connection.id, &ids).await?;
        for (key, (id, rev)) in revisions {
            let wants = |item: &Item| matches!(&item.content, Content::Pending { rev: wanted } | Content::Ready { rev: wanted, .. } if *wanted == rev);
            if !held.get(&id).is_some_and(wants) {
                tracing::info!(connection = %connection.id, "bytes that were nobody's are removed");
                self.content.remove(key).await?;
            }
        }
        Ok(())
    }
}
