//! Check that processes keep the pauses of which they can know (invariant I7).

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::Response;

use super::{gate::Gate, history::History};

/// Pause that a response asks for, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait(pub(super) u64);

/// End of the pause that each process knows of.
pub(super) struct Pauses {
    history: Arc<History>,
    until: Mutex<BTreeMap<u64, u64>>,
}

impl Pauses {
    pub(super) fn new(history: Arc<History>) -> Self {
        Self { history, until: Mutex::default() }
    }

    /// Records that a process knows of a pause.
    pub(super) fn tell(&self, process: u64, until: u64) {
        let mut known = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = known.entry(process).or_default();
        *stored = until.max(*stored);
    }

    /// Records the pause that a response asks of the running process, if it does.
    pub(super) fn note(&self, gate: &Gate, answer: &Response) {
        let process = gate.state().current;
        if let (Some(process), Some(wait)) = (process, answer.extensions().get::<Wait>()) {
            self.tell(process, gate.clock.elapsed() + wait.0);
        }
    }

    /// Checks that the running process may call Dropbox now.
    pub(super) fn check(&self, gate: &Gate, about: &str) {
        let known = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let until = gate.state().current.and_then(|process| known.get(&process).copied()).unwrap_or_default();
        let now = gate.clock.elapsed();
        if now < until {
            gate.note("", "breaks I7");
            self.history.broken(
                "I7",
                format!("Dropbox was called ({about}) {} ms before a pause ended", until - now),
            );
        }
    }
}
