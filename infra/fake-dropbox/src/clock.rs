//! Time of the service.

use std::{fmt, sync::Arc};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Clock, which a test may replace to make codes and tokens expire.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> OffsetDateTime + Send + Sync>);

impl Clock {
    /// Returns the system clock.
    #[must_use]
    pub fn system() -> Self {
        Self::from_fn(OffsetDateTime::now_utc)
    }

    /// Creates a clock that calls `now`.
    #[must_use]
    pub fn from_fn(now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        (self.0)().unix_timestamp()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Formats seconds since 1970 as Dropbox does: whole seconds, UTC, `Z`.
pub(crate) fn timestamp(seconds: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(&Rfc3339).unwrap_or_default()
}

/// Parses a time in Dropbox's format (whole seconds, UTC, `Z`) to seconds since 1970.
pub(crate) fn parse_timestamp(text: &str) -> Option<i64> {
    let shaped = text.len() == 20 && text.ends_with('Z');
    shaped.then(|| OffsetDateTime::parse(text, &Rfc3339).ok()).flatten().map(OffsetDateTime::unix_timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_whole_seconds_in_utc() {
        assert_eq!(timestamp(1_463_427_045), "2016-05-16T19:30:45Z");
        assert_eq!(parse_timestamp("2016-05-16T19:30:45Z"), Some(1_463_427_045));
        assert_eq!(parse_timestamp("2016-05-16T19:30:45.5Z"), None);
        assert_eq!(parse_timestamp("2016-05-16T19:30+00:00"), None);
    }
}
