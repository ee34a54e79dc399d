//! The property: from any tree to any other, listed in any pages, the planner emits exactly the difference,
//! and emits nothing if the same is listed again.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

/// An edit by the account's owner. The numbers choose among the existing files and folders.
#[derive(Debug, Clone)]
enum Edit {
    Write { folder: usize, name: usize },
    MakeFolder { folder: usize, name: usize },
    Move { from: usize, folder: usize, name: usize },
    Swap { one: usize, other: usize },
    Delete { path: usize },
}

fn edit() -> impl Strategy<Value = Edit> {
    let (path, name) = (|| 0..100_usize, || 0..NAMES.len());
    prop_oneof![
        4 => (path(), name()).prop_map(|(folder, name)| Edit::Write { folder, name }),
        2 => (path(), name()).prop_map(|(folder, name)| Edit::MakeFolder { folder, name }),
        4 => (path(), path(), name()).prop_map(|(from, folder, name)| Edit::Move { from, folder, name }),
        1 => (path(), path()).prop_map(|(one, other)| Edit::Swap { one, other }),
        2 => path().prop_map(|path| Edit::Delete { path }),
    ]
}

fn edits(limit: usize) -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(edit(), 0..limit)
}

/// Few names, so that the same path is used often; one name is a prefix of another.
const NAMES: [&str; 4] = ["a", "ab", "b", "c"];

/// Dropbox's tree, and the paths that changed since they were last listed.
#[derive(Debug, Clone, Default)]
struct Account {
    nodes: BTreeMap<String, Metadata>,
    journal: Vec<String>,
    made: usize,
}

impl Account {
    fn after(edits: &[Edit]) -> Self {
        let mut account = Self::default();
        edits.iter().for_each(|edit| account.perform(edit));
        account
    }

    fn perform(&mut self, edit: &Edit) {
        match *edit {
            Edit::Write { folder, name } => self.write(&format!("{}/{}", self.folder(folder), NAMES[name])),
            Edit::MakeFolder { folder, name } => {
                let path = format!("{}/{}", self.folder(folder), NAMES[name]);
                self.delete(&path);
                self.made += 1;
                self.put(super::folder(&format!("id:{}", self.made), &path));
            }
            Edit::Move { from, folder, name } => {
                let to = format!("{}/{}", self.folder(folder), NAMES[name]);
                if let Some(from) = self.any(from) {
                    self.relocate(&from, &to);
                }
            }
            Edit::Swap { one, other } => {
                if let (Some(one), Some(other)) = (self.any(one), self.any(other))
                    && !is_at_or_below(&one, &other)
                    && !is_at_or_below(&other, &one)
                {
                    self.relocate(&one, "/between");
                    self.relocate(&other, &one);
                    self.relocate("/between", &other);
                }
            }
            Edit::Delete { path } => self.any(path).into_iter().for_each(|path| self.delete(&path)),
        }
    }

    /// Writes a file. A file that replaces a file is its next revision.
    fn write(&mut self, path: &str) {
        let mirror =
            self.nodes.get(path).filter(|node| node.kind == ItemKind::File).map(|node| node.id.clone());
        if mirror.is_none() {
            self.delete(path);
        }
        self.made += 1;
        let id = mirror.map_or_else(|| format!("id:{}", self.made), |id| id.to_string());
        self.put(file(&id, path, &format!("r{}", self.made)));
    }

    /// Moves a file or folder, unless the new path is taken or lies below the old one.
    fn relocate(&mut self, from: &str, to: &str) {
        if self.nodes.contains_key(to) || is_at_or_below(to, from) {
            return;
        }
        for (path, metadata) in self.take(from) {
            let path = format!("{to}{}", &path[from.len()..]);
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            self.put(Metadata { name, path_display: path.clone(), path_lower: path, ..metadata });
        }
    }

    fn delete(&mut self, path: &str) {
        self.take(path);
    }

