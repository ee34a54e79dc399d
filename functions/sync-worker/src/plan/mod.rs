//! The planner: which changes a page of Dropbox's listing makes of what we hold. Pure.
//!
//! [`plan`] takes entries in their order. A deletion only marks ([`Marks`]): the same id may yet appear at another
//! path, and then it was a move. When the drain ends, [`deletions`] turns what is still marked into changes.

mod chunks;
mod compare;
mod display;
mod duplicates;
mod held;
mod marks;
mod rules;
mod scope;

use std::collections::BTreeSet;

use shared::{
    dropbox::{Entry, Unreadable},
    model::{Change, ChangeKind, Content, Facts, ItemKind, NotFetched, Removal},
    store::{Commit, Place},
};

pub use chunks::{chunks, segments};
pub use compare::{Check, Comparison, Difference, Fingerprint};
use display::Names;
pub use display::Shown;
pub use duplicates::{Claim, kept};
use held::Held;
pub use held::{Known, View};
use marks::path_and_above;
pub use marks::{Marks, deletions, is_at_or_below, removals};
pub use rules::Rules;
pub use scope::Scope;

/// What a drain knows beside the view: it goes from page to page.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// What was marked.
    pub marks: Marks,
    /// What is selected.
    pub scope: Scope,
    /// Folders, by lower-cased path, of which the name is known by now, or has another case: what is in them may be shown
    /// by another path.
    pub recased: BTreeSet<String>,
}

/// What a page makes of what we hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In order, numbered from the one after the log's head.
    pub changes: Vec<Change>,
    /// Whether a selected folder has moved: what is in it, and where it stood, must be compared.
    pub selection_moved: bool,
    /// What stands at paths where the changes alone do not say it: an item that was seen unchanged where another had
    /// taken its place.
    pub places: Vec<Place>,
    /// Entries that are to be planned after this plan was applied: a commit has no room for more places.
    pub rest: Vec<Entry>,
}

/// Plans a page.
///
/// `head` is the number of the log's last change, `standing` what the drain knows from earlier pages, and `view` what
/// we hold of every id and path in `entries`, of every item that stands at such a path, and of the folders above.
#[must_use]
pub fn plan(head: u64, standing: &mut Standing, view: View, entries: Vec<Entry>, rules: &Rules) -> Plan {
    let names = Names::of(&entries);
    // First of all, so that each entry of the page is judged by where the selected folders stand now.
    let selection_moved = present(&entries).filter(|facts| standing.scope.notice(facts)).count() > 0;
    let changes = Vec::with_capacity(entries.len());
    let plan = Plan { changes, selection_moved, ..Plan::default() };
    let held = Held::of(view, entries.len());
    let mut planner = Planner { head, held, names, rules: rules.clone(), standing, plan };
    let mut entries = entries.into_iter();
    while planner.held.reclaimed() < Commit::MOST_PLACES
        && let Some(entry) = entries.next()
    {
        match entry {
            Entry::Present { facts, downloadable } => planner.present(facts, downloadable),
            Entry::Deleted(path) => planner.deleted(path),
            Entry::Unreadable(entry) => planner.unreadable(entry),
        }
    }
    let Planner { held, plan, .. } = planner;
    Plan { places: held.places(), rest: entries.collect(), ..plan }
}

/// What is there, of what some entries tell of.
fn present(entries: &[Entry]) -> impl Iterator<Item = &Facts> {
    entries.iter().filter_map(Entry::facts)
}

struct Planner<'a> {
    /// The number of the last change, of the log or of this plan.
    head: u64,
    held: Held,
    names: Names,
    /// With the room that the changes of the plan leave.
    rules: Rules,
    standing: &'a mut Standing,
    plan: Plan,
}

