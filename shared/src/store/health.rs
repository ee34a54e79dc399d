//! The port to the health of connections.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, Health};

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
}
