//! Path rows that name another item than the one whose path they are.
//!
//! Displacements and deletions of folders find items by these rows. Walks keep both in agreement: an item that
//! another one displaces is marked. But in a table that was restored, or was written by an older version, they may
//! differ; a full comparison writes the rows again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

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

/// Returns the path rows to write: those of unmarked items at whose path no unmarked item is.
async fn unclaimed(walk: &Walk<'_>, ids: &[ItemId]) -> Result<Vec<PathEntry>, Failure> {
    let (items, connection) = (&walk.worker.store, walk.connection.id);
    let found: BTreeMap<ItemId, Item> = items.items(connection, ids).await?.into_iter().collect();
    let paths: Vec<String> = found.values().map(|item| item.metadata.path_lower.clone()).collect();
    let occupants = occupants(walk, &paths).await?;
    let is_marked = |item: &Item| walk.drain.marks.why(item).is_some();
    let mut taken: BTreeSet<&str> =
        occupants.iter().filter(|(_, item)| !is_marked(item)).map(|(path, _)| path.as_str()).collect();
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

/// Returns which of some items are displaced: another item is at their path.
pub(super) async fn displaced(walk: &Walk<'_>, ids: &[ItemId]) -> Result<BTreeSet<ItemId>, Failure> {
    let items = walk.worker.store.items(walk.connection.id, ids).await?;
    let paths: Vec<String> = items.values().map(|item| item.metadata.path_lower.clone()).collect();
    let occupants = occupants(walk, &paths).await?;
    let occupant = |item: &Item| occupants.get(&item.metadata.path_lower).map(|there| &there.metadata.id);
    let displaced = items.values().filter(|item| occupant(item).is_some_and(|id| *id != item.metadata.id));
    Ok(displaced.map(|item| item.metadata.id.clone()).collect())
}

/// Returns the items that are at some paths, by the rows of the paths and by their own.
async fn occupants(walk: &Walk<'_>, paths: &[String]) -> Result<HashMap<String, Item>, Failure> {
    let (store, connection) = (&walk.worker.store, walk.connection.id);
    let named = store.at_paths(connection, paths).await?;
    let ids: Vec<ItemId> = named.values().cloned().collect();
    let items = store.items(connection, &ids).await?;
    let there = named.into_iter().filter_map(|(path, id)| Some((path, items.get(&id)?.clone())));
    Ok(there.filter(|(path, item)| item.metadata.path_lower == *path).collect())
}
