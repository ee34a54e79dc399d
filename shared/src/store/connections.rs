//! Ports to connections, their tokens and their schedules.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::{
    model::{
        AccountId, AppKey, Connection, ConnectionId, ConnectionStatus, ProjectId, Schedule, Timestamp, UserId,
    },
    seal::Sealed,
};

/// Which connections an account has: all that the webhook receiver may know.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// The connections of one account through one Dropbox app.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn connections_of_account(
        &self,
        app: &AppKey,
        account: &AccountId,
    ) -> Result<Vec<ConnectionId>, StoreError>;
}

/// The connections.
#[async_trait]
pub trait Connections: Send + Sync {
    /// Adds a connection with its tokens, due for its first walk.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where this user has this account already; nothing is added then.
    async fn add_connection(&self, connection: &Connection, tokens: &SealedTokens) -> Result<(), StoreError>;

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

    /// Sets the status.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is no such connection.
    async fn set_status(&self, id: ConnectionId, status: ConnectionStatus) -> Result<(), StoreError>;
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
}

/// When connections are next worked on.
#[async_trait]
pub trait Schedules: Send + Sync {
    /// The schedule of a connection; the empty one where it has none.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn schedule(&self, id: ConnectionId) -> Result<Schedule, StoreError>;

    /// Connections whose `wake_at` has passed, read from an index that may lag.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn due(&self, now: Timestamp) -> Result<Vec<ConnectionId>, StoreError>;

    /// Moves a passed `wake_at` on to `until`, so that the next tick leaves the connection alone. False where it has
    /// not passed (any more).
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn claim_wake(
        &self,
        id: ConnectionId,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Sets when the connection is next woken; where `resync_at` is given, also when its next resync is due.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn wake(
        &self,
        id: ConnectionId,
        wake_at: Timestamp,
        resync_at: Option<Timestamp>,
    ) -> Result<(), StoreError>;

    /// Nothing is to wake the connection any more: it is disconnected, or waits for its user.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn sleep(&self, id: ConnectionId) -> Result<(), StoreError>;

    /// Dropbox asked for silence until then. A pause that ends later already is kept.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn pause(&self, id: ConnectionId, until: Timestamp) -> Result<(), StoreError>;
}
