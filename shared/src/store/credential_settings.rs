//! The port to the settings that Paragon's clients keep with connections.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{ConnectionId, CredentialSettings};

/// Maximum number of attempts to change settings while others write them too.
const ATTEMPTS: u32 = 5;

/// Settings, with their version.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredSettings {
    /// The settings.
    pub settings: CredentialSettings,
    /// Number of times that they have been written; 0 if never.
    pub version: u64,
}

/// Store of the settings that Paragon's clients keep with connections. They are removed with the connection.
#[async_trait]
pub trait CredentialSettingsStore: Send + Sync {
    /// Returns the settings of a connection; the default ones, at version 0, if none were written.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn credential_settings(&self, connection: ConnectionId) -> Result<StoredSettings, StoreError>;

    /// Replaces the settings of a connection, if they are at this version.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if they have been written meanwhile, or if the connection is gone or
    /// disconnected. Fails if the store cannot be reached.
    async fn replace_credential_settings(
        &self,
        connection: ConnectionId,
        version: u64,
        settings: &CredentialSettings,
    ) -> Result<(), StoreError>;
}

/// Changes the settings of a connection, and returns them as they are then. If another writer comes in
/// between, reads and changes them again, a few times. Writes nothing if `change` fails.
///
/// # Errors
/// The error of `change`. [`StoreError::Conflict`] if the connection is gone, or if others wrote the settings
/// between each read and write. Fails if the store cannot be reached.
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
