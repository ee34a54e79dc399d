//! Times at which a failed step is tried again.

use std::time::Duration;

use super::limits;
use crate::model::RunId;

/// Times after the first failures; later ones wait as long as the last.
const SECONDS: [u64; 5] = [5, 30, 2 * 60, 10 * 60, 30 * 60];

/// Returns the time until the next attempt after `failures` failures, at least 1.
///
/// It is 5 s, 30 s, 2, 10, then 30 minutes, and up to a tenth more, which depends on the run: runs that failed
/// together do not come back together. `told` is a pause that somebody asked for: only the longest duration of a
/// run cuts it short.
#[must_use]
pub fn delay(failures: u32, told: Option<Duration>, run: RunId) -> Duration {
    let index = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX).min(SECONDS.len() - 1);
    let base = Duration::from_secs(SECONDS[index]).max(told.unwrap_or_default()).min(limits::LONGEST_RUN);
    base + base.mul_f64(spread(run, failures) / 10.0)
}

/// Returns a number below 1 that looks random, and is the same for the same failure of the same run.
fn spread(run: RunId, failures: u32) -> f64 {
    let bits = run.0.as_u64_pair().1 ^ u64::from(failures).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    // The lowest 16 bits, of the digest in the id.
    f64::from(u16::try_from(bits & 0xffff).unwrap_or_default()) / 65_536.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn times_grow_by_at_most_a_tenth(failures in 1_u32..20, run in any::<u128>(), told in 0_u64..10_000) {
            let run = RunId(uuid::Uuid::from_u128(run));
            let base = [5, 30, 120, 600, 1800][usize::try_from(failures - 1).unwrap().min(4)];
            let plain = delay(failures, None, run);
            prop_assert!(plain >= Duration::from_secs(base) && plain <= Duration::from_secs(base).mul_f64(1.1));
            prop_assert_eq!(plain, delay(failures, None, run));
            let told = Duration::from_secs(told);
            prop_assert!(delay(failures, Some(told), run) >= told.max(Duration::from_secs(base)));
        }
    }

    #[test]
    fn runs_that_failed_together_do_not_come_back_together() {
        let at = |number| delay(3, None, RunId(uuid::Uuid::from_u128(number)));
        assert_ne!(at(1), at(2));
        assert!(delay(1, Some(Duration::MAX), RunId(uuid::Uuid::nil())) <= limits::LONGEST_RUN.mul_f64(1.1));
    }
}
