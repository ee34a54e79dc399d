//! The first half of a full comparison: everything that is selected is listed, in as many invocations as it
//! takes.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use shared::{
    dropbox::{Entry, Page, Refusal},
    model::{ContentKey, Head, Segment, Selection, SelectionState, Target, Timestamp},
};

use super::{
    Reached,
    fetch::{Lookup, PageRequest},
    page_size,
    page_size::page_limit,
    repair::Repair,
    state::Walk,
};
use crate::{Failure, plan::Comparison};

/// Full listing so far. Between two invocations it is stored in the bucket.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct FullListing {
    /// Time at which the listing began.
    pub(super) began: Timestamp,
    /// Number of changes found just before it that no notification had announced.
    pub(super) missed: u64,
    /// The listed items.
    pub(super) comparison: Comparison,
    /// Targets that must still be listed, in reverse order.
    targets: Vec<Target>,
    /// Cursor of the target that is being listed.
    cursor: Option<String>,
    /// Targets that were listed to their end.
    #[serde(default)]
    pub(super) listed: Vec<Target>,
    /// Listed targets that do not exist at Dropbox (any more).
    #[serde(default)]
    pub(super) absent: Vec<Target>,
    /// Listed targets that Dropbox refuses to list.
    #[serde(default)]
    pub(super) refused: Vec<(Target, Refusal)>,
    /// The second half, once everything is listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) repair: Option<Repair>,
}

/// Result of asking for a page of a target.
#[derive(Debug)]
pub(super) enum ListingStep {
    /// A page.
    Page(Page),
    /// Nothing more, because the target is a file.
    Whole,
    /// The target does not exist.
    Absent,
    /// Dropbox refuses the target.
    Refused(Refusal),
}

/// Returns the listing that an earlier invocation began, or a new one.
pub(super) async fn begin_or_resume(walk: &mut Walk<'_>, missed: u64) -> Result<FullListing, Failure> {
    if let Some(listing) = saved(walk).await? {
        return Ok(listing);
    }
    let (began, targets) = (walk.worker.clock.now(), targets(walk));
    Ok(FullListing { began, missed, targets, ..FullListing::default() })
}

/// Returns the selections that were listed before. If the whole account is selected, it includes the
/// others, and of these only the missing and refused ones are asked for, since Dropbox may list them
/// again.
pub(super) fn targets(walk: &Walk<'_>) -> Vec<Target> {
    use SelectionState::{Listed, Missing, Refused};
    let asked =
        || walk.choices.selections.iter().filter(|one| matches!(one.state, Listed | Missing | Refused));
    let is_whole = asked().any(|one| one.target == Target::Everything);
    let is_listed = |one: &&Selection| !is_whole || one.state != Listed || one.target == Target::Everything;
    asked().filter(is_listed).map(|one| one.target.clone()).collect()
}

async fn saved(walk: &Walk<'_>) -> Result<Option<FullListing>, Failure> {
    let Some(began) = walk.head.full_listing else { return Ok(None) };
    let saved = walk.worker.content.read(&key(walk)).await?;
    // A listing that cannot be read, or is not the one that HEAD names, starts over.
    let listing = saved.and_then(|saved| serde_json::from_slice::<FullListing>(&saved).ok());
    Ok(listing.filter(|listing| listing.began == began))
}

/// Saves the listing for the next invocation.
pub(super) async fn save(walk: &mut Walk<'_>, listing: &FullListing) -> Result<(), Failure> {
    let bytes = serde_json::to_vec(listing).map_err(|error| Failure::Undecodable(error.to_string()))?;
    let mut upload = walk.worker.content.upload(&key(walk)).await?;
    upload.write(Bytes::from(bytes)).await?;
    upload.complete().await?;
    let mut commit = walk.commit_of(Segment::default());
    commit.after = Head { full_listing: Some(listing.began), ..commit.after };
    let advanced = walk.advance(commit).await;
    // HEAD is not written if it names this listing already, so a late walker does not learn from it.
    if advanced.is_err() || walk.asker.is_late() {
        discard_unnamed(walk).await?;
    }
    advanced
}

