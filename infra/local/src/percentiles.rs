//! Percentiles of times.

use std::{fmt, time::Duration};

/// The median of some times, and what 95 and 99 of a hundred stay below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentiles {
    /// Median.
    pub p50: Duration,
    /// The time that 95 of a hundred do not exceed.
    pub p95: Duration,
    /// The time that 99 of a hundred do not exceed.
    pub p99: Duration,
}

impl Percentiles {
    /// Returns the percentiles of some times, by the nearest rank; `None` of none.
    #[must_use]
    pub fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        let at =
            |hundredths: usize| times.get((times.len() * hundredths).div_ceil(100).checked_sub(1)?).copied();
        Some(Self { p50: at(50)?, p95: at(95)?, p99: at(99)? })
    }
}

impl fmt::Display for Percentiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p95, p99] = [self.p50, self.p95, self.p99].map(|time| time.as_secs_f64() * 1e3);
        write!(f, "p50 {p50:.1} ms, p95 {p95:.1} ms, p99 {p99:.1} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(milliseconds: impl IntoIterator<Item = u64>) -> Option<[u128; 3]> {
        let found = Percentiles::of(milliseconds.into_iter().map(Duration::from_millis).collect())?;
        Some([found.p50, found.p95, found.p99].map(|time| time.as_millis()))
    }

    #[test]
    fn a_percentile_is_the_time_that_so_many_do_not_exceed() {
        assert_eq!(of(1..=100), Some([50, 95, 99]));
        assert_eq!(of((1..=200).rev()), Some([100, 190, 198]));
        assert_eq!(of([7]), Some([7, 7, 7]));
        assert_eq!(of([1, 9]), Some([1, 9, 9]));
        assert_eq!(of([]), None);
    }

    #[test]
    fn it_is_told_in_milliseconds() {
        let found = Percentiles::of(vec![Duration::from_micros(1250)]).unwrap();
        assert_eq!(found.to_string(), "p50 1.2 ms, p95 1.2 ms, p99 1.2 ms");
    }
}
