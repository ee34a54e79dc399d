//! Turns what is still marked when a drain ends into deletions, unless these are too many to be believed.

use shared::model::{Event, EventBody, HeldDeletions, ItemId, Mark, Segment};

use super::{
    Reached,
    removal::Cause,
    step::{MARKS, Step},
};
use crate::{Failure, plan::Marks};

impl Step<'_> {
    /// Deletes what is still marked at the end of a drain. Too many deletions wait for a confirmation
    /// instead, and none of them happens.
    ///
    /// If the time is up before that, everything stays marked, and the next walk deletes the rest.
    pub(super) async fn delete_gone(&mut self) -> Result<Reached, Failure> {
        self.delete_marked(Vec::new()).await
    }

    /// Deletes what is marked while the drain goes on. Notes that must outlive this are carried over: a file
    /// may yet turn up at a path without a stored folder. If a row has no room for them, nothing is deleted,
    /// and everything stays marked.
    pub(super) async fn delete_early(&mut self) -> Result<(), Failure> {
        let lasting = self.standing.marks.lasting();
        if lasting.len() > MARKS { Ok(()) } else { self.delete_marked(lasting).await.map(drop) }
    }

    async fn delete_marked(&mut self, kept: Vec<Mark>) -> Result<Reached, Failure> {
        let marked = if self.standing.marks.is_empty() { Vec::new() } else { self.marked().await? };
        let deletions = self.to_remove(marked, Cause::Marked).await?;
        if self.are_too_many(deletions.count) {
            return self.hold_deletions(deletions.count).await.map(|()| Reached::TheEnd);
        }
        if deletions.are_one_piece() {
            // Marks that are not stored yet end with the others.
            self.standing.marks.take_fresh();
        }
        let reached = self
            .remove(
                deletions,
                |commit| commit.after.deleted_so_far += commit.segment.changes.len() as u64,
                |commit| {
                    let head = &mut commit.after;
                    (head.marks, head.marked_at, head.held) = (head.marks.ended(), None, None);
                    head.deleted_so_far = 0;
                    commit.marks.clone_from(&kept);
                },
            )
            .await?;
        if let Reached::TheEnd = reached {
            self.standing.marks = Marks::stored(kept);
            self.worker.log.forget_marks(self.connection.id, self.head.marks.outdated()).await?;
            // Stored with the next commit; until then the rows may be removed once more.
            self.head.marks = self.head.marks.cleared();
        }
        Ok(reached)
    }

    /// Returns the items that marks may apply to.
    async fn marked(&self) -> Result<Vec<ItemId>, Failure> {
        let mut paths = self.standing.marks.paths();
        paths.extend(self.standing.scope.paths_in(&self.standing.marks));
        paths.sort();
        paths.dedup();
        let mut marked = self.worker.items.ids_in(self.connection.id, &paths).await?;
        marked.extend(self.standing.marks.ids());
        Ok(marked)
    }

    /// Whether the brake stops this many deletions, counted together with the earlier ones of the same drain
    /// or comparison. Confirmed deletions pass.
    fn are_too_many(&self, deletions: u64) -> bool {
        let before = self.head.deleted_so_far;
        let brake = &self.project.settings.brake;
        let confirmed = self.choices.confirmed.filter(|confirmed| {
            confirmed.deletions >= deletions && self.head.held.is_some_and(|held| confirmed.at >= held.since)
        });
        brake.stops(deletions + before, self.head.items + before) && confirmed.is_none()
    }

    /// Keeps the marks, and publishes that their deletions wait for a confirmation.
    async fn hold_deletions(&mut self, deletions: u64) -> Result<(), Failure> {
        let since = self.head.held.map_or(self.worker.clock.now(), |held| held.since);
        let held = HeldDeletions { deletions, items: self.head.items, since };
        let is_news = self.head.held != Some(held);
        let mut commit = self.commit_of(Segment::default());
        commit.after.held = Some(held);
        self.advance(commit).await?;
        if is_news {
            let unique = format!("deletions_held:{}:{deletions}:{}", since.0, held.items);
            let news = Event::new(self.connection, &unique, EventBody::DeletionsHeld(held));
            self.worker.bus.publish(vec![news]).await?;
        }
        Ok(())
    }
}
