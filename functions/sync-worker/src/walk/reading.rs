//! The pass over all stored items that finds how they differ from the listing.

use std::collections::{BTreeSet, HashSet};

use serde::{Deserialize, Serialize};
use shared::{
    model::{Content, FileCounts, FileRevision, Item, ItemId, PathsChecked, Swept, TransferCounts},
    store::ItemPage,
};

use super::{
    Reached, apply, doubt::Doubt, file_limit, paths_checked, refused, refused::OutOfReach, state::Walk, swept,
};
use crate::{
    Failure,
    plan::{Check, Comparison, Difference, DisplayPaths},
};

/// Number of items read at once.
const PAGE: u16 = 500;
/// Maximum number of lists of transfers that are read to see whether a pending file is on one.
const MOST_LISTS: u32 = 100;

/// Progress of the pass. The listed items that it has not found yet are stored beside it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Reading {
    /// The last item that was read.
    after: Option<ItemId>,
    pub(super) difference: Difference,
    /// Items whose deletion was reported.
    reported: BTreeSet<ItemId>,
    #[serde(rename = "shown")]
    displayed: DisplayPaths,
    /// State with which the pass began, if it also reads the rows of paths.
    pub(super) paths_checked: Option<PathsChecked>,
    /// Items whose paths have no row that names them.
    pub(super) misplaced: Vec<ItemId>,
    /// State with which a sweep of the bucket would begin; absent if the pass took several walks, or if bytes are still to be
    /// fetched.
    pub(super) state_before_sweep: Option<Swept>,
}

/// Number of files, counted from the items. A pass that takes several walks keeps the earlier counts, because
/// its pieces are from different times.
struct Census {
    files: FileCounts,
    /// Counts of transfers before the pass.
    counted: TransferCounts,
}

/// Files that are on lists of transfers, read before the items: a file that is pending then and on no list is on none
/// that was left out, because only this walk writes lists.
enum Listed {
    /// All of them.
    These(HashSet<FileRevision>),
    /// Very many, as in a first sync. Then no file counts as lost; the resync that finds few lists looks again.
    Many,
}

impl Listed {
    async fn read(walk: &Walk<'_>) -> Result<Self, Failure> {
        let lists = walk.worker.store.transfer_lists(walk.connection.id, None, MOST_LISTS + 1).await?;
        if lists.len() > MOST_LISTS as usize {
            return Ok(Self::Many);
        }
        Ok(Self::These(lists.into_iter().flat_map(|list| list.files).collect()))
    }

    fn may_have(&self, file: &FileRevision) -> bool {
        match self {
            Self::These(files) => files.contains(file),
            Self::Many => true,
        }
    }
}

/// Reads items from where the last walk stopped until the time is up, at least one page. At the end of
/// the pass `doubt` has the differences.
pub(super) async fn run(
    walk: &mut Walk<'_>,
    listed: &mut Comparison,
    reading: &mut Reading,
    doubt: &mut Doubt,
) -> Result<Reached, Failure> {
    let (out_of_reach, rules) = (refused::out_of_reach(walk).await?, file_limit::rules(walk).await?);
    let listed_transfers = Listed::read(walk).await?;
    if reading.after.is_none() {
        reading.paths_checked = paths_checked::begin_if_due(&walk.head, walk.worker.clock.now());
    }
    let mut census = match reading.after {
        None => Some(count_files(walk).await?),
        Some(_) => None,
    };
    let mut check = match reading.after {
        None => std::mem::take(listed).check(&rules),
        Some(_) => std::mem::take(listed).resume(&rules, std::mem::take(&mut reading.difference)),
    };
    let mut page = item_page(walk, reading.after.as_ref()).await?;
    loop {
        let ItemPage { items, next } = page;
        let following = next.clone().filter(|_| !walk.is_over());
        let noted = note_items(walk, items, reading, &mut census, &listed_transfers);
        let (noted, fetched) = match &following {
            None => (noted.await?, None),
            Some(after) => {
                let (noted, fetched) = tokio::join!(noted, item_page(walk, Some(after)));
                (noted?, Some(fetched?))
            }
        };
        doubt.refused += add_stored(&mut check, &out_of_reach, noted);
        match (next, fetched) {
            (Some(_), Some(fetched)) => page = fetched,
            (Some(next), None) => {
                reading.after = Some(next);
                (*listed, reading.difference) = check.suspend();
                return Ok(Reached::ItsBudget);
            }
            (None, _) => break,
        }
    }
    reading.difference = check.end();
    doubt.add(&mut reading.difference, std::mem::take(&mut reading.reported));
    let (to_correct, missing) = std::mem::take(&mut reading.displayed).end();
    walk.drain.renamed_folders.extend(to_correct);
    walk.drain.missing_folders.extend(missing);
    let now = walk.worker.clock.now();
    reading.state_before_sweep =
        census.as_ref().and_then(|census| swept::state_before_sweep(&walk.head, census.files, now));
    walk.census = census.map(|census| census.files.beside(census.counted));
    Ok(Reached::TheEnd)
}

