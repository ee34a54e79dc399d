//! Changes of an account.

use std::path::{Path, PathBuf};

use rusqlite::params;

use super::{
    Journal,
    row::{self, State},
};
use crate::content::{
    entry::{Entry, Node},
    path::DropboxPath,
};

/// Counts a change at a path for accounts that have mounted a folder containing it. SQLite keeps the order of a cross
/// join: it begins with the few mounts, and not with all entries of the account.
const TOUCH_MEMBERS: &str = "UPDATE account SET seq = seq + 1 WHERE account IN ( \
    SELECT mount.member FROM mount CROSS JOIN entry ON entry.account = owner AND entry.id = folder \
    WHERE owner = ?1 AND (path_lower = ?2 OR ?2 > path_lower || '/' AND ?2 < path_lower || '0'))";

impl Journal<'_> {
    /// Records that `entry` is at its path, in an existing folder: created, edited or moved there.
    pub(crate) fn put(&self, entry: &Entry) -> rusqlite::Result<()> {
        let before = self.live(&entry.path.lower)?;
        let was_folder = before.is_some_and(|before| before.node == Node::Folder);
        match entry.node {
            Node::Folder if !was_folder => self.tell_implied_children(&entry.path)?,
            Node::File(_) if was_folder => self.imply_descendants(&entry.path)?,
            _ => {}
        }
        self.write(State::Live, entry)
    }

    /// Records that the entry at `path` was deleted, with everything below it.
    pub(crate) fn remove(&self, path: &DropboxPath) -> rusqlite::Result<()> {
        if let Some(entry) = self.live(&path.lower)? {
            self.imply_descendants(path)?;
            self.write(State::Deleted, &entry)?;
        }
        Ok(())
    }

    /// Records that `entry` was moved to `path`, and to `disk` in the directory, with everything below it.
    ///
    /// If only the case of names has changed, no change is listed, because Dropbox does not report it either.
    pub(crate) fn relocate(&self, entry: &Entry, path: &DropboxPath, disk: &Path) -> rusqlite::Result<()> {
        let is_told = entry.path.lower != path.lower;
        if is_told {
            self.write(State::Deleted, entry)?;
        }
        let place = |below: &Entry| Entry {
            path: below.path.moved(&entry.path, path),
            disk: below_disk(disk, &entry.disk, &below.disk),
            ..below.clone()
        };
        let update = |moved: &Entry| if is_told { self.put(moved) } else { self.restat(moved) };
        update(&place(entry))?;
        let mut after = String::new();
        loop {
            let batch = self.live_below(&entry.path, &after)?;
            let Some(last) = batch.last() else { return Ok(()) };
            after.clone_from(&last.entry.path.lower);
            for below in &batch {
                if is_told {
                    row::write(self.db, self.account, below.seq, State::Implied, &below.entry)?;
                }
                update(&place(&below.entry))?;
            }
        }
    }

    /// Records changes that Dropbox does not report: the name on disk, the inode, the case of the name.
    pub(crate) fn restat(&self, entry: &Entry) -> rusqlite::Result<()> {
        match self.at(&entry.path.lower)? {
            Some(recorded) => row::write(self.db, self.account, recorded.seq, recorded.state, entry),
            None => Ok(()),
        }
    }

    /// Returns a new revision, greater than any earlier one of the account, even in a database that was
    /// deleted since.
    pub(crate) fn next_rev(&self) -> rusqlite::Result<String> {
        const PER_SECOND: i64 = 1_000_000;
        let sql = "UPDATE account SET rev = max(rev + 1, ?2) WHERE account = ?1 RETURNING rev";
        let bound = [self.account, self.now * PER_SECOND];
        let rev: i64 = self.db.prepare_cached(sql)?.query_row(bound, |row| row.get(0))?;
        Ok(format!("{rev:015x}{:08x}", self.account))
    }

    fn write(&self, state: State, entry: &Entry) -> rusqlite::Result<()> {
        let sql = "UPDATE account SET seq = seq + 1 WHERE account = ?1 RETURNING seq";
        let seq = self.db.prepare_cached(sql)?.query_row([self.account], |row| row.get(0))?;
        self.changed.set(true);
        self.touch_members(&entry.path)?;
        row::write(self.db, self.account, seq, state, entry)
    }

    /// Also counts the change for accounts that have mounted a folder containing `path`, so that their apps
    /// are notified.
    fn touch_members(&self, path: &DropboxPath) -> rusqlite::Result<()> {
        self.db.prepare_cached(TOUCH_MEMBERS)?.execute(params![self.account, path.lower]).map(drop)
    }

    /// Records the deletion of each child that was deleted together with `folder`, because the folder is
    /// created again without them.
    fn tell_implied_children(&self, folder: &DropboxPath) -> rusqlite::Result<()> {
        let bound = params![self.account, folder.lower, State::Implied];
        for child in self.select("parent_lower = ?2 AND state = ?3", bound)? {
            self.write(State::Deleted, &child.entry)?;
        }
        Ok(())
    }

    fn imply_descendants(&self, folder: &DropboxPath) -> rusqlite::Result<()> {
        let sql = "UPDATE entry SET state = ?4 \
                   WHERE account = ?1 AND path_lower > ?2 || '/' AND path_lower < ?2 || '0' AND state = ?3";
        let bound = params![self.account, folder.lower, State::Live, State::Implied];
        self.db.prepare_cached(sql)?.execute(bound).map(drop)
    }
}

fn below_disk(to: &Path, from: &Path, disk: &Path) -> PathBuf {
    match disk.strip_prefix(from) {
        Ok(rest) if rest.as_os_str().is_empty() => to.to_owned(),
        Ok(rest) => to.join(rest),
        Err(_) => disk.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn a_change_reads_no_entry_but_mounted_folders() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("../../schema.sql")).unwrap();
        let mut explain = db.prepare(&format!("EXPLAIN QUERY PLAN {TOUCH_MEMBERS}")).unwrap();
        let steps = explain.query_map(params![1, "/a"], |row| row.get::<_, String>("detail")).unwrap();
        let steps: Vec<String> = steps.map(Result::unwrap).collect();
        let of_entries = steps.iter().find(|step| step.contains(" entry ")).unwrap();
        assert!(of_entries.contains("id=?"), "{steps:?}");
    }
}
