//! The journal of an account: one row a path, carrying the number of its last change.
//!
//! A listing gives the rows by increasing number, and continuing it gives the rows whose number has grown since.
//! A folder that is deleted is told by one row, its own. What was below it becomes *implied*: rows that are not told,
//! since a reader who hears that the folder is gone drops them too. When something is made at the folder's path again
//! that row can no longer say so, and therefore its direct implied children are told first, under new numbers; what is
//! below those stays implied by them. So whoever reads from whatever number ends with the true tree.

mod below;
mod change;
mod page;
mod row;

#[cfg(test)]
mod model;

use std::cell::Cell;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rusqlite::{OptionalExtension, Params, Transaction, params};

use super::entry::{Entry, Stat};
use row::{COLUMNS, State};

pub(crate) use page::Scope;
pub(crate) use row::Recorded;

/// An account's journal, inside a transaction.
pub(crate) struct Journal<'t> {
    db: &'t Transaction<'t>,
    account: i64,
    now: i64,
    changed: Cell<bool>,
}

impl<'t> Journal<'t> {
    /// The journal of `account`; what changes is said to change at `now`.
    pub(crate) fn new(db: &'t Transaction<'t>, account: i64, now: i64) -> Self {
        Self { db, account, now, changed: Cell::new(false) }
    }

    /// Makes an account known, when it is not yet.
    pub(crate) fn create(db: &Transaction<'_>, account: i64) -> rusqlite::Result<()> {
        let sql = "INSERT INTO account (account, seq, rev) VALUES (?1, 0, 0) ON CONFLICT DO NOTHING";
        db.prepare_cached(sql)?.execute([account]).map(drop)
    }

    /// Whether anything was told through this value.
    pub(crate) fn has_changed(&self) -> bool {
        self.changed.get()
    }

    /// The time that changes made through this value carry.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// The number of the account's last change.
    pub(crate) fn head(&self) -> rusqlite::Result<i64> {
        let mut query = self.db.prepare_cached("SELECT seq FROM account WHERE account = ?1")?;
        query.query_row([self.account], |row| row.get(0))
    }

    /// What is at a path, or was.
    pub(crate) fn at(&self, path_lower: &str) -> rusqlite::Result<Option<Recorded>> {
        self.one("path_lower = ?2", params![self.account, path_lower])
    }

    /// What is at a path.
    pub(crate) fn live(&self, path_lower: &str) -> rusqlite::Result<Option<Entry>> {
        Ok(self.at(path_lower)?.and_then(Recorded::live))
    }

    /// What has an id.
    pub(crate) fn live_by_id(&self, id: &str) -> rusqlite::Result<Option<Entry>> {
        let found = self.one("id = ?2 AND state = ?3", params![self.account, id, State::Live])?;
        Ok(found.and_then(Recorded::live))
    }

    /// The file whose current revision is `rev`.
    pub(crate) fn live_by_rev(&self, rev: &str) -> rusqlite::Result<Option<Entry>> {
        let found = self.one("rev = ?2 AND state = ?3", params![self.account, rev, State::Live])?;
        Ok(found.and_then(Recorded::live))
    }

    /// What is at a place in the directory.
    pub(crate) fn live_by_disk(&self, disk: &Path) -> rusqlite::Result<Option<Entry>> {
        let disk = disk.as_os_str().as_bytes();
        let found = self.one("disk = ?2 AND state = ?3", params![self.account, disk, State::Live])?;
        Ok(found.and_then(Recorded::live))
    }

    /// What is directly in a folder.
    pub(crate) fn children(&self, folder_lower: &str) -> rusqlite::Result<Vec<Entry>> {
        let bound = params![self.account, folder_lower, State::Live];
        let found = self.select("parent_lower = ?2 AND state = ?3", bound)?;
        Ok(found.into_iter().filter_map(Recorded::live).collect())
    }

    /// Every entry, live or not, that was the object of this inode when it was last looked at.
    pub(crate) fn same_object(&self, stat: &Stat) -> rusqlite::Result<Vec<Recorded>> {
        let inode = stat.inode.cast_signed();
        let mut found = self.select("inode = ?2", params![self.account, inode])?;
        found.retain(|recorded| recorded.entry.stat.is_same_object(stat));
        Ok(found)
    }

    /// The bytes that all files hold together.
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
