//! Draws for a call: its delay, and its fault.

use fastrand::Rng;

use super::{
    dice::{chance, dice, fold},
    faults::{Fault, Port},
    gate::{Gate, State},
};

/// Probability of a delay, in thousandths. Calls of Dropbox are always delayed.
const DELAYED: u32 = 100;

/// Process that handles a message.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) name: String,
    /// Whether it is spared faults because its message has failed before and must not become a dead letter
    /// through faults alone.
    pub(super) gentle: bool,
    pub(super) crashed: bool,
    /// Time for which it was frozen since the last [`Gate::thaw`], in milliseconds.
    pub(super) frozen: u64,
}

/// Outcome drawn for a call.
pub(super) struct Draw {
    /// Delay in milliseconds.
    pub(super) delay: u64,
    pub(super) fault: Option<Fault>,
    pub(super) crash: Option<Fault>,
}

impl Gate {
    /// Returns the random number generator for the next call of this kind.
    pub(super) fn dice(&self, purpose: &str) -> Rng {
        let name = fold(0, purpose);
        let call = {
            let mut state = self.state();
            let call = state.calls.entry(name).or_default();
            *call += 1;
            *call
        };
        dice(self.seed, &format!("{purpose} {call}"))
    }

    /// Draws the outcome of a call by the running process.
    pub(super) fn draw(&self, port: Port, operation: &str, gentle: bool, rng: &mut Rng) -> Draw {
        let mut state = self.state();
        let delayed = port == Port::Dropbox || chance(rng, DELAYED);
        if !delayed || (state.calm && port != Port::Dropbox) {
            return Draw { delay: 0, fault: None, crash: None };
        }
        let mut delay = rng.u64(1..40);
        if state.calm {
            return Draw { delay, fault: None, crash: None };
        }
        if chance(rng, 60) && !gentle {
            delay += rng.u64(100..8_000);
        }
        let fault = state.profile.strike(port, operation, rng).filter(|_| !gentle || port == Port::Dropbox);
        let crash = state.profile.strike(Port::Process, operation, rng).filter(|_| !gentle);
        if crash == Some(Fault::Zombie) {
            delay += Self::freeze(&mut state, rng);
        }
        Draw { delay, fault, crash }
    }

    /// Freezes the running process for long enough that its message is delivered to another.
    fn freeze(state: &mut State, rng: &mut Rng) -> u64 {
        let frozen = rng.u64(100_000..1_200_000);
        let current = state.current;
        if let Some(process) = current.and_then(|id| state.processes.get_mut(&id)) {
            process.frozen += frozen;
        }
        frozen
    }

    /// Resets the time for which a process was frozen, once it has been added to its deadline.
    pub(super) fn thaw(&self, id: u64) {
        if let Some(process) = self.state().processes.get_mut(&id) {
            process.frozen = 0;
        }
    }

    /// Draws whether a fault strikes outside any process, and records it.
    pub(super) fn strike_with(&self, port: Port, fault: Fault, purpose: &str) -> bool {
        let mut rng = self.dice(purpose);
        let struck = {
            let state = self.state();
            !state.calm && state.profile.strikes(port, fault, &mut rng)
        };
        if struck {
            self.count(fault);
            self.note("", &format!("{purpose} [{}]", fault.words()));
        }
        struck
    }
}
