//! Contract of the store's connections and their tokens.

use std::{collections::HashSet, time::Duration};

use futures_util::future::join_all;
use shared::{
    model::{
        AccountProfile, AppKey, Cancellation, Connection, ConnectionId, ConnectionStatus, ProjectId,
        RootInfo, Team, UserId,
    },
    store::{Accounts, Connections, Purges, Schedules, TokenStore},
};

use super::{StoreHarness, conflict, ok, winners};
use crate::samples;

async fn add(harness: &impl StoreHarness, connection: &Connection) {
    ok(harness.store().add_connection(connection, &samples::tokens(1), None).await);
}

async fn of_user(harness: &impl StoreHarness, project: ProjectId, user: &UserId) -> Vec<ConnectionId> {
    let found = ok(harness.store().connections_of_user(project, user).await);
    found.into_iter().map(|connection| connection.id).collect()
}

async fn of_account(harness: &impl StoreHarness, connection: &Connection) -> HashSet<ConnectionId> {
    let store = harness.store();
    let linked = ok(store.connections_of_account(&connection.app, &connection.account).await);
    assert!(linked.iter().all(|one| one.project.is_some()), "each knows its project");
    linked.into_iter().map(|one| one.connection).collect()
}

/// A connection is found by its id, its user and its account, and its tokens are stored with it.
pub async fn a_connection_is_found(harness: &impl StoreHarness) {
    let store = harness.store();
    let (connection, tokens) = (samples::connection(), samples::tokens(1));
    ok(store.add_connection(&connection, &tokens, None).await);
    assert_eq!(ok(store.connection(connection.id).await), Some(connection.clone()));
    assert_eq!(ok(store.tokens(connection.id).await), Some(tokens));
    assert_eq!(of_user(harness, connection.project, &connection.user).await, [connection.id]);
    let ids = ok(store.connection_ids_of_user(connection.project, &connection.user).await);
    assert_eq!(ids, [connection.id]);
    assert_eq!(of_account(harness, &connection).await, HashSet::from([connection.id]));
}

/// The last cancellation is kept with the connection; none is recorded for an unknown or disconnected one.
pub async fn the_last_cancellation_is_kept(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    let first = Cancellation { at: samples::now(), epoch: 3 };
    conflict(&store.note_cancellation(connection.id, first).await);
    add(harness, &connection).await;
    for cancellation in [first, Cancellation { epoch: 9, ..first }] {
        ok(store.note_cancellation(connection.id, cancellation).await);
        let stored = ok(store.connection(connection.id).await);
        assert_eq!(stored, Some(Connection { cancellation: Some(cancellation), ..connection.clone() }));
    }
    assert!(ok(store.disconnect(&connection, samples::now()).await));
    conflict(&store.note_cancellation(connection.id, first).await);
}

/// An unknown connection is not found.
pub async fn an_unknown_connection_is_not_found(harness: &impl StoreHarness) {
    let (store, unknown) = (harness.store(), samples::connection());
    assert_eq!(ok(store.connection(unknown.id).await), None);
    assert_eq!(ok(store.tokens(unknown.id).await), None);
    assert_eq!(of_user(harness, unknown.project, &unknown.user).await, []);
    assert_eq!(of_account(harness, &unknown).await, HashSet::new());
}

/// A user has only one connection of an account; a second one conflicts and stores nothing.
pub async fn a_user_has_an_account_once(harness: &impl StoreHarness) {
    let (store, first) = (harness.store(), samples::connection());
    add(harness, &first).await;
    let second = Connection { id: ConnectionId::random(), ..first.clone() };
    conflict(&store.add_connection(&second, &samples::tokens(1), None).await);
    assert_eq!(ok(store.connection(second.id).await), None);
    assert_eq!(ok(store.tokens(second.id).await), None);
    assert_eq!(of_account(harness, &first).await, HashSet::from([first.id]));
}

/// Only one of several concurrent connects of an account by the same user is stored.
pub async fn of_connects_at_once_one_is_added(harness: &impl StoreHarness) {
    let (store, first) = (harness.store(), samples::connection());
    let tokens = samples::tokens(1);
    let add = async || {
        let connection = Connection { id: ConnectionId::random(), ..first.clone() };
        store.add_connection(&connection, &tokens, None).await
    };
    assert_eq!(winners(join_all((0..4).map(|_| add())).await), 1);
    assert_eq!(of_user(harness, first.project, &first.user).await.len(), 1);
}

