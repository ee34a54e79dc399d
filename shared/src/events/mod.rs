//! The bus: one port, and its EventBridge adapter.

mod eventbridge;

use async_trait::async_trait;

pub use eventbridge::EventBridgeBus;

use crate::model::Event;

/// The `source` of every event of ours.
pub const SOURCE: &str = "dropline";

/// The bus could not be reached or refused. Trying again later may work.
#[derive(Debug, thiserror::Error)]
#[error("bus: {0}")]
pub struct BusError(pub String);

/// Where events are published. What [`Bus::publish`] returned `Ok` for was taken at least once.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Publishes all events, in batches where the bus has them.
    ///
    /// # Errors
    /// Where at least one was not taken; others may have been.
    async fn publish(&self, events: Vec<Event>) -> Result<(), BusError>;
}
