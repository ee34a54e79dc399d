//! Journal of changed paths, in order.

use std::collections::HashMap;

/// Changed paths of an account.
#[derive(Debug, Default)]
pub(super) struct Journal(Vec<String>);

impl Journal {
    pub(super) fn note(&mut self, path: &str) {
        self.0.push(path.to_owned());
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns every path that changed from position `since` on, once, with the position of its last change.
    pub(super) fn since(&self, since: usize) -> Vec<(usize, &str)> {
        let changes = || self.0.iter().enumerate().skip(since);
        let last: HashMap<&str, usize> = changes().map(|(place, path)| (path.as_str(), place)).collect();
        let is_last = |(place, path): &(usize, &str)| last[path] == *place;
        changes().map(|(place, path)| (place, path.as_str())).filter(is_last).collect()
    }
}
