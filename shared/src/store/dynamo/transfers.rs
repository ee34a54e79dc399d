//! Rows of transfers, of their schedule, and of the revisions that have bytes in the bucket.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    error::BuildError,
    types::{AttributeValue, PutRequest, WriteRequest},
};
use serde::{Deserialize, Serialize};

use super::{
    Dynamo,
    items::Reading,
    keys::{self, Key, TRANSFER_SHARDS},
    table::{ABSENT, Row, failed, number, number_of, row, text, value, won},
};
use crate::{
    model::{
        ConnectionId, Content, ContentKey, FileRevision, FilesRequest, ItemId, Rev, Stamp, Timestamp,
        Transfer, TransferList,
    },
    store::{StoreError, Sweep, TransferSchedule, TransferWork, Transfers},
};

/// Returns files requests as a set of texts, each of which is one as JSON.
fn request_set(requests: &[FilesRequest]) -> Result<AttributeValue, StoreError> {
    let text =
        |request| serde_json::to_string(request).map_err(|error| StoreError::Corrupt(error.to_string()));
    Ok(AttributeValue::Ss(requests.iter().map(text).collect::<Result<_, _>>()?))
}

fn read_request(text: &str) -> Result<FilesRequest, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(error.to_string()))
}

#[derive(Serialize, Deserialize)]
struct ContentIndexRow {
    /// The content hash: the sort key.
    sk: String,
    item: ItemId,
    rev: Rev,
}

impl Dynamo {
    pub(super) async fn put_all(&self, rows: impl Iterator<Item = Row>) -> Result<(), StoreError> {
        let put = |row| {
            let put = PutRequest::builder().set_item(Some(row)).build()?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        let corrupt = |error: BuildError| StoreError::Corrupt(error.to_string());
        let writes = rows.map(put).collect::<Result<_, _>>().map_err(corrupt)?;
        self.write_all(writes).await
    }

    /// Writes a transfer's row under a condition; if that fails, nothing is written.
    async fn put_transfer(
        &self,
        connection: ConnectionId,
        transfer: &Transfer,
        condition: &str,
        values: Row,
    ) -> Result<(), StoreError> {
        let key = keys::transfer(connection, &transfer.item, &transfer.rev);
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(row(&key, transfer)?))
            .condition_expression(condition)
            .set_expression_attribute_values((!values.is_empty()).then_some(values));
        won(request.send().await.map(drop).map_err(failed)).map(drop)
    }
}

/// Reads the row of a transfer.
fn stamped(row: Row) -> Result<Transfer, StoreError> {
    let transfer: Transfer = value(row)?;
    Ok(Transfer { stamp: transfer.stamp.or(Some(Stamp::NONE)), ..transfer })
}

/// Returns the condition that a row has this stamp, and its values.
pub(super) fn has_stamp(stamp: Stamp) -> (&'static str, Row) {
    let values = Row::from([(":stamp".to_owned(), number(stamp.0.into()))]);
    let condition = if stamp == Stamp::NONE {
        "attribute_exists(pk) AND (attribute_not_exists(stamp) OR stamp = :stamp)"
    } else {
        "stamp = :stamp"
    };
    (condition, values)
}

#[async_trait]
impl Transfers for Dynamo {
    async fn add_transfers(
        &self,
        connection: ConnectionId,
        transfers: &[FileRevision],
    ) -> Result<(), StoreError> {
        // A key may occur only once in a batch.
        let rows = transfers.iter().map(|(item, rev)| {
            let key = keys::transfer(connection, item, rev);
            let added = Transfer { stamp: Some(Stamp::random()), ..Transfer::new(item.clone(), rev.clone()) };
            Ok((key.clone(), row(&key, &added)?))
        });
        let rows: BTreeMap<Key, Row> = rows.collect::<Result<_, StoreError>>()?;
        self.put_all(rows.into_values()).await
    }

