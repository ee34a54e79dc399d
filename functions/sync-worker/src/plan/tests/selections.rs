//! Selections: what belongs in the mirror, and what has left it.

use shared::model::{Selection, SelectionState, Target, Timestamp};

use super::*;

fn selected(targets: &[&str], mirror: &Mirror) -> Scope {
    let selected = |id: &str| Selection {
        state: SelectionState::Listed,
        ..Selection::new(Target::Item(id.into()), Timestamp(0))
    };
    let selections: Vec<Selection> = targets.iter().map(|id| selected(id)).collect();
    Scope::of(&selections, &mirror.items, &mirror.drain.marks)
}

#[test]
fn only_what_is_selected_is_held_and_a_folder_takes_in_what_is_added() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(folder("id:d", "/d"))]);
    mirror.drain.scope = selected(&["id:d", "id:1"], &mirror);
    let entries = vec![
        told(file("id:1", "/one", "r1")),
        told(file("id:2", "/other", "r1")),
        told(file("id:3", "/d/e/f", "r1")),
        told(folder("id:e", "/d/e")),
        told(folder("id:x", "/dx")),
    ];
    let changes = mirror.take(entries);
    assert_eq!(words(&changes), [("created", "/one"), ("created", "/d/e/f"), ("created", "/d/e")]);
}

#[test]
fn what_is_moved_out_of_a_selection_is_removed_for_that_reason() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(folder("id:d", "/d")), told(file("id:1", "/d/a", "r1"))]);
    mirror.drain.scope = selected(&["id:d"], &mirror);
    mirror.take(vec![Entry::Deleted("/d/a".into()), told(file("id:1", "/a", "r1"))]);
    let changes = mirror.end_drain();
    assert_eq!(words(&changes), [("deleted", "/d/a")]);
    assert_eq!(changes[0].kind, ChangeKind::Deleted { why: Removal::MovedOut });
    assert_eq!(changes[0].drops, Some("r1".into()));
}

#[test]
fn a_selected_folder_is_followed_and_what_is_in_it_is_compared() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(folder("id:d", "/d")), told(file("id:1", "/d/a", "r1"))]);
    mirror.drain.scope = selected(&["id:d"], &mirror);
    let view = View { items: mirror.items.clone(), paths: HashMap::new() };
    let entries = vec![told(folder("id:d", "/e/d")), told(file("id:1", "/e/d/a", "r1"))];
    let planned = plan(mirror.head, &mut mirror.drain, view, entries, &RULES);
    assert!(planned.selection_moved);
    assert_eq!(words(&planned.changes), [("moved", "/e/d"), ("moved", "/e/d/a")]);
}

#[test]
fn what_is_selected_in_a_folder_goes_where_a_file_takes_the_folders_place() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(file("id:1", "/d/e/a", "r1"))]);
    mirror.drain.scope = selected(&["id:1"], &mirror);
    assert!(mirror.take(vec![told(file("id:2", "/d", "r2"))]).is_empty());
    assert_eq!(words(&mirror.end_drain()), [("deleted", "/d/e/a")]);
}

#[test]
fn another_file_in_place_of_a_selected_one_is_not_selected() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    mirror.drain.scope = selected(&["id:1"], &mirror);
    assert!(mirror.take(vec![told(file("id:2", "/a", "r2"))]).is_empty());
    assert_eq!(words(&mirror.end_drain()), [("deleted", "/a")]);
}

#[test]
fn a_folder_in_place_of_a_selected_one_is_compared() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(folder("id:d", "/d"))]);
    mirror.drain.scope = selected(&["id:d"], &mirror);
    let view = View { items: mirror.items.clone(), paths: HashMap::new() };
    let entries = vec![told(file("id:1", "/d/a", "r1")), told(folder("id:e", "/d"))];
    let planned = plan(mirror.head, &mut mirror.drain, view, entries, &RULES);
    assert!(planned.selection_moved);
    assert_eq!(words(&planned.changes), []);
}

/// A client has deleted a file here while its folder is still selected.
#[test]
fn an_excluded_file_does_not_come_back_and_its_neighbours_do() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(folder("id:d", "/d"))]);
    mirror.drain.scope = selected(&["id:d"], &mirror).without([ItemId::from("id:1")].into());
    let changes = mirror.take(vec![told(file("id:1", "/d/a", "r2")), told(file("id:2", "/d/b", "r1"))]);
    assert_eq!(words(&changes), [("created", "/d/b")]);
    // It stays excluded wherever it moves.
    let moved = vec![Entry::Deleted("/d/a".into()), told(file("id:1", "/d/e/a", "r2"))];
    assert!(mirror.take(moved).is_empty() && mirror.end_drain().is_empty());
    let mut comparison = Comparison::default();
    for metadata in [file("id:1", "/d/e/a", "r2"), file("id:2", "/d/b", "r1")] {
        comparison.list(&metadata);
    }
    comparison.leave_out(mirror.drain.scope.excluded());
    let mut check = comparison.check(&RULES);
    check.add_stored(
        &mirror
            .items
            .values()
            .filter(|item| item.metadata.kind == ItemKind::File)
            .cloned()
            .collect::<Vec<_>>(),
    );
    let difference = check.end();
    assert_eq!((difference.listed, difference.agreed, difference.unknown.len()), (1, 1, 0));
}
