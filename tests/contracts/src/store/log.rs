//! Contract of the store's change log and its HEAD.

use std::time::Duration;

use futures_util::future::join_all;
use shared::{
    model::{Change, ChangeKind, ConnectionId, Content, Head, HeldDeletions, Segment, Timestamp},
    store::{Bookmark, Commit, DatedHistory, History, Log, LogWriter, StoreError},
};

use super::{StoreHarness, conflict, ok, winners};
use crate::samples;

/// Creates a segment of changes with these numbers.
fn segment(numbers: std::ops::RangeInclusive<u64>) -> Segment {
    let change = |number: u64| Change {
        number,
        kind: ChangeKind::Created { content: Content::None },
        item: samples::folder(&number.to_string(), &format!("/Folder {number}")),
        drops: None,
        created: None,
    };
    Segment { changes: numbers.map(change).collect() }
}

/// Returns HEAD after a segment that ends with this number.
fn after(before: &Head, head: u64) -> Head {
    Head { head, cursor: Some(format!("cursor {head}")), ..before.clone() }
}

/// Commits a segment together with HEAD.
async fn write(
    harness: &impl StoreHarness,
    connection: ConnectionId,
    before: &Head,
    after: &Head,
    segment: Segment,
) -> Result<(), StoreError> {
    let commit = Commit { after: after.clone(), segment, ..Commit::default() };
    harness.store().commit(connection, before, &commit, samples::now()).await
}

/// Tries to commit the changes after `before`, up to a number.
async fn try_commit(
    harness: &impl StoreHarness,
    connection: ConnectionId,
    before: &Head,
    last: u64,
) -> Result<Head, StoreError> {
    let head = after(before, last);
    write(harness, connection, before, &head, segment(before.head + 1..=last)).await?;
    Ok(head)
}

/// Commits the changes after `before`, up to a number.
async fn commit(harness: &impl StoreHarness, connection: ConnectionId, before: &Head, last: u64) -> Head {
    ok(try_commit(harness, connection, before, last).await)
}

/// Commits the changes after `before`, and records that they were applied.
async fn commit_and_apply(
    harness: &impl StoreHarness,
    connection: ConnectionId,
    before: &Head,
    last: u64,
) -> Head {
    let head = commit(harness, connection, before, last).await;
    ok(harness.store().mark_applied(connection, &head).await);
    Head { applied: head.head, ..head }
}

async fn start(harness: &impl StoreHarness) -> (ConnectionId, Head) {
    let connection = ConnectionId::random();
    (connection, ok(samples::taken_head(harness.store(), connection).await))
}

async fn changes(harness: &impl StoreHarness, connection: ConnectionId, after: u64) -> Vec<Change> {
    match ok(harness.store().changes(connection, after, usize::MAX).await) {
        History::Changes(changes) => changes,
        expired @ History::Expired { .. } => panic!("nothing of it is as old as this: {expired:?}"),
    }
}

async fn numbers(harness: &impl StoreHarness, connection: ConnectionId, after: u64) -> Vec<u64> {
    changes(harness, connection, after).await.iter().map(|change| change.number).collect()
}

/// A connection that was never walked has the default HEAD and an empty log.
pub async fn an_unwalked_connection_has_the_default_head(harness: &impl StoreHarness) {
    let unknown = ConnectionId::random();
    assert_eq!(ok(harness.store().head(unknown).await), Head::default());
    assert_eq!(numbers(harness, unknown, 0).await, [0; 0]);
}

/// Each walker gets a higher epoch, with the rest of HEAD unchanged.
pub async fn taking_head_raises_the_epoch(harness: &impl StoreHarness) {
    let (connection, first) = start(harness).await;
    assert_eq!(first.clone().released(), Head { epoch: first.epoch, ..Head::default() });
    let left = commit_and_apply(harness, connection, &first, 2).await;
    let second = ok(samples::taken_head(harness.store(), connection).await);
    assert!(second.epoch > first.epoch);
    assert_eq!(second.clone().released(), Head { epoch: second.epoch, ..left.released() });
    assert_eq!(ok(harness.store().head(connection).await), second);
}

