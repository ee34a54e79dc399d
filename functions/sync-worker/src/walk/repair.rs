//! The second half of a full comparison: the listing is compared with all stored items, Dropbox is asked once
//! more about what differs, and what it confirms is repaired, in as many invocations as it takes.
//!
//! Between two invocations the progress is stored in the bucket, together with the listing. The next
//! invocation may repeat what was done after the progress was stored, because each step may be done twice.
//! Nothing in it is used after it has become outdated:
//!
//! - A difference is only a reason to ask, and Dropbox's answer is taken by the invocation that asked.
//! - What Dropbox does not know is marked at once, with the log's head of that time. A later drain that lists
//!   it cancels the mark.
//! - Deletions come last, all together, after everything was drained once more, so that the brake judges them
//!   as one.
//! - HEAD counts the repairs, in the commits that make them.
//!
//! Memory use grows with the account: some 100 bytes for each entry that is listed or differs, and as much
//! for each folder. Only a page or two of items are in memory at a time.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::model::ItemId;

use super::{
    Reached, confirm,
    confirm::ONE_BY_ONE,
    deletions,
    doubt::Doubt,
    drain, paths, reading,
    reading::Reading,
    renamed_folders, second_listing,
    second_listing::SecondListing,
    state::{MARKS, Walk},
};
use crate::{Failure, plan::Comparison};

/// Current phase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    /// Stored items are read and compared with the listing.
    #[default]
    Reading,
    /// Differences are confirmed by a second listing.
    #[serde(rename = "Relisting")]
    SecondListing,
    /// Differences are confirmed one by one.
    Asking,
    /// Items that the second listing does not have are marked.
    Losing,
    /// Path rows are written again.
    Restoring,
    /// Display paths in folders whose case has changed are corrected.
    Showing,
    /// The account is drained once more, because marked items were not asked about one by one.
    Draining,
    /// Marked items are deleted.
    Deleting,
}

/// Progress of the second half.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Repair {
    phase: Phase,
    /// Number of marks when it began.
    marks: u64,
    pub(super) reading: Reading,
    pub(super) doubt: Doubt,
    #[serde(rename = "relisting")]
    second_listing: SecondListing,
    /// Folders whose children have outdated display paths.
    #[serde(rename = "recased")]
    renamed_folders: BTreeSet<String>,
    /// Folders that were not stored when the items below them were read.
    missing_folders: BTreeSet<String>,
    /// Number of path rows that were written again.
    pub(super) paths_restored: u64,
}

impl Repair {
    /// Returns the phase after the current one.
    fn next_phase(&self) -> Option<Phase> {
        let is_much = self.doubt.ids.len() > ONE_BY_ONE;
        Some(match self.phase {
            Phase::Reading if is_much => Phase::SecondListing,
            // A listing does not say what has moved out of it. Few missing items are asked about one by one;
            // for many, their absence from the listing must do.
            Phase::SecondListing if is_much => Phase::Losing,
            Phase::Reading | Phase::SecondListing => Phase::Asking,
            // The next phase finds a folder's children by these rows.
            Phase::Asking | Phase::Losing => Phase::Restoring,
            Phase::Restoring => Phase::Showing,
            Phase::Showing => Phase::Draining,
            Phase::Draining => Phase::Deleting,
            Phase::Deleting => return None,
        })
    }
}

/// Begins the second half after everything is listed.
pub(super) async fn begin(walk: &mut Walk<'_>) -> Result<Repair, Failure> {
    walk.store_marks().await?;
    walk.earlier_marks = walk.drain.marks.count();
    Ok(Repair { marks: walk.earlier_marks, ..Repair::default() })
}

/// Continues the second half to its end, or until the time is up.
pub(super) async fn run(
    walk: &mut Walk<'_>,
    listed: &mut Comparison,
    repair: &mut Repair,
) -> Result<Reached, Failure> {
    walk.drain.marks.ask_about_unreadable(repair.marks);
    note_reported(walk, walk.earlier_marks, &mut repair.doubt).await?;
    walk.drain.renamed_folders.append(&mut repair.renamed_folders);
    walk.drain.missing_folders.append(&mut repair.missing_folders);
    let reached = run_phases(walk, listed, repair).await;
    if !matches!(reached, Ok(Reached::TheEnd)) {
        repair.renamed_folders.append(&mut walk.drain.renamed_folders);
        repair.missing_folders.append(&mut walk.drain.missing_folders);
    }
    reached
}

async fn run_phases(
    walk: &mut Walk<'_>,
    listed: &mut Comparison,
    repair: &mut Repair,
) -> Result<Reached, Failure> {
    loop {
        walk.is_repairing = repair.phase != Phase::Draining;
        let reached = run_phase(walk, repair.phase, listed, repair).await;
        walk.is_repairing = false;
        if let Reached::ItsBudget = reached? {
            return Ok(Reached::ItsBudget);
        }
        let Some(next) = repair.next_phase() else { return Ok(Reached::TheEnd) };
        repair.phase = next;
        if walk.is_over() {
            return Ok(Reached::ItsBudget);
        }
    }
}

async fn run_phase(
    walk: &mut Walk<'_>,
    phase: Phase,
    listed: &mut Comparison,
    repair: &mut Repair,
) -> Result<Reached, Failure> {
    let Repair { reading, doubt, second_listing, .. } = repair;
    match phase {
        Phase::Reading => reading::run(walk, listed, reading, doubt).await,
        Phase::SecondListing => second_listing::confirm(walk, second_listing, doubt).await,
        Phase::Asking => confirm::one_by_one(walk, doubt).await,
        Phase::Losing => confirm::lose_unlisted(walk, doubt, second_listing.at).await,
        Phase::Restoring => paths::restore(walk, &mut reading.misplaced, &mut repair.paths_restored).await,
        Phase::Showing => renamed_folders::correct_all(walk).await,
        Phase::Draining if second_listing.has_begun() => drain_once_more(walk, doubt).await,
        Phase::Draining => Ok(Reached::TheEnd),
        Phase::Deleting => deletions::delete_or_wait(walk).await,
    }
}

/// Drains once more: an item that was moved during the second listing may be missing from it, but the
/// account's own cursor reports the move.
async fn drain_once_more(walk: &mut Walk<'_>, doubt: &mut Doubt) -> Result<Reached, Failure> {
    walk.store_marks().await?;
    let marks = walk.drain.marks.count();
    let reached = drain::from_cursor(walk).await?;
    note_reported(walk, marks, doubt).await?;
    Ok(reached)
}

/// Records the deletions that drains have reported after the first `marks` marks: the comparison does not
/// report these as its own.
async fn note_reported(walk: &Walk<'_>, marks: u64, doubt: &mut Doubt) -> Result<(), Failure> {
    let (paths, mut ids) = walk.drain.marks.marked_since(marks);
    if !paths.is_empty() {
        ids.extend(walk.worker.store.ids_in(walk.connection.id, &paths).await?);
    }
    for ids in ids.chunks(MARKS) {
        let items = walk.worker.store.items(walk.connection.id, ids).await?.into_values();
        let reported = items.filter(|item| {
            walk.drain.marks.why(item).is_some() && !walk.drain.marks.was_marked(&item.metadata.id, marks)
        });
        let reported: Vec<ItemId> = reported.map(|item| item.metadata.id).collect();
        reported.into_iter().for_each(|id| doubt.note_reported(id));
    }
    Ok(())
}
