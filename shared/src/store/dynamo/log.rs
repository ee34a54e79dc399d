//! Rows of HEAD and of segments.

use std::ops::Range;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};

use super::{
    Dynamo,
    items::PARALLEL,
    keys,
    ranges::Rows,
    table::{ABSENT, Row, attribute, expiring, failed, number, number_of, row, value},
};
use crate::{
    delivery::Stream,
    model::{Change, ConnectionId, Head, Mark, ResyncReport, Timestamp},
    store::{
        Bookmark, Commit, DatedChange, DatedHistory, History, Log, LogWriter, Piece, SelectionStep,
        StoreError,
    },
};

/// Condition that a selection is in the state in which it was read.
const STILL: &str = "#state = :from";
/// Condition that HEAD is as the committer read it, and fully applied.
const UNCHANGED: &str = "epoch = :epoch AND #head = :head AND applied = :head";

#[derive(Serialize, Deserialize)]
struct SegmentRow {
    /// The changes as JSON: half the size of DynamoDB's own form, and never used in queries.
    changes: String,
    /// Time at which they were committed. Absent in rows from before 2026-11-29.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Timestamp>,
    /// Time at which Dropbox announced them, if a notification did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    announced_at: Option<Timestamp>,
}

impl SegmentRow {
    fn of(commit: &Commit, at: Timestamp) -> Result<Self, StoreError> {
        let changes = serde_json::to_string(&commit.segment.changes)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(Self { changes, at: Some(at), announced_at: commit.announced_at })
    }

