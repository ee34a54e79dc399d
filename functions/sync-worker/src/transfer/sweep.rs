//! Removes objects that belong to no item, as a process leaves them that was stopped at the wrong moment.

use std::time::Duration;

use shared::{
    model::{Connection, Content, ContentKey, ItemId, Rev},
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
        let page = worker.content.list(connection.project, connection.id, at.after.as_ref()).await?;
        remove_strays(worker, connection, &page.keys).await?;
        let last = page.keys.into_iter().next_back().filter(|_| !page.is_end);
        let next = last.map(|last| Sweep { after: Some(last) });
        worker.store.note_sweep(connection.id, &at, next.as_ref()).await?;
        let Some(next) = next else { return Ok(()) };
        at = next;
        if Instant::now() >= deadline {
            return worker.ask_for_transfers(connection.into()).await;
        }
    }
}

/// Removes those of these objects that no item wants. The items are read by ranges first, as they were a moment ago; what
/// seems to be a stray then is read once more, consistently, because bytes that are removed by mistake are lost.
async fn remove_strays(worker: &Worker, connection: &Connection, keys: &[ContentKey]) -> Result<(), Failure> {
    let mut objects: Vec<Object<'_>> = keys.iter().filter_map(Object::of).collect();
    let lately = worker.store.contents_lately(connection.id, &ids(&objects)).await?;
    objects.retain(|object| !object.is_wanted(lately.get(&object.item)));
    if objects.is_empty() {
        return Ok(());
    }
    let items = worker.store.items(connection.id, &ids(&objects)).await?;
    objects.retain(|object| !object.is_wanted(items.get(&object.item).map(|item| &item.content)));
    for Object { key, .. } in objects {
        tracing::info!(connection = %connection.id, "bytes that were nobody's are removed");
        worker.content.remove(key).await?;
    }
    Ok(())
}

/// The bytes of a revision.
struct Object<'a> {
    key: &'a ContentKey,
    item: ItemId,
    rev: Rev,
}

impl<'a> Object<'a> {
    fn of(key: &'a ContentKey) -> Option<Self> {
        key.revision().map(|(item, rev)| Self { key, item, rev })
    }

    /// Whether an item with this content wants the bytes.
    fn is_wanted(&self, content: Option<&Content>) -> bool {
        match content {
            Some(Content::Pending { rev } | Content::Ready { rev, .. }) => *rev == self.rev,
            _ => false,
        }
    }
}

fn ids(objects: &[Object<'_>]) -> Vec<ItemId> {
    objects.iter().map(|object| object.item.clone()).collect()
}
