//! What every adapter of a port must do: one suite a port, run on each adapter.
//!
//! A suite is a module of cases. A case is an `async fn` over the port's harness, which makes what the case needs: an
//! empty queue with a short visibility, a bus and what its consumers see. The suite's macro turns each case into a
//! test of the caller's, named as the promise that it checks:
//!
//! ```ignore
//! mod fifo {
//!     contracts::fifo_suite!(harness());
//! }
//! ```
//!
//! No case sleeps: each waits for what must happen, with a deadline. To see that something does not happen, it waits
//! as long as the harness says.

pub mod bus;
pub mod content;
mod harness;
pub mod key;
pub mod queue;
pub mod samples;
pub mod store;

pub use harness::{Harness, PATIENCE, eventually, run};

#[cfg(test)]
mod tests {
    const SUITES: [&str; 27] = [
        include_str!("bus.rs"),
        include_str!("content.rs"),
        include_str!("key.rs"),
        include_str!("queue/fifo.rs"),
        include_str!("queue/standard.rs"),
        include_str!("store/api_keys.rs"),
        include_str!("store/connections.rs"),
        include_str!("store/credential_settings.rs"),
        include_str!("store/head.rs"),
        include_str!("store/health.rs"),
        include_str!("store/items.rs"),
        include_str!("store/labels.rs"),
        include_str!("store/leases.rs"),
        include_str!("store/links.rs"),
        include_str!("store/log.rs"),
        include_str!("store/ordinals.rs"),
        include_str!("store/paths.rs"),
        include_str!("store/project_settings.rs"),
        include_str!("store/projects.rs"),
        include_str!("store/purges.rs"),
        include_str!("store/records.rs"),
        include_str!("store/choices.rs"),
        include_str!("store/schedules.rs"),
        include_str!("store/source_tags.rs"),
        include_str!("store/transfers.rs"),
        include_str!("store/user_metadata.rs"),
        include_str!("store/users.rs"),
    ];

    /// A case that its suite's macro does not list would never run.
    #[test]
    fn every_case_is_listed() {
        for suite in SUITES {
            let (cases, list) = suite.split_once("macro_rules!").unwrap();
            for case in cases.split("\npub async fn ").skip(1) {
                let name = case.split('(').next().unwrap();
                assert!(list.split_whitespace().any(|word| word == name), "{name} is not listed");
            }
        }
    }
}
