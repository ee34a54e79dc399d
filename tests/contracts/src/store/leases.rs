//! Contract of the store's leases.

use std::time::Duration;

use futures_util::future::join_all;
use shared::{
    model::{ConnectionId, Head, ProjectId, Timestamp},
    store::{Commit, HeadLease, Holder, Lease, Leases, Log, LogWriter, WorkLeases},
};

use super::{StoreHarness, conflict, ok, winners};
use crate::samples::now;

const TIME: Duration = Duration::from_secs(10);

/// A lease has one holder at a time: it is free again when it is returned, or when it expires.
pub async fn a_lease_has_one_holder(harness: &impl StoreHarness) {
    let (store, lease, until) = (harness.store(), Lease::Refresh(ConnectionId::random()), now().plus(TIME));
    let first = ok(store.take_lease(lease, now(), until).await).expect("it is free");
    assert_eq!(ok(store.take_lease(lease, now(), until).await), None);
    ok(store.end_lease(lease, first).await);
    let second = ok(store.take_lease(lease, now(), until).await).expect("it was given back");
    assert_ne!(first, second);
    let third = ok(store.take_lease(lease, until, until.plus(TIME)).await);
    assert!(third.is_some(), "its time is over");
}

/// A former holder cannot return a lease that another has taken.
pub async fn a_lease_is_given_back_by_its_holder_only(harness: &impl StoreHarness) {
    let (store, lease, until) = (harness.store(), Lease::Poll(ProjectId::random(), 3), now().plus(TIME));
    let late = ok(store.take_lease(lease, now(), until).await).expect("it is free");
    ok(store.take_lease(lease, until, until.plus(TIME)).await).expect("its time is over");
    ok(store.end_lease(lease, late).await);
    assert_eq!(ok(store.take_lease(lease, until, until.plus(TIME)).await), None, "it is still held");
}

/// Only one of several concurrent callers gets a lease.
pub async fn of_several_callers_one_gets_a_lease(harness: &impl StoreHarness) {
    let (store, lease) = (harness.store(), Lease::Refresh(ConnectionId::random()));
    let all = join_all((0..8).map(|_| store.take_lease(lease, now(), now().plus(TIME)))).await;
    assert_eq!(all.into_iter().filter_map(ok).count(), 1);
}

/// Leases of different kinds and subjects are separate.
pub async fn leases_are_apart(harness: &impl StoreHarness) {
    let (store, connection, project) = (harness.store(), ConnectionId::random(), ProjectId::random());
    let leases = [
        Lease::Refresh(connection),
        Lease::Refresh(ConnectionId::random()),
        Lease::Poll(project, 0),
        Lease::Poll(project, 1),
        Lease::Poll(ProjectId::random(), 0),
        Lease::PollWithoutCredentials(project, 0),
        Lease::AnyPollWithoutCredentials(0),
    ];
    for lease in leases {
        assert!(ok(store.take_lease(lease, now(), now().plus(TIME)).await).is_some(), "{lease:?}");
    }
}

/// HEAD has one walker at a time: it is free again when the walker releases it, or when its time is over, and each walker
/// has a higher epoch than the one before.
pub async fn head_has_one_walker(harness: &impl StoreHarness) {
    let (store, id, until) = (harness.store(), ConnectionId::random(), now().plus(TIME));
    let first = ok(store.first_head(id, until).await);
    assert_eq!(ok(store.take_head(id, now(), until).await), HeadLease::Held);
    conflict(&store.first_head(id, until).await);
    ok(store.release_head(id, walker(&first)).await);
    let second = taken(harness, id, now()).await;
    assert!(second.epoch > first.epoch && second.walker != first.walker);
    let third = taken(harness, id, until).await;
    assert!(third.epoch > second.epoch, "its time was over");
    ok(store.release_head(id, walker(&second)).await);
    assert_eq!(ok(store.take_head(id, until, until.plus(TIME)).await), HeadLease::Held, "by the third");
    conflict(&store.commit(id, &second, &committing(second.clone().released()), now()).await);
}

/// A walker keeps its lease with each commit, and can end it with its last one.
pub async fn a_walkers_last_commit_ends_its_lease(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let before = ok(store.first_head(id, now().plus(TIME)).await);
    let after = Head { cursor: Some("further".to_owned()), ..before.clone() };
    ok(store.commit(id, &before, &committing(after.clone()), now()).await);
    assert_eq!(ok(store.take_head(id, now(), now().plus(TIME)).await), HeadLease::Held);
    ok(store.commit(id, &after, &committing(after.clone().released()), now()).await);
    let next = taken(harness, id, now()).await;
    assert_eq!(next.released(), Head { epoch: before.epoch + 1, ..after.released() });
}

/// Of several concurrent callers, one makes the first HEAD, and one takes it afterwards.
pub async fn of_several_walkers_one_gets_head(harness: &impl StoreHarness) {
    let (store, id, until) = (harness.store(), ConnectionId::random(), now().plus(TIME));
    assert_eq!(winners(join_all((0..4).map(|_| store.first_head(id, until))).await), 1);
    let all = join_all((0..4).map(|_| store.take_head(id, until, until.plus(TIME)))).await;
    let taken = all.into_iter().map(ok).filter(|taken| matches!(taken, HeadLease::Taken(_)));
    assert_eq!(taken.count(), 1);
}

/// A connection that was never walked has no HEAD to take, and taking it makes none.
pub async fn nobody_takes_a_head_that_is_not_there(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    for _ in 0..2 {
        assert_eq!(ok(store.take_head(id, now(), now().plus(TIME)).await), HeadLease::Absent);
    }
    ok(store.release_head(id, Holder::from_u128(1)).await);
    assert_eq!(ok(store.head(id).await), Head::default());
}

/// Takes HEAD, which must be free at this time.
async fn taken(harness: &impl StoreHarness, id: ConnectionId, at: Timestamp) -> Head {
    match ok(harness.store().take_head(id, at, at.plus(TIME)).await) {
        HeadLease::Taken(head) => *head,
        other => panic!("it is free: {other:?}"),
    }
}

fn walker(head: &Head) -> Holder {
    head.walker.expect("it was taken")
}

fn committing(after: Head) -> Commit {
    Commit { after, ..Commit::default() }
}

/// Runs every case of [`leases`](crate::store::leases) as a separate test.
#[macro_export]
macro_rules! leases_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::leases:
            a_lease_has_one_holder
            a_lease_is_given_back_by_its_holder_only
            of_several_callers_one_gets_a_lease
            leases_are_apart
            head_has_one_walker
            a_walkers_last_commit_ends_its_lease
            of_several_walkers_one_gets_head
            nobody_takes_a_head_that_is_not_there
        }
    };
}
