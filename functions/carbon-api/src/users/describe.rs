//! Users as JSON.

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use shared::{
    model::{ConnectionId, FileProgress, ProjectId, ProjectUser, Timestamp, UserId, UserSettings},
    store::StoreError,
};

use super::{deletion, sources};
use crate::{CarbonApi, ids};

/// Number of a user's connections that are read at the same time.
const PARALLEL: usize = 8;

/// A user, and how much of their data is mirrored.
pub(crate) struct Described {
    project: ProjectId,
    user: UserId,
    stored: Option<ProjectUser>,
    defaults: UserSettings,
    /// Creation time and progress of each of the user's connections.
    connections: Vec<(Timestamp, FileProgress)>,
    /// Receipt of the user's deletion.
    deletion: Option<Value>,
}

/// Reads everything about a user, known to the project or not.
pub(crate) async fn describe(
    api: &CarbonApi,
    project: ProjectId,
    user: &UserId,
) -> Result<Described, StoreError> {
    let (ids, stored, defaults) = tokio::try_join!(
        api.store.connection_ids_of_user(project, user),
        api.store.user(project, user),
        api.store.user_defaults(project),
    )?;
    let connections = stream::iter(ids).map(|id| progress(api, id)).buffered(PARALLEL);
    let deletion = async {
        match stored.as_ref().and_then(|user| user.deletion.as_ref()) {
            Some(deletion) => deletion::receipt(api, deletion).await.map(Some),
            None => Ok(None),
        }
    };
    let (connections, deletion) = tokio::try_join!(connections.try_collect::<Vec<_>>(), deletion)?;
    let connections = connections.into_iter().flatten().collect();
    Ok(Described { project, user: user.clone(), stored, defaults, connections, deletion })
}

async fn progress(
    api: &CarbonApi,
    id: ConnectionId,
) -> Result<Option<(Timestamp, FileProgress)>, StoreError> {
    let (connection, head, transfers) =
        tokio::try_join!(api.store.connection(id), api.store.head(id), api.store.transfer_counts(id))?;
    Ok(connection.map(|connection| (connection.created_at, FileProgress::of(head.files, transfers))))
}

impl Described {
    /// Returns true if the project has this user.
    pub(crate) fn is_known(&self) -> bool {
        self.stored.is_some() || !self.connections.is_empty()
    }

    /// Returns the user as JSON. Characters and tokens are not counted. `now` stands for an unknown time.
    pub(crate) fn to_json(&self, now: Timestamp) -> Value {
        let Self { project, user, stored, defaults, connections, deletion } = self;
        let own = stored.as_ref().map(|user| user.settings).unwrap_or_default();
        let settings = own.or(*defaults);
        let created_at = connections.iter().map(|(created_at, _)| *created_at);
        let since = created_at.chain(stored.as_ref().map(|user| user.created_at)).min();
        let since = since.unwrap_or(now).to_string();
        let files: u64 = connections.iter().map(|(_, one)| one.ready).sum();
        let bytes: u64 = connections.iter().map(|(_, one)| one.ready_bytes).sum();
        let deleted_at = stored.as_ref().and_then(|user| user.deletion.as_ref());
        json!({
            "id": ids::user(*project, user),
            "organization_id": ids::organization(*project),
            "organization_supplied_user_id": user,
            "created_at": since,
            "updated_at": stored.as_ref().map_or(since, |user| user.updated_at.to_string()),
            "deleted_at": deleted_at.map(|deletion| deletion.requested_at.to_string()),
            "deletion": deletion,
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
        })
    }
}
