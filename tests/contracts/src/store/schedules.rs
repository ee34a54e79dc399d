//! Contract of the store's schedules.

use std::{collections::HashSet, time::Duration};

use futures_util::future::join_all;
use shared::{
    model::{Connection, ConnectionId, Schedule, Timestamp},
    store::{Connections, Due, Schedules, TransferSchedule, TransferWork, Upcoming, Wake},
};

use super::{StoreHarness, ok};
use crate::{eventually, samples};

const MINUTE: Duration = Duration::from_secs(60);

/// Adds a connection. Returns its id and the time of its creation.
async fn added(harness: &impl StoreHarness) -> (ConnectionId, Timestamp) {
    let connection = samples::connection();
    ok(harness.store().add_connection(&connection, &samples::tokens(1), None).await);
    (connection.id, connection.created_at)
}

fn wake(at: Timestamp, resync_at: Option<Timestamp>) -> Wake {
    Wake { at: Some(at), resync_at, failures: 0 }
}

fn resync(at: Timestamp) -> Upcoming {
    Upcoming { resync_at: Some(at), look_at: None }
}

async fn is_due(harness: &impl StoreHarness, id: ConnectionId, now: Timestamp) -> bool {
    ok(harness.store().due(now).await).contains(&Due::Walk(id))
}

/// Waits until the connection is due, because the index may lag behind.
async fn soon_due(harness: &impl StoreHarness, id: ConnectionId, now: Timestamp) {
    eventually("the connection is due", async || is_due(harness, id, now).await.then_some(())).await;
}

async fn soon_not_due(harness: &impl StoreHarness, id: ConnectionId, now: Timestamp) {
    eventually("the connection is not due", async || (!is_due(harness, id, now).await).then_some(())).await;
}

/// A new connection is due for its first walk when it is created, and not before.
pub async fn a_new_connection_is_due(harness: &impl StoreHarness) {
    let (id, made) = added(harness).await;
    soon_due(harness, id, made).await;
    assert!(!is_due(harness, id, Timestamp(made.0 - 1)).await);
    let schedule = ok(harness.store().schedule(id).await);
    assert_eq!(schedule, Schedule { wake_at: Some(made), ..Schedule::default() });
}

/// A connection without a schedule has the empty one, and reading it stores nothing.
pub async fn an_unknown_connection_has_the_empty_schedule(harness: &impl StoreHarness) {
    let (store, unknown) = (harness.store(), ConnectionId::random());
    assert_eq!(ok(store.schedule(unknown).await), Schedule::default());
    assert!(!ok(store
        .claim_wake(Due::Walk(unknown), Timestamp(u64::MAX / 2), Timestamp(u64::MAX / 2))
        .await));
    assert_eq!(ok(store.schedule(unknown).await), Schedule::default());
}

/// Every due connection is found once, in whichever shard its id puts it.
pub async fn every_due_connection_is_found_once(harness: &impl StoreHarness) {
    let connections: Vec<Connection> = (0..40).map(|_| samples::connection()).collect();
    let tokens = samples::tokens(1);
    for result in
        join_all(connections.iter().map(|one| harness.store().add_connection(one, &tokens, None))).await
    {
        ok(result);
    }
    let ours: HashSet<_> = connections.iter().map(|connection| Due::Walk(connection.id)).collect();
    let now = samples::now();
    eventually("all are due", async || {
        let due = ok(harness.store().due(now).await).into_iter().filter(|due| ours.contains(due));
        let due: Vec<_> = due.collect();
        assert!(due.len() <= ours.len(), "one was found twice");
        (due.into_iter().collect::<HashSet<_>>() == ours).then_some(())
    })
    .await;
}

/// A wake-up can be claimed once; it is due again when the claim expires, because the caller may have died.
pub async fn a_wake_up_is_claimed_once(harness: &impl StoreHarness) {
    let (store, (id, now)) = (harness.store(), added(harness).await);
    let until = now.plus(MINUTE);
    assert!(ok(store.claim_wake(Due::Walk(id), now, until).await));
    assert!(!ok(store.claim_wake(Due::Walk(id), now, until).await));
    soon_not_due(harness, id, now).await;
    soon_due(harness, id, until).await;
    assert!(ok(store.claim_wake(Due::Walk(id), until, until.plus(MINUTE)).await));
}

/// Only one of several concurrent ticks claims a wake-up.
pub async fn of_claims_at_once_one_wins(harness: &impl StoreHarness) {
    let (store, (id, now)) = (harness.store(), added(harness).await);
    let claims = join_all((0..4).map(|_| store.claim_wake(Due::Walk(id), now, now.plus(MINUTE)))).await;
    assert_eq!(claims.into_iter().map(ok).filter(|won| *won).count(), 1);
}

