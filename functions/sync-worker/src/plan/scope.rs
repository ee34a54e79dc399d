//! The selections, and which of Dropbox's entries they take into the mirror.

use std::collections::{BTreeMap, HashMap, HashSet};

use shared::model::{Item, ItemId, ItemKind, Metadata, Selection, SelectionState, Target};

use super::marks::{Marks, path_and_above};

/// The selected files and folders, and their paths.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    everything: bool,
    targets: HashMap<ItemId, Selected>,
    /// Ids of selected items by lower-cased path.
    paths: BTreeMap<String, ItemId>,
    /// Files that are excluded from all selections.
    excluded: HashSet<ItemId>,
}

/// A selected file or folder.
#[derive(Debug, Clone)]
struct Selected {
    /// Lower-cased path of the stored item.
    stored_at: Option<String>,
    /// Lower-cased path at Dropbox, if known.
    path: Option<String>,
    /// Whether it must still be listed.
    is_new: bool,
}

impl Scope {
    /// Selects the whole account.
    #[must_use]
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Returns the scope of these selections. `items` are the stored ones among their targets; a marked one
    /// may not be at its path any more.
    #[must_use]
    pub fn of(selections: &[Selection], items: &HashMap<ItemId, Item>, marks: &Marks) -> Self {
        let mut scope = Self::default();
        for selection in selections.iter().filter(|selection| selection.is_wanted()) {
            match &selection.target {
                Target::Everything => scope.everything = true,
                Target::Item(id) => {
                    let is_new = selection.state == SelectionState::Requested;
                    let item = items.get(id);
                    let stored_at = item.map(|item| item.metadata.path_lower.clone());
                    scope.targets.insert(id.clone(), Selected { stored_at, path: None, is_new });
                    if let Some(item) = item.filter(|item| marks.why(item).is_none()) {
                        scope.place(&item.metadata);
                    }
                }
            }
        }
        scope
    }

    /// Excludes these files from the scope.
    #[must_use]
    pub fn without(self, excluded: HashSet<ItemId>) -> Self {
        Self { excluded, ..self }
    }

    /// Returns the excluded files.
    #[must_use]
    pub fn excluded(&self) -> &HashSet<ItemId> {
        &self.excluded
    }

    /// Whether nothing is selected.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        !self.everything && self.targets.is_empty()
    }

    /// Whether a file or folder belongs in the mirror: it, or a folder above it, is selected.
    #[must_use]
    pub fn contains(&self, metadata: &Metadata) -> bool {
        // A folder is never excluded, because files that are added to it later are wanted.
        !(metadata.kind == ItemKind::File && self.excluded.contains(&metadata.id)) && self.takes_in(metadata)
    }

    fn takes_in(&self, metadata: &Metadata) -> bool {
        self.everything
            || self.targets.contains_key(&metadata.id)
            || path_and_above(&metadata.path_lower).skip(1).any(|path| self.paths.contains_key(path))
    }

    /// Whether a deletion at a lower-cased path may affect the mirror.
    #[must_use]
    pub fn concerns(&self, path: &str) -> bool {
        self.everything
            || path_and_above(path).any(|above| self.paths.contains_key(above))
            || self.is_above(path)
    }

    /// Whether a selected file or folder is below a lower-cased path.
    pub(super) fn is_above(&self, path: &str) -> bool {
        if self.paths.is_empty() {
            return false;
        }
        let below = format!("{path}/");
        self.paths.range(below.clone()..).next().is_some_and(|(selected, _)| selected.starts_with(&below))
    }

    /// Returns the paths of selected items that are at or below a marked path. Folders in between may not be
    /// stored, so these paths cannot be found from the marked ones.
    #[must_use]
    pub fn paths_in(&self, marks: &Marks) -> Vec<String> {
        let stored_at = self.targets.values().filter_map(|selected| selected.stored_at.as_ref());
        stored_at.chain(self.paths.keys()).filter(|path| marks.mean(path)).cloned().collect()
    }

    /// Records a file's or folder's path. Returns whether earlier entries may have been misjudged for it:
    /// they came before their selected folder, or before the folder that took its place.
    pub(super) fn notice(&mut self, metadata: &Metadata) -> bool {
        let misjudged = self.displace(metadata) | self.follow(metadata);
        misjudged && metadata.kind == ItemKind::Folder && !self.everything
    }

    /// Removes the path of a selected item if another file or folder is at it now.
    fn displace(&mut self, metadata: &Metadata) -> bool {
        let Some(id) = self.paths.get(&metadata.path_lower).filter(|id| **id != metadata.id).cloned() else {
            return false;
        };
        self.lose(&id);
        true
    }

    /// Forgets the path of a selected item, because the item is not there any more.
    pub fn lose(&mut self, id: &ItemId) {
        let path = self.targets.get_mut(id).and_then(|selected| selected.path.take());
        if let Some(path) = path.filter(|path| self.paths.get(path) == Some(id)) {
            self.paths.remove(&path);
        }
    }

    /// Follows a selected item to its path. Returns whether it was elsewhere, or had no path although it was
    /// listed before.
    fn follow(&mut self, metadata: &Metadata) -> bool {
        let Some(selected) = self.targets.get(&metadata.id) else { return false };
        let stood_here = selected.path.as_deref() == Some(metadata.path_lower.as_str());
        let is_first = selected.path.is_none() && selected.is_new;
        self.place(metadata);
        !stood_here && !is_first
    }

    fn place(&mut self, metadata: &Metadata) {
        self.lose(&metadata.id);
        let Some(selected) = self.targets.get_mut(&metadata.id) else { return };
        selected.path = Some(metadata.path_lower.clone());
        self.paths.insert(metadata.path_lower.clone(), metadata.id.clone());
    }
}
