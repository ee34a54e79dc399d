//! Folders whose name has another case, or is known only now: what is in them is shown by another path than before.

use shared::{
    dropbox::Entry,
    model::{Content, Item, ItemId, ItemKind, NotFetched},
};

use super::{
    Reached,
    step::{Progress, Step},
};
use crate::Failure;

/// Items told of at once.
const PIECE: usize = 2000;

impl Step<'_> {
    /// Shows what is in such folders by the folder's own path: folder after folder, parents first, so that each item is
    /// told of once. Where the time is over first, the folders that are left stay noted.
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

    /// Shows what is in a folder, and notes the folders in it: they may show what is in them otherwise.
    async fn show_children(&mut self, folder: &str) -> Result<Reached, Failure> {
        let (items, connection) = (&self.worker.items, self.connection.id);
        let mut places = items.children(connection, folder).await?;
        places.sort_by(|one, two| one.path.cmp(&two.path));
        let shown = self.shown(folder).await?;
        for places in places.chunks(PIECE) {
            let ids: Vec<ItemId> = places.iter().map(|place| place.item.clone()).collect();
            let held = self.worker.items.items(connection, &ids).await?;
            // To tell of what is marked again would take its mark away.
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

    /// How a folder is shown, where it is held.
    async fn shown(&self, folder: &str) -> Result<Option<String>, Failure> {
        let (items, connection) = (&self.worker.items, self.connection.id);
        let ids: Vec<ItemId> =
            items.at_paths(connection, &[folder.to_owned()]).await?.into_values().collect();
        let held = items.items(connection, &ids).await?.into_values();
        let mut here = held.filter(|item| item.facts.path_lower == folder);
        Ok(here.next().map(|item| item.facts.path_display))
    }
}

/// Whether an item is shown in its folder already, where that is shown so.
fn is_shown_in(shown: &Option<String>, item: &Item) -> bool {
    let above = item.facts.path_display.rsplit_once('/').map(|(above, _)| above);
    shown.is_some() && above == shown.as_deref()
}

/// An item as Dropbox would tell of it once more.
fn told_again(item: Item) -> Entry {
    let downloadable = !matches!(item.content, Content::Skipped { reason: NotFetched::NotDownloadable, .. });
    Entry::Present { facts: item.facts, downloadable }
}
