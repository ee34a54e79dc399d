//! Budget for repeating calls at once.

use std::sync::atomic::{AtomicU32, Ordering};

/// Cost of a repetition. A call earns 1, so ten calls pay for one repetition.
const COST: u32 = 10;
/// Maximum balance: enough for a burst of ten repetitions after a quiet time.
const SAVED: u32 = 10 * COST;

/// A budget of repetitions: at most a tenth of the calls, so that retries do not make an outage worse. It
/// begins empty.
#[derive(Debug, Default)]
pub(super) struct RetryBudget(AtomicU32);

impl RetryBudget {
    /// Credits a call.
    pub(super) fn earn(&self) {
        let more = |saved: u32| (saved < SAVED).then_some(saved + 1);
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }

    /// Pays for a repetition. Returns whether the call may be repeated.
    pub(super) fn spend(&self) -> bool {
        let less = |saved: u32| saved.checked_sub(COST);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_are_a_tenth_of_the_calls() {
        let budget = RetryBudget::default();
        assert!(!budget.spend(), "nothing was earned yet");
        let mut repeated = 0;
        for _ in 0..1000 {
            budget.earn();
            repeated += u32::from(budget.spend());
        }
        assert_eq!(repeated, 100);
    }

    #[test]
    fn what_is_saved_in_quiet_times_is_bounded() {
        let budget = RetryBudget::default();
        (0..100_000).for_each(|_| budget.earn());
        assert_eq!((0..1000).filter(|_| budget.spend()).count(), 10);
    }
}
