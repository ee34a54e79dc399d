//! Report on one connection: what its project can see, and what only an operator sees. It contains no file
//! names and no tokens.

use files_api::{Sources, describe};
use serde_json::{Value, json};
use shared::{
    model::{Connection, Timestamp, Transfer},
    store::{Dynamo, Log, Schedules, TransferWork, Transfers},
};

use super::letters::Letters;

/// Largest number of transfers with rows of their own, and of lists, that are counted.
const MOST_TRANSFERS: u32 = 1_000;
/// Largest number of failing transfers that are listed individually.
const MOST_FAILING: usize = 10;

/// Builds the report on a connection.
pub(super) async fn of(
    store: &Dynamo,
    connection: &Connection,
    letters: &Letters,
    stack: &str,
    now: Timestamp,
) -> anyhow::Result<Value> {
    let sources = Sources {
        projects: store,
        log: store,
        schedules: store,
        health: store,
        choices: store,
        users: store,
    };
    let mut report = describe(&sources, connection, now).await?;
    report["project"] = json!(connection.project);
    report["user"] = json!(connection.user);
    report["app"] = json!(connection.app);
    report["reconnects"] = json!(connection.reconnects);
    report["work"] = work(store, connection).await?;
    report["pending_transfers"] = transfers(store, connection).await?;
    report["dead_letters"] = letters.of(connection.id);
    report["logs"] = json!({"groups": format!("/dropline/{stack}/"), "query": query(connection)});
    Ok(report)
}

/// Describes the next work of the connection, and the state of its walk.
async fn work(store: &Dynamo, connection: &Connection) -> anyhow::Result<Value> {
    let (head, schedule) = (store.head(connection.id).await?, store.schedule(connection.id).await?);
    Ok(json!({
        "next_walk_at": date(schedule.wake_at),
        "failed_walks": schedule.failures,
        "last_walk_finished_at": date(head.drained_at),
        "last_notified_at": date(head.notified_at),
        "has_cursor": head.cursor.is_some(),
        "comparison_owed": head.compare,
        "comparison_since": date(head.full_listing),
        "deletions_marked_since": date(head.marked_at),
        "epoch": head.epoch,
    }))
}

async fn transfers(store: &Dynamo, connection: &Connection) -> anyhow::Result<Value> {
    let pending = store.transfers(connection.id, None, MOST_TRANSFERS).await?;
    let lists = store.transfer_lists(connection.id, None, MOST_TRANSFERS).await?;
    let listed: usize = lists.iter().map(|list| list.files.len()).sum();
    let schedule = store.transfer_schedule(connection.id).await?;
    let failing = pending.iter().filter(|transfer| transfer.failures + transfer.deaths > 0);
    Ok(json!({
        "pending": pending.len() + listed,
        "or_more": pending.len().max(lists.len()) >= MOST_TRANSFERS as usize,
        "failing": failing.clone().count(),
        "some_failing": failing.take(MOST_FAILING).map(to_json).collect::<Vec<_>>(),
        "next_run_at": date(schedule.wake_at),
        "at_once": schedule.at_once,
    }))
}

fn to_json(transfer: &Transfer) -> Value {
    json!({
        "item": transfer.item,
        "rev": transfer.rev,
        "failures": transfer.failures,
        "deaths": transfer.deaths,
        "not_before": transfer.not_before.to_string(),
        "bytes_so_far": transfer.resume.as_ref().map(|resume| resume.bytes),
    })
}

/// Returns the query of CloudWatch Logs Insights for the log lines about a connection.
fn query(connection: &Connection) -> String {
    format!(
        "fields @timestamp, @log, level, message, requestId | filter connection = \"{}\" \
         | sort @timestamp desc | limit 200",
        connection.id
    )
}

fn date(at: Option<Timestamp>) -> Option<String> {
    at.filter(|at| *at < Timestamp::NEVER).map(|at| at.to_string())
}
