//! Memory of the connections that were called, by the headers that select them. A call with the headers of an earlier one
//! presumes the same connection, and reads its rows together with those that decide about the call, so that it waits
//! for the table once. Nothing is decided by a presumption: what is wrong costs some reads.
//!
//! A call that names no connection is for the newest of the user's that works, so it depends on the list of them, too.
//! That would be a request of its own; the list's version is one more row among those that are read anyway. So the list
//! is read again only if the version is another one, and now and then (see [`List::is_trusted`]).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderMap, HeaderName, header::AUTHORIZATION};
use shared::{
    caller::{Caller, USER_HEADER},
    model::{ConnectionId, ProjectId, SecretHash, Timestamp, UserId},
    store::ListVersion,
};

use crate::admission::CREDENTIAL_HEADER;

/// Maximum number of presumptions in memory: some 300 KB.
const MOST: usize = 1_000;
/// Maximum number of a user's connections that are read before they are known to be the user's.
const MOST_CONNECTIONS: usize = 5;
/// Time after which a list is read again, whatever its version. During an upgrade, and while one is taken back, functions
/// of a version from before lists had versions may still add connections.
const TRUST: Duration = Duration::from_secs(10);

/// Project, user and connection of an earlier call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Presumed {
    /// The project.
    pub(crate) project: ProjectId,
    /// The user.
    pub(crate) user: UserId,
    /// The connection that was called.
    pub(crate) called: ConnectionId,
    /// The list of the user's connections, if the call named none.
    pub(crate) list: Option<List>,
}

impl Presumed {
    /// Whether it is about this caller.
    pub(crate) fn is_of(&self, caller: &Caller) -> bool {
        self.project == caller.project && self.user == caller.user
    }
}

/// The list of a user's connections, as an earlier call has read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct List {
    connections: Vec<ConnectionId>,
    version: Option<ListVersion>,
    /// Time of the reading, if the version was read before. A version that was read later, or at the same time, may be
    /// that of a newer list.
    read_at: Option<Timestamp>,
}

impl List {
    /// Returns a list whose version was not read before it.
    pub(crate) fn new(connections: Vec<ConnectionId>, version: Option<ListVersion>) -> Self {
        Self { connections, version, read_at: None }
    }

    /// Returns the connections.
    pub(crate) fn connections(&self) -> &[ConnectionId] {
        &self.connections
    }

    /// Whether it is complete if its version is the same.
    pub(crate) fn is_trusted(&self, now: Timestamp) -> bool {
        self.read_at.is_some_and(|at| now.since(at) < TRUST)
    }

    /// Returns the list as it is known at the end of a call that began at `now` and has read this version, and these
    /// connections if the list was not trusted; `None` if it is another list, or may be.
    pub(crate) fn still(
        &self,
        version: Option<ListVersion>,
        read: Option<&[ConnectionId]>,
        now: Timestamp,
    ) -> Option<Self> {
        let is_same_version = version == self.version;
        let Some(read) = read else { return is_same_version.then(|| self.clone()) };
        let is_same = read.len() == self.connections.len()
            && self.connections.iter().all(|connection| read.contains(connection));
        // It was read after the version that an earlier call has found.
        let read_at = is_same_version.then_some(now);
        is_same.then(|| Self { connections: self.connections.clone(), version, read_at })
    }
}

/// Hash of the part of a request that selects the connection: no credential stays in memory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Carried(SecretHash);

impl Carried {
    /// Returns what a request carries for the project in its path.
    pub(crate) fn by(project: &str, headers: &HeaderMap) -> Self {
        let mut parts = Vec::with_capacity(256);
        add(&mut parts, project.as_bytes());
        for name in
            [AUTHORIZATION, HeaderName::from_static(USER_HEADER), HeaderName::from_static(CREDENTIAL_HEADER)]
        {
            for value in headers.get_all(&name) {
                add(&mut parts, name.as_str().as_bytes());
                add(&mut parts, value.as_bytes());
            }
        }
        Self(SecretHash::of_bytes(&parts))
    }
}

/// Adds a part with its length, so that no two lists of parts are alike.
fn add(parts: &mut Vec<u8>, part: &[u8]) {
    parts.extend_from_slice(&part.len().to_be_bytes());
    parts.extend_from_slice(part);
}

/// Presumptions of this process.
#[derive(Debug, Default)]
pub struct Presumptions(Mutex<HashMap<Carried, Presumed>>);

