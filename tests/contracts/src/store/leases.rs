//! Contract of the store's leases.

use std::time::Duration;

use futures_util::future::join_all;
use shared::{
    model::{ConnectionId, ProjectId},
    store::{Lease, Leases},
};

use super::{StoreHarness, ok};
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
        Lease::StrangersPoll(project, 0),
        Lease::AnyStrangersPoll(0),
    ];
    for lease in leases {
        assert!(ok(store.take_lease(lease, now(), now().plus(TIME)).await).is_some(), "{lease:?}");
    }
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
        }
    };
}
