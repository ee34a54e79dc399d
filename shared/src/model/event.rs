//! Events that are published on the bus.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Change, Connection, ConnectionId, ConnectionOwner, Degraded, EndpointId, HealthEvent, HeldDeletions,
    ItemId, ItemKind, Metadata, NotFetched, ProjectId, Receipt, Recovered, Rev, Tags, Target, Timestamp,
    UserId,
};
use crate::delivery::{Disabled, DisabledReason};

/// An event. It may arrive more than once, always with the same id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Id, equal in every delivery of an event: `<connection>:<number>` for a change, `<connection>:<item
    /// id>:<rev>:ready` for bytes, `<project>:application:<UUID>` for an application's own event.
    pub id: String,
    /// The project.
    pub project: ProjectId,
    /// The user of the project; absent if it is about the project itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The connection; absent if it is about none, but about a user or the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// The content of the event.
    #[serde(flatten)]
    pub body: EventBody,
}

/// Content of an event, by its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventBody {
    /// A file or folder was created, updated, moved or deleted in Dropbox.
    Change(Change),
    /// A revision's bytes are in the bucket.
    Ready {
        /// The file.
        item: ItemId,
        /// The revision.
        rev: Rev,
        /// Key of the object in the bucket.
        key: String,
        /// Size in bytes.
        size: u64,
        /// Dropbox's content hash of the bytes.
        content_hash: String,
        /// The format in which Dropbox exported the file, if it is an export.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exported_as: Option<String>,
        /// Metadata of the file at that time. Absent in events of older deployments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        metadata: Option<Metadata>,
        /// Number of the change that created the file, at that time. Absent in events of older deployments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        created: Option<u64>,
    },
    /// A revision's bytes could not be fetched.
    Failed {
        /// The file.
        item: ItemId,
        /// The revision.
        rev: Rev,
        /// The reason.
        reason: NotFetched,
        /// Metadata of the file at that time. Absent if the file is gone, and in events of older deployments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        metadata: Option<Metadata>,
        /// Number of the change that created the file, at that time. Absent if the file is gone, and in
        /// events of older deployments.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        created: Option<u64>,
    },
    /// The account was connected, or connected again.
    Connected,
    /// Dropbox refuses the tokens: the user must connect again.
    NeedsReauth,
    /// The connection's work fails, often enough or lastingly enough to be reported.
    ConnectionDegraded(Degraded),
    /// The connection's work succeeds again.
    ConnectionRecovered(Recovered),
    /// The account was disconnected, and nothing is left of it here.
    Disconnected(Receipt),
    /// A selection has been listed to its end.
    Listed {
        /// Target of the selection.
        selection: Target,
        /// The number of the last change of that listing.
        number: u64,
    },
    /// All selections of a files request are listed, or cannot be: its files are queued.
    FilesQueued(FilesRequest),
    /// All files of a files request are fetched, or cannot be.
    FilesProcessed(FilesRequest),
    /// Selections that were not listed to their end were removed.
    SyncCancelled,
    /// A selected file or folder does not exist at Dropbox.
    SelectionMissing {
        /// Target of the selection.
        selection: Target,
    },
    /// Dropbox refuses to list a selection. The other selections go on.
    SelectionRefused {
        /// Target of the selection.
        selection: Target,
        /// The reason in one word, such as `restricted_content`.
        code: String,
        /// Dropbox's summary of the error.
        summary: String,
    },
    /// A selection that Dropbox refused or did not know is listed again, and followed.
    SelectionRestored {
        /// Target of the selection.
        selection: Target,
    },
    /// Deletions wait for a confirmation.
    DeletionsHeld(HeldDeletions),
    /// The user has the maximum number of files: the bytes of further ones are not fetched.
    FileLimitReached {
        /// Maximum number of the user's files, over all connections.
        max_files: u64,
    },
    /// A full comparison with Dropbox ended.
    Resynced(ResyncReport),
    /// The application, or a page of it, has sent an event of its own.
    Application(ApplicationEvent),
    /// A user was deleted: the user's accounts are disconnected.
    UserDeleted {
        /// Time of the first request, in milliseconds since 1970.
        requested_at: Timestamp,
    },
    /// Nothing is delivered to an endpoint any more, until its project enables it again.
    EndpointDisabled {
        /// The endpoint.
        endpoint: EndpointId,
        /// The reason.
        reason: DisabledReason,
        /// Time of the first failure since the last success, in milliseconds since 1970.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failing_since: Option<Timestamp>,
    },
}

