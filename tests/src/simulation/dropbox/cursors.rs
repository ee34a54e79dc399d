//! Cursors: places in a listing or in the journal.

/// What a listing covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    /// The lower-cased path of the folder; the root is the empty path.
    pub(super) root: String,
    pub(super) recursive: bool,
    /// Entries on a page, at most.
    pub(super) limit: u64,
    /// The namespace that it is rooted at, where it was told one.
    pub(super) namespace: Option<String>,
}

impl Scope {
    /// Whether the listing covers a path. The folder itself is listed with what is in it, unless it is the root.
    pub(super) fn covers(&self, path: &str) -> bool {
        let Some(below) = path.strip_prefix(&self.root) else { return false };
        match below.strip_prefix('/') {
            Some(rest) => self.recursive || !rest.contains('/'),
            None => below.is_empty() && self.recursive,
        }
    }
}

/// Where a cursor stands.
#[derive(Debug, Clone)]
pub(super) struct Cursor {
    pub(super) scope: Scope,
    /// Paths of the listing that are still to come, last first.
    pub(super) left: Vec<String>,
    /// The place in the journal from which changes follow.
    pub(super) since: usize,
}

/// Every cursor that was given out.
#[derive(Debug, Default)]
pub(super) struct Cursors {
    given: Vec<Cursor>,
    /// Those before this are of no use any more.
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

    /// Makes all cursors useless.
    pub(super) fn reset(&mut self) {
        self.first_valid = self.given.len();
    }
}
