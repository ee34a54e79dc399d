//! The port to the health of connections, and to how far their transfers have come.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, Health, TransferCounts};

/// The health of connections. Walks and transfers write it, each where it failed or recovered: of two at once the
/// later one reads again.
#[async_trait]
pub trait HealthStore: Send + Sync {
    /// The health of a connection; the default one where its work never failed.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn health(&self, connection: ConnectionId) -> Result<Health, StoreError>;

    /// Stores a health that was made of the one of version `before`. It gets the next version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where another was stored meanwhile.
    async fn set_health(
        &self,
        connection: ConnectionId,
        before: u64,
        health: &Health,
    ) -> Result<(), StoreError>;

    /// What transfers have counted so far.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn transfer_counts(&self, connection: ConnectionId) -> Result<TransferCounts, StoreError>;

    /// Adds to what transfers have counted; its rate takes the place of the one before, where it was measured.
    ///
    /// # Errors
    /// Where the store cannot be reached; it may have been added.
    async fn add_transfer_counts(
        &self,
        connection: ConnectionId,
        counts: &TransferCounts,
    ) -> Result<(), StoreError>;
}