/// An event sent by an application, with the application's own content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationEvent {
    /// The application's name for what happened.
    pub name: String,
    /// The application's data about it.
    pub payload: Tags,
    /// The configuration of the connection that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Uuid>,
    /// The sender's credential: `api_key`, or `user_token` if a user's page has sent it, which may have made
    /// it up.
    pub sent_by: String,
    /// Time at which it was sent, in milliseconds since 1970.
    pub at: Timestamp,
}

/// The selections of one client's request, once none of them waits to be listed any more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FilesRequest {
    /// The client's id of the request; absent if it has given none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The selection that was listed last, or that was found last to be missing or refused.
    pub last: Target,
    /// The number of the connection's last change at that time.
    pub number: u64,
}

impl FilesRequest {
    /// Returns what distinguishes it from the connection's other files requests, for the ids of events. The client's
    /// id has its place as a hash, because it may be any text.
    #[must_use]
    pub fn unique(&self) -> String {
        let last = self.last.item().map_or("everything", ItemId::as_str);
        let request = self.request_id.as_deref().unwrap_or_default();
        let request = Uuid::new_v5(&Uuid::NAMESPACE_OID, request.as_bytes());
        format!("{last}:{}:{}", self.number, request.simple())
    }
}

/// Result of a full comparison with Dropbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResyncReport {
    /// Time at which it ended, in milliseconds since 1970.
    pub at: u64,
    /// Number of files and folders that Dropbox listed.
    pub listed: u64,
    /// Number of listed items that agreed with ours.
    pub agreed: u64,
    /// Number of items that were missing here, and have been created.
    pub created: u64,
    /// Number of items that had other metadata here, and have been updated.
    pub updated: u64,
    /// Number of items that had another path here, and have been moved.
    pub moved: u64,
    /// Number of items that were gone from Dropbox, and have been deleted.
    pub deleted: u64,
    /// Number of items that were gone from Dropbox, and wait for a confirmation.
    #[serde(default)]
    pub held: u64,
    /// Number of items left as they are, because Dropbox refuses to list them.
    #[serde(default)]
    pub refused: u64,
    /// Number of changes, found at the beginning, that no notification had announced.
    #[serde(default)]
    pub missed: u64,
    /// Time of Dropbox's latest notification, in milliseconds since 1970.
    #[serde(default)]
    pub notified_at: Option<Timestamp>,
    /// Number of items that no row of a path named. The rows were written again; the items themselves have
    /// not changed, so no event reports them.
    #[serde(default)]
    pub paths_restored: u64,
    /// Number of entries of the listing that could not be read. No item is taken for deleted because of one.
    #[serde(default)]
    pub unreadable: u64,
    /// Number of files and folders that Dropbox lists at the path of another, and that are left out for that
    /// one.
    #[serde(default)]
    pub duplicates: u64,
}

/// Shortest time from the end of a comparison until another one can be requested.
const BETWEEN_COMPARISONS: Duration = Duration::from_secs(5 * 60);

impl ResyncReport {
    /// Returns the time until another comparison can be requested; `None` if it can be now.
    #[must_use]
    pub fn rest(&self, now: Timestamp) -> Option<Duration> {
        let rest = Timestamp(self.at).plus(BETWEEN_COMPARISONS).since(now);
        Some(rest).filter(|rest| !rest.is_zero())
    }

    /// Returns whether nothing had to be repaired.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.created + self.updated + self.moved + self.deleted + self.held + self.paths_restored == 0
    }
}

