//! Gate for all effects: decides when an effect happens, and whether it fails.
//!
//! Most effects pass at once. A delayed effect waits for its moment of virtual time, while other effects
//! happen; only delayed effects can crash a process or fail. So the state before a fault depends on the
//! effects alone, and not on the order in which the code started those that run in parallel.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
};

use super::{
    clock::VirtualClock,
    dice::dice,
    draw::Identity,
    faults::{Fault, Port},
    profile::Profile,
    trace::Trace,
    turn::Turn,
    wiring,
};

/// Order of a delayed effect: its time, a random draw, and its number.
pub(super) type Place = (u64, u64, u64);

#[derive(Default)]
pub(super) struct State {
    pub(super) calm: bool,
    pub(super) profile: Profile,
    pub(super) current: Option<u64>,
    pub(super) processes: BTreeMap<u64, Identity>,
    pub(super) waiting: BTreeMap<Place, Waker>,
    pub(super) granted: Vec<u64>,
    pub(super) trace: Trace,
    pub(super) faults: BTreeMap<Fault, u64>,
    pub(super) calls: HashMap<u64, u64>,
    pub(super) effects: u64,
    schedule_touched: bool,
}

/// Gate that all effects pass.
pub(super) struct Gate {
    pub(super) seed: u64,
    pub(super) clock: VirtualClock,
    state: Mutex<State>,
}

/// An effect that has passed the gate.
pub(super) struct Effect {
    gate: Arc<Gate>,
    /// Fault of the effect.
    pub(super) fault: Option<Fault>,
    crash: Option<Fault>,
    pub(super) label: String,
}

impl Gate {
    pub(super) fn new(seed: u64, clock: VirtualClock) -> Arc<Self> {
        let profile = Profile::draw(&mut dice(seed, "profile"));
        Arc::new(Self { seed, clock, state: Mutex::new(State { profile, ..State::default() }) })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until an effect may happen. Never returns if the process crashes before it.
    pub(super) async fn enter(self: &Arc<Self>, port: Port, operation: &str, key: &str) -> Effect {
        let label = format!("{operation} {key}");
        let Some(process) = self.process_at_work() else {
            return Effect { gate: self.clone(), fault: None, crash: None, label };
        };
        let mut rng = self.dice(&label);
        let draw = self.draw(port, operation, process.gentle, &mut rng);
        if draw.delay > 0 {
            Turn::new(self, draw.delay, rng.u64(..)).await;
        }
        if wiring::touches_schedule(&label) {
            self.touch_schedule();
        }
        if draw.delay == 0 && wiring::is_unordered(&label) {
            self.state().trace.add_unordered(self.entry(&process.name, &label));
            return Effect { gate: self.clone(), fault: None, crash: None, label };
        }
        self.note_call(&process.name, &label, &draw);
        if draw.crash == Some(Fault::CrashBefore) {
            self.crash().await;
        }
        Effect { gate: self.clone(), fault: draw.fault, crash: draw.crash, label }
    }

    fn process_at_work(&self) -> Option<Identity> {
        let state = self.state();
        state.processes.get(&state.current?).cloned()
    }

    async fn crash(&self) {
        {
            let mut state = self.state();
            let current = state.current;
            if let Some(process) = current.and_then(|id| state.processes.get_mut(&id)) {
                process.crashed = true;
            }
        }
        std::future::pending::<()>().await;
    }

    /// Records that the schedule may have changed.
    pub(super) fn touch_schedule(&self) {
        self.state().schedule_touched = true;
    }

    /// Whether the schedule may have changed since the last call.
    pub(super) fn take_schedule_touched(&self) -> bool {
        std::mem::take(&mut self.state().schedule_touched)
    }
}

impl Effect {
    /// Marks the end of the effect. Never returns if the process crashes after it.
    pub(super) async fn leave(self) {
        if self.crash == Some(Fault::CrashAfter) {
            self.gate.note("", &format!("crash after {}", self.label));
            self.gate.crash().await;
        }
    }
}