/// An account can be linked by several users, projects and apps; a notification concerns the connections of
/// one app.
pub async fn an_account_lists_its_connections_of_one_app(harness: &impl StoreHarness) {
    let first = samples::connection();
    let id = ConnectionId::random;
    let of_user = Connection { id: id(), user: samples::user("another"), ..first.clone() };
    let of_project = Connection { id: id(), project: ProjectId::random(), ..first.clone() };
    let of_app = Connection { id: id(), app: AppKey::from("another"), ..first.clone() };
    for connection in [&first, &of_user, &of_project, &of_app] {
        add(harness, connection).await;
    }
    assert_eq!(of_account(harness, &first).await, HashSet::from([first.id, of_user.id, of_project.id]));
    assert_eq!(of_account(harness, &of_app).await, HashSet::from([of_app.id]));
}

/// A user's connections are returned oldest first, and no other user's (invariant I1).
pub async fn a_user_lists_their_own_connections(harness: &impl StoreHarness) {
    let newest = samples::connection();
    let older = |age| Connection {
        id: ConnectionId::random(),
        account: samples::account(),
        created_at: shared::model::Timestamp(newest.created_at.0 - age),
        ..newest.clone()
    };
    let (middle, oldest) = (older(1), older(2));
    // Names that would be equal in keys joined without escaping.
    let like_named =
        Connection { user: samples::user(&format!("{}#{}", newest.user, newest.app)), ..older(3) };
    let elsewhere = Connection { project: ProjectId::random(), ..older(4) };
    for connection in [&middle, &newest, &like_named, &elsewhere, &oldest] {
        add(harness, connection).await;
    }
    assert_eq!(of_user(harness, newest.project, &newest.user).await, [oldest.id, middle.id, newest.id]);
    assert_eq!(of_user(harness, newest.project, &like_named.user).await, [like_named.id]);
}

/// The list of a user's connections has another version after each connection that is added or disconnected, and no
/// other one whatever else happens.
pub async fn a_list_has_another_version_after_each_change(harness: &impl StoreHarness) {
    let (store, first) = (harness.store(), samples::connection());
    let Connection { project, user, .. } = &first;
    let version = async || ok(store.list_version(*project, user).await);
    assert_eq!(version().await, None);
    add(harness, &first).await;
    let mut versions = vec![version().await];
    let twice = Connection { id: ConnectionId::random(), ..first.clone() };
    conflict(&store.add_connection(&twice, &samples::tokens(1), None).await);
    assert!(ok(store.refuse(&first).await));
    ok(store.reconnect(&first).await);
    let of_another = Connection { user: samples::user("another"), ..samples::connection() };
    add(harness, &Connection { project: *project, ..of_another }).await;
    assert_eq!(version().await, versions[0]);
    let second = Connection { id: ConnectionId::random(), account: samples::account(), ..first.clone() };
    add(harness, &second).await;
    versions.push(version().await);
    assert!(ok(store.disconnect(&second, samples::now()).await));
    versions.push(version().await);
    assert!(!ok(store.disconnect(&second, samples::now()).await), "it was disconnected before");
    assert_eq!(version().await, versions[2]);
    assert!(versions.iter().all(Option::is_some) && versions[0] != versions[1], "{versions:?}");
    assert!(!versions[..2].contains(&versions[2]), "no version comes back: {versions:?}");
}

/// Refused tokens suspend the connection until its user connects again.
pub async fn a_refused_connection_sleeps_until_it_is_connected_again(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    add(harness, &connection).await;
    assert!(ok(store.refuse(&connection).await));
    let refused = Connection { status: ConnectionStatus::NeedsReauth, ..connection.clone() };
    assert_eq!(ok(store.connection(connection.id).await), Some(refused.clone()));
    assert_eq!(ok(store.schedule(connection.id).await).wake_at, None);
    assert!(!ok(store.refuse(&refused).await), "it was refused before");
    ok(store.reconnect(&connection).await);
    let again = Connection { reconnects: 1, ..connection.clone() };
    assert_eq!(ok(store.connection(connection.id).await), Some(again));
}

/// A caller that read the connection before its user connected again cannot refuse it: it used the older
/// tokens.
pub async fn a_late_refusal_changes_nothing(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    add(harness, &connection).await;
    ok(store.reconnect(&connection).await);
    assert!(!ok(store.refuse(&connection).await));
    assert_eq!(ok(store.schedule(connection.id).await).wake_at, Some(connection.created_at));
    let active = ok(store.connection(connection.id).await).expect("it is there");
    assert_eq!((active.status, active.reconnects), (ConnectionStatus::Active, 1));
}

