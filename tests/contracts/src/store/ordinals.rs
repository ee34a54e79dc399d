//! Contract of the store's ordinals: integers that stand for connections.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use shared::{
    model::{ConnectionId, ConnectionName, ProjectId},
    store::{Connections, Ordinals},
};

use super::{StoreHarness, ok};

/// A connection gets its ordinal on the first request, keeps it, and is found by it.
pub async fn a_connection_keeps_its_ordinal(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let connections: Vec<ConnectionId> = (0..3).map(|_| ConnectionId::random()).collect();
    let first = ok(store.ordinals(project, &connections[..1]).await);
    let all = ok(store.ordinals(project, &connections).await);
    assert_eq!(all.len(), 3);
    assert_eq!(all.get(&connections[0]), first.get(&connections[0]));
    assert_eq!(ok(store.ordinals(project, &connections).await), all);
    for (connection, ordinal) in all {
        assert!(ordinal > 0);
        assert_eq!(ok(store.connection_with(project, ordinal).await), Some(connection));
        for name in [ConnectionName::Ordinal(ordinal), ConnectionName::Id(connection)] {
            assert_eq!(ok(store.connection_named(project, name).await), Some(connection));
        }
    }
    assert!(ok(store.ordinals(project, &[]).await).is_empty());
}

/// Ordinals are counted per project: the same integer means nothing in another one.
pub async fn an_ordinal_is_of_one_project(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let connection = ConnectionId::random();
    let ordinal = ok(store.ordinals(project, &[connection]).await)[&connection];
    assert_eq!(ok(store.connection_with(ProjectId::random(), ordinal).await), None);
    assert_eq!(ok(store.connection_with(project, ordinal + 1).await), None);
    let name = ConnectionName::Ordinal(ordinal);
    assert_eq!(ok(store.connection_named(ProjectId::random(), name).await), None);
}

/// Concurrent callers get the same ordinals, and no two connections share one.
pub async fn askers_at_the_same_time_are_told_the_same(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let connections = [ConnectionId::random(), ConnectionId::random()];
    let asked = join_all((0..8).map(|_| store.ordinals(project, &connections))).await;
    let asked: Vec<_> = asked.into_iter().map(ok).collect();
    assert!(asked.windows(2).all(|two| two[0] == two[1]), "{asked:?}");
    assert_eq!(asked[0].values().collect::<BTreeSet<_>>().len(), 2);
}

/// Runs every case of [`ordinals`](crate::store::ordinals) as a separate test.
#[macro_export]
macro_rules! ordinals_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::ordinals:
            a_connection_keeps_its_ordinal
            an_ordinal_is_of_one_project
            askers_at_the_same_time_are_told_the_same
        }
    };
}
