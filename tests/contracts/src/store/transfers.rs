//! Contract of the store's transfers.

use std::collections::BTreeSet;

use shared::{
    model::{ConnectionId, ContentKey, FilesRequest, ItemId, Resume, Rev, Target, Timestamp, Transfer},
    store::{Lease, Leases, Sweep, TransferSchedule, TransferWork, Transfers},
};

use super::{StoreHarness, ok};

fn transfer(item: &str, rev: &str) -> Transfer {
    Transfer::new(ItemId::from(item), Rev::from(rev))
}

async fn add(harness: &impl StoreHarness, id: ConnectionId, transfers: &[Transfer]) {
    let all: Vec<_> = transfers.iter().map(|one| (one.item.clone(), one.rev.clone())).collect();
    ok(harness.store().add_transfers(id, &all).await);
}

async fn all(harness: &impl StoreHarness, id: ConnectionId) -> Vec<Transfer> {
    ok(harness.store().transfers(id, None, 1000).await)
}

/// Every transfer is returned once, page by page, however many there are.
pub async fn transfers_are_found_page_by_page(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let added: Vec<Transfer> = (0..120).map(|n| transfer(&format!("id:{n}"), "1")).collect();
    add(harness, id, &added).await;
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = ok(store.transfers(id, after.as_ref(), 7).await);
        assert!(page.len() <= 7);
        let Some(last) = page.last() else { break };
        after = Some(last.clone());
        found.extend(page);
    }
    assert_eq!(found.len(), added.len(), "one was found twice, or not at all");
    let names = |all: Vec<Transfer>| all.into_iter().map(|one| one.item).collect::<BTreeSet<_>>();
    assert_eq!(names(found), names(added));
    assert_eq!(all(harness, ConnectionId::random()).await, []);
}

/// Each revision of a file is one transfer, even if it is added twice or twice in one call.
pub async fn a_revision_is_one_transfer(harness: &impl StoreHarness) {
    let id = ConnectionId::random();
    let (first, second) = (transfer("id:a", "1"), transfer("id:a", "2"));
    add(harness, id, &[first.clone(), second.clone(), first.clone()]).await;
    add(harness, id, std::slice::from_ref(&first)).await;
    assert_eq!(all(harness, id).await, [first, second]);
}

/// The progress of a transfer is kept until it is added again.
pub async fn a_transfer_notes_how_far_it_is(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let fresh = transfer("id:a", "1");
    add(harness, id, std::slice::from_ref(&fresh)).await;
    let resume = Resume { upload: "upload".to_owned(), bytes: 1 << 41, hash: "state".to_owned() };
    let noted = Transfer { failures: 3, not_before: Timestamp(7), resume: Some(resume), ..fresh.clone() };
    ok(store.note_transfer(id, &noted).await);
    assert_eq!(all(harness, id).await, [noted]);
    add(harness, id, std::slice::from_ref(&fresh)).await;
    assert_eq!(all(harness, id).await, [fresh]);
}

/// A transfer that has ended cannot be recreated by a late update of its progress.
pub async fn a_transfer_that_ended_stays_so(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let (ended, other) = (transfer("id:a", "1"), transfer("id:b", "1"));
    add(harness, id, &[ended.clone(), other.clone()]).await;
    ok(store.end_transfer(id, &ended).await);
    ok(store.note_transfer(id, &Transfer { failures: 1, ..ended.clone() }).await);
    ok(store.end_transfer(id, &ended).await);
    assert_eq!(all(harness, id).await, [other]);
}

/// The last revision with some content is known, per connection.
pub async fn the_holder_of_bytes_is_known(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let (item, one, two) = (ItemId::from("id:a"), Rev::from("1"), Rev::from("2"));
    assert_eq!(ok(store.indexed_content(id, "hash").await), None);
    ok(store.index_content(id, "hash", (&item, &one)).await);
    ok(store.index_content(id, "hash", (&item, &two)).await);
    assert_eq!(ok(store.indexed_content(id, "hash").await), Some((item, two)));
    assert_eq!(ok(store.indexed_content(ConnectionId::random(), "hash").await), None);
}