/// Walkers that start at the same time get different epochs.
pub async fn walkers_at_once_get_different_epochs(harness: &impl StoreHarness) {
    let connection = ConnectionId::random();
    let heads = join_all((0..4).map(|_| samples::taken_head(harness.store(), connection))).await;
    let mut epochs: Vec<_> = heads.into_iter().map(|head| ok(head).epoch).collect();
    epochs.sort_unstable();
    epochs.dedup();
    assert_eq!(epochs.len(), 4);
}

/// A commit stores HEAD with every field, and its changes can be read.
pub async fn a_commit_moves_head_and_adds_changes(harness: &impl StoreHarness) {
    let (connection, before) = start(harness).await;
    let head = Head {
        root: Some("7".to_owned()),
        items: 3,
        marked_at: Some(samples::now()),
        compare: true,
        full_listing: Some(samples::now()),
        held: Some(HeldDeletions { deletions: 1, items: 3, since: samples::now() }),
        drained_at: Some(samples::now()),
        notified_at: Some(samples::now()),
        ..after(&before, 3)
    };
    ok(write(harness, connection, &before, &head, segment(1..=3)).await);
    assert_eq!(ok(harness.store().head(connection).await), head);
    assert_eq!(changes(harness, connection, 0).await, segment(1..=3).changes);
}

/// A commit without changes moves only the cursor.
pub async fn an_empty_commit_moves_the_cursor(harness: &impl StoreHarness) {
    let (connection, before) = start(harness).await;
    let before = commit_and_apply(harness, connection, &before, 2).await;
    let head = Head { cursor: Some("further".to_owned()), ..before.clone() };
    ok(write(harness, connection, &before, &head, Segment::default()).await);
    assert_eq!(ok(harness.store().head(connection).await), head);
    assert_eq!(numbers(harness, connection, 0).await, [1, 2]);
}

/// A walker that was overtaken by another commits nothing (invariant I5).
pub async fn a_stale_epoch_conflicts(harness: &impl StoreHarness) {
    let (connection, stale) = start(harness).await;
    let newer = ok(samples::taken_head(harness.store(), connection).await);
    conflict(&try_commit(harness, connection, &stale, 1).await);
    assert_eq!(ok(harness.store().head(connection).await), newer);
    assert_eq!(numbers(harness, connection, 0).await, [0; 0]);
}

/// A commit based on an outdated HEAD changes nothing: its numbers are taken (invariant I12).
pub async fn a_stale_head_conflicts(harness: &impl StoreHarness) {
    let (connection, stale) = start(harness).await;
    let current = commit_and_apply(harness, connection, &stale, 1).await;
    let mut other = segment(1..=2);
    other.changes[0].item.name = "another".to_owned();
    conflict(&write(harness, connection, &stale, &after(&stale, 2), other).await);
    assert_eq!(ok(harness.store().head(connection).await), current);
    assert_eq!(changes(harness, connection, 0).await, segment(1..=1).changes);
}

/// Nothing is committed while earlier changes are not applied.
pub async fn an_unapplied_head_conflicts(harness: &impl StoreHarness) {
    let (connection, before) = start(harness).await;
    let owing = commit(harness, connection, &before, 1).await;
    let claims_applied = Head { applied: 1, ..owing.clone() };
    for before in [&owing, &claims_applied] {
        conflict(&try_commit(harness, connection, before, 2).await);
    }
    assert_eq!(numbers(harness, connection, 0).await, [1]);
    ok(harness.store().mark_applied(connection, &owing).await);
    commit(harness, connection, &claims_applied, 2).await;
    assert_eq!(numbers(harness, connection, 0).await, [1, 2]);
}

/// A caller that never took HEAD commits nothing.
pub async fn a_head_that_was_not_taken_conflicts(harness: &impl StoreHarness) {
    let (connection, nothing) = (ConnectionId::random(), Head::default());
    conflict(&try_commit(harness, connection, &nothing, 1).await);
    assert_eq!(ok(harness.store().head(connection).await), nothing);
}

/// Only one of several concurrent commits based on one HEAD succeeds.
pub async fn of_commits_at_once_one_wins(harness: &impl StoreHarness) {
    let (connection, before) = start(harness).await;
    let commits = join_all((1..=4).map(|last| try_commit(harness, connection, &before, last))).await;
    let head = ok(harness.store().head(connection).await);
    assert!(commits.iter().flatten().eq([&head]), "another head than the winner's: {head:?}");
    assert_eq!(winners(commits), 1);
    assert_eq!(changes(harness, connection, 0).await, segment(1..=head.head).changes);
}

