//! The planner's rules one by one, and a property: whatever happens, in whatever pages it is told, what we hold ends
//! as Dropbox's tree, and telling it again changes nothing.

use proptest::prelude::*;
use shared::model::{Formats, NotFetched, Rev, Selection, SelectionState, Target, Timestamp};

use super::*;

const RULES: Rules = Rules { max_file_bytes: 100, formats: Formats::All };

fn file(id: &str, path: &str, rev: &str) -> Facts {
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    Facts {
        id: id.into(),
        kind: ItemKind::File,
        name,
        path_lower: path.to_owned(),
        path_display: path.to_owned(),
        rev: Some(Rev::from(rev)),
        size: 1,
        content_hash: Some(format!("hash of {rev}")),
        export_as: None,
        server_modified: None,
    }
}

fn folder(id: &str, path: &str) -> Facts {
    Facts { kind: ItemKind::Folder, rev: None, content_hash: None, size: 0, ..file(id, path, "") }
}

fn present(facts: Facts) -> Entry {
    Entry::Present { facts, downloadable: true }
}

/// What a worker holds, changed by the planner's changes alone.
struct Held {
    items: HashMap<ItemId, Item>,
    standing: Standing,
    stored: Vec<shared::model::Mark>,
    head: u64,
}

impl Default for Held {
    fn default() -> Self {
        let standing = Standing { scope: Scope::everything(), ..Standing::default() };
        Self { items: HashMap::new(), standing, stored: Vec::new(), head: 0 }
    }
}

impl Held {
    fn take(&mut self, entries: Vec<Entry>) -> Vec<Change> {
        let paths =
            self.items.values().map(|item| (item.facts.path_lower.clone(), item.facts.id.clone())).collect();
        let view = View { items: self.items.clone(), paths };
        let planned = plan(self.head, &mut self.standing, view, entries, &RULES);
        // What is stored is read back as it was.
        let fresh = self.standing.marks.take_fresh();
        self.stored.extend(fresh);
        self.standing.marks = Marks::stored(self.stored.clone());
        self.apply(planned.changes)
    }

    fn end_drain(&mut self) -> Vec<Change> {
        let items = self.items.values().cloned().collect();
        let deletions = deletions(self.head, &self.standing.marks, items);
        self.standing.marks = Marks::default();
        self.stored.clear();
        self.apply(deletions)
    }

    fn apply(&mut self, changes: Vec<Change>) -> Vec<Change> {
        for change in &changes {
            assert_eq!(change.number, self.head + 1, "a number was left out");
            self.head = change.number;
            if matches!(change.kind, ChangeKind::Deleted { .. }) {
                assert!(self.items.remove(&change.item.id).is_some(), "deleted what was not held");
                continue;
            }
            let before = self.items.get(&change.item.id).map_or(Content::None, |item| item.content.clone());
            let content = change.kind.content().cloned().unwrap_or(before);
            let item = Item { facts: change.item.clone(), content, number: change.number };
            self.items.insert(change.item.id.clone(), item);
        }
        changes
    }

    fn tree(&self) -> Vec<(String, String)> {
        let mut tree: Vec<_> = self
            .items
            .values()
            .map(|item| (item.facts.path_lower.clone(), item.facts.id.to_string()))
            .collect();
        tree.sort();
        tree
    }
}

fn words(changes: &[Change]) -> Vec<(&'static str, &str)> {
    changes.iter().map(|change| (change.kind.as_str(), change.item.path_lower.as_str())).collect()
}

#[test]
fn a_rename_is_one_move_in_either_order_and_across_pages() {
    let deleted = || Entry::Deleted("/a".into());
    let appeared = || present(file("id:1", "/b", "r1"));
    for pages in [
        vec![vec![deleted(), appeared()]],
        vec![vec![appeared(), deleted()]],
        vec![vec![deleted()], vec![appeared()]],
        vec![vec![appeared()], vec![deleted()]],
    ] {
        let mut held = Held::default();
        held.take(vec![present(file("id:1", "/a", "r1"))]);
        let mut changes: Vec<Change> = pages.into_iter().flat_map(|page| held.take(page)).collect();
        changes.extend(held.end_drain());
        assert_eq!(words(&changes), [("moved", "/b")]);
        assert_eq!(changes[0].kind, ChangeKind::Moved { from: "/a".into(), content: None });
    }
}

