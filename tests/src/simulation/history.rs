//! Everything that left Dropline or was committed in it, kept for the invariants.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use shared::model::{Change, Event};

use super::wiring;

/// A broken invariant: its name, and how it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The name in the design: I1 to I12, or what else must not be.
    pub invariant: &'static str,
    /// How it shows.
    pub what: String,
}

impl Violation {
    pub(super) fn new(invariant: &'static str, what: impl Into<String>) -> Self {
        Self { invariant, what: what.into() }
    }
}

#[derive(Default)]
pub(super) struct Seen {
    /// Every committed change by its number.
    pub(super) changes: BTreeMap<u64, Change>,
    /// Every event by its id.
    pub(super) events: BTreeMap<String, Event>,
    /// Invariants that were broken on the way.
    pub(super) violations: Vec<Violation>,
}

/// What was seen.
#[derive(Default)]
pub(super) struct History(Mutex<Seen>);

impl History {
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An invariant is broken.
    pub(super) fn broken(&self, invariant: &'static str, what: impl Into<String>) {
        self.seen().violations.push(Violation::new(invariant, what));
    }

    /// A transaction took effect; it may have committed changes. Returns them in short, for the trace.
    pub(super) fn committed(&self, transaction: &[u8]) -> Vec<String> {
        let changes = wiring::committed_changes(transaction);
        let short = |change: &Change| {
            let Change { number, kind, item, .. } = change;
            format!("{number}: {} {} {}", kind.as_str(), item.id, item.path_lower)
        };
        let told = changes.iter().map(short).collect();
        for change in changes {
            let number = change.number;
            let before = self.seen().changes.insert(number, change.clone());
            if before.is_some_and(|before| before != change) {
                self.broken("I12", format!("change {number} was committed twice, with different content"));
            }
            if number > 1 && !self.seen().changes.contains_key(&(number - 1)) {
                self.broken("I12", format!("change {number} was committed before change {}", number - 1));
            }
        }
        told
    }

    /// An event was taken by the bus.
    pub(super) fn published(&self, event: &Event) {
        if (event.project, event.connection) != (wiring::PROJECT, Some(wiring::CONNECTION)) {
            self.broken("I1", format!("event {} is told of another connection", event.id));
        }
        let before = self.seen().events.insert(event.id.clone(), event.clone());
        if before.is_some_and(|before| before != *event) {
            self.broken("I12", format!("event {} was published with different content", event.id));
        }
        self.check_secrets("an event", &serde_json::to_string(event).unwrap_or_default());
    }

    /// No secret may stand in a text that leaves.
    pub(super) fn check_secrets(&self, place: &str, text: &str) {
        if text.contains(super::dropbox::CANARY) {
            self.broken("I10", format!("a token in {place}"));
        }
    }
}
