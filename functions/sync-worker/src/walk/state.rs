//! A walker's ownership of one connection's HEAD. Its changes are stored by one commit at a time, which is then
//! applied.

use std::collections::VecDeque;

use shared::{
    dropbox::Entry,
    dropbox_calls::CallRows,
    model::{
        ChangeCounts, Choices, Connection, Exclusion, FileCounts, Head, ItemId, Lane, Mark, Project, Segment,
        Timestamp, UserSettings,
    },
    store::{Commit, History, SelectionStep, StoreError},
};
use tokio::time::Instant;

use super::{
    apply, contents::Contents, fetch::Asker, file_limit, file_limit::FileLimit, metrics, renamed_folders,
};
use crate::{
    Failure, Worker,
    plan::{DrainState, Marks, Rules, Scope, View, chunks, plan},
};

/// Maximum number of marks per row: some 100 bytes each, in a row of at most 400 KB.
pub(super) const MARKS: usize = 2000;

/// A walker at work on one connection.
pub(super) struct Walk<'a> {
    pub(super) worker: &'a Worker,
    pub(super) connection: &'a Connection,
    pub(super) asker: Asker<'a>,
    pub(super) project: &'a Project,
    pub(super) choices: Choices,
    pub(super) exclusions: Vec<Exclusion>,
    /// HEAD as this walk has moved it. What no change, mark or selection goes with may be stored later, with the next commit.
    pub(super) head: Head,
    pub(super) drain: DrainState,
    /// Changes made so far.
    pub(super) tally: ChangeCounts,
    pub(super) rules: Rules,
    /// Limit on the user's files, if there is one.
    pub(super) file_limit: Option<FileLimit>,
    /// Time at which a notification announced the changes that are found now, if one did.
    pub(super) announced_at: Option<Timestamp>,
    /// Whether the account's cursor listed anything in this walk.
    pub(super) found_changes: bool,
    /// Whether a listing came to its end in this walk.
    pub(super) has_listed: bool,
    /// Whether Dropbox refused a cursor in this walk.
    pub(super) was_reset: bool,
    /// Reason why a selection could not be listed to its end although its cursor was new.
    pub(super) unfinished: Option<Failure>,
    /// Contents of the items that the next commits touch, as they were read.
    pub(super) contents: Contents,
    /// Whether the current changes are repairs of a comparison.
    pub(super) is_repairing: bool,
    /// Number of marks when the walk began.
    pub(super) earlier_marks: u64,
    /// Number of files as counted by a comparison; stored with the next commit.
    pub(super) census: Option<FileCounts>,
}

/// Rows and time with which a walk begins.
pub(super) struct Start {
    /// HEAD, as it was taken.
    pub(super) head: Head,
    /// Settings of the connection's user.
    pub(super) settings: UserSettings,
    /// Choices for the connection, with these settings.
    pub(super) choices: Choices,
    /// The excluded files.
    pub(super) exclusions: Vec<Exclusion>,
    /// Rows for the first call of Dropbox.
    pub(super) call_rows: CallRows,
    /// Time at which the invocation began.
    pub(super) began: Instant,
    /// Lane of the message.
    pub(super) lane: Lane,
}

/// Progress that is committed with the last piece of some entries.
#[derive(Debug, Clone, Default)]
pub(super) struct Progress {
    /// The drain's new cursor.
    pub(super) cursor: Option<String>,
    /// A selection's step to another state.
    pub(super) selection: Option<SelectionStep>,
    /// Whether the walk goes on to a commit of its own, so that a piece without changes need not have one: if the process
    /// dies before, the next walk reads these entries again.
    pub(super) may_wait: bool,
}

