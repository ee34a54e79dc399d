//! Benchmarks of the sync loop: the production worker and store, on the embedded DynamoDB, against an account
//! whose listing is computed on the fly.
//!
//! The baseline is the time that the embedded database takes for the same number of rows, written one by one
//! by its client alone.

mod account;
mod bare;
mod fixture;
mod measure;

use std::{path::Path, sync::Arc, time::Duration};

use shared::{
    model::{Clock, ResyncReport, SystemClock, Timestamp, WalkReason},
    store::{Log, Schedules, Wake},
};

pub use self::measure::Measurements;
use self::{account::ListedAccount, fixture::Fixture, measure::Meter};
use crate::bench::seed::CONNECTION;

/// Runs all parts with an account of `entries` entries and a burst of `burst` changes, and returns their
/// measurements. The databases are in files of this folder, or in memory if there is none.
///
/// # Errors
/// Returns what failed.
pub async fn run(entries: u32, burst: u32, folder: Option<&Path>) -> Result<Vec<Measurements>, String> {
    let file = |name: &str| folder.map(|folder| folder.join(name));
    let bare = bare::writes(entries, file("bare.db").as_deref()).await?;
    let account = Arc::new(ListedAccount::new(entries));
    let fixture = Fixture::new(account.clone(), file("worker.db").as_deref()).await?;
    let first = fixture.meter("first sync", u64::from(entries));
    let first = fixture
        .walk(WalkReason::Connected)
        .await
        .map(|took| fixture.measurements(first).in_invocations(took))?;
    expect(
        fixture.store.head(CONNECTION).await,
        |head| head.items == u64::from(entries),
        "not all was synced",
    )?;

    fixture.transfer_all().await?;
    resync_due(&fixture).await?;
    let resync = fixture.meter("resync without drift", u64::from(entries));
    let resync = fixture
        .walk(WalkReason::Woken)
        .await
        .map(|took| fixture.measurements(resync).in_invocations(took))?;
    let clean = |report: &Option<ResyncReport>| report.as_ref().is_some_and(ResyncReport::is_clean);
    expect(fixture.store.report(CONNECTION).await, clean, "the resync found something to repair")?;

    account.edit(burst);
    let changes = fixture.meter("burst of changes", u64::from(burst));
    let changes = fixture
        .walk(WalkReason::Notified)
        .await
        .map(|took| fixture.measurements(changes).in_invocations(took))?;
    let head = u64::from(entries) + u64::from(burst);
    expect(fixture.store.head(CONNECTION).await, |found| found.head == head, "not every change was taken")?;

    let repair = repair(&fixture, &account, entries).await?;
    Ok(vec![bare, first, resync, changes, repair])
}

/// A resync that finds every second file in another version than the mirror has (T41).
async fn repair(fixture: &Fixture, account: &ListedAccount, entries: u32) -> Result<Measurements, String> {
    let different = account.edit_every_second_unseen();
    resync_due(fixture).await?;
    let repair = fixture.meter("resync, half differs", u64::from(entries));
    let repair = fixture
        .walk(WalkReason::Woken)
        .await
        .map(|took| fixture.measurements(repair).in_invocations(took))?;
    let is_repaired =
        |report: &Option<ResyncReport>| report.as_ref().is_some_and(|report| report.updated == different);
    expect(fixture.store.report(CONNECTION).await, is_repaired, "the resync did not repair what differs")?;
    Ok(repair)
}

async fn resync_due(fixture: &Fixture) -> Result<(), String> {
    let now = SystemClock.now();
    let wake = Wake { at: Some(now), resync_at: Some(Timestamp(now.0 - 1)), failures: 0 };
    fixture.store.wake(CONNECTION, wake).await.map_err(|error| error.to_string())
}

fn expect<T, E: ToString>(
    found: Result<T, E>,
    is_right: impl Fn(&T) -> bool,
    otherwise: &str,
) -> Result<(), String> {
    let found = found.map_err(|error| error.to_string())?;
    if is_right(&found) { Ok(()) } else { Err(otherwise.to_owned()) }
}

/// Measures how long the planner takes for a page of `entries` entries: the minimum of 20 runs, since the
/// rest is noise.
#[must_use]
pub fn plan_page(entries: usize) -> Duration {
    let runs = (0..20).map(|_| Meter::time(|clock| account::plan_one_page(entries, clock)));
    runs.min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    #[tokio::test]
    async fn every_part_does_what_it_measures() {
        let names: Vec<&str> = super::run(3_000, 100, None)
            .await
            .unwrap()
            .iter()
            .map(|measurements| measurements.name)
            .collect();
        let parts =
            ["bare writes", "first sync", "resync without drift", "burst of changes", "resync, half differs"];
        assert_eq!(names, parts);
    }
}
