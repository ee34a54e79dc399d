//! The second half of a full comparison: what was listed is compared with all that we hold, what differs is asked about once
//! more, and what Dropbox confirms is repaired; in as many invocations as it takes.
//!
//! Between two invocations what is known so far lies in the bucket, beside what was listed. Whoever goes on from there may
//! have to do again what was done since: each step may be done twice. Nothing of it is older than what it is used for:
//!
//! - What differs is only asked about, and what Dropbox says of it is taken by the invocation that asked.
//! - What Dropbox does not know is marked at once, with the log's head of then. A drain that tells of it later spares it.
//! - Deletions come last, all together, after all of it was drained once more: the brake judges them as one.
//! - HEAD counts what was changed, in the commits that change it.
//!
//! What is in memory grows with the account: some 100 bytes for each entry that is listed or differs, and as much for each
//! folder. Of the items only a page or two are there at a time.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::model::ItemId;

use super::{
    Reached,
    confirm::ONE_BY_ONE,
    doubt::Doubt,
    reading::Reading,
    relisting::Relisting,
    step::{MARKS, Step},
};
use crate::{Failure, plan::Comparison};

/// What is done now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    /// The items are read, and compared with what was listed.
    #[default]
    Reading,
    /// What differs is asked about by a second listing.
    Relisting,
    /// What differs is asked about one by one.
    Asking,
    /// What the second listing does not have is marked.
    Losing,
    /// Rows of paths are written anew.
    Restoring,
    /// What is in a folder is shown by the folder's own path.
    Showing,
    /// The account is drained once more, since what is marked was not asked about by itself.
    Draining,
    /// What is marked is deleted.
    Deleting,
}

/// How far the second half has come.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Repair {
    phase: Phase,
    /// How many marks there were when it began.
    marks: u64,
    pub(super) reading: Reading,
    pub(super) doubt: Doubt,
    relisting: Relisting,
    /// Folders in which something is shown otherwise.
    recased: BTreeSet<String>,
    /// How many rows of paths were written anew.
    pub(super) paths_restored: u64,
}

impl Repair {
    /// What follows when a phase has come to its end.
    fn next_phase(&self) -> Option<Phase> {
        let is_much = self.doubt.ids.len() > ONE_BY_ONE;
        Some(match self.phase {
            Phase::Reading if is_much => Phase::Relisting,
            // A listing does not tell what was moved out of it; of too many, that it is not there has to do.
            Phase::Relisting if is_much => Phase::Losing,
            Phase::Reading | Phase::Relisting => Phase::Asking,
            // What is in a folder is found by these rows.
            Phase::Asking | Phase::Losing => Phase::Restoring,
            Phase::Restoring => Phase::Showing,
            Phase::Showing => Phase::Draining,
            Phase::Draining => Phase::Deleting,
            Phase::Deleting => return None,
        })
    }
}

impl Step<'_> {
    /// Begins the second half, when everything is listed.
    pub(super) async fn begin_repair(&mut self) -> Result<Repair, Failure> {
        self.store_marks().await?;
        self.earlier_marks = self.standing.marks.count();
        Ok(Repair { marks: self.earlier_marks, ..Repair::default() })
    }

    /// Goes on with the second half until its end, or until the time is over.
    pub(super) async fn repair(
        &mut self,
        listed: &mut Comparison,
        repair: &mut Repair,
    ) -> Result<Reached, Failure> {
        self.standing.marks.ask_about_unreadable(repair.marks);
        self.note_reported(self.earlier_marks, &mut repair.doubt).await?;
        self.standing.recased.append(&mut repair.recased);
        let reached = self.go_through_phases(listed, repair).await;
        if !matches!(reached, Ok(Reached::TheEnd)) {
            repair.recased.append(&mut self.standing.recased);
        }
        reached
    }

    async fn go_through_phases(
        &mut self,
        listed: &mut Comparison,
        repair: &mut Repair,
    ) -> Result<Reached, Failure> {
        loop {
            self.is_repairing = repair.phase != Phase::Draining;
            let reached = self.work_on(repair.phase, listed, repair).await;
            self.is_repairing = false;
            if let Reached::ItsBudget = reached? {
                return Ok(Reached::ItsBudget);
            }
            let Some(next) = repair.next_phase() else { return Ok(Reached::TheEnd) };
            repair.phase = next;
            if self.is_over() {
                return Ok(Reached::ItsBudget);
            }
        }
    }

    async fn work_on(
        &mut self,
        phase: Phase,
        listed: &mut Comparison,
        repair: &mut Repair,
    ) -> Result<Reached, Failure> {
        let Repair { reading, doubt, relisting, .. } = repair;
        match phase {
            Phase::Reading => self.read_items(listed, reading, doubt).await,
            Phase::Relisting => self.confirm_by_listing(relisting, doubt).await,
            Phase::Asking => self.confirm_one_by_one(doubt).await,
            Phase::Losing => self.lose_unlisted(doubt, relisting.at).await,
            Phase::Restoring => self.restore_paths(&mut reading.misplaced, &mut repair.paths_restored).await,
            Phase::Showing => self.show_recased().await,
            Phase::Draining if relisting.has_begun() => self.drain_once_more(doubt).await,
            Phase::Draining => Ok(Reached::TheEnd),
            Phase::Deleting => self.delete_gone().await,
        }
    }

    /// What was moved while the second listing went on may not be on it; the account's own cursor tells of it.
    async fn drain_once_more(&mut self, doubt: &mut Doubt) -> Result<Reached, Failure> {
        self.store_marks().await?;
        let marks = self.standing.marks.count();
        let reached = self.drain_from_cursor().await?;
        self.note_reported(marks, doubt).await?;
        Ok(reached)
    }

    /// Takes note of the deletions that drains have reported since there were so many marks: they are none of the
    /// comparison's own.
    async fn note_reported(&self, marks: u64, doubt: &mut Doubt) -> Result<(), Failure> {
        let (paths, mut ids) = self.standing.marks.marked_since(marks);
        if !paths.is_empty() {
            ids.extend(self.worker.items.ids_in(self.connection.id, &paths).await?);
        }
        for ids in ids.chunks(MARKS) {
            let items = self.worker.items.items(self.connection.id, ids).await?.into_values();
            let reported = items.filter(|item| {
                self.standing.marks.why(item).is_some()
                    && !self.standing.marks.was_marked(&item.facts.id, marks)
            });
            let reported: Vec<ItemId> = reported.map(|item| item.facts.id).collect();
            reported.into_iter().for_each(|id| doubt.note_reported(id));
        }
        Ok(())
    }
}
