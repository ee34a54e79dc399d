//! Whether only one process at a time refreshes the tokens (invariant I6).
//!
//! Who refreshes must have taken the lease, and nobody may take it before the time of its holder is over. A process
//! that is frozen between the two comes late: no store can hinder that.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{clock::VirtualClock, gate::Gate, history::History, wiring};

/// Who may refresh the tokens.
pub(super) struct Refreshes {
    history: Arc<History>,
    /// Until when each process has the lease that it took and did not give back.
    leases: Mutex<BTreeMap<u64, u64>>,
}

impl Refreshes {
    pub(super) fn new(history: Arc<History>) -> Self {
        Self { history, leases: Mutex::default() }
    }

    /// A request to the store took effect; it may have taken the lease or given it back.
    pub(super) fn note(&self, gate: &Gate, label: &str, request: &[u8]) {
        let Some(process) = gate.state().current else { return };
        let mut leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        if label == wiring::lease("PutItem") {
            let now = gate.clock.elapsed();
            if leases.values().any(|until| *until > now) {
                self.broken(gate, "the lease of a refresh was taken from its holder");
            }
            leases.insert(process, VirtualClock::since_beginning(wiring::until(request)));
        } else if label == wiring::lease("DeleteItem") {
            leases.remove(&process);
        }
    }

    /// The process at work asks Dropbox for a new token.
    pub(super) fn check(&self, gate: &Gate) {
        let Some(process) = gate.state().current else { return };
        let leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        if !leases.contains_key(&process) {
            self.broken(gate, "tokens are refreshed without the lease");
        }
    }

    fn broken(&self, gate: &Gate, how: &str) {
        gate.note("", "breaks I6");
        self.history.broken("I6", how);
    }
}
