//! Simulation of the sync loop with faults: some hundred seeds, each of which always plays the same way.

use std::{
    num::NonZero,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use tests::simulation::simulate;

/// Seeds that are run each time. `simulate` runs any number of others.
const SEEDS: u64 = 200;

#[test]
fn every_invariant_holds_whatever_goes_wrong() {
    let next = AtomicU64::new(0);
    let complaints = || {
        let seeds =
            std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < SEEDS));
        seeds.filter_map(|seed| simulate(seed).complaint()).collect::<Vec<_>>()
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let complaints = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(complaints)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_seed_is_the_same_every_time() {
    for seed in 0..10 {
        let (one, two) = (simulate(seed), simulate(seed));
        let differs = one.trace.iter().zip(&two.trace).find(|(one, two)| one != two);
        assert_eq!(differs, None, "seed {seed}");
        assert_eq!(one.hash(), two.hash(), "seed {seed}");
    }
}
