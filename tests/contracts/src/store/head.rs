//! Contract of what the store commits together with HEAD: marks, selections, reports.

use shared::{
    model::{
        ConnectionId, Head, ItemId, Mark, MarkRows, Removal, ResyncReport, Selection, SelectionState, Target,
    },
    store::{ChoiceStore, Commit, Log, LogWriter, SelectionStep},
};

use super::{StoreHarness, conflict, ok};
use crate::samples;

async fn start(harness: &impl StoreHarness) -> (ConnectionId, Head) {
    let connection = ConnectionId::random();
    (connection, ok(samples::taken_head(harness.store(), connection).await))
}

/// Returns a commit of one more row of marks, one of which has this number.
fn marking(before: &Head, at: u64) -> Commit {
    let marks = vec![
        Mark::Below { path: format!("/{at}"), at },
        Mark::Item { id: ItemId::from("id:gone"), at, why: Removal::MovedOut },
        Mark::Spared { id: ItemId::from("id:spared") },
    ];
    let after = Head { marks: before.marks.and_one_more(), ..before.clone() };
    Commit { after, marks, ..Commit::default() }
}

/// Commits marks one by one. Returns the new HEAD and all marks.
async fn mark(
    harness: &impl StoreHarness,
    connection: ConnectionId,
    before: Head,
    all: &[u64],
) -> (Head, Vec<Mark>) {
    let (mut head, mut marks) = (before, Vec::new());
    for at in all {
        let commit = marking(&head, *at);
        ok(harness.store().commit(connection, &head, &commit, samples::now()).await);
        head = commit.after;
        marks.extend(commit.marks);
    }
    (head, marks)
}

/// Marks are committed with HEAD and returned in order; a commit that conflicts stores none.
pub async fn marks_are_committed_with_head(harness: &impl StoreHarness) {
    let (store, (connection, before)) = (harness.store(), start(harness).await);
    let (head, expected) = mark(harness, connection, before, &[1, 2, 3]).await;
    assert_eq!(ok(store.marks(connection, &head).await), expected);
    let overtaken = Head { epoch: 99, ..head.clone() };
    conflict(&store.commit(connection, &overtaken, &marking(&head, 9), samples::now()).await);
    assert_eq!(ok(store.marks(connection, &head).await), expected);
}

/// A drain that starts over does not see the marks of an earlier one, which can be removed at any later time.
pub async fn marks_of_an_earlier_drain_do_not_count(harness: &impl StoreHarness) {
    let (store, (connection, before)) = (harness.store(), start(harness).await);
    let (marked, _) = mark(harness, connection, before, &[1, 2]).await;
    let ended = Head { marks: marked.marks.ended(), ..marked.clone() };
    let end = Commit { after: ended.clone(), ..Commit::default() };
    ok(store.commit(connection, &marked, &end, samples::now()).await);
    assert_eq!(ok(store.marks(connection, &ended).await), []);
    let (head, expected) = mark(harness, connection, ended.clone(), &[3]).await;
    ok(store.forget_marks(connection, ended.marks.outdated()).await);
    assert_eq!(ok(store.marks(connection, &head).await), expected);
}

/// A missing row of marks that HEAD counts is an error, because a drain without its marks would be wrong.
pub async fn a_missing_row_of_marks_is_an_error(harness: &impl StoreHarness) {
    let (store, (connection, before)) = (harness.store(), start(harness).await);
    let (head, _) = mark(harness, connection, before, &[1]).await;
    let one_too_many = Head { marks: MarkRows { end: 2, ..head.marks }, ..head };
    assert!(store.marks(connection, &one_too_many).await.is_err());
}

/// A selection is changed with HEAD only if its state is still the one that was read; otherwise nothing is
/// committed.
pub async fn a_selection_moves_with_head(harness: &impl StoreHarness) {
    let (store, (connection, before)) = (harness.store(), start(harness).await);
    let target = Target::Item(ItemId::from("id:selected"));
    ok(store.select(connection, &target, samples::now()).await);
    let wanted = Selection::new(target.clone(), samples::now());
    let listed = Selection { state: SelectionState::Listed, ..wanted.clone() };
    let step = |from: &Selection, to| SelectionStep { target: target.clone(), from: from.state, to };
    let commit =
        |selection| Commit { after: before.clone(), selection: Some(selection), ..Commit::default() };
    conflict(&store.commit(connection, &before, &commit(step(&listed, None)), samples::now()).await);
    ok(store.commit(connection, &before, &commit(step(&wanted, Some(listed.clone()))), samples::now()).await);
    assert_eq!(ok(store.choices(connection).await).selections, std::slice::from_ref(&listed));
    ok(store.commit(connection, &before, &commit(step(&listed, None)), samples::now()).await);
    assert_eq!(ok(store.choices(connection).await).selections, []);
}

/// The report of the last full comparison is kept.
pub async fn the_last_report_is_kept(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), ConnectionId::random());
    assert_eq!(ok(store.report(connection).await), None);
    for listed in [1, 2] {
        let notified_at = Some(samples::now());
        let report = ResyncReport { listed, missed: 3, notified_at, ..ResyncReport::default() };
        ok(store.keep_report(connection, &report).await);
        assert_eq!(ok(store.report(connection).await), Some(report));
    }
}

/// Runs every case of [`head`](crate::store::head) as a separate test.
#[macro_export]
macro_rules! head_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::head:
            marks_are_committed_with_head
            marks_of_an_earlier_drain_do_not_count
            a_missing_row_of_marks_is_an_error
            a_selection_moves_with_head
            the_last_report_is_kept
        }
    };
}
