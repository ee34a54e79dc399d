//! The port that changes projects' settings.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ProjectId, SettingsChange};

/// The settings of projects, to be changed. [`Projects`](super::Projects) reads them.
#[async_trait]
pub trait SettingsStore: Send + Sync {
    /// Changes what `change` names, all at once, and nothing else.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where there is no such project.
    async fn change_settings(&self, project: ProjectId, change: &SettingsChange) -> Result<(), StoreError>;
}
