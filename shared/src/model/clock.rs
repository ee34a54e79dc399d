//! Time as a value and as a port.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Milliseconds since 1970-01-01T00:00:00Z. Displayed in RFC 3339.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// A time after every other one, which is no date.
    pub const NEVER: Self = Self(u64::MAX >> 1);

    /// Returns the time `duration` after this one.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
    }

    /// Returns the time from `earlier` to this one; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// Returns the whole seconds since 1970, the unit of DynamoDB's TTL.
    #[must_use]
    pub fn unix_seconds(self) -> u64 {
        self.0 / 1000
    }

    /// Reads a date and time in RFC 3339, such as `2026-01-31T12:00:00Z`; `None` for anything else, and for a time
    /// before 1970.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let milliseconds = OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp_nanos() / 1_000_000;
        u64::try_from(milliseconds).ok().map(Self)
    }

    /// Returns the calendar date.
    ///
    /// # Panics
    /// Never for a time before the year 9999.
    #[must_use]
    pub fn date(self) -> OffsetDateTime {
        OffsetDateTime::UNIX_EPOCH + Duration::from_millis(self.0)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.date().format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

/// Source of the current time: a port, so that tests and `local` can choose their own.
pub trait Clock: Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_reads_as_a_date() {
        assert_eq!(Timestamp(1_700_000_000_123).to_string(), "2023-11-14T22:13:20.123Z");
    }

    #[test]
    fn a_date_is_read_as_it_is_shown_and_in_any_zone() {
        for text in ["2023-11-14T22:13:20.123Z", "2023-11-14T23:13:20.1230009+01:00"] {
            assert_eq!(Timestamp::parse(text), Some(Timestamp(1_700_000_000_123)), "{text}");
        }
        for text in ["", "2023-11-14", "1700000000", "2023-11-14T22:13:20", "1969-12-31T23:59:59Z", "x"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn time_before_is_no_time_since() {
        assert_eq!(Timestamp(5).since(Timestamp(9)), Duration::ZERO);
        assert_eq!(Timestamp(5).plus(Duration::from_secs(1)), Timestamp(1005));
    }
}
