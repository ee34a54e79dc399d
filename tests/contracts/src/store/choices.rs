//! Contract of the store's choices.

use shared::{
    model::{
        Choices, Confirmation, ConnectionId, Exclusion, Health, ItemId, ResyncChoice, Selection,
        SelectionState, Target, Timestamp, TransferCounts, TroubleCode, Work,
    },
    store::{ChoiceStore, Commit, Connections, HealthStore, LogWriter, SelectionStep, WalkReader, WalkRows},
};

use super::{StoreHarness, ok};
use crate::samples;

fn item(id: &str) -> Target {
    Target::Item(ItemId::from(id))
}

async fn states(harness: &impl StoreHarness, id: ConnectionId) -> Vec<(Target, SelectionState)> {
    let choices = ok(harness.store().choices(id).await);
    choices.selections.into_iter().map(|one| (one.target, one.state)).collect()
}

/// Commits a change of a selection's state, as the walker does.
async fn turn(
    harness: &impl StoreHarness,
    id: ConnectionId,
    from: &Selection,
    to: SelectionState,
) -> Selection {
    let store = harness.store();
    let (before, after) = (ok(samples::taken_head(store, id).await), Selection { state: to, ..from.clone() });
    let step = SelectionStep { target: from.target.clone(), from: from.state, to: Some(after.clone()) };
    let commit = Commit { after: before.clone(), selection: Some(step), ..Commit::default() };
    ok(store.commit(id, &before, &commit, samples::now()).await);
    after
}

/// A connection without any choices has the default ones.
pub async fn nothing_is_chosen_at_first(harness: &impl StoreHarness) {
    assert_eq!(ok(harness.store().choices(ConnectionId::random()).await), Choices::default());
}

/// Selections are returned in the order in which they were made, each once.
pub async fn selections_are_found_in_order(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    for (target, at) in [(item("id:b"), 1), (Target::Everything, 2), (item("id:a"), 3), (item("id:b"), 4)] {
        ok(store.select(id, &target, Timestamp(at)).await);
    }
    let expected = [(item("id:b"), 1), (Target::Everything, 2), (item("id:a"), 3)];
    let expected = expected.map(|(target, at)| Selection::new(target, Timestamp(at)));
    assert_eq!(ok(store.choices(id).await).selections, expected);
    assert_eq!(states(harness, ConnectionId::random()).await, []);
}

/// Selecting again has no effect on a listed selection; a removed or missing one becomes wanted again.
pub async fn selecting_again_wants_again(harness: &impl StoreHarness) {
    use SelectionState::{Deselected, Listed, Missing, Requested};
    let (store, id) = (harness.store(), ConnectionId::random());
    let target = item("id:a");
    ok(store.select(id, &target, samples::now()).await);
    let wanted = Selection::new(target.clone(), samples::now());
    let listed = turn(harness, id, &wanted, Listed).await;
    ok(store.select(id, &target, samples::now()).await);
    assert_eq!(states(harness, id).await, [(target.clone(), Listed)]);
    turn(harness, id, &listed, Missing).await;
    ok(store.select(id, &target, samples::now()).await);
    assert_eq!(states(harness, id).await, [(target.clone(), Requested)]);
    assert!(ok(store.deselect(id, &target).await));
    assert_eq!(states(harness, id).await, [(target.clone(), Deselected)]);
    ok(store.select(id, &target, samples::now()).await);
    assert_eq!(states(harness, id).await, [(target, Requested)]);
}

