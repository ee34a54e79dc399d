//! Rows of the settings that Paragon's clients keep with connections: one row per connection, the settings as
//! the text of a JSON object, because DynamoDB's numbers are not JSON's.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{
    Dynamo, keys,
    table::{ABSENT, Row, attribute, number},
};
use crate::{
    model::{ConnectionId, ConnectionStatus, CredentialSettings},
    store::{CredentialSettingsStore, StoreError, StoredSettings},
};

#[derive(Serialize, Deserialize)]
struct SettingsRow {
    version: u64,
    settings: String,
}

#[async_trait]
impl CredentialSettingsStore for Dynamo {
    async fn credential_settings(&self, connection: ConnectionId) -> Result<StoredSettings, StoreError> {
        let found: Option<SettingsRow> = self.get_as(&keys::credential_settings(connection)).await?;
        let Some(SettingsRow { version, settings }) = found else { return Ok(StoredSettings::default()) };
        let settings =
            serde_json::from_str(&settings).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        Ok(StoredSettings { settings, version })
    }

    async fn replace_credential_settings(
        &self,
        connection: ConnectionId,
        version: u64,
        settings: &CredentialSettings,
    ) -> Result<(), StoreError> {
        let text = serde_json::to_string(settings).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let key = keys::credential_settings(connection);
        let mut values = Row::from([
            (":settings".to_owned(), attribute(&text)?),
            (":next".to_owned(), number(version + 1)),
        ]);
        let unchanged = if version == 0 {
            ABSENT
        } else {
            values.insert(":version".to_owned(), number(version));
            "version = :version"
        };
        let disconnected =
            Row::from([(":disconnected".to_owned(), attribute(&ConnectionStatus::Disconnected)?)]);
        // Keeps a late write from leaving a row behind after the connection's rows have been removed.
        let is_linked = "attribute_exists(pk) AND #status <> :disconnected";
        self.transact(vec![
            self.check(&keys::connection(connection), is_linked, disconnected)?,
            self.update(&key, "SET settings = :settings, version = :next", Some(unchanged), values)?,
        ])
        .await
    }
}
