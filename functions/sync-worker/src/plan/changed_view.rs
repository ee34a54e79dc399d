//! Stored items as the entries of a page change them.

use std::collections::{BTreeMap, HashMap};

use shared::{
    model::{Change, Content, Item, ItemId, ItemKind, Metadata},
    store::PathEntry,
};

/// Stored items that have the ids and paths of some entries.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Items by id.
    pub items: HashMap<ItemId, Item>,
    /// Ids of the items at lower-cased paths.
    pub paths: HashMap<String, ItemId>,
}

/// Stored state of one file or folder.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Metadata from Dropbox.
    pub metadata: &'a Metadata,
    /// State of its bytes.
    pub content: &'a Content,
    /// Number of the last change that touched it.
    pub number: u64,
    /// Number of the change that created it, if it was recorded.
    pub created: Option<u64>,
}

impl<'a> From<&'a Item> for Known<'a> {
    fn from(item: &'a Item) -> Self {
        Self { metadata: &item.metadata, content: &item.content, number: item.number, created: item.created }
    }
}

/// A view with the changes that the page has made so far. The metadata of changed items is in those changes.
pub(super) struct ChangedView {
    view: View,
    /// Index of each changed item's last change, and the state of its bytes after it.
    changed: HashMap<ItemId, (usize, Content)>,
    /// Unchanged items that take back their path, at which the view has another item or none.
    reclaimed: BTreeMap<String, (ItemId, ItemKind)>,
}

impl ChangedView {
    /// Wraps a view, with capacity for a page of `entries`.
    pub(super) fn of(mut view: View, entries: usize) -> Self {
        view.paths.reserve(entries);
        Self { view, changed: HashMap::with_capacity(entries), reclaimed: BTreeMap::new() }
    }

    /// Returns the file or folder with this id.
    pub(super) fn item<'a>(&'a self, changes: &'a [Change], id: &ItemId) -> Option<Known<'a>> {
        match self.changed.get(id) {
            Some((place, content)) => {
                let change = changes.get(*place)?;
                let (metadata, number, created) = (&change.item, change.number, change.created_by());
                Some(Known { metadata, content, number, created })
            }
            None => self.view.items.get(id).map(Known::from),
        }
    }

    /// Returns the id of the item that the path's row names; the item itself may be elsewhere.
    pub(super) fn id_at(&self, path: &str) -> Option<&ItemId> {
        self.view.paths.get(path)
    }

    /// Returns the file or folder at a lower-cased path.
    pub(super) fn at<'a>(&'a self, changes: &'a [Change], path: &str) -> Option<Known<'a>> {
        self.item(changes, self.id_at(path)?).filter(|known| known.metadata.path_lower == path)
    }

    /// Removes a file or folder from a path, unless another item has taken the path.
    pub(super) fn leave(&mut self, path: &str, id: &ItemId) {
        if self.id_at(path) == Some(id) {
            self.view.paths.remove(path);
            self.reclaimed.remove(path);
        }
    }

    /// Records that a file or folder was seen unchanged at its path. If another item had taken that path, it
    /// is taken back.
    pub(super) fn keep(&mut self, metadata: &Metadata) {
        if self.id_at(&metadata.path_lower) != Some(&metadata.id) {
            let (path, id) = (metadata.path_lower.clone(), metadata.id.clone());
            self.reclaimed.insert(path.clone(), (id.clone(), metadata.kind));
            self.view.paths.insert(path, id);
        }
    }

    /// Returns the number of paths that were taken back without a change.
    pub(super) fn reclaimed(&self) -> usize {
        self.reclaimed.len()
    }

    /// Returns the paths that were taken back without a change, and their items.
    pub(super) fn places(self) -> Vec<PathEntry> {
        let places = self.reclaimed.into_iter();
        places.map(|(path, (item, kind))| PathEntry { path, item, kind }).collect()
    }

    /// Records that the change at index `place` changes a file or folder.
    pub(super) fn change(&mut self, metadata: &Metadata, content: Content, place: usize) {
        self.view.paths.insert(metadata.path_lower.clone(), metadata.id.clone());
        self.reclaimed.remove(&metadata.path_lower);
        self.changed.insert(metadata.id.clone(), (place, content));
    }
}
