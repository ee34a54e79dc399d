//! The port to changes of projects' settings.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ProjectId, SettingsChange};

/// Writer of projects' settings. [`Projects`](super::Projects) reads them.
#[async_trait]
pub trait SettingsStore: Send + Sync {
    /// Changes the settings that `change` names, atomically, and no others.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such project.
    async fn change_settings(&self, project: ProjectId, change: &SettingsChange) -> Result<(), StoreError>;
}