/// Returns the connection with another root and another owner's profile.
fn changed(connection: &Connection) -> Connection {
    let root = RootInfo { root_namespace: "99".to_owned(), app_folder: true, ..connection.root.clone() };
    let team = Some(Team { id: "dbtid:t".to_owned(), name: "Example".to_owned() });
    let text = |text: &str| Some(text.to_owned());
    let (email, display_name, country) = (text("new@example.com"), text("New Name"), text("DE"));
    let profile = AccountProfile { email, display_name, country, team };
    Connection { root, profile, ..connection.clone() }
}

/// The account's root and profile can be updated; nothing else changes with them.
pub async fn an_account_can_change(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    add(harness, &connection).await;
    let changed = changed(&connection);
    let other_scopes = Connection { scopes: Vec::new(), ..changed.clone() };
    ok(store.update_account(&other_scopes).await);
    assert_eq!(ok(store.connection(connection.id).await), Some(changed));
}

/// The scopes can be updated alone, or together with the account by a reconnect.
pub async fn scopes_can_change(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    add(harness, &connection).await;
    let fewer = vec!["account_info.read".to_owned()];
    ok(store.update_scopes(connection.id, &fewer).await);
    let expected = Connection { scopes: fewer, ..connection.clone() };
    assert_eq!(ok(store.connection(connection.id).await), Some(expected));
    let scopes = vec!["files.content.read".to_owned(), "files.metadata.read".to_owned()];
    let again = Connection { scopes, ..changed(&connection) };
    ok(store.reconnect(&again).await);
    assert_eq!(ok(store.connection(connection.id).await), Some(Connection { reconnects: 1, ..again }));
}

/// Changing a connection that does not exist conflicts and creates nothing.
pub async fn no_connection_is_made_by_a_change(harness: &impl StoreHarness) {
    let (store, unknown) = (harness.store(), samples::connection());
    assert!(!ok(store.refuse(&unknown).await));
    conflict(&store.reconnect(&unknown).await);
    conflict(&store.update_account(&unknown).await);
    conflict(&store.update_scopes(unknown.id, &unknown.scopes).await);
    assert_eq!(ok(store.connection(unknown.id).await), None);
}

/// Tokens are replaced only by a caller that read the current version; with an older one it conflicts and
/// changes nothing (invariant I6).
pub async fn tokens_are_replaced_from_the_version_read(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    add(harness, &connection).await;
    ok(store.replace_tokens(connection.id, &samples::tokens(2), 1).await);
    conflict(&store.replace_tokens(connection.id, &samples::tokens(9), 1).await);
    assert_eq!(ok(store.tokens(connection.id).await), Some(samples::tokens(2)));
}

/// Only one of several concurrent refreshes is stored (invariant I6).
pub async fn of_refreshes_at_once_one_is_stored(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    add(harness, &connection).await;
    let refreshed = |number: u64| {
        let mut tokens = samples::tokens(2);
        tokens.expires_at_ms = tokens.expires_at_ms.plus(Duration::from_secs(number));
        tokens
    };
    let refreshes: Vec<_> = (0..4).map(refreshed).collect();
    let replaced =
        join_all(refreshes.iter().map(|tokens| store.replace_tokens(connection.id, tokens, 1))).await;
    let winner = replaced.iter().position(Result::is_ok).expect("one refresh is stored");
    assert_eq!(winners(replaced), 1);
    assert_eq!(ok(store.tokens(connection.id).await).as_ref(), Some(&refreshes[winner]));
}

/// Replacing the tokens of a connection that does not exist conflicts and stores nothing.
pub async fn the_tokens_of_no_connection_conflict(harness: &impl StoreHarness) {
    let (store, unknown) = (harness.store(), ConnectionId::random());
    conflict(&store.replace_tokens(unknown, &samples::tokens(2), 1).await);
    assert_eq!(ok(store.tokens(unknown).await), None);
}

/// Runs every case of [`connections`](crate::store::connections) as a separate test.
#[macro_export]
macro_rules! connections_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::connections:
            a_connection_is_found
            the_last_cancellation_is_kept
            an_unknown_connection_is_not_found
            a_user_has_an_account_once
            of_connects_at_once_one_is_added
            an_account_lists_its_connections_of_one_app
            a_user_lists_their_own_connections
            a_list_has_another_version_after_each_change
            a_refused_connection_sleeps_until_it_is_connected_again
            a_late_refusal_changes_nothing
            an_account_can_change
            scopes_can_change
            no_connection_is_made_by_a_change
            tokens_are_replaced_from_the_version_read
            of_refreshes_at_once_one_is_stored
            the_tokens_of_no_connection_conflict
        }
    };
}
