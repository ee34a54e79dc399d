//! The second half of a full comparison: what was listed is compared with all that we hold, what differs is asked about once
//! more, and what Dropbox confirms is repaired; in as many invocations as it takes.
//!
//! What is known so far lies in the bucket between two invocations, beside what was listed. Each step may be done twice.
//! What is in memory grows with the account by some 100 bytes for each listed entry, as much for each that differs, and as
//! much for each folder. Of the items a page is there at a time, but for those that Dropbox does not have any more: these are
//! deleted together, some 1 KB each.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::model::{FileCounts, Item, ItemId, Removal, Segment};

use super::{
    Reached,
    confirm::{ONE_BY_ONE, Relisting},
    resync::tried_again,
    step::Step,
    survey::Survey,
    tally::Tally,
};
use crate::{
    Failure,
    plan::{Difference, Shown},
};

/// Items read at once.
const PAGE: u16 = 500;

/// How far the second half has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Phase {
    /// The items are read, and compared with what was listed.
    #[default]
    Reading,
    /// What differs is asked about by a second listing.
    Relisting,
    /// What differs is asked about one by one.
    Asking,
    /// What stands in a folder is shown by the folder's own name.
    Showing,
    /// What Dropbox does not have any more is deleted.
    Deleting,
}

/// What is known of the differences.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Repair {
    phase: Phase,
    /// The last item that was read.
    read: Option<ItemId>,
    pub(super) difference: Difference,
    /// Items whose deletion was reported. The listing may have been older.
    marked: BTreeSet<ItemId>,
    shown: Shown,
    /// Items of which no row of a path says where they stand.
    pub(super) misplaced: Vec<ItemId>,
    /// What is still to be asked about.
    pub(super) doubted: BTreeSet<ItemId>,
    pub(super) relisting: Relisting,
    /// What Dropbox does not know.
    pub(super) lost: BTreeSet<ItemId>,
    /// Folders in which something is shown otherwise.
    recased: Vec<String>,
    /// How many items are marked now that were not before.
    pub(super) gone: u64,
    /// How many are left as they are, since Dropbox refuses to tell of them.
    pub(super) refused: u64,
    /// What was repaired.
    pub(super) tally: Tally,
}

