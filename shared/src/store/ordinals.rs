//! The port to the ordinals of connections: the integers that stand for them.

use std::collections::HashMap;

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, ProjectId};

/// Store of the ordinals of connections within a project, from 1. An ordinal is assigned when it is first
/// asked for, and never reused.
#[async_trait]
pub trait Ordinals: Send + Sync {
    /// Returns the ordinals of these connections of the project, assigning one to each that has none yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the project has assigned all of them, up to
    /// [`ItemNumber::MAX_ORDINAL`](crate::model::ItemNumber::MAX_ORDINAL). Fails if the store cannot be
    /// reached.
    async fn ordinals(
        &self,
        project: ProjectId,
        connections: &[ConnectionId],
    ) -> Result<HashMap<ConnectionId, u32>, StoreError>;

    /// Returns the connection with this ordinal.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn connection_with(
        &self,
        project: ProjectId,
        ordinal: u32,
    ) -> Result<Option<ConnectionId>, StoreError>;
}
