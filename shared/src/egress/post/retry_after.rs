//! The header `Retry-After` (RFC 9110, section 10.2.3).

use std::time::{Duration, UNIX_EPOCH};

use http::{HeaderMap, header::RETRY_AFTER};

use crate::model::Timestamp;

/// Longest time that a receiver can ask for.
const MAX: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns the time to wait: a number of seconds, or until a date in any of HTTP's three forms; at most a day. A date
/// that has passed is no time.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().map_or(MAX, Duration::from_secs).min(MAX));
    }
    let date = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Some(date.saturating_sub(Duration::from_millis(now.0)).min(MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &[u8]) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, http::HeaderValue::from_bytes(text).unwrap());
        // 1994-11-06T08:49:30Z.
        retry_after(&headers, Timestamp(784_111_770_000)).map(|duration| duration.as_secs())
    }

    #[test]
    fn seconds_and_all_forms_of_dates_are_read() {
        for (text, seconds) in [
            ("0", 0),
            (" 120 ", 120),
            ("99999999999999999999999999", 86_400),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 7),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 7),
            ("Sun Nov  6 08:49:37 1994", 7),
            ("Sun, 06 Nov 1994 08:49:29 GMT", 0),
            ("Thu, 31 Dec 2099 00:00:00 GMT", 86_400),
        ] {
            assert_eq!(of(text.as_bytes()), Some(seconds), "{text}");
        }
    }

    #[test]
    fn anything_else_asks_for_nothing() {
        for text in ["", "-1", "1.5", "soon", "10s", "1994-11-06T08:49:37Z"] {
            assert_eq!(of(text.as_bytes()), None, "{text}");
        }
        assert_eq!(of(b"\xff"), None);
        assert_eq!(retry_after(&HeaderMap::new(), Timestamp(0)), None);
    }
}
