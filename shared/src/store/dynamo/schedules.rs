//! Rows of schedules, and the index by `wake_at`.

use std::collections::HashMap;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;

use super::{
    Dynamo,
    keys::{self, BY_WAKE, SHARDS},
    table::{Row, failed, number, text, value, won},
};
use crate::{
    model::{ConnectionId, Schedule, Timestamp},
    store::{Schedules, StoreError},
};

#[derive(Deserialize)]
struct ScheduleRow {
    wake_at: Option<Timestamp>,
    resync_at: Option<Timestamp>,
    paused_until: Option<Timestamp>,
}

/// The row of a new connection: due at once, its first resync when the first listing has set it.
pub(super) fn schedule_row(id: ConnectionId, now: Timestamp) -> Row {
    let mut row = keys::schedule(id).attributes();
    row.insert("wake_shard".to_owned(), text(keys::wake_shard(id)));
    row.insert("wake_at".to_owned(), number(now.0));
    row
}

impl Dynamo {
    async fn update_schedule(
        &self,
        id: ConnectionId,
        update: &str,
        condition: Option<&str>,
        values: HashMap<String, aws_sdk_dynamodb::types::AttributeValue>,
    ) -> Result<(), StoreError> {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(keys::schedule(id).attributes()))
            .update_expression(update)
            .set_condition_expression(condition.map(str::to_owned))
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .send()
            .await
            .map(drop)
            .map_err(failed)
    }

    async fn due_in_shard(&self, shard: u8, now: Timestamp) -> Result<Vec<ConnectionId>, StoreError> {
        let rows: Vec<Row> = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(BY_WAKE.0)
            .key_condition_expression("wake_shard = :shard AND wake_at <= :now")
            .expression_attribute_values(":shard", text(keys::wake_shard_name(shard)))
            .expression_attribute_values(":now", number(now.0))
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(failed)?;
        rows.iter().map(connection_of).collect()
    }
}

fn connection_of(row: &Row) -> Result<ConnectionId, StoreError> {
    let pk = row.get(keys::PK).and_then(|pk| pk.as_s().ok());
    pk.and_then(|pk| pk.strip_prefix("connection#"))
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| StoreError::Corrupt("a schedule without a connection".to_owned()))
}

#[async_trait]
impl Schedules for Dynamo {
    async fn schedule(&self, id: ConnectionId) -> Result<Schedule, StoreError> {
        let Some(row) = self.get(&keys::schedule(id)).await? else { return Ok(Schedule::default()) };
        let ScheduleRow { wake_at, resync_at, paused_until } = value(row)?;
        Ok(Schedule { wake_at, resync_at, paused_until })
    }

    async fn due(&self, now: Timestamp) -> Result<Vec<ConnectionId>, StoreError> {
        let shards = stream::iter(0..SHARDS).map(|shard| self.due_in_shard(shard, now)).buffer_unordered(4);
        Ok(shards.try_collect::<Vec<_>>().await?.concat())
    }

    async fn claim_wake(
        &self,
        id: ConnectionId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError> {
        let values =
            HashMap::from([(":now".to_owned(), number(now.0)), (":until".to_owned(), number(until.0))]);
        won(self.update_schedule(id, "SET wake_at = :until", Some("wake_at <= :now"), values).await)
    }

    async fn wake(
        &self,
        id: ConnectionId,
        wake_at: Timestamp,
        resync_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let mut values = HashMap::from([
            (":wake".to_owned(), number(wake_at.0)),
            (":shard".to_owned(), text(keys::wake_shard(id))),
        ]);
        let mut update = "SET wake_at = :wake, wake_shard = :shard".to_owned();
        if let Some(at) = resync_at {
            values.insert(":resync".to_owned(), number(at.0));
            update.push_str(", resync_at = :resync");
        }
        self.update_schedule(id, &update, None, values).await
    }

    async fn sleep(&self, id: ConnectionId) -> Result<(), StoreError> {
        self.update_schedule(id, "REMOVE wake_at, wake_shard", None, HashMap::new()).await
    }

    async fn pause(&self, id: ConnectionId, until: Timestamp) -> Result<(), StoreError> {
        let condition = "attribute_not_exists(paused_until) OR paused_until < :until";
        let values = HashMap::from([(":until".to_owned(), number(until.0))]);
        won(self.update_schedule(id, "SET paused_until = :until", Some(condition), values).await).map(drop)
    }
}
