//! What we hold, as the entries of a page change it.

use std::collections::HashMap;

use shared::model::{Change, Content, Facts, Item, ItemId};

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
}

impl Held {
    /// A view, with room for so many changes.
    pub(super) fn of(mut view: View, entries: usize) -> Self {
        view.paths.reserve(entries);
        Self { view, changed: HashMap::with_capacity(entries) }
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
        }
    }

    /// A file or folder is changed by the change at `place`.
    pub(super) fn change(&mut self, facts: &Facts, content: Content, place: usize) {
        self.view.paths.insert(facts.path_lower.clone(), facts.id.clone());
        self.changed.insert(facts.id.clone(), (place, content));
    }
}
