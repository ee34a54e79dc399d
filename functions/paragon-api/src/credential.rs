//! Connections as credentials.

use serde_json::{Value, json};
use shared::model::{Connection, ConnectionStatus};

use super::ids;

/// A connection as a credential. It has one configuration, the default one: the SDK throws without.
pub(super) fn shown(connection: &Connection) -> Value {
    let created_at = connection.created_at.to_string();
    json!({
        "id": connection.id,
        "projectId": connection.project,
        "integrationId": ids::integration(connection.project),
        "personaId": ids::persona(connection.project, &connection.user),
        "providerId": connection.account,
        "providerData": {},
        "status": status(connection),
        "isPreviewCredential": false,
        "dateCreated": created_at,
        "refreshFailureCount": refused(connection),
        "configurations": [{
            "id": ids::configuration(connection.id),
            "connectCredentialId": connection.id,
            "isDefault": true,
            "workflowSettings": {},
            "sharedSettings": {},
            "configMeta": {},
            "dateCreated": created_at,
        }],
    })
}

/// Whether it works.
pub(super) fn status(connection: &Connection) -> &'static str {
    match connection.status {
        ConnectionStatus::Active => "VALID",
        ConnectionStatus::NeedsReauth | ConnectionStatus::Disconnected => "INVALID",
    }
}

/// How often Dropbox has refused its tokens: once, then it is left alone until the user connects again.
fn refused(connection: &Connection) -> u8 {
    u8::from(connection.status == ConnectionStatus::NeedsReauth)
}
