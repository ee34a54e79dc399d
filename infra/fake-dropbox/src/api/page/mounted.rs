//! The part of a page from mounted folders.

use super::{scope, told};
use crate::{
    api::{
        cursor::Cursor,
        failure::Failure,
        mark::MountMark,
        view::{Mounted, View},
        wire::Metadata,
    },
    content::{DropboxPath, Entry, Scope},
};

/// Removes the mounts that have ended, and returns deletions for them. Without these, a client would keep
/// their contents if another folder is at the path now.
pub(super) fn ended(view: &View, cursor: &mut Cursor) -> Vec<Metadata> {
    let (here, gone): (Vec<MountMark>, Vec<MountMark>) =
        std::mem::take(&mut cursor.mounts).into_iter().partition(|mark| is_there(view, mark));
    cursor.mounts = here;
    let paths = gone.iter().filter_map(MountMark::path);
    let told = paths.filter(|path| is_listed(cursor, path));
    told.map(|path| Metadata::deleted(&Entry::gone(path))).collect()
}

/// Whether a mount is still at the listed path. A change of case is ignored, because it is not reported for
/// any folder.
fn is_there(view: &View, mark: &MountMark) -> bool {
    let mounted = view.mounts.iter().find(|mounted| mounted.point == mark.point);
    let path = mark.path().map(|path| path.lower);
    mounted.is_some_and(|mounted| Some(&mounted.tree.top().lower) == path.as_ref())
}

/// Whether the listing includes `path`.
fn is_listed(cursor: &Cursor, path: &DropboxPath) -> bool {
    let top = cursor.top();
    if cursor.recursive {
        path.is_within(&top) && path.lower != top.lower
    } else {
        path.parent().lower == top.lower
    }
}

/// Adds the next entries of mounted folders, up to `limit`. Returns whether there are more.
pub(super) fn read(
    view: &View,
    cursor: &mut Cursor,
    limit: usize,
    entries: &mut Vec<Metadata>,
) -> Result<bool, Failure> {
    for mounted in &view.mounts {
        let Some(scope) = scope_in(mounted, cursor) else { continue };
        let room = limit.saturating_sub(entries.len());
        if room == 0 {
            return Ok(true);
        }
        let mark = cursor.mark(mounted)?;
        let (position, start) = (mark.position, mark.start);
        let tree = &mounted.tree;
        let page = tree.account.journal(|journal| journal.page(&scope, position, start, room))?;
        mark.position = page.position;
        entries.extend(told(tree, cursor, &page.entries));
        if page.has_more {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the scope of the listing within a mounted folder.
fn scope_in(mounted: &Mounted, cursor: &Cursor) -> Option<Scope> {
    let (tree, top) = (&mounted.tree, cursor.top());
    if !cursor.include_mounted_folders {
        return None;
    }
    if top.is_within(tree.top()) {
        return Some(scope(cursor, tree.hidden(&top).lower));
    }
    let is_below = cursor.recursive && tree.top().is_within(&top);
    is_below.then(|| scope(cursor, tree.folder().lower.clone()))
}
