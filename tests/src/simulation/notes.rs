//! What the gate writes down.

use super::{draw::Draw, faults::Fault, gate::Gate, trace::Entry, wiring};

impl Gate {
    /// Adds a call to the trace, and counts what goes wrong there.
    pub(super) fn note_call(&self, process: &str, label: &str, draw: &Draw) {
        for fault in draw.fault.into_iter().chain(draw.crash) {
            self.count(fault);
        }
        let fault =
            |fault: Option<Fault>| fault.map(|fault| format!(" [{}]", fault.words())).unwrap_or_default();
        let what = format!("{label}{}{}", fault(draw.fault), fault(draw.crash));
        self.state().trace.add(self.entry(process, &what));
    }

    /// Adds something to the trace.
    pub(super) fn note(&self, actor: &str, what: &str) {
        self.state().trace.add(self.entry(actor, what));
    }

    /// Counts a fault that has struck.
    pub(super) fn count(&self, fault: Fault) {
        *self.state().faults.entry(fault).or_default() += 1;
    }

    /// What is done now.
    pub(super) fn entry(&self, actor: &str, what: &str) -> Entry {
        Entry { at: self.clock.elapsed(), actor: actor.to_owned(), what: wiring::shortened(what) }
    }
}
