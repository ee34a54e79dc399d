//! Simulation of delivery to endpoints, with faults: some dozen seeds.

use tests::{deliveries::simulate, seeds};

/// Seeds that are run each time. `cargo run --release -p tests --bin simulate -- --deliveries` runs any number of
/// others.
const SEEDS: u64 = 60;

/// Seeds in which something went wrong that none of the others shows.
const FOUND: [u64; 2] = [
    // A sender died that had taken a delivery, and its message came again while the endpoint was paused: when it was
    // enabled again, nobody knew that something was owed.
    2_120_117, 2_100_677,
];

/// I13: what an endpoint received, each event once, is the filtered stream in order, without a gap.
#[test]
fn every_event_arrives_in_order_whatever_goes_wrong() {
    let complaints = seeds::complaints(0..SEEDS, simulate);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_event_arrives_in_the_seeds_that_were_found() {
    let complaints: Vec<String> = FOUND.into_iter().filter_map(simulate).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
