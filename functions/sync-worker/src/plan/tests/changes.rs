//! Changes that entries make to stored items: moves, updates, names.

use std::collections::BTreeSet;

use super::*;

/// T12: also for a link that was mirrored before its target was stored.
#[test]
fn what_a_symbolic_link_points_to_is_told_once() {
    let link = || Metadata { symlink_target: Some("b".to_owned()), ..file("id:1", "/a", "r1") };
    let mut mirror = Mirror::default();
    mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    let mut comparison = Comparison::default();
    comparison.list(&link());
    let mut check = comparison.check(&RULES);
    check.add_stored(&mirror.items.values().cloned().collect::<Vec<_>>());
    assert_eq!(check.end().doubted, ["id:1".into()]);
    assert_eq!(words(&mirror.take(vec![told(link())])), [("updated", "/a")]);
    assert!(mirror.take(vec![told(link())]).is_empty());
}

#[test]
fn a_rename_is_one_move_in_either_order_and_across_pages() {
    let deleted = || Entry::Deleted("/a".into());
    let appeared = || told(file("id:1", "/b", "r1"));
    for pages in [
        vec![vec![deleted(), appeared()]],
        vec![vec![appeared(), deleted()]],
        vec![vec![deleted()], vec![appeared()]],
        vec![vec![appeared()], vec![deleted()]],
    ] {
        let mut mirror = Mirror::default();
        mirror.take(vec![told(file("id:1", "/a", "r1"))]);
        let mut changes: Vec<Change> = pages.into_iter().flat_map(|page| mirror.take(page)).collect();
        changes.extend(mirror.end_drain());
        assert_eq!(words(&changes), [("moved", "/b")]);
        assert_eq!(changes[0].kind, ChangeKind::Moved { from: "/a".into(), content: None });
    }
}

#[test]
fn a_new_revision_of_the_same_bytes_is_no_update_of_content() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    let same = Metadata { rev: Some("r2".into()), ..file("id:1", "/a", "r1") };
    assert_eq!(mirror.take(vec![told(same)])[0].kind, ChangeKind::Updated { content: None });
    let other = mirror.take(vec![told(file("id:1", "/a", "r3"))]);
    assert_eq!(other[0].kind, ChangeKind::Updated { content: Some(Content::Pending { rev: "r3".into() }) });
}

#[test]
fn each_folder_is_shown_in_the_case_of_its_own_name() {
    let mut mirror = Mirror::default();
    mirror.take(vec![displayed(folder("id:1", "/a"), "/A")]);
    let changes = mirror.take(vec![
        displayed(folder("id:3", "/a/b/c"), "/a/b/C"),
        displayed(folder("id:2", "/a/b"), "/a/B"),
        displayed(folder("id:4", "/x/y"), "/X/Y"),
    ]);
    let displays: Vec<_> = changes.iter().map(|change| change.item.path_display.as_str()).collect();
    assert_eq!(displays, ["/A/B/C", "/A/B", "/X/Y"]);
}

#[test]
fn what_is_shown_by_another_path_than_its_folder_is_found() {
    let mut mirror = Mirror::default();
    mirror.take(vec![displayed(folder("id:2", "/a/b"), "/a/B")]);
    mirror.take(vec![displayed(folder("id:1", "/a"), "/A")]);
    assert!(mirror.drain.renamed_folders.contains("/a"), "what is in it was told of first");
    let items: Vec<Item> = mirror.items.values().cloned().collect();
    let mut shown_there = DisplayPaths::default();
    items.chunks(1).for_each(|piece| shown_there.add(piece));
    assert_eq!(shown_there.end().0.into_iter().collect::<Vec<_>>(), ["/a"]);
    mirror.take(vec![displayed(folder("id:2", "/a/b"), "/a/B")]);
    assert_eq!(mirror.items[&"id:2".into()].metadata.path_display, "/A/B");
}

/// T10: of two things at one path, one is a file.
#[test]
fn a_folder_names_what_was_listed_below_another_item_at_its_path() {
    for occupant in [file("id:1", "/a", "1"), folder("id:1", "/a")] {
        let mut mirror = Mirror::default();
        mirror.take(vec![displayed(occupant, "/A")]);
        mirror.take(vec![displayed(file("id:2", "/a/b", "1"), "/a/B")]);
        assert_eq!(mirror.items[&"id:2".into()].metadata.path_display, "/A/B");
        mirror.end_drain();
        mirror.take(vec![displayed(folder("id:3", "/a"), "/a")]);
        assert!(mirror.drain.renamed_folders.contains("/a"));
    }
}

#[test]
fn a_folder_whose_path_has_no_row_names_what_is_in_it() {
    let mut mirror = Mirror::default();
    mirror.take(vec![displayed(folder("id:1", "/a"), "/A"), displayed(file("id:2", "/a/b", "1"), "/a/B")]);
    mirror.end_drain();
    mirror.paths.clear();
    let view = View { items: mirror.items.clone(), paths: mirror.paths.clone() };
    let entries = vec![displayed(folder("id:1", "/a"), "/a")];
    let planned = plan(mirror.head, &mut mirror.drain, view, entries, &RULES);
    assert_eq!(planned.changes.len(), 1);
    assert!(mirror.drain.renamed_folders.contains("/a"));
}

/// A folder's entry may be unreadable, or refused, when what is in it is listed.
#[test]
fn a_folder_that_comes_after_a_comparison_has_missed_it_names_what_is_in_it() {
    let mut mirror = Mirror::default();
    mirror
        .take(vec![displayed(file("id:2", "/a/b", "1"), "/a/B"), displayed(folder("id:3", "/a/c"), "/A/c")]);
    mirror.end_drain();
    let items: Vec<Item> = mirror.items.values().cloned().collect();
    let mut shown_there = DisplayPaths::default();
    shown_there.add(&items);
    let (to_correct, missing) = shown_there.end();
    assert_eq!((to_correct, &missing), (BTreeSet::new(), &BTreeSet::from(["/a".to_owned()])));
    mirror.drain.missing_folders = missing;
    mirror.take(vec![displayed(folder("id:1", "/a"), "/A")]);
    assert!(mirror.drain.renamed_folders.contains("/a"));
}

/// Lists a file or folder with this display path, whose last name is its own.
fn displayed(metadata: Metadata, display: &str) -> Entry {
    let name = display.rsplit('/').next().unwrap().into();
    told(Metadata { name, path_display: display.into(), ..metadata })
}
