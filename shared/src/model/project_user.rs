//! Users of a project, as far as something is known of them beside their connections.

use serde::{Deserialize, Serialize};

use super::{ConnectionId, Timestamp, UserId};

/// A user of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectUser {
    /// The project's own id for the user.
    #[serde(rename = "customer")]
    pub user: UserId,
    /// When the user was first heard of.
    pub created_at: Timestamp,
    /// When anything of this last changed.
    pub updated_at: Timestamp,
    /// Whether changes in the user's accounts are followed by themselves; absent: they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_sync: Option<bool>,
    /// Hours from one full comparison to the next; absent: as the project says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resync_hours: Option<u64>,
    /// What is being deleted; absent: the user is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion: Option<UserDeletion>,
}

impl ProjectUser {
    /// A user who was first heard of now, and for whom nothing is chosen.
    #[must_use]
    pub fn new(user: UserId, now: Timestamp) -> Self {
        Self { user, created_at: now, updated_at: now, auto_sync: None, resync_hours: None, deletion: None }
    }

    /// Whether anything was chosen for the user's accounts.
    #[must_use]
    pub fn has_settings(&self) -> bool {
        self.auto_sync.is_some() || self.resync_hours.is_some()
    }
}

/// The deletion of a user: what was theirs is purged connection by connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDeletion {
    /// When it was asked for first.
    pub requested_at: Timestamp,
    /// The connections that the user had.
    pub connections: Vec<ConnectionId>,
}

/// What is to be changed of users; absent: as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UserChange {
    /// Whether changes are followed by themselves.
    pub auto_sync: Option<bool>,
    /// Hours from one full comparison to the next; `Some(None)`: as the project says.
    pub resync_hours: Option<Option<u64>>,
}

impl UserChange {
    /// Whether nothing is to be changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
