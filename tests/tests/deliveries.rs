//! Simulation of delivery to endpoints, with faults: some dozen seeds.

use tests::{deliveries::simulate, seeds};

/// Seeds that are run each time. `cargo run --release -p tests --bin simulate -- --deliveries` runs any number of
/// others.
const SEEDS: u64 = 60;

/// I13: what an endpoint received, each event once, is the filtered stream in order, without a gap.
#[test]
fn every_event_arrives_in_order_whatever_goes_wrong() {
    let complaints = seeds::complaints(0..SEEDS, simulate);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