/// Recording the commit as applied moves `applied` to `head`; doing it twice changes nothing more.
pub async fn applied_follows_head(harness: &impl StoreHarness) {
    let (connection, before) = start(harness).await;
    let head = commit(harness, connection, &before, 3).await;
    for _ in 0..2 {
        ok(harness.store().mark_applied(connection, &head).await);
        assert_eq!(ok(harness.store().head(connection).await), Head { applied: 3, ..head.clone() });
    }
}

/// A walker with an old epoch, or with another head, cannot record anything as applied.
pub async fn a_stale_mark_conflicts(harness: &impl StoreHarness) {
    let (connection, before) = start(harness).await;
    let stale = commit(harness, connection, &before, 1).await;
    let current = ok(samples::taken_head(harness.store(), connection).await);
    conflict(&harness.store().mark_applied(connection, &stale).await);
    conflict(&harness.store().mark_applied(connection, &Head { head: 2, ..current.clone() }).await);
    assert_eq!(ok(harness.store().head(connection).await), current);
    conflict(&harness.store().mark_applied(ConnectionId::random(), &current).await);
}

/// The log can be read from any number without a gap, across segments (invariant I12).
pub async fn the_log_reads_from_any_number(harness: &impl StoreHarness) {
    let (connection, mut head) = start(harness).await;
    for last in [3, 4, 9, 10, 17] {
        head = commit_and_apply(harness, connection, &head, last).await;
    }
    for number in 0..=17 {
        let expected: Vec<u64> = (number + 1..=17).collect();
        assert_eq!(numbers(harness, connection, number).await, expected, "after {number}");
    }
    assert_eq!(numbers(harness, connection, 99).await, [0; 0]);
}

/// A reader gets at least the requested number of changes, if there are more, and can continue after the last
/// one.
pub async fn the_log_reads_page_by_page(harness: &impl StoreHarness) {
    let (connection, mut head) = start(harness).await;
    for last in (2..=20).step_by(2) {
        head = commit_and_apply(harness, connection, &head, last).await;
    }
    let mut read = Vec::new();
    loop {
        let after = read.last().map_or(0, |change: &Change| change.number);
        let History::Changes(page) = ok(harness.store().changes(connection, after, 5).await) else {
            panic!("nothing of it is as old as this")
        };
        assert!(page.len() >= 5 || after + 5 > 20, "{} of at least 5 after {after}", page.len());
        if page.is_empty() {
            break;
        }
        read.extend(page);
    }
    assert_eq!(read, segment(1..=20).changes);
}

/// A segment can be larger than any that the planner makes: here about 350 KB.
pub async fn a_large_segment_is_one_commit(harness: &impl StoreHarness) {
    let (connection, before) = start(harness).await;
    commit(harness, connection, &before, 1_800).await;
    assert_eq!(changes(harness, connection, 0).await, segment(1..=1_800).changes);
}

/// The logs of connections are separate (invariant I1).
pub async fn logs_of_connections_are_apart(harness: &impl StoreHarness) {
    let ((one, head), (two, _)) = (start(harness).await, start(harness).await);
    commit_and_apply(harness, one, &head, 3).await;
    assert_eq!(numbers(harness, two, 0).await, [0; 0]);
    assert_eq!(ok(harness.store().head(two).await).head, 0);
}

/// Changes that have expired cannot be read; the reader gets the number from which a snapshot continues.
pub async fn an_older_reader_is_sent_to_a_snapshot(harness: &impl StoreHarness) {
    let (connection, before) = start(harness).await;
    // As if the first 40 changes had expired.
    let after = Head { head: 40, applied: 40, ..before.clone() };
    ok(write(harness, connection, &before, &after, Segment::default()).await);
    let last = commit_and_apply(harness, connection, &after, 42).await;
    for number in [0, 39] {
        let history = ok(harness.store().changes(connection, number, 1).await);
        assert_eq!(history, History::Expired { snapshot: last.head }, "after {number}");
    }
    assert_eq!(numbers(harness, connection, 40).await, [41, 42]);
    assert_eq!(numbers(harness, connection, 42).await, [0; 0]);
}

