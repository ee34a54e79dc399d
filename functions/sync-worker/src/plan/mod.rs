//! The planner: which changes a page of Dropbox's listing makes of what we hold. Pure.
//!
//! [`plan`] takes entries in their order. A deletion only marks ([`Gone`]): the same id may yet appear at another
//! path, and then it was a move. When the drain ends, [`deletions`] turns what is still marked into changes.

mod chunks;
mod compare;
mod gone;

use std::collections::HashMap;

use shared::{
    dropbox::Entry,
    model::{Change, ChangeKind, Content, Facts, Gone, Item, ItemId, ItemKind, NotFetched},
};

pub use chunks::{chunks, segments};
pub use compare::{Comparison, Seen, compare};
pub use gone::{deletions, is_at_or_below};

/// What decides whether a file's bytes are fetched.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// Larger files are skipped. Bytes.
    pub max_file_bytes: u64,
}

impl Rules {
    /// What is to be done about the bytes of an item.
    fn content(&self, facts: &Facts, downloadable: bool) -> Content {
        let Some(rev) = facts.rev.clone().filter(|_| facts.kind == ItemKind::File) else {
            return Content::None;
        };
        if !downloadable {
            Content::Skipped { rev, reason: NotFetched::NotDownloadable }
        } else if facts.size > self.max_file_bytes {
            Content::Skipped { rev, reason: NotFetched::TooLarge }
        } else {
            Content::Pending { rev }
        }
    }
}

/// What we hold of the ids and paths that some entries name.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Items by id.
    pub items: HashMap<ItemId, Item>,
    /// Which item stands at a lower-cased path.
    pub paths: HashMap<String, ItemId>,
}

/// What a page makes of what we hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// In order, numbered from the one after the log's head.
    pub changes: Vec<Change>,
    /// What is marked as gone now.
    pub gone: Vec<Gone>,
}

/// Plans a page.
///
/// `head` is the number of the log's last change, `gone` what earlier pages of the drain marked, and `view` what we
/// hold of every id and path in `entries`, and of every item that stands at such a path.
#[must_use]
pub fn plan(head: u64, gone: Vec<Gone>, view: View, entries: Vec<Entry>, rules: &Rules) -> Plan {
    let mut planner = Planner { head, view, rules, plan: Plan { changes: Vec::new(), gone } };
    for entry in entries {
        match entry {
            Entry::Present { facts, downloadable } => planner.present(facts, downloadable),
            Entry::Deleted(path) => gone::mark_below(&mut planner.plan.gone, path, planner.head),
        }
    }
    planner.plan
}

struct Planner<'a> {
    /// The number of the last change, of the log or of this plan.
    head: u64,
    view: View,
    rules: &'a Rules,
    plan: Plan,
}

impl Planner<'_> {
    fn present(&mut self, facts: Facts, downloadable: bool) {
        self.displace(&facts);
        match self.view.items.get(&facts.id) {
            None => {
                let content = self.rules.content(&facts, downloadable);
                self.change(ChangeKind::Created { content }, facts);
            }
            Some(held) if is_unchanged(&held.facts, &facts) => gone::spare(&mut self.plan.gone, held),
            Some(held) => {
                let content =
                    (!held.facts.same_content(&facts)).then(|| self.rules.content(&facts, downloadable));
                let stays = held.facts.path_lower == facts.path_lower && held.facts.name == facts.name;
                let from = held.facts.path_lower.clone();
                let kind =
                    if stays { ChangeKind::Updated { content } } else { ChangeKind::Moved { from, content } };
                self.change(kind, facts);
            }
        }
    }

    /// Another item that stands at the path has gone from there. A folder in place of a folder keeps the children.
    fn displace(&mut self, facts: &Facts) {
        let Some(id) = self.view.paths.get(&facts.path_lower).filter(|id| **id != facts.id) else { return };
        let Some(held) = self.view.items.get(id).filter(|held| held.facts.path_lower == facts.path_lower)
        else {
            return;
        };
        if held.facts.kind == ItemKind::Folder && facts.kind == ItemKind::File {
            gone::mark_below(&mut self.plan.gone, facts.path_lower.clone(), self.head);
        }
        self.plan.gone.push(Gone::Item { id: id.clone(), at: self.head, spared: false });
    }

    fn change(&mut self, kind: ChangeKind, item: Facts) {
        self.head += 1;
        self.remember(&kind, &item);
        self.plan.changes.push(Change { number: self.head, kind, item });
    }

    /// Later entries of the page see the change.
    fn remember(&mut self, kind: &ChangeKind, facts: &Facts) {
        let before = self.view.items.get(&facts.id);
        let held = before.map_or(Content::None, |item| item.content.clone());
        let content = kind.content().cloned().unwrap_or(held);
        if let ChangeKind::Moved { from, .. } = kind
            && self.view.paths.get(from) == Some(&facts.id)
        {
            self.view.paths.remove(from);
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
