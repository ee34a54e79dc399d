//! Contract of the store's transfers.

use std::collections::{BTreeSet, HashMap};

use shared::{
    model::{
        Change, ConnectionId, Content, ContentKey, FileRevision, FilesRequest, InFlight, ItemId, Resume, Rev,
        Stamp, Target, Timestamp, Transfer,
    },
    store::{Items, Lease, Leases, Sweep, TransferSchedule, TransferWork, Transfers},
};

use super::{
    StoreHarness,
    mirror::{created, deleted, mirror, ready},
    ok,
};
use crate::{
    eventually,
    samples::{file, now},
};

fn transfer(item: &str, rev: &str) -> Transfer {
    Transfer::new(ItemId::from(item), Rev::from(rev))
}

async fn add(harness: &impl StoreHarness, id: ConnectionId, transfers: &[Transfer]) {
    let all: Vec<_> = transfers.iter().map(|one| (one.item.clone(), one.rev.clone())).collect();
    ok(harness.store().add_transfers(id, &all).await);
}

/// Returns the transfers that have rows of their own, without their stamps.
async fn all(harness: &impl StoreHarness, id: ConnectionId) -> Vec<Transfer> {
    let found = stamped(harness, id).await;
    assert!(found.iter().all(|one| one.stamp.is_some_and(|stamp| stamp != Stamp::NONE)), "{found:?}");
    found.into_iter().map(|one| Transfer { stamp: None, ..one }).collect()
}

async fn stamped(harness: &impl StoreHarness, id: ConnectionId) -> Vec<Transfer> {
    ok(harness.store().transfers(id, None, 1000).await)
}

/// Returns the only transfer that has a row of its own.
async fn only(harness: &impl StoreHarness, id: ConnectionId) -> Transfer {
    let [one] = stamped(harness, id).await.try_into().expect("there is one");
    one
}

fn revision(item: &str, rev: &str) -> FileRevision {
    (ItemId::from(item), Rev::from(rev))
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
    let stored = only(harness, id).await;
    let resume = Resume { upload: "upload".to_owned(), bytes: 1 << 41, hash: "state".to_owned() };
    let noted = Transfer { failures: 3, not_before: Timestamp(7), resume: Some(resume), ..stored.clone() };
    assert_eq!(ok(store.note_transfer(id, noted.clone()).await), noted);
    assert_eq!(only(harness, id).await, noted);
    for in_flight in [Some(InFlight::Together), Some(InFlight::Alone), None] {
        let noted = Transfer { in_flight, deaths: 2, ..stored.clone() };
        ok(store.note_transfer(id, noted.clone()).await);
        assert_eq!(only(harness, id).await, noted);
    }
    add(harness, id, std::slice::from_ref(&fresh)).await;
    assert_eq!(all(harness, id).await, [fresh]);
}

/// A transfer that has ended cannot be recreated by a late update of its progress.
pub async fn a_transfer_that_ended_stays_so(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let (ended, other) = (transfer("id:a", "1"), transfer("id:b", "1"));
    add(harness, id, std::slice::from_ref(&ended)).await;
    let ended = only(harness, id).await;
    add(harness, id, std::slice::from_ref(&other)).await;
    ok(store.end_transfer(id, &ended).await);
    ok(store.note_transfer(id, Transfer { failures: 1, ..ended.clone() }).await);
    ok(store.end_transfer(id, &ended).await);
    assert_eq!(all(harness, id).await, [other]);
}

/// A transfer that was added again neither ends with its earlier self nor has its progress.
pub async fn a_transfer_that_was_added_again_does_not_end(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let fresh = transfer("id:a", "1");
    add(harness, id, std::slice::from_ref(&fresh)).await;
    let earlier = only(harness, id).await;
    add(harness, id, std::slice::from_ref(&fresh)).await;
    ok(store.note_transfer(id, Transfer { failures: 1, ..earlier.clone() }).await);
    ok(store.end_transfer(id, &earlier).await);
    assert_eq!(all(harness, id).await, [fresh]);
}

/// A transfer that is on a list gets a row with its first progress, unless it was added meanwhile.
pub async fn a_listed_transfer_gets_a_row_with_its_progress(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let (listed, added) = (transfer("id:a", "1"), transfer("id:b", "1"));
    ok(store.end_transfer(id, &listed).await);
    let noted = ok(store.note_transfer(id, Transfer { failures: 1, ..listed.clone() }).await);
    assert_eq!(only(harness, id).await, noted);
    let again = ok(store.note_transfer(id, Transfer { failures: 2, ..noted }).await);
    assert_eq!(only(harness, id).await, again);
    ok(store.end_transfer(id, &again).await);
    add(harness, id, std::slice::from_ref(&added)).await;
    let noted = ok(store.note_transfer(id, Transfer { failures: 1, ..added.clone() }).await);
    assert_eq!(all(harness, id).await, std::slice::from_ref(&added));
    ok(store.end_transfer(id, &noted).await);
    assert_eq!(all(harness, id).await, [added], "the row is that of the adding");
}

