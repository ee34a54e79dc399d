//! Final checks when all work is done: events, dead letters, secrets.

use std::collections::BTreeMap;

use shared::model::{Change, Event, EventBody};

use super::{dropbox::CANARY, health, history::Violation, other_project, stage::Stage};

/// Returns the number of resyncs that have ended.
pub(super) fn resyncs(stage: &Stage) -> usize {
    let seen = stage.history.seen();
    seen.events.values().filter(|event| matches!(event.body, EventBody::Resynced(_))).count()
}

/// Runs the final checks: events, dead letters, secrets.
pub(super) async fn whole(stage: &Stage) -> Result<(), Violation> {
    let log = stage.wiring.log().await;
    {
        let seen = stage.history.seen();
        let committed: Vec<&Change> = seen.changes.values().collect();
        if committed != log.iter().collect::<Vec<_>>() {
            return Err(Violation::new("I12", "the log is not what was committed"));
        }
        let change = |event: &Event| match &event.body {
            EventBody::Change(change) => Some((change.number, change.clone())),
            _ => None,
        };
        published(&log, &seen.events.values().filter_map(change).collect())?;
    }
    dead_letters(stage)?;
    health::check(stage).await?;
    other_project::check(stage).await?;
    secrets(stage).await
}

/// Checks that every change was published unchanged, and that no other change was published.
fn published(log: &[Change], events: &BTreeMap<u64, Change>) -> Result<(), Violation> {
    let broken = |number: u64, how: &str| Err(Violation::new("I12", format!("change {number} {how}")));
    for change in log {
        match events.get(&change.number) {
            None => return broken(change.number, "was never published"),
            Some(event) if event != change => return broken(change.number, "was published otherwise"),
            Some(_) => {}
        }
    }
    match events.keys().find(|number| **number > log.len() as u64) {
        Some(number) => broken(*number, "was published and is not in the log"),
        None => Ok(()),
    }
}

fn dead_letters(stage: &Stage) -> Result<(), Violation> {
    for (queue, _) in stage.ports.queues() {
        if let Some(body) = queue.dead().first() {
            return Err(Violation::new("dead letter", format!("{}: {body}", queue.name())));
        }
    }
    Ok(())
}

/// Checks that no row contains a token in clear text (I10).
async fn secrets(stage: &Stage) -> Result<(), Violation> {
    let rows = stage.wiring.dump(&stage.dynamo).await;
    match rows.into_iter().find(|row| format!("{row:?}").contains(CANARY)) {
        Some(_) => Err(Violation::new("I10", "a token stands in the table in clear")),
        None => Ok(()),
    }
}
