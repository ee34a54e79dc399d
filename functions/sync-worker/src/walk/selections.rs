//! Selections: new ones are listed, and what was deselected is removed.

use futures_util::TryStreamExt;
use shared::{
    dropbox::{Entry, Page},
    model::{Event, EventBody, ItemId, ItemKind, Segment, Selection, SelectionState, Target},
    store::SelectionStep,
};

use super::{
    Reached,
    fetch::{Lookup, PageRequest},
    page_size,
    page_size::page_limit,
    refused, removal,
    removal::RemovalCause,
    requested_files,
    state::{Progress, Walk},
};
use crate::Failure;

/// Lists the selections that were not listed to their end yet. Returns whether there were any, and how
/// far the walk came.
pub(super) async fn list_new(walk: &mut Walk<'_>) -> Result<(bool, Reached), Failure> {
    let wanted = in_state(walk, SelectionState::Requested);
    for selection in &wanted {
        if let Reached::ItsBudget = list_or_refuse(walk, selection).await? {
            return Ok((true, Reached::ItsBudget));
        }
    }
    Ok((!wanted.is_empty(), Reached::TheEnd))
}

/// Lists one selection. If Dropbox refuses it, it is marked, and the others go on.
async fn list_or_refuse(walk: &mut Walk<'_>, selection: &Selection) -> Result<Reached, Failure> {
    let reached = match list(walk, selection.clone()).await {
        Err(failure) if failure.is_cursor_reset() => list_from_start(walk, selection.clone()).await,
        reached => reached,
    };
    let failure = match reached {
        Err(failure) if failure.is_too_slow() => {
            return page_size::list_in_smaller_pages(walk, Some(selection), failure).await;
        }
        // The cursor was reset again, in the middle of a listing that had just started over: the others
        // go on, and this one is tried again later.
        Err(failure) if failure.is_cursor_reset() => {
            walk.unfinished.get_or_insert(failure);
            return Ok(Reached::TheEnd);
        }
        Err(failure) if selection.target.item().is_some() => failure,
        reached => return reached,
    };
    let Some(refusal) = failure.refusal() else { return Err(failure) };
    refused::refuse(walk, &selection.target, refusal).await?;
    Ok(Reached::TheEnd)
}

/// Removes what only deselected selections take in. If the time is up before that, the next walk removes
/// the rest.
pub(super) async fn remove_deselected(walk: &mut Walk<'_>) -> Result<Reached, Failure> {
    for selection in in_state(walk, SelectionState::Deselected) {
        let stored = items_of(walk, &selection.target).await?;
        let cause = RemovalCause::Deselected { quietly: selection.quietly };
        let removals = removal::plan(walk, stored, cause).await?;
        if let Reached::ItsBudget = removal::run(walk, removals, |_| (), |_| ()).await? {
            return Ok(Reached::ItsBudget);
        }
        let mut commit = walk.commit_of(Segment::default());
        commit.selection = Some(SelectionStep::of(&selection, None));
        walk.advance(commit).await?;
        walk.choices.selections.retain(|one| one.target != selection.target);
    }
    Ok(Reached::TheEnd)
}

fn in_state(walk: &Walk<'_>, state: SelectionState) -> Vec<Selection> {
    walk.choices.selections.iter().filter(|selection| selection.state == state).cloned().collect()
}

/// Returns the stored items of a selection, including those that were listed before the folders above
/// them.
async fn items_of(walk: &Walk<'_>, target: &Target) -> Result<Vec<ItemId>, Failure> {
    let (items, connection) = (&walk.worker.store, walk.connection.id);
    let Target::Item(id) = target else { return all_ids(walk).await };
    let stored = items.items(connection, std::slice::from_ref(id)).await?.remove(id);
    match stored {
        Some(item) if item.metadata.kind == ItemKind::Folder => {
            let mut paths = walk.drain.marks.orphan_parents_in(&item.metadata.path_lower);
            paths.push(item.metadata.path_lower);
            Ok(items.ids_in(connection, &paths).await?)
        }
        stored => Ok(stored.into_iter().map(|item| item.metadata.id).collect()),
    }
}

async fn all_ids(walk: &Walk<'_>) -> Result<Vec<ItemId>, Failure> {
    let items = walk.worker.store.scan_items(walk.connection.id);
    let ids = items.map_ok(|items| items.into_iter().map(|item| item.metadata.id).collect::<Vec<ItemId>>());
    Ok(ids.try_concat().await?)
}

/// Lists a selection from the beginning after its cursor was reset.
async fn list_from_start(walk: &mut Walk<'_>, mut selection: Selection) -> Result<Reached, Failure> {
    (selection.listing, selection.listed) = (None, 0);
    list(walk, selection).await
}

