//! Contracts of the ports: one suite per port, run on each adapter.
//!
//! A suite is a module of cases. A case is an `async fn` over the port's harness, which creates what the case
//! needs: an empty queue with a short visibility timeout, or a bus and a view of what its consumers receive.
//! The suite's macro turns each case into a test in the caller's module, named after the property that it
//! checks:
//!
//! ```ignore
//! mod fifo {
//!     contracts::fifo_suite!(harness());
//! }
//! ```
//!
//! No case sleeps: each waits for the expected event, with a deadline. To check that nothing happens, it
//! waits for the time that the harness gives.

pub mod bus;
pub mod content;
mod harness;
pub mod key;
pub mod project_commands;
pub mod public_keys;
pub mod queue;
pub mod samples;
pub mod store;

pub use harness::{Harness, PATIENCE, eventually, run};

#[cfg(test)]
mod tests {
    const SUITES: [&str; 33] = [
        include_str!("bus.rs"),
        include_str!("content.rs"),
        include_str!("key.rs"),
        include_str!("project_commands.rs"),
        include_str!("queue/fifo.rs"),
        include_str!("queue/standard.rs"),
        include_str!("store/api_keys.rs"),
        include_str!("store/connections.rs"),
        include_str!("store/credential_settings.rs"),
        include_str!("store/deliveries.rs"),
        include_str!("store/head.rs"),
        include_str!("store/health.rs"),
        include_str!("store/items.rs"),
        include_str!("store/labels.rs"),
        include_str!("store/leases.rs"),
        include_str!("store/links.rs"),
        include_str!("store/log.rs"),
        include_str!("store/ordinals.rs"),
        include_str!("store/paths.rs"),
        include_str!("store/page_sessions.rs"),
        include_str!("store/popups.rs"),
        include_str!("store/project_settings.rs"),
        include_str!("store/projects.rs"),
        include_str!("store/purges.rs"),
        include_str!("store/records.rs"),
        include_str!("store/choices.rs"),
        include_str!("store/runs.rs"),
        include_str!("store/schedules.rs"),
        include_str!("store/source_tags.rs"),
        include_str!("store/transfers.rs"),
        include_str!("store/user_metadata.rs"),
        include_str!("store/users.rs"),
        include_str!("store/workflows.rs"),
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
