//! Simulation of delivery to endpoints, with faults: some dozen seeds.

use std::{
    num::NonZero,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use tests::deliveries::simulate;

/// Seeds that are run each time. `cargo run --release -p tests --bin simulate -- --deliveries` runs any number of
/// others.
const SEEDS: u64 = 60;

/// I13: what an endpoint received, each event once, is the filtered stream in order, without a gap.
#[test]
fn every_event_arrives_in_order_whatever_goes_wrong() {
    let next = AtomicU64::new(0);
    let complaints = || {
        let seeds =
            std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < SEEDS));
        seeds.filter_map(simulate).collect::<Vec<_>>()
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let complaints = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(complaints)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
