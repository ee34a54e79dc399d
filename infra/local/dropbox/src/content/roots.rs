//! Where the paths of an account begin.

use std::fs;
use std::io;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::{OptionalExtension, Transaction};

use super::account::Account;
use super::path::DropboxPath;

/// The namespaces of an account, as `root_info` tells them
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Roots {
    /// The namespace in which everything lies that the account sees
    pub(crate) root: i64,
    /// The namespace of its own folder
    pub(crate) home: i64,
    /// Where its own folder is in the root; empty when it is the root
    pub(crate) home_path: DropboxPath,
}

/// How often the root was moved to another namespace
#[derive(Debug)]
pub(super) struct RootMoves(AtomicI64);

impl RootMoves {
    pub(super) fn read(db: &Transaction<'_>, account: i64) -> rusqlite::Result<Self> {
        let sql = "SELECT moves FROM root WHERE account = ?1";
        let moves = db.query_row(sql, [account], |row| row.get(0)).optional()?;
        Ok(Self(AtomicI64::new(moves.unwrap_or_default())))
    }
}

impl Account {
    /// Where its paths begin now. Without a team its home is its root, and both are moved together.
    pub(crate) fn roots(&self) -> Roots {
        let moves = self.root_moves.0.load(Ordering::SeqCst);
        let (home_path, is_member) = match &self.member_folder {
            Some(name) => (DropboxPath::default().child(name), true),
            None => (DropboxPath::default(), false),
        };
        let root = match (is_member, moves) {
            (false, 0) => self.profile.namespace,
            _ => self.profile.root(moves),
        };
        let home = if is_member { self.profile.namespace } else { root };
        Roots { root, home, home_path }
    }

    /// Makes its own folder, when that is not the root
    pub(super) fn make_member_folder(&self) -> io::Result<()> {
        match &self.member_folder {
            Some(name) => fs::create_dir_all(self.directory.root().join(name)),
            None => Ok(()),
        }
    }

    /// Moves the root to another namespace, with all that is in it
    pub(crate) fn change_root(&self) -> rusqlite::Result<()> {
        let sql = "INSERT INTO root (account, moves) VALUES (?1, 1) \
                   ON CONFLICT DO UPDATE SET moves = moves + 1 RETURNING moves";
        let moves = self.db.transact(|db| db.query_row(sql, [self.profile.namespace], |row| row.get(0)))?;
        self.root_moves.0.store(moves, Ordering::SeqCst);
        Ok(())
    }
}
