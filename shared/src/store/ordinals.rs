//! The port to the ordinals of connections: the integers that stand for them.

use std::collections::HashMap;

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, ProjectId};

/// Ordinals of connections within a project, from 1. One is given out when it is first asked for, and never again to
/// another.
#[async_trait]
pub trait Ordinals: Send + Sync {
    /// The ordinals of connections of the project; those that have none yet are given one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the project has given out all of them,
    /// [`ItemNumber::MAX_ORDINAL`](crate::model::ItemNumber::MAX_ORDINAL). Where the store cannot be reached.
    async fn ordinals(
        &self,
        project: ProjectId,
        connections: &[ConnectionId],
    ) -> Result<HashMap<ConnectionId, u32>, StoreError>;

    /// The connection that has this ordinal.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn connection_with(
        &self,
        project: ProjectId,
        ordinal: u32,
    ) -> Result<Option<ConnectionId>, StoreError>;
}
