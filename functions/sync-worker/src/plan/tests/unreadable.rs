//! T5: entries that cannot be read.

use super::*;

fn unreadable(id: Option<&str>) -> Entry {
    Entry::Unreadable(Unreadable { id: id.map(ItemId::from), kind: None })
}

#[test]
fn what_stands_beside_is_taken() {
    let mut mirror = Mirror::default();
    let changes = mirror.take(vec![
        unreadable(None),
        told(file("id:1", "/a", "r1")),
        unreadable(Some("id:2")),
        told(file("id:3", "/b", "r3")),
    ]);
    assert_eq!(words(&changes), [("created", "/a"), ("created", "/b")]);
    assert!(mirror.end_drain().is_empty());
}

#[test]
fn an_item_of_which_something_cannot_be_read_is_not_deleted_in_whatever_order() {
    let halves = [unreadable(Some("id:1")), Entry::Deleted("/d".into())];
    for order in [[0, 1], [1, 0]] {
        for at_once in [true, false] {
            let mut mirror = Mirror::default();
            mirror.take(vec![told(folder("id:d", "/d")), told(file("id:1", "/d/a", "r1"))]);
            let told = order.map(|half| halves[half].clone());
            if at_once {
                mirror.take(told.to_vec());
            } else {
                told.into_iter().for_each(|entry| drop(mirror.take(vec![entry])));
            }
            assert_eq!(words(&mirror.end_drain()), [("deleted", "/d")]);
            assert_eq!(mirror.tree(), [("/d/a".to_owned(), "id:1".to_owned())]);
        }
    }
}

#[test]
fn but_it_does_not_stay_where_another_has_taken_its_place() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    mirror.take(vec![unreadable(Some("id:1")), told(file("id:2", "/a", "r2"))]);
    assert_eq!(words(&mirror.end_drain()), [("deleted", "/a")]);
    assert_eq!(mirror.tree(), [("/a".to_owned(), "id:2".to_owned())]);
}

#[test]
fn once_it_is_asked_about_reported_deletions_mean_it_again() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    mirror.take(vec![Entry::Deleted("/a".into()), unreadable(Some("id:1"))]);
    assert_eq!(
        words(&mirror.end_drain_with(|marks| marks.ask_about_unreadable(marks.count()))),
        [("deleted", "/a")]
    );
}

#[test]
fn a_comparison_asks_about_what_it_could_not_read() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(file("id:1", "/a", "r1")), told(file("id:2", "/b", "r2"))]);
    let mut comparison = Comparison::default();
    comparison.list(&file("id:1", "/a", "r1"));
    for id in [Some("id:1"), Some("id:2"), Some("id:3"), None] {
        comparison.list_unreadable(&Unreadable { id: id.map(ItemId::from), kind: None });
    }
    let stored: Comparison = serde_json::from_str(&serde_json::to_string(&comparison).unwrap()).unwrap();
    let mut check = stored.check(&RULES);
    check.add_stored(&mirror.items.values().cloned().collect::<Vec<_>>());
    let difference = check.end();
    assert_eq!(difference.doubted, ["id:1".into(), "id:2".into()]);
    assert_eq!(difference.unknown, ["id:1".into(), "id:2".into(), "id:3".into()]);
    assert_eq!((difference.unreadable, difference.listed, difference.agreed), (4, 1, 0));
}
