//! What a comparison doubts is asked about once more: the listing may be older than the drain that followed it.

use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use shared::{
    dropbox::{Entry, Page, Refusal},
    model::{ItemId, Target},
};

use super::{
    Reached,
    fetch::{self, Lookup, Wanted, is_folder},
    page_size::page_limit,
    repair::Repair,
    step::{Progress, Step},
    survey::Listed,
};
use crate::Failure;

/// So many differences are confirmed one by one; more, by a second listing.
pub(super) const ONE_BY_ONE: usize = 500;
/// Confirmations at the same time.
const AT_ONCE: usize = 4;

/// How far a second listing has come.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Relisting {
    /// What is still to be listed, the last first; absent before it begins.
    targets: Option<Vec<Target>>,
    /// Where the listing of the target in hand goes on.
    cursor: Option<String>,
}

/// What came of a page of a second listing.
enum Confirmed {
    /// There is more of the target.
    Page,
    /// There is no more of it.
    Whole,
    /// Dropbox refuses the target.
    Refused(Refusal),
}

impl Step<'_> {
    /// Takes what Dropbox says of each that is in doubt, until the time is over.
    pub(super) async fn confirm_one_by_one(&mut self, repair: &mut Repair) -> Result<Reached, Failure> {
        let asker = self.asker.clone();
        let (mut entries, mut failed) = (Vec::new(), None);
        {
            let ids: Vec<ItemId> = repair.doubted.iter().cloned().collect();
            let mut asked = stream::iter(ids)
                .map(|id| {
                    let asked = asker.look_up(id.clone());
                    async move { (id, asked.await) }
                })
                .buffered(AT_ONCE);
            while failed.is_none()
                && let Some((id, told)) = asked.next().await
            {
                match told {
                    Ok(Lookup::Present(entry)) => entries.push(entry),
                    Ok(Lookup::Absent) => {
                        // What stands where a selected folder was that is gone is in no selection.
                        self.standing.scope.lose(&id);
                        repair.doubted.remove(&id);
                        repair.lost.insert(id);
                    }
                    Ok(Lookup::Refused(_)) => {
                        repair.doubted.remove(&id);
                        repair.refused += 1;
                        self.leave_as_it_is(id);
                    }
                    Err(failure) => failed = Some(failure),
                }
                if self.is_over() {
                    break;
                }
            }
        }
        // Also of what was told before a failure: it need not be asked for again.
        entries.sort_by(|one, two| path(one).cmp(&path(two)));
        self.take_confirmed(entries, &mut repair.doubted).await?;
        match failed {
            Some(failure) => Err(failure),
            None if repair.doubted.is_empty() => Ok(Reached::TheEnd),
            None if self.is_over() => Ok(Reached::ItsBudget),
            // What is told of under another id than it was asked for by is not there.
            None => Ok(Reached::TheEnd),
        }
    }

    /// The same by a second listing, page by page. What only selections hold that Dropbox refuses by now is no more in
    /// doubt.
    pub(super) async fn confirm_by_listing(&mut self, repair: &mut Repair) -> Result<Reached, Failure> {
        if repair.relisting.targets.is_none() {
            repair.relisting.targets = Some(self.to_survey());
        }
        while let Some(target) = repair.relisting.targets.as_ref().and_then(|targets| targets.last().cloned())
        {
            let confirmed = match self.confirm_page(&target, repair).await {
                // The next attempt begins with the target's first page.
                Err(failure) if fetch::was_reset(&failure) => {
                    repair.relisting.cursor = None;
                    return Err(failure);
                }
                confirmed => confirmed?,
            };
            if let Confirmed::Refused(refusal) = &confirmed {
                self.refuse_target(&target, refusal.clone()).await?;
            }
            if !matches!(confirmed, Confirmed::Page) {
                repair.relisting.cursor = None;
                repair.relisting.targets.iter_mut().for_each(|targets| drop(targets.pop()));
            }
            if self.is_over() {
                return Ok(Reached::ItsBudget);
            }
        }
        repair.refused += self.leave_what_is_refused(&mut repair.doubted).await?;
        Ok(Reached::TheEnd)
    }

    /// Takes what the next page of a target says of what is in doubt.
    async fn confirm_page(&mut self, target: &Target, repair: &mut Repair) -> Result<Confirmed, Failure> {
        let wanted = match (&repair.relisting.cursor, target.item()) {
            (Some(cursor), _) => Wanted::At(cursor.clone()),
            (None, None) => Wanted::First(String::new(), page_limit(&self.head)),
            (None, Some(id)) => match self.asker.look_up(id.clone()).await? {
                Lookup::Absent => return Ok(Confirmed::Whole),
                Lookup::Refused(refusal) => return Ok(Confirmed::Refused(refusal)),
                Lookup::Present(top) => {
                    let is_folder = is_folder(&top);
                    self.take_confirmed(vec![top], &mut repair.doubted).await?;
                    if !is_folder {
                        return Ok(Confirmed::Whole);
                    }
                    Wanted::First(id.to_string(), page_limit(&self.head))
                }
            },
        };
        let Page { entries, cursor, has_more, .. } = match self.page_of(target, wanted).await? {
            Listed::Page(page) => page,
            Listed::Whole | Listed::Absent => return Ok(Confirmed::Whole),
            Listed::Refused(refusal) => return Ok(Confirmed::Refused(refusal)),
        };
        self.take_confirmed(entries, &mut repair.doubted).await?;
        repair.relisting.cursor = Some(cursor);
        Ok(if has_more { Confirmed::Page } else { Confirmed::Whole })
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
