//! Bodies in the form of Carbon's webhooks.
//!
//! A body is `{"payload": "…"}`: a JSON text with `webhook_type`, `customer_id`, `timestamp`, and what it is about,
//! under both names that Carbon's sources have for it: `obj` in the example of its library for receivers, `object` in
//! its API description. The types are those of Carbon's page *Event Types*. What that page leaves open is ours:
//! integers are texts, as in the example, and `additional_information` is a text of JSON, as the `"null"` there.
//!
//! | Carbon's type | our event | object |
//! |---|---|---|
//! | `FILES_CREATED` | files that follow each other as *created* | `FILE_LIST`: the files |
//! | `FILES_SKIPPED` | files *created*, *updated* or *moved* whose bytes the rules skip | `FILE_LIST`: the files |
//! | `FILE_SYNCING`, then `FILE_READY` | a file is *ready* | `FILE`: the file |
//! | `FILE_ERROR` | a file *failed* | `FILE`: the file |
//! | `FILE_DELETED` | a file is *deleted* or *removed*, unless quietly | `FILE`: the file |
//! | `ALL_UPLOADED_FILES_QUEUED`, then `UPDATE` | *files queued* | the request, `DATA_SOURCE` |
//! | `ALL_FILES_PROCESSED`, then `DATA_SOURCE_READY` | *files processed* | the request, `DATA_SOURCE` |
//! | `ADD`, then `DATA_SOURCE_READY` | *connected* | `DATA_SOURCE` |
//! | `DATA_SOURCE_READY` | *resynced* | `DATA_SOURCE` |
//! | `CANCEL` | *sync cancelled* | `DATA_SOURCE` |
//! | `REVOKE` | *disconnected*, *needs reauthorization* | `DATA_SOURCE` |
//! | `RATE_LIMIT_ERROR` | *degraded*, by Dropbox's rate limit | `DATA_SOURCE` |
//! | `FILE_SYNC_LIMIT_REACHED` | *file limit reached* | `ORGANIZATION_USER` |
//! | `ORGANIZATION_USER_DELETED` | *user deleted* | `ORGANIZATION_USER` |
//! | `CHECKUP` | a test of the endpoint | `NONE` |

mod files;
mod message;
mod sources;

pub use message::Message;

use super::Occurrence;
use crate::{
    delivery::EventType,
    model::{Event, EventBody, Timestamp},
};

/// Returns what is told of some events: of one, or of several that are told together ([`are_told_together`]).
/// `ordinal` is that of their connection; it does not matter for events that are about none.
///
/// A message's id is the same whenever the same is told.
#[must_use]
pub fn messages(events: &[Occurrence<'_>], ordinal: u32) -> Vec<Message> {
    let Some(first) = events.first() else { return Vec::new() };
    match &first.event.body {
        EventBody::Change(_) | EventBody::Ready { .. } | EventBody::Failed { .. } => {
            files::messages(events, ordinal)
        }
        _ => sources::messages(first, ordinal),
    }
}

/// Whether one message tells of both events: both are files that are created.
#[must_use]
pub fn are_told_together(one: &Event, other: &Event) -> bool {
    [one, other].iter().all(|event| EventType::of(event) == EventType::FileCreated)
}

/// Whether anything is told of an event.
#[must_use]
pub fn is_told(event: &Event) -> bool {
    !messages(&[Occurrence { event, at: Timestamp(0) }], 0).is_empty()
}

/// Whether anything is told of events of this type, or of some of them.
#[must_use]
pub fn may_be_told(kind: EventType) -> bool {
    use EventType as E;
    match kind {
        E::FileCreated
        | E::FileUpdated
        | E::FileMoved
        | E::FileDeleted
        | E::FileRemoved
        | E::FileReady
        | E::FileFailed
        | E::Connected
        | E::Disconnected
        | E::NeedsReauthorization
        | E::Degraded
        | E::FileLimitReached
        | E::FilesQueued
        | E::FilesProcessed
        | E::SyncCancelled
        | E::Resynced
        | E::UserDeleted => true,
        E::FolderCreated
        | E::FolderUpdated
        | E::FolderMoved
        | E::FolderDeleted
        | E::FolderRemoved
        | E::Recovered
        | E::DeletionsHeld
        | E::SelectionListed
        | E::SelectionMissing
        | E::SelectionRefused
        | E::SelectionRestored
        | E::Application
        | E::EndpointDisabled => false,
    }
}

#[cfg(test)]
mod tests;
