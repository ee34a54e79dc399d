//! Plays the seeds of a simulation on several threads.

use std::{
    num::NonZero,
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// Calls `one` with each seed, on this number of threads; without a number, on one per core.
///
/// # Panics
/// If a seed panics.
pub fn play(seeds: Range<u64>, threads: Option<NonZero<usize>>, one: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(seeds.start);
    let further = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < seeds.end);
    let threads = threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| std::iter::from_fn(further).for_each(&one));
        }
    });
}

/// Returns what `simulate` finds wrong in the seeds, played on one thread per core.
///
/// # Panics
/// If a seed panics.
pub fn complaints(seeds: Range<u64>, simulate: impl Fn(u64) -> Option<String> + Sync) -> Vec<String> {
    let found = Mutex::new(Vec::new());
    play(seeds, None, |seed| {
        if let Some(complaint) = simulate(seed) {
            found.lock().unwrap_or_else(PoisonError::into_inner).push(complaint);
        }
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}
