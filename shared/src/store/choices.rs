//! The port to the choices made for connections: selections, resyncs, confirmed deletions.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{Choices, Confirmation, ConnectionId, Exclusion, ItemId, ResyncChoice, Target, Timestamp};

/// Store of the choices made for connections. A project's server writes them; the walker follows them.
#[async_trait]
pub trait ChoiceStore: Send + Sync {
    /// Returns everything that was chosen for a connection.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn choices(&self, connection: ConnectionId) -> Result<Choices, StoreError>;

    /// Selects a file, a folder or the whole account. A target that is selected already stays as it is,
    /// unless it is missing, refused or about to be removed: then it is wanted again. Selecting a file ends
    /// its exclusion.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn select(
        &self,
        connection: ConnectionId,
        target: &Target,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Marks a selection for removal by the walker. Returns false if there is no such selection.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn deselect(&self, connection: ConnectionId, target: &Target) -> Result<bool, StoreError>;

    /// Marks a selection for removal as [`Self::deselect`] does. What is removed with it is removed quietly
    /// ([`Removal::DeselectedQuietly`](crate::model::Removal::DeselectedQuietly)).
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn deselect_quietly(&self, connection: ConnectionId, target: &Target) -> Result<bool, StoreError>;

    /// Sets how often the connection is compared in full; `None` resets it to the project's setting.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn choose_resync(
        &self,
        connection: ConnectionId,
        choice: Option<ResyncChoice>,
    ) -> Result<(), StoreError>;

    /// Stops automatic syncs of the connection: neither notifications nor due comparisons are worked on, only
    /// explicit requests. [`Self::choose_resync`] ends that.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn stop_automatic_sync(&self, connection: ConnectionId) -> Result<(), StoreError>;

    /// Confirms deletions that wait for a confirmation.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn confirm_deletions(
        &self,
        connection: ConnectionId,
        confirmation: Confirmation,
    ) -> Result<(), StoreError>;

    /// Excludes files from the mirror, whichever selection they belong to.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some may have been excluded.
    async fn exclude(&self, connection: ConnectionId, excluded: &[Exclusion]) -> Result<(), StoreError>;

    /// Ends the exclusion of files. Files of a selection that was listed before return when it is listed
    /// again.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some may no longer be excluded.
    async fn include(&self, connection: ConnectionId, items: &[ItemId]) -> Result<(), StoreError>;

    /// Returns the excluded files, in no particular order.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn exclusions(&self, connection: ConnectionId) -> Result<Vec<Exclusion>, StoreError>;

    /// Records that excluded files have been removed. Files that are no longer excluded are left alone.
    ///
    /// # Errors
    /// Fails if the store cannot be reached; some may have been noted.
    async fn note_removed(&self, connection: ConnectionId, items: &[ItemId]) -> Result<(), StoreError>;

    /// Sets a `Listed` selection back to `Requested`, so that it is listed again. Selections in other states stay
    /// as they are.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn list_again(&self, connection: ConnectionId, target: &Target) -> Result<(), StoreError>;
}