#[test]
fn a_new_revision_of_the_same_bytes_is_no_update_of_content() {
    let mut held = Held::default();
    held.take(vec![present(file("id:1", "/a", "r1"))]);
    let same = Facts { rev: Some("r2".into()), ..file("id:1", "/a", "r1") };
    assert_eq!(held.take(vec![present(same)])[0].kind, ChangeKind::Updated { content: None });
    let other = held.take(vec![present(file("id:1", "/a", "r3"))]);
    assert_eq!(other[0].kind, ChangeKind::Updated { content: Some(Content::Pending { rev: "r3".into() }) });
}

#[test]
fn a_deletion_that_is_taken_back_changes_nothing() {
    let mut held = Held::default();
    let all = || vec![present(folder("id:d", "/d")), present(file("id:1", "/d/a", "r1"))];
    held.take(all());
    assert!(held.take(vec![Entry::Deleted("/d".into())]).is_empty());
    assert!(held.take(all()).is_empty());
    assert!(held.end_drain().is_empty());
}

#[test]
fn what_is_deleted_after_it_was_seen_again_is_deleted() {
    let mut held = Held::default();
    held.take(vec![present(file("id:1", "/a", "r1"))]);
    held.take(vec![
        Entry::Deleted("/a".into()),
        present(file("id:1", "/a", "r1")),
        Entry::Deleted("/a".into()),
    ]);
    assert_eq!(words(&held.end_drain()), [("deleted", "/a")]);
}

#[test]
fn a_file_in_place_of_a_folder_takes_what_was_in_it_along() {
    let mut held = Held::default();
    held.take(vec![present(folder("id:d", "/x")), present(file("id:1", "/x/a", "r1"))]);
    held.take(vec![present(file("id:2", "/x", "r2"))]);
    assert_eq!(words(&held.end_drain()), [("deleted", "/x"), ("deleted", "/x/a")]);
    assert_eq!(held.tree(), [("/x".to_owned(), "id:2".to_owned())]);
}

#[test]
fn a_folder_in_place_of_a_folder_keeps_what_is_in_it() {
    let mut held = Held::default();
    held.take(vec![present(folder("id:d", "/x")), present(file("id:1", "/x/a", "r1"))]);
    held.take(vec![present(folder("id:e", "/x"))]);
    assert_eq!(words(&held.end_drain()), [("deleted", "/x")]);
    assert_eq!(held.tree().len(), 2);
}

#[test]
fn folders_that_change_places_take_what_is_in_them_along_in_any_order() {
    let before = || {
        let mut held = Held::default();
        held.take(vec![present(folder("id:x", "/a")), present(file("id:1", "/a/f", "r1"))]);
        held.take(vec![present(folder("id:y", "/b")), present(file("id:2", "/b/g", "r2"))]);
        held
    };
    let told = [
        present(folder("id:y", "/a")),
        present(file("id:2", "/a/g", "r2")),
        present(folder("id:x", "/b")),
        present(file("id:1", "/b/f", "r1")),
        Entry::Deleted("/a/f".into()),
        Entry::Deleted("/b/g".into()),
    ];
    for first in 0..told.len() {
        let mut held = before();
        let order = told.iter().cycle().skip(first).take(told.len()).cloned();
        order.for_each(|entry| drop(held.take(vec![entry])));
        assert!(held.end_drain().is_empty(), "beginning with {first}");
        assert_eq!(held.tree().len(), 4);
    }
}

#[test]
fn what_stood_in_a_folder_whose_place_a_file_took_is_gone() {
    let mut held = Held::default();
    held.take(vec![present(folder("id:d", "/x")), present(file("id:1", "/x/a", "r1"))]);
    held.take(vec![present(folder("id:d", "/y")), present(file("id:2", "/x", "r2"))]);
    assert_eq!(words(&held.end_drain()), [("deleted", "/x/a")]);
}

#[test]
fn what_was_told_of_before_its_folder_goes_where_a_file_is_there_instead() {
    let mut held = Held::default();
    held.take(vec![present(file("id:1", "/x/y/a", "r1"))]);
    held.take(vec![present(file("id:2", "/x", "r2"))]);
    assert_eq!(words(&held.end_drain()), [("deleted", "/x/y/a")]);
}

#[test]
fn siblings_with_a_common_beginning_are_not_below() {
    assert!(is_at_or_below("/a/b", "/a") && is_at_or_below("/a", "/a"));
    assert!(!is_at_or_below("/ab", "/a") && !is_at_or_below("/", "/a"));
}

