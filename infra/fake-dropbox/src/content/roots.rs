//! Roots of an account's paths, and their changes.

use std::{
    fs, io,
    sync::{PoisonError, RwLock},
};

use anyhow::ensure;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{account::Account, path::DropboxPath, profile::Profile};

/// Namespaces of an account, as in `root_info`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Roots {
    /// Namespace that contains everything that the account can see.
    pub(crate) root: i64,
    /// Namespace of its home folder.
    pub(crate) home: i64,
    /// Path of its home folder in the root; empty if it is the root.
    pub(crate) home_path: DropboxPath,
    /// Path of its home folder in its directory; not the top if the account is or was in a team.
    pub(crate) home_folder: DropboxPath,
}

/// Namespaces of an account, with the number of their changes.
#[derive(Debug)]
pub(super) struct Place(RwLock<State>);

#[derive(Clone, Debug)]
struct State {
    roots: Roots,
    /// Number of changes so far.
    moves: i64,
}

impl Place {
    /// Reads the recorded namespaces; without any, uses the home folder in a team's space from the settings.
    pub(super) fn read(
        db: &Transaction<'_>,
        profile: &Profile,
        member_folder: Option<&str>,
    ) -> rusqlite::Result<Self> {
        let sql = "SELECT moves, root, home, home_folder, in_team FROM roots WHERE account = ?1";
        let recorded = db.query_row(sql, [profile.namespace], |row| {
            let home_folder = folder(&row.get::<_, String>(3)?);
            let home_path = if row.get(4)? { home_folder.clone() } else { DropboxPath::default() };
            let roots = Roots { root: row.get(1)?, home: row.get(2)?, home_path, home_folder };
            Ok(State { roots, moves: row.get(0)? })
        });
        let state = recorded.optional()?;
        Ok(Self(RwLock::new(state.unwrap_or_else(|| State::at_first(profile, member_folder)))))
    }
}

impl State {
    fn at_first(profile: &Profile, member_folder: Option<&str>) -> Self {
        let (home, home_path) = (profile.namespace, folder(member_folder.unwrap_or_default()));
        let root = if home_path.is_root() { home } else { profile.root(0) };
        Self { roots: Roots { root, home, home_folder: home_path.clone(), home_path }, moves: 0 }
    }

    fn write(&self, db: &Transaction<'_>, account: i64) -> rusqlite::Result<()> {
        let Roots { root, home, home_path, home_folder } = &self.roots;
        let sql = "INSERT OR REPLACE INTO roots (account, moves, root, home, home_folder, in_team) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let bound = params![account, self.moves, root, home, home_folder.name(), !home_path.is_root()];
        db.execute(sql, bound).map(drop)
    }
}

impl Account {
    /// Returns where its paths begin now.
    pub(crate) fn roots(&self) -> Roots {
        self.place.0.read().unwrap_or_else(PoisonError::into_inner).roots.clone()
    }

    /// Creates its home folder, if that is not the whole directory.
    pub(super) fn make_member_folder(&self) -> io::Result<()> {
        let roots = self.roots();
        if roots.home_folder.is_root() {
            Ok(())
        } else {
            fs::create_dir_all(self.directory.root().join(roots.home_folder.name()))
        }
    }

    /// Moves the root to another namespace, with all of its contents. Without a team the home is the root,
    /// and is moved, too.
    pub(crate) fn change_root(&self) -> rusqlite::Result<()> {
        self.change_place(|roots, new| {
            if roots.home_path.is_root() {
                roots.home = new;
            }
            roots.root = new;
        })
    }

    /// Makes its owner a member of a team, and moves everything in the directory into the folder `name` of
    /// the team's space.
    pub(crate) fn join_team(&self, name: &str) -> anyhow::Result<()> {
        let own = DropboxPath::parse(&format!("/{name}")).ok().filter(|path| path.parent().is_root());
        let (roots, writer) = (self.roots(), self.writer());
        ensure!(roots.home_path.is_root(), "{} is in a team already", self.profile.email);
        ensure!(own.is_some(), "{name:?} is no name of a folder");
        let home = if roots.home_folder.is_root() {
            self.directory.gather(name)?;
            own.unwrap_or_default()
        } else {
            roots.home_folder
        };
        self.change_place(|roots, new| {
            roots.root = new;
            roots.home_path = home.clone();
            roots.home_folder = home;
        })?;
        writer.scan_everything().map(drop)
    }

    /// Ends its owner's membership in a team: only its own folder is visible then, and stays where it is on
    /// disk.
    pub(crate) fn leave_team(&self) -> anyhow::Result<()> {
        ensure!(!self.roots().home_path.is_root(), "{} is in no team", self.profile.email);
        Ok(self.change_place(|roots, _| {
            roots.root = roots.home;
            roots.home_path = DropboxPath::default();
        })?)
    }

    /// Changes where its paths begin; `change` gets the id of an unused namespace.
    fn change_place(&self, change: impl FnOnce(&mut Roots, i64)) -> rusqlite::Result<()> {
        let mut state = self.place.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = State { moves: state.moves + 1, ..state.clone() };
        change(&mut changed.roots, self.profile.root(changed.moves));
        self.db.transact(|db| changed.write(db, self.profile.namespace))?;
        *state = changed;
        Ok(())
    }
}

/// Returns the folder with this name at the top, or the top itself for an empty name.
fn folder(name: &str) -> DropboxPath {
    let top = DropboxPath::default();
    if name.is_empty() { top } else { top.child(name) }
}
