//! Folders whose name has changed in case, or has only become known now: the display paths of their children
//! are corrected.

use shared::{
    dropbox::Entry,
    model::{Content, Item, ItemId, ItemKind, NotFetched},
};

use super::{
    Reached,
    state::{Progress, Walk},
};
use crate::Failure;

/// Number of items corrected at once.
const PIECE: usize = 2000;

/// Corrects display paths folder after folder, parents first, so that each item changes only once. If the
/// time is up before that, the remaining folders stay recorded.
pub(super) async fn correct_all(walk: &mut Walk<'_>) -> Result<Reached, Failure> {
    while let Some(folder) = walk.drain.renamed_folders.first().cloned() {
        if let Reached::ItsBudget = correct_children(walk, &folder).await? {
            return Ok(Reached::ItsBudget);
        }
        walk.drain.renamed_folders.remove(&folder);
        if walk.is_over() && !walk.drain.renamed_folders.is_empty() {
            return Ok(Reached::ItsBudget);
        }
    }
    Ok(Reached::TheEnd)
}

/// Corrects the display paths of a folder's children, and records the folders among them, whose own
/// children may need the same.
async fn correct_children(walk: &mut Walk<'_>, folder: &str) -> Result<Reached, Failure> {
    let (items, connection) = (&walk.worker.store, walk.connection.id);
    let mut places = items.children(connection, folder).await?;
    places.sort_by(|one, two| one.path.cmp(&two.path));
    let displayed = displayed(walk, folder).await?;
    for places in places.chunks(PIECE) {
        let ids: Vec<ItemId> = places.iter().map(|place| place.item.clone()).collect();
        let stored = walk.worker.store.items(connection, &ids).await?;
        // A marked item is left out, because a change would cancel its mark.
        let mut unlike: Vec<Item> = stored
            .into_values()
            .filter(|item| walk.drain.marks.why(item).is_none() && !is_shown_in(&displayed, item))
            .collect();
        if unlike.is_empty() {
            continue;
        }
        unlike.sort_by(|one, two| one.metadata.path_lower.cmp(&two.metadata.path_lower));
        walk.mirror_pieces(unlike.into_iter().map(as_listed).collect(), Progress::default()).await?;
        if walk.is_over() {
            return Ok(Reached::ItsBudget);
        }
    }
    let folders = places.into_iter().filter(|place| place.kind == ItemKind::Folder);
    walk.drain.renamed_folders.extend(folders.map(|place| place.path));
    Ok(Reached::TheEnd)
}

/// Returns a folder's display path, if the folder is stored.
async fn displayed(walk: &Walk<'_>, folder: &str) -> Result<Option<String>, Failure> {
    let (items, connection) = (&walk.worker.store, walk.connection.id);
    let ids: Vec<ItemId> = items.at_paths(connection, &[folder.to_owned()]).await?.into_values().collect();
    let stored = items.items(connection, &ids).await?.into_values();
    let mut here = stored.filter(|item| item.metadata.path_lower == folder);
    Ok(here.next().map(|item| item.metadata.path_display))
}

/// Whether an item's display path lies in its folder's display path.
fn is_shown_in(displayed: &Option<String>, item: &Item) -> bool {
    let above = item.metadata.path_display.rsplit_once('/').map(|(above, _)| above);
    displayed.is_some() && above == displayed.as_deref()
}

/// Returns an item as the entry by which Dropbox would list it again.
fn as_listed(item: Item) -> Entry {
    let downloadable = !matches!(item.content, Content::Skipped { reason: NotFetched::NotDownloadable, .. });
    Entry::Present { metadata: item.metadata, downloadable }
}