/// A selection that Dropbox refused becomes wanted again when selected again, and keeps its reason; it can
/// also be removed.
pub async fn what_was_refused_is_tried_again_or_given_up(harness: &impl StoreHarness) {
    use SelectionState::{Deselected, Refused, Requested};
    let (store, id) = (harness.store(), ConnectionId::random());
    let target = item("id:a");
    ok(store.select(id, &target, samples::now()).await);
    let wanted = Selection::new(target.clone(), samples::now());
    let refused = wanted.refused("locked".into(), "path/locked".into(), samples::now());
    let (before, after) = (ok(samples::taken_head(store, id).await), Some(refused.clone()));
    let step = SelectionStep { target: target.clone(), from: Requested, to: after };
    let commit = Commit { after: before.clone(), selection: Some(step), ..Commit::default() };
    ok(store.commit(id, &before, &commit, samples::now()).await);
    assert_eq!(ok(store.choices(id).await).selections, std::slice::from_ref(&refused));
    ok(store.select(id, &target, samples::now()).await);
    let again = Selection { state: Requested, ..refused.clone() };
    assert_eq!(ok(store.choices(id).await).selections, std::slice::from_ref(&again));
    turn(harness, id, &again, Refused).await;
    assert!(ok(store.deselect(id, &target).await));
    assert_eq!(states(harness, id).await, [(target, Deselected)]);
}

/// A selection is removed quietly or not, as was said last, and neither once it is wanted again.
pub async fn a_selection_is_removed_quietly_if_that_was_said_last(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let target = item("id:a");
    let quietly = async || ok(store.choices(id).await).selections[0].quietly;
    assert!(!ok(store.deselect_quietly(id, &target).await), "it is not selected");
    ok(store.select(id, &target, samples::now()).await);
    assert!(!quietly().await);
    assert!(ok(store.deselect_quietly(id, &target).await));
    assert!(quietly().await);
    assert_eq!(states(harness, id).await, [(target.clone(), SelectionState::Deselected)]);
    assert!(ok(store.deselect(id, &target).await));
    assert!(!quietly().await);
    assert!(ok(store.deselect_quietly(id, &target).await));
    ok(store.select(id, &target, samples::now()).await);
    assert!(!quietly().await);
}

/// Deselecting fails for what is not selected.
pub async fn only_what_is_selected_is_deselected(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    ok(store.select(id, &item("id:a"), samples::now()).await);
    assert!(!ok(store.deselect(id, &item("id:b")).await));
    assert!(!ok(store.deselect(id, &Target::Everything).await));
    assert!(ok(store.deselect(id, &item("id:a")).await) && ok(store.deselect(id, &item("id:a")).await));
}

/// The interval of resyncs can be chosen, changed, and reset to the project's.
pub async fn a_resync_is_chosen(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    for choice in [Some(ResyncChoice::Every(10_800)), Some(ResyncChoice::Off), None] {
        ok(store.choose_resync(id, choice).await);
        assert_eq!(ok(store.choices(id).await).resync, choice);
    }
}

/// The last confirmation replaces earlier ones.
pub async fn deletions_are_confirmed(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    for deletions in [5, 3] {
        let confirmation = Confirmation { deletions, at: samples::now() };
        ok(store.confirm_deletions(id, confirmation).await);
        assert_eq!(ok(store.choices(id).await).confirmed, Some(confirmation));
    }
}

/// A file is excluded until it is included again; only excluded files can be recorded as removed.
pub async fn a_file_is_excluded_until_it_is_included(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    let excluded = |item: &str, removed| Exclusion {
        item: item.into(),
        path: format!("/{item}"),
        removed,
        quietly: false,
    };
    let sorted = async || {
        let mut found = ok(store.exclusions(id).await);
        found.sort_by(|one, other| one.item.cmp(&other.item));
        found
    };
    let many: Vec<Exclusion> = (100..160).map(|n| excluded(&format!("id:{n}"), false)).collect();
    ok(store.exclude(id, &many).await);
    ok(store.exclude(id, &many[..1]).await);
    assert_eq!(sorted().await, many);
    ok(store.include(id, &many[2..].iter().map(|one| one.item.clone()).collect::<Vec<_>>()).await);
    ok(store.note_removed(id, &["id:101".into(), "id:102".into()]).await);
    assert_eq!(sorted().await, [excluded("id:100", false), excluded("id:101", true)]);
    assert_eq!(ok(store.exclusions(ConnectionId::random()).await), []);
    assert_eq!(ok(store.choices(id).await), Choices::default());
    ok(store.select(id, &item("id:101"), samples::now()).await);
    ok(store.select(id, &Target::Everything, samples::now()).await);
    assert_eq!(sorted().await, [excluded("id:100", false)], "what is selected is excluded no more");
}

