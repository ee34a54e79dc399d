//! Connections as credentials.

use serde_json::{Value, json};
use shared::model::{Connection, ConnectionStatus, CredentialConfiguration, CredentialSettings};
use uuid::Uuid;

use crate::{
    ParagonApi,
    answer::{Answer, found},
    ids,
    workflows::Decided,
};

/// Returns a connection as a credential, with settings that [`Decided::within`] has completed. It has exactly one default configuration, because the SDK throws
/// otherwise.
pub(crate) fn to_json(connection: &Connection, settings: &CredentialSettings) -> Value {
    let configurations = configurations(connection, settings);
    let updated_at = configurations.iter().map(|one| one.updated_at).max().unwrap_or(connection.created_at);
    let mut json = json!({
        "id": connection.id,
        "projectId": connection.project,
        "integrationId": ids::integration(connection.project),
        "personaId": ids::persona(connection.project, &connection.user),
        "providerId": connection.account,
        "providerData": {},
        "status": status(connection),
        "isPreviewCredential": false,
        "dateCreated": connection.created_at.to_string(),
        "dateUpdated": updated_at.to_string(),
        "refreshFailureCount": refused(connection),
        "configurations": configurations.iter().map(|one| configuration(connection, one)).collect::<Value>(),
    });
    if let Some(external_id) = &settings.external_id {
        json["externalId"] = json!(external_id);
    }
    json
}

/// 200 with a credential.
pub(crate) async fn answer(api: &ParagonApi, connection: &Connection) -> Answer {
    let (stored, decided) = tokio::try_join!(
        api.store.credential_settings(connection.id),
        Decided::read(api, connection.project, &connection.user),
    )?;
    Ok(found(&to_json(connection, &decided.within(connection, &stored.settings))))
}

/// The same, with settings that were just stored.
pub(crate) async fn answer_with(
    api: &ParagonApi,
    connection: &Connection,
    settings: &CredentialSettings,
) -> Answer {
    let decided = Decided::read(api, connection.project, &connection.user).await?;
    Ok(found(&to_json(connection, &decided.within(connection, settings))))
}

/// Returns the configurations of a connection, beginning with the default one, which exists even if it was
/// never changed.
pub(crate) fn configurations(
    connection: &Connection,
    settings: &CredentialSettings,
) -> Vec<CredentialConfiguration> {
    let id = ids::default_configuration(connection.id);
    let (default, mut others): (Vec<_>, Vec<_>) =
        settings.configurations.iter().cloned().partition(|one| one.id == id);
    let default = default.into_iter().next();
    others.insert(0, default.unwrap_or_else(|| CredentialConfiguration::new(id, connection.created_at)));
    others
}

/// Returns the named configuration, or the default one if none is named.
pub(crate) fn configuration_of(
    connection: &Connection,
    settings: &CredentialSettings,
    named: Option<Uuid>,
) -> Option<CredentialConfiguration> {
    let id = named.unwrap_or_else(|| ids::default_configuration(connection.id));
    configurations(connection, settings).into_iter().find(|one| one.id == id)
}

/// Returns whether the credential works, in the SDK's words.
pub(crate) fn status(connection: &Connection) -> &'static str {
    match connection.status {
        ConnectionStatus::Active => "VALID",
        ConnectionStatus::NeedsReauth | ConnectionStatus::Disconnected => "INVALID",
    }
}

/// Returns how often Dropbox has refused the tokens: at most once, because they are not used again until the
/// user reconnects.
fn refused(connection: &Connection) -> u8 {
    u8::from(connection.status == ConnectionStatus::NeedsReauth)
}

fn configuration(connection: &Connection, one: &CredentialConfiguration) -> Value {
    let mut json = json!({
        "id": one.id,
        "connectCredentialId": connection.id,
        "isDefault": one.id == ids::default_configuration(connection.id),
        "workflowSettings": one.workflow_settings,
        "sharedSettings": one.shared_settings,
        "configMeta": one.meta,
        "dateCreated": one.created_at.to_string(),
        "dateUpdated": one.updated_at.to_string(),
    });
    if let Some(external_id) = &one.external_id {
        json["externalId"] = json!(external_id);
    }
    json
}