impl Step<'_> {
    /// Goes on with the second half until its end, or until the time is over.
    pub(super) async fn repair(
        &mut self,
        survey: &mut Survey,
        repair: &mut Repair,
    ) -> Result<Reached, Failure> {
        while repair.phase != Phase::Deleting {
            let before = self.tally;
            let reached = self.next_phase(survey, repair).await;
            repair.tally = repair.tally.plus(self.tally.since(before));
            if let Reached::ItsBudget = reached? {
                return Ok(Reached::ItsBudget);
            }
        }
        self.delete_gone().await
    }

    async fn next_phase(&mut self, survey: &mut Survey, repair: &mut Repair) -> Result<Reached, Failure> {
        let reached = match repair.phase {
            Phase::Reading => self.read_items(survey, repair).await,
            Phase::Relisting => self.confirm_by_listing(repair).await,
            Phase::Asking => self.confirm_one_by_one(repair).await,
            Phase::Showing => self.show_otherwise(repair).await,
            Phase::Deleting => Ok(Reached::TheEnd),
        };
        // A folder that is told of may show what is in it otherwise.
        repair.recased.append(&mut self.standing.recased);
        if let Reached::ItsBudget = reached? {
            return Ok(Reached::ItsBudget);
        }
        repair.phase = match repair.phase {
            Phase::Reading if repair.doubted.len() > ONE_BY_ONE => Phase::Relisting,
            // A listing does not tell what was moved out of it; of too many, that it is not there has to do.
            Phase::Reading | Phase::Relisting if repair.doubted.len() <= ONE_BY_ONE => Phase::Asking,
            Phase::Reading | Phase::Relisting | Phase::Asking => Phase::Showing,
            Phase::Showing | Phase::Deleting => {
                self.mark_lost(repair).await?;
                Phase::Deleting
            }
        };
        Ok(Reached::TheEnd)
    }

    /// The one read of all items.
    async fn read_items(&mut self, survey: &mut Survey, repair: &mut Repair) -> Result<Reached, Failure> {
        let out_of_reach = self.out_of_reach().await?;
        let (listed, difference) =
            (std::mem::take(&mut survey.comparison), std::mem::take(&mut repair.difference));
        let rules = self.rules.clone();
        let mut check = match repair.read {
            None => listed.check(&rules),
            Some(_) => listed.resume(&rules, difference),
        };
        let counted = self.worker.health.transfer_counts(self.connection.id).await?;
        // What is counted in several invocations is of several times: then the counts of before are kept.
        let mut census = repair.read.is_none().then(FileCounts::default);
        let read = loop {
            let page = match self.worker.items.item_page(self.connection.id, repair.read.as_ref(), PAGE).await
            {
                Ok(page) => page,
                Err(error) => break Err(error.into()),
            };
            match self.worker.items.misplaced(self.connection.id, &page.items).await {
                Ok(misplaced) => repair.misplaced.extend(misplaced),
                Err(error) => break Err(error.into()),
            }
            if let Err(failure) = self.pend_what_waits(&page.items).await {
                break Err(failure);
            }
            if let Some(census) = &mut census {
                page.items.iter().for_each(|item| census.add(&tried_again(&item.content), item.facts.size));
            }
            repair.shown.hold(&page.items);
            let reported = page.items.iter().filter(|item| self.standing.marks.why(item).is_some());
            repair.marked.extend(reported.map(|item| item.facts.id.clone()));
            let is_untold =
                |item: &Item| out_of_reach.holds(&item.facts) && !check.has_listed(&item.facts.id);
            let (untold, items): (Vec<Item>, Vec<Item>) = page.items.into_iter().partition(is_untold);
            repair.refused += untold.len() as u64;
            check.hold(&items);
            let Some(next) = page.next else { break Ok(Reached::TheEnd) };
            repair.read = Some(next);
            if self.is_over() {
                break Ok(Reached::ItsBudget);
            }
        };
        if let Ok(Reached::TheEnd) = read {
            let difference = check.end();
            repair.doubted.extend(difference.doubted.iter().chain(&difference.unknown).cloned());
            repair.doubted.extend(repair.marked.iter().cloned());
            repair.recased.extend(std::mem::take(&mut repair.shown).otherwise());
            repair.difference = difference;
            if let Some(census) = census {
                // Stored with the next commit.
                self.head.files = census.beside(counted);
            }
        } else {
            (survey.comparison, repair.difference) = check.leave();
        }
        read
    }

    async fn show_otherwise(&mut self, repair: &mut Repair) -> Result<Reached, Failure> {
        self.standing.recased.append(&mut repair.recased);
        self.show_recased().await?;
        Ok(if self.standing.recased.is_empty() { Reached::TheEnd } else { Reached::ItsBudget })
    }

    /// Marks what Dropbox does not know, each by its id: where a folder above is not held, no path leads to it. The marks
    /// are stored before they are counted on.
    async fn mark_lost(&mut self, repair: &mut Repair) -> Result<(), Failure> {
        repair.lost.append(&mut repair.doubted);
        let (at, lost) = (self.head.head, &repair.lost);
        let drifted: Vec<&ItemId> =
            repair.difference.doubted.iter().filter(|id| lost.contains(*id)).collect();
        for id in drifted.iter().copied().chain(repair.marked.iter().filter(|id| lost.contains(*id))) {
            self.standing.marks.mark_item(id.clone(), at, Removal::Deleted);
        }
        repair.gone = drifted.into_iter().filter(|id| !repair.marked.contains(*id)).count() as u64;
        let commit = self.commit_of(Segment::default());
        self.advance(commit).await
    }
}
