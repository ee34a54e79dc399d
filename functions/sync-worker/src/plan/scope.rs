//! What is selected: which of Dropbox's entries belong into the mirror.

use std::collections::{BTreeMap, HashMap, HashSet};

use shared::model::{Facts, Item, ItemId, ItemKind, Selection, SelectionState, Target};

use super::marks::{Marks, path_and_above};

/// What is selected, and where it stands.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    everything: bool,
    targets: HashMap<ItemId, Selected>,
    /// The same, by path.
    paths: BTreeMap<String, ItemId>,
    /// Files that are not wanted, whatever is selected.
    excluded: HashSet<ItemId>,
}

/// A selected file or folder.
#[derive(Debug, Clone)]
struct Selected {
    /// The lower-cased path where we hold it.
    held_at: Option<String>,
    /// The lower-cased path where it stands, as far as is known.
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

    /// What these selections take in, where `items` are those of their targets that we hold. One that is marked may
    /// stand there no more.
    #[must_use]
    pub fn of(selections: &[Selection], items: &HashMap<ItemId, Item>, marks: &Marks) -> Self {
        let mut scope = Self::default();
        for selection in selections.iter().filter(|selection| selection.is_wanted()) {
            match &selection.target {
                Target::Everything => scope.everything = true,
                Target::Item(id) => {
                    let is_new = selection.state == SelectionState::Wanted;
                    let item = items.get(id);
                    let held_at = item.map(|item| item.facts.path_lower.clone());
                    scope.targets.insert(id.clone(), Selected { held_at, path: None, is_new });
                    if let Some(item) = item.filter(|item| marks.why(item).is_none()) {
                        scope.place(&item.facts);
                    }
                }
            }
        }
        scope
    }

    /// The same, without these files.
    #[must_use]
    pub fn without(self, excluded: HashSet<ItemId>) -> Self {
        Self { excluded, ..self }
    }

    /// The files that are not wanted, whatever is selected.
    #[must_use]
    pub fn excluded(&self) -> &HashSet<ItemId> {
        &self.excluded
    }

    /// Whether nothing is selected.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        !self.everything && self.targets.is_empty()
    }

    /// Whether a file or folder belongs into the mirror: it is selected itself, or lies below what is.
    #[must_use]
    pub fn holds(&self, facts: &Facts) -> bool {
        // A folder is never excluded: what is added to it later is wanted.
        !(facts.kind == ItemKind::File && self.excluded.contains(&facts.id)) && self.takes_in(facts)
    }

    fn takes_in(&self, facts: &Facts) -> bool {
        self.everything
            || self.targets.contains_key(&facts.id)
            || path_and_above(&facts.path_lower).skip(1).any(|path| self.paths.contains_key(path))
    }

    /// Whether a deletion at a lower-cased path may mean something in the mirror.
    #[must_use]
    pub fn concerns(&self, path: &str) -> bool {
        self.everything
            || path_and_above(path).any(|above| self.paths.contains_key(above))
            || self.is_above(path)
    }

    /// Whether something that is selected stands below a lower-cased path.
    pub(super) fn is_above(&self, path: &str) -> bool {
        if self.paths.is_empty() {
            return false;
        }
        let below = format!("{path}/");
        self.paths.range(below.clone()..).next().is_some_and(|(selected, _)| selected.starts_with(&below))
    }

    /// Where we hold what is selected, as far as marks mean that: the folders between may not be held, so that no way
    /// leads there from a marked path.
    #[must_use]
    pub fn paths_in(&self, marks: &Marks) -> Vec<String> {
        let held_at = self.targets.values().filter_map(|selected| selected.held_at.as_ref());
        held_at.chain(self.paths.keys()).filter(|path| marks.mean(path)).cloned().collect()
    }

    /// Takes note of what stands where. True where entries of before may have been misjudged for it: they came before
    /// the selected folder that they are in, or before the folder that took its place.
    pub(super) fn notice(&mut self, facts: &Facts) -> bool {
        let misjudged = self.displace(facts) | self.follow(facts);
        misjudged && facts.kind == ItemKind::Folder && !self.everything
    }

    /// Another file or folder stands where a selected one was.
    fn displace(&mut self, facts: &Facts) -> bool {
        let Some(id) = self.paths.get(&facts.path_lower).filter(|id| **id != facts.id).cloned() else {
            return false;
        };
        self.lose(&id);
        true
    }

    /// What is selected does not stand where it stood.
    pub fn lose(&mut self, id: &ItemId) {
        let path = self.targets.get_mut(id).and_then(|selected| selected.path.take());
        if let Some(path) = path.filter(|path| self.paths.get(path) == Some(id)) {
            self.paths.remove(&path);
        }
    }

    /// What is selected is held wherever it goes. True where it stood elsewhere, or nowhere though it was listed.
    fn follow(&mut self, facts: &Facts) -> bool {
        let Some(selected) = self.targets.get(&facts.id) else { return false };
        let stood_here = selected.path.as_deref() == Some(facts.path_lower.as_str());
        let is_first = selected.path.is_none() && selected.is_new;
        self.place(facts);
        !stood_here && !is_first
    }

    fn place(&mut self, facts: &Facts) {
        self.lose(&facts.id);
        let Some(selected) = self.targets.get_mut(&facts.id) else { return };
        selected.path = Some(facts.path_lower.clone());
        self.paths.insert(facts.path_lower.clone(), facts.id.clone());
    }
}
