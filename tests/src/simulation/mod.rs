//! Simulation of the whole sync loop in one thread and in virtual time, with faults drawn from a seed.
//!
//! The sync loop is the production code, on the production store. Its services are simulated behind their
//! ports, and every call passes the `gate`, which decides when it happens, whether it fails, and whether the
//! process dies there. A seed has a random phase of edits and faults, followed by a calm phase, after which
//! the invariants of the design must hold. A seed always produces the same trace, so a failure can be
//! reproduced.

mod attempts;
mod bucket;
mod bus;
mod calm;
mod check;
mod choices;
mod clock;
mod dice;
mod draw;
mod dropbox;
mod edits;
mod faults;
mod fixture;
mod gate;
mod health;
mod history;
mod limits;
mod mailbox;
mod mirror;
mod notes;
mod other_project;
mod outcome;
mod pauses;
mod pick;
mod places;
mod process;
mod profile;
mod queue;
mod refreshes;
mod requests;
mod run;
mod script;
mod settings;
mod store;
mod store_calls;
mod trace;
mod turn;
mod wake;
mod wiring;
mod work;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) use clock::VirtualClock;
pub use faults::Fault;
pub use history::Violation;
pub use outcome::{Outcome, Tally};
pub(crate) use store::Undisturbed;
pub use trace::Entry;
pub(crate) use wiring::PlainKey;

use self::{fixture::Fixture, run::Run};

/// Runs one seed.
///
/// # Panics
/// If no runtime can be created.
#[must_use]
pub fn simulate(seed: u64) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime can be built");
    catch_unwind(AssertUnwindSafe(|| runtime.block_on(play(seed))))
        .unwrap_or_else(|_| Outcome::panicked(seed))
}

async fn play(seed: u64) -> Outcome {
    let fixture = Fixture::new(seed).await.expect("an empty table can be made");
    let mut run = Run::new(fixture);
    let violation = script::play(&mut run, seed).await.err();
    let gate = run.fixture.gate.clone();
    drop(run);
    let mut state = gate.state();
    let trace = std::mem::take(&mut state.trace).into_entries();
    Outcome { seed, trace, faults: std::mem::take(&mut state.faults), violation }
}
