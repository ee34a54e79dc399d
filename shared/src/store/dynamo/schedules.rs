//! Rows of schedules, and the index by `wake_at`.

use std::collections::HashMap;

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;

use super::{
    Dynamo,
    keys::{self, BY_WAKE, Key, SHARDS},
    table::{PRESENT, Row, failed, number, text, value, won},
};
use crate::{
    model::{ConnectionId, Lane, Schedule, Timestamp},
    store::{Due, Schedules, StoreError, Upcoming, Wake},
};

#[derive(Deserialize)]
struct ScheduleRow {
    wake_at: Option<Timestamp>,
    resync_at: Option<Timestamp>,
    paused_until: Option<Timestamp>,
    writes_paused_until: Option<Timestamp>,
    #[serde(default)]
    failures: u32,
}

/// Returns the row of a new connection: its first walk is due at once; its first resync is set by the first
/// listing.
pub(super) fn schedule_row(id: ConnectionId, now: Timestamp) -> Row {
    let mut row = keys::schedule(id).attributes();
    row.insert("wake_shard".to_owned(), text(keys::wake_shard(id)));
    row.insert("wake_at".to_owned(), number(now.0));
    row
}

impl Dynamo {
    /// Sets the end of a pause, unless the pause already ends later.
    async fn pause_until(&self, id: ConnectionId, name: &str, until: Timestamp) -> Result<(), StoreError> {
        let update = format!("SET {name} = :until");
        // A late walker must not bring back the schedule of a purged connection.
        let condition = format!("attribute_exists(pk) AND (attribute_not_exists({name}) OR {name} < :until)");
        let values = HashMap::from([(":until".to_owned(), number(until.0))]);
        let key = keys::schedule(id);
        won(self.update_row(&key, &update, Some(&condition), values).await).map(drop)
    }

    async fn due_in_shard(&self, shard: u8, now: Timestamp) -> Result<Vec<Due>, StoreError> {
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
        rows.iter().map(due_of).collect()
    }
}

fn due_of(row: &Row) -> Result<Due, StoreError> {
    let of = |name| row.get(name).and_then(|value| value.as_s().ok());
    if let Some(owed) = owed_of(of(keys::PK), of(keys::SK)) {
        return Ok(owed);
    }
    if let (Some(pk), Some(sk)) = (of(keys::PK), of(keys::SK))
        && let Some((endpoint, stream)) = keys::delivery_of(pk, sk)
    {
        return Ok(Due::Delivery(endpoint, stream));
    }
    if let Some(due) = of_workflows(of(keys::PK), of(keys::SK)) {
        return Ok(due);
    }
    let id = of(keys::PK).and_then(|pk| pk.strip_prefix("connection#")?.parse().ok());
    let id = id.ok_or_else(|| StoreError::Corrupt("a schedule without a connection".to_owned()))?;
    let is_transfers = of(keys::SK).is_some_and(|sk| sk == keys::TRANSFER_SCHEDULE);
    Ok(if is_transfers { Due::Transfers(id) } else { Due::Walk(id) })
}

/// Reads a row as a claim; `None` if it is another row.
fn owed_of(pk: Option<&String>, sk: Option<&String>) -> Option<Due> {
    let connection = pk?.strip_prefix(keys::WORK)?.parse().ok()?;
    Some(Due::Owed(connection, Lane::named(sk?)?))
}

/// Reads a row as a run, or as the schedule of a workflow; `None` if it is another row.
fn of_workflows(pk: Option<&String>, sk: Option<&String>) -> Option<Due> {
    let (pk, sk) = (pk?, sk?);
    let run = keys::run_of(pk, sk).map(|(project, run)| Due::Run(project, run));
    run.or_else(|| keys::workflow_of(pk).map(|(project, workflow)| Due::Workflow(project, workflow)))
}

