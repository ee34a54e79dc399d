//! History of all committed changes and published events, for checking the invariants.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use shared::model::{Change, Event, EventBody, Metadata};

use super::wiring;

/// A broken invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Name of the invariant in the design, such as I1, or of another property.
    pub invariant: &'static str,
    /// Description of the violation.
    pub what: String,
}

impl Violation {
    pub(super) fn new(invariant: &'static str, what: impl Into<String>) -> Self {
        Self { invariant, what: what.into() }
    }
}

#[derive(Default)]
pub(super) struct Seen {
    /// Committed changes by number.
    pub(super) changes: BTreeMap<u64, Change>,
    /// Events by id.
    pub(super) events: BTreeMap<String, Event>,
    /// Violations detected during the run.
    pub(super) violations: Vec<Violation>,
}

/// Recorded history.
#[derive(Default)]
pub(super) struct History(Mutex<Seen>);

impl History {
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a violation.
    pub(super) fn broken(&self, invariant: &'static str, what: impl Into<String>) {
        self.seen().violations.push(Violation::new(invariant, what));
    }

    /// Records the changes of a transaction that took effect, if it has any. Returns a short form of them for
    /// the trace.
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

    /// Records an event that the bus accepted.
    pub(super) fn published(&self, event: &Event) {
        if (event.project, event.connection) != (wiring::PROJECT, Some(wiring::CONNECTION)) {
            self.broken("I1", format!("event {} is told of another connection", event.id));
        }
        let (told, metadata) = apart(event);
        let before = self.seen().events.insert(event.id.clone(), told.clone());
        if before.is_some_and(|before| before != told) {
            self.broken("I12", format!("event {} was published with different content", event.id));
        }
        if metadata.is_some_and(|metadata| !self.has_logged(&metadata)) {
            self.broken("I12", format!("event {} has metadata that no change has", event.id));
        }
        self.check_secrets("an event", &serde_json::to_string(event).unwrap_or_default());
    }

    /// Whether a change has given a file or folder this metadata.
    fn has_logged(&self, metadata: &Metadata) -> bool {
        self.seen().changes.values().any(|change| change.item == *metadata)
    }

    /// Checks that an outgoing text contains no secret.
    pub(super) fn check_secrets(&self, place: &str, text: &str) {
        if text.contains(super::dropbox::CANARY) {
            self.broken("I10", format!("a token in {place}"));
        }
    }
}

/// Returns an event without the file's metadata and creating change, and the metadata. Those are the file's at the
/// time at which the event is announced, so they may be others when the event is announced again.
fn apart(event: &Event) -> (Event, Option<Metadata>) {
    let mut told = event.clone();
    let metadata = match &mut told.body {
        EventBody::Ready { metadata, created, .. } | EventBody::Failed { metadata, created, .. } => {
            *created = None;
            metadata.take()
        }
        _ => None,
    };
    (told, metadata)
}
