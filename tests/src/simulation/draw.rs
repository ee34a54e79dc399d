//! What is drawn for a call: how long it waits, and what goes wrong.

use fastrand::Rng;

use super::{
    dice::{chance, dice, fold},
    faults::{Fault, Port},
    gate::{Gate, State},
};

/// So many effects in a thousand are held up; calls of Dropbox always are.
const HELD: u32 = 100;

/// A process that works on a message.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) name: String,
    /// A message that has failed before is spared, so that it is not given up because of faults alone.
    pub(super) gentle: bool,
    pub(super) crashed: bool,
    /// How long it was frozen since this was last asked, in milliseconds.
    pub(super) frozen: u64,
}

/// What was drawn for a call.
pub(super) struct Draw {
    /// Milliseconds.
    pub(super) delay: u64,
    pub(super) fault: Option<Fault>,
    pub(super) crash: Option<Fault>,
}

impl Gate {
    /// A generator for what happens at the next call of this kind.
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

    /// What happens to a call of the process at work.
    pub(super) fn draw(&self, port: Port, operation: &str, gentle: bool, rng: &mut Rng) -> Draw {
        let mut state = self.state();
        let held = port == Port::Dropbox || chance(rng, HELD);
        if !held || (state.calm && port != Port::Dropbox) {
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

    /// Freezes the process at work: long enough for its message to come to another.
    fn freeze(state: &mut State, rng: &mut Rng) -> u64 {
        let frozen = rng.u64(100_000..1_200_000);
        let current = state.current;
        if let Some(process) = current.and_then(|id| state.processes.get_mut(&id)) {
            process.frozen += frozen;
        }
        frozen
    }

    /// The time that a process was frozen has been taken into account.
    pub(super) fn thaw(&self, id: u64) {
        if let Some(process) = self.state().processes.get_mut(&id) {
            process.frozen = 0;
        }
    }

    /// Whether a fault strikes outside of any process.
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
