//! Choice of the bytes that are fetched, and of those that are removed.

use shared::model::NotFetched;

use super::*;

#[test]
fn the_rules_say_which_bytes_are_fetched() {
    let mut mirror = Mirror::default();
    let large = Metadata { size: 101, ..file("id:1", "/large", "r1") };
    let exported = Entry::Present { metadata: file("id:2", "/doc.paper", "r2"), downloadable: false };
    let changes = mirror.take(vec![told(large), exported, told(folder("id:3", "/d"))]);
    let content: Vec<_> = changes.iter().map(|change| change.kind.content().cloned().unwrap()).collect();
    let skipped = |rev: &str, reason| Content::Skipped { rev: rev.into(), reason };
    let expected =
        [skipped("r1", NotFetched::TooLarge), skipped("r2", NotFetched::NotDownloadable), Content::None];
    assert_eq!(content, expected);
}

#[test]
fn bytes_that_nobody_wants_any_more_are_dropped() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    let changed = mirror.take(vec![told(file("id:1", "/a", "r2"))]);
    assert_eq!(changed[0].drops, Some("r1".into()));
    let same = Metadata { rev: Some("r3".into()), ..file("id:1", "/a", "r2") };
    assert_eq!(mirror.take(vec![told(same)])[0].drops, None);
    mirror.take(vec![Entry::Deleted("/a".into())]);
    assert_eq!(mirror.end_drain()[0].drops, Some("r2".into()));
}

#[test]
fn what_was_skipped_is_fetched_once_the_reason_is_gone() {
    let only_pdf =
        Rules { formats: Formats::Only { families: Vec::new(), endings: vec!["pdf".to_owned()] }, ..RULES };
    let mut mirror = Mirror { rules: only_pdf.clone(), ..Mirror::default() };
    mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    let renamed = mirror.take(vec![told(file("id:1", "/a.pdf", "r1"))]);
    let pending = || Some(Content::Pending { rev: "r1".into() });
    assert_eq!(renamed[0].kind, ChangeKind::Moved { from: "/a".into(), content: pending() });
    // Bytes that are mirrored stay, although the rules do not want them any more.
    let back = mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    assert_eq!(back[0].kind, ChangeKind::Moved { from: "/a.pdf".into(), content: None });
}

#[test]
fn bytes_that_a_client_removed_are_fetched_when_they_change_and_not_before() {
    let mut mirror = Mirror::default();
    mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    let removed = Content::Skipped { rev: "r1".into(), reason: NotFetched::Removed };
    mirror.items.values_mut().for_each(|item| item.content = removed.clone());
    assert_eq!(mirror.take(vec![told(file("id:1", "/a", "r1"))]), []);
    let moved = mirror.take(vec![told(file("id:1", "/b", "r1"))]);
    assert_eq!(moved[0].kind, ChangeKind::Moved { from: "/a".into(), content: None });
    let changed = mirror.take(vec![told(file("id:1", "/b", "r2"))]);
    let pending = Content::Pending { rev: "r2".into() };
    assert_eq!(changed[0].kind, ChangeKind::Updated { content: Some(pending) });
}

#[test]
fn a_comparison_doubts_what_rules_of_before_skipped() {
    let mut mirror = Mirror { rules: Rules { max_file_bytes: 0, ..RULES }, ..Mirror::default() };
    mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    let items: Vec<Item> = mirror.items.values().cloned().collect();
    let compared = |rules: &Rules| {
        let mut comparison = Comparison::default();
        items.iter().for_each(|item| comparison.list(&item.metadata));
        let mut check = comparison.check(rules);
        check.add_stored(&items);
        check.end().doubted
    };
    assert!(compared(&mirror.rules).is_empty());
    assert_eq!(compared(&RULES), ["id:1".into()]);
    mirror.rules = RULES;
    let again = mirror.take(vec![told(file("id:1", "/a", "r1"))]);
    assert_eq!(again[0].kind, ChangeKind::Updated { content: Some(Content::Pending { rev: "r1".into() }) });
}

#[test]
fn no_more_files_are_fetched_than_there_is_room_for() {
    let mut mirror = Mirror { rules: Rules { room: Some(2), ..RULES }, ..Mirror::default() };
    let all = || ["1", "2", "3"].map(|number| told(file(number, &format!("/{number}"), "r"))).to_vec();
    let entries = [vec![told(folder("f", "/f"))], all()].concat();
    let contents: Vec<Content> =
        mirror.take(entries).iter().map(|change| change.kind.content().cloned().unwrap()).collect();
    let (pending, rev) = (|| Content::Pending { rev: "r".into() }, || "r".into());
    let over = || Content::Skipped { rev: rev(), reason: NotFetched::FileLimit };
    assert_eq!(contents, [Content::None, pending(), pending(), over()]);
    // A file that has room keeps it, even for other bytes; a file without room gets none.
    mirror.rules.room = Some(0);
    assert_eq!(mirror.take(all()), []);
    let other = [told(file("1", "/1", "r2")), told(file("3", "/3", "r2"))].to_vec();
    let changed = mirror.take(other);
    assert_eq!(changed[0].kind, ChangeKind::Updated { content: Some(Content::Pending { rev: "r2".into() }) });
    let over = Content::Skipped { rev: "r2".into(), reason: NotFetched::FileLimit };
    assert_eq!(changed[1].kind, ChangeKind::Updated { content: Some(over) });
    // A file that has become too large leaves its room to the next one.
    let large = told(Metadata { size: 101, ..file("1", "/1", "r3") });
    let changed = mirror.take(vec![large, told(file("3", "/3", "r2"))]);
    assert_eq!(changed[1].kind, ChangeKind::Updated { content: Some(Content::Pending { rev: "r2".into() }) });
}

#[test]
fn a_comparison_doubts_no_more_of_what_is_over_the_limit_than_there_is_room_for() {
    let mut mirror = Mirror { rules: Rules { room: Some(0), ..RULES }, ..Mirror::default() };
    mirror.take(["1", "2", "3"].map(|number| told(file(number, &format!("/{number}"), "r"))).to_vec());
    let items: Vec<Item> = mirror.items.values().cloned().collect();
    for (room, doubted) in [(Some(0), 0), (Some(2), 2), (Some(9), 3), (None, 3)] {
        let mut comparison = Comparison::default();
        items.iter().for_each(|item| comparison.list(&item.metadata));
        let mut check = comparison.check(&Rules { room, ..RULES });
        check.add_stored(&items);
        assert_eq!(check.end().doubted.len(), doubted, "{room:?}");
    }
}
