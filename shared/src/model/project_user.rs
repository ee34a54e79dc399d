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
    /// What was chosen for the user's accounts.
    #[serde(flatten)]
    pub settings: UserSettings,
    /// What is being deleted; absent: the user is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion: Option<UserDeletion>,
}

impl ProjectUser {
    /// A user who was first heard of now, and for whom nothing is chosen.
    #[must_use]
    pub fn new(user: UserId, now: Timestamp) -> Self {
        Self { user, created_at: now, updated_at: now, settings: UserSettings::default(), deletion: None }
    }
}

/// What is chosen for the accounts of a user, or of all users of a project who have nothing of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserSettings {
    /// Whether changes are followed by themselves; absent: they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_sync: Option<bool>,
    /// Hours from one full comparison to the next; absent: as the project says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resync_hours: Option<u64>,
    /// Maximum number of files of the user, over all connections, whose bytes are wanted; absent: any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_files: Option<u64>,
}

impl UserSettings {
    /// Whether nothing is chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// These settings, and where nothing is chosen those.
    #[must_use]
    pub fn or(self, defaults: Self) -> Self {
        Self {
            auto_sync: self.auto_sync.or(defaults.auto_sync),
            resync_hours: self.resync_hours.or(defaults.resync_hours),
            max_files: self.max_files.or(defaults.max_files),
        }
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

/// What is to be changed of users, or of their project's defaults; absent: as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UserChange {
    /// Whether changes are followed by themselves.
    pub auto_sync: Option<bool>,
    /// Hours from one full comparison to the next; `Some(None)`: as the project says.
    pub resync_hours: Option<Option<u64>>,
    /// Maximum number of files; `Some(None)`: as the project says.
    pub max_files: Option<Option<u64>>,
}

impl UserChange {
    /// Whether nothing is to be changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_user_has_not_chosen_is_as_the_project_has_it() {
        let own = UserSettings { auto_sync: Some(true), ..UserSettings::default() };
        let defaults = UserSettings { auto_sync: Some(false), resync_hours: Some(6), max_files: Some(0) };
        assert_eq!(own.or(defaults), UserSettings { auto_sync: Some(true), ..defaults });
        assert_eq!(own.or(UserSettings::default()), own);
    }

    #[test]
    fn rows_of_before_are_read_and_are_written_as_before() {
        let row = r#"{"customer":"u","created_at":1,"updated_at":2,"auto_sync":false,"resync_hours":6}"#;
        let user: ProjectUser = serde_json::from_str(row).unwrap();
        assert_eq!((user.settings.auto_sync, user.settings.resync_hours), (Some(false), Some(6)));
        assert_eq!(serde_json::to_string(&user).unwrap(), row);
    }
}