impl Event {
    /// Returns the event of a change.
    #[must_use]
    pub fn change(connection: &Connection, change: Change) -> Self {
        Self::new(connection, &change.number.to_string(), EventBody::Change(change))
    }

    /// Returns an event of the connection; `unique` distinguishes it from the connection's other events.
    #[must_use]
    pub fn new(connection: &Connection, unique: &str, body: EventBody) -> Self {
        Self::of(connection.id, connection.owner(), unique, body)
    }

    /// Returns the event of a change of a connection whose owner is known.
    #[must_use]
    pub fn change_of(connection: ConnectionId, owner: ConnectionOwner, change: Change) -> Self {
        Self::of(connection, owner, &change.number.to_string(), EventBody::Change(change))
    }

    fn of(connection: ConnectionId, owner: ConnectionOwner, unique: &str, body: EventBody) -> Self {
        let ConnectionOwner { project, user } = owner;
        Self {
            id: format!("{connection}:{unique}"),
            project,
            user: Some(user),
            connection: Some(connection),
            body,
        }
    }

    /// Returns an application's own event, with a new id.
    #[must_use]
    pub fn application(
        project: ProjectId,
        user: UserId,
        connection: Option<ConnectionId>,
        event: ApplicationEvent,
    ) -> Self {
        let id = format!("{project}:application:{}", Uuid::new_v4());
        Self { id, project, user: Some(user), connection, body: EventBody::Application(event) }
    }

    /// Returns the event that an endpoint was disabled at a time.
    #[must_use]
    pub fn endpoint_disabled(
        project: ProjectId,
        endpoint: EndpointId,
        disabled: &Disabled,
        failing_since: Option<Timestamp>,
    ) -> Self {
        let id = format!("{project}:endpoint:{endpoint}:disabled:{}", disabled.at.0);
        let body = EventBody::EndpointDisabled { endpoint, reason: disabled.reason, failing_since };
        Self { id, project, user: None, connection: None, body }
    }

    /// Returns the event that a user was deleted. It is the same each time that the deletion is requested.
    #[must_use]
    pub fn user_deleted(project: ProjectId, user: UserId, requested_at: Timestamp) -> Self {
        let id = format!("{project}:user_deleted:{}:{user}", requested_at.0);
        Self {
            id,
            project,
            user: Some(user),
            connection: None,
            body: EventBody::UserDeleted { requested_at },
        }
    }

    /// Returns the event that the files of a files request are queued.
    #[must_use]
    pub fn files_queued(connection: &Connection, request: FilesRequest) -> Self {
        let unique = format!("files_queued:{}", request.unique());
        Self::new(connection, &unique, EventBody::FilesQueued(request))
    }

    /// Returns the event that all files of a files request are fetched, or cannot be.
    #[must_use]
    pub fn files_processed(connection: &Connection, request: FilesRequest) -> Self {
        let unique = format!("files_processed:{}", request.unique());
        Self::new(connection, &unique, EventBody::FilesProcessed(request))
    }

    /// Returns the event of a connection's health. Its id is that of the episode, so it stays the same when
    /// it is published again.
    #[must_use]
    pub fn health(connection: &Connection, event: HealthEvent) -> Self {
        let unique = event.unique();
        let body = match event {
            HealthEvent::Degraded(degraded) => EventBody::ConnectionDegraded(degraded),
            HealthEvent::Recovered(recovered) => EventBody::ConnectionRecovered(recovered),
        };
        Self::new(connection, &unique, body)
    }

