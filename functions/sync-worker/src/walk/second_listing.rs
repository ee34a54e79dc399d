//! A second listing, for comparisons that doubt too much to ask about it one by one.

use serde::{Deserialize, Serialize};
use shared::{
    dropbox::{Page, Refusal},
    model::Target,
};

use super::{
    Reached,
    confirm::ONE_BY_ONE,
    doubt,
    doubt::Doubt,
    fetch::{Lookup, PageRequest},
    full_listing,
    full_listing::ListingStep,
    page_size,
    page_size::page_limit,
    refused,
    state::Walk,
};
use crate::Failure;

/// Maximum number of confirmed entries that are buffered, to be taken together and parents first. Further
/// ones are taken in another batch; all of them are taken by the invocation that confirmed them.
const MOST_KEPT: usize = 4000;

/// Progress of a second listing.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct SecondListing {
    /// Targets that must still be listed, in reverse order; absent before it begins.
    targets: Option<Vec<Target>>,
    /// Cursor of the target that is being listed.
    cursor: Option<String>,
    /// The log's head when it began. What it does not list may exist again after a later change.
    pub(super) at: u64,
}

impl SecondListing {
    pub(super) fn has_begun(&self) -> bool {
        self.targets.is_some()
    }
}

/// Result of a page of a second listing.
enum SecondPage {
    /// The target has more pages.
    Page,
    /// The target is complete.
    Whole,
    /// Dropbox refuses the target.
    Refused(Refusal),
}

/// Confirms doubted items by a second listing, page by page until the time is up. Items that only
/// selections take in which Dropbox refuses by now are removed from those in doubt.
pub(super) async fn confirm(
    walk: &mut Walk<'_>,
    listing: &mut SecondListing,
    doubt: &mut Doubt,
) -> Result<Reached, Failure> {
    if listing.targets.is_none() {
        (listing.targets, listing.at) = (Some(full_listing::targets(walk)), walk.head.head);
    }
    let listed = list(walk, listing, doubt).await;
    doubt::take_confirmed(walk, doubt).await?;
    match listed {
        Err(failure) if failure.is_too_slow() => {
            listing.cursor = None;
            page_size::list_in_smaller_pages(walk, None, failure).await
        }
        Ok(Reached::TheEnd) => {
            doubt.refused += refused::leave_refused(walk, doubt).await?;
            if doubt.is_blurred {
                leave_all_but_some(walk, doubt).await?;
            }
            Ok(Reached::TheEnd)
        }
        listed => listed,
    }
}

async fn list(
    walk: &mut Walk<'_>,
    listing: &mut SecondListing,
    doubt: &mut Doubt,
) -> Result<Reached, Failure> {
    while let Some(target) = listing.targets.as_ref().and_then(|targets| targets.last().cloned()) {
        let answer = page(walk, &target, listing, doubt).await?;
        if let SecondPage::Refused(refusal) = &answer {
            refused::refuse(walk, &target, refusal.clone()).await?;
        }
        if !matches!(answer, SecondPage::Page) {
            listing.cursor = None;
            listing.targets.iter_mut().for_each(|targets| drop(targets.pop()));
        }
        if doubt.untaken() > MOST_KEPT {
            doubt::take_confirmed(walk, doubt).await?;
        }
        if walk.is_over() {
            return Ok(Reached::ItsBudget);
        }
    }
    Ok(Reached::TheEnd)
}

/// Records what the next page of a target says about doubted items.
async fn page(
    walk: &mut Walk<'_>,
    target: &Target,
    listing: &mut SecondListing,
    doubt: &mut Doubt,
) -> Result<SecondPage, Failure> {
    let wanted = match (&listing.cursor, target.item()) {
        (Some(cursor), _) => PageRequest::At(cursor.clone()),
        (None, None) => PageRequest::First(String::new(), page_limit(&walk.head)),
        (None, Some(id)) => match walk.asker.look_up(id.clone()).await? {
            Lookup::Absent => return Ok(SecondPage::Whole),
            Lookup::Refused(refusal) => return Ok(SecondPage::Refused(refusal)),
            Lookup::Present(top) => {
                let is_folder = top.may_be_folder();
                doubt::note_confirmed(walk, vec![top], doubt).await?;
                if !is_folder {
                    return Ok(SecondPage::Whole);
                }
                PageRequest::First(id.to_string(), page_limit(&walk.head))
            }
        },
    };
    let Page { entries, cursor, has_more } = match full_listing::page_of(walk, target, wanted).await? {
        ListingStep::Page(page) => page,
        ListingStep::Whole | ListingStep::Absent => return Ok(SecondPage::Whole),
        ListingStep::Refused(refusal) => return Ok(SecondPage::Refused(refusal)),
    };
    doubt::note_confirmed(walk, entries, doubt).await?;
    listing.cursor = Some(cursor);
    Ok(if has_more { SecondPage::Page } else { SecondPage::Whole })
}

/// Keeps only as many doubted items as can be asked about by their ids. Since an unreadable entry may be
/// any item's, no other item counts as gone; the others stay as they are until the next resync.
async fn leave_all_but_some(walk: &mut Walk<'_>, doubt: &mut Doubt) -> Result<(), Failure> {
    let first_left = doubt.ids.keys().nth(ONE_BY_ONE).cloned();
    let left = first_left.map(|id| doubt.ids.split_off(&id).into_keys().collect()).unwrap_or_default();
    doubt::leave_items(walk, left).await
}
