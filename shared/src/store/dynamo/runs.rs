//! Rows of runs, and of the records of their steps.
//!
//! The state, which changes with each step, is in a row of its own, apart from the run's trigger, which may be large.
//! Values are stored as the text of JSON, because DynamoDB's numbers are not JSON's, and because it nests values less
//! deeply.

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Dynamo,
    items::Reading,
    keys::{self, Key},
    table::{ABSENT, Row, attribute, expiring, failed, number, row, text, value},
    users::NOT_DELETED,
    workflows::TextRow,
};
use crate::{
    model::{ConnectionId, ConnectionStatus, ProjectId, RunId, Tags, Timestamp, UserId, WorkflowId},
    store::{CountedRuns, RunFilter, RunPage, RunRemoval, Runs, StoreError},
    workflows::{Position, Run, StepRecord},
};

/// Time for which a run and its records are kept.
const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// Time after which a run is due that nobody has begun with.
const UNTOUCHED: Duration = Duration::from_secs(5 * 60);
/// Maximum number of rows that are read for a page of runs.
const MOST_READ: usize = 1_000;
/// Number of rows that are read at a time for a page of runs.
const READ: u16 = 100;
/// Number of rows that are read at a time to count runs.
const COUNTED: u16 = 500;

/// Row of a run's trigger.
#[derive(Serialize, Deserialize)]
struct Given {
    trigger: Value,
    settings: Tags,
}

/// Row of the time at which an event first came to a workflow.
#[derive(Serialize, Deserialize)]
struct FirstCame {
    at: Timestamp,
}

/// Returns a run without what started it.
fn bare(run: &Run) -> Run {
    Run { trigger: Value::Null, settings: Tags::new(), ..run.clone() }
}

/// Returns the row of a run, with the time at which it is due.
fn run_row(run: &Run, wake_at: Option<Timestamp>) -> Result<Row, StoreError> {
    let row = row(&keys::run(run.project, run.id), &TextRow::of(&bare(run))?)?;
    let mut row = expiring(row, run.started_at.plus(KEPT));
    row.insert("revision".to_owned(), number(run.revision));
    if let Some(at) = wake_at {
        row.insert("wake_at".to_owned(), number(at.0));
        row.insert("wake_shard".to_owned(), text(keys::run_wake_shard(run.id)));
    }
    Ok(row)
}

fn given_row(run: &Run) -> Result<Row, StoreError> {
    let given = Given { trigger: run.trigger.clone(), settings: run.settings.clone() };
    let row = row(&keys::given(run.id), &TextRow::of(&given)?)?;
    Ok(expiring(row, run.started_at.plus(KEPT)))
}

/// Returns the row that lists a run among its user's.
fn listed_row(run: &Run) -> Row {
    let mut row =
        expiring(keys::listed_run(run.project, &run.user, run.id).attributes(), run.started_at.plus(KEPT));
    row.extend(run.connection.map(|id| ("connection".to_owned(), text(id.to_string()))));
    row
}

fn record_row(run: RunId, record: &StepRecord) -> Result<Row, StoreError> {
    let row = row(&keys::step_record(run, &record.position), &TextRow::of(record)?)?;
    Ok(expiring(row, record.at.plus(KEPT)))
}

/// Returns the run whose state and beginning these rows are.
fn joined(state: Row, given: Row) -> Result<Run, StoreError> {
    let Given { trigger, settings } = TextRow::read(given)?;
    Ok(Run { trigger, settings, ..TextRow::read(state)? })
}

fn wants(filter: &RunFilter, run: &Run) -> bool {
    filter.workflow.is_none_or(|workflow| workflow == run.workflow)
        && filter.user.as_ref().is_none_or(|user| *user == run.user)
        && filter.connection.is_none_or(|connection| Some(connection) == run.connection)
        && filter.status.is_none_or(|status| status == run.state.name())
        && filter.waits.is_none_or(|waits| waits == run.state.waits())
}

/// Returns the smallest id of a run that something started at a time.
fn first_id(at: Timestamp) -> RunId {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&at.0.to_be_bytes()[2..]);
    RunId(Uuid::from_bytes(bytes))
}

