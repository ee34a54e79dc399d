//! Time budget of a seed's walks, and the limits that follow from it.

use std::time::Duration;

use fastrand::Rng;
use sync_worker::TimeBudget;

/// Draws a seed's budget: mostly that of production, otherwise one so small that walks stop wherever they
/// can.
pub(super) fn draw(rng: &mut Rng) -> TimeBudget {
    let walk = match rng.u32(0..8) {
        0 => Some(Duration::ZERO),
        1 => Some(Duration::from_millis(rng.u64(1..50))),
        2 => Some(Duration::from_millis(rng.u64(50..2_000))),
        _ => None,
    };
    walk.map_or_else(TimeBudget::default, |walk| TimeBudget {
        walk,
        short_walk: walk,
        ..TimeBudget::default()
    })
}

/// Returns the largest number of walks that a resync may take without faults, for a number of things: paths that
/// Dropbox may tell of, and items of the mirror. Each walk processes at least one page or one response.
pub(super) fn most_walks(things: usize) -> u64 {
    60 + 8 * things as u64
}
