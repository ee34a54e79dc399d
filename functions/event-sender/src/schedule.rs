//! Times at which a failed request is tried again. Pure.

use std::time::Duration;

use shared::{
    delivery::Stream,
    model::{EndpointId, Timestamp},
};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// Waits after the failures of a request, in seconds: the example of Standard Webhooks 1.0.0, which spans 75
/// hours. The last one is repeated.
const WAITS: [u64; 9] =
    [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/// Number of failures after which an event is not tried again, if the events after it do not wait for it.
pub(crate) const MOST_FAILURES: u32 = 10;

/// First wait of an endpoint that cannot answer at all; it doubles with each further failure.
const FIRST_BRAKE: Duration = Duration::from_secs(5);
/// Longest wait of such an endpoint, so that it is soon found to answer again.
const LONGEST_BRAKE: Duration = Duration::from_secs(5 * MINUTE);
/// Longest wait that an endpoint may ask for.
const LONGEST_ASKED: Duration = Duration::from_secs(24 * HOUR);
/// Time without any success after which further failures of an endpoint are reported to the operator.
const REPORTED: Duration = Duration::from_secs(HOUR);

/// Returns how long a request waits after `failures` failures, up to a tenth longer than the schedule, by its
/// stream, so that many streams do not come back at the same time.
pub(crate) fn wait(endpoint: EndpointId, stream: Stream, failures: u32) -> Duration {
    let index = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    let seconds = WAITS.get(index).or(WAITS.last()).copied().unwrap_or_default();
    spread(endpoint, stream, Duration::from_secs(seconds))
}

/// Returns how long all requests to an endpoint wait that cannot answer, after `failures` failures in a row,
/// and at least as long as it asks for.
pub(crate) fn brake(failures: u32, asked: Option<Duration>) -> Duration {
    let doubled = FIRST_BRAKE.saturating_mul(1 << failures.saturating_sub(1).min(16));
    doubled.min(LONGEST_BRAKE).max(asked.unwrap_or_default().min(LONGEST_ASKED))
}

/// Whether an endpoint has failed for so long that the operator must hear of it.
pub(crate) fn is_reported(failing_since: Option<Timestamp>, now: Timestamp) -> bool {
    failing_since.is_some_and(|since| now.since(since) >= REPORTED)
}

/// Returns a wait that is up to a tenth longer, always the same for a stream and an endpoint.
pub(crate) fn spread(endpoint: EndpointId, stream: Stream, wait: Duration) -> Duration {
    let of_stream = stream.connection().map_or(0, |connection| connection.0.as_u64_pair().1);
    let thousandths = (of_stream ^ endpoint.0.as_u64_pair().1) % 100;
    wait + wait.mul_f64(thousandths as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use shared::model::ConnectionId;

    use super::*;

    #[test]
    fn requests_are_tried_again_for_75_hours_and_then_daily() {
        let (endpoint, stream) = (EndpointId::random(), Stream::Connection(ConnectionId::random()));
        let waits = |failures: std::ops::RangeInclusive<u32>| {
            failures.map(|failures| wait(endpoint, stream, failures)).sum::<Duration>()
        };
        let hours = Duration::from_secs(75 * HOUR);
        assert!(waits(1..=9) >= hours && waits(1..=9) < hours.mul_f64(1.12), "{:?}", waits(1..=9));
        let day = wait(endpoint, stream, 10);
        assert_eq!(day, wait(endpoint, stream, 1_000));
        assert!(day >= Duration::from_secs(24 * HOUR));
    }

    #[test]
    fn streams_do_not_come_back_at_the_same_time() {
        let endpoint = EndpointId::random();
        let waits: std::collections::BTreeSet<Duration> =
            (0..50).map(|_| wait(endpoint, Stream::Connection(ConnectionId::random()), 3)).collect();
        assert!(waits.len() > 10, "{waits:?}");
    }

    #[test]
    fn an_endpoint_is_reported_once_it_has_failed_for_an_hour() {
        let now = Timestamp(10 * HOUR * 1000);
        let reported = |seconds: u64| is_reported(Some(Timestamp(now.0 - seconds * 1000)), now);
        assert!(reported(HOUR) && reported(2 * HOUR));
        assert!(!reported(HOUR - 1) && !is_reported(None, now));
    }

    #[test]
    fn an_endpoint_that_cannot_answer_is_asked_again_within_five_minutes_unless_it_asks_for_more() {
        assert_eq!(brake(1, None), Duration::from_secs(5));
        assert_eq!(brake(2, None), Duration::from_secs(10));
        assert_eq!(brake(60, None), LONGEST_BRAKE);
        assert_eq!(brake(1, Some(Duration::from_secs(1))), Duration::from_secs(5));
        assert_eq!(brake(1, Some(Duration::from_secs(3600))), Duration::from_secs(3600));
        assert_eq!(brake(1, Some(Duration::from_secs(u64::MAX))), LONGEST_ASKED);
    }
}
