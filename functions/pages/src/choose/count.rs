//! Counts what a folder holds, for the script.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::json;
use shared::{
    answer::{ApiError, json},
    dropbox::{Dropbox, DropboxError, Entry, PAGE_LIMIT, Session},
    model::{Connection, ItemKind},
};

use super::place::Place;
use crate::opened::Opened;

/// Maximum number of pages that are read: beyond them, the folder holds "at least" what they do.
const PAGES: usize = 3;

#[derive(Debug, Default)]
struct Count {
    files: u64,
    bytes: u64,
    complete: bool,
}

/// Answers `{"files": …, "bytes": …, "complete": …}`.
pub(crate) async fn count(opened: &Opened<'_>, connection: &Connection) -> Result<Response<Body>, ApiError> {
    let place = Place::of_query(opened.query().as_bytes());
    let folder = place.folder.unwrap_or_default();
    let call = |dropbox: Dropbox, session: Session| {
        let folder = folder.clone();
        async move { counted(&dropbox, &session, &folder).await }
    };
    let Count { files, bytes, complete } = opened.pages.calls.ask(connection, call).await?;
    Ok(json(StatusCode::OK, &json!({"files": files, "bytes": bytes, "complete": complete})))
}

async fn counted(dropbox: &Dropbox, session: &Session, folder: &str) -> Result<Count, DropboxError> {
    let mut count = Count::default();
    let mut page = dropbox.list(session, folder, PAGE_LIMIT).await?;
    for read in 1..=PAGES {
        for metadata in page.entries.iter().filter_map(Entry::metadata) {
            if metadata.kind == ItemKind::File {
                count.files += 1;
                count.bytes = count.bytes.saturating_add(metadata.size);
            }
        }
        if !page.has_more {
            return Ok(Count { complete: true, ..count });
        }
        if read < PAGES {
            page = dropbox.list_continue(session, &page.cursor).await?;
        }
    }
    Ok(count)
}
