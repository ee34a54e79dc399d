//! Reading of the journal by increasing number.

use rusqlite::params;

use super::{Journal, Recorded, row::State};
use crate::content::entry::Kind;

/// Scope of a listing.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// Key of the folder; empty for the root.
    pub(crate) folder_lower: String,
    /// Whether the contents of subfolders are included.
    pub(crate) recursive: bool,
    /// Whether earlier deletions are included.
    pub(crate) include_deleted: bool,
}

/// A page of a listing.
#[derive(Debug)]
pub(crate) struct Page {
    /// Entries in the order in which to apply them.
    pub(crate) entries: Vec<Recorded>,
    /// Number after which to continue.
    pub(crate) position: i64,
    /// Whether there are more entries now.
    pub(crate) has_more: bool,
}

impl Journal<'_> {
    /// Returns at most `limit` entries of `scope` with numbers above `after`, in a listing that began at
    /// number `start`.
    pub(crate) fn page(&self, scope: &Scope, after: i64, start: i64, limit: usize) -> rusqlite::Result<Page> {
        let Scope { folder_lower: folder, recursive, include_deleted } = scope;
        let place = match (recursive, folder.is_empty()) {
            (false, _) => "parent_lower = ?5",
            (true, true) => "?5 = ''",
            (true, false) => "path_lower > ?5 || '/' AND path_lower < ?5 || '0'",
        };
        let told = if *include_deleted { "1" } else { "(state = ?3 OR state = ?4 AND seq > ?6)" };
        let condition = format!("seq > ?2 AND {place} AND {told} ORDER BY seq LIMIT ?7");
        let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let bound = params![self.account, after, State::Live, State::Deleted, folder, start, one_more];
        let mut entries = self.select(&condition, bound)?;
        let has_more = entries.len() > limit;
        entries.truncate(limit);
        let position = match entries.last() {
            Some(last) if has_more => last.seq,
            _ => self.head()?,
        };
        Ok(Page { entries, position, has_more })
    }

    /// Returns the entry with a number, unless it was changed since or is implied now.
    pub(crate) fn unchanged(&self, seq: i64) -> rusqlite::Result<Option<Recorded>> {
        self.one("seq = ?2 AND state <> ?3", params![self.account, seq, State::Implied])
    }

    /// Returns the entries that were deleted together with a folder.
    pub(crate) fn implied_by(&self, folder: &Recorded) -> rusqlite::Result<Vec<Recorded>> {
        if folder.state != State::Deleted || folder.entry.kind() != Kind::Folder {
            return Ok(Vec::new());
        }
        let place = "path_lower > ?2 || '/' AND path_lower < ?2 || '0' AND state = ?3 ORDER BY path_lower";
        self.select(place, params![self.account, folder.entry.path.lower, State::Implied])
    }
}
