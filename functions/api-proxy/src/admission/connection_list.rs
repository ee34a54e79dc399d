//! The list of a user's connections, and how long a remembered one is known to be complete.

use std::time::Duration;

use shared::{
    model::{ConnectionId, Timestamp},
    store::ListVersion,
};

/// Time for which a list is trusted. After that it is read again, whatever its version: during an upgrade, and while
/// one is taken back, functions of a version from before lists had versions may still add connections.
const TRUSTED_TIME: Duration = Duration::from_secs(10);

/// The list of a user's connections, as a call has read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConnectionList {
    connections: Vec<ConnectionId>,
    version: Option<ListVersion>,
    /// Time of the reading by which the list is trusted: it was read after its version. `None` if the version was read
    /// later, or at the same time, because it may then be that of a newer list.
    trusted_since: Option<Timestamp>,
}

impl ConnectionList {
    /// Returns a list whose version was not read before it.
    pub(super) fn untrusted(connections: Vec<ConnectionId>, version: Option<ListVersion>) -> Self {
        Self { connections, version, trusted_since: None }
    }

    /// Returns the connections.
    pub(super) fn connections(&self) -> &[ConnectionId] {
        &self.connections
    }

    /// Whether it is complete if its version is the same.
    pub(super) fn is_trusted(&self, now: Timestamp) -> bool {
        self.trusted_since.is_some_and(|since| now.since(since) < TRUSTED_TIME)
    }

    /// Returns the list at the end of a call that has trusted it and has read this version; `None` if the version is
    /// another one.
    pub(super) fn if_same_version(&self, version: Option<ListVersion>) -> Option<Self> {
        (version == self.version).then(|| self.clone())
    }

    /// Returns the list at the end of a call that began at `now` and has read it again, with this version at the same
    /// time; `None` if it has other connections by now. If the version is the one that an earlier call has found, the
    /// list was read after it.
    pub(super) fn if_same_connections(
        &self,
        connections: &[ConnectionId],
        version: Option<ListVersion>,
        now: Timestamp,
    ) -> Option<Self> {
        let is_same = connections.len() == self.connections.len()
            && self.connections.iter().all(|connection| connections.contains(connection));
        let trusted_since = (version == self.version).then_some(now);
        is_same.then(|| Self { connections: self.connections.clone(), version, trusted_since })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn connections(count: usize) -> Vec<ConnectionId> {
        (0..count).map(|_| ConnectionId::random()).collect()
    }

    #[test]
    fn a_list_is_trusted_once_it_was_read_after_its_version() {
        let (ids, version) = (connections(2), Some(ListVersion::random()));
        let list = ConnectionList::untrusted(ids.clone(), version);
        assert!(!list.is_trusted(NOW), "the version may be newer");
        let backwards = [ids[1], ids[0]];
        let list = list.if_same_connections(&backwards, version, NOW).unwrap();
        assert!(list.is_trusted(NOW) && list.is_trusted(NOW.plus(TRUSTED_TIME / 2)));
        assert!(
            !list.is_trusted(NOW.plus(TRUSTED_TIME)),
            "an earlier version of Dropline may have changed it"
        );
        assert_eq!(list.if_same_version(version), Some(list), "its time goes on");
    }

    #[test]
    fn a_list_of_another_version_is_read_again_twice() {
        let (ids, version, other) =
            (connections(1), Some(ListVersion::random()), Some(ListVersion::random()));
        let list = ConnectionList::untrusted(ids.clone(), version);
        let list = list.if_same_connections(&ids, version, NOW).unwrap();
        for changed in [other, None] {
            assert_eq!(list.if_same_version(changed), None);
        }
        let later = NOW.plus(TRUSTED_TIME);
        let read = list.if_same_connections(&ids, other, later).unwrap();
        assert!(!read.is_trusted(later), "the version may have come after the list");
        assert!(read.if_same_connections(&ids, other, later).unwrap().is_trusted(later));
    }

    #[test]
    fn a_list_with_other_connections_is_another_list() {
        let ids = connections(2);
        let list = ConnectionList::untrusted(ids.clone(), None);
        for read in [[ids.clone(), connections(1)].concat(), ids[..1].to_vec(), connections(2), Vec::new()] {
            assert_eq!(list.if_same_connections(&read, None, NOW), None, "{read:?}");
        }
    }

    #[test]
    fn a_list_without_a_version_is_as_good_until_it_gets_one() {
        let ids = connections(1);
        let list = ConnectionList::untrusted(ids.clone(), None);
        let list = list.if_same_connections(&ids, None, NOW).unwrap();
        assert_eq!(list.if_same_version(None), Some(list.clone()));
        assert_eq!(list.if_same_version(Some(ListVersion::random())), None);
    }
}