/// Lists are returned in the order of their numbers, page by page, and are not among the transfers with rows.
pub async fn lists_are_found_page_by_page(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let files: Vec<FileRevision> = (0..100).map(|n| revision(&format!("id:{n:022}"), "015f")).collect();
    let numbers: Vec<u64> = (0..30).map(|n| 1 + n * 7).collect();
    let lists: Vec<_> = numbers.iter().rev().map(|number| (*number, files.as_slice())).collect();
    ok(store.list_transfers(id, &lists).await);
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = ok(store.transfer_lists(id, after, 8).await);
        after = page.last().map(|last| last.number);
        let is_end = page.len() < 8;
        found.extend(page);
        if is_end {
            break;
        }
    }
    assert_eq!(found.iter().map(|list| list.number).collect::<Vec<_>>(), numbers);
    assert!(found.iter().all(|list| list.files == files));
    assert_eq!(all(harness, id).await, []);
    assert_eq!(ok(store.transfer_lists(ConnectionId::random(), None, 8).await), []);
}

/// A list becomes shorter, and goes when nothing is left of it; not if it was written again meanwhile.
pub async fn a_list_becomes_shorter(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let files = ["a", "b", "c"].map(|item| revision(item, "1"));
    ok(store.list_transfers(id, &[(5, &files), (6, &files)]).await);
    let [first, other] = ok(store.transfer_lists(id, None, 8).await).try_into().expect("there are two");
    assert!(ok(store.shorten_list(id, &first, &files[1..]).await));
    let lists = ok(store.transfer_lists(id, None, 8).await);
    assert_eq!(lists[0].files, &files[1..]);
    assert!(ok(store.shorten_list(id, &lists[0], &[]).await));
    assert!(!ok(store.shorten_list(id, &lists[0], &[]).await), "it is gone");
    assert!(!ok(store.shorten_list(id, &lists[0], &files[2..]).await), "and does not come back");
    ok(store.list_transfers(id, &[(6, &files[..2])]).await);
    assert!(
        !ok(store.shorten_list(id, &other, &files[..1]).await)
            && !ok(store.shorten_list(id, &other, &[]).await)
    );
    let left = ok(store.transfer_lists(id, None, 8).await);
    assert_eq!(left.iter().map(|list| (list.number, list.files.len())).collect::<Vec<_>>(), [(6, 2)]);
}

/// The last revision with some content is known, per connection.
pub async fn the_holder_of_bytes_is_known(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let (one, two, other) = (revision("id:a", "1"), revision("id:a", "2"), revision("id:b", "1"));
    assert_eq!(ok(store.indexed_contents(id, &["hash", "other"]).await), HashMap::new());
    ok(store.index_contents(id, &[("hash", &one), ("other", &other), ("hash", &one)]).await);
    ok(store.index_contents(id, &[("hash", &two)]).await);
    let expected = HashMap::from([("hash".to_owned(), two), ("other".to_owned(), other)]);
    eventually("the index", async || {
        let found = ok(store.indexed_contents(id, &["hash", "none", "other", "hash"]).await);
        (found == expected).then_some(())
    })
    .await;
    assert_eq!(ok(store.indexed_contents(ConnectionId::random(), &["hash"]).await), HashMap::new());
}

/// Contents are found for any ids, whether few or many, and however many other items are between them.
pub async fn contents_are_read_by_ranges(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let name = |number: u64| format!("{number:04}");
    let items = 1..=1200_u64;
    let changes: Vec<Change> =
        items.clone().map(|n| created(n, file(&name(n), &format!("/{n}"), "1"))).collect();
    mirror.apply(&changes).await;
    mirror.apply(&[deleted(1201, file(&name(600), "/600", "1"))]).await;
    let id = |number: u64| ItemId::from(format!("id:{}", name(number)));
    assert!(ok(mirror.store.record_content(mirror.connection, &id(400), &ready("1"), now()).await));
    for step in [1, 3, 10, 40, 500] {
        let asked: Vec<ItemId> = items.clone().step_by(step).chain([400, 600, 5000]).map(id).collect();
        let is_there = |item: &&ItemId| **item != id(600) && **item != id(5000);
        let expected: BTreeSet<&ItemId> = asked.iter().filter(is_there).collect();
        eventually("the contents", async || {
            let found = ok(mirror.store.contents_lately(mirror.connection, &asked).await);
            let is_right =
                found.get(&id(400)).is_some_and(|content| matches!(content, Content::Ready { .. }));
            (is_right && found.keys().collect::<BTreeSet<_>>() == expected).then_some(())
        })
        .await;
    }
    assert!(ok(mirror.store.contents_lately(mirror.connection, &[]).await).is_empty());
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

/// A connection begins with four transfers at the same time; another number is kept, and whether Dropbox has
/// slowed it down.
pub async fn the_pace_is_kept(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let first = TransferSchedule { at_once: 4, was_slowed: false, wake_at: None };
    assert_eq!(ok(store.transfer_schedule(id).await), first);
    for at_once in [2, 1, 33] {
        let wake_at = (at_once > 1).then_some(Timestamp(7));
        let schedule = TransferSchedule { at_once, was_slowed: at_once < 3, wake_at };
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
    let schedule = TransferSchedule { at_once: 2, was_slowed: true, wake_at: Some(Timestamp(7)) };
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
    let schedule = TransferSchedule { at_once: 2, was_slowed: false, wake_at: Some(Timestamp(7)) };
    ok(store.set_transfer_schedule(id, schedule).await);
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
            a_transfer_that_was_added_again_does_not_end
            a_listed_transfer_gets_a_row_with_its_progress
            lists_are_found_page_by_page
            a_list_becomes_shorter
            the_holder_of_bytes_is_known
            contents_are_read_by_ranges
            a_run_is_known_while_it_is_under_way
            the_pace_is_kept
            requests_are_open_until_they_are_closed
            a_sweep_goes_on_where_it_was
        }
    };
}
