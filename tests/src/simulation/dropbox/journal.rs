//! The paths that changed, in order.

use std::collections::HashMap;

/// The journal of an account.
#[derive(Debug, Default)]
pub(super) struct Journal(Vec<String>);

impl Journal {
    pub(super) fn note(&mut self, path: &str) {
        self.0.push(path.to_owned());
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Every path that changed from `since` on, once, at its last change: the place in the journal, and the path.
    pub(super) fn since(&self, since: usize) -> Vec<(usize, &str)> {
        let changes = || self.0.iter().enumerate().skip(since);
        let last: HashMap<&str, usize> = changes().map(|(place, path)| (path.as_str(), place)).collect();
        let is_last = |(place, path): &(usize, &str)| last[path] == *place;
        changes().map(|(place, path)| (place, path.as_str())).filter(is_last).collect()
    }
}
