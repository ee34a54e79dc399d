//! Final checks when all work is done: events, dead letters, secrets.

use std::collections::BTreeMap;

use shared::model::{Change, Event, EventBody};

use super::{dropbox::CANARY, fixture::Fixture, health, history::Violation, other_project};

/// Returns the number of resyncs that have ended.
pub(super) fn resyncs(fixture: &Fixture) -> usize {
    let seen = fixture.history.seen();
    seen.events.values().filter(|event| matches!(event.body, EventBody::Resynced(_))).count()
}

/// Runs the final checks: events, dead letters, secrets.
pub(super) async fn whole(fixture: &Fixture) -> Result<(), Violation> {
    let log = fixture.wiring.log().await;
    {
        let seen = fixture.history.seen();
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
    dead_letters(fixture)?;
    health::check(fixture).await?;
    other_project::check(fixture).await?;
    secrets(fixture).await
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

fn dead_letters(fixture: &Fixture) -> Result<(), Violation> {
    for (queue, _) in fixture.ports.queues() {
        if let Some(body) = queue.dead().first() {
            return Err(Violation::new("dead letter", format!("{}: {body}", queue.name())));
        }
    }
    Ok(())
}

/// Checks that no row contains a token in clear text (I10).
async fn secrets(fixture: &Fixture) -> Result<(), Violation> {
    let rows = fixture.wiring.dump(&fixture.dynamo).await;
    match rows.into_iter().find(|row| format!("{row:?}").contains(CANARY)) {
        Some(_) => Err(Violation::new("I10", "a token stands in the table in clear")),
        None => Ok(()),
    }
}
