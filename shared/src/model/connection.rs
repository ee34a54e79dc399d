//! Connections: linked Dropbox accounts.

use serde::{Deserialize, Serialize};

use super::{AccountId, AccountProfile, AppKey, ConnectionId, ProjectId, Timestamp, UserId};

/// A Dropbox account linked by one user of one project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// The project that it belongs to.
    pub project: ProjectId,
    /// The user of the project who linked it.
    pub user: UserId,
    /// The Dropbox app through which it was linked.
    pub app: AppKey,
    /// The Dropbox account.
    pub account: AccountId,
    /// The namespaces of the account.
    pub root: RootInfo,
    /// The account's owner, as last reported by Dropbox. Empty until Dropbox reports one, and after the
    /// connection is disconnected.
    #[serde(default, rename = "account_profile", skip_serializing_if = "AccountProfile::is_empty")]
    pub profile: AccountProfile,
    /// The granted scopes.
    pub scopes: Vec<String>,
    /// Its status.
    pub status: ConnectionStatus,
    /// Time at which it was created.
    pub created_at: Timestamp,
    /// Number of times that its user has connected it again.
    #[serde(default)]
    pub reconnects: u32,
    /// Progress of its purge; present once it is disconnected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// The last cancellation of selections that were not listed yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation: Option<Cancellation>,
}

/// A cancellation of the selections that were not listed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// Time of the call.
    pub at: Timestamp,
    /// HEAD's epoch at that time: the walk that the call requests has the next one.
    pub epoch: u64,
}

/// Owner of a connection. Neither member changes while the connection exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionOwner {
    /// The project.
    pub project: ProjectId,
    /// The user.
    pub user: UserId,
}

impl Connection {
    /// Returns whose it is.
    #[must_use]
    pub fn owner(&self) -> ConnectionOwner {
        ConnectionOwner { project: self.project, user: self.user.clone() }
    }

    /// Returns the connection with the root and profile that Dropbox has reported now. `app_folder` is kept,
    /// because that answer does not contain it.
    #[must_use]
    pub fn with_account(self, root: RootInfo, profile: AccountProfile) -> Self {
        let root = RootInfo { app_folder: self.root.app_folder, ..root };
        Self { root, profile, ..self }
    }

    /// Returns the connection that is meant when a user's request names none: the newest active one, or else
    /// the newest one that the user can repair by connecting again.
    #[must_use]
    pub fn preferred(all: Vec<Self>) -> Option<Self> {
        let rank = |one: &Self| (one.status == ConnectionStatus::Active, one.created_at);
        all.into_iter().filter(|one| one.status != ConnectionStatus::Disconnected).max_by_key(rank)
    }
}

/// A connection, with the project whose share of a lane its work counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Linked {
    /// The connection.
    pub connection: ConnectionId,
    /// Its project. Absent if unknown: the connection then has a share of its own.
    pub project: Option<ProjectId>,
}

impl From<&Connection> for Linked {
    fn from(connection: &Connection) -> Self {
        Self { connection: connection.id, project: Some(connection.project) }
    }
}

/// Status of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionStatus {
    /// Its tokens work.
    Active,
    /// Dropbox refused the refresh token: only the user can repair it, by connecting again.
    NeedsReauth,
    /// Unlinked by the user or the project.
    Disconnected,
}

/// Receipt of a disconnected connection: what has become of its tokens and of everything stored of its
/// account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Time at which it was disconnected: from then on nothing is synced, and no call is made for its user.
    pub requested_at: Timestamp,
    /// Whether Dropbox has revoked the tokens; false if it could not be reached for a long time, so that they
    /// were only removed here. Absent until then.
    #[serde(default)]
    pub revoked: Option<bool>,
    /// Number of files and folders removed from our records so far.
    #[serde(default)]
    pub items: u64,
    /// Number of objects removed from the bucket so far.
    #[serde(default)]
    pub objects: u64,
    /// Time at which nothing was left. Absent until then.
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
}

impl Receipt {
    /// Returns the receipt of a connection that is disconnected at `at`.
    #[must_use]
    pub fn requested(at: Timestamp) -> Self {
        Self { requested_at: at, revoked: None, items: 0, objects: 0, finished_at: None }
    }
}

/// The namespaces of an account. They are equal, unless the account belongs to a team with a team space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootInfo {
    /// Id of the namespace with everything that the user can see.
    pub root_namespace: String,
    /// Id of the namespace of the user's own folder.
    pub home_namespace: String,
    /// Whether the app sees only its own folder: Dropbox then refuses requests that name a root.
    #[serde(default)]
    pub app_folder: bool,
}

impl RootInfo {
    /// Returns the namespace to name as the root of requests, if Dropbox would choose another one by default.
    #[must_use]
    pub fn path_root(&self) -> Option<&str> {
        let differs = self.root_namespace != self.home_namespace;
        (differs && !self.app_folder).then_some(self.root_namespace.as_str())
    }
}

/// Schedule of a connection's work. It has a row of its own, because several writers change it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Time from which the tick queues the connection. Absent if nothing is to wake it.
    pub wake_at: Option<Timestamp>,
    /// Time from which the next full comparison with Dropbox is due.
    pub resync_at: Option<Timestamp>,
    /// Time until which Dropbox asked not to be called (invariant I7).
    pub paused_until: Option<Timestamp>,
    /// Time until which Dropbox asked for no writes: reads and the sync go on.
    #[serde(default)]
    pub writes_paused_until: Option<Timestamp>,
    /// Number of walks in a row that have failed.
    pub failures: u32,
}

impl Schedule {
    /// Returns the end of the pause, if it is in the future.
    #[must_use]
    pub fn pause(&self, now: Timestamp) -> Option<Timestamp> {
        self.paused_until.filter(|until| *until > now)
    }

    /// Returns the end of the pause of writes, if it is in the future. A pause of all calls also pauses
    /// writes.
    #[must_use]
    pub fn pause_of_writes(&self, now: Timestamp) -> Option<Timestamp> {
        self.pause(now).max(self.writes_paused_until.filter(|until| *until > now))
    }

    /// Returns the time of the next full comparison, if there is to be one.
    #[must_use]
    pub fn next_resync(&self) -> Option<Timestamp> {
        self.resync_at.filter(|at| *at < Timestamp::NEVER)
    }

    /// Returns whether the full comparison is due.
    #[must_use]
    pub fn resync_due(&self, now: Timestamp) -> bool {
        self.resync_at.is_some_and(|at| at <= now)
    }
}
