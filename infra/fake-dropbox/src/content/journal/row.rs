//! Conversion between rows of the database and entries.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::PathBuf};

use rusqlite::{
    Row, Transaction, params,
    types::{FromSql, FromSqlResult, ToSql, ToSqlOutput, ValueRef},
};

use crate::content::{
    entry::{Entry, FileContent, Node, Stat},
    path::DropboxPath,
};

/// Columns that [`read`] expects, in its order.
pub(super) const COLUMNS: &str = "seq, state, kind, path_lower, path_display, id, rev, content_hash, size, \
    client_modified, server_modified, disk, inode, born, modified";

const WRITE: &str = "INSERT OR REPLACE INTO entry (account, parent_lower, seq, state, kind, path_lower, path_display, \
    id, rev, content_hash, size, client_modified, server_modified, disk, inode, born, modified) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

/// State of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The entry exists.
    Live = 0,
    /// The entry was deleted, and the row lists this.
    Deleted = 1,
    /// The entry was deleted, and the row of a folder above implies this.
    Implied = 2,
}

impl ToSql for State {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(*self as i64))
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Ok(match value.as_i64()? {
            0 => Self::Live,
            1 => Self::Deleted,
            _ => Self::Implied,
        })
    }
}

/// A row of the journal.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    /// Number of its last change.
    pub(crate) seq: i64,
    /// State.
    pub(crate) state: State,
    /// Current or last entry.
    pub(crate) entry: Entry,
}

impl Recorded {
    /// Returns the entry, if it exists.
    pub(crate) fn live(self) -> Option<Entry> {
        self.is_live().then_some(self.entry)
    }

    /// Whether the entry exists.
    pub(crate) fn is_live(&self) -> bool {
        self.state == State::Live
    }
}

/// Reads a row.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Recorded> {
    let size = row.get::<_, i64>(8)?.cast_unsigned();
    let node = match row.get::<_, i64>(2)? {
        0 => Node::Folder,
        _ => Node::File(FileContent {
            rev: row.get(6)?,
            hash: row.get(7)?,
            size,
            client_modified: row.get(9)?,
            server_modified: row.get(10)?,
        }),
    };
    let disk: Vec<u8> = row.get(11)?;
    let stat = Stat {
        inode: row.get::<_, i64>(12)?.cast_unsigned(),
        born: row.get(13)?,
        modified: row.get(14)?,
        size,
    };
    let path = DropboxPath { lower: row.get(3)?, display: row.get(4)? };
    let entry = Entry { path, id: row.get(5)?, node, disk: PathBuf::from(OsStr::from_bytes(&disk)), stat };
    Ok(Recorded { seq: row.get(0)?, state: row.get(1)?, entry })
}

/// Writes the row of an entry, replacing any row of its path.
pub(super) fn write(
    db: &Transaction<'_>,
    account: i64,
    seq: i64,
    state: State,
    entry: &Entry,
) -> rusqlite::Result<()> {
    let Entry { path, id, disk, stat, .. } = entry;
    let file = entry.file();
    db.prepare_cached(WRITE)?.execute(params![
        account,
        path.parent().lower,
        seq,
        state,
        i64::from(file.is_some()),
        path.lower,
        path.display,
        id,
        file.map(|file| &file.rev),
        file.and_then(|file| file.hash.as_ref()),
        file.map_or(stat.size, |file| file.size).cast_signed(),
        file.map_or(0, |file| file.client_modified),
        file.map_or(0, |file| file.server_modified),
        disk.as_os_str().as_bytes(),
        stat.inode.cast_signed(),
        stat.born,
        stat.modified,
    ])?;
    Ok(())
}
