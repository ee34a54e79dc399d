//! Data sources as JSON.
//!
//! `carbon-connect` polls every few seconds and reacts to changes: a new id is *added*; a later
//! `last_synced_at` with the action `UPDATE` is a finished sync, and with a later `files_synced_at` it reads
//! the files again; with a later `source_items_synced_at` it reads the picker's list again. All of these
//! change when a walk reaches its end.

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use shared::{
    model::{
        Cancellation, Choices, Connection, ConnectionId, ConnectionStatus, FileProgress, Head, Health,
        HealthState, ProjectId, SelectionState, Tags, TransferCounts, UserId, UserSettings,
    },
    store::StoreError,
};

use crate::{CarbonApi, ids};

/// Number of data sources whose state is read at the same time.
const PARALLEL: usize = 8;

/// Rows of a connection, from which its description is made.
pub(super) struct Rows {
    connection: Connection,
    head: Head,
    health: Health,
    transfers: TransferCounts,
    choices: Choices,
    tags: Tags,
}

/// A connection, and everything that its description is made from.
struct DataSource {
    connection: Connection,
    ordinal: u32,
    head: Head,
    health: Health,
    transfers: TransferCounts,
    choices: Choices,
    tags: Tags,
}

/// Describes a connection as a data source, from its rows as they are now.
pub(crate) async fn describe(api: &CarbonApi, connection: Connection) -> Result<Value, StoreError> {
    let Connection { id, project, user, .. } = connection;
    let mut all = describe_all(api, project, &user, &[id]).await?;
    all.pop().map(|(_, described)| described).ok_or(StoreError::Conflict)
}

/// Describes connections of a user as data sources, in order. All their rows are read in parallel.
pub(crate) async fn describe_all(
    api: &CarbonApi,
    project: ProjectId,
    user: &UserId,
    ids: &[ConnectionId],
) -> Result<Vec<(ConnectionId, Value)>, StoreError> {
    let (all, ordinals, settings) = tokio::try_join!(
        rows(api, ids),
        api.store.ordinals(project, ids),
        api.store.user_settings(project, user)
    )?;
    let described = all.into_iter().map(|(id, rows)| {
        let ordinal = ordinals.get(&id).copied().unwrap_or_default();
        (id, rows.describe(ordinal, settings))
    });
    Ok(described.collect())
}

/// Reads the rows of connections, in order. Those that do not exist are left out.
pub(super) async fn rows(
    api: &CarbonApi,
    ids: &[ConnectionId],
) -> Result<Vec<(ConnectionId, Rows)>, StoreError> {
    let reads = stream::iter(ids.to_vec()).map(|id| rows_of(api, id)).buffered(PARALLEL);
    let all: Vec<Option<Rows>> = reads.try_collect().await?;
    Ok(all.into_iter().flatten().map(|rows| (rows.connection.id, rows)).collect())
}

async fn rows_of(api: &CarbonApi, id: ConnectionId) -> Result<Option<Rows>, StoreError> {
    let (connection, head, health, transfers, choices, tags) = tokio::try_join!(
        api.store.connection(id),
        api.store.head(id),
        api.store.health(id),
        api.store.transfer_counts(id),
        api.store.choices(id),
        api.store.source_tags(id),
    )?;
    let rows = |connection| Rows { connection, head, health, transfers, choices, tags: tags.tags };
    Ok(connection.map(rows))
}

impl Rows {
    /// Describes the connection. `settings` are its user's.
    pub(super) fn describe(self, ordinal: u32, settings: UserSettings) -> Value {
        let Self { connection, head, health, transfers, choices, tags } = self;
        let choices = choices.or_as_user(settings);
        DataSource { connection, ordinal, head, health, transfers, choices, tags }.to_json()
    }
}

impl DataSource {
    fn to_json(&self) -> Value {
        let Connection { project, user, created_at, .. } = &self.connection;
        let synced_at = self.head.drained_at.map(|at| at.to_string());
        let last_synced_at = self.head.drained_at.unwrap_or(*created_at).max(*created_at).to_string();
        json!({
            "id": self.ordinal,
            "tags": self.tags,
            "data_source_external_id": format!("DROPBOX|{}", self.label()),
            "data_source_type": "DROPBOX",
            "token": null,
            "sync_status": self.sync_status(),
            "source_items_synced_at": synced_at.as_deref().unwrap_or(&created_at.to_string()),
            "organization_user_id": ids::user(*project, user),
            "organization_id": ids::organization(*project),
            "organization_supplied_user_id": user,
            "revoked_access": self.is_disconnected(),
            "last_synced_at": last_synced_at,
            "last_sync_action": self.last_action(),
            "enable_auto_sync": !self.choices.manual,
            "created_at": created_at.to_string(),
            "updated_at": last_synced_at,
            "files_synced_at": synced_at,
            "data_source_metadata": {},
        })
    }

