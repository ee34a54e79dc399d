//! The port to the health of connections, and to the counts of their transfers.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, Health, TransferCounts};

/// Store of the health of connections. Walks and transfers write it when they fail or recover; of two that
/// write at once, the later one meets a conflict and reads again.
#[async_trait]
pub trait HealthStore: Send + Sync {
    /// Returns the health of a connection; the default one if its work never failed.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn health(&self, connection: ConnectionId) -> Result<Health, StoreError>;

    /// Stores a health that was made from the one of version `before`, under the next version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another was stored meanwhile.
    async fn set_health(
        &self,
        connection: ConnectionId,
        before: u64,
        health: &Health,
    ) -> Result<(), StoreError>;

    /// Returns the counts of the connection's transfers so far.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn transfer_counts(&self, connection: ConnectionId) -> Result<TransferCounts, StoreError>;

    /// Adds to the counts of transfers. The rate, if it was measured, replaces the stored one.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; the counts may have been added.
    async fn add_transfer_counts(
        &self,
        connection: ConnectionId,
        counts: &TransferCounts,
    ) -> Result<(), StoreError>;
}
