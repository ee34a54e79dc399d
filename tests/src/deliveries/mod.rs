//! Simulation of delivery to endpoints: senders, receivers, queue and store die, answer late, twice or never.
//!
//! A seed has connections whose logs grow and endpoints that want parts of them. Everything between them is the
//! product: the announcer, the rows, the messages, the sender. What the simulation adds are a clock, a queue that
//! delivers twice and late (`mailbox`), a table that fails before or after the effect (`faults`), receivers
//! that answer as they please (`receiver`), deaths in the middle of a message, and users who pause, rotate and
//! replay (`script`). In the end all faults stop, and `check` compares what each endpoint received with what its
//! filter leaves of the streams (invariant I13).

mod check;
mod clock;
pub(crate) mod faults;
mod fixture;
pub(crate) mod mailbox;
mod receiver;
mod script;

pub(crate) use clock::ScriptClock;
use fixture::Fixture;

/// Runs one seed. Returns what is wrong, if anything is.
///
/// # Panics
/// If no runtime can be created.
#[must_use]
pub fn simulate(seed: u64) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime can be built");
    runtime.block_on(async {
        let mut fixture = Fixture::new(seed).await;
        script::play(&mut fixture).await;
        check::complaint(&fixture).await.map(|complaint| format!("seed {seed}: {complaint}"))
    })
}
