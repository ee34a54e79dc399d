//! What we hold, as the entries of a page change it.

use std::collections::{BTreeMap, HashMap};

use shared::{
    model::{Change, Content, Facts, Item, ItemId, ItemKind},
    store::Place,
};

/// What we hold of the ids and paths that some entries name.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Items by id.
    pub items: HashMap<ItemId, Item>,
    /// Which item stands at a lower-cased path.
    pub paths: HashMap<String, ItemId>,
}

/// What we hold of one file or folder.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// What Dropbox said of it.
    pub facts: &'a Facts,
    /// Where its bytes are.
    pub content: &'a Content,
    /// The number of the change that touched it last.
    pub number: u64,
}

impl<'a> From<&'a Item> for Known<'a> {
    fn from(item: &'a Item) -> Self {
        Self { facts: &item.facts, content: &item.content, number: item.number }
    }
}

/// A view, and what the page has changed of it so far. The facts of what was changed stand in the changes.
pub(super) struct Held {
    view: View,
    /// By id: which change was the last, and where the bytes are since.
    changed: HashMap<ItemId, (usize, Content)>,
    /// By path, what was seen there unchanged although another item, or none, stood there by the view.
    reclaimed: BTreeMap<String, (ItemId, ItemKind)>,
}

impl Held {
    /// A view, with room for so many changes.
    pub(super) fn of(mut view: View, entries: usize) -> Self {
        view.paths.reserve(entries);
        Self { view, changed: HashMap::with_capacity(entries), reclaimed: BTreeMap::new() }
    }

    /// The file or folder with this id.
    pub(super) fn item<'a>(&'a self, changes: &'a [Change], id: &ItemId) -> Option<Known<'a>> {
        match self.changed.get(id) {
            Some((place, content)) => {
                let Change { item, number, .. } = changes.get(*place)?;
                Some(Known { facts: item, content, number: *number })
            }
            None => self.view.items.get(id).map(Known::from),
        }
    }

    /// Which file or folder stands at a lower-cased path, as far as is known.
    pub(super) fn id_at(&self, path: &str) -> Option<&ItemId> {
        self.view.paths.get(path)
    }

    /// The file or folder that stands at a lower-cased path.
    pub(super) fn at<'a>(&'a self, changes: &'a [Change], path: &str) -> Option<Known<'a>> {
        self.item(changes, self.id_at(path)?).filter(|known| known.facts.path_lower == path)
    }

    /// A file or folder stands at a path no more.
    pub(super) fn leave(&mut self, path: &str, id: &ItemId) {
        if self.id_at(path) == Some(id) {
            self.view.paths.remove(path);
            self.reclaimed.remove(path);
        }
    }

    /// A file or folder was seen unchanged where it stands. Another may have taken its path before.
    pub(super) fn keep(&mut self, facts: &Facts) {
        if self.id_at(&facts.path_lower) != Some(&facts.id) {
            let (path, id) = (facts.path_lower.clone(), facts.id.clone());
            self.reclaimed.insert(path.clone(), (id.clone(), facts.kind));
            self.view.paths.insert(path, id);
        }
    }

    /// How many paths no change accounts for.
    pub(super) fn reclaimed(&self) -> usize {
        self.reclaimed.len()
    }

    /// What stands at paths where no change says it.
    pub(super) fn places(self) -> Vec<Place> {
        let places = self.reclaimed.into_iter();
        places.map(|(path, (item, kind))| Place { path, item, kind }).collect()
    }

    /// A file or folder is changed by the change at `place`.
    pub(super) fn change(&mut self, facts: &Facts, content: Content, place: usize) {
        self.view.paths.insert(facts.path_lower.clone(), facts.id.clone());
        self.reclaimed.remove(&facts.path_lower);
        self.changed.insert(facts.id.clone(), (place, content));
    }
}
