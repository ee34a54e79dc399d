//! The application's own ids for credentials.

use shared::{
    answer::ApiError,
    caller::Caller,
    model::{ConnectionId, ConnectionName, CredentialSettings},
    store::{Link, StoreError, change_credential_settings},
};

use crate::connect::Connect;

/// Prefix with which the SDK marks an id as the application's own.
const PREFIX: &str = "ext:";

/// Returns the name of a connection in an option; as an error, the application's own id for one.
pub(super) fn name_of(credential: &str) -> Result<ConnectionName, &str> {
    match credential.strip_prefix(PREFIX) {
        Some(external) => Err(external),
        None => credential.parse().map_err(|_| credential),
    }
}

/// Returns the user's connections, each with the application's own id for it.
pub(super) async fn external_ids(
    connect: &Connect,
    caller: &Caller,
) -> Result<Vec<(ConnectionId, Option<String>)>, ApiError> {
    let mut all = Vec::new();
    for id in connect.store.connection_ids_of_user(caller.project, &caller.user).await? {
        all.push((id, connect.store.credential_settings(id).await?.settings.external_id));
    }
    Ok(all)
}

/// Sets the application's own id for a connection that a popup has connected. The connection works
/// without it, so a failure is only logged.
pub(crate) async fn set_external_id(connect: &Connect, link: &Link, connection: ConnectionId) {
    let Some(own) = link.popup.as_ref().and_then(|popup| popup.external_id.as_ref()) else { return };
    let change = |settings: &mut CredentialSettings| -> Result<(), StoreError> {
        settings.external_id = Some(own.clone());
        Ok(())
    };
    if let Err(error) = change_credential_settings(connect.store.as_ref(), connection, change).await {
        tracing::warn!(%connection, %error, "an application's own id for a connection was not stored");
    }
}