/// Only a selection that was listed is listed again.
pub async fn only_what_is_held_is_listed_again(harness: &impl StoreHarness) {
    use SelectionState::{Deselected, Listed, Requested};
    let (store, id, target) = (harness.store(), ConnectionId::random(), item("id:a"));
    ok(store.list_again(id, &target).await);
    assert_eq!(states(harness, id).await, []);
    ok(store.select(id, &target, samples::now()).await);
    turn(harness, id, &Selection::new(target.clone(), samples::now()), Listed).await;
    ok(store.list_again(id, &target).await);
    assert_eq!(states(harness, id).await, [(target.clone(), Requested)]);
    assert!(ok(store.deselect(id, &target).await));
    ok(store.list_again(id, &target).await);
    assert_eq!(states(harness, id).await, [(target, Deselected)]);
}

/// A connection whose automatic sync was stopped is walked on request only, until an interval of resyncs is
/// chosen.
pub async fn automatic_sync_is_stopped_and_chosen_again(harness: &impl StoreHarness) {
    let (store, id) = (harness.store(), ConnectionId::random());
    ok(store.choose_resync(id, Some(ResyncChoice::Every(3600))).await);
    ok(store.stop_automatic_sync(id).await);
    let stopped = ok(store.choices(id).await);
    assert_eq!((stopped.resync, stopped.manual), (Some(ResyncChoice::Off), true));
    for choice in [Some(ResyncChoice::Every(3600)), None] {
        ok(store.stop_automatic_sync(id).await);
        ok(store.choose_resync(id, choice).await);
        let chosen = ok(store.choices(id).await);
        assert_eq!((chosen.resync, chosen.manual), (choice, false));
    }
}

/// A walk reads the connection with its choices, exclusions and health as they are read by themselves; of a connection that
/// does not exist there is nothing to read.
pub async fn a_walk_reads_the_choices_with_their_connection(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    let id = connection.id;
    assert_eq!(ok(store.walk_rows(id).await), None);
    ok(store.add_connection(&connection, &samples::tokens(1), Some(Target::Everything)).await);
    let rows = |choices, exclusions, health| WalkRows {
        connection: connection.clone(),
        choices,
        exclusions,
        health,
    };
    let first = ok(store.choices(id).await);
    assert_eq!(ok(store.walk_rows(id).await), Some(rows(first, Vec::new(), Health::default())));
    ok(samples::taken_head(store, id).await);
    ok(store.add_transfer_counts(id, &TransferCounts { ready: 1, ..TransferCounts::default() }).await);
    ok(store.choose_resync(id, Some(ResyncChoice::Every(3600))).await);
    ok(store.select(id, &item("id:a"), samples::now()).await);
    ok(store.confirm_deletions(id, Confirmation { deletions: 3, at: samples::now() }).await);
    let exclusion = Exclusion { item: "id:b".into(), path: "/b".to_owned(), removed: false, quietly: true };
    ok(store.exclude(id, std::slice::from_ref(&exclusion)).await);
    let failed = Health::default().failed(Work::Walk, TroubleCode::Locked.into(), samples::now(), None);
    ok(store.set_health(id, 0, &failed).await);
    let (chosen, health) = (ok(store.choices(id).await), ok(store.health(id).await));
    assert_eq!((chosen.selections.len(), health.version), (2, 1));
    assert_eq!(ok(store.walk_rows(id).await), Some(rows(chosen, vec![exclusion], health)));
}

/// Runs every case of [`choices`](crate::store::choices) as a separate test.
#[macro_export]
macro_rules! choices_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::choices:
            nothing_is_chosen_at_first
            selections_are_found_in_order
            selecting_again_wants_again
            what_was_refused_is_tried_again_or_given_up
            a_selection_is_removed_quietly_if_that_was_said_last
            only_what_is_selected_is_deselected
            a_resync_is_chosen
            automatic_sync_is_stopped_and_chosen_again
            deletions_are_confirmed
            a_file_is_excluded_until_it_is_included
            only_what_is_held_is_listed_again
            a_walk_reads_the_choices_with_their_connection
        }
    };
}