impl Planner<'_> {
    fn deleted(&mut self, path: String) {
        if self.standing.scope.concerns(&path) {
            self.standing.marks.mark_below(path, self.head);
        }
    }

    /// Nothing is known of it but that it may be there: a full comparison asks about it.
    fn unreadable(&mut self, entry: Unreadable) {
        if let Some(id) = entry.id {
            self.standing.marks.note_unreadable(id);
        }
    }

    fn present(&mut self, mut facts: Facts, downloadable: bool) {
        self.displace(&facts);
        self.replace_folder(&facts);
        if !self.standing.scope.holds(&facts) {
            return self.left(&facts);
        }
        self.look_above(&facts);
        facts.path_display = self.names.display(|path| self.at(path), &facts);
        match self.held.item(&self.plan.changes, &facts.id) {
            None => {
                let content = self.content(None, &facts, downloadable);
                self.change(ChangeKind::Created { content }, facts);
            }
            Some(known) => match self.difference(known, &facts, downloadable) {
                None => {
                    self.standing.marks.spare(known);
                    self.held.keep(&facts);
                }
                Some(kind) => self.change(kind, facts),
            },
        }
    }

    /// What stands at a lower-cased path.
    fn at(&self, path: &str) -> Option<Known<'_>> {
        self.held.at(&self.plan.changes, path)
    }

    /// What is told of before its folder is noted; a file where such a folder should be has nothing below it.
    fn look_above(&mut self, facts: &Facts) {
        let marks = &mut self.standing.marks;
        if facts.kind == ItemKind::File && marks.is_unheld(&facts.path_lower) {
            marks.mark_below(facts.path_lower.clone(), self.head);
        }
        match facts.path_lower.rsplit_once('/') {
            // A row that names what is not there (any more) is no folder.
            Some((folder, _)) if !folder.is_empty() && self.held.at(&self.plan.changes, folder).is_none() => {
                marks.note_all_unheld(folder);
            }
            _ => {}
        }
    }

    /// How an item differs from what we hold, if it does. The case of a path's ancestors is not promised, so it is not
    /// compared.
    fn difference(&self, held: Known<'_>, facts: &Facts, downloadable: bool) -> Option<ChangeKind> {
        let recased = self.is_recased(held.facts, facts);
        let content = self.other_content(held, facts, downloadable);
        let Facts { path_lower, name, rev, size, content_hash, symlink_target, .. } = held.facts;
        if (path_lower, name) != (&facts.path_lower, &facts.name) || recased {
            return Some(ChangeKind::Moved { from: path_lower.clone(), content });
        }
        let same = (rev, size, content_hash, symlink_target)
            == (&facts.rev, &facts.size, &facts.content_hash, &facts.symlink_target);
        (content.is_some() || !same).then_some(ChangeKind::Updated { content })
    }

    /// What is to be done about an item's bytes, where these are others, or the reason to skip them has gone or is
    /// another. Bytes that were wanted once are kept until they change.
    fn other_content(&self, held: Known<'_>, facts: &Facts, downloadable: bool) -> Option<Content> {
        let content = self.content(Some(held), facts, downloadable);
        let same = held.facts.same_content(facts) && held.facts.kind == facts.kind;
        let is_other = match (held.content, &content) {
            _ if !same => true,
            (Content::Skipped { reason: before, .. }, Content::Skipped { reason, .. }) => before != reason,
            (before, _) => matches!(before, Content::Skipped { .. }),
        };
        is_other.then_some(content)
    }

    /// What is to be done about an item's bytes. Beyond the room there is, those that were not wanted before are skipped.
    fn content(&self, held: Option<Known<'_>>, facts: &Facts, downloadable: bool) -> Content {
        let is_new = !held.is_some_and(|held| held.content.is_wanted());
        match self.rules.content(facts, downloadable) {
            Content::Pending { rev } if is_new && self.rules.room == Some(0) => {
                Content::Skipped { rev, reason: NotFetched::FileLimit }
            }
            content => content,
        }
    }

    /// Whether an item stands in a folder of which the case has changed, and is shown by another path for it.
    fn is_recased(&self, held: &Facts, now: &Facts) -> bool {
        held.path_display != now.path_display
            && path_and_above(&now.path_lower).any(|path| self.standing.recased.contains(path))
    }

    /// Whether what is held in a folder may be shown by another path for it: only the case of its name has changed, or
    /// what is in it was told of first.
    fn names_others(&self, before: Option<Known<'_>>, folder: &Facts) -> bool {
        match before.filter(|held| held.facts.path_lower == folder.path_lower) {
            Some(held) => held.facts.name != folder.name,
            None => self.standing.marks.is_unheld(&folder.path_lower),
        }
    }

    /// An item that was moved out of everything that is selected. Should a selected folder turn up around it before
    /// the drain ends, it stays.
    fn left(&mut self, facts: &Facts) {
        if self.held.item(&self.plan.changes, &facts.id).is_some() {
            self.standing.marks.mark_item(facts.id.clone(), self.head, Removal::MovedOut);
        }
    }

    /// An item has moved away from a path. What stood in a folder moved along, and is told of one by one, or is deleted,
    /// and told of likewise; but where a file takes the folder's place, that alone says that the rest is gone.
    fn leave(&mut self, from: &str, facts: &Facts) {
        if facts.kind == ItemKind::Folder && from != facts.path_lower {
            self.standing.marks.note_unheld(from);
        }
        self.held.leave(from, &facts.id);
    }

    /// Another item that stands at the path has gone from there. A folder in place of a folder keeps the children.
    fn displace(&mut self, facts: &Facts) {
        let Some(held) = self.held.at(&self.plan.changes, &facts.path_lower) else { return };
        if held.facts.id == facts.id {
            return;
        }
        let marks = &mut self.standing.marks;
        if held.facts.kind == ItemKind::Folder && facts.kind == ItemKind::File {
            marks.mark_below(facts.path_lower.clone(), self.head);
        }
        marks.mark_item(held.facts.id.clone(), self.head, Removal::Deleted);
    }

    /// A file in place of a folder that nobody selected: what is selected in there is gone.
    fn replace_folder(&mut self, facts: &Facts) {
        if facts.kind == ItemKind::File && self.standing.scope.is_above(&facts.path_lower) {
            self.standing.marks.mark_below(facts.path_lower.clone(), self.head);
        }
    }

    /// Adds a change, which later entries of the page see.
    fn change(&mut self, kind: ChangeKind, item: Facts) {
        self.head += 1;
        let before = self.held.item(&self.plan.changes, &item.id);
        let drops = kind.content().and_then(|now| {
            let dropped = before.and_then(|held| held.content.rev());
            dropped.filter(|rev| now.rev() != Some(rev)).cloned()
        });
        let content = kind.content().or(before.map(|held| held.content)).cloned().unwrap_or(Content::None);
        let was_wanted = before.is_some_and(|held| held.content.is_wanted());
        if item.kind == ItemKind::Folder && self.names_others(before, &item) {
            self.standing.recased.insert(item.path_lower.clone());
        }
        if let ChangeKind::Moved { from, .. } = &kind {
            self.leave(from, &item);
        }
        self.rules.make_room(was_wanted, content.is_wanted());
        self.held.change(&item, content, self.plan.changes.len());
        self.plan.changes.push(Change { number: self.head, kind, item, drops });
    }
}

#[cfg(test)]
mod tests;
