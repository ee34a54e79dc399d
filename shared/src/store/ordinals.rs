//! The port to the ordinals of connections: the integers that stand for them.

use std::collections::HashMap;

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, ProjectId, UserId};

/// One of a user's connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UserConnection {
    /// Its id.
    pub id: ConnectionId,
    /// The ordinal that it got when it was added; absent if an older deployment added it.
    pub ordinal: Option<u32>,
}

/// Store of the ordinals of connections within a project, from 1, which are never reused.
///
/// An ordinal is assigned when a connection is added ([`Connections::add_connection`](super::Connections::add_connection)), or, if an older deployment
/// added it, when it is first asked for.
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

    /// Returns the connections of one user, in no particular order, with the ordinals that the same rows have.
    /// Assigns none.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn connections_with_ordinals(
        &self,
        project: ProjectId,
        user: &UserId,
    ) -> Result<Vec<UserConnection>, StoreError>;

    /// Returns the ordinals of the project's connections, also of disconnected ones; `None` if there are more
    /// than `limit`. Assigns none, and may lag a moment.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn numbered_connections(
        &self,
        project: ProjectId,
        limit: usize,
    ) -> Result<Option<HashMap<ConnectionId, u32>>, StoreError>;

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
