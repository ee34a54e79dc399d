//! Pauses known to this process, so that its concurrent calls respect them before they are read from the
//! store.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::model::{ConnectionId, Timestamp};

/// End of each connection's pause, as far as this process knows.
#[derive(Debug, Default)]
pub(crate) struct Pauses(Mutex<HashMap<ConnectionId, Timestamp>>);

impl Pauses {
    /// Records a pause. A pause that ends later is kept.
    pub(crate) fn note(&self, connection: ConnectionId, until: Timestamp) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let end = known.entry(connection).or_default();
        *end = until.max(*end);
    }

    /// Returns the end of a connection's pause, if it is paused.
    pub(crate) fn until(&self, connection: ConnectionId, now: Timestamp) -> Option<Timestamp> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = *known.get(&connection)?;
        if until <= now {
            known.remove(&connection);
            return None;
        }
        Some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_never_shrinks_and_ends() {
        let (pauses, id) = (Pauses::default(), ConnectionId::random());
        assert_eq!(pauses.until(id, Timestamp(0)), None);
        pauses.note(id, Timestamp(5_000));
        pauses.note(id, Timestamp(3_000));
        assert_eq!(pauses.until(id, Timestamp(1_000)), Some(Timestamp(5_000)));
        assert_eq!(pauses.until(ConnectionId::random(), Timestamp(1_000)), None);
        assert_eq!(pauses.until(id, Timestamp(5_000)), None);
    }
}
