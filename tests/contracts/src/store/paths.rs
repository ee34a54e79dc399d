//! Contract of the store's paths: which item is at a path, and which ones are below it.

use shared::{
    model::{Change, Head, ItemId, Metadata, Segment},
    store::{Commit, ItemWriter, Items, LogWriter, PathEntry},
};

use super::{
    StoreHarness, conflict,
    mirror::{Mirror, created, deleted, mirror, moved, ready},
    ok,
};
use crate::samples::{self, file, folder};

/// A moved item is at its new path, not at its old one, and keeps its content.
pub async fn a_moved_item_leaves_its_old_path(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, file("a", "/old", "1"))]).await;
    assert!(mirror.record_content("a", &ready("1")).await);
    mirror.apply(&[moved(2, "/old", file("a", "/new", "1"))]).await;
    mirror.expect(&[("/new", "a")]).await;
    assert_eq!(mirror.at("/old").await, None);
    assert_eq!(mirror.item("a").await.map(|item| item.content), Some(ready("1")));
}

/// A change of a name's case leaves the item at its path.
pub async fn a_change_of_case_keeps_the_path(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, file("a", "/name", "1"))]).await;
    mirror.apply(&[moved(2, "/name", file("a", "/NAME", "1"))]).await;
    mirror.expect(&[("/name", "a")]).await;
    assert_eq!(mirror.item("a").await.map(|item| item.metadata.name), Some("NAME".to_owned()));
}

/// Two items can swap paths, in one segment or in several.
pub async fn items_can_change_places(harness: &impl StoreHarness) {
    let swap = [
        moved(3, "/a", file("a", "/c", "1")),
        moved(4, "/b", file("b", "/a", "1")),
        moved(5, "/c", file("a", "/b", "1")),
    ];
    for sizes in [vec![3], vec![1, 1, 1], vec![2, 1]] {
        let mirror = mirror(harness);
        mirror.apply(&[created(1, file("a", "/a", "1")), created(2, file("b", "/b", "1"))]).await;
        let mut left = &swap[..];
        for size in sizes {
            let (now, later) = left.split_at(size);
            mirror.apply(now).await;
            left = later;
        }
        mirror.expect(&[("/a", "b"), ("/b", "a")]).await;
        assert_eq!(mirror.at("/c").await, None);
    }
}

/// Another item can take over a path, in either order of the two changes, in one segment or in two.
pub async fn a_path_can_be_taken_over(harness: &impl StoreHarness) {
    let old = || file("old", "/a", "1");
    let new = |number| created(number, file("new", "/a", "2"));
    let ways = [
        [deleted(2, old()), new(3)],
        [new(2), deleted(3, old())],
        [new(2), moved(3, "/a", file("old", "/b", "1"))],
        [moved(2, "/a", file("old", "/b", "1")), new(3)],
    ];
    for way in ways {
        for at_once in [true, false] {
            let mirror = mirror(harness);
            mirror.apply(&[created(1, old())]).await;
            if at_once {
                mirror.apply(&way).await;
            } else {
                mirror.apply(&way[..1]).await;
                mirror.apply(&way[1..]).await;
            }
            assert_eq!(mirror.at("/a").await, Some(ItemId::from("id:new")), "{way:?}, at once: {at_once}");
        }
    }
}

/// If several items are reported at one path, its row names one of them. If all of them are removed at once,
/// in any order, it names none (T14).
pub async fn items_of_one_path_can_go_at_once(harness: &impl StoreHarness) {
    let at_path = |id: &str| file(id, "/a", "1");
    let gone = |number, id| deleted(number, at_path(id));
    let away = |number, id: &str| moved(number, "/a", file(id, &format!("/{id}"), "1"));
    let ways = [
        vec![gone(4, "1"), gone(5, "2"), gone(6, "3")],
        vec![gone(4, "3"), gone(5, "2"), gone(6, "1")],
        vec![gone(4, "2"), gone(5, "3"), gone(6, "1")],
        vec![away(4, "3"), gone(5, "1"), gone(6, "2")],
        vec![gone(4, "2"), away(5, "3"), away(6, "1")],
    ];
    for way in ways {
        let mirror = mirror(harness);
        mirror.apply(&[created(1, at_path("1")), created(2, at_path("2")), created(3, at_path("3"))]).await;
        mirror.expect_at("/a", "3").await;
        mirror.apply(&way).await;
        assert_eq!(mirror.at("/a").await, None, "{way:?}");
        // Applied again, as after a walk that died, nothing changes.
        mirror.apply(&way).await;
        assert_eq!(mirror.at("/a").await, None, "{way:?}");
        mirror.apply(&[created(7, at_path("4"))]).await;
        mirror.expect_at("/a", "4").await;
    }
}

