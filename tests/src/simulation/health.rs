//! Check of the health events and progress counts, once all work is done (I14).

use std::collections::BTreeMap;

use shared::model::{Degraded, EventBody, Health, Recovered, Timestamp, Work};

use super::{fixture::Fixture, history::Violation};

/// Start and kind of work, which the events of one episode share.
type Mark = (Timestamp, Work);

/// Largest number of consecutive failures after which an episode must have been reported.
const FAILURES: u32 = 10;

/// Checks that nothing hinders the connection or waits to be published, and that each reported episode has
/// ended.
pub(super) async fn check(fixture: &Fixture) -> Result<(), Violation> {
    let broken = |what: String| Err(Violation::new("I14", what));
    let health = fixture.wiring.health().await;
    let is_quiet = |health: &Health| {
        health.walk.is_none()
            && health.transfers.is_none()
            && health.episode.is_none()
            && health.events.is_empty()
    };
    if !is_quiet(&health) {
        return broken(format!("at rest, the connection's health is {health:?}"));
    }
    let (degraded, recovered) = told(fixture);
    if let Some(late) = degraded.values().find(|degraded| degraded.failures > FAILURES) {
        return broken(format!("trouble was told of late: {late:?}"));
    }
    if !degraded.keys().eq(recovered.keys()) {
        return broken(format!("of the episodes {degraded:?} these were told to have ended: {recovered:?}"));
    }
    let (counted, counts) = (fixture.wiring.counted_files().await, fixture.wiring.file_progress().await);
    if counted != counts {
        return broken(format!("of the files {counted:?} these were counted: {counts:?}"));
    }
    Ok(())
}

fn told(fixture: &Fixture) -> (BTreeMap<Mark, Degraded>, BTreeMap<Mark, Recovered>) {
    let (mut degraded, mut recovered) = (BTreeMap::new(), BTreeMap::new());
    for event in fixture.history.seen().events.values() {
        match &event.body {
            EventBody::ConnectionDegraded(one) => drop(degraded.insert((one.since, one.work), one.clone())),
            EventBody::ConnectionRecovered(one) => drop(recovered.insert((one.since, one.work), one.clone())),
            _ => {}
        }
    }
    (degraded, recovered)
}
