//! The port to what a walk needs to know of its connection when it begins.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{Choices, Connection, ConnectionId, Exclusion, Health};

/// Rows of a connection that every walk needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkRows {
    /// The connection.
    pub connection: Connection,
    /// Everything that was chosen for it.
    pub choices: Choices,
    /// The excluded files, in no particular order.
    pub exclusions: Vec<Exclusion>,
    /// Its health.
    pub health: Health,
}

/// Reader of rows for walks.
#[async_trait]
pub trait WalkReader: Send + Sync {
    /// Returns the rows of a connection, read together; `None` if there is no such connection.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn walk_rows(&self, connection: ConnectionId) -> Result<Option<WalkRows>, StoreError>;
}
