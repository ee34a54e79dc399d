//! Confirms the differences of a comparison one by one: the listing may be older than the drain that followed
//! it.

use std::future;

use futures_util::{StreamExt, stream};
use shared::model::ItemId;

use super::{
    Reached, doubt,
    doubt::Doubt,
    fetch::Lookup,
    state::{MARKS, Walk},
};
use crate::Failure;

/// Maximum number of differences to confirm one by one; more are confirmed by a second listing.
pub(super) const ONE_BY_ONE: usize = 500;
/// Number of items asked about at the same time.
const AT_ONCE: usize = 4;

/// Asks Dropbox about each doubted item and takes the answers, until the time is up; asks about at least
/// one. Items that do not exist are marked.
pub(super) async fn one_by_one(walk: &mut Walk<'_>, doubt: &mut Doubt) -> Result<Reached, Failure> {
    let asked = ask_one_by_one(walk, doubt).await;
    // Also after a failure, so that the answers that came before it need not be asked for again.
    doubt::take_confirmed(walk, doubt).await?;
    asked?;
    Ok(if doubt.ids.is_empty() { Reached::TheEnd } else { Reached::ItsBudget })
}

async fn ask_one_by_one(walk: &mut Walk<'_>, doubt: &mut Doubt) -> Result<(), Failure> {
    let (asker, time) = (walk.asker.clone(), walk.asker.clone());
    let ids: Vec<ItemId> = doubt.ids.keys().cloned().collect();
    let mut asked = stream::iter(ids.into_iter().enumerate())
        .take_while(move |(place, _)| future::ready(*place == 0 || !time.is_over()))
        .map(|(_, id)| {
            let answer = asker.look_up(id.clone());
            async move { (id, answer.await) }
        })
        .buffered(AT_ONCE);
    while let Some((id, answer)) = asked.next().await {
        match answer? {
            Lookup::Present(entry) => {
                doubt::note_confirmed(walk, vec![entry], doubt).await?;
                // Dropbox answered with another id: the requested one does not exist.
                if doubt.ids.contains_key(&id) {
                    doubt::lose(walk, &id, walk.head.head, doubt);
                }
            }
            Lookup::Absent => doubt::lose(walk, &id, walk.head.head, doubt),
            Lookup::Refused(_) => {
                doubt.refused += 1;
                doubt::leave_unplaced(walk, vec![id], doubt).await?;
            }
        }
    }
    Ok(())
}

/// Marks what is not in a second listing, which began when the log's head was `at`.
pub(super) async fn lose_unlisted(
    walk: &mut Walk<'_>,
    doubt: &mut Doubt,
    at: u64,
) -> Result<Reached, Failure> {
    while !doubt.ids.is_empty() {
        let ids: Vec<ItemId> = doubt.ids.keys().take(MARKS).cloned().collect();
        for id in &ids {
            doubt::lose(walk, id, at, doubt);
        }
        walk.store_marks().await?;
        if walk.is_over() && !doubt.ids.is_empty() {
            return Ok(Reached::ItsBudget);
        }
    }
    Ok(Reached::TheEnd)
}
