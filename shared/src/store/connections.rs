//! Ports to connections, their tokens and their schedules.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::{
    model::{
        AccountId, AppKey, Connection, ConnectionId, Lane, Linked, ProjectId, Schedule, Target, Timestamp,
        UserId,
    },
    seal::Sealed,
};

/// Which connections an account has: all that the webhook receiver may know.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The connections of one account through one Dropbox app, each with its project where the row says it: those of
    /// older deployments do not.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn connections_of_account(
        &self,
        app: &AppKey,
        account: &AccountId,
    ) -> Result<Vec<Linked>, StoreError>;
}

/// The connections.
#[async_trait]
pub trait Connections: Send + Sync {
    /// Adds a connection with its tokens and what is selected at first, due for its first walk.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where this user has this account already; nothing is added then.
    async fn add_connection(
        &self,
        connection: &Connection,
        tokens: &SealedTokens,
        selected: Option<Target>,
    ) -> Result<(), StoreError>;

    /// The connection with this id.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn connection(&self, id: ConnectionId) -> Result<Option<Connection>, StoreError>;

    /// The connections of one user, oldest first.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn connections_of_user(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Vec<Connection>, StoreError>;

    /// Records that Dropbox refuses the tokens, and lets nothing wake the connection any more: at once or not at all.
    /// False, and nothing written, where the user has connected again since the connection was read, or where it was
    /// not active.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn refuse(&self, connection: &Connection) -> Result<bool, StoreError>;

    /// Records that the user has connected again: the connection is active, with the root, the profile and the scopes
    /// that it has here.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is no such connection, or it is disconnected: that is final.
    async fn reconnect(&self, connection: &Connection) -> Result<(), StoreError>;

    /// Records where the account's files are rooted and whose it is, as the connection has it here.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is no such connection, or it is disconnected.
    async fn update_account(&self, connection: &Connection) -> Result<(), StoreError>;
}

/// A connection's tokens at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedTokens {
    /// The access token.
    pub access: Sealed,
    /// The refresh token.
    pub refresh: Sealed,
    /// When the access token ends.
    pub expires_at_ms: Timestamp,
    /// Raised by each write.
    pub version: u64,
}

/// The tokens of connections.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// The tokens of a connection; `None` once it is disconnected.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn tokens(&self, id: ConnectionId) -> Result<Option<SealedTokens>, StoreError>;

    /// Stores new tokens over those of version `replaced`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the row has another version, or is gone.
    async fn replace_tokens(
        &self,
        id: ConnectionId,
        tokens: &SealedTokens,
        replaced: u64,
    ) -> Result<(), StoreError>;

    /// Records the scopes that the tokens of a connection have by now.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is no such connection, or it is disconnected.
    async fn update_scopes(&self, id: ConnectionId, scopes: &[String]) -> Result<(), StoreError>;
}

/// What a connection is woken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Due {
    /// Its walk.
    Walk(ConnectionId),
    /// Its transfers.
    Transfers(ConnectionId),
    /// A message that is owed to it: the claim's time is over and nobody has read one.
    Owed(ConnectionId, Lane),
}

/// When a connection's walk is next due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wake {
    /// The tick queues it then; absent: nothing is to wake it.
    pub at: Option<Timestamp>,
    /// Its next resync, where that is to change.
    pub resync_at: Option<Timestamp>,
    /// How many walks in a row have failed by now.
    pub failures: u32,
}

/// What a connection without work is next woken for, whichever comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Upcoming {
    /// Its next resync; absent: there is to be none.
    pub resync_at: Option<Timestamp>,
    /// Its next walk before that, where a notification seems to be ahead of the listing.
    pub look_at: Option<Timestamp>,
}

impl Upcoming {
    /// When the connection is woken; absent: nothing is to wake it.
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.resync_at.into_iter().chain(self.look_at).min()
    }
}

/// When connections are next worked on.
#[async_trait]
pub trait Schedules: Send + Sync {
    /// The schedule of a connection; the empty one where it has none.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn schedule(&self, id: ConnectionId) -> Result<Schedule, StoreError>;

    /// What has become due, read from an index that may lag.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn due(&self, now: Timestamp) -> Result<Vec<Due>, StoreError>;

    /// Moves a passed `wake_at` on to `until`, so that the next tick leaves it alone. False where it has not passed
    /// (any more).
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn claim_wake(&self, due: Due, now: Timestamp, until: Timestamp) -> Result<bool, StoreError>;

    /// Sets when the connection is next walked. Nothing is written where it has no schedule: it was purged.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn wake(&self, id: ConnectionId, wake: Wake) -> Result<(), StoreError>;

    /// Nothing is left to do before what is `upcoming`. False, and nothing written, where somebody else set a wake-up or
    /// asked for a resync since the schedule was read as `before`: that is still to come.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn settle(
        &self,
        id: ConnectionId,
        before: &Schedule,
        upcoming: Upcoming,
    ) -> Result<bool, StoreError>;

    /// Dropbox asked for silence until then. A pause that ends later already is kept; nothing is written where the
    /// connection has no schedule.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn pause(&self, id: ConnectionId, until: Timestamp) -> Result<(), StoreError>;

    /// Dropbox asked for no writes until then; reads go on. A pause that ends later already is kept.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn pause_writes(&self, id: ConnectionId, until: Timestamp) -> Result<(), StoreError>;
}
