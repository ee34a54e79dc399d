//! Rows of paths that do not say what the items say: a full comparison writes them anew.
//!
//! Displacements, and the deletions of folders, find items by these rows. The walks keep both in step; a table that was
//! restored, or that an older version wrote, may not be.

use std::collections::{BTreeMap, BTreeSet};

use shared::{
    model::{Item, ItemId, Segment},
    store::{Commit, Place},
};

use super::{Reached, step::Step};
use crate::Failure;

impl Step<'_> {
    /// Writes the rows of the paths of those of some items that are there and are misplaced. Adds how many to
    /// `restored`. Where the time is over first, the others stay in `misplaced`.
    pub(super) async fn restore_paths(
        &mut self,
        misplaced: &mut Vec<ItemId>,
        restored: &mut u64,
    ) -> Result<Reached, Failure> {
        while !misplaced.is_empty() {
            let first = misplaced.len().saturating_sub(Commit::MOST_PLACES);
            let places = self.unclaimed_places(&misplaced[first..]).await?;
            let count = places.len() as u64;
            let mut commit = self.commit_of(Segment::default());
            commit.places = places;
            self.advance(commit).await?;
            misplaced.truncate(first);
            *restored += count;
            if self.is_over() && !misplaced.is_empty() {
                return Ok(Reached::ItsBudget);
            }
        }
        if *restored > 0 {
            tracing::warn!(connection = %self.connection.id, restored, "rows of paths were written anew");
        }
        Ok(Reached::TheEnd)
    }

    /// The places of items at whose path, as it is now, no item stands by the rows and by its own account.
    async fn unclaimed_places(&self, ids: &[ItemId]) -> Result<Vec<Place>, Failure> {
        let (items, connection) = (&self.worker.items, self.connection.id);
        let found: BTreeMap<ItemId, Item> = items.items(connection, ids).await?.into_iter().collect();
        let paths: Vec<String> = found.values().map(|item| item.facts.path_lower.clone()).collect();
        let by_rows = items.at_paths(connection, &paths).await?;
        let occupants: Vec<ItemId> = by_rows.into_values().collect();
        let occupants = items.items(connection, &occupants).await?;
        let is_marked = |item: &Item| self.standing.marks.why(item).is_some();
        let mut taken: BTreeSet<&str> = occupants
            .values()
            .filter(|item| !is_marked(item))
            .map(|item| item.facts.path_lower.as_str())
            .collect();
        let free = found.values().filter(|item| !is_marked(item)).map(|item| &item.facts);
        let free = free.filter(|facts| taken.insert(&facts.path_lower));
        Ok(free
            .map(|facts| Place { path: facts.path_lower.clone(), item: facts.id.clone(), kind: facts.kind })
            .collect())
    }
}