#[test]
fn the_rules_say_which_bytes_are_fetched() {
    let mut held = Held::default();
    let large = Facts { size: 101, ..file("id:1", "/large", "r1") };
    let exported = Entry::Present { facts: file("id:2", "/doc.paper", "r2"), downloadable: false };
    let changes = held.take(vec![present(large), exported, present(folder("id:3", "/d"))]);
    let content: Vec<_> = changes.iter().map(|change| change.kind.content().cloned().unwrap()).collect();
    let skipped = |rev: &str, reason| Content::Skipped { rev: rev.into(), reason };
    let expected =
        [skipped("r1", NotFetched::TooLarge), skipped("r2", NotFetched::NotDownloadable), Content::None];
    assert_eq!(content, expected);
}

fn selected(targets: &[&str], held: &Held) -> Scope {
    let held_by = |id: &str| Selection {
        state: SelectionState::Held,
        ..Selection::new(Target::Item(id.into()), Timestamp(0))
    };
    let selections: Vec<Selection> = targets.iter().map(|id| held_by(id)).collect();
    Scope::of(&selections, &held.items)
}

#[test]
fn only_what_is_selected_is_held_and_a_folder_takes_in_what_is_added() {
    let mut held = Held::default();
    held.take(vec![present(folder("id:d", "/d"))]);
    held.standing.scope = selected(&["id:d", "id:1"], &held);
    let entries = vec![
        present(file("id:1", "/one", "r1")),
        present(file("id:2", "/other", "r1")),
        present(file("id:3", "/d/e/f", "r1")),
        present(folder("id:e", "/d/e")),
        present(folder("id:x", "/dx")),
    ];
    let changes = held.take(entries);
    assert_eq!(words(&changes), [("created", "/one"), ("created", "/d/e/f"), ("created", "/d/e")]);
}

#[test]
fn what_is_moved_out_of_a_selection_is_removed_for_that_reason() {
    let mut held = Held::default();
    held.take(vec![present(folder("id:d", "/d")), present(file("id:1", "/d/a", "r1"))]);
    held.standing.scope = selected(&["id:d"], &held);
    held.take(vec![Entry::Deleted("/d/a".into()), present(file("id:1", "/a", "r1"))]);
    let changes = held.end_drain();
    assert_eq!(words(&changes), [("deleted", "/d/a")]);
    assert_eq!(changes[0].kind, ChangeKind::Deleted { why: Removal::MovedOut });
    assert_eq!(changes[0].drops, Some("r1".into()));
}

#[test]
fn a_selected_folder_is_followed_and_what_is_in_it_is_compared() {
    let mut held = Held::default();
    held.take(vec![present(folder("id:d", "/d")), present(file("id:1", "/d/a", "r1"))]);
    held.standing.scope = selected(&["id:d"], &held);
    let view = View { items: held.items.clone(), paths: HashMap::new() };
    let entries = vec![present(folder("id:d", "/e/d")), present(file("id:1", "/e/d/a", "r1"))];
    let planned = plan(held.head, &mut held.standing, view, entries, &RULES);
    assert!(planned.selection_moved);
    assert_eq!(words(&planned.changes), [("moved", "/e/d"), ("moved", "/e/d/a")]);
}

#[test]
fn each_folder_is_shown_in_the_case_of_its_own_name() {
    let shown = |id: &str, lower: &str, display: &str, name: &str| {
        let facts = folder(id, lower);
        present(Facts { name: name.into(), path_display: display.into(), ..facts })
    };
    let mut held = Held::default();
    held.take(vec![shown("id:1", "/a", "/A", "A")]);
    let changes = held.take(vec![
        shown("id:3", "/a/b/c", "/a/b/C", "C"),
        shown("id:2", "/a/b", "/a/B", "B"),
        shown("id:4", "/x/y", "/X/Y", "Y"),
    ]);
    let displays: Vec<_> = changes.iter().map(|change| change.item.path_display.as_str()).collect();
    assert_eq!(displays, ["/A/B/C", "/A/B", "/X/Y"]);
}

#[test]
fn bytes_that_nobody_wants_any_more_are_dropped() {
    let mut held = Held::default();
    held.take(vec![present(file("id:1", "/a", "r1"))]);
    let changed = held.take(vec![present(file("id:1", "/a", "r2"))]);
    assert_eq!(changed[0].drops, Some("r1".into()));
    let same = Facts { rev: Some("r3".into()), ..file("id:1", "/a", "r2") };
    assert_eq!(held.take(vec![present(same)])[0].drops, None);
    held.take(vec![Entry::Deleted("/a".into())]);
    assert_eq!(held.end_drain()[0].drops, Some("r2".into()));
}

/// What can happen in an account.
#[derive(Debug, Clone)]
enum Event {
    Write { name: usize },
    Move { from: usize, to: usize },
    Delete { name: usize },
}