/// A subtree is a folder and everything below it, at any depth, but not paths that merely start with its
/// name.
pub async fn a_subtree_is_all_below_a_path(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let changes = [
        created(1, folder("a", "/a")),
        created(2, folder("ab", "/ab")),
        created(3, file("ab1", "/ab/1", "1")),
        created(4, folder("aa", "/a/a")),
        created(5, file("aa1", "/a/a/1", "1")),
        created(6, file("a1", "/a/1", "1")),
    ];
    mirror.apply(&changes).await;
    assert_eq!(mirror.below("/a").await, ["/a", "/a/1", "/a/a", "/a/a/1"]);
    assert_eq!(mirror.below("/a/1").await, ["/a/1"]);
    assert_eq!(mirror.below("/b").await, [""; 0]);
    assert_eq!(mirror.below("").await, ["/a", "/a/1", "/a/a", "/a/a/1", "/ab", "/ab/1"]);
    let mut ids = ok(mirror.store.ids_in(mirror.connection, &["/a".to_owned(), "/a/a".to_owned()]).await);
    ids.sort();
    ids.dedup();
    assert_eq!(ids, ["id:a", "id:a1", "id:aa", "id:aa1"].map(ItemId::from));
    let children = async |folder: &str| {
        let mut children = ok(mirror.store.children(mirror.connection, folder).await);
        children.sort_by(|one, two| one.path.cmp(&two.path));
        children
    };
    let places = [place(&file("a1", "/a/1", "1")), place(&folder("aa", "/a/a"))];
    assert_eq!(children("/a").await, places, "what is deeper is no child");
    assert_eq!(children("/b").await, []);
}

/// An id or path that is requested twice is returned once.
pub async fn ids_and_paths_may_be_named_twice(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, file("a", "/a", "1"))]).await;
    let (id, path) = (ItemId::from("id:a"), "/a".to_owned());
    let items = ok(mirror.store.items(mirror.connection, &[id.clone(), id.clone()]).await);
    assert!(items.len() == 1 && items.contains_key(&id));
    let stored = ok(mirror.store.at_paths(mirror.connection, &[path.clone(), path.clone()]).await);
    assert_eq!(stored.into_iter().collect::<Vec<_>>(), [(path, id)]);
}

/// A moved folder's subtree is at the new path, where each item was moved.
pub async fn a_subtree_moves_item_by_item(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    mirror.apply(&[created(1, folder("f", "/f")), created(2, file("a", "/f/a", "1"))]).await;
    mirror.apply(&[moved(3, "/f", folder("f", "/g")), moved(4, "/f/a", file("a", "/g/a", "1"))]).await;
    assert_eq!(mirror.below("/f").await, [""; 0]);
    assert_eq!(mirror.below("/g").await, ["/g", "/g/a"]);
}

/// Paths may be longer than any key, with components as long as Dropbox allows.
pub async fn a_path_may_be_very_long(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let long = vec!["ü".repeat(255); 20].join("/");
    let (one, two) = (format!("/{long}/one"), format!("/{long}/two"));
    mirror.apply(&[created(1, file("one", &one, "1")), created(2, file("two", &two, "1"))]).await;
    mirror.expect(&[(&one, "one"), (&two, "two")]).await;
}

fn place(item: &Metadata) -> PathEntry {
    PathEntry { path: item.path_lower.clone(), item: item.id.clone(), kind: item.kind }
}

fn commit_of(before: &Head, changes: &[Change], places: &[PathEntry]) -> Commit {
    let head = changes.last().map_or(before.head, |change| change.number);
    let segment = Segment { changes: changes.to_vec() };
    Commit { after: Head { head, ..before.clone() }, segment, places: places.to_vec(), ..Commit::default() }
}

/// Commits changes and places, and applies the changes.
async fn walk<S: ItemWriter + LogWriter>(
    mirror: &Mirror<'_, S>,
    before: &Head,
    changes: &[Change],
    places: &[PathEntry],
) -> Head {
    let commit = commit_of(before, changes, places);
    ok(mirror.store.commit(mirror.connection, before, &commit, samples::now()).await);
    mirror.apply(changes).await;
    ok(mirror.store.mark_applied(mirror.connection, &commit.after).await);
    Head { applied: commit.after.head, ..commit.after }
}