    /// Returns the name for people: `carbon-connect` displays what follows the bar.
    fn label(&self) -> &str {
        self.connection.profile.email.as_deref().unwrap_or(self.connection.account.as_str())
    }

    fn is_disconnected(&self) -> bool {
        self.connection.status == ConnectionStatus::Disconnected
    }

    fn last_action(&self) -> &'static str {
        match self.head.drained_at {
            _ if self.is_disconnected() => "REVOKE",
            _ if self.is_cancelled() => "CANCEL",
            Some(_) => "UPDATE",
            None => "ADD",
        }
    }

    /// Returns true if the last sync was that of a cancellation: until the second walk after the cancellation
    /// begins, or until something is selected.
    fn is_cancelled(&self) -> bool {
        let Some(Cancellation { at, epoch }) = self.connection.cancellation else { return false };
        let is_later = self.choices.selections.iter().any(|selection| selection.selected_at > at);
        !is_later && self.head.epoch <= epoch + 1
    }

    /// Returns the status. It is `QUEUED_FOR_SYNC` and not `QUEUED_FOR_SYNCING`, as in the models, because
    /// `carbon-connect` knows the former.
    fn sync_status(&self) -> &'static str {
        let state = HealthState::of(self.connection.status, &self.health);
        let is_well = matches!(state, HealthState::Ok | HealthState::Retrying);
        let is_turning =
            |state: SelectionState| matches!(state, SelectionState::Requested | SelectionState::Deselected);
        let is_walking = self.choices.selections.iter().any(|one| is_turning(one.state));
        let pending = FileProgress::of(self.head.files, self.transfers).pending;
        let has_begun = self.head.cursor.is_some();
        match self.head.drained_at {
            _ if !is_well => "SYNC_ERROR",
            None if !has_begun => "QUEUED_FOR_SYNC",
            Some(_) if !is_walking && pending == 0 && self.head.full_listing.is_none() => "READY",
            _ => "SYNCING",
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::model::Timestamp;

    use super::*;

    #[test]
    fn what_is_told_of_a_sync_follows_its_course() {
        let status = |drained_at: Option<u64>, pending: u64, status| {
            let connection = Connection { status, ..connection() };
            let cursor = (pending > 0).then(|| "cursor".to_owned());
            let mut head = Head { cursor, drained_at: drained_at.map(Timestamp), ..Head::default() };
            head.files.wanted = pending;
            let source = DataSource {
                connection,
                ordinal: 1,
                head,
                health: Health::default(),
                transfers: TransferCounts::default(),
                choices: Choices::default(),
                tags: Tags::new(),
            };
            (source.sync_status(), source.last_action())
        };
        assert_eq!(status(None, 0, ConnectionStatus::Active), ("QUEUED_FOR_SYNC", "ADD"));
        assert_eq!(status(None, 3, ConnectionStatus::Active), ("SYNCING", "ADD"));
        assert_eq!(status(Some(5), 3, ConnectionStatus::Active), ("SYNCING", "UPDATE"));
        assert_eq!(status(Some(5), 0, ConnectionStatus::Active), ("READY", "UPDATE"));
        assert_eq!(status(Some(5), 0, ConnectionStatus::NeedsReauth), ("SYNC_ERROR", "UPDATE"));
        assert_eq!(status(Some(5), 0, ConnectionStatus::Disconnected), ("SYNC_ERROR", "REVOKE"));
    }

    fn connection() -> Connection {
        let id = "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a";
        serde_json::from_value(json!({
            "id": id, "project": id, "user": "user-1", "app": "app", "account": "dbid:a",
            "root": {"root_namespace": "1", "home_namespace": "1"}, "scopes": [], "status": "active",
            "created_at": 1,
        }))
        .unwrap()
    }
}
