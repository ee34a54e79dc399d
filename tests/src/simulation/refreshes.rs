//! Check that only one process at a time refreshes the tokens (invariant I6).
//!
//! A process that refreshes must have taken the lease, and no other process may take it before it expires. A
//! process that is frozen after taking the lease can still be late; no store can prevent that.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{clock::VirtualClock, gate::Gate, history::History, wiring};

/// Leases of the processes that may refresh the tokens.
pub(super) struct Refreshes {
    history: Arc<History>,
    /// Expiry of each process's lease that it took and did not return.
    leases: Mutex<BTreeMap<u64, u64>>,
}

impl Refreshes {
    pub(super) fn new(history: Arc<History>) -> Self {
        Self { history, leases: Mutex::default() }
    }

    /// Records a request to the store that took or returned the lease.
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

    /// Checks that the running process may ask Dropbox for a new token.
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
