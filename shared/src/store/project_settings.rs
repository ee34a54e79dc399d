//! The ports to changes of projects' settings, and to their logos.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{LogoPicture, ProjectId, SettingsChange};

/// Writer of projects' settings. [`Projects`](super::Projects) reads them.
#[async_trait]
pub trait SettingsStore: Send + Sync {
    /// Changes the settings that `change` names, atomically, and no others.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such project.
    async fn change_settings(&self, project: ProjectId, change: &SettingsChange) -> Result<(), StoreError>;
}

/// Reader of projects' logos.
#[async_trait]
pub trait Logos: Send + Sync {
    /// Returns a project's logo; `None` if it has none.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn logo(&self, project: ProjectId) -> Result<Option<LogoPicture>, StoreError>;
}