/// Removes the saved listing if HEAD names none: then nobody would remove it, as when a walker that was suspended for
/// longer than its lease saves after the comparison has ended. A listing that another walker is about to save starts
/// over.
async fn discard_unnamed(walk: &Walk<'_>) -> Result<(), Failure> {
    match walk.worker.store.head(walk.connection.id).await?.full_listing {
        Some(_) => Ok(()),
        None => discard(walk).await,
    }
}

/// Removes the saved listing from the bucket.
pub(super) async fn discard(walk: &Walk<'_>) -> Result<(), Failure> {
    Ok(walk.worker.content.remove(&key(walk)).await?)
}

fn key(walk: &Walk<'_>) -> ContentKey {
    ContentKey::full_listing(walk.connection.project, walk.connection.id)
}

/// Lists, and starts over with smaller pages if one did not come in time.
pub(super) async fn run(walk: &mut Walk<'_>, listing: &mut FullListing) -> Result<Reached, Failure> {
    match list(walk, listing).await {
        Err(failure) if failure.is_too_slow() => {
            listing.cursor = None;
            page_size::list_in_smaller_pages(walk, None, failure).await
        }
        listed => listed,
    }
}

/// Lists until everything is listed or the time is up. A selection that Dropbox refuses is recorded, and
/// the others go on.
async fn list(walk: &mut Walk<'_>, listing: &mut FullListing) -> Result<Reached, Failure> {
    while let Some(target) = listing.targets.last().cloned() {
        let answer = next_page(walk, listing, &target).await?;
        if let ListingStep::Page(Page { entries, cursor, has_more: true }) = answer {
            note(&mut listing.comparison, &entries);
            listing.cursor = Some(cursor);
        } else {
            listing.targets.pop();
            listing.cursor = None;
            listing.listed.push(target.clone());
            match answer {
                ListingStep::Page(last) => note(&mut listing.comparison, &last.entries),
                ListingStep::Whole => {}
                ListingStep::Absent => listing.absent.push(target),
                ListingStep::Refused(refusal) => listing.refused.push((target, refusal)),
            }
        }
        if walk.is_over() {
            return Ok(Reached::ItsBudget);
        }
    }
    Ok(Reached::TheEnd)
}

/// Fetches the next page of a target.
async fn next_page(
    walk: &Walk<'_>,
    listing: &mut FullListing,
    target: &Target,
) -> Result<ListingStep, Failure> {
    let wanted = match (listing.cursor.clone(), target) {
        (Some(cursor), _) => PageRequest::At(cursor),
        (None, Target::Everything) => PageRequest::First(String::new(), page_limit(&walk.head)),
        (None, Target::Item(id)) => match walk.asker.look_up(id.clone()).await? {
            Lookup::Absent => return Ok(ListingStep::Absent),
            Lookup::Refused(refusal) => return Ok(ListingStep::Refused(refusal)),
            Lookup::Present(entry) => {
                note(&mut listing.comparison, std::slice::from_ref(&entry));
                if !entry.may_be_folder() {
                    return Ok(ListingStep::Whole);
                }
                PageRequest::First(id.to_string(), page_limit(&walk.head))
            }
        },
    };
    page_of(walk, target, wanted).await
}

/// Fetches a page of a target. If the root is missing or refused, that is a failure of the connection.
pub(super) async fn page_of(
    walk: &Walk<'_>,
    target: &Target,
    wanted: PageRequest,
) -> Result<ListingStep, Failure> {
    use shared::dropbox::DropboxError::NotFound;
    match walk.asker.page(wanted).await {
        Ok(page) => Ok(ListingStep::Page(page)),
        Err(failure) if target.item().is_none() => Err(failure),
        Err(failure) if matches!(failure.dropbox(), Some(NotFound(_))) => Ok(ListingStep::Absent),
        Err(failure) => failure.refusal().map(ListingStep::Refused).ok_or(failure),
    }
}

fn note(comparison: &mut Comparison, entries: &[Entry]) {
    // A listed deletion is later than the listing, so the following drain reports it, too.
    for entry in entries {
        match entry {
            Entry::Present { metadata, .. } => comparison.list(metadata),
            Entry::Unreadable(entry) => comparison.list_unreadable(entry),
            Entry::Deleted(_) => {}
        }
    }
}
