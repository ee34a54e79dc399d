//! What a comparison doubts is asked about once more: the listing may be older than the drain that followed it.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    dropbox::{Entry, Page},
    model::{ItemId, Removal, Target},
};

use super::{
    fetch::{self, Wanted, is_folder},
    step::{Progress, Step},
};
use crate::{Failure, plan::Difference};

/// So many differences are confirmed one by one; more, by a second listing.
const ONE_BY_ONE: usize = 500;
/// Confirmations at the same time.
const AT_ONCE: usize = 4;

impl Step<'_> {
    /// Asks Dropbox about everything that is in doubt, and takes what it says. What is not there is marked. Returns
    /// how many are marked now that were not before.
    pub(super) async fn confirm(
        &mut self,
        difference: &Difference,
        marked: &BTreeSet<ItemId>,
    ) -> Result<u64, Failure> {
        let mut doubted: BTreeSet<ItemId> = difference.doubted.iter().cloned().collect();
        doubted.extend(difference.unknown.iter().chain(marked).cloned());
        if doubted.len() > ONE_BY_ONE {
            self.confirm_by_listing(&mut doubted).await?;
        }
        // A listing does not tell what was moved out of it.
        if doubted.len() <= ONE_BY_ONE {
            self.confirm_one_by_one(&mut doubted).await?;
        }
        // Each by its id: where a folder above is not held, no path leads to it.
        let at = self.head.head;
        let lost: Vec<&ItemId> = difference.doubted.iter().filter(|id| doubted.contains(*id)).collect();
        for id in lost.iter().copied().chain(marked.iter().filter(|id| doubted.contains(*id))) {
            self.standing.marks.mark_item(id.clone(), at, Removal::Deleted);
        }
        let drifted = lost.into_iter().filter(|id| !marked.contains(*id)).count();
        Ok(drifted as u64)
    }

    /// Takes what Dropbox says of each, and leaves in `doubted` what it does not know.
    async fn confirm_one_by_one(&mut self, doubted: &mut BTreeSet<ItemId>) -> Result<(), Failure> {
        let (worker, connection) = (self.worker, self.connection);
        let ids: Vec<ItemId> = doubted.iter().cloned().collect();
        let asked = stream::iter(ids.clone())
            .map(|id| fetch::metadata(worker, connection, id))
            .buffered(AT_ONCE)
            .try_collect::<Vec<Option<Entry>>>();
        let told = asked.await?;
        // What stands where a selected folder was that is gone is in no selection.
        let unknown = ids.iter().zip(&told).filter(|(_, entry)| entry.is_none());
        unknown.for_each(|(id, _)| self.standing.scope.lose(id));
        let mut entries: Vec<Entry> = told.into_iter().flatten().collect();
        entries.sort_by(|one, two| path(one).cmp(&path(two)));
        self.take_confirmed(entries, doubted).await
    }

    /// The same by a second listing.
    async fn confirm_by_listing(&mut self, doubted: &mut BTreeSet<ItemId>) -> Result<(), Failure> {
        for target in self.to_survey() {
            let Some(mut wanted) = self.confirm_top(&target, doubted).await? else { continue };
            while let Some(page) = self.page_or_none(&target, wanted).await? {
                let Page { entries, cursor, has_more } = page;
                self.take_confirmed(entries, doubted).await?;
                if !has_more {
                    break;
                }
                wanted = Wanted::At(cursor);
            }
        }
        Ok(())
    }

    async fn confirm_top(
        &mut self,
        target: &Target,
        doubted: &mut BTreeSet<ItemId>,
    ) -> Result<Option<Wanted>, Failure> {
        let Some(id) = target.item() else { return Ok(Some(Wanted::First(String::new()))) };
        let Some(top) = fetch::metadata(self.worker, self.connection, id.clone()).await? else {
            return Ok(None);
        };
        let wanted = is_folder(&top).then(|| Wanted::First(id.to_string()));
        self.take_confirmed(vec![top], doubted).await?;
        Ok(wanted)
    }

    async fn take_confirmed(
        &mut self,
        mut entries: Vec<Entry>,
        doubted: &mut BTreeSet<ItemId>,
    ) -> Result<(), Failure> {
        entries.retain(|entry| entry.facts().is_some_and(|facts| doubted.remove(&facts.id)));
        self.take(entries, Progress::default()).await
    }
}

fn path(entry: &Entry) -> Option<&str> {
    entry.facts().map(|facts| facts.path_lower.as_str())
}
