//! T14: path rows after pages that list only one half of a change.

use super::*;

/// Returns the unchanged file `id` as an entry at `path`.
fn at(id: &str, path: &str) -> Entry {
    told(file(&format!("id:{id}"), path, &format!("r{id}")))
}

/// Stores files, given by name and path.
fn files(places: &[(&str, &str)]) -> Mirror {
    let mut mirror = Mirror::default();
    mirror.take(places.iter().map(|(id, path)| at(id, path)).collect());
    mirror
}

/// Asserts that the deletion of each path, listed by itself, deletes the item at it.
fn assert_each_can_be_deleted(mirror: &Mirror, paths: &[&str]) {
    for path in paths {
        let mut mirror = mirror.clone();
        mirror.take(vec![Entry::Deleted((*path).to_owned())]);
        assert_eq!(words(&mirror.end_drain()), [("deleted", *path)]);
    }
}

#[test]
fn a_swap_that_was_half_seen_and_taken_back_keeps_both_places() {
    let mut mirror = files(&[("a", "/e"), ("b", "/f")]);
    // The walk ends here, before anything is deleted.
    mirror.take(vec![at("b", "/e")]);
    assert_eq!(words(&mirror.take(vec![at("a", "/e"), at("b", "/f")])), [("moved", "/f")]);
    assert!(mirror.end_drain().is_empty());
    assert_each_can_be_deleted(&mirror, &["/e", "/f"]);
}

#[test]
fn the_halves_may_come_on_pages_of_their_own_in_any_order() {
    for order in [[at("a", "/e"), at("b", "/f")], [at("b", "/f"), at("a", "/e")]] {
        let mut mirror = files(&[("a", "/e"), ("b", "/f")]);
        mirror.take(vec![at("b", "/e")]);
        order.into_iter().for_each(|entry| drop(mirror.take(vec![entry])));
        assert!(mirror.end_drain().is_empty());
        assert_each_can_be_deleted(&mirror, &["/e", "/f"]);
    }
}

#[test]
fn a_cycle_of_three_that_was_half_seen_and_taken_back_keeps_every_place() {
    let before = [("a", "/e"), ("b", "/f"), ("c", "/g")];
    for half in 1..3 {
        let mut mirror = files(&before);
        [at("a", "/f"), at("b", "/g"), at("c", "/e")].into_iter().take(half).for_each(|entry| {
            mirror.take(vec![entry]);
        });
        for (id, path) in before {
            mirror.take(vec![at(id, path)]);
        }
        assert!(mirror.end_drain().is_empty());
        assert_each_can_be_deleted(&mirror, &["/e", "/f", "/g"]);
    }
}

#[test]
fn the_place_of_what_was_seen_again_can_be_taken_over() {
    let mut mirror = files(&[("a", "/e"), ("b", "/f")]);
    mirror.take(vec![at("b", "/e")]);
    mirror.take(vec![at("a", "/e"), at("b", "/f")]);
    mirror.take(vec![at("c", "/e")]);
    assert_eq!(words(&mirror.end_drain()), [("deleted", "/e")]);
    assert_eq!(mirror.paths["/e"], "id:c".into());
    assert_each_can_be_deleted(&mirror, &["/e", "/f"]);
}

#[test]
fn the_other_is_deleted_where_it_is_told_of_no_more() {
    let mut mirror = files(&[("a", "/e"), ("b", "/f")]);
    mirror.take(vec![at("b", "/e")]);
    mirror.take(vec![at("a", "/e")]);
    assert_eq!(words(&mirror.end_drain()), [("deleted", "/e")]);
    assert_eq!(mirror.tree(), [("/e".to_owned(), "id:a".to_owned())]);
    assert_each_can_be_deleted(&mirror, &["/e"]);
}

#[test]
fn folders_that_were_half_swapped_and_put_back_are_found_with_what_is_in_them() {
    let tree = || {
        [told(folder("id:x", "/a")), at("1", "/a/f"), told(folder("id:y", "/b")), at("2", "/b/f")].to_vec()
    };
    let mut mirror = Mirror::default();
    mirror.take(tree());
    mirror.take(vec![told(folder("id:y", "/a")), at("2", "/a/f")]);
    tree().into_iter().for_each(|entry| drop(mirror.take(vec![entry])));
    assert!(mirror.end_drain().is_empty());
    mirror.take(vec![Entry::Deleted("/a".into())]);
    assert_eq!(words(&mirror.end_drain()), [("deleted", "/a"), ("deleted", "/a/f")]);
}

#[test]
fn more_places_than_a_commit_has_room_for_are_planned_in_several() {
    let count = Commit::MOST_PLACES * 2 + 1;
    let all = |to: &str| (0..count).map(|n| at(&format!("{to}{n}"), &format!("/{n}"))).collect::<Vec<_>>();
    let mut mirror = Mirror::default();
    mirror.take(all("a"));
    mirror.take(all("b"));
    // Items that had lost their places take them back, and the others are deleted.
    assert!(mirror.take(all("a")).is_empty());
    assert_eq!(mirror.end_drain().len(), count);
    mirror.take((0..count).map(|n| Entry::Deleted(format!("/{n}"))).collect());
    assert_eq!(mirror.end_drain().len(), count);
    assert!(mirror.tree().is_empty());
}

/// Earlier versions left path rows that name deleted items.
#[test]
fn a_row_that_names_what_is_not_there_is_no_folder() {
    let moved =
        Item { metadata: folder("id:x", "/elsewhere"), content: Content::None, number: 1, created: None };
    for items in [HashMap::new(), HashMap::from([(ItemId::from("id:x"), moved)])] {
        let view = View { items, paths: HashMap::from([("/a/b".to_owned(), "id:x".into())]) };
        let mut drain = DrainState { scope: Scope::everything(), ..DrainState::default() };
        let planned = plan(1, &mut drain, view, vec![at("1", "/a/b/f")], &RULES);
        assert_eq!(words(&planned.changes), [("created", "/a/b/f")]);
        // This note lets a deletion of an ancestor find what is below.
        assert_eq!(drain.marks.orphan_parents_in("/a"), ["/a", "/a/b"]);
    }
}
