//! The next part of a listing.

use super::caller::Caller;
use super::cursor::Cursor;
use super::failure::Failure;
use super::view::Tree;
use super::wire::{DeletedMetadata, ListFolderResult, Metadata};
use crate::content::{Kind, Recorded, Scope};
use crate::pages::Way;

/// The next part of the listing of `cursor`, in whatever way the account's listings are told
pub(crate) fn next(caller: &Caller, mut cursor: Cursor) -> Result<ListFolderResult, Failure> {
    let mut way = caller.account.pages.way();
    if way.is_empty_page() {
        let cursor = cursor.encode(caller)?;
        return Ok(ListFolderResult { entries: Vec::new(), cursor, has_more: true });
    }
    let tree = &caller.view.base;
    let (recorded, has_more) = read(tree, &mut cursor, &mut way)?;
    Ok(ListFolderResult {
        entries: recorded.iter().map(|recorded| told(tree, recorded)).collect(),
        has_more: has_more || !cursor.owed.is_empty(),
        cursor: cursor.encode(caller)?,
    })
}

/// What is told now, of what comes next and of what was owed. `cursor` goes on, and knows what is owed then.
fn read(tree: &Tree, cursor: &mut Cursor, way: &mut Way<'_>) -> Result<(Vec<Recorded>, bool), Failure> {
    let below = cursor.folder.as_ref().map_or("", |folder| &folder.path_lower);
    let folder_lower = format!("{}{below}", tree.folder().lower);
    let scope = Scope { folder_lower, recursive: cursor.recursive, include_deleted: cursor.include_deleted };
    let (position, start, limit) = (cursor.position, cursor.start, way.limit(cursor.limit));
    tree.account.journal(|journal| {
        let page = journal.page(&scope, position, start, limit)?;
        let mut owed = Vec::new();
        let mut now = page.entries;
        now.retain(|recorded| !comes_later(recorded, cursor, &mut owed, way));
        for seq in std::mem::replace(&mut cursor.owed, owed) {
            now.extend(journal.unchanged(seq)?);
        }
        if way.tells_each_deletion() && cursor.recursive {
            for at in (0..now.len()).rev() {
                let implied = journal.implied_by(&now[at])?;
                now.splice(at + 1..at + 1, implied);
            }
        }
        cursor.position = page.position;
        Ok((now, page.has_more))
    })
}

/// Whether an entry comes on a later page only. What comes later is `owed`, be it for the first time or again.
fn comes_later(recorded: &Recorded, cursor: &Cursor, owed: &mut Vec<i64>, way: &mut Way<'_>) -> bool {
    // One that changed since the listing began may have been told as a file, in which nothing can be.
    let is_first = recorded.seq <= cursor.start;
    let is_late = match (recorded.is_live(), recorded.entry.kind()) {
        (true, Kind::Folder) => is_first && way.is_late_folder(owed.len()),
        (true, Kind::File) => false,
        (false, _) => way.is_late_deletion(owed.len()),
    };
    if is_late || recorded.is_live() && way.is_repeated(owed.len()) {
        owed.push(recorded.seq);
    }
    is_late
}

fn told(tree: &Tree, recorded: &Recorded) -> Metadata {
    let entry = tree.shown(&recorded.entry);
    match recorded.is_live() {
        true => Metadata::from(&entry),
        false => Metadata::Deleted(DeletedMetadata::new(&entry)),
    }
}
