//! Which bytes are fetched, and which are dropped.

use shared::model::NotFetched;

use super::*;

#[test]
fn the_rules_say_which_bytes_are_fetched() {
    let mut held = Held::default();
    let large = Facts { size: 101, ..file("id:1", "/large", "r1") };
    let exported = Entry::Present { facts: file("id:2", "/doc.paper", "r2"), downloadable: false };
    let changes = held.take(vec![told(large), exported, told(folder("id:3", "/d"))]);
    let content: Vec<_> = changes.iter().map(|change| change.kind.content().cloned().unwrap()).collect();
    let skipped = |rev: &str, reason| Content::Skipped { rev: rev.into(), reason };
    let expected =
        [skipped("r1", NotFetched::TooLarge), skipped("r2", NotFetched::NotDownloadable), Content::None];
    assert_eq!(content, expected);
}

#[test]
fn bytes_that_nobody_wants_any_more_are_dropped() {
    let mut held = Held::default();
    held.take(vec![told(file("id:1", "/a", "r1"))]);
    let changed = held.take(vec![told(file("id:1", "/a", "r2"))]);
    assert_eq!(changed[0].drops, Some("r1".into()));
    let same = Facts { rev: Some("r3".into()), ..file("id:1", "/a", "r2") };
    assert_eq!(held.take(vec![told(same)])[0].drops, None);
    held.take(vec![Entry::Deleted("/a".into())]);
    assert_eq!(held.end_drain()[0].drops, Some("r2".into()));
}

#[test]
fn what_was_skipped_is_fetched_once_the_reason_is_gone() {
    let only_pdf =
        Rules { formats: Formats::Only { families: Vec::new(), endings: vec!["pdf".to_owned()] }, ..RULES };
    let mut held = Held { rules: only_pdf.clone(), ..Held::default() };
    held.take(vec![told(file("id:1", "/a", "r1"))]);
    let renamed = held.take(vec![told(file("id:1", "/a.pdf", "r1"))]);
    let pending = || Some(Content::Pending { rev: "r1".into() });
    assert_eq!(renamed[0].kind, ChangeKind::Moved { from: "/a".into(), content: pending() });
    // What is there stays there.
    let back = held.take(vec![told(file("id:1", "/a", "r1"))]);
    assert_eq!(back[0].kind, ChangeKind::Moved { from: "/a.pdf".into(), content: None });
}

#[test]
fn a_comparison_doubts_what_rules_of_before_skipped() {
    let mut held = Held { rules: Rules { max_file_bytes: 0, ..RULES }, ..Held::default() };
    held.take(vec![told(file("id:1", "/a", "r1"))]);
    let items: Vec<Item> = held.items.values().cloned().collect();
    let compared = |rules: &Rules| {
        let mut comparison = Comparison::default();
        items.iter().for_each(|item| comparison.list(&item.facts));
        let mut check = comparison.check(rules);
        check.hold(&items);
        check.end().doubted
    };
    assert!(compared(&held.rules).is_empty());
    assert_eq!(compared(&RULES), ["id:1".into()]);
    held.rules = RULES;
    let again = held.take(vec![told(file("id:1", "/a", "r1"))]);
    assert_eq!(again[0].kind, ChangeKind::Updated { content: Some(Content::Pending { rev: "r1".into() }) });
}
