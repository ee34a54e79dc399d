//! Whether the pauses that Dropbox asks for are kept (invariant I7), by those who could know of them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use reqwest::Response;

use super::{gate::Gate, history::History};

/// How long an answer asks to wait, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wait(pub(super) u64);

/// Until when each process knows that it must be silent.
pub(super) struct Pauses {
    history: Arc<History>,
    until: Mutex<BTreeMap<u64, u64>>,
}

impl Pauses {
    pub(super) fn new(history: Arc<History>) -> Self {
        Self { history, until: Mutex::default() }
    }

    /// A process can know that there is a pause.
    pub(super) fn tell(&self, process: u64, until: u64) {
        let mut known = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let held = known.entry(process).or_default();
        *held = until.max(*held);
    }

    /// The process at work was told to wait by this answer, if it says so.
    pub(super) fn note(&self, gate: &Gate, answer: &Response) {
        let process = gate.state().current;
        if let (Some(process), Some(wait)) = (process, answer.extensions().get::<Wait>()) {
            self.tell(process, gate.clock.elapsed() + wait.0);
        }
    }

    /// The process at work calls Dropbox.
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
