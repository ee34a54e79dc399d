//! What a comparison doubts is asked about once more: the listing may be older than the drain that followed it.

use std::collections::BTreeSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    dropbox::{Entry, Page, Refusal, Unreadable},
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

/// Confirmed differences that are kept until they are taken together, parents first. More are taken as they come.
const MOST_KEPT: usize = 20_000;

/// What Dropbox is still to be asked about.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    /// Items and what is not held.
    pub(super) ids: BTreeSet<ItemId>,
    /// What was confirmed and is not taken yet.
    confirmed: Vec<Entry>,
    /// Whether the second listing has an entry that cannot be read and names no id: it may be of anything.
    is_blurred: bool,
    /// Items that are left as they are, since Dropbox says nothing of them that can be read: where they stand is unknown.
    pub(super) unplaced: BTreeSet<ItemId>,
    /// How many of those that were confirmed are left out for another at their path.
    pub(super) duplicates: u64,
}

/// What came of asking about everything that was in doubt.
#[derive(Debug)]
pub(super) struct Confirmed {
    /// How many items are gone as their reported deletions said.
    pub(super) reported: u64,
    /// How many are left as they are, since Dropbox refuses to tell of them.
    pub(super) refused: u64,
    /// How many are left out, since another is at their path.
    pub(super) duplicates: u64,
}

impl Step<'_> {
    /// Asks Dropbox about everything that is in doubt, and takes what it says. What is not there is marked.
    pub(super) async fn confirm(
        &mut self,
        difference: &Difference,
        marked: &BTreeSet<ItemId>,
    ) -> Result<Confirmed, Failure> {
        let mut refused = 0;
        let mut doubt = Doubt::default();
        doubt.ids.extend(difference.doubted.iter().chain(&difference.unknown).chain(marked).cloned());
        if doubt.ids.len() > ONE_BY_ONE {
            refused += self.confirm_by_listing(&mut doubt).await?;
        }
        if doubt.is_blurred {
            self.leave_all_but_some(&mut doubt.ids);
        }
        // A listing does not tell what was moved out of it.
        if doubt.ids.len() <= ONE_BY_ONE {
            refused += self.confirm_one_by_one(&mut doubt).await?;
        }
        self.take_confirmed(&mut doubt).await?;
        // Each by its id: where a folder above is not held, no path leads to it.
        let at = self.head.head;
        let gone = difference.doubted.iter().chain(marked).filter(|id| doubt.ids.contains(*id));
        gone.for_each(|id| self.standing.marks.mark_item(id.clone(), at, Removal::Deleted));
        let reported = marked.iter().filter(|id| doubt.ids.contains(*id)).count() as u64;
        Ok(Confirmed { reported, refused, duplicates: doubt.duplicates })
    }

    /// Where an entry may be of anything, nothing is gone but what is asked about by its id: as many as can be. The
    /// others stay as they are until the next resync.
    fn leave_all_but_some(&mut self, ids: &mut BTreeSet<ItemId>) {
        let first_left = ids.iter().nth(ONE_BY_ONE).cloned();
        let left = first_left.map(|id| ids.split_off(&id)).unwrap_or_default();
        left.into_iter().for_each(|id| self.leave_as_it_is(id));
    }

    /// Takes what Dropbox says of each, and leaves in doubt what it does not know. Returns how many it refuses to tell
    /// of.
    async fn confirm_one_by_one(&mut self, doubt: &mut Doubt) -> Result<u64, Failure> {
        let asker = self.asker.clone();
        let ids: Vec<ItemId> = doubt.ids.iter().cloned().collect();
        let asked = stream::iter(ids.clone())
            .map(|id| asker.look_up(id))
            .buffered(AT_ONCE)
            .try_collect::<Vec<Lookup>>();
        let mut refused = 0;
        for (id, told) in ids.into_iter().zip(asked.await?) {
            match told {
                Lookup::Present(entry) => self.note_confirmed(vec![entry], doubt),
                // What stands where a selected folder was that is gone is in no selection.
                Lookup::Absent => self.standing.scope.lose(&id),
                Lookup::Refused(_) => {
                    refused += 1;
                    self.leave_unplaced(id, doubt);
                }
            }
        }
        Ok(refused)
    }

    /// The same by a second listing. What only selections hold that Dropbox refuses by now is no more in doubt.
    async fn confirm_by_listing(&mut self, doubt: &mut Doubt) -> Result<u64, Failure> {
        for target in self.to_survey() {
            if let Some(refusal) = self.confirm_target(&target, doubt).await? {
                self.refuse_target(&target, refusal).await?;
            }
        }
        self.leave_what_is_refused(&mut doubt.ids).await
    }

    /// Takes what the listing of one target says of what is in doubt. Returns why Dropbox refuses it, where it does.
    async fn confirm_target(
        &mut self,
        target: &Target,
        doubt: &mut Doubt,
    ) -> Result<Option<Refusal>, Failure> {
        let mut wanted = match target.item() {
            None => Wanted::First(String::new(), page_limit(&self.head)),
            Some(id) => match self.asker.look_up(id.clone()).await? {
                Lookup::Absent => return Ok(None),
                Lookup::Refused(refusal) => return Ok(Some(refusal)),
                Lookup::Present(top) => {
                    let is_folder = is_folder(&top);
                    self.note_confirmed(vec![top], doubt);
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
            self.note_confirmed(entries, doubt);
            if doubt.confirmed.len() > MOST_KEPT {
                self.take_confirmed(doubt).await?;
            }
            if !has_more {
                return Ok(None);
            }
            wanted = Wanted::At(cursor);
        }
    }

    /// Takes note of what Dropbox says of what is in doubt. Of what cannot be read the item stays as it is.
    fn note_confirmed(&mut self, entries: Vec<Entry>, doubt: &mut Doubt) {
        for entry in entries {
            match &entry {
                Entry::Present { facts, .. } => {
                    if doubt.ids.remove(&facts.id) {
                        doubt.confirmed.push(entry);
                    }
                }
                Entry::Unreadable(Unreadable { id: Some(id), .. }) => {
                    if doubt.ids.contains(id) {
                        self.leave_unplaced(id.clone(), doubt);
                    }
                }
                Entry::Unreadable(_) => doubt.is_blurred = true,
                Entry::Deleted(_) => {}
            }
        }
    }

    fn leave_unplaced(&mut self, id: ItemId, doubt: &mut Doubt) {
        doubt.ids.remove(&id);
        doubt.unplaced.insert(id.clone());
        self.leave_as_it_is(id);
    }

    /// Takes what was confirmed, parents first. What is in folders whose case changed is shown when all is taken.
    async fn take_confirmed(&mut self, doubt: &mut Doubt) -> Result<(), Failure> {
        let mut entries = std::mem::take(&mut doubt.confirmed);
        entries.sort_by(|one, two| path(one).cmp(&path(two)));
        let entries = self.leave_out_duplicates(entries, doubt).await?;
        self.take_pieces(entries, Progress::default()).await
    }
}

fn path(entry: &Entry) -> Option<&str> {
    entry.facts().map(|facts| facts.path_lower.as_str())
}
