//! The end of a transfer: its outcome is stored with the item and published.

use shared::{
    metrics::Metric,
    model::{Connection, Content, Event, EventBody, Exported, Item, NotFetched, Transfer},
};

use super::{
    acknowledge::{self, Acknowledgement},
    conditions::Conditions,
    outcome::Outcome,
};
use crate::{Failure, Worker};

/// Stores that the item's bytes are in the bucket, unless it wants others by now.
pub(super) async fn ready(
    conditions: Conditions<'_>,
    item: &Item,
    transfer: &Transfer,
    exported: Option<Exported>,
) -> Result<Outcome, Failure> {
    let Conditions { worker, connection, shared, .. } = conditions;
    let content = Content::Ready { rev: transfer.rev.clone(), exported };
    if !worker.store.record_content(connection.id, &transfer.item, &content, worker.clock.now()).await? {
        return discard(worker, connection, transfer).await;
    }
    worker.count(connection, Metric::FilesReady, 1);
    let content_hash = item.metadata.content_hash.clone();
    if let Some(hash) = &content_hash {
        shared.copies.add(hash, &transfer.file());
    }
    let item = Item { content, ..item.clone() };
    let event = ready_event(connection, &item, transfer);
    let ready = Acknowledgement { file: transfer.file(), content_hash, event };
    acknowledge(worker, connection, (transfer, ready), Some(item.metadata.size)).await
}

/// Acknowledges a file that was recorded as ready before.
pub(super) async fn ready_before(
    worker: &Worker,
    connection: &Connection,
    item: &Item,
    transfer: &Transfer,
) -> Result<Outcome, Failure> {
    let event = ready_event(connection, item, transfer);
    let ready = Acknowledgement { file: transfer.file(), content_hash: None, event };
    acknowledge(worker, connection, (transfer, ready), None).await
}

/// Acknowledges a file that has a row of its own, and removes the row. That of a file on a list is the run's, together
/// with others. `bytes` is their number, if they have just come.
async fn acknowledge(
    worker: &Worker,
    connection: &Connection,
    (transfer, ready): (&Transfer, Acknowledgement),
    bytes: Option<u64>,
) -> Result<Outcome, Failure> {
    if transfer.stamp.is_none() {
        return Ok(Outcome::Ready(Box::new(ready), bytes));
    }
    acknowledge::all(worker, connection, &[ready]).await?;
    let done = remove(worker, connection, transfer).await?;
    Ok(bytes.map_or(done, Outcome::Fetched))
}

fn ready_event(connection: &Connection, item: &Item, transfer: &Transfer) -> Event {
    let exported = match &item.content {
        Content::Ready { exported, .. } => exported.clone(),
        _ => None,
    };
    let (size, content_hash) = match &exported {
        Some(exported) => (exported.size, exported.content_hash.clone()),
        None => (item.metadata.size, item.metadata.content_hash.clone().unwrap_or_default()),
    };
    let body = EventBody::Ready {
        item: transfer.item.clone(),
        rev: transfer.rev.clone(),
        key: transfer.content_key(connection).as_str().to_owned(),
        size,
        content_hash,
        exported_as: exported.and_then(|_| item.metadata.export_as.clone()),
        metadata: Some(item.metadata.clone()),
        created: item.created,
    };
    Event::new(connection, &unique(transfer, "ready"), body)
}

/// Stores that the file's transfer has failed, unless the file wants other bytes by now.
pub(super) async fn failed(
    worker: &Worker,
    connection: &Connection,
    transfer: &Transfer,
    reason: NotFetched,
) -> Result<Outcome, Failure> {
    let failed = Content::Failed { rev: transfer.rev.clone(), reason };
    if !worker.store.record_content(connection.id, &transfer.item, &failed, worker.clock.now()).await? {
        return discard(worker, connection, transfer).await;
    }
    worker.count(connection, Metric::FilesFailed, 1);
    announce_failed(worker, connection, transfer, reason).await?;
    // An earlier attempt may have stored the bytes without recording it.
    discard(worker, connection, transfer).await?;
    Ok(Outcome::Failed)
}

pub(super) async fn announce_failed(
    worker: &Worker,
    connection: &Connection,
    transfer: &Transfer,
    reason: NotFetched,
) -> Result<(), Failure> {
    let id = &transfer.item;
    let stored = worker.store.items(connection.id, std::slice::from_ref(id)).await?;
    let item = stored.get(id);
    let body = EventBody::Failed {
        item: id.clone(),
        rev: transfer.rev.clone(),
        reason,
        metadata: item.map(|item| item.metadata.clone()),
        created: item.and_then(|item| item.created),
    };
    // The file may fail again after a resync, for another reason: that is an event of its own.
    let outcome = format!("failed:{}", reason.as_str());
    Ok(worker.bus.publish(vec![Event::new(connection, &unique(transfer, &outcome), body)]).await?)
}

/// Ends a transfer whose bytes the file does not want (any more), and removes them from the bucket.
pub(super) async fn discard(
    worker: &Worker,
    connection: &Connection,
    transfer: &Transfer,
) -> Result<Outcome, Failure> {
    worker.content.remove(&transfer.content_key(connection)).await?;
    remove(worker, connection, transfer).await
}

/// Removes the row of a transfer that is done, if it has one.
pub(super) async fn remove(
    worker: &Worker,
    connection: &Connection,
    transfer: &Transfer,
) -> Result<Outcome, Failure> {
    worker.store.end_transfer(connection.id, transfer).await?;
    Ok(Outcome::Done)
}

fn unique(transfer: &Transfer, word: &str) -> String {
    format!("{}:{}:{word}", transfer.item, transfer.rev)
}
