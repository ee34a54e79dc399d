//! Times at which a connection is worked on again: a given one, or after a delay that grows with the failures.

use std::time::Duration;

use shared::{
    model::{ConnectionId, Timestamp, TroubleCode},
    store::Wake,
};

use crate::{Failure, Worker, backoff::doubled};

/// Backoff after the first failure; it doubles with each further one.
const FIRST_BACKOFF: Duration = Duration::from_secs(60);
/// Longest backoff.
const LONGEST_BACKOFF: Duration = Duration::from_secs(60 * 60);
/// Longest backoff after a failure that lasts until somebody helps.
const LONGEST_LASTING_BACKOFF: Duration = Duration::from_secs(6 * 60 * 60);

/// Schedules the connection's next walk for a time, after `failures` failures in a row.
pub(crate) async fn wake(
    worker: &Worker,
    id: ConnectionId,
    at: Timestamp,
    failures: u32,
) -> Result<(), Failure> {
    Ok(worker.store.wake(id, Wake { at: Some(at), resync_at: None, failures }).await?)
}

/// Returns the delay of a connection after `failures` failures in a row.
pub(crate) fn backoff(id: ConnectionId, failures: u32) -> Duration {
    backoff_up_to(LONGEST_BACKOFF, id, failures)
}

/// Returns the same delay for a cause: causes that last until somebody helps have a longer maximum.
pub(crate) fn backoff_of(code: TroubleCode, id: ConnectionId, failures: u32) -> Duration {
    let longest = if code.is_lasting() { LONGEST_LASTING_BACKOFF } else { LONGEST_BACKOFF };
    backoff_up_to(longest, id, failures)
}

fn backoff_up_to(longest: Duration, id: ConnectionId, failures: u32) -> Duration {
    let backoff = doubled(failures, FIRST_BACKOFF, longest);
    backoff + jitter(id, backoff.as_secs() / 10)
}

/// Returns a delay that is constant for a connection, less than `below` seconds.
pub(crate) fn jitter(id: ConnectionId, below: u64) -> Duration {
    Duration::from_secs(id.0.as_u64_pair().1.checked_rem(below).unwrap_or_default())
}
