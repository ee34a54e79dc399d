//! Selections that Dropbox refuses. Each is marked and reported by itself, keeps what is mirrored of it, and
//! is tried again at each resync.

use shared::{
    dropbox::Refusal,
    metrics::Metric,
    model::{Event, EventBody, ItemId, Metadata, Selection, SelectionState, Target},
};

use super::{
    doubt::{Doubt, leave_items},
    full_listing::FullListing,
    selections,
    selections::name,
    state::{MARKS, Walk},
};
use crate::{
    Failure,
    plan::{Marks, Scope},
};

/// Items that cannot be compared, because only refused selections take them in.
#[derive(Debug, Default)]
pub(super) struct OutOfReach {
    refused: Scope,
    others: Scope,
}

impl OutOfReach {
    /// Whether there are no refused selections.
    fn is_nothing(&self) -> bool {
        self.refused.is_nothing()
    }

    /// Whether an item cannot be compared.
    pub(super) fn contains(&self, metadata: &Metadata) -> bool {
        self.refused.contains(metadata) && !self.others.contains(metadata)
    }
}

/// Marks a selection as refused. Its reason is published once, before it is stored, so that a stored
/// reason has been published.
pub(super) async fn refuse(walk: &mut Walk<'_>, target: &Target, refusal: Refusal) -> Result<(), Failure> {
    let Some(selection) = selection(walk, target) else { return Ok(()) };
    let Refusal { code, summary } = refusal;
    let refused = selection.refused(code.clone(), summary.clone(), walk.worker.clock.now());
    if refused.refusals != selection.refusals {
        tracing::warn!(connection = %walk.connection.id, code, "a selection is refused");
        let unique = unique("selection_refused", &refused, &code);
        let body = EventBody::SelectionRefused { selection: target.clone(), code, summary };
        walk.worker.bus.publish(vec![Event::new(walk.connection, &unique, body)]).await?;
        walk.worker.count(walk.connection, Metric::SelectionsRefused, 1);
    }
    selections::end_unlisted(walk, &selection).await?;
    selections::change(walk, &selection, refused).await
}

/// Records what a listing found out about selections: those that Dropbox refuses now, those that it lists
/// again, and refused ones that are gone.
pub(super) async fn note_selections(walk: &mut Walk<'_>, listing: &FullListing) -> Result<(), Failure> {
    for (target, refusal) in &listing.refused {
        refuse(walk, target, refusal.clone()).await?;
    }
    let is_listed = |target: &Target| {
        !listing.absent.contains(target) && listing.refused.iter().all(|(refused, _)| refused != target)
    };
    for target in listing.listed.iter().filter(|target| is_listed(target)) {
        let Some(selection) = selection(walk, target) else { continue };
        if matches!(selection.state, SelectionState::Missing | SelectionState::Refused) {
            announce_restored(walk, &selection).await?;
            selections::change(walk, &selection, selection.fully_listed()).await?;
        }
    }
    for target in &listing.absent {
        let Some(selection) = selection(walk, target) else { continue };
        if selection.state == SelectionState::Refused {
            selections::mark_missing(walk, &selection).await?;
        }
    }
    Ok(())
}

/// Publishes that Dropbox lists a selection again that it had refused or not known.
pub(super) async fn announce_restored(walk: &Walk<'_>, selection: &Selection) -> Result<(), Failure> {
    if selection.refusal.is_none() && selection.state != SelectionState::Missing {
        return Ok(());
    }
    let unique = unique("selection_restored", selection, "");
    let body = EventBody::SelectionRestored { selection: selection.target.clone() };
    Ok(walk.worker.bus.publish(vec![Event::new(walk.connection, &unique, body)]).await?)
}

/// Returns which items cannot be compared now.
pub(super) async fn out_of_reach(walk: &Walk<'_>) -> Result<OutOfReach, Failure> {
    let is_refused = |one: &&Selection| one.state == SelectionState::Refused;
    let (refused, others): (Vec<&Selection>, Vec<&Selection>) =
        walk.choices.selections.iter().partition(is_refused);
    if refused.is_empty() {
        return Ok(OutOfReach::default());
    }
    let ids: Vec<ItemId> =
        walk.choices.selections.iter().filter_map(|one| one.target.item().cloned()).collect();
    let stored = walk.worker.store.items(walk.connection.id, &ids).await?;
    let scope = |selections: Vec<&Selection>, marks: &Marks| {
        let selections: Vec<Selection> = selections.into_iter().cloned().collect();
        Scope::of(&selections, &stored, marks)
    };
    // A refused folder counts at its stored path, because a report that it is gone may be older than the
    // refusal.
    Ok(OutOfReach { refused: scope(refused, &Marks::default()), others: scope(others, &walk.drain.marks) })
}

/// Removes items that only refused selections take in from those in doubt. Returns their number.
pub(super) async fn leave_refused(walk: &mut Walk<'_>, doubt: &mut Doubt) -> Result<u64, Failure> {
    let out_of_reach = out_of_reach(walk).await?;
    if out_of_reach.is_nothing() {
        return Ok(0);
    }
    let (ids, mut left) = (doubt.ids.keys().cloned().collect::<Vec<ItemId>>(), 0);
    for ids in ids.chunks(MARKS) {
        let items = walk.worker.store.items(walk.connection.id, ids).await?.into_values();
        let refused: Vec<ItemId> =
            items.filter(|item| out_of_reach.contains(&item.metadata)).map(|item| item.metadata.id).collect();
        for id in &refused {
            doubt.ids.remove(id);
        }
        left += refused.len() as u64;
        leave_items(walk, refused).await?;
    }
    Ok(left)
}

fn selection(walk: &Walk<'_>, target: &Target) -> Option<Selection> {
    walk.choices.selections.iter().find(|one| one.target == *target).cloned()
}

/// Returns the unique part of an event's id for a selection: the same if the event is published again after a
/// crash.
fn unique(word: &str, selection: &Selection, code: &str) -> String {
    let Selection { target, selected_at, refusals, .. } = selection;
    format!("{word}:{}:{}:{refusals}:{code}", name(target), selected_at.0)
}
