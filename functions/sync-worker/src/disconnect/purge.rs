//! The second part: removes what is stored for the connection, in the bucket and in the table.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::model::{Connection, ContentKey, Receipt, Transfer};
use tokio::time::Instant;

use crate::{Failure, Worker, disconnect};

/// Lifetime of the receipt.
const REMEMBERED: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// Number of transfers read at once.
const PAGE: u32 = 1000;
/// Number of runs removed before the time is looked at.
const RUNS: u16 = 50;
/// Number of objects removed at the same time.
const PARALLEL: usize = 16;

/// Removes bytes, then rows. Only runs of the connection's own transfers write objects, and this takes
/// the place of one; only its walks write rows, and no walk begins any more.
pub(crate) async fn run(worker: &Worker, connection: &Connection) -> Result<(), Failure> {
    let Some(mut receipt) = connection.receipt else { return Ok(()) };
    if receipt.finished_at.is_some() || receipt.revoked.is_none() {
        // Either everything is done, or the schedule asks for the first part again.
        return Ok(());
    }
    let deadline = Instant::now() + worker.time.purge;
    if !abort_uploads(worker, connection, deadline).await?
        || !purge_objects(worker, connection, &mut receipt, deadline).await?
        || !purge_runs(worker, connection, deadline).await?
        || !purge_rows(worker, connection, &mut receipt, deadline).await?
    {
        return worker.ask_for_transfers(connection.into()).await;
    }
    worker.store.forget_list_version(connection.project, &connection.user).await?;
    let now = worker.clock.now();
    receipt.finished_at = Some(now);
    // Published before the purge ends, because nothing asks for it after that. If the process dies in
    // between, the next run publishes it again.
    disconnect::announce_end(worker, connection, receipt).await?;
    Ok(worker.store.end_purge(connection.id, &receipt, now.plus(REMEMBERED)).await?)
}

/// Aborts the uploads of unfinished transfers. Returns false if the time is up before that: the next run
/// aborts the remaining ones.
async fn abort_uploads(worker: &Worker, connection: &Connection, deadline: Instant) -> Result<bool, Failure> {
    let mut after: Option<Transfer> = None;
    loop {
        let page = worker.store.transfers(connection.id, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(true) };
        for transfer in &page {
            if abort_upload(worker, connection, transfer).await? && Instant::now() >= deadline {
                return Ok(false);
            }
        }
        after = Some(last.clone());
    }
}

/// Aborts a transfer's upload and ends the transfer, so that the next run does not find it. Returns false
/// if it has no upload.
async fn abort_upload(
    worker: &Worker,
    connection: &Connection,
    transfer: &Transfer,
) -> Result<bool, Failure> {
    let Some(resume) = &transfer.resume else { return Ok(false) };
    let key = transfer.content_key(connection);
    if let Some(upload) = worker.content.resume(&key, &resume.upload).await? {
        upload.abort().await?;
    }
    worker.store.end_transfer(connection.id, transfer).await?;
    Ok(true)
}

/// Removes all objects of the connection. Returns false if the time is up before that.
async fn purge_objects(
    worker: &Worker,
    connection: &Connection,
    receipt: &mut Receipt,
    deadline: Instant,
) -> Result<bool, Failure> {
    loop {
        let keys = worker.content.list(connection.project, connection.id, None).await?.keys;
        if keys.is_empty() {
            return Ok(true);
        }
        let removed = keys.len() as u64;
        remove_objects(worker, keys).await?;
        receipt.objects += removed;
        worker.store.note_receipt(connection.id, receipt).await?;
        if Instant::now() >= deadline {
            return Ok(false);
        }
    }
}

async fn remove_objects(worker: &Worker, keys: Vec<ContentKey>) -> Result<(), Failure> {
    let removals = stream::iter(keys).map(|key| async move { worker.content.remove(&key).await });
    Ok(removals.buffer_unordered(PARALLEL).try_collect::<()>().await?)
}

/// Removes all runs of workflows in the connection. Returns false if the time is up before that.
async fn purge_runs(worker: &Worker, connection: &Connection, deadline: Instant) -> Result<bool, Failure> {
    let Connection { id, project, user, .. } = connection;
    while worker.store.remove_runs(*project, user, Some(*id), RUNS).await? > 0 {
        if Instant::now() >= deadline {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Removes all rows of the connection. Returns false if the time is up before that.
async fn purge_rows(
    worker: &Worker,
    connection: &Connection,
    receipt: &mut Receipt,
    deadline: Instant,
) -> Result<bool, Failure> {
    let mut pieces = worker.store.purge(connection.id);
    while let Some(items) = pieces.try_next().await? {
        if items > 0 {
            receipt.items += items;
            worker.store.note_receipt(connection.id, receipt).await?;
        }
        if Instant::now() >= deadline {
            return Ok(false);
        }
    }
    Ok(true)
}
