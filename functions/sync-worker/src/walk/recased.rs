//! Folders whose name has changed in case, or has only become known now: the display paths of their children
//! are corrected.

use shared::{
    dropbox::Entry,
    model::{Content, Item, ItemId, ItemKind, NotFetched},
};

use super::{
    Reached,
    step::{Progress, Step},
};
use crate::Failure;

/// Number of items corrected at once.
const PIECE: usize = 2000;

impl Step<'_> {
    /// Corrects display paths folder after folder, parents first, so that each item changes only once. If the
    /// time is up before that, the remaining folders stay recorded.
    pub(super) async fn show_recased(&mut self) -> Result<Reached, Failure> {
        while let Some(folder) = self.standing.recased.first().cloned() {
            if let Reached::ItsBudget = self.show_children(&folder).await? {
                return Ok(Reached::ItsBudget);
            }
            self.standing.recased.remove(&folder);
            if self.is_over() && !self.standing.recased.is_empty() {
                return Ok(Reached::ItsBudget);
            }
        }
        Ok(Reached::TheEnd)
    }

    /// Corrects the display paths of a folder's children, and records the folders among them, whose own
    /// children may need the same.
    async fn show_children(&mut self, folder: &str) -> Result<Reached, Failure> {
        let (items, connection) = (&self.worker.items, self.connection.id);
        let mut places = items.children(connection, folder).await?;
        places.sort_by(|one, two| one.path.cmp(&two.path));
        let shown = self.shown(folder).await?;
        for places in places.chunks(PIECE) {
            let ids: Vec<ItemId> = places.iter().map(|place| place.item.clone()).collect();
            let held = self.worker.items.items(connection, &ids).await?;
            // A marked item is left out, because a change would cancel its mark.
            let mut told: Vec<Item> = held
                .into_values()
                .filter(|item| self.standing.marks.why(item).is_none() && !is_shown_in(&shown, item))
                .collect();
            if told.is_empty() {
                continue;
            }
            told.sort_by(|one, two| one.facts.path_lower.cmp(&two.facts.path_lower));
            self.take_pieces(told.into_iter().map(told_again).collect(), Progress::default()).await?;
            if self.is_over() {
                return Ok(Reached::ItsBudget);
            }
        }
        let folders = places.into_iter().filter(|place| place.kind == ItemKind::Folder);
        self.standing.recased.extend(folders.map(|place| place.path));
        Ok(Reached::TheEnd)
    }

    /// Returns a folder's display path, if the folder is stored.
    async fn shown(&self, folder: &str) -> Result<Option<String>, Failure> {
        let (items, connection) = (&self.worker.items, self.connection.id);
        let ids: Vec<ItemId> =
            items.at_paths(connection, &[folder.to_owned()]).await?.into_values().collect();
        let held = items.items(connection, &ids).await?.into_values();
        let mut here = held.filter(|item| item.facts.path_lower == folder);
        Ok(here.next().map(|item| item.facts.path_display))
    }
}

/// Whether an item's display path lies in its folder's display path.
fn is_shown_in(shown: &Option<String>, item: &Item) -> bool {
    let above = item.facts.path_display.rsplit_once('/').map(|(above, _)| above);
    shown.is_some() && above == shown.as_deref()
}

/// Returns an item as the entry by which Dropbox would list it again.
fn told_again(item: Item) -> Entry {
    let downloadable = !matches!(item.content, Content::Skipped { reason: NotFetched::NotDownloadable, .. });
    Entry::Present { facts: item.facts, downloadable }
}