    fn take(&mut self, path: &str) -> Vec<(String, Metadata)> {
        let paths: Vec<String> = self.nodes.keys().filter(|at| is_at_or_below(at, path)).cloned().collect();
        self.journal.extend(paths.iter().cloned());
        paths.into_iter().filter_map(|path| self.nodes.remove_entry(&path)).collect()
    }

    fn put(&mut self, metadata: Metadata) {
        self.journal.push(metadata.path_lower.clone());
        self.nodes.insert(metadata.path_lower.clone(), metadata);
    }

    fn any(&self, number: usize) -> Option<String> {
        (!self.nodes.is_empty()).then(|| self.nodes.keys().nth(number % self.nodes.len()).cloned())?
    }

    fn folder(&self, number: usize) -> String {
        let folders = self.nodes.values().filter(|node| node.kind == ItemKind::Folder);
        let paths: Vec<&str> = folders.map(|node| node.path_lower.as_str()).chain([""]).collect();
        paths[number % paths.len()].to_owned()
    }

    /// Lists the changes as Dropbox does: each path once, at its last change, as it is now. If `collapses`, a
    /// folder's deletion stands for the deletions below it.
    fn tell(&mut self, collapses: bool) -> Vec<Entry> {
        let mut told = Vec::new();
        for path in std::mem::take(&mut self.journal).into_iter().rev() {
            if !told.contains(&path) {
                told.push(path);
            }
        }
        told.reverse();
        let gone = |path: &str| !self.nodes.contains_key(path);
        let above =
            |path: &str| told.iter().any(|other| other != path && is_at_or_below(path, other) && gone(other));
        let all = told.iter().filter(|path| !(collapses && gone(path) && above(path)));
        all.map(|path| self.entry(path)).collect()
    }

    /// Lists the changes of at most `limit` paths; the others are listed later, in their state at that time.
    fn tell_some(&mut self, limit: usize, collapses: bool) -> Vec<Entry> {
        let mut paths = Vec::new();
        let journal = std::mem::take(&mut self.journal);
        for (place, path) in journal.iter().enumerate() {
            let is_last = !journal[place + 1..].contains(path);
            if is_last {
                paths.push(path.clone());
            }
        }
        let later = paths.split_off(limit.min(paths.len()));
        self.journal = paths;
        let told = self.tell(collapses);
        self.journal = later;
        told
    }

    fn entry(&self, path: &str) -> Entry {
        self.nodes.get(path).cloned().map_or_else(|| Entry::Deleted(path.to_owned()), super::told)
    }

    fn by_id(&self) -> BTreeMap<ItemId, Metadata> {
        self.nodes.values().map(|metadata| (metadata.id.clone(), metadata.clone())).collect()
    }
}

/// Returns the difference between two trees: one word for each id.
fn difference(before: &Account, after: &Account) -> BTreeSet<(ItemId, &'static str)> {
    let (before, after) = (before.by_id(), after.by_id());
    let gone = before.keys().filter(|id| !after.contains_key(*id)).map(|id| (id.clone(), "deleted"));
    let there = after.iter().filter_map(|(id, now)| {
        let word = match before.get(id) {
            None => "created",
            Some(was) if was.path_lower != now.path_lower => "moved",
            Some(was) if was.rev != now.rev => "updated",
            Some(_) => return None,
        };
        Some((id.clone(), word))
    });
    gone.chain(there).collect()
}

/// Takes entries page by page, and ends the drain.
fn drain(mirror: &mut Mirror, told: &[Entry], page: usize) -> Vec<Change> {
    let mut changes: Vec<Change> = told.chunks(page).flat_map(|page| mirror.take(page.to_vec())).collect();
    changes.extend(mirror.end_drain());
    changes
}

fn said(changes: &[Change]) -> Vec<(ItemId, &'static str)> {
    let mut said: Vec<_> =
        changes.iter().map(|change| (change.item.id.clone(), change.kind.as_str())).collect();
    said.sort();
    said
}

fn metadata(mirror: &Mirror) -> BTreeMap<ItemId, Metadata> {
    mirror.items.iter().map(|(id, item)| (id.clone(), item.metadata.clone())).collect()
}

