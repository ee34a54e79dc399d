//! The port to what Paragon's clients keep with connections.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, CredentialSettings};

/// How often a change of settings is tried over somebody else's.
const ATTEMPTS: u32 = 5;

/// Settings, and how often they have been written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredSettings {
    /// The settings.
    pub settings: CredentialSettings,
    /// How often they have been written; 0: never.
    pub version: u64,
}

/// What Paragon's clients keep with connections. It goes with the connection.
#[async_trait]
pub trait CredentialSettingsStore: Send + Sync {
    /// The settings of a connection; none where none were written.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn credential_settings(&self, connection: ConnectionId) -> Result<StoredSettings, StoreError>;

    /// Writes the settings of a connection, in place of those of that version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where they have been written meanwhile, or there is no such connection, or it is
    /// disconnected. Where the store cannot be reached.
    async fn replace_credential_settings(
        &self,
        connection: ConnectionId,
        version: u64,
        settings: &CredentialSettings,
    ) -> Result<(), StoreError>;
}

/// Changes the settings of a connection, also where somebody else does at the same time. Returns what they are then. Where
/// `change` refuses nothing is written.
///
/// # Errors
/// What `change` refuses with. [`StoreError::Conflict`] where the connection is gone, or others change the settings all
/// the time. Where the store cannot be reached.
pub async fn change_credential_settings<E: From<StoreError>>(
    store: &dyn CredentialSettingsStore,
    connection: ConnectionId,
    change: impl Fn(&mut CredentialSettings) -> Result<(), E> + Send + Sync,
) -> Result<CredentialSettings, E> {
    for _ in 0..ATTEMPTS {
        let StoredSettings { mut settings, version } = store.credential_settings(connection).await?;
        change(&mut settings)?;
        match store.replace_credential_settings(connection, version, &settings).await {
            Err(StoreError::Conflict) => {}
            replaced => return Ok(replaced.map(|()| settings)?),
        }
    }
    Err(StoreError::Conflict.into())
}