/// If an item is listed at its path after another item had taken over that path, the row names the item again
/// (T14).
///
/// No change is created for it; and earlier and current changes leave the row alone, however late they are
/// applied.
pub async fn a_place_is_written_with_the_commit_that_names_it(harness: &impl StoreHarness) {
    for in_one_commit in [true, false] {
        let mirror = mirror(harness);
        let (a, b) = (file("a", "/e", "1"), |path| file("b", path, "1"));
        let steps = [
            vec![created(1, a.clone()), created(2, b("/f"))],
            vec![moved(3, "/f", b("/e"))],
            vec![moved(4, "/e", b("/f"))],
        ];
        let start = ok(samples::taken_head(mirror.store, mirror.connection).await);
        let first = walk(&mirror, &start, &steps[0], &[]).await;
        let half = walk(&mirror, &first, &steps[1], &[]).await;
        mirror.expect_at("/e", "b").await;
        if in_one_commit {
            walk(&mirror, &half, &steps[2], &[place(&a)]).await;
        } else {
            let back = walk(&mirror, &half, &[], &[place(&a)]).await;
            mirror.expect_at("/e", "a").await;
            walk(&mirror, &back, &steps[2], &[]).await;
        }
        mirror.expect(&[("/e", "a"), ("/f", "b")]).await;
        for step in &steps {
            mirror.apply(step).await;
            mirror.expect(&[("/e", "a"), ("/f", "b")]).await;
        }
        // Later changes take over the path all the same.
        mirror.apply(&[created(5, file("c", "/e", "1")), deleted(6, a.clone())]).await;
        mirror.expect(&[("/e", "c"), ("/f", "b")]).await;
    }
}

/// A commit can write the largest allowed number of places at once; a commit that conflicts writes none.
pub async fn places_are_committed_all_or_none(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let items: Vec<Metadata> =
        (0..Commit::MOST_PLACES).map(|n| file(&n.to_string(), &format!("/{n}"), "1")).collect();
    let places: Vec<PathEntry> = items.iter().map(place).collect();
    let before = ok(samples::taken_head(mirror.store, mirror.connection).await);
    let overtaken = Head { epoch: before.epoch + 1, ..before.clone() };
    let commit = commit_of(&before, &[], &places);
    conflict(&mirror.store.commit(mirror.connection, &overtaken, &commit, samples::now()).await);
    assert_eq!(mirror.at("/0").await, None);
    ok(mirror.store.commit(mirror.connection, &before, &commit, samples::now()).await);
    for item in items {
        assert_eq!(mirror.at(&item.path_lower).await, Some(item.id));
    }
}

/// Exactly the items whose path has no row, or a row that names another item, are found.
pub async fn items_at_no_path_are_found(harness: &impl StoreHarness) {
    let mirror = mirror(harness);
    let all = ["a", "b", "c"].map(|id| file(id, &format!("/{id}"), "1"));
    mirror.apply(&[created(1, all[0].clone()), created(2, all[1].clone()), created(3, all[2].clone())]).await;
    let items = ok(mirror.store.all_items(mirror.connection).await);
    let misplaced = async || {
        let mut ids = ok(mirror.store.misplaced(mirror.connection, &items).await);
        ids.sort();
        ids
    };
    assert_eq!(misplaced().await, []);
    // Removes the row of one item, and makes the row of another name a third item.
    mirror.apply(&[deleted(4, all[0].clone()), created(5, file("x", "/b", "1"))]).await;
    assert_eq!(misplaced().await, [ItemId::from("id:a"), ItemId::from("id:b")]);
    assert_eq!(ok(mirror.store.misplaced(mirror.connection, &[]).await), []);
}

/// Runs every case of [`paths`](crate::store::paths) as a separate test.
#[macro_export]
macro_rules! paths_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::paths:
            a_moved_item_leaves_its_old_path
            a_change_of_case_keeps_the_path
            items_can_change_places
            a_path_can_be_taken_over
            items_of_one_path_can_go_at_once
            a_subtree_is_all_below_a_path
            ids_and_paths_may_be_named_twice
            a_subtree_moves_item_by_item
            a_path_may_be_very_long
            a_place_is_written_with_the_commit_that_names_it
            places_are_committed_all_or_none
            items_at_no_path_are_found
        }
    };
}
