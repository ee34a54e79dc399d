//! What happened, in order: for the eyes, and as a hash that two runs of a seed must share.

use std::fmt;

use super::dice::fold;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Milliseconds of virtual time since the beginning.
    pub at: u64,
    /// Who did it.
    pub actor: String,
    /// What it was, and to what.
    pub what: String,
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>12.3} {:<14} {}", self.at as f64 / 1000.0, self.actor, self.what)
    }
}

/// Everything that happened.
#[derive(Debug, Default)]
pub(super) struct Trace {
    entries: Vec<Entry>,
    /// Things done at once, whose order among themselves is nobody's promise.
    unordered: Vec<Entry>,
}

impl Trace {
    /// Adds what came after everything before it.
    pub(super) fn add(&mut self, entry: Entry) {
        self.settle();
        self.entries.push(entry);
    }

    /// Adds what came at the same time as its neighbours.
    pub(super) fn add_unordered(&mut self, entry: Entry) {
        self.unordered.push(entry);
    }

    /// All entries.
    pub(super) fn into_entries(mut self) -> Vec<Entry> {
        self.settle();
        self.entries
    }

    fn settle(&mut self) {
        self.unordered.sort();
        self.entries.append(&mut self.unordered);
    }
}

/// The hash of a trace.
pub(super) fn hash(entries: &[Entry]) -> u64 {
    entries.iter().fold(0xcbf2_9ce4_8422_2325, |hash, entry| fold(hash, &entry.to_string()))
}
