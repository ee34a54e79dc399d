//! Reproducible randomness.
//!
//! The outcome of a call is drawn from the call itself rather than from a stream that all calls share. Calls
//! that the code makes in parallel, in an order that depends on a hash map, then have the same outcome in any
//! order.

use fastrand::Rng;

/// Extends an FNV-1a hash by a text.
#[must_use]
pub(super) fn fold(hash: u64, text: &str) -> u64 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Creates the random number generator for one purpose of a seed.
#[must_use]
pub(super) fn dice(seed: u64, purpose: &str) -> Rng {
    Rng::with_seed(fold(0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), purpose))
}

/// Returns true with a probability of `thousandths` in 1,000.
pub(super) fn chance(rng: &mut Rng, thousandths: u32) -> bool {
    rng.u32(0..1000) < thousandths
}
