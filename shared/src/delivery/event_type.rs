//! Types of events, as deliveries name them and as applications choose them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Change, ChangeKind, Event, EventBody, ItemKind};

/// Makes the enum, its names and the list of all from one table.
macro_rules! event_types {
    ($($variant:ident $name:literal $doc:literal)*) => {
        /// Type of an event: a subject and what happened to it, with a full stop in between.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum EventType {
            $(#[doc = $doc] #[serde(rename = $name)] $variant,)*
        }

        impl EventType {
            /// All types, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Returns the name.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// Returns what it means, in a sentence.
            #[must_use]
            pub fn description(self) -> &'static str {
                match self { $(Self::$variant => $doc),* }
            }
        }
    };
}

event_types! {
    FileCreated "file.created" "A file is new in the mirror."
    FileUpdated "file.updated" "A file has other content or other metadata."
    FileMoved "file.moved" "A file has another path, or another name."
    FileDeleted "file.deleted" "A file was deleted in Dropbox, or the user has lost access to it."
    FileRemoved "file.removed" "A file is still in Dropbox, and no longer selected."
    FolderCreated "folder.created" "A folder is new in the mirror."
    FolderUpdated "folder.updated" "A folder has other metadata."
    FolderMoved "folder.moved" "A folder has another path, or another name."
    FolderDeleted "folder.deleted" "A folder was deleted in Dropbox, or the user has lost access to it."
    FolderRemoved "folder.removed" "A folder is still in Dropbox, and no longer selected."
    FileReady "file.ready" "A revision's bytes are in the bucket."
    FileFailed "file.failed" "A revision's bytes could not be fetched."
    Connected "connection.connected" "An account was connected, or connected again."
    Disconnected "connection.disconnected" "An account was disconnected, and nothing is left of it here."
    NeedsReauthorization "connection.needs_reauthorization"
        "Dropbox refuses the tokens: the user must connect again."
    Degraded "connection.degraded" "The connection's work fails, often or lastingly enough to be reported."
    Recovered "connection.recovered" "The connection's work succeeds again."
    DeletionsHeld "connection.deletions_held" "Deletions wait for a confirmation."
    FileLimitReached "connection.file_limit_reached"
        "The user has the maximum number of files: the bytes of further ones are not fetched."
    Resynced "connection.resynced" "A full comparison with Dropbox has ended."
    FilesQueued "connection.files_queued"
        "Everything that a client's request has selected is listed, or cannot be."
    FilesProcessed "connection.files_processed"
        "All files that a client's request has selected are fetched, or cannot be."
    SyncCancelled "connection.sync_cancelled"
        "What was selected and not listed to its end is selected no longer."
    SelectionListed "selection.listed" "A selection has been listed to its end."
    SelectionMissing "selection.missing" "A selected file or folder does not exist at Dropbox."
    SelectionRefused "selection.refused" "Dropbox refuses to list a selection."
    SelectionRestored "selection.restored" "A selection that was missing or refused is listed again."
    Application "application.event" "The application, or a page of it, has sent an event of its own."
    UserDeleted "user.deleted" "A user was deleted: the user's accounts are disconnected."
    EndpointDisabled "endpoint.disabled"
        "Nothing is delivered to an endpoint any more, until its project enables it again."
}

impl EventType {
    /// Returns the type of an event.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        match &event.body {
            EventBody::Change(change) => Self::of_change(change),
            EventBody::Ready { .. } => Self::FileReady,
            EventBody::Failed { .. } => Self::FileFailed,
            EventBody::Connected => Self::Connected,
            EventBody::Disconnected(_) => Self::Disconnected,
            EventBody::NeedsReauth => Self::NeedsReauthorization,
            EventBody::ConnectionDegraded(_) => Self::Degraded,
            EventBody::ConnectionRecovered(_) => Self::Recovered,
            EventBody::DeletionsHeld(_) => Self::DeletionsHeld,
            EventBody::FileLimitReached { .. } => Self::FileLimitReached,
            EventBody::Resynced(_) => Self::Resynced,
            EventBody::FilesQueued(_) => Self::FilesQueued,
            EventBody::FilesProcessed(_) => Self::FilesProcessed,
            EventBody::SyncCancelled => Self::SyncCancelled,
            EventBody::Listed { .. } => Self::SelectionListed,
            EventBody::SelectionMissing { .. } => Self::SelectionMissing,
            EventBody::SelectionRefused { .. } => Self::SelectionRefused,
            EventBody::SelectionRestored { .. } => Self::SelectionRestored,
            EventBody::Application(_) => Self::Application,
            EventBody::UserDeleted { .. } => Self::UserDeleted,
            EventBody::EndpointDisabled { .. } => Self::EndpointDisabled,
        }
    }

    /// Returns the type of a change's event.
    #[must_use]
    pub fn of_change(change: &Change) -> Self {
        match (change.item.kind, &change.kind) {
            (ItemKind::File, ChangeKind::Created { .. }) => Self::FileCreated,
            (ItemKind::File, ChangeKind::Updated { .. }) => Self::FileUpdated,
            (ItemKind::File, ChangeKind::Moved { .. }) => Self::FileMoved,
            (ItemKind::File, ChangeKind::Deleted { why }) if why.is_deletion() => Self::FileDeleted,
            (ItemKind::File, ChangeKind::Deleted { .. }) => Self::FileRemoved,
            (ItemKind::Folder, ChangeKind::Created { .. }) => Self::FolderCreated,
            (ItemKind::Folder, ChangeKind::Updated { .. }) => Self::FolderUpdated,
            (ItemKind::Folder, ChangeKind::Moved { .. }) => Self::FolderMoved,
            (ItemKind::Folder, ChangeKind::Deleted { why }) if why.is_deletion() => Self::FolderDeleted,
            (ItemKind::Folder, ChangeKind::Deleted { .. }) => Self::FolderRemoved,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::delivery::body::samples;

    /// Standard Webhooks recommends identifiers of letters, digits and `_`, with full stops in between.
    #[test]
    fn names_are_unique_and_of_the_standards_characters() {
        let names: BTreeSet<&str> = EventType::ALL.iter().map(|one| one.as_str()).collect();
        assert_eq!(names.len(), EventType::ALL.len());
        for one in EventType::ALL {
            let name = one.as_str();
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte)), "{name}");
            assert_eq!(serde_json::to_value(one).unwrap(), name);
            assert_eq!(serde_json::from_value::<EventType>(name.into()).unwrap(), *one);
        }
    }

    #[test]
    fn every_event_has_a_type_and_every_type_an_event() {
        let types: Vec<EventType> = samples::all().iter().map(EventType::of).collect();
        assert_eq!(types, EventType::ALL);
    }
}
