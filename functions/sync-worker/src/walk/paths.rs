//! Path rows that disagree with the items: a full comparison writes them again.
//!
//! Displacements and deletions of folders find items by these rows. Walks keep both in agreement, but in a
//! table that was restored, or was written by an older version, they may differ.

use std::collections::{BTreeMap, BTreeSet};

use shared::{
    model::{Item, ItemId, Segment},
    store::{Commit, PathEntry},
};

use super::{Reached, state::Walk};
use crate::Failure;

/// Writes the missing path rows of the `misplaced` items, and adds their number to `restored`. If the
/// time is up before that, the remaining items stay in `misplaced`.
pub(super) async fn restore(
    walk: &mut Walk<'_>,
    misplaced: &mut Vec<ItemId>,
    restored: &mut u64,
) -> Result<Reached, Failure> {
    while !misplaced.is_empty() {
        let first = misplaced.len().saturating_sub(Commit::MOST_PLACES);
        let places = unclaimed(walk, &misplaced[first..]).await?;
        let count = places.len() as u64;
        let mut commit = walk.commit_of(Segment::default());
        commit.places = places;
        walk.advance(commit).await?;
        misplaced.truncate(first);
        *restored += count;
        if walk.is_over() && !misplaced.is_empty() {
            return Ok(Reached::ItsBudget);
        }
    }
    if *restored > 0 {
        tracing::warn!(connection = %walk.connection.id, restored, "rows of paths were written anew");
    }
    Ok(Reached::TheEnd)
}

/// Returns the path rows to write: those of unmarked items at whose path no unmarked item is, by its row
/// and its own path.
async fn unclaimed(walk: &Walk<'_>, ids: &[ItemId]) -> Result<Vec<PathEntry>, Failure> {
    let (items, connection) = (&walk.worker.store, walk.connection.id);
    let found: BTreeMap<ItemId, Item> = items.items(connection, ids).await?.into_iter().collect();
    let paths: Vec<String> = found.values().map(|item| item.metadata.path_lower.clone()).collect();
    let by_rows = items.at_paths(connection, &paths).await?;
    let occupants: Vec<ItemId> = by_rows.into_values().collect();
    let occupants = items.items(connection, &occupants).await?;
    let is_marked = |item: &Item| walk.drain.marks.why(item).is_some();
    let mut taken: BTreeSet<&str> = occupants
        .values()
        .filter(|item| !is_marked(item))
        .map(|item| item.metadata.path_lower.as_str())
        .collect();
    let free = found.values().filter(|item| !is_marked(item)).map(|item| &item.metadata);
    let free = free.filter(|metadata| taken.insert(&metadata.path_lower));
    Ok(free
        .map(|metadata| PathEntry {
            path: metadata.path_lower.clone(),
            item: metadata.id.clone(),
            kind: metadata.kind,
        })
        .collect())
}
