//! The next part of a listing: of the account itself, and then of the folders that are mounted in it.

mod awkward;
mod mounted;

use super::caller::Caller;
use super::cursor::Cursor;
use super::failure::Failure;
use super::view::Tree;
use super::wire::{ListFolderResult, Metadata};
use crate::content::{Recorded, Scope};

/// The next part of the listing of `cursor`, in whatever way the account's listings are told
pub(crate) fn next(caller: &Caller, mut cursor: Cursor) -> Result<ListFolderResult, Failure> {
    let mut way = caller.account.pages.way();
    if way.is_empty_page() {
        let cursor = cursor.encode(caller)?;
        return Ok(ListFolderResult { entries: Vec::new(), cursor, has_more: true });
    }
    let limit = way.limit(cursor.limit);
    let mut entries = mounted::ended(&caller.view, &mut cursor);
    let tree = &caller.view.base;
    let (recorded, has_more) = awkward::read(tree, &mut cursor, limit, &mut way)?;
    entries.extend(told(tree, &cursor, &recorded));
    let has_more = has_more || mounted::read(&caller.view, &mut cursor, limit, &mut entries)?;
    Ok(ListFolderResult {
        entries,
        has_more: has_more || !cursor.owed.is_empty(),
        cursor: cursor.encode(caller)?,
    })
}

/// What the listing of `cursor` tells of what was recorded in a tree
fn told<'r>(
    tree: &'r Tree,
    cursor: &'r Cursor,
    recorded: &'r [Recorded],
) -> impl Iterator<Item = Metadata> + 'r {
    recorded.iter().filter(|recorded| cursor.includes(recorded)).map(|recorded| {
        let shown = tree.shown(&recorded.entry);
        match recorded.is_live() {
            true => Metadata::from(&shown),
            false => Metadata::deleted(&shown.entry),
        }
    })
}

/// What the listing of `cursor` is of, in a folder of an account
fn scope(cursor: &Cursor, folder_lower: String) -> Scope {
    Scope { folder_lower, recursive: cursor.recursive, include_deleted: cursor.include_deleted }
}