fn key_of(due: Due) -> Key {
    match due {
        Due::Walk(id) => keys::schedule(id),
        Due::Transfers(id) => keys::transfer_schedule(id),
        Due::Owed(id, lane) => keys::claim(id, lane),
        Due::Delivery(endpoint, stream) => keys::delivery(endpoint, stream),
        Due::Run(project, run) => keys::run(project, run),
        Due::Workflow(project, workflow) => keys::workflow_schedule(project, workflow),
    }
}

#[async_trait]
impl Schedules for Dynamo {
    async fn schedule(&self, id: ConnectionId) -> Result<Schedule, StoreError> {
        let Some(row) = self.get(&keys::schedule(id)).await? else { return Ok(Schedule::default()) };
        let ScheduleRow { wake_at, resync_at, paused_until, writes_paused_until, failures } = value(row)?;
        Ok(Schedule { wake_at, resync_at, paused_until, writes_paused_until, failures })
    }

    async fn due(&self, now: Timestamp) -> Result<Vec<Due>, StoreError> {
        let shards = stream::iter(0..SHARDS).map(|shard| self.due_in_shard(shard, now)).buffered(4);
        Ok(shards.try_collect::<Vec<_>>().await?.concat())
    }

    async fn claim_wake(&self, due: Due, now: Timestamp, until: Timestamp) -> Result<bool, StoreError> {
        let values =
            HashMap::from([(":now".to_owned(), number(now.0)), (":until".to_owned(), number(until.0))]);
        let key = key_of(due);
        won(self.update_row(&key, "SET wake_at = :until", Some("wake_at <= :now"), values).await)
    }

    async fn wake(&self, id: ConnectionId, wake: Wake) -> Result<(), StoreError> {
        let mut values = HashMap::from([(":failures".to_owned(), number(wake.failures.into()))]);
        let mut update = "SET failures = :failures".to_owned();
        if let Some(at) = wake.resync_at {
            values.insert(":resync".to_owned(), number(at.0));
            update.push_str(", resync_at = :resync");
        }
        match wake.at {
            Some(at) => {
                values.insert(":wake".to_owned(), number(at.0));
                values.insert(":shard".to_owned(), text(keys::wake_shard(id)));
                update.push_str(", wake_at = :wake, wake_shard = :shard");
            }
            None => update.push_str(" REMOVE wake_at, wake_shard"),
        }
        // A late walker must not bring back the schedule of a purged connection.
        won(self.update_row(&keys::schedule(id), &update, Some(PRESENT), values).await).map(drop)
    }

    async fn reschedule(
        &self,
        id: ConnectionId,
        before: &Schedule,
        upcoming: Upcoming,
    ) -> Result<bool, StoreError> {
        let mut values = HashMap::from([
            (":zero".to_owned(), number(0)),
            (":resync".to_owned(), number(upcoming.resync_at.unwrap_or(Timestamp::NEVER).0)),
        ]);
        let mut update = "SET failures = :zero, resync_at = :resync".to_owned();
        if let Some(at) = upcoming.wake_at() {
            values.insert(":wake".to_owned(), number(at.0));
            values.insert(":shard".to_owned(), text(keys::wake_shard(id)));
            update.push_str(", wake_at = :wake, wake_shard = :shard");
        } else {
            update.push_str(" REMOVE wake_at, wake_shard");
        }
        let mut unchanged = |name: &str, before: Option<Timestamp>| match before {
            Some(at) => {
                values.insert(format!(":before_{name}"), number(at.0));
                format!("{name} = :before_{name}")
            }
            None => format!("attribute_not_exists({name})"),
        };
        let unchanged =
            [unchanged("resync_at", before.resync_at), unchanged("wake_at", before.wake_at)].join(" AND ");
        won(self.update_row(&keys::schedule(id), &update, Some(&unchanged), values).await)
    }

    async fn pause(&self, id: ConnectionId, until: Timestamp) -> Result<(), StoreError> {
        self.pause_until(id, "paused_until", until).await
    }

    async fn pause_writes(&self, id: ConnectionId, until: Timestamp) -> Result<(), StoreError> {
        self.pause_until(id, "writes_paused_until", until).await
    }
}