fn event() -> impl Strategy<Value = Event> {
    let name = || 0..6_usize;
    prop_oneof![
        3 => name().prop_map(|name| Event::Write { name }),
        2 => (name(), name()).prop_map(|(from, to)| Event::Move { from, to }),
        2 => name().prop_map(|name| Event::Delete { name }),
    ]
}

/// An account with files at six paths, and what it would tell of each event.
#[derive(Default)]
struct Account {
    files: HashMap<String, Facts>,
    made: usize,
}

impl Account {
    fn path(name: usize) -> String {
        ["/a", "/b", "/d/a", "/d/b", "/d/e/a", "/ab"][name].to_owned()
    }

    fn tell(&mut self, event: &Event) -> Vec<Entry> {
        match event {
            Event::Write { name } => self.write(Self::path(*name)),
            Event::Move { from, to } => self.rename(&Self::path(*from), Self::path(*to)),
            Event::Delete { name } => {
                let path = Self::path(*name);
                self.files.remove(&path).map(|_| vec![Entry::Deleted(path)]).unwrap_or_default()
            }
        }
    }

    fn write(&mut self, path: String) -> Vec<Entry> {
        self.made += 1;
        let id =
            self.files.get(&path).map_or_else(|| format!("id:{}", self.made), |facts| facts.id.to_string());
        let facts = file(&id, &path, &format!("r{}", self.made));
        self.files.insert(path, facts.clone());
        vec![present(facts)]
    }

    fn rename(&mut self, from: &str, to: String) -> Vec<Entry> {
        if self.files.contains_key(&to) {
            return Vec::new();
        }
        let Some(facts) = self.files.remove(from) else { return Vec::new() };
        let moved = Facts { path_lower: to.clone(), path_display: to.clone(), ..facts };
        let moved = Facts { name: to.rsplit('/').next().unwrap_or_default().to_owned(), ..moved };
        self.files.insert(to, moved.clone());
        vec![Entry::Deleted(from.to_owned()), present(moved)]
    }

    fn find(&self, id: &ItemId) -> Option<Facts> {
        self.files.values().find(|facts| facts.id == *id).cloned()
    }

    fn list(&self) -> Vec<Entry> {
        self.files.values().cloned().map(present).collect()
    }

    fn tree(&self) -> Vec<(String, String)> {
        let mut tree: Vec<_> =
            self.files.values().map(|facts| (facts.path_lower.clone(), facts.id.to_string())).collect();
        tree.sort();
        tree
    }
}

proptest! {
    #[test]
    fn whatever_happens_we_end_with_dropboxs_tree(
        drains in prop::collection::vec(prop::collection::vec(event(), 0..12), 1..5),
        page in 1..5_usize,
    ) {
        let (mut account, mut held) = (Account::default(), Held::default());
        for events in drains {
            let told: Vec<Entry> = events.iter().flat_map(|event| account.tell(event)).collect();
            for page in told.chunks(page) {
                held.take(page.to_vec());
            }
            held.end_drain();
            prop_assert_eq!(held.tree(), account.tree());
        }
        // A relisting of what we hold, in any order, says nothing (I8).
        prop_assert!(held.take(account.list()).is_empty());
        prop_assert!(held.end_drain().is_empty());
    }

    #[test]
    fn a_comparison_leads_to_the_listing_and_then_agrees(
        before in prop::collection::vec(event(), 0..20),
        missed in prop::collection::vec(event(), 0..20),
    ) {
        let (mut account, mut held) = (Account::default(), Held::default());
        let told = before.iter().flat_map(|event| account.tell(event)).collect();
        held.take(told);
        held.end_drain();
        missed.iter().for_each(|event| drop(account.tell(event)));
        for round in 0..2 {
            let mut comparison = Comparison::default();
            account.files.values().for_each(|facts| comparison.list(facts));
            let items: Vec<Item> = held.items.values().cloned().collect();
            let Difference { doubted, unknown, agreed, .. } = comparison.with(&items);
            prop_assert!(round == 0 || (doubted.is_empty() && unknown.is_empty()));
            prop_assert!(round == 0 || agreed == account.files.len() as u64);
            let (found, lost): (Vec<_>, Vec<_>) =
                doubted.into_iter().chain(unknown).partition(|id| account.find(id).is_some());
            held.take(found.iter().filter_map(|id| account.find(id)).map(present).collect());
            let at = held.head;
            lost.into_iter().for_each(|id| held.standing.marks.mark_item(id, at, Removal::Deleted));
            held.end_drain();
            prop_assert_eq!(held.tree(), account.tree());
        }
    }
}
