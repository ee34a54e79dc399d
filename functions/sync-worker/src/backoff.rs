//! Backoff between attempts.

use std::time::Duration;

/// Returns the delay after `failures` failures in a row: `first`, doubled with each failure, up to `longest`.
pub(crate) fn doubled(failures: u32, first: Duration, longest: Duration) -> Duration {
    first.saturating_mul(1 << failures.min(10)).min(longest)
}