/// Returns the sort keys between which a page's rows are: the first, and the one before which they end.
fn bounds(filter: &RunFilter, after: Option<RunId>) -> (String, String) {
    let (mut first, mut end) = (first_id(filter.since.unwrap_or_default()), filter.before.map(first_id));
    match after {
        Some(after) if filter.oldest_first => first = first.max(after),
        Some(after) => end = end.into_iter().chain([after]).min(),
        None => {}
    }
    (first.to_string(), end.map_or_else(|| "g".to_owned(), |end| end.to_string()))
}

fn run_named(row: &Row) -> Option<RunId> {
    row.get(keys::SK)?.as_s().ok()?.parse().ok()
}

impl Dynamo {
    /// Returns some rows of the runs that a filter's times and user allow, after a run.
    async fn stretch(
        &self,
        project: ProjectId,
        filter: &RunFilter,
        after: Option<RunId>,
        limit: u16,
    ) -> Result<Vec<Row>, StoreError> {
        let (first, end) = bounds(filter, after);
        if first >= end {
            return Ok(Vec::new());
        }
        let pk = match &filter.user {
            Some(user) => keys::listed_runs(project, user),
            None => keys::runs(project),
        };
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .scan_index_forward(filter.oldest_first)
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :end")
            .expression_attribute_values(":pk", text(pk))
            .expression_attribute_values(":first", text(first))
            .expression_attribute_values(":end", text(end.as_str()))
            // One more, because the run itself may be among them.
            .limit(i32::from(limit) + 1);
        let rows = request.send().await.map_err(failed)?.items.unwrap_or_default();
        let is_within = |row: &Row| {
            let sort = row.get(keys::SK).and_then(|sort| sort.as_s().ok());
            sort.is_some_and(|sort| *sort < end) && run_named(row) != after
        };
        Ok(rows.into_iter().filter(is_within).collect())
    }

    /// Returns the runs of these rows, in their order, without what started them.
    async fn states(
        &self,
        project: ProjectId,
        filter: &RunFilter,
        rows: Vec<Row>,
    ) -> Result<Vec<Run>, StoreError> {
        if filter.user.is_none() {
            return rows.into_iter().map(TextRow::read).collect();
        }
        let keys = rows.iter().filter_map(run_named).map(|id| keys::run(project, id)).collect();
        let mut runs: Vec<Run> = self
            .batch(keys, Reading::Consistent)
            .await?
            .into_iter()
            .map(TextRow::read)
            .collect::<Result<_, _>>()?;
        runs.sort_by_key(|run| run.id);
        if !filter.oldest_first {
            runs.reverse();
        }
        Ok(runs)
    }

    /// Adds to runs what started them. Leaves out those that are being removed.
    async fn with_given(&self, runs: Vec<Run>) -> Result<Vec<Run>, StoreError> {
        let keys = runs.iter().map(|run| keys::given(run.id)).collect();
        let rows = self.batch(keys, Reading::Consistent).await?;
        let named = |row: Row| Some((row.get(keys::PK)?.as_s().ok()?.clone(), row));
        let mut given: HashMap<String, Row> = rows.into_iter().filter_map(named).collect();
        let whole = |run: Run| {
            let row = given.remove(&keys::run_partition(run.id))?;
            Some(TextRow::read(row).map(|Given { trigger, settings }| Run { trigger, settings, ..run }))
        };
        runs.into_iter().filter_map(whole).collect()
    }

    /// Removes the rows of a run: the state first, because nobody writes a record without it; the row that lists
    /// it last, because it leads to the others.
    async fn remove_rows(
        &self,
        project: ProjectId,
        id: RunId,
        listed: Option<Key>,
    ) -> Result<(), StoreError> {
        self.remove(keys::run(project, id)).await?;
        loop {
            let request =
                self.query_whole(keys::run_partition(id)).projection_expression("pk, sk").limit(500);
            let rows = request.send().await.map_err(failed)?.items.unwrap_or_default();
            if rows.is_empty() {
                break;
            }
            self.remove_all(rows.iter().filter_map(Key::of).collect()).await?;
        }
        match listed {
            Some(key) => self.remove(key).await,
            None => Ok(()),
        }
    }
}

