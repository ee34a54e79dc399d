//! Deletions: which items they include, and what cancels them.

use super::*;

#[test]
fn a_deletion_that_is_taken_back_changes_nothing() {
    let mut mirror = Mirror::default();
    let all = || vec![told(folder("id:d", "/d")), told(file("id:1", "/d/a", "r1"))];
    mirror.take(all());
    assert!(mirror.take(vec![Entry::Deleted("/d".into())]).is_empty());
    assert!(mirror.take(all()).is_empty());
    assert!(mirror.end_drain().is_empty());
}

#[test]
fn what_is_deleted_after_it_was_seen_again_is_deleted() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    mirror.take(vec![
        Entry::Deleted("/a".into()),
        told(file("id:1", "/a", "r1")),
        Entry::Deleted("/a".into()),
    ]);
    assert_eq!(words(&mirror.end_drain()), [("deleted", "/a")]);
}

#[test]
fn a_file_in_place_of_a_folder_takes_what_was_in_it_along() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(folder("id:d", "/x")), told(file("id:1", "/x/a", "r1"))]);
    mirror.take(vec![told(file("id:2", "/x", "r2"))]);
    assert_eq!(words(&mirror.end_drain()), [("deleted", "/x"), ("deleted", "/x/a")]);
    assert_eq!(mirror.tree(), [("/x".to_owned(), "id:2".to_owned())]);
}

#[test]
fn a_folder_in_place_of_a_folder_keeps_what_is_in_it() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(folder("id:d", "/x")), told(file("id:1", "/x/a", "r1"))]);
    mirror.take(vec![told(folder("id:e", "/x"))]);
    assert_eq!(words(&mirror.end_drain()), [("deleted", "/x")]);
    assert_eq!(mirror.tree().len(), 2);
}

#[test]
fn folders_that_change_places_take_what_is_in_them_along_in_any_order() {
    let before = || {
        let mut mirror = Mirror::default();
        mirror.take(vec![told(folder("id:x", "/a")), told(file("id:1", "/a/f", "r1"))]);
        mirror.take(vec![told(folder("id:y", "/b")), told(file("id:2", "/b/g", "r2"))]);
        mirror
    };
    let told = [
        told(folder("id:y", "/a")),
        told(file("id:2", "/a/g", "r2")),
        told(folder("id:x", "/b")),
        told(file("id:1", "/b/f", "r1")),
        Entry::Deleted("/a/f".into()),
        Entry::Deleted("/b/g".into()),
    ];
    for first in 0..told.len() {
        let mut mirror = before();
        let order = told.iter().cycle().skip(first).take(told.len()).cloned();
        order.for_each(|entry| drop(mirror.take(vec![entry])));
        assert!(mirror.end_drain().is_empty(), "beginning with {first}");
        assert_eq!(mirror.tree().len(), 4);
    }
}

#[test]
fn what_stood_in_a_folder_whose_place_a_file_took_is_gone() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(folder("id:d", "/x")), told(file("id:1", "/x/a", "r1"))]);
    mirror.take(vec![told(folder("id:d", "/y")), told(file("id:2", "/x", "r2"))]);
    assert_eq!(words(&mirror.end_drain()), [("deleted", "/x/a")]);
}

#[test]
fn what_was_told_of_before_its_folder_goes_where_a_file_is_there_instead() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(file("id:1", "/x/y/a", "r1"))]);
    mirror.take(vec![told(file("id:2", "/x", "r2"))]);
    assert_eq!(words(&mirror.end_drain()), [("deleted", "/x/y/a")]);
}

#[test]
fn siblings_with_a_common_beginning_are_not_below() {
    assert!(is_at_or_below("/a/b", "/a") && is_at_or_below("/a", "/a"));
    assert!(!is_at_or_below("/ab", "/a") && !is_at_or_below("/", "/a"));
}
