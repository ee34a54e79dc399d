//! The gate that every effect passes: it decides when the effect happens, and whether something goes wrong there.
//!
//! Most effects pass at once. One that is held up waits for its moment of virtual time; meanwhile other effects
//! happen, and only there do processes crash and calls fail. So what has happened before a fault follows from the
//! effects themselves, and not from the order in which the code began those that it makes at the same time.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
};

use fastrand::Rng;

use super::{
    clock::VirtualClock,
    dice::{chance, dice, fold},
    faults::{Fault, Port, Profile},
    trace::{Entry, Trace},
    turn::Turn,
    wiring,
};

/// So many effects in a thousand are held up; calls of Dropbox always are.
const HELD: u32 = 100;

/// A process that works on a message.
#[derive(Debug, Clone)]
pub(super) struct Process {
    pub(super) name: String,
    /// A message that has failed before is spared, so that it is not given up because of faults alone.
    pub(super) gentle: bool,
    pub(super) crashed: bool,
    /// How long it was frozen since this was last asked, in milliseconds.
    pub(super) frozen: u64,
}

/// When a waiting effect happens: its time, then a draw, then its number.
pub(super) type Place = (u64, u64, u64);

#[derive(Default)]
pub(super) struct State {
    pub(super) calm: bool,
    pub(super) profile: Profile,
    pub(super) current: Option<u64>,
    pub(super) processes: BTreeMap<u64, Process>,
    pub(super) waiting: BTreeMap<Place, Waker>,
    pub(super) granted: Vec<u64>,
    pub(super) trace: Trace,
    pub(super) faults: BTreeMap<Fault, u64>,
    calls: HashMap<u64, u64>,
    effects: u64,
    schedule_touched: bool,
}

/// The gate.
pub(super) struct Gate {
    pub(super) seed: u64,
    pub(super) clock: VirtualClock,
    state: Mutex<State>,
}

/// An effect that may happen now.
pub(super) struct Effect {
    gate: Arc<Gate>,
    /// What goes wrong.
    pub(super) fault: Option<Fault>,
    crash: Option<Fault>,
    label: String,
}

/// What was drawn for a call.
struct Draw {
    delay: u64,
    fault: Option<Fault>,
    crash: Option<Fault>,
}

impl Gate {
    pub(super) fn new(seed: u64, clock: VirtualClock) -> Arc<Self> {
        let profile = Profile::draw(&mut dice(seed, "profile"));
        Arc::new(Self { seed, clock, state: Mutex::new(State { profile, ..State::default() }) })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

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

    /// Waits until an effect may happen. Never returns where the process crashes before it.
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

    fn process_at_work(&self) -> Option<Process> {
        let state = self.state();
        state.processes.get(&state.current?).cloned()
    }

    fn draw(&self, port: Port, operation: &str, gentle: bool, rng: &mut Rng) -> Draw {
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

    fn note_call(&self, process: &str, label: &str, draw: &Draw) {
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

    fn entry(&self, actor: &str, what: &str) -> Entry {
        Entry { at: self.clock.elapsed(), actor: actor.to_owned(), what: wiring::shortened(what) }
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

    /// The number of an effect that waits.
    pub(super) fn number(&self) -> u64 {
        let mut state = self.state();
        state.effects += 1;
        state.effects
    }

    /// When the next waiting effect is to happen.
    pub(super) fn next(&self) -> Option<u64> {
        self.state().waiting.keys().next().map(|place| place.0)
    }

    /// Lets the first waiting effect happen.
    pub(super) fn grant(&self) {
        let mut state = self.state();
        if let Some((place, waker)) = state.waiting.pop_first() {
            state.granted.push(place.2);
            drop(state);
            waker.wake();
        }
    }

    /// The schedule may have been written.
    pub(super) fn touch_schedule(&self) {
        self.state().schedule_touched = true;
    }

    /// Whether the schedule was written since this was last asked.
    pub(super) fn take_schedule_touched(&self) -> bool {
        std::mem::take(&mut self.state().schedule_touched)
    }
}

impl Effect {
    /// The effect has happened. Never returns where the process crashes after it.
    pub(super) async fn leave(self) {
        if self.crash == Some(Fault::CrashAfter) {
            self.gate.note("", &format!("crash after {}", self.label));
            self.gate.crash().await;
        }
    }
}
