//! The port to what was chosen for connections: selections, resyncs, confirmed deletions.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{Choices, Confirmation, ConnectionId, ResyncChoice, Target, Timestamp};

/// What was chosen for connections. A project's server writes it; the walker obeys.
#[async_trait]
pub trait ChoiceStore: Send + Sync {
    /// Everything that was chosen for a connection.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn choices(&self, connection: ConnectionId) -> Result<Choices, StoreError>;

    /// Selects a file, a folder or the whole account. One that is selected already stays as it is; one that was
    /// about to be given up is wanted again.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn select(
        &self,
        connection: ConnectionId,
        target: &Target,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Gives a selection up. False where there is none.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn deselect(&self, connection: ConnectionId, target: &Target) -> Result<bool, StoreError>;

    /// Chooses how often the connection is compared in full; `None`: as its project says.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn choose_resync(
        &self,
        connection: ConnectionId,
        choice: Option<ResyncChoice>,
    ) -> Result<(), StoreError>;

    /// Confirms deletions that wait.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn confirm_deletions(
        &self,
        connection: ConnectionId,
        confirmation: Confirmation,
    ) -> Result<(), StoreError>;
}
