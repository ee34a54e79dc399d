//! The next page of a listing: first of the account itself, then of the folders that are mounted in it.

mod awkward;
mod defective;
mod mounted;

pub(crate) use defective::placed;

use super::{
    caller::Caller,
    cursor::Cursor,
    error::ContinueError,
    failure::Failure,
    view::{Tree, View},
    wire::{ListFolderResult, Metadata},
};
use crate::{
    content::{Recorded, Scope},
    pages::{Pages, Way},
};

/// Returns the next page of a listing, with the account's adversity and defects.
pub(crate) fn next(caller: &Caller, mut cursor: Cursor) -> Result<ListFolderResult, Failure> {
    let listings = &caller.account.listings;
    if listings.is_reset(cursor.pages) {
        return Err(Failure::endpoint(ContinueError::Reset));
    }
    cursor.pages += 1;
    let mut way = caller.account.pages.way();
    if way.is_empty_page() {
        let cursor = cursor.encode(caller)?;
        return Ok(ListFolderResult { entries: Vec::new(), cursor, has_more: true });
    }
    let before = cursor.clone();
    let (entries, has_more) = read(&caller.view, &mut cursor, &mut way)?;
    drop(way);
    if before.follows() && !entries.is_empty() && listings.is_late(has_more) {
        return Ok(ListFolderResult { entries: Vec::new(), has_more: false, cursor: before.encode(caller)? });
    }
    std::thread::sleep(listings.pause(entries.len()));
    let entries = entries.iter().map(|entry| defective::bytes(entry, listings));
    Ok(ListFolderResult {
        entries: entries.collect::<Result<_, _>>()?,
        has_more,
        cursor: cursor.encode(caller)?,
    })
}

/// Whether a listing has news. If not, `cursor` advances to where that is known.
pub(crate) fn has_news(caller: &Caller, cursor: &mut Cursor) -> Result<bool, Failure> {
    // Adversity applies only to pages that are returned.
    let plain = Pages::default();
    loop {
        let (entries, has_more) = read(&caller.view, cursor, &mut plain.way())?;
        if !entries.is_empty() || !has_more {
            return Ok(!entries.is_empty());
        }
    }
}

fn read(view: &View, cursor: &mut Cursor, way: &mut Way<'_>) -> Result<(Vec<Metadata>, bool), Failure> {
    let limit = way.limit(cursor.limit);
    let mut entries = mounted::ended(view, cursor);
    let tree = &view.base;
    let (recorded, has_more) = awkward::read(tree, cursor, limit, way)?;
    entries.extend(told(tree, cursor, &recorded));
    let has_more = has_more || mounted::read(view, cursor, limit, &mut entries)?;
    Ok((entries, has_more || !cursor.owed.is_empty()))
}

/// Returns the metadata of entries that were recorded in a tree, as far as the listing includes them.
fn told<'r>(
    tree: &'r Tree,
    cursor: &'r Cursor,
    recorded: &'r [Recorded],
) -> impl Iterator<Item = Metadata> + 'r {
    recorded.iter().filter(|recorded| cursor.includes(recorded)).map(|recorded| {
        let displayed = tree.displayed(&recorded.entry);
        if recorded.is_live() {
            Metadata::from(&defective::placed(displayed, &tree.account.listings))
        } else {
            Metadata::deleted(&displayed.entry)
        }
    })
}

/// Returns the scope of a listing in a folder of an account.
fn scope(cursor: &Cursor, folder_lower: String) -> Scope {
    Scope { folder_lower, recursive: cursor.recursive, include_deleted: cursor.include_deleted }
}
