//! Simulation of runs of workflows: the runner, the queue and the store die, answer late, twice or never, and so do
//! Dropbox and the addresses that steps call.
//!
//! A seed has workflows with random documents (`documents`), and causes that start runs of them. Everything between
//! is the product: the starter, the rows, the messages, the runner. What the simulation adds are a clock, a queue that
//! delivers twice and late, a table that fails before or after the effect, services that answer as they please
//! (`outside`), deaths in the middle of a message, and people who cancel runs (`script`). In the end all faults
//! stop, and `check` compares each run with a naive interpreter of its document (invariant I14).

mod check;
mod documents;
mod fixture;
mod outside;
mod script;

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
