//! Contract of the store for disconnecting and purging connections.

use std::time::Duration;

use futures_util::TryStreamExt;
use shared::{
    model::{
        Change, Connection, ConnectionId, ConnectionStatus, CredentialSettings, Head, ItemId, Lane, Metadata,
        Receipt, Rev, Segment, Target,
    },
    store::{
        Accounts, ChoiceStore, Claims, Commit, Connections, CredentialSettingsStore, Due, History,
        ItemWriter, Lease, Leases, Log, LogWriter, PurgeWork, Purges, Schedules, TokenStore, TransferWork,
        Transfers,
    },
};

use super::{
    StoreHarness, conflict,
    mirror::{created, deleted},
    ok,
};
use crate::{
    eventually,
    samples::{self, now},
};

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Number of files: more than fit into a page.
const FILES: u64 = 600;

/// Creates a connection with at least one row of every kind.
async fn add(harness: &impl StoreHarness) -> Connection {
    let (store, connection) = (harness.store(), samples::connection());
    let id = connection.id;
    ok(store.add_connection(&connection, &samples::tokens(1), Some(Target::Everything)).await);
    let mut changes: Vec<Change> = (1..=FILES).map(|number| created(number, file(number))).collect();
    changes.push(deleted(FILES + 1, file(1)));
    let before = ok(samples::taken_head(store, id).await);
    let after = Head { head: FILES + 1, cursor: Some("c".to_owned()), ..before.clone() };
    let segment = Segment { changes };
    let commit = Commit { after, segment: segment.clone(), ..Commit::default() };
    ok(store.commit(id, &before, &commit, now()).await);
    ok(store.apply(id, &segment, now()).await);
    let transfers: Vec<(ItemId, Rev)> = (2..=FILES).map(|number| (file(number).id, Rev::from("r"))).collect();
    ok(store.add_transfers(id, &transfers).await);
    ok(store.list_transfers(id, &[(2, &transfers[..100]), (102, &transfers[100..])]).await);
    let copies: Vec<_> = transfers.iter().map(|file| (file.0.as_str(), file)).collect();
    ok(store.index_contents(id, &copies).await);
    ok(store.take_lease(Lease::Refresh(id), now(), now().plus(YEAR)).await);
    ok(store.replace_credential_settings(id, 0, &CredentialSettings::default()).await);
    assert!(ok(store.claim(id, Lane::Bulk, now(), now().plus(YEAR)).await));
    connection
}

fn file(number: u64) -> Metadata {
    samples::file(&format!("{number}"), &format!("/folder {}/{number}", number % 7), "r")
}

async fn purge(harness: &impl StoreHarness, id: ConnectionId) -> u64 {
    let pieces: Vec<u64> = ok(harness.store().purge(id).try_collect().await);
    pieces.into_iter().sum()
}

/// A disconnected connection is found only by its id, and is due at once.
pub async fn a_disconnected_connection_is_out_of_sight(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    let Connection { id, project, user, app, account, .. } = &connection;
    ok(store.add_connection(&connection, &samples::tokens(1), None).await);
    assert!(ok(store.disconnect(&connection, now()).await));
    assert!(ok(store.connections_of_user(*project, user).await).is_empty());
    assert!(ok(store.connections_of_account(app, account).await).is_empty());
    let found = ok(store.connection(*id).await).expect("it is there");
    assert_eq!(found.status, ConnectionStatus::Disconnected);
    assert_eq!(found.receipt, Some(Receipt::requested(now())));
    assert!(ok(store.claim_wake(Due::Walk(*id), now(), now().plus(YEAR)).await));
}

/// A connection can be disconnected only once, and not reconnected.
pub async fn a_disconnect_is_final(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    ok(store.add_connection(&connection, &samples::tokens(1), None).await);
    assert!(ok(store.disconnect(&connection, now()).await));
    assert!(!ok(store.disconnect(&connection, now().plus(YEAR)).await));
    conflict(&store.reconnect(&connection).await);
    conflict(&store.update_account(&connection).await);
    conflict(&store.update_scopes(connection.id, &connection.scopes).await);
    assert!(!ok(store.refuse(&connection).await));
    let found = ok(store.connection(connection.id).await).expect("it is there");
    assert_eq!(found.receipt, Some(Receipt::requested(now())));
    assert!(found.profile.is_empty(), "nobody's name and address are kept");
}

/// The user can connect the account again, as another connection.
pub async fn the_account_can_be_connected_anew(harness: &impl StoreHarness) {
    let (store, old) = (harness.store(), samples::connection());
    ok(store.add_connection(&old, &samples::tokens(1), None).await);
    assert!(ok(store.disconnect(&old, now()).await));
    let new = Connection { id: ConnectionId::random(), ..old.clone() };
    ok(store.add_connection(&new, &samples::tokens(1), None).await);
    let of_user = ok(store.connections_of_user(old.project, &old.user).await);
    assert_eq!(of_user.into_iter().map(|found| found.id).collect::<Vec<_>>(), [new.id]);
}

