//! Reading the journal by increasing number.

use rusqlite::params;

use super::row::State;
use super::{Journal, Recorded};
use crate::content::entry::Kind;

/// What a listing is of.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// The key of the folder; empty for the root.
    pub(crate) folder_lower: String,
    /// Whether what is below its folders counts.
    pub(crate) recursive: bool,
    /// Whether what was deleted before the listing began is told too.
    pub(crate) include_deleted: bool,
}

/// A part of a listing.
#[derive(Debug)]
pub(crate) struct Page {
    /// Entries in the order in which to apply them.
    pub(crate) entries: Vec<Recorded>,
    /// The number from which to read on.
    pub(crate) position: i64,
    /// Whether there is more to read now.
    pub(crate) has_more: bool,
}

impl Journal<'_> {
    /// At most `limit` entries of `scope` whose number is above `after`, in a listing that began at number `start`.
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

    /// The entry of a number, unless it was told under another one since, or is not told any more.
    pub(crate) fn unchanged(&self, seq: i64) -> rusqlite::Result<Option<Recorded>> {
        self.one("seq = ?2 AND state <> ?3", params![self.account, seq, State::Implied])
    }

    /// What is gone with a folder that is told to be deleted.
    pub(crate) fn implied_by(&self, folder: &Recorded) -> rusqlite::Result<Vec<Recorded>> {
        if folder.state != State::Deleted || folder.entry.kind() != Kind::Folder {
            return Ok(Vec::new());
        }
        let place = "path_lower > ?2 || '/' AND path_lower < ?2 || '0' AND state = ?3 ORDER BY path_lower";
        self.select(place, params![self.account, folder.entry.path.lower, State::Implied])
    }
}
