//! Records of the gate: trace and counts of faults.

use super::{draw::Draw, faults::Fault, gate::Gate, trace::Entry, wiring};

impl Gate {
    /// Adds a call to the trace, and counts its faults.
    pub(super) fn note_call(&self, process: &str, label: &str, draw: &Draw) {
        for fault in draw.fault.into_iter().chain(draw.crash) {
            self.count(fault);
        }
        let fault =
            |fault: Option<Fault>| fault.map(|fault| format!(" [{}]", fault.words())).unwrap_or_default();
        let what = format!("{label}{}{}", fault(draw.fault), fault(draw.crash));
        self.state().trace.add(self.entry(process, &what));
    }

    /// Adds an entry to the trace.
    pub(super) fn note(&self, actor: &str, what: &str) {
        self.state().trace.add(self.entry(actor, what));
    }

    /// Counts a fault that has struck.
    pub(super) fn count(&self, fault: Fault) {
        *self.state().faults.entry(fault).or_default() += 1;
    }

    /// Creates a trace entry for the current time.
    pub(super) fn entry(&self, actor: &str, what: &str) -> Entry {
        Entry { at: self.clock.elapsed(), actor: actor.to_owned(), what: wiring::shortened(what) }
    }
}
