//! Contract of the store's ordinals: integers that stand for connections.

use std::collections::{BTreeSet, HashMap};

use futures_util::future::join_all;
use shared::{
    model::{Connection, ConnectionId, ConnectionName, ProjectId},
    store::{Connections, Ordinals, UserConnection},
};

use super::{StoreHarness, conflict, ok};
use crate::{eventually, samples};

/// A connection that is added gets its ordinal at once, and its user's rows say it. One that is refused gets
/// none.
pub async fn a_new_connection_has_an_ordinal(harness: &impl StoreHarness) {
    let (store, first) = (harness.store(), samples::connection());
    let second = Connection { id: ConnectionId::random(), account: samples::account(), ..first.clone() };
    let refused = Connection { id: ConnectionId::random(), ..first.clone() };
    for connection in [&first, &second] {
        ok(store.add_connection(connection, &samples::tokens(1), None).await);
    }
    conflict(&store.add_connection(&refused, &samples::tokens(1), None).await);
    let listed = ok(store.connections_with_ordinals(first.project, &first.user).await);
    let listed: BTreeSet<_> =
        listed.into_iter().map(|UserConnection { id, ordinal }| (id, ordinal)).collect();
    let assigned = ok(store.ordinals(first.project, &[first.id, second.id]).await);
    assert_eq!(listed, assigned.into_iter().map(|(id, ordinal)| (id, Some(ordinal))).collect());
    for (id, ordinal) in listed {
        assert_eq!(ok(store.connection_with(first.project, ordinal.unwrap_or_default()).await), Some(id));
    }
    let of_other = ok(store.connections_with_ordinals(ProjectId::random(), &first.user).await);
    assert!(of_other.is_empty());
}

/// A project's connections with ordinals are listed, up to a number.
pub async fn connections_with_ordinals_are_listed(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    assert_eq!(ok(store.numbered_connections(project, 0).await), Some(HashMap::new()));
    let added = Connection { project, ..samples::connection() };
    ok(store.add_connection(&added, &samples::tokens(1), None).await);
    let asked = ConnectionId::random();
    ok(store.ordinals(project, &[asked]).await);
    let expected = Some(ok(store.ordinals(project, &[added.id, asked]).await));
    eventually("both connections", async || {
        (ok(store.numbered_connections(project, 2).await) == expected).then_some(())
    })
    .await;
    assert_eq!(ok(store.numbered_connections(project, 1).await), None);
}

/// A connection without an ordinal gets it on the first request, keeps it, and is found by it.
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
            a_new_connection_has_an_ordinal
            connections_with_ordinals_are_listed
            a_connection_keeps_its_ordinal
            an_ordinal_is_of_one_project
            askers_at_the_same_time_are_told_the_same
        }
    };
}
