//! Selections: new ones are listed, and what was deselected is removed.

use futures_util::TryStreamExt;
use shared::{
    dropbox::{Entry, Page},
    model::{Event, EventBody, ItemId, ItemKind, Segment, Selection, SelectionState, Target},
    store::SelectionStep,
};

use super::{
    Reached,
    fetch::{self, Lookup, Wanted, is_folder},
    page_size::{page_limit, was_slow},
    removal::Cause,
    step::{Progress, Step},
};
use crate::Failure;

impl Step<'_> {
    /// Lists the selections that were not listed to their end yet. Returns whether there were any, and how
    /// far the walk came.
    pub(super) async fn take_in(&mut self) -> Result<(bool, Reached), Failure> {
        let wanted = self.in_state(SelectionState::Wanted);
        for selection in &wanted {
            if let Reached::ItsBudget = self.list_or_refuse(selection).await? {
                return Ok((true, Reached::ItsBudget));
            }
        }
        Ok((!wanted.is_empty(), Reached::TheEnd))
    }

    /// Lists one selection. If Dropbox refuses it, it is marked, and the others go on.
    async fn list_or_refuse(&mut self, selection: &Selection) -> Result<Reached, Failure> {
        let reached = match self.list_selection(selection.clone()).await {
            Err(failure) if fetch::was_reset(&failure) => self.list_again(selection.clone()).await,
            reached => reached,
        };
        let failure = match reached {
            Err(failure) if was_slow(&failure) => {
                return self.list_in_smaller_pages(Some(selection), failure).await;
            }
            // The cursor was reset again, in the middle of a listing that had just started over: the others
            // go on, and this one is tried again later.
            Err(failure) if fetch::was_reset(&failure) => {
                self.unfinished.get_or_insert(failure);
                return Ok(Reached::TheEnd);
            }
            Err(failure) if selection.target.item().is_some() => failure,
            reached => return reached,
        };
        let Some(refusal) = fetch::refusal(&failure) else { return Err(failure) };
        self.refuse_target(&selection.target, refusal).await?;
        Ok(Reached::TheEnd)
    }

    /// Removes what only deselected selections take in. If the time is up before that, the next walk removes
    /// the rest.
    pub(super) async fn give_up(&mut self) -> Result<Reached, Failure> {
        for selection in self.in_state(SelectionState::Unwanted) {
            let held = self.held_by(&selection.target).await?;
            let removals = self.to_remove(held, Cause::Deselected).await?;
            if let Reached::ItsBudget = self.remove(removals, |_| (), |_| ()).await? {
                return Ok(Reached::ItsBudget);
            }
            let mut commit = self.commit_of(Segment::default());
            commit.selection = Some(step(&selection, None));
            self.advance(commit).await?;
            self.choices.selections.retain(|one| one.target != selection.target);
        }
        Ok(Reached::TheEnd)
    }

    fn in_state(&self, state: SelectionState) -> Vec<Selection> {
        self.choices.selections.iter().filter(|selection| selection.state == state).cloned().collect()
    }

    /// Returns the stored items of a selection, including those that were listed before the folders above
    /// them.
    async fn held_by(&self, target: &Target) -> Result<Vec<ItemId>, Failure> {
        let (items, connection) = (&self.worker.items, self.connection.id);
        let Target::Item(id) = target else { return self.all_ids().await };
        let held = items.items(connection, std::slice::from_ref(id)).await?.remove(id);
        match held {
            Some(item) if item.facts.kind == ItemKind::Folder => {
                let mut paths = self.standing.marks.unheld_in(&item.facts.path_lower);
                paths.push(item.facts.path_lower);
                Ok(items.ids_in(connection, &paths).await?)
            }
            held => Ok(held.into_iter().map(|item| item.facts.id).collect()),
        }
    }

    async fn all_ids(&self) -> Result<Vec<ItemId>, Failure> {
        let items = self.worker.items.scan_items(self.connection.id);
        let ids = items.map_ok(|items| items.into_iter().map(|item| item.facts.id).collect::<Vec<ItemId>>());
        Ok(ids.try_concat().await?)
    }

    /// Lists a selection from the beginning after its cursor was reset.
    async fn list_again(&mut self, mut selection: Selection) -> Result<Reached, Failure> {
        (selection.listing, selection.listed) = (None, 0);
        self.list_selection(selection).await
    }

    async fn list_selection(&mut self, mut selection: Selection) -> Result<Reached, Failure> {
        let wanted = match (&selection.listing, &selection.target) {
            (Some(cursor), _) => Wanted::At(cursor.clone()),
            (None, Target::Everything) => Wanted::First(String::new(), page_limit(&self.head)),
            (None, Target::Item(id)) => match self.top_of(id, &selection).await? {
                Some(wanted) => wanted,
                None => return Ok(Reached::TheEnd),
            },
        };
        let asker = self.asker.clone();
        let mut fetched = asker.page(wanted).await;
        loop {
            let Page { entries, cursor, has_more } = fetched?;
            if !has_more {
                self.end_listing(selection, entries).await?;
                return Ok(Reached::TheEnd);
            }
            selection.listing = Some(cursor.clone());
            selection.listed += entries.len() as u64;
            let selection_step = Some(step(&selection, Some(selection.clone())));
            let progress = Progress { cursor: None, selection: selection_step };
            if !asker.has_time() {
                self.take(entries, progress).await?;
                return Ok(Reached::ItsBudget);
            }
            let next = asker.page(Wanted::At(cursor));
            let (taken, next) = tokio::join!(self.take(entries, progress), next);
            taken?;
            if self.asker.is_past_end() {
                return Ok(Reached::ItsBudget);
            }
            fetched = next;
        }
    }

    /// Takes the selected file or folder itself. Returns the page to list next, or `None` if it is a file or
    /// does not exist.
    async fn top_of(&mut self, id: &ItemId, selection: &Selection) -> Result<Option<Wanted>, Failure> {
        match self.asker.look_up(id.clone()).await? {
            Lookup::Absent => self.miss(selection).await.map(|()| None),
            Lookup::Refused(refusal) => self.refuse_target(&selection.target, refusal).await.map(|()| None),
            Lookup::Present(entry) if is_folder(&entry) => {
                self.take(vec![entry], Progress::default()).await?;
                Ok(Some(Wanted::First(id.to_string(), page_limit(&self.head))))
            }
            Lookup::Present(entry) => self.end_listing(selection.clone(), vec![entry]).await.map(|()| None),
        }
    }

    async fn end_listing(&mut self, selection: Selection, entries: Vec<Entry>) -> Result<(), Failure> {
        self.announce_restored(&selection).await?;
        self.has_listed = true;
        let held = selection.held();
        let selection_step = Some(step(&selection, Some(held.clone())));
        self.take(entries, Progress { cursor: None, selection: selection_step }).await?;
        self.replace(held);
        let (target, number) = (selection.target, self.head.head);
        let unique = format!("listed:{}:{number}", name(&target));
        let listed = EventBody::Listed { selection: target, number };
        Ok(self.worker.bus.publish(vec![Event::new(self.connection, &unique, listed)]).await?)
    }

    /// Records and publishes that the selected file or folder does not exist at Dropbox.
    pub(super) async fn miss(&mut self, selection: &Selection) -> Result<(), Failure> {
        let missing = Selection {
            state: SelectionState::Missing,
            listing: None,
            listed: 0,
            refusal: None,
            ..selection.clone()
        };
        self.turn(selection, missing).await?;
        let target = selection.target.clone();
        let Selection { selected_at, refusals, .. } = selection;
        let unique = format!("selection_missing:{}:{}:{refusals}", name(&target), selected_at.0);
        let news = EventBody::SelectionMissing { selection: target };
        Ok(self.worker.bus.publish(vec![Event::new(self.connection, &unique, news)]).await?)
    }

    /// Changes the state of a selection.
    pub(super) async fn turn(&mut self, selection: &Selection, to: Selection) -> Result<(), Failure> {
        if *selection == to {
            return Ok(());
        }
        let mut commit = self.commit_of(Segment::default());
        commit.selection = Some(step(selection, Some(to.clone())));
        self.advance(commit).await?;
        self.replace(to);
        Ok(())
    }

    fn replace(&mut self, selection: Selection) {
        let same = self.choices.selections.iter_mut().find(|one| one.target == selection.target);
        if let Some(one) = same {
            *one = selection;
        }
    }
}

/// Returns a selection's step to another state, for a commit.
pub(super) fn step(selection: &Selection, to: Option<Selection>) -> SelectionStep {
    SelectionStep { target: selection.target.clone(), from: selection.state, to }
}

/// Returns a target's name for the ids of events.
pub(super) fn name(target: &Target) -> &str {
    target.item().map_or("everything", ItemId::as_str)
}
