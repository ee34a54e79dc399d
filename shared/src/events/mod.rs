//! The event bus: the port, and its EventBridge adapter.

mod eventbridge;

use async_trait::async_trait;

pub use eventbridge::EventBridgeBus;

use crate::model::Event;

/// The `source` of all our events.
pub const SOURCE: &str = "dropline";

/// The bus could not be reached, or refused the request. Trying again later may work.
#[derive(Debug, thiserror::Error)]
#[error("bus: {0}")]
pub struct BusError(pub String);

/// Event bus. Events for which [`Bus::publish`] returned `Ok` were accepted at least once.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Publishes all events, in batches if the bus has them.
    ///
    /// # Errors
    /// Fails if at least one event was not accepted; others may have been.
    async fn publish(&self, events: Vec<Event>) -> Result<(), BusError>;
}
