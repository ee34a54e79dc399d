//! Rows of HEAD and of segments.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_dynamodb::types::{Put, ReturnValue, TransactWriteItem};
use serde::{Deserialize, Serialize};

use super::{
    Dynamo, keys,
    table::{ABSENT, Row, expiring, failed, number, row, text, value},
};
use crate::{
    model::{Change, ConnectionId, Head, Segment, Timestamp},
    store::{Log, StoreError},
};

/// How long a segment can be read. An older reader starts from a snapshot.
const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// HEAD stands where the committer believes it does, and owes nothing.
const UNCHANGED: &str = "epoch = :epoch AND #head = :head AND applied = :head";

#[derive(Serialize, Deserialize)]
struct SegmentRow {
    /// The changes as JSON: half the size of DynamoDB's own form, and never queried by.
    changes: String,
}

impl SegmentRow {
    fn of(segment: &Segment) -> Result<Self, StoreError> {
        let changes = serde_json::to_string(&segment.changes)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(Self { changes })
    }

    fn changes(&self) -> Result<Vec<Change>, StoreError> {
        serde_json::from_str(&self.changes).map_err(|error| StoreError::Corrupt(error.to_string()))
    }
}

impl Dynamo {
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

    /// The sort key of the segment that holds `number`, or the one after it where there is none.
    async fn segment_holding(&self, connection: ConnectionId, number: u64) -> Result<String, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk <= :sk")
            .expression_attribute_values(":pk", text(keys::log_partition(connection)))
            .expression_attribute_values(":sk", text(keys::segment_sort(number)))
            .projection_expression("sk")
            .scan_index_forward(false)
            .limit(1)
            .send()
            .await
            .map_err(failed)?;
        let holding = answer.items().first().and_then(|row| row.get(keys::SK)?.as_s().ok()).cloned();
        Ok(holding.unwrap_or_else(|| keys::segment_sort(number)))
    }

    async fn segments_from(
        &self,
        connection: ConnectionId,
        from: &str,
        most: i32,
    ) -> Result<Vec<Row>, StoreError> {
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND sk >= :sk")
            .expression_attribute_values(":pk", text(keys::log_partition(connection)))
            .expression_attribute_values(":sk", text(from))
            .limit(most)
            .send()
            .await
            .map_err(failed)?;
        Ok(answer.items.unwrap_or_default())
    }
}

#[async_trait]
impl Log for Dynamo {
    async fn head(&self, connection: ConnectionId) -> Result<Head, StoreError> {
        Ok(self.get_as(&keys::head(connection)).await?.unwrap_or_default())
    }

    async fn take_head(&self, connection: ConnectionId) -> Result<Head, StoreError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::head(connection).attributes()))
            .update_expression("SET #head = if_not_exists(#head, :zero), applied = if_not_exists(applied, :zero) ADD epoch :one")
            .expression_attribute_names("#head", "head")
            .expression_attribute_values(":zero", number(0))
            .expression_attribute_values(":one", number(1))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .map_err(failed)?;
        value(answer.attributes.unwrap_or_default())
    }

    async fn commit(
        &self,
        connection: ConnectionId,
        before: &Head,
        after: &Head,
        segment: &Segment,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let head = TransactWriteItem::builder().put(self.head_write(connection, before, after)?).build();
        let mut writes = vec![head];
        if let Some(first) = segment.first() {
            let row =
                expiring(row(&keys::segment(connection, first), &SegmentRow::of(segment)?)?, now.plus(KEPT));
            writes.push(self.put(row, Some(ABSENT))?);
        }
        self.transact(writes).await
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

    async fn changes(
        &self,
        connection: ConnectionId,
        number: u64,
        least: usize,
    ) -> Result<Vec<Change>, StoreError> {
        let mut from = self.segment_holding(connection, number + 1).await?;
        let mut changes: Vec<Change> = Vec::new();
        while changes.len() < least.max(1) {
            // A segment can be 350 KB: a few fill the 1 MB that one answer may have.
            let rows = self.segments_from(connection, &from, 3).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                changes.extend(
                    value::<SegmentRow>(row)?.changes()?.into_iter().filter(|change| change.number > number),
                );
            }
            let Some(last) = changes.last() else { break };
            from = keys::segment_sort(last.number + 1);
        }
        Ok(changes)
    }
}
