//! Pages of Dropbox's listings, asked for only where no pause stands against it.

use shared::{
    dropbox::{Dropbox, DropboxError, Entry, Page, Refusal, Session},
    metrics::Metric,
    model::{Connection, ItemId, ItemKind},
};

use crate::{Failure, Worker};

/// Which page is wanted.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// The first of a folder: the root where the path is empty, else a folder by its id.
    First(String),
    /// The one at a cursor.
    At(String),
}

/// A page.
pub(super) async fn page(worker: &Worker, connection: &Connection, wanted: Wanted) -> Result<Page, Failure> {
    worker.heed_pause(connection).await?;
    let call = |dropbox: Dropbox, session: Session| {
        let wanted = wanted.clone();
        async move {
            match wanted {
                Wanted::First(folder) => dropbox.list(&session, &folder).await,
                Wanted::At(cursor) => dropbox.list_continue(&session, &cursor).await,
            }
        }
    };
    let page: Page = worker.with_session(connection, call).await?;
    worker.count(connection, Metric::Pages, 1);
    worker.count(connection, Metric::Entries, page.entries.len() as u64);
    Ok(page)
}

/// What Dropbox says when it is asked for one file or folder by its id.
#[derive(Debug)]
pub(super) enum Lookup {
    /// It is there.
    Present(Entry),
    /// There is no such thing.
    Absent,
    /// It is out of reach, for this reason. Nothing else is.
    Refused(Refusal),
}

/// Asks for a file or folder as it is now.
pub(super) async fn look_up(worker: &Worker, connection: &Connection, id: ItemId) -> Result<Lookup, Failure> {
    worker.heed_pause(connection).await?;
    let call = |dropbox: Dropbox, session: Session| {
        let id = id.clone();
        async move { dropbox.metadata(&session, &id).await }
    };
    match worker.with_session(connection, call).await.map_err(Failure::from) {
        Ok(found) => Ok(found.map_or(Lookup::Absent, Lookup::Present)),
        Err(failure) => refusal(&failure).map(Lookup::Refused).ok_or(failure),
    }
}

/// The refusal of the one file or folder that was asked for, where the failure is nothing more.
pub(super) fn refusal(failure: &Failure) -> Option<Refusal> {
    failure.dropbox().and_then(DropboxError::refusal)
}

/// A cursor behind everything that is in the account now.
pub(super) async fn latest_cursor(worker: &Worker, connection: &Connection) -> Result<String, Failure> {
    worker.heed_pause(connection).await?;
    let call = |dropbox: Dropbox, session: Session| async move { dropbox.latest_cursor(&session).await };
    Ok(worker.with_session(connection, call).await?)
}

/// Whether a listing has to be begun anew.
pub(super) fn was_reset(failure: &Failure) -> bool {
    matches!(failure.dropbox(), Some(DropboxError::CursorReset(_)))
}

/// Whether an entry is a folder that is there.
pub(super) fn is_folder(entry: &Entry) -> bool {
    matches!(entry, Entry::Present { facts, .. } if facts.kind == ItemKind::Folder)
}
