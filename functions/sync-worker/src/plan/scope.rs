//! What is selected: which of Dropbox's entries belong into the mirror.

use std::collections::HashMap;

use shared::model::{Facts, Item, ItemId, ItemKind, Selection, SelectionState, Target};

use super::marks::{is_at_or_below, path_and_above};

/// What is selected, and where it stands.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    everything: bool,
    targets: HashMap<ItemId, Selected>,
    /// The same, by path.
    paths: HashMap<String, ItemId>,
}

/// A selected file or folder.
#[derive(Debug, Clone)]
struct Selected {
    /// The lower-cased path where it was last seen.
    path: Option<String>,
    /// Whether it is still to be listed.
    is_new: bool,
}

impl Scope {
    /// The whole account.
    #[must_use]
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// What these selections take in, where `items` are those of their targets that we hold.
    #[must_use]
    pub fn of(selections: &[Selection], items: &HashMap<ItemId, Item>) -> Self {
        let mut scope = Self::default();
        for selection in selections.iter().filter(|selection| selection.is_wanted()) {
            match &selection.target {
                Target::Everything => scope.everything = true,
                Target::Item(id) => {
                    let is_new = selection.state == SelectionState::Wanted;
                    scope.targets.insert(id.clone(), Selected { path: None, is_new });
                    if let Some(item) = items.get(id) {
                        scope.place(&item.facts);
                    }
                }
            }
        }
        scope
    }

    /// Whether a file or folder belongs into the mirror.
    #[must_use]
    pub fn holds(&self, facts: &Facts) -> bool {
        self.everything
            || self.targets.contains_key(&facts.id)
            || path_and_above(&facts.path_lower).any(|path| self.paths.contains_key(path))
    }

    /// Whether a deletion at a lower-cased path may mean something in the mirror.
    #[must_use]
    pub fn concerns(&self, path: &str) -> bool {
        self.everything
            || path_and_above(path).any(|above| self.paths.contains_key(above))
            || self.paths.keys().any(|selected| is_at_or_below(selected, path))
    }

    /// Takes note of where a selected file or folder stands. True where it stood elsewhere before, and was listed
    /// there: what is in a folder may have been told of before the folder itself.
    pub(super) fn notice(&mut self, facts: &Facts) -> bool {
        let Some(selected) = self.targets.get(&facts.id) else { return false };
        if selected.path.as_deref() == Some(facts.path_lower.as_str()) {
            return false;
        }
        let was_listed = !selected.is_new;
        self.place(facts);
        was_listed && facts.kind == ItemKind::Folder && !self.everything
    }

    fn place(&mut self, facts: &Facts) {
        let Some(selected) = self.targets.get_mut(&facts.id) else { return };
        if let Some(before) = selected.path.replace(facts.path_lower.clone())
            && self.paths.get(&before) == Some(&facts.id)
        {
            self.paths.remove(&before);
        }
        self.paths.insert(facts.path_lower.clone(), facts.id.clone());
    }
}