impl<'a> Walk<'a> {
    /// Applies what an earlier walker committed without applying it, and reads what the drain is in.
    pub(super) async fn begin(
        worker: &'a Worker,
        connection: &'a Connection,
        project: &'a Project,
        start: Start,
    ) -> Result<Self, Failure> {
        let Start { head, settings, choices, exclusions, call_rows, began, lane } = start;
        let asker = Asker::new(worker, connection, (began, lane), call_rows);
        let file_limit = FileLimit::of(worker, connection, settings).await?;
        let rules = Rules::from(&project.settings);
        let (drain, tally) = (DrainState::default(), ChangeCounts::default());
        let (found_changes, has_listed, was_reset, unfinished) = (false, false, false, None);
        let mut walk = Self {
            worker,
            connection,
            asker,
            project,
            choices,
            exclusions,
            head,
            drain,
            tally,
            rules,
            file_limit,
            announced_at: None,
            found_changes,
            has_listed,
            was_reset,
            unfinished,
            contents: Contents::default(),
            is_repairing: false,
            earlier_marks: 0,
            census: None,
        };
        walk.catch_up().await?;
        walk.drain.marks = Marks::stored(worker.store.marks(connection.id, &walk.head).await?);
        walk.earlier_marks = walk.drain.marks.count();
        walk.look_again_at_scope().await?;
        Ok(walk)
    }

    /// Whether the walk's time is up.
    pub(super) fn is_over(&self) -> bool {
        self.asker.is_over()
    }

    async fn catch_up(&mut self) -> Result<(), Failure> {
        if !self.head.has_unapplied() {
            return Ok(());
        }
        match self.worker.store.changes(self.connection.id, self.head.applied, usize::MAX).await? {
            History::Changes(changes) => apply::segment(self, Segment { changes }).await,
            History::Expired { .. } => {
                Err(StoreError::Corrupt("what was committed is not in the log any more".to_owned()).into())
            }
        }
    }

    /// Determines again where the selected files and folders are.
    pub(super) async fn look_again_at_scope(&mut self) -> Result<(), Failure> {
        let selections = &self.choices.selections;
        let ids: Vec<ItemId> = selections.iter().filter_map(|one| one.target.item().cloned()).collect();
        let stored = self.worker.store.items(self.connection.id, &ids).await?;
        let excluded = self.exclusions.iter().map(|one| one.item.clone()).collect();
        self.drain.scope = Scope::of(selections, &stored, &self.drain.marks).without(excluded);
        Ok(())
    }

    /// Plans, commits and applies what entries change. The last piece also commits `progress`.
    pub(super) async fn mirror(&mut self, entries: Vec<Entry>, progress: Progress) -> Result<(), Failure> {
        self.mirror_pieces(entries, progress).await?;
        renamed_folders::correct_all(self).await.map(drop)
    }

    /// Plans, commits and applies changes like [`Self::mirror`], but leaves the display paths in renamed folders to
    /// [`super::renamed_folders::correct_all`].
    pub(super) async fn mirror_pieces(
        &mut self,
        entries: Vec<Entry>,
        progress: Progress,
    ) -> Result<(), Failure> {
        let mut pieces = VecDeque::from(chunks(entries));
        while let Some(piece) = pieces.pop_front() {
            let (mut commit, rest) = self.plan_piece(piece).await?;
            if !rest.is_empty() {
                pieces.push_front(rest);
            }
            if pieces.is_empty() {
                commit.selection.clone_from(&progress.selection);
                commit.after.cursor = progress.cursor.clone().or(commit.after.cursor);
            }
            if pieces.is_empty() && progress.may_wait {
                self.advance_later(commit).await?;
            } else {
                self.advance(commit).await?;
            }
        }
        Ok(())
    }

    /// Plans a piece of entries. Returns the commit, and the entries that must be mirrored after it.
    async fn plan_piece(&mut self, entries: Vec<Entry>) -> Result<(Commit, Vec<Entry>), Failure> {
        let view = self.view(&entries).await?;
        self.contents = Contents::of(view.items.values());
        let rules = file_limit::rules(self).await?;
        let planned = plan(self.head.head, &mut self.drain, view, entries, &rules);
        let mut commit = self.commit_of(Segment { changes: planned.changes });
        commit.after.compare |= planned.selection_moved;
        commit.places = planned.places;
        Ok((commit, planned.rest))
    }

    /// Creates a commit of a segment, with the marks that were made since the last commit.
    pub(super) fn commit_of(&mut self, segment: Segment) -> Commit {
        let marks = self.drain.marks.take_fresh();
        let announced_at = self.announced_at;
        Commit { after: self.head.clone(), segment, marks, announced_at, ..Commit::default() }
    }