/// A connection that is not due cannot be claimed.
pub async fn an_early_claim_changes_nothing(harness: &impl StoreHarness) {
    let (store, (id, made)) = (harness.store(), added(harness).await);
    assert!(!ok(store.claim_wake(Due::Walk(id), Timestamp(made.0 - 1), made.plus(MINUTE)).await));
    assert_eq!(ok(store.schedule(id).await).wake_at, Some(made));
}

/// Setting a wake-up changes the next resync only if one is given.
pub async fn a_wake_up_keeps_the_resync_unless_told(harness: &impl StoreHarness) {
    let (store, (id, now)) = (harness.store(), added(harness).await);
    let (soon, later) = (now.plus(MINUTE), now.plus(60 * MINUTE));
    ok(store.wake(id, wake(later, Some(later))).await);
    ok(store.wake(id, wake(soon, None)).await);
    let schedule = ok(store.schedule(id).await);
    assert_eq!((schedule.wake_at, schedule.resync_at), (Some(soon), Some(later)));
    soon_not_due(harness, id, now).await;
    soon_due(harness, id, soon).await;
}

/// Rescheduling changes nothing if a resync was requested since the schedule was read, so that the request is
/// not lost.
pub async fn settling_leaves_a_resync_that_was_asked_for_meanwhile(harness: &impl StoreHarness) {
    let (store, (id, now)) = (harness.store(), added(harness).await);
    let (before, next) = (ok(store.schedule(id).await), now.plus(60 * MINUTE));
    assert!(ok(store.reschedule(id, &before, resync(next)).await));
    let rescheduled = ok(store.schedule(id).await);
    assert_eq!((rescheduled.wake_at, rescheduled.resync_at), (Some(next), Some(next)));
    ok(store.wake(id, wake(now, Some(now))).await);
    assert!(!ok(store.reschedule(id, &rescheduled, resync(next.plus(MINUTE))).await));
    assert_eq!(ok(store.schedule(id).await).resync_at, Some(now));
    let asked = ok(store.schedule(id).await);
    ok(store.wake(id, wake(now.plus(MINUTE), None)).await);
    assert!(!ok(store.reschedule(id, &asked, resync(next)).await), "somebody waits for the end of a pause");
    let waiting = ok(store.schedule(id).await);
    assert!(ok(store.reschedule(id, &waiting, Upcoming::default()).await));
    assert_eq!(ok(store.schedule(id).await).wake_at, None);
}

/// If a notification is ahead of the listing, the connection is walked before its resync. A resync that was
/// requested in the meantime is neither postponed nor lost.
pub async fn another_look_wakes_before_the_resync_and_never_puts_one_off(harness: &impl StoreHarness) {
    let (store, (id, now)) = (harness.store(), added(harness).await);
    let (look, next) = (now.plus(MINUTE), now.plus(60 * MINUTE));
    let upcoming = Upcoming { resync_at: Some(next), look_at: Some(look) };
    let before = ok(store.schedule(id).await);
    assert!(ok(store.reschedule(id, &before, upcoming).await));
    let rescheduled = ok(store.schedule(id).await);
    assert_eq!((rescheduled.wake_at, rescheduled.resync_at), (Some(look), Some(next)));
    ok(store.wake(id, wake(now, Some(now))).await);
    assert!(!ok(store.reschedule(id, &rescheduled, upcoming).await));
    let asked = ok(store.schedule(id).await);
    assert_eq!((asked.wake_at, asked.resync_at), (Some(now), Some(now)));
    let late = Upcoming { look_at: Some(next.plus(MINUTE)), ..upcoming };
    assert!(ok(store.reschedule(id, &asked, late).await));
    assert_eq!(ok(store.schedule(id).await).wake_at, Some(next));
    let only_looked_for = Upcoming { resync_at: None, look_at: Some(look) };
    assert!(ok(store.reschedule(id, &ok(store.schedule(id).await), only_looked_for).await));
    let without_resyncs = ok(store.schedule(id).await);
    assert_eq!((without_resyncs.wake_at, without_resyncs.resync_at), (Some(look), Some(Timestamp::NEVER)));
}

/// A connection without a wake-up is never due, until one is set again.
pub async fn a_sleeping_connection_is_not_due(harness: &impl StoreHarness) {
    let (store, (id, now)) = (harness.store(), added(harness).await);
    ok(store.wake(id, Wake::default()).await);
    soon_not_due(harness, id, now.plus(365 * 24 * 60 * MINUTE)).await;
    assert_eq!(ok(store.schedule(id).await).wake_at, None);
    assert!(!ok(store.claim_wake(Due::Walk(id), now, now.plus(MINUTE)).await));
    ok(store.wake(id, wake(now, None)).await);
    soon_due(harness, id, now).await;
}

