//! The planner: decides which changes a page of Dropbox's listing makes to the stored items. Pure.
//!
//! [`plan`] takes entries in their order. A deletion only marks ([`Marks`]): the same id may yet appear at
//! another path, and then it was a move. When the drain ends, the walk turns what is still marked into changes
//! ([`removals`]).

mod changed_view;
mod chunks;
mod compare;
mod display;
mod duplicates;
mod marks;
mod rules;
mod scope;

use std::collections::BTreeSet;

use shared::{
    dropbox::{Entry, Unreadable},
    model::{Change, ChangeKind, Content, ItemKind, Metadata, NotFetched, Removal},
    store::{Commit, PathEntry},
};

use changed_view::ChangedView;
pub use changed_view::{Known, View};
pub use chunks::{chunks, segments};
pub use compare::{Check, Comparison, Difference, Fingerprint};
pub use display::DisplayPaths;
use display::Names;
pub use duplicates::{Claim, kept};
use marks::path_and_above;
pub use marks::{Marks, is_at_or_below, removals};
pub use rules::Rules;
pub use scope::Scope;

/// State of a drain that is carried from page to page.
#[derive(Debug, Clone, Default)]
pub struct DrainState {
    /// Marks so far.
    pub marks: Marks,
    /// The selected files and folders.
    pub scope: Scope,
    /// Lower-cased paths of folders whose name has become known or has changed in case: the display paths of
    /// their children may be outdated.
    pub renamed_folders: BTreeSet<String>,
    /// Lower-cased paths of folders that were not stored when a comparison found items below them: their names are
    /// known only once they are stored, and so are the display paths of their children.
    pub missing_folders: BTreeSet<String>,
}

/// Changes that a page makes to the stored items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Changes in order, numbered from the one after the log's head.
    pub changes: Vec<Change>,
    /// Whether a selected folder has moved, so that its content and its old place must be compared.
    pub selection_moved: bool,
    /// Path rows to write beyond those of the changes: unchanged items that take back a path from another
    /// item.
    pub places: Vec<PathEntry>,
    /// Entries that must be planned after this plan was applied, because a commit has no room for more
    /// places.
    pub rest: Vec<Entry>,
}

/// Plans a page.
///
/// `head` is the number of the log's last change, `drain` the drain's state after earlier pages, and
/// `view` what is stored of every id and path in `entries`, of every item at such a path, and of the parent
/// folders.
#[must_use]
pub fn plan(head: u64, drain: &mut DrainState, view: View, entries: Vec<Entry>, rules: &Rules) -> Plan {
    let names = Names::of(&entries);
    // Done first, so that each entry of the page is judged by where the selected folders are now.
    let selection_moved = present(&entries).filter(|metadata| drain.scope.notice(metadata)).count() > 0;
    let changes = Vec::with_capacity(entries.len());
    let plan = Plan { changes, selection_moved, ..Plan::default() };
    let view = ChangedView::of(view, entries.len());
    let mut planner = Planner { head, view, names, rules: rules.clone(), drain, plan };
    let mut entries = entries.into_iter();
    while planner.view.reclaimed() < Commit::MOST_PLACES
        && let Some(entry) = entries.next()
    {
        match entry {
            Entry::Present { metadata, downloadable } => planner.present(metadata, downloadable),
            Entry::Deleted(path) => planner.deleted(path),
            Entry::Unreadable(entry) => planner.unreadable(entry),
        }
    }
    let Planner { view, plan, .. } = planner;
    Plan { places: view.places(), rest: entries.collect(), ..plan }
}

/// Returns the metadata of the files and folders among some entries.
fn present(entries: &[Entry]) -> impl Iterator<Item = &Metadata> {
    entries.iter().filter_map(Entry::metadata)
}

struct Planner<'a> {
    /// Number of the last change, in the log or in this plan.
    head: u64,
    view: ChangedView,
    names: Names,
    /// The rules, with the room that the plan's changes leave.
    rules: Rules,
    drain: &'a mut DrainState,
    plan: Plan,
}

