//! Journal of an account: one row per path, with the number of its last change.
//!
//! A listing returns the rows by increasing number, and continuing it returns the rows whose number has grown
//! since. A deleted folder is listed by its own row only. The entries that were below it become *implied*:
//! their rows are not listed, because a client that learns of the folder's deletion drops them, too. If
//! something is created at the folder's path again, that row cannot report the deletion any more; therefore
//! its direct implied children are listed first, under new numbers, and imply everything below them. So a
//! client that continues from any number ends with the true tree.

mod below;
mod change;
mod page;
mod row;

#[cfg(test)]
mod model;

use std::{cell::Cell, os::unix::ffi::OsStrExt, path::Path};

use rusqlite::{OptionalExtension, Params, Transaction, params};

use super::entry::{Entry, Stat};
use row::{COLUMNS, State};

pub(crate) use page::Scope;
pub(crate) use row::Recorded;

/// An account's journal, within a transaction.
pub(crate) struct Journal<'t> {
    db: &'t Transaction<'t>,
    account: i64,
    now: i64,
    changed: Cell<bool>,
}

impl<'t> Journal<'t> {
    /// Opens the journal of `account`; changes get the time `now`.
    pub(crate) fn new(db: &'t Transaction<'t>, account: i64, now: i64) -> Self {
        Self { db, account, now, changed: Cell::new(false) }
    }

    /// Adds an account, if it is new.
    pub(crate) fn create(db: &Transaction<'_>, account: i64) -> rusqlite::Result<()> {
        let sql = "INSERT INTO account (account, seq, rev) VALUES (?1, 0, 0) ON CONFLICT DO NOTHING";
        db.prepare_cached(sql)?.execute([account]).map(drop)
    }

    /// Whether any change was recorded through this value.
    pub(crate) fn has_changed(&self) -> bool {
        self.changed.get()
    }

    /// Returns the time of changes that are recorded through this value.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// Returns the number of the account's last change.
    pub(crate) fn head(&self) -> rusqlite::Result<i64> {
        let mut query = self.db.prepare_cached("SELECT seq FROM account WHERE account = ?1")?;
        query.query_row([self.account], |row| row.get(0))
    }

    /// Returns the row of a path, live or deleted.
    pub(crate) fn at(&self, path_lower: &str) -> rusqlite::Result<Option<Recorded>> {
        self.one("path_lower = ?2", params![self.account, path_lower])
    }

    /// Returns the live entry at a path.
    pub(crate) fn live(&self, path_lower: &str) -> rusqlite::Result<Option<Entry>> {
        Ok(self.at(path_lower)?.and_then(Recorded::live))
    }

    /// Returns the live entry with an id.
    pub(crate) fn live_by_id(&self, id: &str) -> rusqlite::Result<Option<Entry>> {
        let found = self.one("id = ?2 AND state = ?3", params![self.account, id, State::Live])?;
        Ok(found.and_then(Recorded::live))
    }

    /// Returns the file whose current revision is `rev`.
    pub(crate) fn live_by_rev(&self, rev: &str) -> rusqlite::Result<Option<Entry>> {
        let found = self.one("rev = ?2 AND state = ?3", params![self.account, rev, State::Live])?;
        Ok(found.and_then(Recorded::live))
    }

    /// Returns the live entry at a path on disk.
    pub(crate) fn live_by_disk(&self, disk: &Path) -> rusqlite::Result<Option<Entry>> {
        let disk = disk.as_os_str().as_bytes();
        let found = self.one("disk = ?2 AND state = ?3", params![self.account, disk, State::Live])?;
        Ok(found.and_then(Recorded::live))
    }

    /// Returns the live entries directly in a folder.
    pub(crate) fn children(&self, folder_lower: &str) -> rusqlite::Result<Vec<Entry>> {
        let bound = params![self.account, folder_lower, State::Live];
        let found = self.select("parent_lower = ?2 AND state = ?3", bound)?;
        Ok(found.into_iter().filter_map(Recorded::live).collect())
    }

    /// Returns every entry, live or not, that had this inode when it was last read.
    pub(crate) fn same_object(&self, stat: &Stat) -> rusqlite::Result<Vec<Recorded>> {
        let inode = stat.inode.cast_signed();
        let mut found = self.select("inode = ?2", params![self.account, inode])?;
        found.retain(|recorded| recorded.entry.stat.is_same_object(stat));
        Ok(found)
    }

    /// Returns the total size of all files, in bytes.
    pub(crate) fn total_size(&self) -> rusqlite::Result<i64> {
        let sql = "SELECT coalesce(sum(size), 0) FROM entry WHERE account = ?1 AND state = ?2 AND kind = 1";
        self.db.prepare_cached(sql)?.query_row(params![self.account, State::Live], |row| row.get(0))
    }

    fn one(&self, condition: &str, bound: impl Params) -> rusqlite::Result<Option<Recorded>> {
        let sql = format!("SELECT {COLUMNS} FROM entry WHERE account = ?1 AND {condition} LIMIT 1");
        self.db.prepare_cached(&sql)?.query_row(bound, row::read).optional()
    }

    fn select(&self, condition: &str, bound: impl Params) -> rusqlite::Result<Vec<Recorded>> {
        let sql = format!("SELECT {COLUMNS} FROM entry WHERE account = ?1 AND {condition}");
        self.db.prepare_cached(&sql)?.query_map(bound, row::read)?.collect()
    }
}
