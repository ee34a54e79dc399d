//! Memory of calls: for whom they were, and for which connection.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use shared::{
    caller::Caller,
    model::{ConnectionId, ProjectId, UserId},
};

use super::{call_key::CallKey, connection_list::ConnectionList};

/// Maximum number of remembered calls: some 300 KB.
const MAX_CALLS: usize = 1_000;
/// Maximum number of connections of a list that is remembered: a call with the same key reads all of them, before it is
/// known that its caller may.
const MAX_LISTED_CONNECTIONS: usize = 5;

/// Project, user and connection of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RememberedCall {
    /// The project.
    pub(super) project: ProjectId,
    /// The user.
    pub(super) user: UserId,
    /// The connection that was called.
    pub(super) called: ConnectionId,
    /// The list of the user's connections, if the call selected none.
    pub(super) list: Option<ConnectionList>,
}

impl RememberedCall {
    /// Whether it was for this caller's project and user.
    pub(super) fn is_of(&self, caller: &Caller) -> bool {
        self.project == caller.project && self.user == caller.user
    }

    fn listed_connections(&self) -> usize {
        self.list.as_ref().map_or(0, |list| list.connections().len())
    }
}

/// Calls that this process remembers.
#[derive(Debug, Default)]
pub struct RememberedCalls(Mutex<HashMap<CallKey, RememberedCall>>);

impl RememberedCalls {
    /// Returns the call with this key, if one is remembered.
    pub(super) fn with_key(&self, key: &CallKey) -> Option<RememberedCall> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Remembers a call instead of an earlier one with the same key. If its user has more connections than
    /// [`MAX_LISTED_CONNECTIONS`], none with this key is remembered. A full memory is emptied: that is simpler than to
    /// find the oldest call, and costs each caller's next call what a first one costs.
    pub(super) fn remember(&self, key: CallKey, call: RememberedCall) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if call.listed_connections() > MAX_LISTED_CONNECTIONS {
            calls.remove(&key);
            return;
        }
        if calls.len() >= MAX_CALLS {
            calls.clear();
        }
        calls.insert(key, call);
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn key(project: &str) -> CallKey {
        CallKey::of(project, &HeaderMap::new())
    }

    fn call(listed_connections: usize) -> RememberedCall {
        let connections: Vec<_> = (0..listed_connections).map(|_| ConnectionId::random()).collect();
        RememberedCall {
            project: ProjectId::random(),
            user: "user-1".parse().unwrap(),
            called: connections[0],
            list: Some(ConnectionList::untrusted(connections, None)),
        }
    }

    #[test]
    fn a_call_is_remembered_by_its_key_until_another_takes_its_place() {
        let (calls, first, second) = (RememberedCalls::default(), call(1), call(1));
        calls.remember(key("one"), first.clone());
        assert_eq!(calls.with_key(&key("one")), Some(first));
        assert_eq!(calls.with_key(&key("other")), None);
        calls.remember(key("one"), second.clone());
        assert_eq!(calls.with_key(&key("one")), Some(second));
    }

    #[test]
    fn the_memory_is_bounded() {
        let calls = RememberedCalls::default();
        for number in 0..3 * MAX_CALLS {
            calls.remember(key(&number.to_string()), call(1));
            assert!(calls.0.lock().unwrap().len() <= MAX_CALLS);
        }
    }

    #[test]
    fn a_call_of_a_user_with_many_connections_is_not_remembered() {
        let calls = RememberedCalls::default();
        for connections in [MAX_LISTED_CONNECTIONS, MAX_LISTED_CONNECTIONS + 1] {
            calls.remember(key("many"), call(connections));
            let is_remembered = calls.with_key(&key("many")).is_some();
            assert_eq!(is_remembered, connections <= MAX_LISTED_CONNECTIONS);
        }
    }
}
