//! Project settings of a seed.

use fastrand::Rng;
use shared::model::{Brake, Family, Formats, ProjectSettings};

/// Draws the settings of a seed's project. Each is mostly the default, or large enough to have no effect.
pub(super) fn draw(rng: &mut Rng) -> ProjectSettings {
    let formats = Formats::Only { families: vec![Family::Text], endings: vec!["pdf".to_owned()] };
    let brake = Brake { percent: [0, 30, 50][rng.usize(0..3)], items: [0, 2, 5][rng.usize(0..3)] };
    ProjectSettings {
        max_file_bytes: 64,
        formats: if rng.u32(0..4) == 0 { formats } else { Formats::All },
        select_everything: rng.u32(0..3) > 0,
        brake: if rng.u32(0..4) == 0 { brake } else { Brake::default() },
        // One, the four with which each connection begins, and as many as there may be.
        concurrent_transfers: [1, 4, 32, 64][rng.usize(0..4)],
        ..ProjectSettings::default()
    }
}

/// Draws the file limit of a seed's user: mostly none, otherwise one small enough to have an effect.
pub(super) fn draw_file_limit(rng: &mut Rng) -> Option<u64> {
    (rng.u32(0..5) == 0).then(|| rng.u64(0..8))
}

/// Draws whether the seed's user has no automatic sync: mostly not.
pub(super) fn draw_manual(rng: &mut Rng) -> bool {
    rng.u32(0..6) == 0
}
