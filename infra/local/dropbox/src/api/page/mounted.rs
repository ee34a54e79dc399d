//! The part of a page that comes from mounted folders.

use super::{scope, told};
use crate::api::cursor::Cursor;
use crate::api::failure::Failure;
use crate::api::mark::MountMark;
use crate::api::view::{Mounted, View};
use crate::api::wire::Metadata;
use crate::content::{DropboxPath, Entry, Scope};

/// Forgets the mounts that are not there any more. What was in them is told to be gone: what is at their path now may be
/// another folder, and would keep it.
pub(super) fn ended(view: &View, cursor: &mut Cursor) -> Vec<Metadata> {
    let (here, gone): (Vec<MountMark>, Vec<MountMark>) =
        std::mem::take(&mut cursor.mounts).into_iter().partition(|mark| is_there(view, mark));
    cursor.mounts = here;
    let paths = gone.iter().filter_map(MountMark::path);
    let told = paths.filter(|path| is_listed(cursor, path));
    told.map(|path| Metadata::deleted(&Entry::gone(path))).collect()
}

/// Whether a mount is where it was told. Only the case of its path may be another, which is not told of any folder.
fn is_there(view: &View, mark: &MountMark) -> bool {
    let mounted = view.mounts.iter().find(|mounted| mounted.point == mark.point);
    let path = mark.path().map(|path| path.lower);
    mounted.is_some_and(|mounted| Some(&mounted.tree.top().lower) == path.as_ref())
}

/// Whether the listing of `cursor` is of what is at `path`.
fn is_listed(cursor: &Cursor, path: &DropboxPath) -> bool {
    let top = cursor.top();
    match cursor.recursive {
        true => path.is_within(&top) && path.lower != top.lower,
        false => path.parent().lower == top.lower,
    }
}

/// Adds what comes next in mounted folders, as long as there is room in `limit`. Returns whether there is more.
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

/// What of a mounted folder the listing of `cursor` is of.
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