/// Shuffles the entries within each page.
fn shuffled(mut told: Vec<Entry>, page: usize, draws: &[prop::sample::Index]) -> Vec<Entry> {
    for page in told.chunks_mut(page) {
        for (place, draw) in (1..page.len()).zip(draws.iter().cycle()) {
            page.swap(place, draw.index(place + 1));
        }
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_change_of_a_tree_is_told_by_exactly_its_difference(
        first in edits(25),
        later in prop::collection::vec(edits(12), 1..4),
        page in 1..8_usize,
        collapses: bool,
        draws in prop::collection::vec(any::<prop::sample::Index>(), 16),
    ) {
        let mut account = Account::after(&first);
        let mut mirror = Mirror::default();
        let listed = account.tell(collapses);
        drain(&mut mirror, &shuffled(listed, page, &draws), page);
        prop_assert_eq!(metadata(&mirror), account.by_id());
        for edits in later {
            let before = account.clone();
            edits.iter().for_each(|edit| account.perform(edit));
            let told = shuffled(account.tell(collapses), page, &draws);
            let changes = said(&drain(&mut mirror, &told, page));
            let expected: Vec<_> = difference(&before, &account).into_iter().collect();
            prop_assert_eq!(changes, expected);
            prop_assert_eq!(metadata(&mirror), account.by_id());
            prop_assert_eq!(said(&drain(&mut mirror, &told, page)), vec![]);
        }
    }

    /// T14: pages that are read while the tree goes on changing, by walks that end before the drain does.
    #[test]
    fn what_is_held_agrees_with_its_paths_after_every_page(
        first in edits(25),
        later in prop::collection::vec((edits(6), 0..6_usize), 1..12),
        page in 1..8_usize,
        collapses: bool,
        draws in prop::collection::vec(any::<prop::sample::Index>(), 16),
    ) {
        let mut account = Account::after(&first);
        let mut mirror = Mirror::default();
        for (edits, limit) in later {
            edits.iter().for_each(|edit| account.perform(edit));
            let told = account.tell_some(limit, collapses);
            mirror.take(shuffled(told, limit.max(1), &draws));
        }
        let rest = account.tell(collapses);
        drain(&mut mirror, &shuffled(rest, page, &draws), page);
        prop_assert_eq!(metadata(&mirror), account.by_id());
        // By now each path row names its item, so a deletion of everything finds all stored items.
        account.nodes.keys().cloned().collect::<Vec<_>>().iter().for_each(|path| account.delete(path));
        drain(&mut mirror, &account.tell(true), 100);
        prop_assert_eq!(metadata(&mirror), account.by_id());
    }

    #[test]
    fn a_comparison_leads_to_the_listing_and_then_agrees(before in edits(25), missed in edits(25)) {
        let (mut account, mut mirror) = (Account::after(&before), Mirror::default());
        drain(&mut mirror, &account.tell(false), 100);
        missed.iter().for_each(|edit| account.perform(edit));
        for round in 0..2 {
            let mut comparison = Comparison::default();
            account.nodes.values().for_each(|metadata| comparison.list(metadata));
            let items: Vec<Item> = mirror.items.values().cloned().collect();
            let mut check = comparison.check(&RULES);
            items.chunks(3).for_each(|piece| check.add_stored(piece));
            let Difference { doubted, unknown, agreed, .. } = check.end();
            prop_assert!(round == 0 || (doubted.is_empty() && unknown.is_empty()));
            prop_assert!(round == 0 || agreed == account.nodes.len() as u64);
            let by_id = account.by_id();
            let (found, lost): (Vec<_>, Vec<_>) =
                doubted.into_iter().chain(unknown).partition(|id| by_id.contains_key(id));
            mirror.take(found.iter().map(|id| told(by_id[id].clone())).collect());
            let at = mirror.head;
            lost.into_iter().for_each(|id| mirror.drain.marks.mark_item(id, at, Removal::Deleted));
            mirror.end_drain();
            prop_assert_eq!(metadata(&mirror), by_id);
        }
    }
}