/// A pause can only grow: the longest one that was reported counts (invariant I7).
pub async fn a_pause_never_shrinks(harness: &impl StoreHarness) {
    let (store, (id, now)) = (harness.store(), added(harness).await);
    for (until, expected) in [(5, 5), (3, 5), (8, 8)] {
        ok(store.pause(id, now.plus(until * MINUTE)).await);
        assert_eq!(ok(store.schedule(id).await).paused_until, Some(now.plus(expected * MINUTE)));
    }
}

/// A pause of writes is separate, and can only grow as well (T9).
pub async fn a_pause_of_writes_is_none_of_reads(harness: &impl StoreHarness) {
    let (store, (id, now)) = (harness.store(), added(harness).await);
    let later = now.plus(2 * MINUTE);
    ok(store.pause_writes(id, later).await);
    ok(store.pause_writes(id, now.plus(MINUTE)).await);
    let schedule = ok(store.schedule(id).await);
    assert_eq!((schedule.pause(now), schedule.pause_of_writes(now)), (None, Some(later)));
    ok(store.pause(id, later.plus(MINUTE)).await);
    let schedule = ok(store.schedule(id).await);
    assert_eq!(schedule.pause_of_writes(now), schedule.pause(now), "a pause of all calls is one of writes");
    assert_eq!(schedule.pause_of_writes(later.plus(MINUTE)), None);
}

/// A pause, a wake-up and a claim do not change each other's fields.
pub async fn the_fields_of_a_schedule_are_independent(harness: &impl StoreHarness) {
    let (store, (id, now)) = (harness.store(), added(harness).await);
    let (pause, resync, next) = (now.plus(MINUTE), now.plus(2 * MINUTE), now.plus(3 * MINUTE));
    ok(store.pause(id, pause).await);
    ok(store.wake(id, wake(now, Some(resync))).await);
    assert!(ok(store.claim_wake(Due::Walk(id), now, next).await));
    let expected = Schedule {
        wake_at: Some(next),
        resync_at: Some(resync),
        paused_until: Some(pause),
        ..Schedule::default()
    };
    assert_eq!(ok(store.schedule(id).await), expected);
}

/// The caller that sets the wake-up also sets the number of consecutive failures; without a time the
/// connection is never woken.
pub async fn failures_are_kept_and_a_wake_up_can_be_taken_back(harness: &impl StoreHarness) {
    let (store, (id, now)) = (harness.store(), added(harness).await);
    ok(store.wake(id, Wake { at: Some(now), resync_at: None, failures: 3 }).await);
    assert_eq!(ok(store.schedule(id).await).failures, 3);
    ok(store.wake(id, Wake::default()).await);
    assert_eq!(ok(store.schedule(id).await), Schedule::default());
    soon_not_due(harness, id, now.plus(365 * 24 * 60 * MINUTE)).await;
}

/// The transfers of a connection have a wake-up of their own, independent of its walk.
pub async fn transfers_are_due_apart_from_the_walk(harness: &impl StoreHarness) {
    let (store, (id, now)) = (harness.store(), added(harness).await);
    let due = Due::Transfers(id);
    ok(store
        .set_transfer_schedule(
            id,
            TransferSchedule { wake_at: Some(now.plus(MINUTE)), ..TransferSchedule::default() },
        )
        .await);
    assert!(!ok(store.claim_wake(due, now, now.plus(MINUTE)).await));
    let later = now.plus(MINUTE);
    eventually("the transfers are due", async || ok(store.due(later).await).contains(&due).then_some(()))
        .await;
    assert!(ok(store.claim_wake(due, later, later.plus(MINUTE)).await));
    assert_eq!(ok(store.schedule(id).await).wake_at, Some(now));
    let connection = ok(store.connection(id).await).expect("it was added");
    assert!(ok(store.refuse(&connection).await));
    assert!(!ok(store.claim_wake(due, later.plus(MINUTE), later.plus(2 * MINUTE)).await), "it sleeps");
}

/// Runs every case of [`schedules`](crate::store::schedules) as a separate test.
#[macro_export]
macro_rules! schedules_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::schedules:
            a_new_connection_is_due
            an_unknown_connection_has_the_empty_schedule
            every_due_connection_is_found_once
            a_wake_up_is_claimed_once
            of_claims_at_once_one_wins
            an_early_claim_changes_nothing
            a_wake_up_keeps_the_resync_unless_told
            settling_leaves_a_resync_that_was_asked_for_meanwhile
            another_look_wakes_before_the_resync_and_never_puts_one_off
            a_sleeping_connection_is_not_due
            a_pause_never_shrinks
            a_pause_of_writes_is_none_of_reads
            the_fields_of_a_schedule_are_independent
            failures_are_kept_and_a_wake_up_can_be_taken_back
            transfers_are_due_apart_from_the_walk
        }
    };
}