    /// Stores the marks that were made since the last commit.
    pub(super) async fn store_marks(&mut self) -> Result<(), Failure> {
        let commit = self.commit_of(Segment::default());
        self.advance(commit).await
    }

    /// Stores how HEAD has moved, and ends the walker's lease on it.
    pub(super) async fn release_head(&mut self) -> Result<(), Failure> {
        let mut commit = self.commit_of(Segment::default());
        commit.after = commit.after.released();
        self.advance(commit).await
    }

    /// Commits and applies like [`Self::advance`], but leaves a commit of HEAD alone to the next one.
    pub(super) async fn advance_later(&mut self, commit: Commit) -> Result<(), Failure> {
        let Commit { after, segment, announced_at: _, marks, selection, places } = &commit;
        let is_of_head = segment.changes.is_empty() && marks.is_empty();
        if !is_of_head || selection.is_some() || !places.is_empty() {
            return self.advance(commit).await;
        }
        self.head = after.clone();
        Ok(())
    }

    /// Commits and applies.
    pub(super) async fn advance(&mut self, mut commit: Commit) -> Result<(), Failure> {
        self.store_surplus_marks(&mut commit).await?;
        let now = self.worker.clock.now();
        number(&mut commit, &self.head);
        commit.after.files = self.census.take().unwrap_or(self.head.files);
        if self.is_repairing {
            commit.after.repaired = self.head.repaired + ChangeCounts::of(&commit.segment);
        }
        self.contents.count(&mut commit.after.files, &commit.segment);
        if !commit.marks.is_empty() {
            commit.after.marks = commit.after.marks.and_one_more();
            commit.after.marked_at = commit.after.marked_at.or(Some(now));
        }
        if commit.after == self.head && commit.selection.is_none() && commit.places.is_empty() {
            return Ok(());
        }
        file_limit::announce(self, &commit).await?;
        self.worker.store.commit(self.connection.id, &self.head, &commit, now).await?;
        self.head = commit.after;
        self.tally = self.tally + ChangeCounts::of(&commit.segment);
        metrics::count_changes(self.worker, self.connection, &commit.segment);
        apply::segment(self, commit.segment).await
    }

    /// Stores marks that do not fit one row, in commits of their own before this one.
    async fn store_surplus_marks(&mut self, commit: &mut Commit) -> Result<(), Failure> {
        while commit.marks.len() > MARKS {
            let rest = commit.marks.split_off(MARKS);
            let marks: Vec<Mark> = std::mem::replace(&mut commit.marks, rest);
            let now = self.worker.clock.now();
            let after = Head {
                marks: self.head.marks.and_one_more(),
                marked_at: self.head.marked_at.or(Some(now)),
                ..self.head.clone()
            };
            let marked = Commit { after, marks, ..Commit::default() };
            self.worker.store.commit(self.connection.id, &self.head, &marked, now).await?;
            self.head = marked.after;
            (commit.after.marks, commit.after.marked_at) = (self.head.marks, self.head.marked_at);
        }
        Ok(())
    }

    /// Reads what is stored of everything that entries name, and of the folders that they are in.
    pub(super) async fn view(&self, entries: &[Entry]) -> Result<View, Failure> {
        let (mut ids, mut paths) = (Vec::new(), Vec::new());
        for metadata in entries.iter().filter_map(Entry::metadata) {
            ids.push(metadata.id.clone());
            paths.push(metadata.path_lower.clone());
            paths.extend(metadata.path_lower.rsplit_once('/').map(|(folder, _)| folder.to_owned()));
        }
        paths.sort();
        paths.dedup();
        let paths = self.worker.store.at_paths(self.connection.id, &paths).await?;
        ids.extend(paths.values().cloned());
        let items = self.worker.store.items(self.connection.id, &ids).await?;
        Ok(View { items, paths })
    }
}

/// Sets the log's numbers in a commit according to its segment.
fn number(commit: &mut Commit, before: &Head) {
    let Commit { after, segment, .. } = commit;
    after.head = segment.last().unwrap_or(before.head);
    after.applied = if segment.changes.is_empty() { after.head } else { before.applied };
    let ChangeCounts { created, deleted, .. } = ChangeCounts::of(segment);
    after.items = (before.items + created).saturating_sub(deleted);
}
