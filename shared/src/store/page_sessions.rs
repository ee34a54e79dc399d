//! The port to page sessions.

use async_trait::async_trait;
use uuid::Uuid;

use super::StoreError;
use crate::model::{Draft, PageSession, SecretHash, Timestamp};

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

    /// Replaces the draft of a session.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the session is gone or its draft has another version.
    async fn keep_draft(&self, session: &PageSession, draft: &Draft) -> Result<(), StoreError>;
}
