//! Ports to connections, their tokens and their schedules.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StoreError;
use crate::{
    delivery::Stream,
    model::{
        AccountId, AppKey, Cancellation, Connection, ConnectionId, ConnectionName, EndpointId, Lane, Linked,
        ProjectId, RunId, Schedule, Target, Timestamp, UserId, WorkflowId,
    },
    seal::Sealed,
};

/// Lookup of an account's connections: all that the webhook receiver may read.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Returns the connections of one account through one Dropbox app. Each has its project, unless its row
    /// was written by an older deployment.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn connections_of_account(
        &self,
        app: &AppKey,
        account: &AccountId,
    ) -> Result<Vec<Linked>, StoreError>;
}

/// Version of the list of a user's connections. A connection that is added or disconnected gives the list a version that
/// no list has had before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListVersion(Uuid);

impl ListVersion {
    /// Returns a new version.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

/// Store of connections.
#[async_trait]
pub trait Connections: Send + Sync {
    /// Adds a connection with its tokens, its ordinal and its first selection, if any, due for its first walk.
    /// If the project has assigned all ordinals, it has none.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if this user has this account already; nothing is added then.
    async fn add_connection(
        &self,
        connection: &Connection,
        tokens: &SealedTokens,
        selected: Option<Target>,
    ) -> Result<(), StoreError>;

    /// Returns the connection with this id.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn connection(&self, id: ConnectionId) -> Result<Option<Connection>, StoreError>;

    /// Returns the connections of one user, oldest first.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn connections_of_user(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Vec<Connection>, StoreError>;

    /// Returns the id of the connection with this name; an id is returned as it is, whether it exists or not.
    /// `None` if the project has given the integer to no connection.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn connection_named(
        &self,
        project: ProjectId,
        name: ConnectionName,
    ) -> Result<Option<ConnectionId>, StoreError>;

    /// Returns the ids of a user's connections, in no particular order. With the ids, everything about the
    /// connections can be read in parallel.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn connection_ids_of_user(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Vec<ConnectionId>, StoreError>;

    /// Returns the version of the list of a user's connections; `None` until a first connection is added or
    /// disconnected, and after the last one was purged. A list that was read after its version is complete for as long
    /// as the version is the same, unless a deployment from before there were versions changes it.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn list_version(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Option<ListVersion>, StoreError>;

    /// Records that Dropbox refuses the tokens, and cancels the connection's wake-ups, atomically. Returns
    /// false, and writes nothing, if the user has connected again since the connection was read, or if it was
    /// not active.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn refuse(&self, connection: &Connection) -> Result<bool, StoreError>;

    /// Records that the user has connected again: takes over the root, the profile and the scopes of
    /// `connection`, and sets the status to active.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such connection, or it is disconnected: that is final.
    async fn reconnect(&self, connection: &Connection) -> Result<(), StoreError>;

    /// Records that the selections that were not listed yet were cancelled.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such connection, or it is disconnected.
    async fn note_cancellation(&self, id: ConnectionId, cancellation: Cancellation)
    -> Result<(), StoreError>;

    /// Takes over the account's root and profile from `connection`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such connection, or it is disconnected.
    async fn update_account(&self, connection: &Connection) -> Result<(), StoreError>;
}

/// Sealed tokens of a connection, as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedTokens {
    /// The access token.
    pub access: Sealed,
    /// The refresh token.
    pub refresh: Sealed,
    /// Expiry of the access token.
    pub expires_at_ms: Timestamp,
    /// Version, raised by each write.
    pub version: u64,
}

/// Store of the connections' tokens.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// Returns the tokens of a connection; `None` once it is disconnected.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn tokens(&self, id: ConnectionId) -> Result<Option<SealedTokens>, StoreError>;

    /// Replaces the tokens of version `replaced`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the row has another version, or is gone.
    async fn replace_tokens(
        &self,
        id: ConnectionId,
        tokens: &SealedTokens,
        replaced: u64,
    ) -> Result<(), StoreError>;

    /// Records the scopes that the tokens of a connection now have.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such connection, or it is disconnected.
    async fn update_scopes(&self, id: ConnectionId, scopes: &[String]) -> Result<(), StoreError>;
}

/// Work for which a connection has become due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Due {
    /// Its walk.
    Walk(ConnectionId),
    /// Its transfers.
    Transfers(ConnectionId),
    /// A message in this lane: its claim is past its end, and nobody has read one.
    Owed(ConnectionId, Lane),
    /// The delivery of a stream to an endpoint: it has waited long enough.
    Delivery(EndpointId, Stream),
    /// A run of a workflow: it has waited long enough.
    Run(ProjectId, RunId),
    /// The schedule of a workflow.
    Workflow(ProjectId, WorkflowId),
}

/// Next wake-up of a connection's walk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wake {
    /// Time at which the tick queues the walk; `None` for never.
    pub at: Option<Timestamp>,
    /// Time of the next resync, if it is to change.
    pub resync_at: Option<Timestamp>,
    /// Number of walks in a row that have failed.
    pub failures: u32,
}

/// Next wake-up of a connection without pending work: a resync or an earlier walk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Upcoming {
    /// Time of the next resync; `None` for never.
    pub resync_at: Option<Timestamp>,
    /// Time of an earlier walk, if a notification seems to be ahead of Dropbox's listing.
    pub look_at: Option<Timestamp>,
}

impl Upcoming {
    /// Returns the time of the next wake-up; `None` for never.
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.resync_at.into_iter().chain(self.look_at).min()
    }

    /// Returns whether a schedule says the same already, so that [`Schedules::reschedule`] would change nothing.
    #[must_use]
    pub fn is_scheduled_by(&self, schedule: &Schedule) -> bool {
        let resync_at = self.resync_at.unwrap_or(Timestamp::NEVER);
        schedule.failures == 0 && schedule.resync_at == Some(resync_at) && schedule.wake_at == self.wake_at()
    }
}

/// Store of the connections' schedules.
#[async_trait]
pub trait Schedules: Send + Sync {
    /// Returns the schedule of a connection; the default one if it has none.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn schedule(&self, id: ConnectionId) -> Result<Schedule, StoreError>;

    /// Returns everything that is due, read from an index that may lag.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn due(&self, now: Timestamp) -> Result<Vec<Due>, StoreError>;

    /// Moves a `wake_at` that has passed to `until`, so that the next tick leaves it alone. Returns false if
    /// it has not passed (any more).
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn claim_wake(&self, due: Due, now: Timestamp, until: Timestamp) -> Result<bool, StoreError>;

    /// Sets the next wake-up of a connection's walk. Writes nothing if the connection has no schedule,
    /// because it was purged.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn wake(&self, id: ConnectionId, wake: Wake) -> Result<(), StoreError>;

    /// Schedules only what is `upcoming`, and resets the count of failures. Returns false, and writes
    /// nothing, if somebody else set a wake-up or asked for a resync since the schedule was read as `before`:
    /// that work is still to be done.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn reschedule(
        &self,
        id: ConnectionId,
        before: &Schedule,
        upcoming: Upcoming,
    ) -> Result<bool, StoreError>;

    /// Pauses calls to Dropbox for the connection until `until`, as Dropbox asked. A pause that ends later is
    /// kept; nothing is written if the connection has no schedule.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn pause(&self, id: ConnectionId, until: Timestamp) -> Result<(), StoreError>;

    /// Pauses writes to Dropbox until `until`; reads go on. A pause that ends later is kept; nothing is
    /// written if the connection has no schedule.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn pause_writes(&self, id: ConnectionId, until: Timestamp) -> Result<(), StoreError>;
}
