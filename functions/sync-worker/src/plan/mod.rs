//! The planner: which changes a page of Dropbox's listing makes of what we hold. Pure.
//!
//! [`plan`] takes entries in their order. A deletion only marks ([`Marks`]): the same id may yet appear at another
//! path, and then it was a move. When the drain ends, [`deletions`] turns what is still marked into changes.

mod chunks;
mod compare;
mod display;
mod marks;
mod rules;
mod scope;

use std::collections::HashMap;

use shared::{
    dropbox::Entry,
    model::{Change, ChangeKind, Content, Facts, Item, ItemId, ItemKind, Removal},
};

pub use chunks::{chunks, segments};
pub use compare::{Comparison, Difference, Fingerprint};
use display::Names;
pub use marks::{Marks, deletions, is_at_or_below, removals};
pub use rules::Rules;
pub use scope::Scope;

/// What we hold of the ids and paths that some entries name.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Items by id.
    pub items: HashMap<ItemId, Item>,
    /// Which item stands at a lower-cased path.
    pub paths: HashMap<String, ItemId>,
}

/// What a drain knows beside the view: it goes from page to page.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// What was marked.
    pub marks: Marks,
    /// What is selected.
    pub scope: Scope,
    /// Folders of which only the case of their name changed: what is in them is shown by another path.
    pub recased: Vec<String>,
}

/// What a page makes of what we hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In order, numbered from the one after the log's head.
    pub changes: Vec<Change>,
    /// Whether a selected folder has moved: what is in it must be compared.
    pub selection_moved: bool,
}

/// Plans a page.
///
/// `head` is the number of the log's last change, `standing` what the drain knows from earlier pages, and `view` what
/// we hold of every id and path in `entries`, of every item that stands at such a path, and of the folders above.
#[must_use]
pub fn plan(head: u64, standing: &mut Standing, view: View, entries: Vec<Entry>, rules: &Rules) -> Plan {
    let names = Names::of(&entries);
    let mut planner = Planner { head, view, names, rules, standing, plan: Plan::default() };
    for entry in entries {
        match entry {
            Entry::Present { facts, downloadable } => planner.present(facts, downloadable),
            Entry::Deleted(path) => planner.deleted(path),
        }
    }
    planner.plan
}

struct Planner<'a> {
    /// The number of the last change, of the log or of this plan.
    head: u64,
    view: View,
    names: Names,
    rules: &'a Rules,
    standing: &'a mut Standing,
    plan: Plan,
}