    async fn transfers(
        &self,
        connection: ConnectionId,
        after: Option<&Transfer>,
        limit: u32,
    ) -> Result<Vec<Transfer>, StoreError> {
        let first = after.map_or(0, |after| keys::transfer_shard(&after.item));
        let mut after = after.map(|after| keys::transfer(connection, &after.item, &after.rev));
        let (mut rows, limit) = (Vec::new(), limit as usize);
        for shard in first..TRANSFER_SHARDS {
            let partition = keys::transfer_partition(connection, shard);
            rows.extend(self.rows_from(partition, after.take().as_ref(), limit - rows.len()).await?);
            if rows.len() >= limit {
                break;
            }
        }
        rows.into_iter().map(stamped).collect()
    }

    async fn transfer_lists(
        &self,
        connection: ConnectionId,
        after: Option<u64>,
        limit: u32,
    ) -> Result<Vec<TransferList>, StoreError> {
        self.lists_after(connection, after, limit as usize).await
    }

    async fn is_run_under_way(&self, connection: ConnectionId, now: Timestamp) -> Result<bool, StoreError> {
        let lease = self.get(&keys::transfers_lease(connection)).await?.unwrap_or_default();
        Ok(number_of(&lease, "until").is_some_and(|until| until > now.0))
    }
}

#[async_trait]
impl TransferWork for Dynamo {
    async fn list_transfers(
        &self,
        connection: ConnectionId,
        lists: &[(u64, &[FileRevision])],
    ) -> Result<(), StoreError> {
        self.put_lists(connection, lists).await
    }

    async fn shorten_list(
        &self,
        connection: ConnectionId,
        list: &TransferList,
        left: &[FileRevision],
    ) -> Result<bool, StoreError> {
        self.leave_on_list(connection, list, left).await
    }

    async fn note_transfer(
        &self,
        connection: ConnectionId,
        transfer: Transfer,
    ) -> Result<Transfer, StoreError> {
        if let Some(stamp) = transfer.stamp {
            let (condition, values) = has_stamp(stamp);
            self.put_transfer(connection, &transfer, condition, values).await?;
            return Ok(transfer);
        }
        let transfer = Transfer { stamp: Some(Stamp::random()), ..transfer };
        self.put_transfer(connection, &transfer, ABSENT, Row::new()).await?;
        Ok(transfer)
    }

