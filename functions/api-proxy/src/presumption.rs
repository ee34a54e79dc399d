//! Memory of the connections that were called, by the headers that select them. A call with the headers of an earlier one
//! presumes the same connection, and reads its rows together with those that decide about the call, so that it waits
//! for the table once. Nothing is decided by a presumption: what is wrong costs some reads.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use http::{HeaderMap, HeaderName, header::AUTHORIZATION};
use shared::{
    caller::{Caller, USER_HEADER},
    model::{ConnectionId, ProjectId, SecretHash, UserId},
};

use crate::admission::CREDENTIAL_HEADER;

/// Maximum number of presumptions in memory: some 300 KB.
const MOST: usize = 1_000;
/// Maximum number of a user's connections that are read before they are known to be the user's.
const MOST_CONNECTIONS: usize = 5;

/// Project, user and connections of an earlier call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Presumed {
    /// The project.
    pub(crate) project: ProjectId,
    /// The user.
    pub(crate) user: UserId,
    /// All of the user's connections.
    pub(crate) connections: Vec<ConnectionId>,
    /// The connection that was called.
    pub(crate) called: ConnectionId,
}

impl Presumed {
    /// Whether it is about this caller.
    pub(crate) fn is_of(&self, caller: &Caller) -> bool {
        self.project == caller.project && self.user == caller.user
    }
}

/// Presumptions of this process.
#[derive(Debug, Default)]
pub struct Presumptions(Mutex<HashMap<SecretHash, Presumed>>);

impl Presumptions {
    /// Returns what an earlier call with these headers was for.
    pub(crate) fn of(&self, project: &str, headers: &HeaderMap) -> Option<Presumed> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&carried(project, headers)).cloned()
    }

    /// Remembers what a call was for.
    pub(crate) fn note(&self, project: &str, headers: &HeaderMap, presumed: Presumed) {
        if presumed.connections.len() > MOST_CONNECTIONS {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(carried(project, headers), presumed);
    }
}

/// Returns the hash of what tells calls apart: no credential stays in memory.
fn carried(project: &str, headers: &HeaderMap) -> SecretHash {
    let names =
        [AUTHORIZATION, HeaderName::from_static(USER_HEADER), HeaderName::from_static(CREDENTIAL_HEADER)];
    let mut text = project.escape_debug().to_string();
    for name in names {
        text.push('\n');
        for value in headers.get_all(name) {
            // Without the quotes that separate values.
            text.push_str(&format!("\"{}\"", value.as_bytes().escape_ascii()));
        }
    }
    SecretHash::of(&text)
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

    fn presumed(connections: usize) -> Presumed {
        let connections: Vec<ConnectionId> = (0..connections).map(|_| ConnectionId::random()).collect();
        Presumed {
            project: ProjectId::random(),
            user: "user-1".parse().unwrap(),
            called: connections[0],
            connections,
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
            presumptions.note("project", &headers(noted), presumed.clone());
            for (other, asked) in CARRIED.iter().enumerate() {
                let found = presumptions.of("project", &headers(asked));
                assert_eq!(found, (other == number).then(|| presumed.clone()), "{noted:?} and {asked:?}");
            }
            assert_eq!(presumptions.of("other", &headers(noted)), None);
        }
    }

    #[test]
    fn memory_is_bounded_and_many_connections_are_not_presumed() {
        let presumptions = Presumptions::default();
        for user in 0..3 * MOST {
            presumptions.note(&user.to_string(), &HeaderMap::new(), presumed(1));
        }
        assert!(presumptions.0.lock().unwrap().len() <= MOST);
        presumptions.note("many", &HeaderMap::new(), presumed(MOST_CONNECTIONS + 1));
        assert_eq!(presumptions.of("many", &HeaderMap::new()), None);
    }
}