impl Planner<'_> {
    fn deleted(&mut self, path: String) {
        if self.drain.scope.concerns(&path) {
            self.drain.marks.mark_below(path, self.head);
        }
    }

    /// Notes an entry that cannot be read. Its item may still exist, so a full comparison asks about it.
    fn unreadable(&mut self, entry: Unreadable) {
        if let Some(id) = entry.id {
            self.drain.marks.note_unreadable(id);
        }
    }

    fn present(&mut self, mut metadata: Metadata, downloadable: bool) {
        self.displace(&metadata);
        self.replace_folder(&metadata);
        if !self.drain.scope.contains(&metadata) {
            return self.left(&metadata);
        }
        self.look_above(&metadata);
        metadata.path_display = self.names.display(|path| self.at(path), &metadata);
        match self.view.item(&self.plan.changes, &metadata.id) {
            None => {
                let content = self.content(None, &metadata, downloadable);
                self.change(ChangeKind::Created { content }, metadata);
            }
            Some(known) => match self.difference(known, &metadata, downloadable) {
                None => {
                    self.drain.marks.spare(known);
                    self.view.keep(&metadata);
                }
                Some(kind) => self.change(kind, metadata),
            },
        }
    }

    /// Returns the item at a lower-cased path.
    fn at(&self, path: &str) -> Option<Known<'_>> {
        self.view.at(&self.plan.changes, path)
    }

    /// Remembers folders that are missing above an entry. If the entry is a file at such a folder's path,
    /// nothing can be below it any more.
    fn look_above(&mut self, metadata: &Metadata) {
        let marks = &mut self.drain.marks;
        if metadata.kind == ItemKind::File && marks.is_orphan_parent(&metadata.path_lower) {
            marks.mark_below(metadata.path_lower.clone(), self.head);
        }
        match metadata.path_lower.rsplit_once('/') {
            // A path row whose item is not there (any more) is no folder.
            Some((folder, _)) if !folder.is_empty() && self.view.at(&self.plan.changes, folder).is_none() => {
                marks.note_orphan_parents(folder);
            }
            _ => {}
        }
    }

    /// Returns how an item differs from the stored one, if it does. Dropbox does not promise the case of
    /// ancestors in a path, so it is not compared.
    fn difference(&self, stored: Known<'_>, metadata: &Metadata, downloadable: bool) -> Option<ChangeKind> {
        let is_below_renamed = self.is_below_renamed_folder(stored.metadata, metadata);
        let content = self.other_content(stored, metadata, downloadable);
        let Metadata { path_lower, name, rev, size, content_hash, symlink_target, .. } = stored.metadata;
        if (path_lower, name) != (&metadata.path_lower, &metadata.name) || is_below_renamed {
            return Some(ChangeKind::Moved { from: path_lower.clone(), content });
        }
        let same = (rev, size, content_hash, symlink_target)
            == (&metadata.rev, &metadata.size, &metadata.content_hash, &metadata.symlink_target);
        (content.is_some() || !same).then_some(ChangeKind::Updated { content })
    }

    /// Returns what must be done about an item's bytes if they differ, or if the reason to skip them has gone
    /// or changed. Bytes that were wanted once are kept until they change.
    fn other_content(&self, stored: Known<'_>, metadata: &Metadata, downloadable: bool) -> Option<Content> {
        let content = self.content(Some(stored), metadata, downloadable);
        let same = stored.metadata.same_content(metadata) && stored.metadata.kind == metadata.kind;
        let is_other = match (stored.content, &content) {
            _ if !same => true,
            // A client has removed these bytes, and only a client fetches them again.
            (Content::Skipped { reason: NotFetched::Removed, .. }, _) => false,
            (Content::Skipped { reason: before, .. }, Content::Skipped { reason, .. }) => before != reason,
            (before, _) => matches!(before, Content::Skipped { .. }),
        };
        is_other.then_some(content)
    }

    /// Returns what must be done about an item's bytes. Beyond the file limit, bytes that were not wanted
    /// before are skipped.
    fn content(&self, stored: Option<Known<'_>>, metadata: &Metadata, downloadable: bool) -> Content {
        let is_new = !stored.is_some_and(|stored| stored.content.is_wanted());
        match self.rules.content(metadata, downloadable) {
            Content::Pending { rev } if is_new && self.rules.room == Some(0) => {
                Content::Skipped { rev, reason: NotFetched::FileLimit }
            }
            content => content,
        }
    }

    /// Whether the display path of an item must change because the case of a folder above it has changed.
    fn is_below_renamed_folder(&self, stored: &Metadata, now: &Metadata) -> bool {
        stored.path_display != now.path_display
            && path_and_above(&now.path_lower).any(|path| self.drain.renamed_folders.contains(path))
    }

    /// Whether a folder's children may have outdated display paths: what was at its path, the folder itself or
    /// another item, had its name in another case, or they were stored before it.
    fn names_others(&self, stored: Option<Known<'_>>, folder: &Metadata) -> bool {
        let path = &folder.path_lower;
        // By its id first: the row of its path may be missing.
        let itself = stored.filter(|stored| stored.metadata.path_lower == *path);
        let before = itself.or_else(|| self.at(path));
        let is_otherwise = before.is_some_and(|before| before.metadata.name != folder.name);
        is_otherwise || self.drain.marks.is_orphan_parent(path) || self.drain.missing_folders.contains(path)
    }

    /// Marks an item that was moved out of all selections. It stays if a selected folder turns up around it
    /// before the drain ends.
    fn left(&mut self, metadata: &Metadata) {
        if self.view.item(&self.plan.changes, &metadata.id).is_some() {
            self.drain.marks.mark_item(metadata.id.clone(), self.head, Removal::MovedOut);
        }
    }

    /// Removes an item from the path it has left. Children of a moved folder are listed at their new or as
    /// deleted at their old paths, one by one; only if a file takes the folder's place, that file alone says
    /// that the children are gone.
    fn leave(&mut self, from: &str, metadata: &Metadata) {
        if metadata.kind == ItemKind::Folder && from != metadata.path_lower {
            self.drain.marks.note_orphan_parent(from);
        }
        self.view.leave(from, &metadata.id);
    }

    /// Marks another item that is stored at the entry's path. A folder that takes a folder's place keeps the
    /// children.
    fn displace(&mut self, metadata: &Metadata) {
        let Some(stored) = self.view.at(&self.plan.changes, &metadata.path_lower) else { return };
        if stored.metadata.id == metadata.id {
            return;
        }
        let marks = &mut self.drain.marks;
        if stored.metadata.kind == ItemKind::Folder && metadata.kind == ItemKind::File {
            marks.mark_below(metadata.path_lower.clone(), self.head);
        }
        marks.mark_item(stored.metadata.id.clone(), self.head, Removal::Deleted);
    }

    /// Marks what is selected below a path at which a file has replaced an unselected folder.
    fn replace_folder(&mut self, metadata: &Metadata) {
        if metadata.kind == ItemKind::File && self.drain.scope.is_above(&metadata.path_lower) {
            self.drain.marks.mark_below(metadata.path_lower.clone(), self.head);
        }
    }

    /// Adds a change, which applies to the later entries of the page.
    fn change(&mut self, kind: ChangeKind, item: Metadata) {
        self.head += 1;
        let before = self.view.item(&self.plan.changes, &item.id);
        let drops = kind.content().and_then(|now| {
            let dropped = before.and_then(|stored| stored.content.rev());
            dropped.filter(|rev| now.rev() != Some(rev)).cloned()
        });
        let content =
            kind.content().or(before.map(|stored| stored.content)).cloned().unwrap_or(Content::None);
        let created = before.and_then(|stored| stored.created);
        let was_wanted = before.is_some_and(|stored| stored.content.is_wanted());
        if item.kind == ItemKind::Folder && self.names_others(before, &item) {
            self.drain.renamed_folders.insert(item.path_lower.clone());
        }
        if let ChangeKind::Moved { from, .. } = &kind {
            self.leave(from, &item);
        }
        self.rules.make_room(was_wanted, content.is_wanted());
        self.view.change(&item, content, self.plan.changes.len());
        self.plan.changes.push(Change { number: self.head, kind, item, drops, created });
    }
}

#[cfg(test)]
mod tests;