    /// Returns an event that can happen more than once to a connection; its time distinguishes it.
    #[must_use]
    pub fn recurring(connection: &Connection, at: Timestamp, body: EventBody) -> Self {
        let word = match &body {
            EventBody::Connected => "connected",
            EventBody::NeedsReauth => "needs_reauth",
            EventBody::ConnectionDegraded(_) => "degraded",
            EventBody::ConnectionRecovered(_) => "recovered",
            EventBody::Disconnected(_) => "disconnected",
            EventBody::Listed { .. } => "listed",
            EventBody::SelectionMissing { .. } => "selection_missing",
            EventBody::SelectionRefused { .. } => "selection_refused",
            EventBody::SelectionRestored { .. } => "selection_restored",
            EventBody::DeletionsHeld(_) => "deletions_held",
            EventBody::FileLimitReached { .. } => "file_limit_reached",
            EventBody::Resynced(_) => "resynced",
            EventBody::FilesQueued(_) => "files_queued",
            EventBody::FilesProcessed(_) => "files_processed",
            EventBody::SyncCancelled => "sync_cancelled",
            EventBody::Change(_)
            | EventBody::Ready { .. }
            | EventBody::Failed { .. }
            | EventBody::Application(_)
            | EventBody::UserDeleted { .. }
            | EventBody::EndpointDisabled { .. } => "news",
        };
        Self::new(connection, &format!("{word}:{}", at.0), body)
    }

    /// Returns the name that rules on the bus match: EventBridge's `detail-type`.
    #[must_use]
    pub fn detail_type(&self) -> &'static str {
        match &self.body {
            EventBody::Change(change) => change_type(change),
            EventBody::Ready { .. } => "File Ready",
            EventBody::Failed { .. } => "File Failed",
            EventBody::Connected => "Connected",
            EventBody::NeedsReauth => "Needs Reauthorization",
            EventBody::ConnectionDegraded(_) => "Connection Degraded",
            EventBody::ConnectionRecovered(_) => "Connection Recovered",
            EventBody::Disconnected(_) => "Disconnected",
            EventBody::Listed { .. } => "Listed",
            EventBody::SelectionMissing { .. } => "Selection Missing",
            EventBody::SelectionRefused { .. } => "Selection Refused",
            EventBody::SelectionRestored { .. } => "Selection Restored",
            EventBody::DeletionsHeld(_) => "Deletions Held",
            EventBody::FileLimitReached { .. } => "File Limit Reached",
            EventBody::Resynced(_) => "Resynced",
            EventBody::FilesQueued(_) => "Files Queued",
            EventBody::FilesProcessed(_) => "Files Processed",
            EventBody::SyncCancelled => "Sync Cancelled",
            EventBody::UserDeleted { .. } => "User Deleted",
            EventBody::Application(_) => "Application Event",
            EventBody::EndpointDisabled { .. } => "Endpoint Disabled",
        }
    }
}

fn change_type(change: &Change) -> &'static str {
    use super::ChangeKind::{Created, Deleted, Moved, Updated};
    match (change.item.kind, &change.kind) {
        (ItemKind::File, Deleted { why }) if !why.is_deletion() => "File Removed",
        (ItemKind::Folder, Deleted { why }) if !why.is_deletion() => "Folder Removed",
        (ItemKind::File, Created { .. }) => "File Created",
        (ItemKind::File, Updated { .. }) => "File Updated",
        (ItemKind::File, Moved { .. }) => "File Moved",
        (ItemKind::File, Deleted { .. }) => "File Deleted",
        (ItemKind::Folder, Created { .. }) => "Folder Created",
        (ItemKind::Folder, Updated { .. }) => "Folder Updated",
        (ItemKind::Folder, Moved { .. }) => "Folder Moved",
        (ItemKind::Folder, Deleted { .. }) => "Folder Deleted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_comparison_can_be_asked_for_when_five_minutes_have_passed() {
        let minutes = |count: u64| Timestamp(count * 60_000);
        let report = ResyncReport { at: minutes(10).0, ..ResyncReport::default() };
        assert_eq!(report.rest(minutes(10)), Some(BETWEEN_COMPARISONS));
        assert_eq!(report.rest(minutes(14)), Some(Duration::from_secs(60)));
        assert_eq!(report.rest(minutes(15)), None);
        assert_eq!(report.rest(minutes(99)), None);
    }
}
