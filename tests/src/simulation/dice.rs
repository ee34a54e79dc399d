//! Chance that comes out the same each time.
//!
//! What happens to a call is drawn from the call itself, not from a stream that all calls share: calls that the code
//! makes at the same time, in an order that a hash map chose, then meet the same fate whatever that order was.

use fastrand::Rng;

/// The FNV-1a hash of a text, on top of another hash.
#[must_use]
pub(super) fn fold(hash: u64, text: &str) -> u64 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A generator for one purpose of one seed.
#[must_use]
pub(super) fn dice(seed: u64, purpose: &str) -> Rng {
    Rng::with_seed(fold(0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), purpose))
}

/// True so many times in a thousand.
pub(super) fn chance(rng: &mut Rng, thousandths: u32) -> bool {
    rng.u32(0..1000) < thousandths
}