async fn item_page(walk: &Walk<'_>, after: Option<&ItemId>) -> Result<ItemPage, Failure> {
    let total = walk.head.items;
    Ok(walk.worker.store.item_page(walk.connection.id, after, PAGE, total).await?)
}

async fn count_files(walk: &Walk<'_>) -> Result<Census, Failure> {
    let counted = walk.worker.store.transfer_counts(walk.connection.id).await?;
    Ok(Census { files: FileCounts::default(), counted })
}

/// Records what else must be known of the items, beside how they differ from the listing.
async fn note_items(
    walk: &Walk<'_>,
    items: Vec<Item>,
    reading: &mut Reading,
    census: &mut Option<Census>,
    listed: &Listed,
) -> Result<Vec<Item>, Failure> {
    reading.displayed.add(&items);
    if reading.paths_checked.is_some() {
        reading.misplaced.extend(walk.worker.store.misplaced(walk.connection.id, &items).await?);
    }
    walk.worker.store.number_items(walk.connection.id, &items).await?;
    enqueue_pending(walk, &items, listed).await?;
    if let Some(census) = census {
        items.iter().for_each(|item| census.files.add(&tried_again(&item.content), item.metadata.size));
    }
    let reported = items.iter().filter(|item| walk.drain.marks.why(item).is_some());
    reading.reported.extend(reported.map(|item| item.metadata.id.clone()));
    Ok(items)
}

/// Adds transfers again that were lost, or that failed for reasons that may have passed.
async fn enqueue_pending(walk: &Walk<'_>, stored: &[Item], listed: &Listed) -> Result<(), Failure> {
    let mut waiting: Vec<FileRevision> = Vec::new();
    for item in stored {
        match &item.content {
            Content::Pending { rev } => {
                let file = (item.metadata.id.clone(), rev.clone());
                waiting.extend((!listed.may_have(&file)).then_some(file));
            }
            Content::Failed { rev, reason } if reason.may_pass() => {
                let pending = Content::Pending { rev: rev.clone() };
                let (id, now) = (&item.metadata.id, walk.worker.clock.now());
                walk.worker.store.record_content(walk.connection.id, id, &pending, now).await?;
                waiting.push((item.metadata.id.clone(), rev.clone()));
            }
            _ => {}
        }
    }
    apply::enqueue_transfers(walk, &waiting).await
}

/// Adds items to the comparison, except unlisted ones that are out of reach. Returns the number of those.
fn add_stored(check: &mut Check, out_of_reach: &OutOfReach, items: Vec<Item>) -> u64 {
    let is_beyond_reach =
        |item: &Item| out_of_reach.contains(&item.metadata) && !check.has_listed(&item.metadata.id);
    let (beyond_reach, items): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_beyond_reach);
    check.add_stored(&items);
    beyond_reach.len() as u64
}

/// Returns an item's content once a failure that may have passed is tried again.
fn tried_again(content: &Content) -> Content {
    match content {
        Content::Failed { rev, reason } if reason.may_pass() => Content::Pending { rev: rev.clone() },
        content => content.clone(),
    }
}
