//! Trace of a run: readable, and hashed to compare two runs of a seed.

use std::fmt;

use super::dice::fold;

/// An entry of the trace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Virtual time since the start, in milliseconds.
    pub at: u64,
    /// Process, service or user that acted.
    pub actor: String,
    /// Action and its subject.
    pub what: String,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>12.3} {:<14} {}", self.at as f64 / 1000.0, self.actor, self.what)
    }
}

/// Trace of a run.
#[derive(Debug, Default)]
pub(super) struct Trace {
    entries: Vec<Entry>,
    /// Entries of effects in parallel, whose order among themselves is undefined.
    unordered: Vec<Entry>,
}

impl Trace {
    /// Adds an entry after all earlier ones.
    pub(super) fn add(&mut self, entry: Entry) {
        self.flush();
        self.entries.push(entry);
    }

    /// Adds an entry without an order relative to its neighbours.
    pub(super) fn add_unordered(&mut self, entry: Entry) {
        self.unordered.push(entry);
    }

    /// Returns all entries.
    pub(super) fn into_entries(mut self) -> Vec<Entry> {
        self.flush();
        self.entries
    }

    fn flush(&mut self) {
        self.unordered.sort();
        self.entries.append(&mut self.unordered);
    }
}

/// Hashes a trace.
pub(super) fn hash(entries: &[Entry]) -> u64 {
    entries.iter().fold(0xcbf2_9ce4_8422_2325, |hash, entry| fold(hash, &entry.to_string()))
}
