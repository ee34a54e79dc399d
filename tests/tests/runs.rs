//! Simulation of runs of workflows, with faults: some dozen seeds.

use tests::{runs::simulate, seeds};

/// Seeds that are run each time. `cargo run --release -p tests --bin simulate -- --runs` runs any number of others.
const SEEDS: u64 = 60;

/// I14: every run ends once, with the records of the steps that its document and its trigger ask for, in their order;
/// each of them had its effect at least once.
#[test]
fn every_run_does_its_steps_in_order_and_ends_whatever_goes_wrong() {
    let complaints = seeds::complaints(0..SEEDS, simulate);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
