//! Dropbox's listing of a place.

use shared::{
    answer::ApiError,
    dropbox::{Dropbox, DropboxError, Entry, Session},
    model::{Connection, ItemId, ItemKind, Metadata},
};

use super::place::Place;
use crate::Pages;

/// Number of entries that a page shows. A larger folder is shown in parts, so that its first part is there
/// after one page of Dropbox's listing.
const PART: u32 = 400;
/// Maximum number of results of a search.
const RESULTS: u32 = 100;

/// A file or folder, and whether its bytes can be had.
pub(super) struct Listed {
    pub(super) metadata: Metadata,
    pub(super) downloadable: bool,
}

/// Entries of a place.
pub(super) struct Listing {
    pub(super) entries: Vec<Listed>,
    /// The folder; absent for the root and for a search.
    pub(super) folder: Option<Metadata>,
    /// Cursor of the next part of a large folder.
    pub(super) next: Option<String>,
    /// Whether a search has found more.
    pub(super) has_more: bool,
}

/// Asks Dropbox for a place. The root takes one call, every folder two at the same time.
pub(super) async fn list(pages: &Pages, connection: &Connection, place: &Place) -> Result<Listing, ApiError> {
    let call = |dropbox: Dropbox, session: Session| {
        let place = place.clone();
        async move {
            match &place.find {
                Some(text) => search(&dropbox, &session, text).await,
                None => folder(&dropbox, &session, &place).await,
            }
        }
    };
    pages.calls.ask(connection, call).await
}

async fn search(dropbox: &Dropbox, session: &Session, text: &str) -> Result<Listing, DropboxError> {
    let (found, has_more) = dropbox.search(session, text, RESULTS).await?;
    let entries = found.into_iter().filter_map(listed).collect();
    Ok(Listing { entries, folder: None, next: None, has_more })
}

async fn folder(dropbox: &Dropbox, session: &Session, place: &Place) -> Result<Listing, DropboxError> {
    let first = async || {
        let folder = place.folder.as_deref().unwrap_or_default();
        dropbox.list_children(session, folder, PART).await
    };
    let page = async {
        match &place.after {
            // Its cursor may be too old by now; then the folder is shown from its beginning.
            Some(cursor) => match dropbox.list_continue(session, cursor).await {
                Err(DropboxError::CursorReset(_)) => first().await,
                page => page,
            },
            None => first().await,
        }
    };
    let itself = async {
        match &place.folder {
            Some(id) => dropbox.metadata(session, &ItemId::from(id.as_str())).await,
            None => Ok(None),
        }
    };
    let (page, itself) = tokio::try_join!(page, itself)?;
    let mut entries: Vec<Listed> = page.entries.into_iter().filter_map(listed).collect();
    entries.sort_by_cached_key(|one| {
        (one.metadata.kind == ItemKind::File, one.metadata.name.to_lowercase(), one.metadata.id.clone())
    });
    let folder = itself.as_ref().and_then(Entry::metadata).cloned();
    Ok(Listing { entries, folder, next: page.has_more.then_some(page.cursor), has_more: false })
}

fn listed(entry: Entry) -> Option<Listed> {
    match entry {
        Entry::Present { metadata, downloadable } => Some(Listed { metadata, downloadable }),
        Entry::Deleted(_) | Entry::Unreadable(_) => None,
    }
}
