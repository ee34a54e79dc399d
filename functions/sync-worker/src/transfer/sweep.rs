//! Removes objects that belong to no item, as a process leaves them that was stopped at the wrong moment.

use std::time::Duration;

use shared::{
    model::{Connection, Content, ContentKey, Item, ItemId},
    store::Sweep,
};
use tokio::time::Instant;

use crate::{Failure, Worker};

/// Minimum time for a sweep, even after a run that used all of its own; the sweep still ends before the
/// function's timeout.
const LEAST: Duration = Duration::from_secs(60);

/// Removes every object of the connection that no item wants, if a sweep is due. It begins where the last
/// one stopped and goes on at least until `deadline`; if objects are left then, another run is requested. Only
/// runs of the connection's own transfers write objects, and the sweep is part of one, so none is being
/// written.
pub(super) async fn run(worker: &Worker, connection: &Connection, deadline: Instant) -> Result<(), Failure> {
    let deadline = deadline.max(Instant::now() + LEAST);
    let Some(mut at) = worker.store.sweep(connection.id).await? else { return Ok(()) };
    loop {
        let keys = worker.content.list(connection.project, connection.id, at.after.as_ref()).await?;
        remove_strays(worker, connection, &keys).await?;
        let next = keys.into_iter().next_back().map(|last| Sweep { after: Some(last) });
        worker.store.note_sweep(connection.id, &at, next.as_ref()).await?;
        let Some(next) = next else { return Ok(()) };
        at = next;
        if Instant::now() >= deadline {
            return worker.ask_for_transfers(connection.into()).await;
        }
    }
}

async fn remove_strays(worker: &Worker, connection: &Connection, keys: &[ContentKey]) -> Result<(), Failure> {
    let revisions: Vec<_> = keys.iter().filter_map(|key| Some((key, key.revision()?))).collect();
    let ids: Vec<ItemId> = revisions.iter().map(|(_, (id, _))| id.clone()).collect();
    let stored = worker.store.items(connection.id, &ids).await?;
    for (key, (id, rev)) in revisions {
        let wants = |item: &Item| matches!(&item.content, Content::Pending { rev: wanted } | Content::Ready { rev: wanted, .. } if *wanted == rev);
        if !stored.get(&id).is_some_and(wants) {
            tracing::info!(connection = %connection.id, "bytes that were nobody's are removed");
            worker.content.remove(key).await?;
        }
    }
    Ok(())
}