/// A run is in progress as long as the lease of the connection's transfers is held.
pub async fn a_run_is_known_while_it_is_under_way(harness: &impl StoreHarness) {
    let (store, id, lease) = (harness.store(), ConnectionId::random(), Lease::Transfers);
    let (now, end) = (Timestamp(1_000), Timestamp(2_000));
    assert!(!ok(store.is_run_under_way(id, now).await));
    let holder = ok(store.take_lease(lease(id), now, end).await).expect("nobody else holds it");
    assert!(ok(store.is_run_under_way(id, now).await) && !ok(store.is_run_under_way(id, end).await));
    assert!(!ok(store.is_run_under_way(ConnectionId::random(), now).await));
    ok(store.end_lease(lease(id), holder).await);
    assert!(!ok(store.is_run_under_way(id, now).await));
}

/// Four transfers may run in parallel until another number is set.
pub async fn the_pace_is_kept(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    assert_eq!(ok(store.transfer_schedule(id).await), TransferSchedule { at_once: 4, wake_at: None });
    for at_once in [2, 1, 3] {
        let schedule = TransferSchedule { at_once, wake_at: (at_once > 1).then_some(Timestamp(7)) };
        ok(store.set_transfer_schedule(id, schedule).await);
        assert_eq!(ok(store.transfer_schedule(id).await), schedule);
    }
}

/// Files requests stay open until they are closed, whatever the schedule. Closing one leaves the others.
pub async fn requests_are_open_until_they_are_closed(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let files_request = |request: Option<&str>, number| {
        let last = Target::Item("id:a".into());
        FilesRequest { request_id: request.map(str::to_owned), last, number }
    };
    let all = [files_request(None, 3), files_request(Some("r1"), 1), files_request(Some("r2"), 2)];
    assert_eq!(ok(store.transfer_schedule_and_requests(id).await).1, []);
    for one in all.iter().chain(&all) {
        ok(store.open_request(id, one).await);
    }
    let schedule = TransferSchedule { at_once: 2, wake_at: Some(Timestamp(7)) };
    ok(store.set_transfer_schedule(id, schedule).await);
    assert_eq!(ok(store.transfer_schedule_and_requests(id).await), (schedule, all.to_vec()));
    ok(store.close_requests(id, &all[..2]).await);
    assert_eq!(ok(store.transfer_schedule_and_requests(id).await), (schedule, all[2..].to_vec()));
    ok(store.close_requests(id, &all).await);
    assert_eq!(ok(store.transfer_schedule_and_requests(id).await), (schedule, Vec::new()));
    assert_eq!(ok(store.transfer_schedule_and_requests(ConnectionId::random()).await).1, []);
}

/// A sweep of the bucket continues where it stopped, even if the concurrency changes; if another is requested
/// during it, it starts over.
pub async fn a_sweep_goes_on_where_it_was(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let at = |key: &str| Sweep { after: Some(ContentKey::listed(key.to_owned())) };
    assert_eq!(ok(store.sweep(id).await), None);
    ok(store.owe_sweep(id).await);
    assert_eq!(ok(store.sweep(id).await), Some(Sweep::default()));
    ok(store.note_sweep(id, &Sweep::default(), Some(&at("b"))).await);
    ok(store.set_transfer_schedule(id, TransferSchedule { at_once: 2, wake_at: Some(Timestamp(7)) }).await);
    assert_eq!(ok(store.sweep(id).await), Some(at("b")));
    ok(store.owe_sweep(id).await);
    ok(store.note_sweep(id, &at("b"), None).await);
    assert_eq!(ok(store.sweep(id).await), Some(Sweep::default()), "another was asked for");
    ok(store.note_sweep(id, &Sweep::default(), None).await);
    assert_eq!(ok(store.sweep(id).await), None);
    assert_eq!(ok(store.transfer_schedule(id).await).at_once, 2);
}

/// Runs every case of [`transfers`](crate::store::transfers) as a separate test.
#[macro_export]
macro_rules! transfers_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::transfers:
            transfers_are_found_page_by_page
            a_revision_is_one_transfer
            a_transfer_notes_how_far_it_is
            a_transfer_that_ended_stays_so
            the_holder_of_bytes_is_known
            a_run_is_known_while_it_is_under_way
            the_pace_is_kept
            requests_are_open_until_they_are_closed
            a_sweep_goes_on_where_it_was
        }
    };
}