    async fn end_transfer(&self, connection: ConnectionId, transfer: &Transfer) -> Result<(), StoreError> {
        let Some(stamp) = transfer.stamp else { return Ok(()) };
        let (condition, values) = has_stamp(stamp);
        let request = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(keys::transfer(connection, &transfer.item, &transfer.rev).attributes()))
            .condition_expression(condition)
            .set_expression_attribute_values(Some(values));
        won(request.send().await.map(drop).map_err(failed)).map(drop)
    }

    async fn indexed_contents(
        &self,
        connection: ConnectionId,
        content_hashes: &[&str],
    ) -> Result<HashMap<String, FileRevision>, StoreError> {
        let keys = content_hashes.iter().map(|hash| keys::content_index(connection, hash)).collect();
        let rows = self.batch(keys, Reading::Eventual).await?;
        let rows = rows.into_iter().map(value::<ContentIndexRow>);
        rows.map(|row| row.map(|row| (row.sk, (row.item, row.rev)))).collect()
    }

    async fn index_contents(
        &self,
        connection: ConnectionId,
        copies: &[(&str, &FileRevision)],
    ) -> Result<(), StoreError> {
        // A key may occur only once in a batch; of two files with the same bytes either will do.
        let rows = copies.iter().map(|(hash, (item, rev))| {
            let key = keys::content_index(connection, hash);
            let indexed = ContentIndexRow { sk: key.sk.clone(), item: item.clone(), rev: rev.clone() };
            Ok((key.clone(), row(&key, &indexed)?))
        });
        let rows: BTreeMap<Key, Row> = rows.collect::<Result<_, StoreError>>()?;
        self.put_all(rows.into_values()).await
    }

    async fn contents_lately(
        &self,
        connection: ConnectionId,
        ids: &[ItemId],
    ) -> Result<HashMap<ItemId, Content>, StoreError> {
        self.read_contents(connection, ids).await
    }

    async fn transfer_schedule_and_requests(
        &self,
        connection: ConnectionId,
    ) -> Result<(TransferSchedule, Vec<FilesRequest>), StoreError> {
        let row = self.get(&keys::transfer_schedule(connection)).await?.unwrap_or_default();
        let first = TransferSchedule::default();
        let at_once = number_of(&row, "at_once").and_then(|at_once| u32::try_from(at_once).ok());
        let schedule = TransferSchedule {
            at_once: at_once.unwrap_or(first.at_once).max(1),
            was_slowed: row.get("was_slowed") == Some(&AttributeValue::Bool(true)),
            wake_at: number_of(&row, "wake_at").map(Timestamp),
        };
        let texts = row.get("uploads").and_then(|texts| texts.as_ss().ok());
        let mut requests: Vec<FilesRequest> =
            texts.into_iter().flatten().map(|text| read_request(text)).collect::<Result<_, _>>()?;
        requests.sort();
        Ok((schedule, requests))
    }

    async fn set_transfer_schedule(
        &self,
        connection: ConnectionId,
        schedule: TransferSchedule,
    ) -> Result<(), StoreError> {
        let mut values = HashMap::from([
            (":at_once".to_owned(), number(schedule.at_once.into())),
            (":was_slowed".to_owned(), AttributeValue::Bool(schedule.was_slowed)),
        ]);
        let mut update = "SET at_once = :at_once, was_slowed = :was_slowed".to_owned();
        match schedule.wake_at {
            Some(at) => {
                values.insert(":wake".to_owned(), number(at.0));
                values.insert(":shard".to_owned(), text(keys::wake_shard(connection)));
                update.push_str(", wake_at = :wake, wake_shard = :shard");
            }
            None => update.push_str(" REMOVE wake_at, wake_shard"),
        }
        self.update_row(&keys::transfer_schedule(connection), &update, None, values).await
    }

    async fn open_request(&self, connection: ConnectionId, request: &FilesRequest) -> Result<(), StoreError> {
        let values = Row::from([(":request".to_owned(), request_set(std::slice::from_ref(request))?)]);
        self.update_row(&keys::transfer_schedule(connection), "ADD uploads :request", None, values).await
    }

    async fn close_requests(
        &self,
        connection: ConnectionId,
        requests: &[FilesRequest],
    ) -> Result<(), StoreError> {
        let values = Row::from([(":requests".to_owned(), request_set(requests)?)]);
        self.update_row(&keys::transfer_schedule(connection), "DELETE uploads :requests", None, values).await
    }

    async fn owe_sweep(&self, connection: ConnectionId) -> Result<(), StoreError> {
        let values = HashMap::from([(":start".to_owned(), text(""))]);
        self.update_row(&keys::transfer_schedule(connection), "SET sweep = :start", None, values).await
    }

    async fn sweep(&self, connection: ConnectionId) -> Result<Option<Sweep>, StoreError> {
        let row = self.get(&keys::transfer_schedule(connection)).await?.unwrap_or_default();
        let place = row.get("sweep").and_then(|place| place.as_s().ok());
        Ok(place.map(|key| Sweep { after: (!key.is_empty()).then(|| ContentKey::listed(key.clone())) }))
    }

    async fn note_sweep(
        &self,
        connection: ConnectionId,
        before: &Sweep,
        after: Option<&Sweep>,
    ) -> Result<(), StoreError> {
        let mut values = HashMap::from([(":before".to_owned(), place(before))]);
        values.extend(after.map(|after| (":after".to_owned(), place(after))));
        let update = if after.is_some() { "SET sweep = :after" } else { "REMOVE sweep" };
        won(self
            .update_row(&keys::transfer_schedule(connection), update, Some("sweep = :before"), values)
            .await)
        .map(drop)
    }
}

/// Returns the progress of a sweep as an attribute: the empty text at its beginning.
fn place(sweep: &Sweep) -> AttributeValue {
    text(sweep.after.as_ref().map_or("", ContentKey::as_str))
}
