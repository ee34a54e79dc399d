//! The port to page sessions.

use async_trait::async_trait;
use uuid::Uuid;

use super::StoreError;
use crate::model::{ConnectionId, Draft, KeptDraft, PageSession, SecretHash, Timestamp};

/// Store of page sessions.
#[async_trait]
pub trait PageSessions: Send + Sync {
    /// Adds a session. If a ticket opens it, the ticket is spent, atomically.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the ticket was spent before.
    async fn add_page_session(
        &self,
        session: &PageSession,
        ticket: Option<&SecretHash>,
    ) -> Result<(), StoreError>;

    /// Returns the session with this id; `None` if there is none, or if it is void.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn page_session(&self, id: Uuid, now: Timestamp) -> Result<Option<PageSession>, StoreError>;

    /// Extends a session until this time.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such session.
    async fn extend_page_session(&self, id: Uuid, until: Timestamp) -> Result<(), StoreError>;

    /// Returns what the session has ticked of a connection, and not saved.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn draft(&self, session: Uuid, connection: ConnectionId) -> Result<KeptDraft, StoreError>;

    /// Replaces a draft of the session. It is stored with the connection's own data, so that it goes with them.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the stored draft has another version.
    async fn keep_draft(
        &self,
        session: &PageSession,
        connection: ConnectionId,
        kept: &KeptDraft,
        draft: &Draft,
    ) -> Result<(), StoreError>;

    /// Removes a draft of the session.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn forget_draft(&self, session: Uuid, connection: ConnectionId) -> Result<(), StoreError>;
}
