//! The port to claims: rows that say that a message is owed to a connection, so that nobody sends a second
//! one.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, Lane, Timestamp};

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Lane of the message.
    pub lane: Lane,
    /// Time from which the claim is due.
    pub until: Timestamp,
    /// The message itself, if it was read and is parked until other work of the connection ends.
    pub parked: Option<String>,
    /// Time of the latest notification that found this claim, and for which therefore no message was sent.
    pub notified_at: Option<Timestamp>,
}

/// Store of claims, at most one per connection and lane. A claim exists from before its message is sent until
/// that message is read.
///
/// A claim past its end is due ([`Schedules::due`](super::Schedules::due)): its message was never sent, or is
/// lost.
#[async_trait]
pub trait Claims: Send + Sync {
    /// Claims the next message of a lane, until `until`. Returns false, and writes nothing, while another
    /// claim is in force.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; the claim may then have been made.
    async fn claim(
        &self,
        connection: ConnectionId,
        lane: Lane,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Returns the claims of a connection, overdue ones too.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn claims(&self, connection: ConnectionId) -> Result<Vec<Claim>, StoreError>;

    /// Parks a message that was read in its claim, until `until`. Makes the claim again if it has ended.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn park(
        &self,
        connection: ConnectionId,
        lane: Lane,
        message: &str,
        until: Timestamp,
    ) -> Result<(), StoreError>;

    /// Takes a parked message out of its claim, for the caller to send, and moves the claim's end to `until`.
    /// Returns false if no message is parked (any more).
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn unpark(
        &self,
        connection: ConnectionId,
        lane: Lane,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Records a notification in a claim, so that whoever reads its message learns of it. Returns false, and
    /// writes nothing, if there is no claim (any more): the notification then needs a message of its own.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn note_notification(
        &self,
        connection: ConnectionId,
        lane: Lane,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Makes a claim due at `at`, if there is one, because its message was not sent.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn expire_claim(
        &self,
        connection: ConnectionId,
        lane: Lane,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Ends a claim, if there is one, because its message was read: whatever is asked for from now on needs
    /// another message. Returns the time of the latest notification recorded in it.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn end_claim(&self, connection: ConnectionId, lane: Lane) -> Result<Option<Timestamp>, StoreError>;
}
