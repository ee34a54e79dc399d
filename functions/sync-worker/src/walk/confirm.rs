//! What a comparison doubts is asked about once more: the listing may be older than the drain that followed it.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    dropbox::{Entry, Page, Refusal},
    model::{ItemId, Removal, Target},
};

use super::{
    fetch::{Lookup, Wanted, is_folder},
    page_size::page_limit,
    step::{Progress, Step},
    survey::Listed,
};
use crate::{Failure, plan::Difference};

/// So many differences are confirmed one by one; more, by a second listing.
const ONE_BY_ONE: usize = 500;
/// Confirmations at the same time.
const AT_ONCE: usize = 4;

/// What came of asking about everything that was in doubt.
#[derive(Debug)]
pub(super) struct Confirmed {
    /// How many items are marked now that were not before.
    pub(super) gone: u64,
    /// How many are left as they are, since Dropbox refuses to tell of them.
    pub(super) refused: u64,
}

impl Step<'_> {
    /// Asks Dropbox about everything that is in doubt, and takes what it says. What is not there is marked.
    pub(super) async fn confirm(
        &mut self,
        difference: &Difference,
        marked: &BTreeSet<ItemId>,
    ) -> Result<Confirmed, Failure> {
        let mut refused = 0;
        let mut doubted: BTreeSet<ItemId> = difference.doubted.iter().cloned().collect();
        doubted.extend(difference.unknown.iter().chain(marked).cloned());
        if doubted.len() > ONE_BY_ONE {
            refused += self.confirm_by_listing(&mut doubted).await?;
        }
        // A listing does not tell what was moved out of it.
        if doubted.len() <= ONE_BY_ONE {
            refused += self.confirm_one_by_one(&mut doubted).await?;
        }
        // Each by its id: where a folder above is not held, no path leads to it.
        let at = self.head.head;
        let lost: Vec<&ItemId> = difference.doubted.iter().filter(|id| doubted.contains(*id)).collect();
        for id in lost.iter().copied().chain(marked.iter().filter(|id| doubted.contains(*id))) {
            self.standing.marks.mark_item(id.clone(), at, Removal::Deleted);
        }
        let gone = lost.into_iter().filter(|id| !marked.contains(*id)).count();
        Ok(Confirmed { gone: gone as u64, refused })
    }

    /// Takes what Dropbox says of each, and leaves in `doubted` what it does not know. Returns how many it refuses to
    /// tell of.
    async fn confirm_one_by_one(&mut self, doubted: &mut BTreeSet<ItemId>) -> Result<u64, Failure> {
        let asker = self.asker.clone();
        let ids: Vec<ItemId> = doubted.iter().cloned().collect();
        let asked = stream::iter(ids.clone())
            .map(|id| asker.look_up(id))
            .buffered(AT_ONCE)
            .try_collect::<Vec<Lookup>>();
        let (mut entries, mut refused): (Vec<Entry>, u64) = (Vec::new(), 0);
        for (id, told) in ids.into_iter().zip(asked.await?) {
            match told {
                Lookup::Present(entry) => entries.push(entry),
                // What stands where a selected folder was that is gone is in no selection.
                Lookup::Absent => self.standing.scope.lose(&id),
                Lookup::Refused(_) => {
                    doubted.remove(&id);
                    refused += 1;
                    self.leave_as_it_is(id);
                }
            }
        }
        entries.sort_by(|one, two| path(one).cmp(&path(two)));
        self.take_confirmed(entries, doubted).await?;
        Ok(refused)
    }

    /// The same by a second listing. What only selections hold that Dropbox refuses by now is no more in doubt.
    async fn confirm_by_listing(&mut self, doubted: &mut BTreeSet<ItemId>) -> Result<u64, Failure> {
        for target in self.to_survey() {
            if let Some(refusal) = self.confirm_target(&target, doubted).await? {
                self.refuse_target(&target, refusal).await?;
            }
        }
        self.leave_what_is_refused(doubted).await
    }

    /// Takes what the listing of one target says of what is in doubt. Returns why Dropbox refuses it, where it does.
    async fn confirm_target(
        &mut self,
        target: &Target,
        doubted: &mut BTreeSet<ItemId>,
    ) -> Result<Option<Refusal>, Failure> {
        let mut wanted = match target.item() {
            None => Wanted::First(String::new(), page_limit(&self.head)),
            Some(id) => match self.asker.look_up(id.clone()).await? {
                Lookup::Absent => return Ok(None),
                Lookup::Refused(refusal) => return Ok(Some(refusal)),
                Lookup::Present(top) => {
                    let is_folder = is_folder(&top);
                    self.take_confirmed(vec![top], doubted).await?;
                    if !is_folder {
                        return Ok(None);
                    }
                    Wanted::First(id.to_string(), page_limit(&self.head))
                }
            },
        };
        loop {
            let Page { entries, cursor, has_more } = match self.page_of(target, wanted).await? {
                Listed::Page(page) => page,
                Listed::Whole | Listed::Absent => return Ok(None),
                Listed::Refused(refusal) => return Ok(Some(refusal)),
            };
            self.take_confirmed(entries, doubted).await?;
            if !has_more {
                return Ok(None);
            }
            wanted = Wanted::At(cursor);
        }
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
