//! Property test of the journal with clients that follow Dropbox's documentation, from any cursor at any
//! time.

use std::{collections::BTreeMap, path::PathBuf};

use proptest::{prelude::*, sample::Index};

use super::{Journal, Scope, page::Page};
use crate::{
    content::{
        entry::{Entry, FileContent, Kind, Node, Stat},
        path::DropboxPath,
    },
    db::Db,
};

const ACCOUNT: i64 = 7;

/// One step of a history. There are few names, so that they are reused often.
#[derive(Clone, Debug)]
enum Step {
    Write(DropboxPath, Kind),
    Remove(Index),
    Move(Index, DropboxPath),
    Start { recursive: bool },
    Read(Index, usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let names = proptest::collection::vec(prop_oneof!["a", "b"], 1..4);
    let path =
        names.prop_map(|names| names.iter().fold(DropboxPath::default(), |path, name| path.child(name)));
    let kind = prop_oneof![Just(Kind::Folder), Just(Kind::File)];
    let step = prop_oneof![
        6 => (path.clone(), kind).prop_map(|(path, kind)| Step::Write(path, kind)),
        2 => any::<Index>().prop_map(Step::Remove),
        3 => (any::<Index>(), path).prop_map(|(which, path)| Step::Move(which, path)),
        1 => any::<bool>().prop_map(|recursive| Step::Start { recursive }),
        6 => (any::<Index>(), 1_usize..8).prop_map(|(which, limit)| Step::Read(which, limit)),
    ];
    proptest::collection::vec(step, 1..120)
}

/// Each path with its id, and its revision if it is a file.
type Tree = BTreeMap<String, (String, Option<String>)>;

/// A client's copy of an account, maintained by the documented rules.
#[derive(Debug)]
struct Client {
    scope: Scope,
    start: i64,
    position: i64,
    tree: Tree,
}

impl Client {
    fn new(journal: &Journal<'_>, recursive: bool) -> Self {
        let scope = Scope { folder_lower: String::new(), recursive, include_deleted: false };
        Self { scope, start: journal.head().unwrap(), position: 0, tree: Tree::new() }
    }

    fn read(&mut self, journal: &Journal<'_>, limit: usize) -> bool {
        let Page { entries, position, has_more } =
            journal.page(&self.scope, self.position, self.start, limit).unwrap();
        for recorded in entries {
            let path = &recorded.entry.path;
            if recorded.is_live() {
                self.upsert(&recorded.entry);
            } else {
                self.tree.retain(|known, _| !DropboxPath::parse(known).unwrap().is_within(path));
            }
        }
        self.position = position;
        has_more
    }

    fn upsert(&mut self, entry: &Entry) {
        for parent in entry.path.parent().lineage() {
            self.tree.entry(parent.lower).or_insert_with(|| ("placeholder".into(), None));
        }
        if entry.kind() == Kind::File {
            self.tree.retain(|known, _| !DropboxPath::parse(known).unwrap().is_within(&entry.path));
        }
        self.tree
            .insert(entry.path.lower.clone(), (entry.id.clone(), entry.file().map(|file| file.rev.clone())));
    }
}

/// An account whose true tree is tracked independently of the journal.
struct World<'t> {
    journal: Journal<'t>,
    tree: BTreeMap<String, Entry>,
    clients: Vec<Client>,
    made: u32,
}

impl World<'_> {
    fn take(&mut self, step: &Step) {
        match step {
            Step::Write(path, kind) => self.write(path, *kind),
            Step::Remove(which) => self.remove(*which),
            Step::Move(which, path) => self.relocate(*which, path),
            Step::Start { recursive } => self.clients.push(Client::new(&self.journal, *recursive)),
            Step::Read(which, limit) if !self.clients.is_empty() => {
                let client = which.index(self.clients.len());
                self.clients[client].read(&self.journal, *limit);
            }
            Step::Read(..) => {}
        }
    }

    fn has_folder(&self, path: &DropboxPath) -> bool {
        path.is_root() || self.tree.get(&path.lower).is_some_and(|entry| entry.node == Node::Folder)
    }

    fn write(&mut self, path: &DropboxPath, kind: Kind) {
        if !self.has_folder(&path.parent()) || (kind == Kind::Folder && self.has_folder(path)) {
            return;
        }
        let edited =
            self.tree.get(&path.lower).filter(|entry| (entry.kind(), kind) == (Kind::File, Kind::File));
        let id = edited.map_or_else(|| format!("id:{}", self.made), |entry| entry.id.clone());
        self.made += 1;
        let node = match kind {
            Kind::Folder => Node::Folder,
            Kind::File => Node::File(content(self.journal.next_rev().unwrap())),
        };
        let stat = Stat { inode: 0, born: None, modified: 0, size: 0 };
        let entry = Entry { path: path.clone(), id, node, disk: PathBuf::from(&path.lower[1..]), stat };
        self.journal.put(&entry).unwrap();
        self.tree.retain(|_, known| !known.path.is_within(path));
        self.tree.insert(path.lower.clone(), entry);
    }

    fn pick(&self, which: Index) -> Option<Entry> {
        (!self.tree.is_empty())
            .then(|| self.tree.values().nth(which.index(self.tree.len())).cloned().unwrap())
    }

    fn remove(&mut self, which: Index) {
        let Some(entry) = self.pick(which) else { return };
        self.journal.remove(&entry.path).unwrap();
        self.tree.retain(|_, known| !known.path.is_within(&entry.path));
    }

    fn relocate(&mut self, which: Index, to: &DropboxPath) {
        let Some(moved) = self.pick(which) else { return };
        let is_free = !self.tree.contains_key(&to.lower) && self.has_folder(&to.parent());
        if !is_free || to.is_within(&moved.path) {
            return;
        }
        self.journal.relocate(&moved, to, &PathBuf::from(&to.lower[1..])).unwrap();
        for (_, mut entry) in std::mem::take(&mut self.tree) {
            if entry.path.is_within(&moved.path) {
                entry.path = entry.path.moved(&moved.path, to);
                entry.disk = PathBuf::from(&entry.path.lower[1..]);
            }
            self.tree.insert(entry.path.lower.clone(), entry);
        }
    }

    fn check(mut self) {
        for entry in self.tree.values() {
            assert_eq!(self.journal.live(&entry.path.lower).unwrap().as_ref(), Some(entry));
        }
        for client in &mut self.clients {
            while client.read(&self.journal, 2) {}
            let is_seen = |entry: &&Entry| client.scope.recursive || entry.path.parent().is_root();
            let seen = self.tree.values().filter(is_seen);
            let truth: Tree = seen
                .map(|entry| {
                    (entry.path.lower.clone(), (entry.id.clone(), entry.file().map(|file| file.rev.clone())))
                })
                .collect();
            assert_eq!(client.tree, truth);
        }
    }
}

fn content(rev: String) -> FileContent {
    FileContent { rev, hash: None, size: 0, client_modified: 0, server_modified: 0 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_client_that_follows_the_rules_ends_with_the_true_tree(steps in steps()) {
        Db::in_memory().transact(|db| {
            Journal::create(db, ACCOUNT)?;
            let journal = Journal::new(db, ACCOUNT, 1_700_000_000);
            let mut world = World { journal, tree: BTreeMap::new(), clients: Vec::new(), made: 0 };
            steps.iter().for_each(|step| world.take(step));
            world.check();
            Ok::<_, rusqlite::Error>(())
        })?;
    }
}
