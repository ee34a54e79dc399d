//! Folders that are shared between accounts.
//!
//! A shared folder is stored in its owner's account. Where a member has mounted it, the member's own
//! directory and journal have an empty folder, and its contents are read from and written to the owner's
//! account. So a mount is listed as a created folder, and its end as a deleted one, without changes of the
//! owner's files.

use rusqlite::{Transaction, params};

use super::account::Account;
use crate::crypto;

/// A folder of one account that is displayed in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount {
    /// Account that displays it, by its home namespace.
    pub(crate) member: i64,
    /// Id of the member's empty folder.
    pub(crate) point: String,
    /// Account that contains it, by its home namespace.
    pub(crate) owner: i64,
    /// Id of the owner's folder.
    pub(crate) folder: String,
}

impl Mount {
    /// Returns the namespace of the shared folder, which is also its `shared_folder_id`.
    pub(crate) fn namespace(&self) -> i64 {
        crypto::ten_digits(&crypto::sha256(self.folder.as_bytes()))
    }

    fn insert(&self, db: &Transaction<'_>) -> rusqlite::Result<()> {
        let sql = "INSERT INTO mount (member, point, owner, folder) VALUES (?1, ?2, ?3, ?4)";
        db.execute(sql, params![self.member, self.point, self.owner, self.folder]).map(drop)
    }

    fn remove(&self, db: &Transaction<'_>) -> rusqlite::Result<()> {
        db.execute("DELETE FROM mount WHERE member = ?1 AND point = ?2", params![self.member, self.point])
            .map(drop)
    }
}

impl Account {
    /// Returns the mounts of which the account is the member or the owner.
    pub(crate) fn mounts(&self) -> rusqlite::Result<Vec<Mount>> {
        let sql =
            "SELECT member, point, owner, folder FROM mount WHERE member = ?1 OR owner = ?1 ORDER BY rowid";
        self.db.transact(|db| {
            let mut query = db.prepare_cached(sql)?;
            let rows = query.query_map([self.profile.namespace], |row| {
                Ok(Mount { member: row.get(0)?, point: row.get(1)?, owner: row.get(2)?, folder: row.get(3)? })
            })?;
            rows.collect()
        })
    }

    /// Stores a mount.
    pub(crate) fn record_mount(&self, mount: &Mount) -> rusqlite::Result<()> {
        self.db.transact(|db| mount.insert(db))
    }

    /// Deletes a mount.
    pub(crate) fn forget_mount(&self, mount: &Mount) -> rusqlite::Result<()> {
        self.db.transact(|db| mount.remove(db))
    }
}
