//! The port to what was chosen for connections: selections, resyncs, confirmed deletions.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{Choices, Confirmation, ConnectionId, Exclusion, ItemId, ResyncChoice, Target, Timestamp};

/// What was chosen for connections. A project's server writes it; the walker obeys.
#[async_trait]
pub trait ChoiceStore: Send + Sync {
    /// Everything that was chosen for a connection.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn choices(&self, connection: ConnectionId) -> Result<Choices, StoreError>;

    /// Selects a file, a folder or the whole account. One that is selected already stays as it is; one that was
    /// about to be given up is wanted again. A file that is selected itself is excluded no more.
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

    /// Lets changes of the connection be followed only when somebody asks for it: neither notifications nor comparisons
    /// that become due are worked on. Choosing how often it is compared ends that.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn stop_automatic_sync(&self, connection: ConnectionId) -> Result<(), StoreError>;

    /// Confirms deletions that wait.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn confirm_deletions(
        &self,
        connection: ConnectionId,
        confirmation: Confirmation,
    ) -> Result<(), StoreError>;

    /// Excludes files, whatever selects them.
    ///
    /// # Errors
    /// Where the store cannot be reached; some may have been excluded.
    async fn exclude(&self, connection: ConnectionId, excluded: &[Exclusion]) -> Result<(), StoreError>;

    /// Excludes files no more. Those of a selection that is held are found again when that is listed.
    ///
    /// # Errors
    /// Where the store cannot be reached; some may be excluded no more.
    async fn include(&self, connection: ConnectionId, items: &[ItemId]) -> Result<(), StoreError>;

    /// The files that are excluded, in no order.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn exclusions(&self, connection: ConnectionId) -> Result<Vec<Exclusion>, StoreError>;

    /// Notes that excluded files have been removed. One that is excluded no more stays so.
    ///
    /// # Errors
    /// Where the store cannot be reached; some may have been noted.
    async fn note_removed(&self, connection: ConnectionId, items: &[ItemId]) -> Result<(), StoreError>;

    /// Lets a selection be listed again that is held. Others stay as they are.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn list_again(&self, connection: ConnectionId, target: &Target) -> Result<(), StoreError>;
}
