//! The connections of a user, with their settings.

use futures_util::future::try_join_all;
use shared::{
    model::{Connection, ConnectionStatus, CredentialSettings, ProjectId, UserId},
    store::StoreError,
};

use crate::{ParagonApi, workflows::Decided};

/// A connection that is not disconnected, and its settings, with those of workflows.
pub(crate) type Linked = (Connection, CredentialSettings);

/// Reads the connections of a user that are not disconnected, oldest first. All rows are read in parallel.
pub(crate) async fn linked(
    api: &ParagonApi,
    project: ProjectId,
    user: &UserId,
) -> Result<Vec<Linked>, StoreError> {
    let (ids, decided) = tokio::try_join!(
        api.store.connection_ids_of_user(project, user),
        Decided::read(api, project, user),
    )?;
    let reads = ids.into_iter().map(|id| async move {
        tokio::try_join!(api.store.connection(id), api.store.credential_settings(id))
    });
    let is_linked = |one: &Connection| one.status != ConnectionStatus::Disconnected;
    let found = try_join_all(reads).await?.into_iter();
    let mut all: Vec<Linked> =
        found.filter_map(|(one, stored)| Some((one.filter(is_linked)?, stored.settings))).collect();
    for (connection, settings) in &mut all {
        *settings = decided.within(connection, settings);
    }
    all.sort_by_key(|(connection, _)| connection.created_at);
    Ok(all)
}
