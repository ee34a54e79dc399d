//! Users as JSON.

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use shared::{
    model::{ConnectionId, FileProgress, ProjectId, UserId},
    store::StoreError,
};

use super::{deletion, sources};
use crate::{CarbonApi, ids};

/// Number of a user's connections that are read at the same time.
const PARALLEL: usize = 8;

/// Describes a user, and how much of their data is mirrored. Characters and tokens are not counted.
pub(crate) async fn describe(
    api: &CarbonApi,
    project: ProjectId,
    user: &UserId,
) -> Result<Value, StoreError> {
    let (connections, stored, defaults) = tokio::try_join!(
        api.connections.connections_of_user(project, user),
        api.users.user(project, user),
        api.users.user_defaults(project),
    )?;
    let own = stored.as_ref().map(|user| user.settings).unwrap_or_default();
    let settings = own.or(defaults);
    let deletion = stored.as_ref().and_then(|user| user.deletion.as_ref());
    let deleted = match deletion {
        Some(deletion) => Some(deletion::receipt(api, deletion).await?),
        None => None,
    };
    let created_at = stored.as_ref().map(|user| user.created_at);
    let created_at = connections.first().map(|first| first.created_at).min(created_at).or(created_at);
    let ids: Vec<ConnectionId> = connections.iter().map(|connection| connection.id).collect();
    let progress: Vec<FileProgress> =
        stream::iter(ids).map(|id| progress(api, id)).buffered(PARALLEL).try_collect().await?;
    let files: u64 = progress.iter().map(|one| one.ready).sum();
    let bytes: u64 = progress.iter().map(|one| one.ready_bytes).sum();
    let since = created_at.unwrap_or_else(|| api.clock.now()).to_string();
    Ok(json!({
        "id": ids::user(project, user),
        "organization_id": ids::organization(project),
        "organization_supplied_user_id": user,
        "created_at": since,
        "updated_at": stored.as_ref().map_or(since, |user| user.updated_at.to_string()),
        "deleted_at": deletion.map(|deletion| deletion.requested_at.to_string()),
        "deletion": deleted,
        "num_files_synced": files,
        "num_characters_synced": 0,
        "num_tokens_synced": 0,
        "aggregate_file_size": {"DROPBOX": bytes},
        "aggregate_num_characters": {},
        "aggregate_num_tokens": {},
        "aggregate_num_embeddings": {},
        "aggregate_num_files_by_source": {"DROPBOX": files},
        "aggregate_num_files_by_file_format": {},
        "unique_file_tags": [],
        "enabled_features": {},
        "custom_limits": sources::limits(own),
        "auto_sync_enabled_sources": sources::followed(settings.auto_sync.unwrap_or(true)),
        "auto_sync_interval": own.resync_hours,
        "connector_settings": {},
    }))
}

async fn progress(api: &CarbonApi, id: ConnectionId) -> Result<FileProgress, StoreError> {
    let (head, transfers) = tokio::try_join!(api.log.head(id), api.health.transfer_counts(id))?;
    Ok(FileProgress::of(head.files, transfers))
}
