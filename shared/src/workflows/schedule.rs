//! Times of a schedule.

use crate::model::Timestamp;

/// Monday, 1970-01-05, 00:00 UTC, in minutes since 1970.
const MONDAY: u64 = 4 * 24 * 60;
const MINUTE: u64 = 60_000;

/// Returns the first time after `after` at which a schedule is due.
///
/// That is `at_minute` minutes after Monday, 1970-01-05, 00:00 UTC, and every `every_minutes` minutes from then on.
/// A schedule of zero minutes counts as one of one.
#[must_use]
pub fn next_time(every_minutes: u32, at_minute: u32, after: Timestamp) -> Timestamp {
    let every = u64::from(every_minutes.max(1));
    let first = (MONDAY + u64::from(at_minute)) % every;
    let minute = after.0 / MINUTE;
    let passed = (minute + every - first) / every;
    Timestamp((first + passed * every).saturating_mul(MINUTE))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn next(every: u32, at: u32, after: &str) -> String {
        next_time(every, at, Timestamp::parse(after).unwrap()).to_string()
    }

    #[test]
    fn schedules_in_words() {
        for (every, at, after, expected) in [
            (1_440, 420, "2026-01-31T06:59:59.999Z", "2026-01-31T07:00:00Z"),
            (1_440, 420, "2026-01-31T07:00:00Z", "2026-02-01T07:00:00Z"),
            (10_080, 0, "2026-01-31T12:00:00Z", "2026-02-02T00:00:00Z"),
            (10_080, 1_440, "2026-02-02T00:00:00Z", "2026-02-03T00:00:00Z"),
            (15, 0, "2026-01-31T12:01:00Z", "2026-01-31T12:15:00Z"),
            (60, 59, "2026-12-31T23:58:00Z", "2026-12-31T23:59:00Z"),
        ] {
            assert_eq!(next(every, at, after), expected, "{every} {at} {after}");
        }
    }

    proptest! {
        #[test]
        fn times_are_apart_by_their_minutes(
            every in 5_u32..=10_080,
            at in 0_u32..10_080,
            after in 0_u64..1 << 45,
        ) {
            let at = at % every;
            let first = next_time(every, at, Timestamp(after));
            let gap = u64::from(every) * MINUTE;
            prop_assert!(first.0 > after && first.0 - after <= gap);
            prop_assert_eq!(next_time(every, at, first).0, first.0 + gap);
            let since_the_first = first.0 / MINUTE + u64::from(every) * 10_080 - MONDAY - u64::from(at);
            prop_assert_eq!(since_the_first % u64::from(every), 0);
        }
    }
}