/// The version of a list goes when the list is empty, and not before.
pub async fn the_version_of_a_list_goes_with_its_last_connection(harness: &impl StoreHarness) {
    let (store, one) = (harness.store(), samples::connection());
    let other = Connection { id: ConnectionId::random(), account: samples::account(), ..one.clone() };
    let forgotten = async || {
        ok(store.forget_list_version(one.project, &one.user).await);
        ok(store.list_version(one.project, &one.user).await)
    };
    assert_eq!(forgotten().await, None, "there is none");
    for connection in [&one, &other] {
        ok(store.add_connection(connection, &samples::tokens(1), None).await);
    }
    let version = ok(store.list_version(one.project, &one.user).await);
    assert_eq!(forgotten().await, version);
    assert!(ok(store.disconnect(&one, now()).await));
    assert!(forgotten().await.is_some_and(|kept| Some(kept) != version));
    assert!(ok(store.disconnect(&other, now()).await));
    for _ in 0..2 {
        assert_eq!(forgotten().await, None);
    }
}

/// Forgotten tokens are deleted, and others cannot be stored in their place.
pub async fn forgotten_tokens_do_not_come_back(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    ok(store.add_connection(&connection, &samples::tokens(1), None).await);
    let receipt = Receipt { revoked: Some(true), ..Receipt::requested(now()) };
    ok(store.forget_tokens(connection.id, &receipt).await);
    assert_eq!(ok(store.tokens(connection.id).await), None);
    conflict(&store.replace_tokens(connection.id, &samples::tokens(2), 1).await);
    let found = ok(store.connection(connection.id).await).expect("it is there");
    assert_eq!(found.receipt, Some(receipt));
}

/// A late walker, or one that began earlier, cannot write, neither before the purge nor after it (T42).
pub async fn a_closed_log_takes_nothing(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), add(harness).await);
    let id = connection.id;
    let before = ok(samples::taken_head(store, id).await);
    ok(store.mark_applied(id, &before).await);
    assert!(ok(store.disconnect(&connection, now()).await));
    ok(store.close_log(id).await);
    let late = async || {
        let head = Head { applied: before.head, ..before.clone() };
        let after = Head { cursor: Some("late".to_owned()), ..head.clone() };
        conflict(&store.commit(id, &head, &Commit { after, ..Commit::default() }, now()).await);
        conflict(&store.mark_applied(id, &head).await);
        conflict(&samples::taken_head(store, id).await);
    };
    late().await;
    purge(harness, id).await;
    late().await;
    let receipt = Receipt { finished_at: Some(now()), ..Receipt::requested(now()) };
    ok(store.end_purge(id, &receipt, now().plus(YEAR)).await);
    late().await;
    assert_eq!(ok(store.head(id).await), Head::default());
}

/// A purge removes every row of the connection except its receipt, and no row of another.
pub async fn a_purge_leaves_the_receipt_only(harness: &impl StoreHarness) {
    let (store, gone, other) = (harness.store(), add(harness).await, add(harness).await);
    let id = gone.id;
    assert!(ok(store.disconnect(&gone, now()).await));
    assert_eq!(purge(harness, id).await, FILES - 1, "the deleted one is no item any more");
    assert_eq!(purge(harness, id).await, 0, "nothing is left");
    let receipt = Receipt { items: 599, finished_at: Some(now()), ..Receipt::requested(now()) };
    ok(store.end_purge(id, &receipt, now().plus(YEAR)).await);
    assert_holds_nothing(harness, id).await;
    assert_eq!(ok(store.connection(id).await).and_then(|found| found.receipt), Some(receipt));
    assert_eq!(ok(store.all_items(other.id).await).len() as u64, FILES - 1);
    assert_eq!(ok(store.transfers(other.id, None, 1000).await).len() as u64, FILES - 1);
    assert_eq!(ok(store.transfer_lists(other.id, None, 1000).await).len(), 2);
    assert!(ok(store.tokens(other.id).await).is_some());
}

async fn assert_holds_nothing(harness: &impl StoreHarness, id: ConnectionId) {
    let store = harness.store();
    assert!(ok(store.all_items(id).await).is_empty());
    let paths: Vec<String> = (2..=FILES).map(|number| file(number).path_lower).collect();
    assert!(ok(store.at_paths(id, &paths).await).is_empty());
    assert!(ok(store.transfers(id, None, 1).await).is_empty());
    assert!(ok(store.transfer_lists(id, None, 1).await).is_empty());
    eventually("the content index", async || {
        ok(store.indexed_contents(id, &[file(2).id.as_str()]).await).is_empty().then_some(())
    })
    .await;
    assert_eq!(ok(store.head(id).await), Head::default());
    assert!(matches!(ok(store.changes(id, 0, 1).await), History::Changes(changes) if changes.is_empty()));
    assert_eq!(ok(store.choices(id).await).selections, []);
    assert_eq!(ok(store.tokens(id).await), None);
    assert_eq!(ok(store.schedule(id).await).wake_at, None);
    assert_eq!(ok(store.claims(id).await), []);
    assert!(ok(store.take_lease(Lease::Refresh(id), now(), now().plus(YEAR)).await).is_some());
}

/// Runs every case of [`purges`](crate::store::purges) as a separate test.
#[macro_export]
macro_rules! purges_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::purges:
            a_disconnected_connection_is_out_of_sight
            a_disconnect_is_final
            the_account_can_be_connected_anew
            the_version_of_a_list_goes_with_its_last_connection
            forgotten_tokens_do_not_come_back
            a_closed_log_takes_nothing
            a_purge_leaves_the_receipt_only
        }
    };
}
