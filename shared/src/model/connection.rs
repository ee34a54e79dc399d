//! Connections: linked Dropbox accounts.

use serde::{Deserialize, Serialize};

use super::{AccountId, AccountProfile, AppKey, ConnectionId, ProjectId, Timestamp, UserId};

/// One Dropbox account linked by one user of one project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Whose it is.
    pub project: ProjectId,
    /// Whose it is within the project.
    pub user: UserId,
    /// The Dropbox app through which it was linked.
    pub app: AppKey,
    /// The Dropbox account.
    pub account: AccountId,
    /// Where the account's files are rooted.
    pub root: RootInfo,
    /// Whose account it is, as Dropbox said last. Empty where Dropbox has not said yet, and once it is disconnected.
    #[serde(default, rename = "account_profile", skip_serializing_if = "AccountProfile::is_empty")]
    pub profile: AccountProfile,
    /// The scopes that were granted.
    pub scopes: Vec<String>,
    /// Whether it can be used.
    pub status: ConnectionStatus,
    /// When it was made.
    pub created_at: Timestamp,
    /// How often its user has connected it again.
    #[serde(default)]
    pub reconnects: u32,
    /// What has become of all that was held of it; there once it is disconnected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
}

impl Connection {
    /// The connection, once Dropbox has said where its account is rooted now and whose it is. Whether the app sees its
    /// own folder only is not told there, and stays.
    #[must_use]
    pub fn with_account(self, root: RootInfo, profile: AccountProfile) -> Self {
        let root = RootInfo { app_folder: self.root.app_folder, ..root };
        Self { root, profile, ..self }
    }

    /// The one of a user's connections that is meant where none is named: the newest that works, or else the newest
    /// that the user can mend.
    #[must_use]
    pub fn preferred(all: Vec<Self>) -> Option<Self> {
        let rank = |one: &Self| (one.status == ConnectionStatus::Active, one.created_at);
        all.into_iter().filter(|one| one.status != ConnectionStatus::Disconnected).max_by_key(rank)
    }
}

/// A connection, and the project whose share of a lane its work counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Linked {
    /// The connection.
    pub connection: ConnectionId,
    /// Its project. Absent where it is not known: then the connection has a share of its own.
    pub project: Option<ProjectId>,
}

impl From<&Connection> for Linked {
    fn from(connection: &Connection) -> Self {
        Self { connection: connection.id, project: Some(connection.project) }
    }
}

/// Whether a connection can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionStatus {
    /// Tokens work.
    Active,
    /// Dropbox refused the refresh token: only the user can mend it, by connecting again.
    NeedsReauth,
    /// Unlinked by the user or the project.
    Disconnected,
}

/// What has become of a disconnected connection: its tokens, and all that was held of its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// When it was disconnected: from then on nothing is synced, and no call is made for its user.
    pub requested_at: Timestamp,
    /// Whether Dropbox has ended the tokens; false where it could not be reached for long, and they were only removed
    /// here. Absent: that is still to be done.
    #[serde(default)]
    pub revoked: Option<bool>,
    /// Files and folders that were removed from our records, so far.
    #[serde(default)]
    pub items: u64,
    /// Objects that were removed from the bucket, so far.
    #[serde(default)]
    pub objects: u64,
    /// When nothing was left. Absent: something is.
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
}

impl Receipt {
    /// The receipt of a connection that is disconnected now.
    #[must_use]
    pub fn requested(at: Timestamp) -> Self {
        Self { requested_at: at, revoked: None, items: 0, objects: 0, finished_at: None }
    }
}

/// The namespaces of an account: equal unless the account belongs to a team with a team space.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RootInfo {
    /// Everything the user can see.
    pub root_namespace: String,
    /// The user's own folder.
    pub home_namespace: String,
    /// The app sees its own folder only: Dropbox refuses to be told a root.
    #[serde(default)]
    pub app_folder: bool,
}

impl RootInfo {
    /// The namespace that requests are to be rooted at, where Dropbox would choose another by itself.
    #[must_use]
    pub fn path_root(&self) -> Option<&str> {
        let differs = self.root_namespace != self.home_namespace;
        (differs && !self.app_folder).then_some(self.root_namespace.as_str())
    }
}

/// When a connection is next worked on. It lives in a row of its own, since several writers touch it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The tick queues the connection once this has passed. Absent: nothing to wake for.
    pub wake_at: Option<Timestamp>,
    /// The next full comparison with Dropbox is due then.
    pub resync_at: Option<Timestamp>,
    /// Dropbox asked for silence until then (invariant I7).
    pub paused_until: Option<Timestamp>,
    /// Dropbox asked for no writes until then: calls that only read, and the sync, go on.
    #[serde(default)]
    pub writes_paused_until: Option<Timestamp>,
    /// How many walks in a row failed.
    pub failures: u32,
}

impl Schedule {
    /// The end of the pause, when there is one and it lies ahead.
    #[must_use]
    pub fn pause(&self, now: Timestamp) -> Option<Timestamp> {
        self.paused_until.filter(|until| *until > now)
    }

    /// The end of the pause of writes, when there is one and it lies ahead. A pause of all calls is one of writes, too.
    #[must_use]
    pub fn pause_of_writes(&self, now: Timestamp) -> Option<Timestamp> {
        self.pause(now).max(self.writes_paused_until.filter(|until| *until > now))
    }

    /// When the next full comparison is, where there is to be one at all.
    #[must_use]
    pub fn next_resync(&self) -> Option<Timestamp> {
        self.resync_at.filter(|at| *at < Timestamp::NEVER)
    }

    /// Whether the full comparison is due.
    #[must_use]
    pub fn resync_due(&self, now: Timestamp) -> bool {
        self.resync_at.is_some_and(|at| at <= now)
    }
}
