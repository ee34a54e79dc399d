//! Pauses that this process was told of: calls that are made at the same time keep them before the store can say so.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::model::{ConnectionId, Timestamp};

/// Until when each connection's calls have to be silent, as far as this process knows.
#[derive(Debug, Default)]
pub(crate) struct Pauses(Mutex<HashMap<ConnectionId, Timestamp>>);

impl Pauses {
    /// Takes note of a pause. One that ends later already is kept.
    pub(crate) fn note(&self, connection: ConnectionId, until: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = known.entry(connection).or_default();
        *held = until.max(*held);
    }

    /// What is left of a connection's pause, if anything is.
    pub(crate) fn rest(&self, connection: ConnectionId, now: Timestamp) -> Option<Duration> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = *known.get(&connection)?;
        if until <= now {
            known.remove(&connection);
            return None;
        }
        Some(until.since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_never_shrinks_and_ends() {
        let (pauses, id) = (Pauses::default(), ConnectionId::random());
        assert_eq!(pauses.rest(id, Timestamp(0)), None);
        pauses.note(id, Timestamp(5_000));
        pauses.note(id, Timestamp(3_000));
        assert_eq!(pauses.rest(id, Timestamp(1_000)), Some(Duration::from_secs(4)));
        assert_eq!(pauses.rest(ConnectionId::random(), Timestamp(1_000)), None);
        assert_eq!(pauses.rest(id, Timestamp(5_000)), None);
    }
}
