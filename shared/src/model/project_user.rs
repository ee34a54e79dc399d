//! Users of a project: what is stored of them beside their connections.

use serde::{Deserialize, Serialize};

use super::{ConnectionId, Timestamp, UserId};

/// A user of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectUser {
    /// The project's own id for the user.
    #[serde(rename = "customer")]
    pub user: UserId,
    /// Time of the first request that named the user.
    pub created_at: Timestamp,
    /// Time of the last change of any part of this.
    pub updated_at: Timestamp,
    /// Settings for the user's accounts.
    #[serde(flatten)]
    pub settings: UserSettings,
    /// The deletion in progress or done; absent if the user is not deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion: Option<UserDeletion>,
}

impl ProjectUser {
    /// Returns a user who is first named now, without settings.
    #[must_use]
    pub fn new(user: UserId, now: Timestamp) -> Self {
        Self { user, created_at: now, updated_at: now, settings: UserSettings::default(), deletion: None }
    }
}

/// Settings for the accounts of a user, or of those users of a project who have none of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserSettings {
    /// Whether changes are synced automatically; absent for yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_sync: Option<bool>,
    /// Number of hours between full comparisons; absent for the project's setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resync_hours: Option<u64>,
    /// Maximum number of the user's files, over all connections, whose bytes are wanted; absent for no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_files: Option<u64>,
    /// Maximum number of files and folders that one call of Carbon's clients may select; absent: any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_files_per_upload: Option<u64>,
}

impl UserSettings {
    /// Returns whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns these settings, completed by `defaults` where nothing is set.
    #[must_use]
    pub fn or(self, defaults: Self) -> Self {
        Self {
            auto_sync: self.auto_sync.or(defaults.auto_sync),
            resync_hours: self.resync_hours.or(defaults.resync_hours),
            max_files: self.max_files.or(defaults.max_files),
            max_files_per_upload: self.max_files_per_upload.or(defaults.max_files_per_upload),
        }
    }
}

/// Deletion of a user, whose data is purged connection by connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDeletion {
    /// Time of the first request to delete the user.
    pub requested_at: Timestamp,
    /// The connections that the user had.
    pub connections: Vec<ConnectionId>,
    /// Whether the user's runs of workflows are removed, too. An earlier version knew of none.
    #[serde(default)]
    pub removes_runs: bool,
    /// Time at which all of these runs were removed; absent until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_removed_at: Option<Timestamp>,
}

impl UserDeletion {
    /// Returns a deletion that begins.
    #[must_use]
    pub fn new(requested_at: Timestamp) -> Self {
        Self { requested_at, connections: Vec::new(), removes_runs: true, runs_removed_at: None }
    }
}

/// A change of a user's settings, or of their project's defaults. Absent members stay as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UserChange {
    /// Whether changes are synced automatically; `Some(None)` for the default.
    pub auto_sync: Option<Option<bool>>,
    /// Number of hours between full comparisons; `Some(None)` for the default.
    pub resync_hours: Option<Option<u64>>,
    /// Maximum number of files; `Some(None)` for the default.
    pub max_files: Option<Option<u64>>,
    /// Maximum number of files and folders of one call; `Some(None)` removes the value.
    pub max_files_per_upload: Option<Option<u64>>,
}

impl UserChange {
    /// Returns whether nothing is to be changed.
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
        let defaults = UserSettings {
            auto_sync: Some(false),
            resync_hours: Some(6),
            max_files: Some(0),
            max_files_per_upload: Some(1),
        };
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