async fn list(walk: &mut Walk<'_>, mut selection: Selection) -> Result<Reached, Failure> {
    let wanted = match (&selection.listing, &selection.target) {
        (Some(cursor), _) => PageRequest::At(cursor.clone()),
        (None, Target::Everything) => PageRequest::First(String::new(), page_limit(&walk.head)),
        (None, Target::Item(id)) => match top_of(walk, id, &selection).await? {
            Some(wanted) => wanted,
            None => return Ok(Reached::TheEnd),
        },
    };
    let asker = walk.asker.clone();
    let mut fetched = asker.page(wanted).await;
    loop {
        let Page { entries, cursor, has_more } = fetched?;
        if !has_more {
            end_listing(walk, selection, entries, Some(cursor)).await?;
            return Ok(Reached::TheEnd);
        }
        selection.listing = Some(cursor.clone());
        selection.listed += entries.len() as u64;
        let selection_step = Some(SelectionStep::of(&selection, Some(selection.clone())));
        let progress = Progress { selection: selection_step, ..Progress::default() };
        if !asker.has_time() {
            walk.mirror(entries, progress).await?;
            return Ok(Reached::ItsBudget);
        }
        let next = asker.page(PageRequest::At(cursor));
        let (mirrored, next) = tokio::join!(walk.mirror(entries, progress), next);
        mirrored?;
        if walk.asker.is_past_end() {
            return Ok(Reached::ItsBudget);
        }
        fetched = next;
    }
}

/// Takes the selected file or folder itself. Returns the page to list next, or `None` if it is a file or
/// does not exist.
async fn top_of(
    walk: &mut Walk<'_>,
    id: &ItemId,
    selection: &Selection,
) -> Result<Option<PageRequest>, Failure> {
    match walk.asker.look_up(id.clone()).await? {
        Lookup::Absent => mark_missing(walk, selection).await.map(|()| None),
        Lookup::Refused(refusal) => refused::refuse(walk, &selection.target, refusal).await.map(|()| None),
        Lookup::Present(entry) if entry.may_be_folder() => {
            walk.mirror(vec![entry], Progress::default()).await?;
            Ok(Some(PageRequest::First(id.to_string(), page_limit(&walk.head))))
        }
        Lookup::Present(entry) => {
            end_listing(walk, selection.clone(), vec![entry], None).await.map(|()| None)
        }
    }
}

/// Takes the last page of a selection, and publishes that it is listed. The selection is stored as listed after that: a
/// process that dies before lists on from the page's end, and publishes it again.
async fn end_listing(
    walk: &mut Walk<'_>,
    mut selection: Selection,
    entries: Vec<Entry>,
    cursor: Option<String>,
) -> Result<(), Failure> {
    refused::announce_restored(walk, &selection).await?;
    walk.has_listed = true;
    selection.listing = cursor;
    selection.listed += entries.len() as u64;
    let selection_step = Some(SelectionStep::of(&selection, Some(selection.clone())));
    walk.mirror(entries, Progress { selection: selection_step, ..Progress::default() }).await?;
    let (target, number) = (selection.target.clone(), walk.head.head);
    let unique = format!("listed:{}:{number}", name(&target));
    let listed = EventBody::Listed { selection: target.clone(), number };
    walk.worker.bus.publish(vec![Event::new(walk.connection, &unique, listed)]).await?;
    requested_files::queue(walk, &target).await?;
    change(walk, &selection, selection.fully_listed()).await
}

/// Publishes that the selected file or folder does not exist at Dropbox, and records it.
pub(super) async fn mark_missing(walk: &mut Walk<'_>, selection: &Selection) -> Result<(), Failure> {
    let target = selection.target.clone();
    let Selection { selected_at, refusals, .. } = selection;
    let unique = format!("selection_missing:{}:{}:{refusals}", name(&target), selected_at.0);
    let body = EventBody::SelectionMissing { selection: target };
    walk.worker.bus.publish(vec![Event::new(walk.connection, &unique, body)]).await?;
    end_unlisted(walk, selection).await?;
    let missing = Selection {
        state: SelectionState::Missing,
        listing: None,
        listed: 0,
        refusal: None,
        ..selection.clone()
    };
    change(walk, selection, missing).await
}

/// Lets the request of a selection end that waited to be listed and cannot be.
pub(super) async fn end_unlisted(walk: &Walk<'_>, selection: &Selection) -> Result<(), Failure> {
    match selection.state {
        SelectionState::Requested => requested_files::queue(walk, &selection.target).await,
        _ => Ok(()),
    }
}

/// Changes the state of a selection.
pub(super) async fn change(walk: &mut Walk<'_>, selection: &Selection, to: Selection) -> Result<(), Failure> {
    if *selection == to {
        return Ok(());
    }
    let mut commit = walk.commit_of(Segment::default());
    commit.selection = Some(SelectionStep::of(selection, Some(to.clone())));
    walk.advance(commit).await?;
    replace(walk, to);
    Ok(())
}

fn replace(walk: &mut Walk<'_>, selection: Selection) {
    let same = walk.choices.selections.iter_mut().find(|one| one.target == selection.target);
    if let Some(one) = same {
        *one = selection;
    }
}

/// Returns a target's name for the ids of events.
pub(super) fn name(target: &Target) -> &str {
    target.item().map_or("everything", ItemId::as_str)
}
