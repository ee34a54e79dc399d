//! What goes out on the bus.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Change, Connection, ConnectionId, Degraded, HealthNews, HeldDeletions, ItemId, ItemKind, NotFetched,
    ProjectId, Receipt, Recovered, Rev, Tags, Target, Timestamp, UserId,
};

/// One event. It may arrive more than once, always with the same id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The same for every delivery of the same event: `<connection>:<number>` for a change,
    /// `<connection>:<item id>:<rev>:ready` for bytes, `<project>:application:<UUID>` for one of the application's own.
    pub id: String,
    /// Whose.
    pub project: ProjectId,
    /// Whose within the project.
    pub user: UserId,
    /// Of which connection; absent where the application's own event names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionId>,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "nearly all events are changes, the largest variant")]
pub enum EventBody {
    /// A file or folder was created, updated, moved or deleted in Dropbox.
    Change(Change),
    /// A revision's bytes are in the bucket.
    Ready {
        /// The file.
        item: ItemId,
        /// The revision.
        rev: Rev,
        /// Where in the bucket.
        key: String,
        /// Bytes.
        size: u64,
        /// Dropbox's content hash of them.
        content_hash: String,
        /// The format that Dropbox exported the file in, where it is an export.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exported_as: Option<String>,
    },
    /// A revision's bytes could not be fetched.
    Failed {
        /// The file.
        item: ItemId,
        /// The revision.
        rev: Rev,
        /// Why.
        reason: NotFetched,
    },
    /// The account was connected, or connected again.
    Connected,
    /// Dropbox refuses the tokens: the user must connect again.
    NeedsReauth,
    /// The connection's work is hindered, and was so often enough or lastingly enough to be reported.
    ConnectionDegraded(Degraded),
    /// The connection's work succeeds again.
    ConnectionRecovered(Recovered),
    /// The account was disconnected, and nothing is left of it here.
    Disconnected(Receipt),
    /// What was selected has been listed to its end.
    Listed {
        /// What was selected.
        selection: Target,
        /// The number of the last change of that listing.
        number: u64,
    },
    /// There is nothing at Dropbox that was selected.
    SelectionMissing {
        /// What was selected.
        selection: Target,
    },
    /// Dropbox refuses to tell of what was selected. The other selections go on.
    SelectionRefused {
        /// What was selected.
        selection: Target,
        /// The reason in one word, such as `restricted_content`.
        code: String,
        /// Dropbox's summary of the error.
        summary: String,
    },
    /// What Dropbox refused or did not know is told of again, and followed.
    SelectionRestored {
        /// What was selected.
        selection: Target,
    },
    /// So many deletions wait for a confirmation.
    DeletionsHeld(HeldDeletions),
    /// The user has as many files as they may have: the bytes of further ones are not fetched.
    FileLimitReached {
        /// Maximum number of the user's files, over all connections.
        max_files: u64,
    },
    /// A full comparison with Dropbox ended.
    Resynced(ResyncReport),
    /// The application, or a page of it, has sent an event of its own.
    Application(ApplicationEvent),
}

/// An event that an application has sent: what is in it is the application's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationEvent {
    /// The application's name for what happened.
    pub name: String,
    /// What the application says of it.
    pub payload: Tags,
    /// The configuration of the connection that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Uuid>,
    /// What the sender came with: `api_key`, or `user_token` where a user's page has sent it, and may have made it up.
    pub sent_by: String,
    /// When it was sent, milliseconds since 1970.
    pub at: Timestamp,
}

/// What a full comparison with Dropbox found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResyncReport {
    /// When it ended, milliseconds since 1970.
    pub at: u64,
    /// Files and folders that Dropbox listed.
    pub listed: u64,
    /// How many of them we held as they are.
    pub agreed: u64,
    /// How many were missing here, and are created now.
    pub created: u64,
    /// How many had other facts here, and are updated now.
    pub updated: u64,
    /// How many stood elsewhere here, and are moved now.
    pub moved: u64,
    /// How many were gone from Dropbox, and are deleted now.
    pub deleted: u64,
    /// How many were gone from Dropbox, and wait for a confirmation.
    #[serde(default)]
    pub held: u64,
    /// Items that were left as they are, since Dropbox refuses to tell of them.
    #[serde(default)]
    pub refused: u64,
    /// Changes that no notification had announced, found at the beginning.
    #[serde(default)]
    pub missed: u64,
    /// When Dropbox last notified us of a change, milliseconds since 1970.
    #[serde(default)]
    pub notified_at: Option<Timestamp>,
    /// Items of which no row of a path said where they stand. The rows were written anew; it is no change of an item,
    /// so no event tells of them.
    #[serde(default)]
    pub paths_restored: u64,
    /// Entries of the listing that could not be read. An item is never taken for gone because of one.
    #[serde(default)]
    pub unreadable: u64,
    /// Files and folders that Dropbox lists at a path where it lists another, and that are left out for it.
    #[serde(default)]
    pub duplicates: u64,
}

/// Shortest time from the end of a comparison until another can be asked for.
const BETWEEN_COMPARISONS: Duration = Duration::from_secs(5 * 60);

impl ResyncReport {
    /// How long it is yet until another comparison can be asked for; `None`: it can.
    #[must_use]
    pub fn rest(&self, now: Timestamp) -> Option<Duration> {
        let rest = Timestamp(self.at).plus(BETWEEN_COMPARISONS).since(now);
        Some(rest).filter(|rest| !rest.is_zero())
    }

    /// Whether nothing had to be repaired.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.created + self.updated + self.moved + self.deleted + self.held + self.paths_restored == 0
    }
}

impl Event {
    /// The event of a change.
    #[must_use]
    pub fn change(connection: &Connection, change: Change) -> Self {
        Self::new(connection, &change.number.to_string(), EventBody::Change(change))
    }

    /// An event of the connection, with what makes it unique there.
    #[must_use]
    pub fn new(connection: &Connection, unique: &str, body: EventBody) -> Self {
        Self {
            id: format!("{}:{unique}", connection.id),
            project: connection.project,
            user: connection.user.clone(),
            connection: Some(connection.id),
            body,
        }
    }

    /// An event of an application's own. Each one that is sent is another.
    #[must_use]
    pub fn application(
        project: ProjectId,
        user: UserId,
        connection: Option<ConnectionId>,
        event: ApplicationEvent,
    ) -> Self {
        let id = format!("{project}:application:{}", Uuid::new_v4());
        Self { id, project, user, connection, body: EventBody::Application(event) }
    }

    /// The event of a connection's health. Its id is that of the episode, however often it is published.
    #[must_use]
    pub fn health(connection: &Connection, news: HealthNews) -> Self {
        let unique = news.unique();
        let body = match news {
            HealthNews::Degraded(degraded) => EventBody::ConnectionDegraded(degraded),
            HealthNews::Recovered(recovered) => EventBody::ConnectionRecovered(recovered),
        };
        Self::new(connection, &unique, body)
    }

    /// An event that can happen more than once to a connection, told apart by its time.
    #[must_use]
    pub fn news(connection: &Connection, at: Timestamp, body: EventBody) -> Self {
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
            EventBody::Change(_)
            | EventBody::Ready { .. }
            | EventBody::Failed { .. }
            | EventBody::Application(_) => "news",
        };
        Self::new(connection, &format!("{word}:{}", at.0), body)
    }

    /// The name that rules on the bus match: EventBridge's `detail-type`.
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
            EventBody::Application(_) => "Application Event",
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