impl Planner<'_> {
    fn deleted(&mut self, path: String) {
        if self.standing.scope.concerns(&path) {
            self.standing.marks.mark_below(path, self.head);
        }
    }

    fn present(&mut self, mut facts: Facts, downloadable: bool) {
        self.plan.selection_moved |= self.standing.scope.notice(&facts);
        self.displace(&facts);
        if !self.standing.scope.holds(&facts) {
            return self.left(&facts);
        }
        self.look_above(&facts);
        facts.path_display = self.names.display(&self.view, &facts);
        match self.view.items.get(&facts.id) {
            None => {
                let content = self.rules.content(&facts, downloadable);
                self.change(ChangeKind::Created { content }, facts);
            }
            Some(held) if is_unchanged(&held.facts, &facts) && !self.is_recased(&held.facts, &facts) => {
                self.standing.marks.spare(held);
            }
            Some(held) => {
                let kind = self.difference(held, &facts, downloadable);
                self.change(kind, facts);
            }
        }
    }

    /// What is told of before its folder is noted; a file where such a folder should be has nothing below it.
    fn look_above(&mut self, facts: &Facts) {
        let marks = &mut self.standing.marks;
        if facts.kind == ItemKind::File && marks.is_unheld(&facts.path_lower) {
            marks.mark_below(facts.path_lower.clone(), self.head);
        }
        match facts.path_lower.rsplit_once('/') {
            Some((folder, _)) if !folder.is_empty() && !self.view.paths.contains_key(folder) => {
                marks.note_all_unheld(folder);
            }
            _ => {}
        }
    }

    fn difference(&self, held: &Item, facts: &Facts, downloadable: bool) -> ChangeKind {
        let same = held.facts.same_content(facts) && held.facts.kind == facts.kind;
        let content = (!same).then(|| self.rules.content(facts, downloadable));
        let stays = held.facts.path_lower == facts.path_lower && held.facts.name == facts.name;
        if stays && !self.is_recased(&held.facts, facts) {
            return ChangeKind::Updated { content };
        }
        ChangeKind::Moved { from: held.facts.path_lower.clone(), content }
    }

    /// Whether an item stands in a folder of which the case has changed, and is shown by another path for it.
    fn is_recased(&self, held: &Facts, now: &Facts) -> bool {
        held.path_display != now.path_display
            && self.standing.recased.iter().any(|folder| is_at_or_below(&now.path_lower, folder))
    }

    /// An item that was moved out of everything that is selected. Should a selected folder turn up around it before
    /// the drain ends, it stays.
    fn left(&mut self, facts: &Facts) {
        if let Some(held) = self.view.items.get(&facts.id) {
            self.standing.marks.mark_item(held.facts.id.clone(), self.head, Removal::MovedOut);
        }
    }

    /// An item has moved away from a path. What stood in a folder moved along, and is told of one by one, or is deleted,
    /// and told of likewise; but where a file takes the folder's place, that alone says that the rest is gone.
    fn leave(&mut self, from: &str, facts: &Facts) {
        if facts.kind == ItemKind::Folder && from != facts.path_lower {
            self.standing.marks.note_unheld(from);
        }
        if self.view.paths.get(from) == Some(&facts.id) {
            self.view.paths.remove(from);
        }
    }

    /// Another item that stands at the path has gone from there. A folder in place of a folder keeps the children.
    fn displace(&mut self, facts: &Facts) {
        let Some(id) = self.view.paths.get(&facts.path_lower).filter(|id| **id != facts.id) else { return };
        let Some(held) = self.view.items.get(id).filter(|held| held.facts.path_lower == facts.path_lower)
        else {
            return;
        };
        let marks = &mut self.standing.marks;
        if held.facts.kind == ItemKind::Folder && facts.kind == ItemKind::File {
            marks.mark_below(facts.path_lower.clone(), self.head);
        }
        marks.mark_item(id.clone(), self.head, Removal::Deleted);
    }

    fn change(&mut self, kind: ChangeKind, item: Facts) {
        self.head += 1;
        let before = self.view.items.get(&item.id);
        let changes_content = kind.content().is_some();
        let drops = before.filter(|_| changes_content).and_then(|held| held.content.rev().cloned());
        let drops = drops.filter(|rev| kind.content().and_then(Content::rev) != Some(rev));
        self.remember(&kind, &item);
        self.plan.changes.push(Change { number: self.head, kind, item, drops });
    }

    /// Later entries of the page see the change.
    fn remember(&mut self, kind: &ChangeKind, facts: &Facts) {
        let before = self.view.items.get(&facts.id);
        if let Some(held) = before
            && facts.kind == ItemKind::Folder
            && held.facts.path_lower == facts.path_lower
            && held.facts.name != facts.name
        {
            self.standing.recased.push(facts.path_lower.clone());
        }
        let held = before.map_or(Content::None, |item| item.content.clone());
        let content = kind.content().cloned().unwrap_or(held);
        if let ChangeKind::Moved { from, .. } = kind {
            self.leave(from, facts);
        }
        self.view.paths.insert(facts.path_lower.clone(), facts.id.clone());
        let item = Item { facts: facts.clone(), content, number: self.head };
        self.view.items.insert(facts.id.clone(), item);
    }
}

/// Whether Dropbox says what we hold. The case of a path's ancestors is not promised, so it is not compared.
pub(crate) fn is_unchanged(held: &Facts, now: &Facts) -> bool {
    held.kind == now.kind
        && held.path_lower == now.path_lower
        && held.name == now.name
        && held.rev == now.rev
        && held.size == now.size
        && held.content_hash == now.content_hash
}

#[cfg(test)]
mod tests;
