//! State of an account, as its page reads it.

use shared::{
    answer::ApiError,
    model::{Choices, Connection, ConnectionStatus, FileProgress, Head, Health, Record, Schedule, Timestamp},
    store::{RecordOrder, RecordPage},
};

use crate::opened::Opened;

/// Number of files that a page lists.
pub(super) const FILES: u32 = 50;

/// An account as it was read.
pub(super) struct Seen {
    pub(super) head: Head,
    pub(super) schedule: Schedule,
    pub(super) health: Health,
    pub(super) progress: FileProgress,
    /// Choices for the connection itself, without those that the user or the project has made for all.
    pub(super) choices: Choices,
    /// The newest files, from `skip` on, and one more if there are more.
    pub(super) files: Vec<Record>,
    pub(super) now: Timestamp,
}

/// Reads an account in one round of requests.
pub(super) async fn read(opened: &Opened<'_>, connection: &Connection, skip: u32) -> Result<Seen, ApiError> {
    let (pages, id) = (opened.pages, connection.id);
    let page =
        RecordPage { order: RecordOrder::Creation, descending: true, after: None, skip, limit: FILES + 1 };
    let (head, schedule, health, transfers, choices, files) = tokio::try_join!(
        pages.store.head(id),
        pages.store.schedule(id),
        pages.store.health(id),
        pages.store.transfer_counts(id),
        pages.store.choices(id),
        pages.store.record_page(id, page),
    )?;
    let progress = FileProgress::of(head.files, transfers);
    let now = pages.clock.now();
    Ok(Seen { head, schedule, health, progress, choices, files, now })
}

impl Seen {
    /// Whether something is under way: files are fetched, or a selection is being listed.
    pub(super) fn is_busy(&self, connection: &Connection) -> bool {
        use shared::model::SelectionState::{Deselected, Requested};
        let is_open = |state| matches!(state, Requested | Deselected);
        connection.status == ConnectionStatus::Active
            && (self.progress.pending > 0
                || self.choices.selections.iter().any(|one| is_open(one.state))
                || self.head.full_listing.is_some())
    }
}
