//! Streams of events: the change log of a connection, and its notices.
//!
//! A connection has two streams with numbers of their own. The **change log** has its changes, without gaps.
//! The **notices** have all other events: bytes that are ready or failed, and news of the connection. Both are
//! kept for a time ([`Stream::KEPT`]). A notice says which changes precede it, so that both together have one order: a file's
//! `ready` is delivered after the change that created the file. A project has notices of its own, for events
//! that belong to no connection.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::model::{ConnectionId, Event, ProjectId, Timestamp};

/// Source of events, delivered in order: a connection, or the project itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Changes and notices of a connection.
    Connection(ConnectionId),
    /// Notices of a project that belong to no connection.
    Project(ProjectId),
}

impl Stream {
    /// Time for which changes and notices are kept: 90 days. A reader who comes later has to read all items instead.
    pub const KEPT: Duration = Duration::from_secs(90 * 24 * 60 * 60);

    /// Returns the stream to which an event belongs.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        event.connection.map_or(Self::Project(event.project), Self::Connection)
    }

    /// Returns the connection whose stream it is.
    #[must_use]
    pub fn connection(self) -> Option<ConnectionId> {
        match self {
            Self::Connection(connection) => Some(connection),
            Self::Project(_) => None,
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(connection) => connection.fmt(f),
            Self::Project(project) => project.fmt(f),
        }
    }
}

/// An event of a stream that is no change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number in the stream. Numbers grow; between two notices some may be missing.
    pub number: u64,
    /// Number of the last change that precedes it.
    pub after: u64,
    /// Time at which it was recorded.
    pub at: Timestamp,
    /// The event.
    pub event: Event,
}