impl Presumptions {
    /// Returns what an earlier call that carried the same was for.
    pub(crate) fn of(&self, carried: &Carried) -> Option<Presumed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(carried).cloned()
    }

    /// Remembers what a call was for.
    pub(crate) fn note(&self, carried: &Carried, presumed: Presumed) {
        let connections = presumed.list.as_ref().map_or(1, |list| list.connections.len());
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if connections > MOST_CONNECTIONS {
            known.remove(carried);
            return;
        }
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(carried.clone(), presumed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn some(count: usize) -> Vec<ConnectionId> {
        (0..count).map(|_| ConnectionId::random()).collect()
    }

    fn presumed(connections: usize) -> Presumed {
        let connections = some(connections);
        Presumed {
            project: ProjectId::random(),
            user: "user-1".parse().unwrap(),
            called: connections[0],
            list: Some(List::new(connections, None)),
        }
    }

    const CARRIED: [&[(&str, &str)]; 8] = [
        &[],
        &[("authorization", "Bearer a")],
        &[("authorization", "Bearer b")],
        &[("authorization", "Bearer a"), ("customer-id", "1")],
        &[("authorization", "Bearer a"), ("customer-id", "1"), ("customer-id", "2")],
        &[("authorization", "Bearer a"), ("customer-id", "1\" \"2")],
        &[("authorization", "Bearer a"), ("x-paragon-credential", "1")],
        &[("authorization", "Bearer a"), ("customer-id", "1"), ("x-paragon-credential", "1")],
    ];

    #[test]
    fn only_a_call_that_carries_the_same_presumes_the_same() {
        for (number, noted) in CARRIED.iter().enumerate() {
            let (presumptions, presumed) = (Presumptions::default(), presumed(1));
            presumptions.note(&Carried::by("project", &headers(noted)), presumed.clone());
            for (other, asked) in CARRIED.iter().enumerate() {
                let found = presumptions.of(&Carried::by("project", &headers(asked)));
                assert_eq!(found, (other == number).then(|| presumed.clone()), "{noted:?} and {asked:?}");
            }
            assert_eq!(presumptions.of(&Carried::by("other", &headers(noted))), None);
        }
    }

    #[test]
    fn memory_is_bounded_and_many_connections_are_not_presumed() {
        let presumptions = Presumptions::default();
        let of_project = |project: &str| Carried::by(project, &HeaderMap::new());
        for user in 0..3 * MOST {
            presumptions.note(&of_project(&user.to_string()), presumed(1));
        }
        assert!(presumptions.0.lock().unwrap().len() <= MOST);
        for connections in [MOST_CONNECTIONS, MOST_CONNECTIONS + 1] {
            presumptions.note(&of_project("many"), presumed(connections));
            let is_presumed = presumptions.of(&of_project("many")).is_some();
            assert_eq!(is_presumed, connections <= MOST_CONNECTIONS);
        }
    }

    const NOW: Timestamp = Timestamp(1_000_000);

    #[test]
    fn a_list_is_trusted_once_it_was_read_after_its_version() {
        let (ids, version) = (some(2), Some(ListVersion::random()));
        let list = List::new(ids.clone(), version);
        assert!(!list.is_trusted(NOW), "the version may be newer");
        let backwards = [ids[1], ids[0]];
        let list = list.still(version, Some(&backwards), NOW).unwrap();
        assert!(list.is_trusted(NOW) && list.is_trusted(NOW.plus(TRUST / 2)));
        assert!(!list.is_trusted(NOW.plus(TRUST)), "an earlier version of Dropline may have changed it");
        assert_eq!(list.still(version, None, NOW.plus(TRUST / 2)), Some(list));
    }

    #[test]
    fn a_list_of_another_version_is_read_again_twice() {
        let (ids, version, other) = (some(1), Some(ListVersion::random()), Some(ListVersion::random()));
        let list = List::new(ids.clone(), version).still(version, Some(&ids), NOW).unwrap();
        for changed in [other, None] {
            assert_eq!(list.still(changed, None, NOW), None);
        }
        let read = list.still(other, Some(&ids), NOW.plus(TRUST)).unwrap();
        assert!(!read.is_trusted(NOW.plus(TRUST)), "the version may have come after the list");
        assert!(read.still(other, Some(&ids), NOW.plus(TRUST)).unwrap().is_trusted(NOW.plus(TRUST)));
    }

    #[test]
    fn a_list_with_other_connections_is_another_list() {
        let ids = some(2);
        let list = List::new(ids.clone(), None);
        for read in [[ids.clone(), some(1)].concat(), ids[..1].to_vec(), some(2), Vec::new()] {
            assert_eq!(list.still(None, Some(&read), NOW), None, "{read:?}");
        }
    }

    #[test]
    fn a_list_without_a_version_is_as_good_until_it_gets_one() {
        let ids = some(1);
        let list = List::new(ids.clone(), None).still(None, Some(&ids), NOW).unwrap();
        assert_eq!(list.still(None, None, NOW), Some(list.clone()));
        assert_eq!(list.still(Some(ListVersion::random()), None, NOW), None);
    }
}
