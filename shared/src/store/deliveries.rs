//! The port to deliveries: how far each stream has been delivered to each endpoint.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    delivery::{Position, Progress, Stream},
    model::{EndpointId, Timestamp},
};

/// Name of a sender that works on a delivery, so that one that comes too late changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SenderId(pub String);

/// State of a delivery after a sender's work on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// The next event.
    Nothing,
    /// A further attempt at this time. The next events do not wait for it.
    Attempt(Timestamp),
    /// A further attempt at this time. The next events wait for it.
    Wait(Timestamp),
}

/// A delivery in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDelivery {
    /// The stream.
    pub stream: Stream,
    /// Progress.
    pub progress: Progress,
    /// Time at which it is tried again, if it waits.
    pub retry_at: Option<Timestamp>,
    /// Whether something is owed that no sender has begun to deliver.
    pub is_owed: bool,
}

/// A delivery that is owed, and that no sender works on, as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedDelivery {
    /// Progress.
    pub progress: Progress,
    /// Time since which it is owed.
    pub since: Timestamp,
    /// Number of announcements so far.
    pub announcements: u64,
}

/// Deliveries that are owed. Each is owed at most one message.
#[async_trait]
pub trait OwedDeliveries: Send + Sync {
    /// Records that a stream has something for an endpoint. Returns whether a message must be sent: not if one
    /// has been owed for less than 45 seconds, and not if the delivery waits for a later time.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn owe_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Records that what is owed since this time is owed no longer, because no message was sent.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn forget_owed(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        at: Timestamp,
    ) -> Result<(), StoreError>;
}

/// Store of deliveries. A row is made when it is first needed, and removed 100 days after its last use: by then
/// the stream has nothing that was delivered before, because it is kept for 90 days.
#[async_trait]
pub trait Deliveries: OwedDeliveries {
    /// Sets the position of a stream: what comes after it is owed, also if it was delivered before. The caller
    /// sends the message. A
    /// sender that works on it notices with its next write. Failures are forgotten; requests that were passed over
    /// are tried again as before.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn set_position(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        position: Position,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Returns the delivery of a stream; `None` if there was none.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
    ) -> Result<Option<StoredDelivery>, StoreError>;

    /// Returns a page of an endpoint's deliveries after a stream, at most `limit`, in a fixed order.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn deliveries(
        &self,
        endpoint: EndpointId,
        after: Option<Stream>,
        limit: u16,
    ) -> Result<Vec<StoredDelivery>, StoreError>;

    /// Removes all deliveries of an endpoint.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some may have been removed.
    async fn remove_deliveries(&self, endpoint: EndpointId) -> Result<(), StoreError>;
}

/// The work on deliveries, for the sender.
#[async_trait]
pub trait DeliveryWork: Deliveries {
    /// Records that something is owed, if there is such a delivery, without a message that is on its way: for an
    /// endpoint that is enabled again later. A sender may have died after it had begun.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn keep_owed(&self, endpoint: EndpointId, stream: Stream, now: Timestamp)
    -> Result<(), StoreError>;

    /// Returns a delivery that is owed, does not wait, and has a position, if no sender works on it. Whoever
    /// needs only a moment for it need not take it, but ends it with [`Self::record_delivery`].
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn owed_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
    ) -> Result<Option<OwedDelivery>, StoreError>;

    /// Stores how far an owed delivery is; it is owed no longer. Returns false, and stores nothing, if there was an
    /// announcement since it was found, if a sender has begun to work on it, or if its position was set.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn record_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        found: &OwedDelivery,
        progress: &Progress,
    ) -> Result<bool, StoreError>;

    /// Begins to work on a delivery until a time at the latest; what was owed is no longer. Returns `None` if
    /// another sender works on it, or if it waits for a later time.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn take_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(SenderId, Progress)>, StoreError>;

    /// Stores how far the sender is.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another sender works on it by now, or its position was set.
    async fn keep_progress(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        sender: &SenderId,
        progress: &Progress,
    ) -> Result<(), StoreError>;

    /// Ends the sender's work. Returns whether a message must be sent, because something came meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another sender works on it by now, or its position was set.
    async fn end_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        sender: &SenderId,
        progress: &Progress,
        rest: Rest,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Makes a waiting delivery due at once: something is owed. Returns whether it waited.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn hasten_delivery(
        &self,
        endpoint: EndpointId,
        stream: Stream,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}