#[async_trait]
impl RunRemoval for Dynamo {
    async fn remove_runs(
        &self,
        project: ProjectId,
        user: &UserId,
        connection: Option<ConnectionId>,
        limit: u16,
    ) -> Result<u64, StoreError> {
        let mut request = self.query_whole(keys::listed_runs(project, user));
        if let Some(connection) = connection {
            request = request
                .filter_expression("#connection = :connection")
                .expression_attribute_names("#connection", "connection")
                .expression_attribute_values(":connection", text(connection.to_string()));
        }
        let mut rows = request.into_paginator().items().send();
        let mut listed = Vec::new();
        while let Some(row) = rows.next().await.filter(|_| listed.len() < usize::from(limit)) {
            listed.push(row.map_err(failed)?);
        }
        let mut removed = 0;
        for row in listed {
            let Some(id) = run_named(&row) else { continue };
            self.remove_rows(project, id, Some(keys::listed_run(project, user, id))).await?;
            removed += 1;
        }
        Ok(removed)
    }
}

#[async_trait]
impl Runs for Dynamo {
    async fn add_run(&self, run: &Run) -> Result<bool, StoreError> {
        let mut writes = vec![
            self.put_new(run_row(run, Some(run.started_at.plus(UNTOUCHED)))?)?,
            self.put(given_row(run)?, None)?,
            self.put(listed_row(run), None)?,
        ];
        // A late start must not leave rows behind after those of the connection, or of the user, have been removed. A
        // user is deleted after all connections were disconnected.
        if let Some(connection) = run.connection {
            let is_linked = "attribute_exists(pk) AND #status <> :disconnected";
            let values =
                Row::from([(":disconnected".to_owned(), attribute(&ConnectionStatus::Disconnected)?)]);
            writes.push(self.check(&keys::connection(connection), is_linked, values)?);
        } else {
            writes.push(self.check(&keys::project_user(run.project, &run.user), NOT_DELETED, Row::new())?);
        }
        match self.transact(writes).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict) if self.get(&keys::run(run.project, run.id)).await?.is_some() => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    async fn first_came(
        &self,
        workflow: WorkflowId,
        event: &str,
        at: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        let key = keys::first_came(workflow, event);
        let request = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(expiring(row(&key, &FirstCame { at })?, at.plus(KEPT))))
            .condition_expression(ABSENT);
        match request.send().await.map_err(failed) {
            Ok(_) => Ok(at),
            Err(StoreError::Conflict) => {
                let stored = self.get(&key).await?.map(value::<FirstCame>).transpose()?;
                Ok(stored.map_or(at, |first| first.at))
            }
            Err(error) => Err(error),
        }
    }

    async fn run(&self, project: ProjectId, id: RunId) -> Result<Option<Run>, StoreError> {
        let (state, given) = (keys::run(project, id), keys::given(id));
        let (state, given) = tokio::try_join!(self.get(&state), self.get(&given))?;
        // One without the other is a run that is being removed.
        state.zip(given).map(|(state, given)| joined(state, given)).transpose()
    }

    async fn change_run(
        &self,
        run: &Run,
        record: Option<&StepRecord>,
        wake_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let mut values = Row::from([
            (":body".to_owned(), text(TextRow::of(&bare(run))?.body)),
            (":revision".to_owned(), number(run.revision)),
            (":before".to_owned(), number(run.revision.saturating_sub(1))),
        ]);
        let mut update = "SET body = :body, revision = :revision".to_owned();
        match wake_at {
            Some(at) => {
                values.insert(":wake".to_owned(), number(at.0));
                values.insert(":shard".to_owned(), text(keys::run_wake_shard(run.id)));
                update.push_str(", wake_at = :wake, wake_shard = :shard");
            }
            None => update.push_str(" REMOVE wake_at, wake_shard"),
        }
        let key = keys::run(run.project, run.id);
        let mut writes = vec![self.update(&key, &update, Some("revision = :before"), values)?];
        if let Some(record) = record {
            writes.push(self.put(record_row(run.id, record)?, None)?);
        }
        self.transact(writes).await
    }

    async fn runs(
        &self,
        project: ProjectId,
        filter: &RunFilter,
        after: Option<RunId>,
        limit: u16,
    ) -> Result<RunPage, StoreError> {
        let (mut found, mut read, mut after) = (Vec::new(), 0, after);
        let next = loop {
            let rows = self.stretch(project, filter, after, READ).await?;
            let Some(last) = rows.last().and_then(run_named) else { break None };
            read += rows.len();
            after = Some(last);
            let wanted =
                self.states(project, filter, rows).await?.into_iter().filter(|run| wants(filter, run));
            found.extend(wanted);
            if found.len() >= usize::from(limit) {
                found.truncate(usize::from(limit));
                break found.last().map(|run: &Run| run.id);
            }
            if read >= MOST_READ {
                break after;
            }
        };
        Ok(RunPage { runs: self.with_given(found).await?, next })
    }

    async fn counted_runs(
        &self,
        project: ProjectId,
        filter: &RunFilter,
        skipped: u64,
        limit: u16,
        looked_at: usize,
    ) -> Result<CountedRuns, StoreError> {
        let (mut found, mut total, mut read, mut after) = (Vec::new(), 0, 0, None);
        let is_whole = loop {
            let mut rows = self.stretch(project, filter, after, COUNTED).await?;
            let has_more = rows.len() > looked_at - read;
            rows.truncate(looked_at - read);
            let Some(last) = rows.last().and_then(run_named) else { break !has_more };
            read += rows.len();
            after = Some(last);
            for run in self.states(project, filter, rows).await?.into_iter().filter(|run| wants(filter, run))
            {
                if total >= skipped && found.len() < usize::from(limit) {
                    found.push(run);
                }
                total += 1;
            }
            if has_more {
                break false;
            }
        };
        let next = match found.last() {
            Some(run) if total > skipped + found.len() as u64 => Some(run.id),
            _ => after.filter(|_| !is_whole),
        };
        let is_reached = is_whole || total >= skipped;
        let page = RunPage { runs: self.with_given(found).await?, next };
        Ok(CountedRuns { page: is_reached.then_some(page), total: is_whole.then_some(total) })
    }

    async fn remove_run(&self, project: ProjectId, id: RunId) -> Result<(), StoreError> {
        let state: Option<Run> = self.get(&keys::run(project, id)).await?.map(TextRow::read).transpose()?;
        let listed = state.map(|run| keys::listed_run(project, &run.user, id));
        self.remove_rows(project, id, listed).await
    }

    async fn keep_step(&self, run: RunId, record: &StepRecord) -> Result<(), StoreError> {
        let request = self.client.put_item().table_name(&self.table).set_item(Some(record_row(run, record)?));
        request.send().await.map(drop).map_err(failed)
    }

    async fn step_records(&self, run: RunId, positions: &[Position]) -> Result<Vec<StepRecord>, StoreError> {
        let keys = positions.iter().map(|position| keys::step_record(run, position)).collect();
        self.batch(keys, Reading::Consistent).await?.into_iter().map(TextRow::read).collect()
    }

    async fn steps(
        &self,
        run: RunId,
        after: Option<&Position>,
        limit: u16,
    ) -> Result<Vec<StepRecord>, StoreError> {
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .consistent_read(true)
            .key_condition_expression("pk = :pk AND begins_with(sk, :steps)")
            .expression_attribute_values(":pk", text(keys::run_partition(run)))
            .expression_attribute_values(":steps", text(keys::STEP_RECORDS))
            .set_exclusive_start_key(after.map(|position| keys::step_record(run, position).attributes()))
            .limit(i32::from(limit));
        let rows = request.send().await.map_err(failed)?.items.unwrap_or_default();
        rows.into_iter().map(TextRow::read).collect()
    }
}