    fn changes(&self) -> Result<Vec<Change>, StoreError> {
        serde_json::from_str(&self.changes).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

#[derive(Serialize, Deserialize)]
struct MarksRow {
    /// The marks as JSON.
    marks: String,
}

impl MarksRow {
    fn of(marks: &[Mark]) -> Result<Self, StoreError> {
        let marks = serde_json::to_string(marks).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(Self { marks })
    }

    fn marks(&self) -> Result<Vec<Mark>, StoreError> {
        serde_json::from_str(&self.marks).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

/// Returns the time at which a segment was committed. A row from before 2026-11-29 has only the second at which it
/// expires: its end is taken, so that nothing counts as earlier than it was.
fn committed_at(row: &Row) -> Timestamp {
    number_of(row, "at").map_or_else(
        || {
            let expires = number_of(row, keys::EXPIRES).unwrap_or_default();
            Timestamp(expires.saturating_sub(Stream::KEPT.as_secs()).saturating_mul(1000).saturating_add(999))
        },
        Timestamp,
    )
}

impl Dynamo {
    /// Returns all writes of a commit except that of HEAD.
    fn commit_writes(
        &self,
        connection: ConnectionId,
        commit: &Commit,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut writes = Vec::new();
        if let Some(first) = commit.segment.first() {
            let segment = row(&keys::segment(connection, first), &SegmentRow::of(commit, now)?)?;
            writes.push(self.put(expiring(segment, now.plus(Stream::KEPT)), Some(ABSENT))?);
        }
        if !commit.marks.is_empty() {
            let key = keys::marks(connection, commit.after.marks.end.saturating_sub(1));
            writes.push(self.put(row(&key, &MarksRow::of(&commit.marks)?)?, Some(ABSENT))?);
        }
        writes.extend(
            commit
                .selection
                .iter()
                .map(|step| self.selection_write(connection, step))
                .collect::<Result<Vec<_>, _>>()?,
        );
        for place in &commit.places {
            writes.push(self.place_write(connection, place, commit.after.head)?);
        }
        Ok(writes)
    }

    fn selection_write(
        &self,
        connection: ConnectionId,
        step: &SelectionStep,
    ) -> Result<TransactWriteItem, StoreError> {
        let (key, from) = (keys::selection(connection, &step.target), attribute(&step.from)?);
        let corrupt = |error: aws_sdk_dynamodb::error::BuildError| StoreError::Corrupt(error.to_string());
        let write = TransactWriteItem::builder();
        let write = match &step.to {
            Some(selection) => write.put(
                Put::builder()
                    .table_name(&self.table)
                    .set_item(Some(row(&key, selection)?))
                    .condition_expression(STILL)
                    .expression_attribute_names("#state", "state")
                    .expression_attribute_values(":from", from)
                    .build()
                    .map_err(corrupt)?,
            ),
            None => write.delete(
                Delete::builder()
                    .table_name(&self.table)
                    .set_key(Some(key.attributes()))
                    .condition_expression(STILL)
                    .expression_attribute_names("#state", "state")
                    .expression_attribute_values(":from", from)
                    .build()
                    .map_err(corrupt)?,
            ),
        };
        Ok(write.build())
    }

    fn head_write(&self, connection: ConnectionId, before: &Head, after: &Head) -> Result<Put, StoreError> {
        Put::builder()
            .table_name(&self.table)
            .set_item(Some(row(&keys::head(connection), after)?))
            .condition_expression(UNCHANGED)
            .expression_attribute_names("#head", "head")
            .expression_attribute_values(":epoch", number(before.epoch))
            .expression_attribute_values(":head", number(before.head))
            .build()
            .map_err(|error| StoreError::Corrupt(error.to_string()))
    }

    /// Does one write of a commit alone: half the price of a transaction of one row.
    async fn write_alone(&self, write: Put) -> Result<(), StoreError> {
        self.client
            .put_item()
            .table_name(write.table_name)
            .set_item(Some(write.item))
            .set_condition_expression(write.condition_expression)
            .set_expression_attribute_names(write.expression_attribute_names)
            .set_expression_attribute_values(write.expression_attribute_values)
            .send()
            .await
            .map(drop)
            .map_err(failed)
    }

    /// Returns the segment that contains `number`, or else the last one before it.
    async fn segment_holding(
        &self,
        connection: ConnectionId,
        number: u64,
    ) -> Result<Option<Row>, StoreError> {
        self.last_row(keys::log_partition(connection), keys::segment_sort(number)).await
    }

    async fn end_of_log(&self, connection: ConnectionId, number: u64) -> Result<DatedHistory, StoreError> {
        let head = self.head(connection).await?;
        let has_expired = head.head > number;
        Ok(if has_expired {
            DatedHistory::Expired { snapshot: head.applied }
        } else {
            DatedHistory::Changes(Piece { read: Vec::new(), is_end: true })
        })
    }

    /// Returns at most `limit` segments that begin after `number`, and at most 1 MB of them.
    async fn segments_after(
        &self,
        connection: ConnectionId,
        number: u64,
        limit: usize,
    ) -> Result<Rows, StoreError> {
        self.rows_after(keys::log_partition(connection), keys::segment_sort(number), limit).await
    }

    /// Returns the changes after a number out of these segments, and out of further ones until there are `min`.
    async fn piece(
        &self,
        connection: ConnectionId,
        number: u64,
        Rows { mut rows, mut is_end }: Rows,
        min: usize,
    ) -> Result<Piece<DatedChange>, StoreError> {
        let mut read: Vec<DatedChange> = Vec::new();
        loop {
            for row in rows {
                let at = committed_at(&row);
                let row = value::<SegmentRow>(row)?;
                let (changes, announced_at) = (row.changes()?, row.announced_at);
                let later = changes.into_iter().filter(|change| change.number > number);
                read.extend(later.map(|change| DatedChange { change, at, announced_at }));
            }
            match read.last() {
                Some(last) if read.len() < min && !is_end => {
                    let further = self.segments_after(connection, last.change.number, min - read.len());
                    Rows { rows, is_end } = further.await?;
                }
                _ => return Ok(Piece { read, is_end }),
            }
        }
    }
}

/// Whether a piece has the change after a number, and so all that follow.
fn begins_after(piece: &Piece<DatedChange>, number: u64) -> bool {
    piece.read.first().is_some_and(|first| first.change.number == number + 1)
}

#[async_trait]
impl Log for Dynamo {
    async fn head(&self, connection: ConnectionId) -> Result<Head, StoreError> {
        Ok(self.get_as(&keys::head(connection)).await?.unwrap_or_default())
    }

    async fn changes(
        &self,
        connection: ConnectionId,
        number: u64,
        min: usize,
    ) -> Result<History, StoreError> {
        Ok(match self.dated_changes(connection, number.into(), min).await? {
            DatedHistory::Changes(Piece { read, .. }) => {
                History::Changes(read.into_iter().map(|dated| dated.change).collect())
            }
            DatedHistory::Expired { snapshot } => History::Expired { snapshot },
        })
    }

    async fn dated_changes(
        &self,
        connection: ConnectionId,
        after: Bookmark,
        min: usize,
    ) -> Result<DatedHistory, StoreError> {
        let (number, min) = (after.number, min.max(1));
        if after.ends_row {
            let next = self.segments_after(connection, number, min).await?;
            let piece = self.piece(connection, number, next, min).await?;
            if piece.read.is_empty() || begins_after(&piece, number) {
                return Ok(DatedHistory::Changes(piece));
            }
        }
        // The change after the number may be in a segment that begins before it. Each segment has at least one
        // change, so `min` segments are enough.
        let first = number.saturating_add(1);
        let (holding, mut next) = tokio::try_join!(
            self.segment_holding(connection, first),
            self.segments_after(connection, first, min),
        )?;
        next.rows.splice(..0, holding);
        let piece = self.piece(connection, number, next, min).await?;
        if begins_after(&piece, number) {
            return Ok(DatedHistory::Changes(piece));
        }
        // Either nothing comes after the number, or those changes have expired: HEAD says which.
        self.end_of_log(connection, number).await
    }

    async fn last_change_before(&self, connection: ConnectionId, at: Timestamp) -> Result<u64, StoreError> {
        // Read before the segments, so that a change that is committed meanwhile counts as later.
        let head = self.head(connection).await?.head;
        let Some(oldest) = self.segments_after(connection, 0, 1).await?.rows.into_iter().next() else {
            return Ok(head);
        };
        if committed_at(&oldest) >= at {
            let changes = value::<SegmentRow>(oldest)?.changes()?;
            return Ok(changes.first().map_or(head, |first| first.number - 1));
        }
        let mut number = u64::MAX;
        // From the end backwards, because the time is usually a short time ago.
        while let Some(row) = self.segment_holding(connection, number).await? {
            let committed_at = committed_at(&row);
            let changes = value::<SegmentRow>(row)?.changes()?;
            let (Some(first), Some(last)) = (changes.first(), changes.last()) else { break };
            if committed_at < at {
                return Ok(last.number);
            }
            number = first.number - 1;
        }
        Ok(number.min(head))
    }

    async fn report(&self, connection: ConnectionId) -> Result<Option<ResyncReport>, StoreError> {
        self.get_as(&keys::report(connection)).await
    }
}

#[async_trait]
impl LogWriter for Dynamo {
    async fn commit(
        &self,
        connection: ConnectionId,
        before: &Head,
        commit: &Commit,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let head = self.head_write(connection, before, &commit.after)?;
        let others = self.commit_writes(connection, commit, now)?;
        if others.is_empty() {
            return self.write_alone(head).await;
        }
        let mut writes = vec![TransactWriteItem::builder().put(head).build()];
        writes.extend(others);
        self.transact(writes).await
    }

    async fn marks(&self, connection: ConnectionId, head: &Head) -> Result<Vec<Mark>, StoreError> {
        let mut marks = Vec::new();
        for number in head.marks.counting() {
            let row: Option<MarksRow> = self.get_as(&keys::marks(connection, number)).await?;
            let row =
                row.ok_or_else(|| StoreError::Corrupt(format!("row {number} of the marks is missing")))?;
            marks.extend(row.marks()?);
        }
        Ok(marks)
    }

    async fn forget_marks(&self, connection: ConnectionId, rows: Range<u64>) -> Result<(), StoreError> {
        stream::iter(rows)
            .map(|number| self.remove(keys::marks(connection, number)))
            .buffer_unordered(PARALLEL)
            .try_collect()
            .await
    }

    async fn mark_applied(&self, connection: ConnectionId, head: &Head) -> Result<(), StoreError> {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::head(connection).attributes()))
            .update_expression("SET applied = :head")
            .condition_expression("epoch = :epoch AND #head = :head")
            .expression_attribute_names("#head", "head")
            .expression_attribute_values(":epoch", number(head.epoch))
            .expression_attribute_values(":head", number(head.head))
            .send()
            .await
            .map(drop)
            .map_err(failed)
    }

    async fn keep_report(&self, connection: ConnectionId, report: &ResyncReport) -> Result<(), StoreError> {
        let row = row(&keys::report(connection), report)?;
        let request = self.client.put_item().table_name(&self.table).set_item(Some(row));
        request.send().await.map(drop).map_err(failed)
    }
}
