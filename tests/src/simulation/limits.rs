//! How long a seed's walks work, and what Lambda makes of those that work for longer.

use std::time::Duration;

use fastrand::Rng;
use sync_worker::TimeBudget;

/// A seed's budget: mostly that of production, else so little that walks stop at every place where they can.
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

/// Maximum number of walks that a resync takes when nothing goes wrong any more, with so many things at Dropbox or in the
/// mirror: each walk gets at least one page or one answer further.
pub(super) fn most_walks(things: usize) -> u64 {
    60 + 8 * things as u64
}
