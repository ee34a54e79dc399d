//! Contract of the store's health of connections.

use shared::{
    model::{ConnectionId, Health, Timestamp, TransferCounts, TroubleCode, Work},
    store::{HealthStore, PurgeWork},
};

use super::{StoreHarness, conflict, ok, winners};

fn failed(health: Health, work: Work, code: TroubleCode) -> Health {
    health.failed(work, code.into(), Timestamp(1_000), Some(Timestamp(2_000)))
}

/// The health of a connection whose work never failed is the default one.
pub async fn a_connection_that_never_failed_is_healthy(harness: &impl StoreHarness) {
    assert_eq!(ok(harness.store().health(ConnectionId::random()).await), Health::default());
}

/// Health is returned as stored, with its unpublished events, and gets the next version.
pub async fn health_is_kept(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let mut health = Health::default();
    for (code, work) in [
        (TroubleCode::MissingScope, Work::Walk),
        (TroubleCode::StorageUnavailable, Work::Transfers),
        (TroubleCode::NeedsReauth, Work::Walk),
    ] {
        health = failed(health, work, code);
        let before = health.version;
        ok(store.set_health(id, before, &health).await);
        health.version = before + 1;
        assert_eq!(ok(store.health(id).await), health);
    }
}

/// Only one of two concurrent writers succeeds; the other must read again, so nothing is lost.
pub async fn of_two_writers_at_once_one_wins(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    for _ in 0..2 {
        let read = ok(store.health(id).await);
        let walk = failed(read.clone(), Work::Walk, TroubleCode::DropboxUnreachable);
        let transfers = failed(read.clone(), Work::Transfers, TroubleCode::StorageUnavailable);
        let (one, other) = tokio::join!(
            store.set_health(id, read.version, &walk),
            store.set_health(id, read.version, &transfers)
        );
        assert_eq!(winners(vec![one, other]), 1);
    }
    conflict(&store.set_health(id, 0, &Health::default()).await);
}

/// Transfer counts of concurrent writers add up; the rate is the last one measured.
pub async fn what_transfers_count_adds_up(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    assert_eq!(ok(store.transfer_counts(id).await), TransferCounts::default());
    let counts = TransferCounts {
        ready: 2,
        ready_bytes: 500,
        failed: 1,
        files_in_1000_seconds: 700,
        measured_at: Timestamp(9),
    };
    let unmeasured = TransferCounts { files_in_1000_seconds: 0, measured_at: Timestamp(0), ..counts };
    let (one, other) =
        tokio::join!(store.add_transfer_counts(id, &counts), store.add_transfer_counts(id, &unmeasured));
    ok(one);
    ok(other);
    let expected = TransferCounts { ready: 4, ready_bytes: 1_000, failed: 2, ..counts };
    assert_eq!(ok(store.transfer_counts(id).await), expected);
}

/// A purge removes a connection's health and counts.
pub async fn health_is_purged(harness: &impl StoreHarness) {
    use futures_util::TryStreamExt;
    let (store, id) = (harness.store(), ConnectionId::random());
    ok(store.set_health(id, 0, &failed(Health::default(), Work::Walk, TroubleCode::Locked)).await);
    ok(store.add_transfer_counts(id, &TransferCounts { ready: 1, ..TransferCounts::default() }).await);
    ok(store.purge(id).try_collect::<Vec<u64>>().await);
    assert_eq!(ok(store.transfer_counts(id).await), TransferCounts::default());
    assert_eq!(ok(store.health(id).await), Health::default());
}

/// Runs every case of [`health`](crate::store::health) as a separate test.
#[macro_export]
macro_rules! health_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::health:
            a_connection_that_never_failed_is_healthy
            health_is_kept
            of_two_writers_at_once_one_wins
            what_transfers_count_adds_up
            health_is_purged
        }
    };
}