/// After the last change before a time the log can be read, also if older changes have expired.
pub async fn the_last_change_before_a_time_leads_to_what_is_kept(harness: &impl StoreHarness) {
    let (connection, before) = start(harness).await;
    let last = async |at| ok(harness.store().last_change_before(connection, at).await);
    let (early, late) = (Timestamp(0), samples::now().plus(Duration::from_secs(60)));
    assert_eq!((last(early).await, last(late).await), (0, 0));
    // As if the first 40 changes had expired.
    let after = Head { head: 40, applied: 40, ..before.clone() };
    ok(write(harness, connection, &before, &after, Segment::default()).await);
    assert_eq!((last(early).await, last(late).await), (40, 40));
    let middle = commit_and_apply(harness, connection, &after, 42).await;
    commit_and_apply(harness, connection, &middle, 45).await;
    assert_eq!((last(early).await, last(late).await), (40, 45));
    assert_eq!(numbers(harness, connection, last(early).await).await, [41, 42, 43, 44, 45]);
}

/// Each change has the time of its commit, and that of Dropbox's announcement if there was one. Who knows that a
/// segment ends with a number is told the same of what follows, and whether it is all.
pub async fn changes_are_read_on_after_a_segment(harness: &impl StoreHarness) {
    let (connection, mut head) = start(harness).await;
    let announced = [Some(Timestamp(7)), None, Some(Timestamp(9))];
    for (last, announced_at) in [2, 4, 6].into_iter().zip(announced) {
        let after = after(&head, last);
        let segment = segment(head.head + 1..=last);
        let commit = Commit { after: after.clone(), segment, announced_at, ..Commit::default() };
        ok(harness.store().commit(connection, &head, &commit, samples::now()).await);
        ok(harness.store().mark_applied(connection, &after).await);
        head = Head { applied: last, ..after };
    }
    let read = async |after: Bookmark, least| match ok(harness
        .store()
        .dated_changes(connection, after, least)
        .await)
    {
        DatedHistory::Changes(piece) => piece,
        expired @ DatedHistory::Expired { .. } => panic!("nothing of it is as old as this: {expired:?}"),
    };
    let all = read(0.into(), 100).await;
    let times: Vec<_> = all.read.iter().map(|dated| (dated.change.number, dated.announced_at)).collect();
    let expected: Vec<_> = (1..=6).zip(announced.into_iter().flat_map(|at| [at, at])).collect();
    assert_eq!((times, all.is_end), (expected, true));
    assert!(all.read.iter().all(|dated| dated.at == samples::now()));
    for number in [0, 2, 4, 6] {
        let known = read(Bookmark { number, ends_row: true }, 100).await;
        assert_eq!(known, read(number.into(), 100).await, "after {number}");
    }
    let first = read(Bookmark { number: 0, ends_row: true }, 1).await;
    assert_eq!((first.read.len(), first.is_end), (2, false), "a whole segment, and others follow");
}

/// A reader that begins after a segment notices that changes have expired, once others follow.
pub async fn expired_changes_are_noticed_after_a_segment(harness: &impl StoreHarness) {
    let (connection, before) = start(harness).await;
    let after = Head { head: 40, applied: 40, ..before.clone() };
    ok(write(harness, connection, &before, &after, Segment::default()).await);
    let last = commit_and_apply(harness, connection, &after, 42).await;
    let bookmark = Bookmark { number: 20, ends_row: true };
    let history = ok(harness.store().dated_changes(connection, bookmark, 1).await);
    assert_eq!(history, DatedHistory::Expired { snapshot: last.head });
}

/// Runs every case of [`log`](crate::store::log) as a separate test.
#[macro_export]
macro_rules! log_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::log:
            an_unwalked_connection_has_the_default_head
            taking_head_raises_the_epoch
            walkers_at_once_get_different_epochs
            a_commit_moves_head_and_adds_changes
            an_empty_commit_moves_the_cursor
            a_stale_epoch_conflicts
            a_stale_head_conflicts
            an_unapplied_head_conflicts
            a_head_that_was_not_taken_conflicts
            of_commits_at_once_one_wins
            applied_follows_head
            a_stale_mark_conflicts
            the_log_reads_from_any_number
            the_log_reads_page_by_page
            a_large_segment_is_one_commit
            logs_of_connections_are_apart
            an_older_reader_is_sent_to_a_snapshot
            the_last_change_before_a_time_leads_to_what_is_kept
            changes_are_read_on_after_a_segment
            expired_changes_are_noticed_after_a_segment
        }
    };
}
