//! The port to claims: what says that a message is owed to a connection, so that nobody sends a second one.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, Lane, Timestamp};

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Of which lane.
    pub lane: Lane,
    /// Its end.
    pub until: Timestamp,
    /// The message itself, where it was read and waits here for other work to end.
    pub parked: Option<String>,
    /// When the last notification came that found the claim, and for which no message was sent therefore.
    pub notified_at: Option<Timestamp>,
}

/// Claims, at most one a connection and lane. One stands from before its message is sent until that message is read.
///
/// A claim whose time is over is due ([`Schedules::due`](super::Schedules::due)): its message was never sent, or is lost.
#[async_trait]
pub trait Claims: Send + Sync {
    /// Claims the next message of a lane until then. False, and nothing written, while another claim stands.
    ///
    /// # Errors
    /// Where the store cannot be reached; then it may have been claimed.
    async fn claim(
        &self,
        connection: ConnectionId,
        lane: Lane,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The claims that stand.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn claims(&self, connection: ConnectionId) -> Result<Vec<Claim>, StoreError>;

    /// Keeps a message that was read in its claim, until then at most, whether the claim still stands or not.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn park(
        &self,
        connection: ConnectionId,
        lane: Lane,
        message: &str,
        until: Timestamp,
    ) -> Result<(), StoreError>;

    /// Takes a parked message, which the caller sends: the claim goes on until then. False where none is parked (any
    /// more).
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn unpark(
        &self,
        connection: ConnectionId,
        lane: Lane,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Notes a notification in a claim, so that whoever reads its message knows of it. False, and nothing written, where
    /// no claim stands (any more): the notification needs a message of its own.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn note_notification(
        &self,
        connection: ConnectionId,
        lane: Lane,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Lets a claim be due from then on, if one stands: its message was not sent.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn expire_claim(
        &self,
        connection: ConnectionId,
        lane: Lane,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Ends a claim, if one stands: its message was read, and what is asked for from now on needs another. Returns when
    /// the last notification was noted in it.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn end_claim(&self, connection: ConnectionId, lane: Lane) -> Result<Option<Timestamp>, StoreError>;
}
