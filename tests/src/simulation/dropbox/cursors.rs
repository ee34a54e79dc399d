//! Cursors: positions in a listing or in the journal.

/// Scope of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    /// Lower-cased path of the folder; empty for the root.
    pub(super) root: String,
    pub(super) recursive: bool,
    /// Largest number of entries on a page.
    pub(super) limit: u64,
    /// Namespace at which the listing is rooted, if the request named one.
    pub(super) namespace: Option<String>,
}

impl Scope {
    /// Whether the listing includes a path. The folder itself is part of its recursive listing, unless it is
    /// the root.
    pub(super) fn covers(&self, path: &str) -> bool {
        let Some(below) = path.strip_prefix(&self.root) else { return false };
        match below.strip_prefix('/') {
            Some(rest) => self.recursive || !rest.contains('/'),
            None => below.is_empty() && self.recursive,
        }
    }
}

/// Position of a cursor.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    pub(super) scope: Scope,
    /// Remaining paths of the listing, in reverse order.
    pub(super) left: Vec<String>,
    /// Position in the journal after which changes follow.
    pub(super) since: usize,
}

/// All issued cursors.
#[derive(Debug, Default)]
pub(super) struct Cursors {
    given: Vec<Cursor>,
    /// Number of the first cursor that is still valid.
    first_valid: usize,
}

impl Cursors {
    pub(super) fn give(&mut self, cursor: Cursor) -> String {
        self.given.push(cursor);
        format!("cursor-{}", self.given.len() - 1)
    }

    pub(super) fn find(&self, name: &str) -> Option<Cursor> {
        let number: usize = name.strip_prefix("cursor-")?.parse().ok()?;
        self.given.get(number).filter(|_| number >= self.first_valid).cloned()
    }

    /// Invalidates all cursors.
    pub(super) fn reset(&mut self) {
        self.first_valid = self.given.len();
    }
}
